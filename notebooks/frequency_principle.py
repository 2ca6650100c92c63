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
# # Low frequencies first, and what follows
#
# The pull of an error at one neuron; early stopping as a filter; the Runge phenomenon; Jacobi
# iteration; scaled inputs.
#
# *Its output: `python run.py notebooks frequency_principle` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import early_stopping, jacobi_iteration, runge_phenomenon
from numerics.frequency_principle import pulls
from numerics.multiscale_network import mixture_rate
from proofs_check import early_stopping as stopping
from theory import derive
from theory import early_stopping as theory_of_stopping
from theory import frequency_principle as theory
from theory import runge_phenomenon as theory_of_runge

# %% [markdown]
# ## How hard does an error of frequency $k$ pull?
# At the output weight and the bias of a tanh neuron the pull falls with $k$ for every input weight
# $w$. At the input weight it does so for every $w$ only if $b^2\ge\pi^2/12$.

# %%
derive(theory.order_of_pulls)[3]

# %%
k = np.geomspace(0.05, 20, 200)
fig, axes = plt.subplots(1, 3, figsize=(13, 4), sharey=True)
for w, style in ((0.5, "-"), (1.0, "--"), (6.0, ":")):
    for ax, pull, name in zip(
        axes, pulls(k, w), ("output weight", "bias", "input weight"), strict=True
    ):
        ax.loglog(k, pull, style, label=f"$w$ = {w}")
        ax.set(xlabel="angular frequency $k$ of the error", title=name, ylim=(1e-6, 100))
axes[0].set(ylabel="size of the gradient")
axes[0].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Early stopping is a filter
# A mode with coefficient $\theta$ and noise $\sigma$ is best stopped at
# $\ln(1+\theta^2/\sigma^2)/\lambda$.

# %%
derive(theory_of_stopping.risk_of_a_mode)[1]

# %%
rates, coefficients = stopping.modes()
t = np.geomspace(0.5, 3000, 300)
run = stopping.noisy_sine((0, 1, 2), steps=1500)
best = early_stopping.optimal_time(rates, coefficients, stopping.NOISE)
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
axes[0].loglog(
    t, early_stopping.risk(t, rates, coefficients, stopping.NOISE), label="summed over the modes"
)
axes[0].axvline(best, color="0.5", lw=0.8, label=f"best time {best:.1f}")
axes[0].set(
    xlabel="training time $t$",
    ylabel="expected squared error",
    title="ReLU kernel on a circle, noise 0.5",
)
axes[0].legend()
amplitude = np.abs(run["output"][:, 0])
axes[1].semilogy(np.abs(run["data"][0]), "k.", label="training data")
axes[1].semilogy(np.abs(run["tested"][0]), ".", color="0.6", label="test data")
axes[1].semilogy(amplitude[0], label="network at the least test error")
axes[1].semilogy(amplitude[1], "--", label="network at the end")
axes[1].set(
    xlabel="frequency $k$ (periods of the interval)",
    ylabel="amplitude",
    title="$\\sin x$ with noise 0.2",
    ylim=(1e-5, 1),
)
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Runge: the interpolant oscillates, the path to it does not
# The error of the interpolant has a closed form, and on the way descent passes close to the
# function, at very different times in two bases.

# %%
derive(theory_of_runge.interpolation_error)

# %%
x, z = runge_phenomenon.nodes(), np.linspace(-1, 1, 401)
t = np.geomspace(1e-1, 1e13, 300)
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
axes[0].plot(z, runge_phenomenon.target(z), "k", label="$1/(1+25x^2)$")
axes[0].plot(x, runge_phenomenon.target(x), "ko", ms=4)
for basis in ("monomial", "legendre"):
    axes[1].loglog(t, runge_phenomenon.sup_error(t, basis), label=basis)
    stop = runge_phenomenon.best_time(basis)[0]
    axes[0].plot(
        z,
        runge_phenomenon.flow([stop], x, runge_phenomenon.target(x), z, 11, basis)[0],
        label=f"{basis}, stopped at t = {stop:.2g}",
    )
axes[0].plot(
    z,
    runge_phenomenon.flow([np.inf], x, runge_phenomenon.target(x), z, 11)[0],
    ":",
    label="interpolant",
)
axes[0].set(xlabel="$x$", ylabel="value", title="Degree 11 through 12 equispaced points")
axes[1].set(xlabel="training time $t$", ylabel="largest deviation on $[-1,1]$")
axes[0].legend()
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Jacobi iteration takes the other order, and scaled inputs flatten the rates

# %%
modes = np.arange(1, 64)
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for omega in (1.0, 2 / 3):
    axes[0].plot(
        modes, np.abs(jacobi_iteration.symbol(modes, 63, omega)), label=f"damping {omega:.2f}"
    )
axes[0].axhline(1 / 3, color="0.5", lw=0.8)
axes[0].set(
    xlabel="frequency $k$", ylabel="factor of the error per sweep", title="63 interior points"
)
xi = np.geomspace(0.05, 3, 100)
for scales in ((1.0,), (1.0, 2.0, 4.0), (1.0, 4.0, 16.0)):
    rate = mixture_rate(xi, scales, np.ones(len(scales)) / len(scales), a=1.0, activation="tanh")
    axes[1].loglog(xi, rate / rate[0], label=f"first-layer coefficients {scales}")
axes[1].set(
    xlabel="frequency (periods per unit)",
    ylabel="rate, over that at 0.05",
    title="tanh, weights of size one",
    ylim=(1e-8, 3),
)
axes[0].legend()
axes[1].legend()
fig.tight_layout()
plt.show()
