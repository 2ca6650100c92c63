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
# # Why does so small a step change the answer?
#
# The step that takes a classifier over its boundary is short next to the way to any example of the
# other class. That needs no high frequency: in many inputs a straight function does the same. What
# the step adds is of use to another model, if it is long enough for the labels it comes with.
#
# *Its output: `python run.py notebooks adversarial_example` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import adversarial_example as numerics
from proofs_check import adversarial_example as steps
from proofs_check import robust_accuracy as gaussians
from proofs_check import run, verdicts
from proofs_check import seed_spread as seeds
from proofs_check import sensitivity as lines
from proofs_check import useful_feature as taught
from theory import adversarial_example as theory
from theory import derive
from theory import robust_accuracy as classes
from theory import seed_spread as spread
from theory import sensitivity as directions
from theory import useful_feature as useful

# %% [markdown]
# ## The least step
# To first order it is the margin over the length of its gradient.

# %%
derive(theory.least_step)[0]

# %% [markdown]
# For a random ReLU network without biases this length, relative to $|x|$, is the cosine of a random
# direction. It falls like one over the root of the number of inputs, at any depth.

# %%
derive(theory.cosine_law)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
steps.portrait(ax)
plt.show()

# %% [markdown]
# ## Many inputs or high frequency?
# Along its gradient every function is so many times as sensitive as along random directions:

# %%
derive(directions.random_direction)[2]

# %% [markdown]
# A linear function, too. A wave would come back beyond the boundary; margins of trained classifiers
# go on.

# %%
derive(directions.dimension_not_frequency)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
lines.portrait(ax)
plt.show()

# %% [markdown]
# ## Two Gaussian classes
# How near the boundary is, compared with an example of the other class, and what small changes of
# all inputs leave of the accuracy.

# %%
derive(classes.distance_of_classes)[0]

# %%
for inputs in (64, 784, 150_528):
    print(inputs, "inputs:", numerics.gaussian_ratio(2.0, 1.0, inputs))

# %%
fig, ax = plt.subplots(figsize=(7, 4))
gaussians.portrait(ax)
plt.show()

# %% [markdown]
# ## What relabelled examples teach
# Each example is stepped towards a class and gets its label. With labels at random the second model
# learns the rule of the first one from steps of any length. With every label wrong it needs a step
# over the boundary; with labels among $K$ other classes the step $D / (K + 1)$.

# %%
derive(useful.wrong_labels)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
taught.portrait(ax)
plt.show()

# %% [markdown]
# Networks on images show the same difference: labels at random and the next class.

# %%
fig, ax = plt.subplots(figsize=(7, 4))
shares = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0)
for following, label in ((False, "another class at random"), (True, "the next class")):
    found = [
        np.median(taught.taught((0, 1, 2), "digits", "ReLU", following, share)) for share in shares
    ]
    ax.plot(shares, found, "o-", label=label)
ax.axhline(0.1, ls="--", color="#999999", label="chance")
ax.set(
    xlabel="step over the distance to the nearest example of the label",
    ylabel="clean accuracy",
    title="500 relabelled images of digits",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Seeds off the data
# What depends on the seed is what the data leave open; white noise opens it in all other inputs.

# %%
derive(spread.white_corruption)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
seeds.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts
# What trains networks is left to `verify`.

# %%
for topic, checks in (
    ("robust_accuracy", gaussians.CHECKS),
    ("useful_feature", taught.CHECKS[:3]),
    ("sensitivity", lines.CHECKS),
):
    results = [run(check) for check in checks]
    for result in results:
        print(result.message())
    for statement in verdicts(topic, results):
        print(statement)

# %% [markdown]
# ## To try next
# `numerics.flip_distance` with the margins and gradients of your own classifier, over the distance
# to its nearest example: is it below `numerics.gaussian_ratio`? `numerics.turning_step` with the
# distance of your class means: how many labels must the relabelling use?
