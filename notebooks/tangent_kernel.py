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
# # When is a wide network a linear model?
#
# The tangent kernel in kappa and kappa', its deep recursion, and networks beside their
# linearisation.
#
# *Its output: `python run.py notebooks tangent_kernel` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

import theory.arc_cosine_kernel
import theory.kernel_flow
import theory.tangent_kernel
import theory.wide_network_convergence
from numerics import arc_cosine_kernel, kernel_flow, minimum_norm, wide_network_convergence
from numerics import tangent_kernel as tk
from numerics.phase_diagram import four_point_problem
from proofs_check import kernel_flow as simulation
from proofs_check import run
from proofs_check.training.descend import train
from proofs_check.training.networks import two_layer, two_layer_start
from proofs_check.training.rules import Descent
from theory import derive

# %% [markdown]
# ## The kernel and the flow of the linearised model

# %%
derive(theory.tangent_kernel.tangent_kernel)[0]

# %%
derive(theory.kernel_flow.linearised_flow)[0]

# %% [markdown]
# ## Kernels of ReLU networks against the angle of two inputs

# %%
angle = np.linspace(0, np.pi, 181)
points = np.c_[np.cos(angle), np.sin(angle)]
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for degree in (0, 1, 2):
    value = arc_cosine_kernel.arc_cosine(points[:1], points, degree=degree)[0]
    axes[0].plot(angle, value / value[0], label=f"degree {degree}")
for depth in (2, 3, 5, 10):
    value = tk.ntk(points[:1], points, depth=depth)[0]
    axes[1].plot(angle, value / value[0], label=f"{depth} layers of weights")
axes[0].set(xlabel="angle (radians)", ylabel="kernel over its diagonal", title="Arc-cosine kernels")
axes[1].set(xlabel="angle (radians)", title="Tangent kernels")
axes[0].legend()
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Training beside its linear model
# Four points, antisymmetric start of $2m$ neurons: the network approaches the closed form of its
# limit kernel as it widens.

# %%
X, y = four_point_problem()
z = np.linspace(-0.7, 0.7, 141)
Z = np.c_[z, np.ones(len(z))]
times = np.array([4.0, 40.0, 400.0])
limit = kernel_flow.linearised_flow(
    tk.two_layer_kernel(X, m=1, kappa=1.0),
    y,
    times,
    K_new=tk.two_layer_kernel(Z, X, m=1, kappa=1.0),
)
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
widths, gaps = (16, 64, 256, 1024), []
for m in widths:
    start = two_layer_start(range(5), m, 2, 1.0, 1.0)
    model = two_layer((2 * m) ** 0.5)
    data = [torch.as_tensor(v) for v in (X, y)]
    trained = train(model, start, *data, rule=Descent(0.5), steps=round(times[-1] / 0.5))
    f = model(trained.end, torch.as_tensor(Z)).numpy()
    gaps.append(np.sqrt(((f - limit[-1]) ** 2).mean(1)))
    if m in (16, 1024):
        axes[0].plot(z, f[0], "--", label=f"network, m = {m}")
for t, row in zip(times, limit, strict=True):
    axes[0].plot(
        z, row, color="0.3" if t == times[-1] else "0.75", label=f"limit kernel, t = {t:g}"
    )
axes[0].plot(X[:, 0], y, "ko")
axes[0].set(xlabel="input $x$", ylabel="output $f(x)$", title="At time 400 and on the way")
axes[0].legend()
axes[1].loglog(widths, np.array(gaps), ".", color="0.6")
axes[1].loglog(widths, np.median(gaps, 1), "o-", label="median of five starts")
axes[1].loglog(
    widths, np.median(gaps[0]) * (np.array(widths) / widths[0]) ** -0.5, ":", label="$m^{-1/2}$"
)
axes[1].set(xlabel="width $m$", ylabel="root mean square distance to the limit")
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## The end: the interpolant nearest to the start
# Without a bound on time the linear model ends at the kernel interpolant.

# %%
end = minimum_norm.kernel_interpolant(
    tk.two_layer_kernel(X, m=1, kappa=1.0), y, tk.two_layer_kernel(Z, X, m=1, kappa=1.0)
)
late = kernel_flow.linearised_flow(
    tk.two_layer_kernel(X, m=1, kappa=1.0),
    y,
    [1e9],
    K_new=tk.two_layer_kernel(Z, X, m=1, kappa=1.0),
)[0]
print("largest difference:", float(np.abs(end - late).max()))

# %% [markdown]
# ## Without the mirror: mean and spread over starts
# Away from the data a start is not forgotten. What networks of infinite width predict is normal,
# and mean and variance are known at any time:

# %%
derive(theory.kernel_flow.moments_of_the_prediction)[0]

# %% [markdown]
# Band: mean and two standard deviations from `predictions`. Thin lines: eight trained networks of
# width 2048; at any one point about one in twenty lies outside.

# %%
m, steps = 2048, 500
# the factor sqrt(2 / m) sqrt(2 / D) of numerics.tangent_kernel, D = 2
model = two_layer((m / 2) ** 0.5)
start = two_layer_start(range(8), m, 2, 1.0, 1.0, antisymmetric=False)
data = [torch.as_tensor(v) for v in (X, y)]
ends = train(model, start, *data, rule=Descent(0.4), steps=steps).end
mean, covariance = kernel_flow.predictions(X, y, Z, [0.0, 0.4 * steps])
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for ax, middle, square, weights, title in zip(
    axes, mean, covariance, (start, ends), ("At the start", "At time 200"), strict=True
):
    deviation = np.sqrt(np.maximum(np.diag(square), 0))
    ax.fill_between(
        z,
        middle - 2 * deviation,
        middle + 2 * deviation,
        color="#0072B2",
        alpha=0.2,
        label="two standard deviations",
    )
    ax.plot(z, middle, color="#0072B2", label="mean over starts")
    ax.plot(z, model(weights, torch.as_tensor(Z)).numpy().T, color="#D55E00", lw=0.7)
    ax.plot(
        [], [], color="#D55E00", lw=0.7, label="trained networks" if ax is axes[1] else "networks"
    )
    ax.plot(X[:, 0], y, "ko")
    ax.set(xlabel="input $x$", ylabel="output $f(x)$", title=title)
    ax.legend()
fig.tight_layout()
plt.show()
print(
    run(
        next(
            check for check in simulation.CHECKS if check.name == "predictions_scatter_over_starts"
        )
    ).message()
)

# %% [markdown]
# ## Digits near the diagonal
# The arc cosine of a scalar product loses half of the digits of a small angle. The kernels use
# $h=\sin^2(\theta/2)$ instead.

# %%
derive(theory.arc_cosine_kernel.half_angle)[1]

# %%
angles = np.geomspace(1e-12, 1, 100)
pairs = np.c_[np.cos(angles), np.sin(angles)]
exact = np.arctan2(pairs[:, 1], pairs[:, 0])  # the other input is (1, 0)
plain = np.arccos(np.clip(pairs[:, 0] / np.sqrt((pairs**2).sum(1)), -1, 1))
found = np.pi - 2 * np.pi * arc_cosine_kernel.arc_cosine([[1.0, 0.0]], pairs, degree=0)[0]
fig, ax = plt.subplots(figsize=(7, 4))
for value, colour, label in (
    (plain, "#D55E00", "arccos of the scalar product"),
    (found, "#0072B2", "from the kernel of degree 0"),
):
    ax.loglog(angles, np.maximum(np.abs(value - exact), 1e-17), ".", color=colour, label=label)
ax.loglog(angles, np.finfo(float).eps / angles, ":", color="#999999", label="rounding over angle")
ax.set(
    xlabel="angle of two inputs (radians)",
    ylabel="error of the angle (radians)",
    title="1e-17 stands for zero",
    ylim=(5e-18, 1e-6),
)
ax.legend()
plt.show()

# %% [markdown]
# ## A width that suffices, and why it is pessimistic
# Five points on the circle, fixed output weights: from some width on, flow on the input weights
# provably ends at zero loss, because the kernel cannot move by a quarter of its least eigenvalue,
# $\lambda_0=3/10$.

# %%
derive(theory.wide_network_convergence.wide_networks_converge)[3]

# %% [markdown]
# The proof bounds the movement by a chain: all neurons move as far as the farthest could, every
# switch of a neuron counts against the least eigenvalue, and Markov's inequality pays for the
# probability. Measured by descent with small steps, ten starts per width, the kernel moves tens of
# thousands of times less. A few hundred neurons keep it within what is allowed, and even 64 fit the
# data.

# %%
turn = 2 * np.pi * np.arange(5) / 5
circle, rng = np.c_[np.cos(turn), np.sin(turn)], np.random.default_rng(0)
labels, least, widths = (
    np.array([1.0, -1.0, 1.0, -1.0, 1.0]),
    wide_network_convergence.least_eigenvalue(circle)[0],
    (64, 256, 1024, 4096),
)
moved, residual, loss = (np.zeros((len(widths), 10)) for _ in range(3))
for row, m in enumerate(widths):
    for column in range(10):
        w, signs = rng.standard_normal((m, 2)), rng.choice([-1.0, 1.0], m)
        first = (w @ circle.T > 0) * 1.0
        for step in range(400):
            before = w @ circle.T
            error = signs @ np.maximum(before, 0) / m**0.5 - labels
            if step == 0:
                residual[row, column] = np.linalg.norm(error)
            w -= 0.1 * ((signs[:, None] * (before > 0) * error) @ circle) / m**0.5
        last = (w @ circle.T > 0) * 1.0
        moved[row, column] = np.linalg.norm(
            (last.T @ last - first.T @ first) / m * (circle @ circle.T), 2
        )
        loss[row, column] = error @ error / 2
enough = wide_network_convergence.sufficient_width(circle, float(np.median(residual)))
line = np.geomspace(50, 10 * enough, 50)
fig, ax = plt.subplots(figsize=(8, 4))
ax.loglog(
    line,
    least / 4 * (enough / line) ** 0.5,
    color="#999999",
    label="bound on the movement, falls as $m^{-1/2}$",
)
ax.loglog(widths, moved, ".", color="#D55E00", ms=3)
ax.loglog(
    widths,
    np.median(moved, 1),
    "o-",
    color="#D55E00",
    label="measured movement, median of ten starts",
)
ax.axhline(least / 4, color="#0072B2", label="allowed: a quarter of the least eigenvalue")
ax.axvline(enough, color="k", ls=":", label=f"width that suffices, {enough:.1e}")
ax.set(
    xlabel="width $m$ (neurons)",
    ylabel="spectral norm of the movement",
    title="Kernel of five points on the circle",
)
ax.legend(fontsize=8)
plt.show()
for m, most in zip(widths, loss.max(1), strict=True):
    print(f"m = {m}: largest loss of ten at time 40 {most:.1e}")

# %% [markdown]
# ## To try next
# `kernel_flow.predictions(..., depth=5, bias_variance=0.1)`: does a deeper network forget its
# start? Two of the five points close to each other: what happens to the least eigenvalue, and to
# the width? Which link of the chain loses most: how far do the neurons move, how far could they?
