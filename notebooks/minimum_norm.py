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
# # Which of the many interpolants does training find?
#
# With more parameters than data there are as many perfect fits as one likes. Descent ends at the
# one nearest to its start. That sounds like a law of nature, but it is one of the optimiser:
# momentum keeps it, Adam and a change of units do not. And the start stays in the fit.
#
# *Its output: `python run.py notebooks minimum_norm` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import gradient_flow, tangent_kernel
from numerics import minimum_norm as numerics
from proofs_check import minimum_norm as simulation
from proofs_check import run, verdicts
from theory import derive
from theory import minimum_norm as theory

# %% [markdown]
# ## Descent never leaves the rows

# %%
derive(theory.end_of_descent)[-1]

# %% [markdown]
# ## Adam does
# For a single datum $2\theta_1+\theta_2=5$ every parameter moves by the same amount, whatever its
# feature.

# %%
derive(theory.adam_ends_elsewhere)[1]

# %%
row, rate = np.array([2.0, 1.0]), 0.05
fig, ax = plt.subplots(figsize=(6, 5.5))
ax.plot(
    [-0.25, 2.75], [5.5, -0.5], color="k", lw=1, label="all interpolants, $2\\theta_1+\\theta_2=5$"
)
for name, units, momentum, colour, mark in (
    ("descent", (1.0, 1.0), 0.0, "#0072B2", "o"),
    ("descent with momentum 0.8", (1.0, 1.0), 0.8, "#009E73", "x"),
    ("descent, second parameter counted in twos", (1.0, 2.0), 0.0, "#999999", "^"),
):
    theta, speed, path = np.zeros(2), np.zeros(2), [np.zeros(2)]
    for _ in range(300):
        speed = momentum * speed - rate * np.array(units) ** 2 * (row @ theta - 5) * row
        theta = theta + speed
        path.append(theta)
    ax.plot(*np.array(path).T, mark + "-", color=colour, ms=4, lw=0.8, label=name)
theta, first, second, path = np.zeros(2), np.zeros(2), np.zeros(2), [np.zeros(2)]
for count in range(1, 3001):
    gradient = (row @ theta - 5) * row
    first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
    theta = theta - 0.01 * first / (1 - 0.9**count) / np.sqrt(second / (1 - 0.999**count) + 1e-28)
    path.append(theta)
ax.plot(*np.array(path).T, "-", color="#D55E00", lw=2, label="Adam")
ax.plot(*numerics.minimum_norm(row[None], [5.0]), "*", color="k", ms=14, label="nearest to zero")
ax.set(
    xlabel="$\\theta_1$",
    ylabel="$\\theta_2$",
    xlim=(-0.2, 2.9),
    ylim=(-0.2, 4.6),
    title="One datum, two parameters, start at zero",
)
ax.legend(fontsize=8, loc="upper right")
plt.show()
print(
    "length of Adam's end over the nearest one:",
    np.linalg.norm(theta) / np.linalg.norm(numerics.minimum_norm(row[None], [5.0])),
    "derived:",
    float(derive(theory.adam_ends_elsewhere)[1].result),
)

# %% [markdown]
# ## The start stays in the fit
# Nearest in parameters means, for the function, least norm of the kernel plus what the start gets
# wrong between the data.

# %%
derive(theory.the_start_stays_in_the_fit)[0]

# %% [markdown]
# Five data, wide two-layer ReLU networks with a bias. Left: where training ends in the limit kernel
# from four starts, and from an antisymmetric start, which is zero. Right: all of these fit the
# data, and so does the last one plus a hat that three neurons make.

# %%
x, y, z = (
    np.array([-1.0, -0.6, 0.0, 0.3, 1.0]),
    np.array([0.2, -0.5, 0.6, 0.1, -0.3]),
    np.linspace(-1.3, 1.3, 261),
)
X, Z = np.c_[x, np.ones(5)], np.c_[z, np.ones(len(z))]
K, across = (tangent_kernel.two_layer_kernel(A, X, m=1, kappa=1.0) for A in (X, Z))
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
for seed in range(4):
    a, W, _ = gradient_flow.start(4000, 2, sampled=True, seed=seed, antisymmetric=False)
    before, seen = (np.maximum(A @ W.T, 0) @ a / 4000**0.5 for A in (Z, X))
    label = {"label": "wide networks, four starts"} if seed == 0 else {}
    left.plot(
        z, numerics.kernel_interpolant(K, y, across, seen, before), color="#999999", lw=1, **label
    )
    left.plot(
        z, before, ":", color="#009E73", lw=1, **({"label": "their starts"} if seed == 0 else {})
    )
nearest = numerics.kernel_interpolant(K, y, across)
left.plot(z, nearest, color="#0072B2", lw=2, label="antisymmetric start")
hat = np.maximum(z - 0.5, 0) - 2 * np.maximum(z - 0.65, 0) + np.maximum(z - 0.8, 0)
right.plot(z, nearest, color="#0072B2", lw=2, label="nearest")
for height, style in ((4, "-"), (-8, "--")):
    right.plot(
        z,
        nearest + height * hat,
        style,
        color="#D55E00",
        label=f"three more neurons, hat of {0.15 * height:+.1f}",
    )
for ax in (left, right):
    ax.plot(x, y, "ko", label="data")
    ax.set(xlabel="input $x$", ylabel="output")
    ax.legend(fontsize=8)
left.set(title="Where training ends")
right.set(title="Where it could have ended")
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Does it matter? Digits
# 128 ReLU neurons fit 150 digits. A poisoned start has first been trained on wrong labels of 150
# other digits, and then forgets them. Both fit the 150; on a thousand others they differ.

# %%
seeds = tuple(range(11))
standard, poisoned = simulation.digits(seeds)[0], simulation.digits(seeds, poisoned=True)[0]
fig, ax = plt.subplots(figsize=(5, 4))
ax.plot([0, 1], [100 * standard, 100 * poisoned], "-", color="#999999", lw=0.8)
ax.plot(np.zeros(11), 100 * standard, "o", color="#0072B2")
ax.plot(np.ones(11), 100 * poisoned, "s", color="#D55E00")
ax.set(
    xticks=[0, 1],
    xticklabels=["standard start", "poisoned start"],
    xlim=(-0.3, 1.3),
    ylabel="held-out accuracy (%)",
    title="Eleven networks that fit 150 digits",
)
plt.show()

# %% [markdown]
# ## Verdicts

# %%
wanted = (
    "phase-linear-regime-nearest-solution",
    "udl-solutions-differ-off-data",
    "phase-minima-generalise-differently",
)
results = [
    run(check)
    for check in simulation.CHECKS
    if any(settles.statement in wanted for settles in check.settles)
]
for result in results:
    print(result.message())
for statement in verdicts("minimum_norm", results):
    print(statement)

# %% [markdown]
# ## To try next
# `derive(theory.ridge_limit)`: a vanishing penalty ends at the same point. Rescale one column of
# the features by ten: where does descent end now? Set $\gamma=1$ in `simulation.ratio`: the network
# leaves its tangent space, and the nearest interpolant is no longer its end.
