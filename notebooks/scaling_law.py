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
# # Why are losses powers of data, parameters and compute, and what emerges?
#
# Where eigenvalues and targets are powers of their index, the error is a power too, and its
# exponent and constant can be derived. The exponent is inherited from the data; it is not made by
# the network. Each size has its own law, and each law has its end.
#
# *Its output: `python run.py notebooks scaling_law` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import scaling_law as numerics
from proofs_check import compute_law as in_compute
from proofs_check import emergence as answers
from proofs_check import learning_curve as gaussian
from proofs_check import run, verdicts
from proofs_check import scaling_law as simulation
from theory import compute_law as compute
from theory import derive
from theory import emergence as steps
from theory import learning_curve as curves
from theory import scaling_law as theory

# %% [markdown]
# ## Samples
# Modes up to an edge are learned. Far out, sums over modes become Beta integrals.

# %%
derive(theory.edge)[0]

# %%
derive(theory.data_constant)[0]

# %% [markdown]
# Noise is paid for more than once: what is left is its variance times the spectrum's exponent.

# %%
derive(theory.noise_floor)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
gaussian.portrait(ax)
plt.show()

# %% [markdown]
# The exponent between two numbers of samples is known without a fit, with noise and without.

# %%
derive(curves.local_slope)[0]

# %% [markdown]
# ## Parameters
# Samples saturate at twice the exponent of the spectrum, features at once that exponent. A steep
# target tells the two apart.

# %%
derive(theory.saturation)[2]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
simulation.portrait(ax)
plt.show()

# %% [markdown]
# ## Compute
# A model of N modes that is trained for a time has one joint law. At the best size most of the loss
# is due to what the model has not, more than a law of two separate terms says.

# %%
derive(compute.envelope)[3]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
in_compute.portrait(ax)
plt.show()

# %% [markdown]
# ## Emergence
# If the error of a token is a smooth power of the size, exact match of a long answer is never
# steeper than the loss.

# %%
derive(steps.steepest)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
answers.portrait(ax)
plt.show()

# %% [markdown]
# There are steps that are no matter of the metric. Random labels of n points are fitted from n / 2
# features on, ever more sharply; alternating ones from a number of units on, and not with fewer.

# %%
fig, ax = plt.subplots(figsize=(7, 4))
share = np.geomspace(0.1, 1, 60)
for points, colour in ((20, "#999999"), (200, "#009E73"), (2000, "#0072B2")):
    features = np.maximum((points * share).astype(int), 1)
    chance = numerics.separable(points, features)
    ax.semilogx(features / points, chance, color=colour, label=f"{points} random labels")
ax.set(xlabel="features over labels", ylabel="chance that all are fitted")
ax.legend()
plt.show()

# %%
derive(steps.best_right)[4]

# %% [markdown]
# ## Verdicts
# Trained networks take most of the time and are left to `verify`.

# %%
for topic, checks in (
    ("learning_curve", gaussian.CHECKS[:1]),
    ("compute_law", in_compute.CHECKS),
    ("scaling_law", simulation.CHECKS[1:2]),
):
    results = [run(check) for check in checks]
    for result in results:
        print(result.message())
    for statement in verdicts(topic, results):
        print(statement)

# %% [markdown]
# ## To try next
# `numerics.local_slope` with the eigenvalues of your kernel: over how many decades is the exponent
# of your learning curve constant? `numerics.envelope` against your own runs: do their constants fit
# the joint law or two separate terms?
