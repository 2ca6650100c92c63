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
# # Are high critical points saddles?
#
# A random function is bent down where it is high, so the share of downward directions grows with
# the height: from none to all. Small networks follow it as far as their labels have structure.
#
# *Its output: `python run.py notebooks critical_point` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import critical_point
from proofs_check import critical_point as simulation
from theory import critical_point as theory
from theory import derive

# %% [markdown]
# ## Height and curvature

# %%
derive(theory.conditional_hessian)[1]

# %%
derive(theory.index_share)[0]

# %%
heights = np.linspace(-2, 2, 201)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for p in (2, 3, 10):
    left.plot(heights, critical_point.index_share(heights, p), label=f"degree {p}")
drawn = heights[20:181:20]
left.plot(
    drawn,
    [simulation.negative_share(seed, height) for seed, height in enumerate(drawn)],
    "ko",
    label="random cubics, N = 61",
)
left.set(
    xlabel="height per dimension, $e$",
    ylabel="share of downward directions",
    title="Random polynomials on the sphere",
)
left.legend()
for kind in list(simulation.LABELS)[:2]:  # labels of a network, and the same shuffled
    loss, share, ok = (v[0] for v in simulation.points_of_networks((0,), kind))
    right.plot(loss[ok], share[ok], ".", alpha=0.4, label=kind)
right.set(
    xlabel="loss",
    ylabel="share of negative eigenvalues",
    title="Critical points of tanh networks 2-3-1",
)
right.legend()
plt.show()

# %% [markdown]
# ## Verdict
# Text right, caption wrong. Linear networks have no local minima that are not global; two ReLU
# units already have one. To try next: `simulation.STARTS` and more hidden units.

# %%
derive(theory.relu_network)[0]

# %%
for check in simulation.CHECKS:
    for setup, measure in check.setups.items():
        print(check.name, setup, measure((0, 1, 2)))
