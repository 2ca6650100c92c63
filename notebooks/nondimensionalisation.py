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
# # Which numbers does training depend on?
#
# From the model, the loss and gradient flow to two numbers, in general width, number of samples and
# dimension.
#
# *Its output: `python run.py notebooks nondimensionalisation` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import gradient_flow
from numerics import phase_diagram as pd
from proofs_check import run
from proofs_check.nondimensionalisation import CHECKS
from theory import derive
from theory import nondimensionalisation as theory

# %% [markdown]
# ## The gradient of one neuron
# The chapter prints a sum over all neurons here; the derivation keeps one term.

# %%
derive(theory.input_weight_gradient)[0]

# %% [markdown]
# ## The normalised flow

# %%
derive(theory.rescaled_flow)[0]

# %%
derive(theory.rescaled_flow)[1]

# %% [markdown]
# ## A conserved quantity for every neuron
# $\kappa' a^2-|w|^2/\kappa'$ stays what it was: neurons move on hyperbolas, whatever the data.

# %%
X, y = pd.four_point_problem()
a, W, _ = gradient_flow.start(40, 2, sampled=True, seed=3)
flow = gradient_flow.solve(X, y, 40**-1.5, 1.0, a, W, tol=1e-8, rtol=0.05)
before, after = (np.linalg.norm(v, axis=1) for v in (W, flow.W))
fig, ax = plt.subplots(figsize=(6, 5))
for k in range(len(a)):
    curve = np.linspace(0, 1, 60)[:, None]
    path = (1 - curve) * a[k] + curve * flow.a[k]
    ax.plot(
        path,
        np.sqrt(np.maximum(path**2 - (a[k] ** 2 - before[k] ** 2), 0)),
        "-",
        color="0.8",
        lw=0.8,
    )
ax.plot(a, before, "o", ms=4, label="start")
ax.plot(flow.a, after, "x", ms=5, label="end")
ax.set(
    xlabel="output weight $a$ (units of $\\beta_1$)",
    ylabel="$|w|$ (units of $\\beta_2$)",
    title="Neurons move on hyperbolas $a^2-|w|^2=$ const ($\\kappa'=1$)",
)
ax.legend()
plt.show()
print("largest relative change of the conserved quantity:", flow.invariant_error)

# %% [markdown]
# ## Verdicts

# %%
for check in CHECKS:
    print(run(check).message())
