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
# # What is a flat minimum good for, and does noise find it?
#
# The curvature of a minimum is not a fact about the function that the network computes. What noise
# does is a fact, and most of it can be computed: which of the networks of one function small
# batches choose, how soon a sharp well is left, how far weights fluctuate. Five topics tell this
# story: `flat_minimum`, `flatness_measure`, `gradient_noise`, `batch_size` and
# `weight_fluctuation`.
#
# *Its output: `python run.py notebooks flat_minimum` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import batch_size as batches
from numerics import flat_minimum as numerics
from numerics import gradient_noise, weight_fluctuation
from proofs_check import batch_size as grid_of_batches
from proofs_check import flat_minimum as simulation
from proofs_check import flatness_measure as measures
from proofs_check import gradient_noise as noise
from proofs_check import run, verdicts
from proofs_check import weight_fluctuation as fluctuation
from theory import batch_size, derive
from theory import flat_minimum as theory
from theory import flatness_measure as flatness
from theory import weight_fluctuation as fluctuation_theory

# %%
fig, axes = plt.subplots(2, 2, figsize=(12, 9))
for topic, ax in zip((simulation, noise, grid_of_batches, fluctuation), axes.flat, strict=True):
    topic.portrait(ax)
fig.tight_layout()
plt.show()

# %% [markdown]
# ## One function, every curvature
# A ReLU neuron with input weights $c\,w$ and output weight $a/c$ is the same neuron for every $c$.

# %%
derive(theory.rescaling_of_a_neuron)[1]

# %%
derive(theory.rescaling_of_a_neuron)[4]

# %% [markdown]
# Left: rounding the weights of three neurons to a grid costs what the trace says, whatever the
# function is (points: weights that were rounded). Right: what label noise makes of a product of two
# weights. It walks down the orbit, at a pace that falls with the batch.

# %%
rng = np.random.default_rng(3)
a, W, X = rng.standard_normal(3), rng.standard_normal((3, 4)), rng.standard_normal((50, 4))
T_a, T_w = numerics.neuron_curvatures(a, W, X)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
c = np.geomspace(0.2, 6, 100)
left.loglog(
    c,
    numerics.rounding_cost(1.0, [numerics.rescaled_trace(T_a, T_w, v).sum() for v in c]),
    color="#0072B2",
    label="derived",
)
left.axhline(
    numerics.rounding_cost(1.0, numerics.least_trace(T_a, T_w).sum()),
    color="#009E73",
    ls=":",
    label="least, a scale for each neuron",
)
left.loglog(
    simulation.SCALES,
    [np.exp(np.median(simulation.rounded(range(11), scale))) for scale in simulation.SCALES],
    "o",
    color="#D55E00",
    label="weights rounded",
)
left.set(xlabel="scale $c$ of the input weights", ylabel="rise of the loss over squared spacing")
left.legend()
for B, colour in ((1, "#D55E00"), (4, "#E69F00"), (16, "#0072B2")):
    q = batches.imbalance_path(2.0, 0.05, 0.5, B, 1000)
    right.plot(np.sqrt(4 + q**2), color=colour, label=f"batches of {B}, derived")
    x, y, seen = np.full(500, 2.0), np.full(500, 0.5), []
    for step in range(1000):
        if step % 100 == 0:
            seen.append(np.sqrt(4 + (x**2 - y**2) ** 2).mean())
        e = x * y - 1 - 0.5 / B**0.5 * rng.standard_normal(500)
        x, y = x - 0.05 * e * y, y - 0.05 * e * x
    right.plot(range(0, 1000, 100), seen, "o", color=colour)
right.axhline(2, color="#999999", ls="--", label="flattest")
right.set(xlabel="steps", ylabel="curvature of the product at its minimum")
right.legend(fontsize=8)
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Three measures, three orders
# Largest loss in a ball, distance along random directions and the box of all weights are a
# maximum, a mean and a product of curvatures. Two directions are enough for them to disagree, and
# networks of one loss that differ by batch and rate are ordered differently by each.

# %%
derive(flatness.orders_that_differ)[0]

# %%
fig, ax = plt.subplots(figsize=(6, 4.5))
measures.portrait(ax)
plt.show()

# %% [markdown]
# ## Sharp wells are left sooner
# With noise as large as the curvature the time to leave a well falls faster than one over the
# curvature: the depth over the noise falls, too.

# %%
l = np.geomspace(0.5, 8, 40)
fig, ax = plt.subplots(figsize=(6, 4))
ax.loglog(
    l,
    [gradient_noise.escape(v, 1.0, v / 3)[0] for v in l],
    color="#0072B2",
    label="noise as large as the curvature",
)
ax.loglog(
    l,
    [gradient_noise.escape(v, 1.0, 1 / 3)[0] for v in l],
    "--",
    color="#999999",
    label="the same noise everywhere",
)
ax.set(xlabel="curvature of a well of depth one", ylabel="mean time of escape")
ax.legend()
plt.show()

# %% [markdown]
# ## How far do weights fluctuate?

# %%
derive(fluctuation_theory.stationary_variance)[2]

# %% [markdown]
# For noise that is proportional to curvature the variance of fresh batches hardly depends on the
# direction; that of reshuffled epochs does, at their end. In a network (right) the variance along
# eigenvectors of the Hessian has no slope, and along principal components of the path it has a
# steep one: components are chosen by their variance.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
l = np.geomspace(0.01, 9, 200)
left.loglog(
    l, weight_fluctuation.stationary_variance(l, l, 0.1, 1), color="#0072B2", label="fresh batches"
)
for j, style, name in ((20, "-", "end of an epoch"), (10, "--", "middle")):
    left.loglog(
        l,
        weight_fluctuation.reshuffled_variance(l, l, 0.1, 20, j),
        style,
        color="#D55E00",
        label=f"reshuffled, {name}",
    )
left.set(xlabel="curvature", ylabel="variance, step 0.1, 20 batches")
left.legend()
moves, H = (each[0] for each in fluctuation.path("digits", False))
V = moves.T @ moves / len(moves)
for matrix, name, colour in ((H, "eigenvectors of H", "#0072B2"), (V, "components", "#D55E00")):
    along = np.linalg.eigh(matrix)[1]
    curvature, variance = (np.einsum("ij,ik,kj->j", along, A, along) for A in (H, V))
    steep = curvature >= fluctuation.LEAST * np.linalg.eigvalsh(H)[-1]
    right.loglog(curvature[steep], variance[steep], "o", color=colour, ms=4, label=name)
right.set(xlabel="curvature", ylabel="variance of the weights", title="220 weights, digits")
right.legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Larger batches end sharper, and err no more

# %%
derive(batch_size.imbalance_under_noise)[4]

# %%
found = grid_of_batches.grid("digits, wrong labels")
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for i, (rate, colour) in enumerate(
    zip(grid_of_batches.RATES, ("#0072B2", "#009E73", "#D55E00"), strict=True)
):
    for ax, values in ((left, found["curvature"][0]), (right, 100 * found["test"])):
        middle, error = values[:, :, i].mean(0), values[:, :, i].std(0, ddof=1) / 10**0.5
        ax.errorbar(
            grid_of_batches.BATCHES, middle, 2 * error, fmt="o-", color=colour, label=f"rate {rate}"
        )
left.set(xlabel="batch", ylabel="largest eigenvalue", xscale="log", title="At one training loss")
right.set(xlabel="batch", ylabel="test error (%)", xscale="log", title="128 digits, a fifth wrong")
left.legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Verdicts

# %%
results = [
    run(check)
    for check in simulation.CHECKS
    if check.name
    in (simulation.rounding_at(simulation.SCALES[0]), "averages_of_outputs_are_flatter")
]
for result in results:
    print(result.message())
for statement in verdicts("flat_minimum", results):
    print(statement)

# %% [markdown]
# ## To try next
# `fluctuation.path("digits", True)`: reshuffled epochs in a network. A rate of 0.4 in
# `grid_of_batches.RATES`: how far down does the curvature go before training does not settle? Which
# norm of `proofs_check.training.minima.norms` follows the gap when the width changes, too?
