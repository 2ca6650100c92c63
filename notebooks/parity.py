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
# # Why can a network not learn parity?
#
# The product of ten signs has nothing at low frequencies. What is made of the corners that were not
# seen is not chance: it can be proved to be wrong in the linear regime, and it turns right when
# nearly all corners are seen and the features move.
#
# *Its output: `python run.py notebooks parity` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import missing_corner as corner
from numerics import parity
from proofs_check import parity as simulation
from proofs_check import run, verdicts
from theory import derive, missing_corner
from theory import parity as theory

# %% [markdown]
# ## The transform

# %%
derive(theory.transform)[0]

# %%
derive(theory.aliasing)[0]

# %% [markdown]
# ## Three spectra: the function, a fifth of its corners, and a network trained on them
# Published set-up at reduced width. Low frequencies of sample and output are false.

# %%
X, f = parity.corners(10), parity.parity(parity.corners(10))
margins, seen = simulation.trained((0,), **simulation.PUBLISHED)
X = X[:, ::-1]  # the simulation numbers its corners with the first sign slowest
output = margins[0] * f
k = np.linspace(0, 0.5, 201)
waves = np.exp(-2j * np.pi * np.outer(k, X.sum(1)))
fig, ax = plt.subplots(figsize=(7, 4))
ax.plot(k, np.abs(waves @ f) / 1024, label="parity")
ax.plot(k, np.abs(parity.sampled_transform(k, X[seen[0]])), label="labelled corners")
ax.plot(k, np.abs(waves @ output) / 1024, "--", label="network on all corners")
ax.set(
    xlabel="frequency $k$ along the diagonal (periods per unit)",
    ylabel="size of the transform",
    title="d = 10, 200 draws of 1024 corners",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Eigenvalues of the ReLU tangent kernel
# With a bias they come in pairs, and parity has the least one: every corner left out is then
# predicted with the wrong sign.

# %%
derive(missing_corner.leave_one_out)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
for d in (10, 20, 30):
    ax.semilogy(
        np.arange(d + 1) / d,
        parity.walsh_eigenvalues(d),
        "o-",
        ms=3,
        label=f"d = {d}: missing corner {corner.leave_one_out(d):.3f}",
    )
ax.set(
    xlabel="share of the signs in the product, $k/d$",
    ylabel="eigenvalue $\\lambda_k$",
    title="Two-layer ReLU tangent kernel with bias",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Held-out accuracy against the share of labelled corners
# Eight signs. Kernel regression falls below one half and keeps falling; trained networks follow it
# at first and leave it when most corners are labelled. Bars: least and largest of five starts.

# %%
fractions = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
fig, ax = plt.subplots(figsize=(7, 4))
for kernel, label in (("relu_bias", "kernel of ReLU networks"), ("gaussian", "Gaussian kernel")):
    ax.plot(
        fractions,
        [parity.accuracy(8, fraction, kernel)[0].mean() for fraction in fractions],
        "o--",
        label=label,
    )
for spread, label in ((None, "tanh network, usual start"), (0.05, "tanh network, small start")):
    rows = [
        simulation.accuracy(
            (0, 1, 2, 3, 4), d=8, fraction=fraction, spread=spread, rate=2e-3, steps=800
        )
        for fraction in fractions
    ]
    middle = np.median(rows, axis=1)
    ax.errorbar(
        fractions,
        middle,
        [middle - np.min(rows, 1), np.max(rows, 1) - middle],
        marker="s",
        capsize=3,
        label=label,
    )
ax.axhline(0.5, color="0.5", lw=0.8)
ax.set(xlabel="share of corners drawn for training", ylabel="accuracy on the others", ylim=(0, 1))
ax.legend()
plt.show()

# %% [markdown]
# ## Verdicts

# %%
results = [run(check) for check in simulation.CHECKS[:2]]
for statement in verdicts("parity", results):
    print(statement)
