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
# The tangent kernel in kappa and kappa', its deep recursion, and networks beside their linearisation.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from numerics import minimum_norm
from numerics import tangent_kernel as tk
from numerics.phase_diagram import four_point_problem
from proofs_check import _train
from theory import derive
from theory import tangent_kernel as theory

# %% [markdown]
# ## The kernel and the flow of the linearised model

# %%
derive(theory.tangent_kernel)[0]

# %%
derive(theory.linearised_flow)[0]

# %% [markdown]
# ## Kernels of ReLU networks against the angle of two inputs

# %%
angle = np.linspace(0, np.pi, 181)
points = np.c_[np.cos(angle), np.sin(angle)]
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for degree in (0, 1, 2):
    value = tk.arc_cosine(points[:1], points, degree=degree)[0]
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
# Four points, antisymmetric start of $2m$ neurons: the network approaches the closed form of its limit kernel as it widens.

# %%
X, y = four_point_problem()
z = np.linspace(-0.7, 0.7, 141)
Z = np.c_[z, np.ones(len(z))]
times = np.array([4.0, 40.0, 400.0])
limit = tk.linearised_flow(tk.two_layer_kernel(X, m=1, kappa=1.0), y, times, K_new=tk.two_layer_kernel(Z, X, m=1, kappa=1.0))
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
widths, gaps = (16, 64, 256, 1024), []
for m in widths:
    start = _train.two_layer_start(range(5), m, 2, 1.0, 1.0)
    model = _train.two_layer((2 * m) ** 0.5)
    data = [torch.as_tensor(v) for v in (X, y)]
    run = _train.train(model, start, *data, rate=0.5, stop=0.0, max_steps=round(times[-1] / 0.5))
    f = model(run.end, torch.as_tensor(Z)).numpy()
    gaps.append(np.sqrt(((f - limit[-1]) ** 2).mean(1)))
    if m in (16, 1024):
        axes[0].plot(z, f[0], "--", label=f"network, m = {m}")
for t, row in zip(times, limit, strict=True):
    axes[0].plot(z, row, color="0.3" if t == times[-1] else "0.75", label=f"limit kernel, t = {t:g}")
axes[0].plot(X[:, 0], y, "ko")
axes[0].set(xlabel="input $x$", ylabel="output $f(x)$", title="At time 400 and on the way")
axes[0].legend()
axes[1].loglog(widths, np.array(gaps), ".", color="0.6")
axes[1].loglog(widths, np.median(gaps, 1), "o-", label="median of five starts")
axes[1].loglog(widths, np.median(gaps[0]) * (np.array(widths) / widths[0]) ** -0.5, ":", label="$m^{-1/2}$")
axes[1].set(xlabel="width $m$", ylabel="root mean square distance to the limit")
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## The end: the interpolant nearest to the start
# Without a bound on time the linear model ends at the kernel interpolant.

# %%
end = minimum_norm.kernel_interpolant(tk.two_layer_kernel(X, m=1, kappa=1.0), y, tk.two_layer_kernel(Z, X, m=1, kappa=1.0))
late = tk.linearised_flow(tk.two_layer_kernel(X, m=1, kappa=1.0), y, [1e9], K_new=tk.two_layer_kernel(Z, X, m=1, kappa=1.0))[0]
print("largest difference:", float(np.abs(end - late).max()))
