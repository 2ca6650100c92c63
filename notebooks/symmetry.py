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
# # Which parameters say the same?
#
# Hidden units may change places, weights before a ReLU may be traded against those after it, and
# batch normalisation takes out a scale. How exactly?
#
# *Its output: `python run.py notebooks symmetry` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import symmetry
from proofs_check import symmetry as simulation
from theory import derive
from theory import symmetry as theory

# %% [markdown]
# ## A permutation is a chain of exchanges

# %%
derive(theory.hidden_permutation)[1]

# %%
derive(theory.rescaling)[0]

# %% [markdown]
# ## Batch normalisation with a small eps
# The scale is removed up to an amount that eps over the variance decides.

# %%
derive(theory.batch_norm)[4]

# %%
eps = np.logspace(-8, 0, 17)
fig, ax = plt.subplots(figsize=(7, 4))
for scale in (1.5, 3.0, 30.0):
    (line,) = ax.loglog(
        eps,
        symmetry.batch_norm_deviation(scale, simulation.SPREAD**2, eps),
        label=f"derived, scale {scale:g}",
    )
    measured = [10 ** simulation.scaled_batch((0,), scale=scale, eps=float(v))[0] for v in eps[::2]]
    ax.loglog(eps[::2], measured, "o", color=line.get_color())
ax.set(
    xlabel="eps",
    ylabel="relative change of the output",
    title="Batch normalisation of a scaled batch: derived and measured",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Verdict
# Numbers are powers of ten of the largest change: rounding for each symmetry, order one when it is
# done by half. To try next: `simulation.rescaled_relu` with another constant behind than before.

# %%
for check in simulation.CHECKS:
    print(check.name, check.measure((0, 1, 2)), check.rival_why)
