# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Is any learner better than any other, and can four numbers draw an elephant?
#
# Averaged over all labelings of a domain every learner is right on unseen points with chance $1/K$.
# On one data set learners do differ, and data in the world have structure. The elephant shows the
# other end: few numbers, chosen after the fact, fit a great deal.
#
# *Its output: `python run.py notebooks no_free_lunch` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import no_free_lunch
from proofs_check import no_free_lunch as simulation
from proofs_check import run
from theory import derive
from theory import no_free_lunch as theory

# %% [markdown]
# ## Every learner, averaged over all labelings

# %%
derive(theory.average_accuracy)[0]

# %% [markdown]
# Five learners on the eight corners of a cube, four of them shown: all $2^8$ labelings, and those
# that a half-space can make.

# %%
X, shown = no_free_lunch.cube(3), np.array([0, 3, 5, 6])
worlds = {
    "all labelings": no_free_lunch.all_labelings(8),
    "labelings by half-spaces": no_free_lunch.threshold_labelings(X),
}
fig, ax = plt.subplots(figsize=(7, 3.5))
for place, (world, labels) in enumerate(worlds.items()):
    right = [
        no_free_lunch.hits(learner, X, labels, shown).mean() / 4
        for learner in no_free_lunch.LEARNERS
    ]
    ax.bar(
        np.arange(len(right)) + 0.4 * place,
        right,
        0.36,
        label=world,
        color=("#0072B2", "#D55E00")[place],
    )
ax.axhline(no_free_lunch.expected_accuracy(2), color="#999999", lw=1)
ax.set_xticks(
    np.arange(len(right)) + 0.2,
    [learner.__name__.replace("_", "\n") for learner in no_free_lunch.LEARNERS],
)
ax.set(
    ylim=(0, 0.9),
    ylabel="accuracy on the four unseen corners",
    title="Structure is what makes learners differ",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Four complex numbers, and a fifth

# %%
t = np.linspace(0, 2 * np.pi, 800)
fig, ax = plt.subplots(figsize=(5, 4.5))
for wiggle, colour in ((0.0, "#0072B2"), (20.0, "#D55E00"), (40.0, "#009E73")):
    ax.plot(*no_free_lunch.elephant(t, wiggle).T, color=colour, label=f"fifth number {wiggle:g}")
ax.set(
    xlabel="x (arbitrary units)",
    ylabel="y (arbitrary units)",
    title="The fifth number moves the trunk",
    aspect="equal",
)
ax.legend()
plt.show()

# %%
checks = {check.name: check for check in simulation.CHECKS}
for name in (
    "four_numbers_draw_an_elephant",
    "the_fifth_number_moves_the_trunk",
    "no_learner_beats_one_half_over_all_labelings",
):
    print(run(checks[name]).message())

# %% [markdown]
# ## What to try next
# Take the labelings that are constant on the faces of the cube, and find the learner that gains
# most from knowing so.
