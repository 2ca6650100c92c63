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
# # How many linear regions has a ReLU network, and how many does it use?
#
# A layer of $n$ units on $d$ inputs can cut them into $\sum_{j\le d}\binom nj$ regions, and depth
# multiplies that. Trained networks are another matter: along a line their pieces grow like the
# number of their neurons.
#
# *Its output: `python run.py notebooks linear_region` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import linear_region
from proofs_check import linear_region as simulation
from theory import derive
from theory import linear_region as theory

# %% [markdown]
# ## The largest number

# %%
derive(theory.largest_number)[0]

# %% [markdown]
# ## The network of the book: two layers of 400 units, 40 inputs
# Powers of ten: lower and upper bound of the maximum. The printed 42 is the factor
# $(400/40+1)^{40}$ alone.

# %%
print(linear_region.orders(*linear_region.deep_bounds(400, 40, 2)), linear_region.orders(11**40))

# %% [markdown]
# ## Pieces along a line: what could be, and what is there after training

# %%
counts = []
for m in simulation.WIDTHS:
    X, networks = simulation.fitted(tuple(range(5)), m, 50, 8, 100)
    lines = [linear_region.along_line(layers, X[0], X[1]) for layers in networks]
    counts.append([len(linear_region.breakpoints(line, -20, 20)[0]) + 1 for line in lines])
fig, ax = plt.subplots(figsize=(7, 4))
ax.loglog(
    simulation.WIDTHS,
    linear_region.line_maximum(simulation.WIDTHS, 2),
    "o--",
    label="largest number, $(n+1)^2$",
)
ax.loglog(simulation.WIDTHS, 2 * np.array(simulation.WIDTHS), "k:", label="number of neurons")
middle = np.median(counts, axis=1)
ax.errorbar(
    simulation.WIDTHS,
    middle,
    [middle - np.min(counts, 1), np.max(counts, 1) - middle],
    fmt="s-",
    capsize=3,
    label="trained",
)
ax.set(
    xlabel="units $n$ in each of two hidden layers",
    ylabel="linear pieces along a line",
    title="Five starts, random labels",
)
ax.legend()
plt.show()

# %% [markdown]
# ## A function of many pieces, and training
# The six-fold tent map needs twelve units. Six layers of eight do not find it; they find one tent.

# %%
derive(theory.tent_map)[0]

# %%
for k in (1, 2, 6):
    print(
        k,
        "tents: relative error",
        np.exp(np.median(simulation.sawtooth_error((0, 1, 2, 3, 4), k=k))).round(3),
    )

# %% [markdown]
# ## Verdict
# The maximum, both bounds and the gap between depths are theorems; the two printed powers of ten
# are not what the formula gives.
#
# Try next: more layers at the same number of neurons, a longer training of the sawtooth, wider
# layers.
