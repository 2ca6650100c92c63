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
# # What can two layers approximate, how well, and does training find it?
#
# A broken line with $m$ bends is within $M/(8m^2)$ of a function of curvature $M$, and $m$ ReLU
# units draw it. A polynomial activation stays in a space of fixed dimension, however wide the
# network. That a good network exists does not mean that descent ends there.
#
# *Its output: `python run.py notebooks universal_approximation` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import universal_approximation
from proofs_check import run
from proofs_check import universal_approximation as simulation
from theory import derive
from theory import universal_approximation as theory

# %% [markdown]
# ## The error of a broken line

# %%
derive(theory.broken_line)[0]

# %% [markdown]
# The largest error of the broken line through $m + 1$ points of $\sin 2\pi x$ on $[0, 1]$, whose
# curvature is at most $4\pi^2$.

# %%
widths, x = np.array([4, 8, 16, 32, 64, 128]), np.linspace(0, 1, 5001)
errors = []
for m in widths:
    network = universal_approximation.broken_line(np.sin(2 * np.pi * np.arange(m + 1) / m))
    errors.append(np.abs(universal_approximation.output(network, x) - np.sin(2 * np.pi * x)).max())
fig, ax = plt.subplots(figsize=(6, 4))
ax.loglog(
    widths,
    universal_approximation.error_bound(4 * np.pi**2, widths),
    color="#999999",
    ls="--",
    label="derived bound",
)
ax.loglog(widths, errors, "o-", color="#0072B2", label="broken line of $m$ units")
ax.set(
    xlabel="number of ReLU units $m$",
    ylabel="largest error on [0, 1]",
    title="Halving the error takes $\\sqrt{2}$ times the units",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Why a polynomial cannot

# %%
derive(theory.polynomial_activations)[1]

# %% [markdown]
# ## What simulations say

# %%
checks = {check.name: check for check in simulation.CHECKS}
for name in (
    "tanh_units_go_below_the_cubic_bound",
    "cubic_units_stay_above_their_bound",
    "training_does_not_find_the_broken_line",
):
    print(run(checks[name]).message())

# %% [markdown]
# ## What to try next
# Move the bends to where the target curves most: by how much does the error fall at the same number
# of units?
