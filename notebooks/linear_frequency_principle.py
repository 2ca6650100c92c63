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
# # At which rate is each frequency learned?
#
# A wide two-layer network with broadly spread biases moves every frequency at a rate of its own, in
# closed form.
#
# *Its output: `python run.py notebooks linear_frequency_principle` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import gradient_flow
from numerics.activation_spectrum import transform_size
from numerics.linear_frequency_principle import (
    bias_density,
    crossover_frequency,
    decay_rate,
    interpolant,
)
from proofs_check import activation_spectrum as ricker
from proofs_check import run
from proofs_check.linear_frequency_principle import CHECKS, LARGE_A, SMALL_A, X, Y
from theory import derive
from theory import linear_frequency_principle as theory

# %% [markdown]
# ## The rate of one kind of neuron, and of ReLU

# %%
derive(theory.rate_of_a_neuron)[1]

# %%
derive(theory.relu_rate)[3]

# %% [markdown]
# ## The constant
# Published with a further factor 1/2. The exact kernel decides: summed over weights, biases and
# points it gives the derived constant.

# %%
derive(theory.dimension)[4]

# %%
print(run(next(c for c in CHECKS if c.name == "constant")).message())

# %% [markdown]
# ## Rates of five activations
# Weights $w\sim N(0,1)$, output weights trained. With such weights no activation learns high
# frequencies faster than low ones; narrow ones learn all alike.

# %%
w = (np.arange(4000) + 0.5) / 500
weights = np.exp(-(w**2) / 2) / np.exp(-(w**2) / 2).sum()
q = np.geomspace(0.5, 12, 60)
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for name, s in (("relu", 1.0), ("tanh", 1.0), ("gaussian", 0.3), ("ricker", 0.3), ("ricker", 0.1)):
    label = name if name in ("relu", "tanh") else f"{name}, s = {s}"
    rate = decay_rate(
        q / (2 * np.pi),
        w=w,
        a=0.0,
        weights=weights,
        density=bias_density(std=20.0),
        activation=name,
        s=s,
    )
    axes[0].loglog(q, rate / rate[0], label=label)
    axes[1].loglog(q, transform_size(name, q, s), label=label)
axes[0].set(
    xlabel="angular frequency $q$ (radians per unit)",
    ylabel="rate $\\gamma^2(q)/\\gamma^2(0.5)$",
    title="Rates, weights $N(0,1)$",
)
axes[1].set(
    xlabel="angular frequency $q$ (radians per unit)",
    ylabel="$|\\hat\\sigma(q)|$",
    title="Spectra of the activations",
    ylim=(1e-6, 10),
)
axes[0].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Where training ends: between the cubic and the linear spline
# $h$ minimises $\int|\hat h|^2/\gamma^2$ through the data: an exact solve with the kernel
# $A|\tau|^3/12-B|\tau|/2$ and a line.

# %%
z = np.linspace(-0.8, 0.1, 181)
fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
for ax, (va, vw, vb), title in (
    (axes[0], SMALL_A, "small output weights"),
    (axes[1], LARGE_A, "large output weights"),
):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        a, W = (
            va * rng.uniform(-1, 1, 2000),
            np.c_[vw * rng.uniform(-1, 1, 2000), vb * rng.uniform(-1, 1, 2000)],
        )
        flow = gradient_flow.solve(
            np.c_[X, np.ones(5)], Y, 1.0, 1.0, np.r_[a, -a], np.r_[W, W], tol=1e-8, rtol=1e-2
        )
        ax.plot(
            z,
            np.maximum(np.c_[z, np.ones(181)] @ flow.W.T, 0) @ flow.a,
            color="0.7",
            lw=1,
            label="trained networks" if seed == 0 else None,
        )
    cubic, linear = vw**3 / 4, va**2 / 3 * vw / 2
    ax.plot(z, interpolant(X, Y, cubic=cubic, linear=linear)(z), label="derived limit")
    ax.plot(z, interpolant(X, Y, cubic=1.0, linear=0.0)(z), ":", label="cubic spline")
    ax.plot(z, interpolant(X, Y, cubic=0.0, linear=1.0)(z), "--", label="linear spline")
    ax.plot(X, Y, "ko")
    ax.set(
        xlabel="input $x$",
        title=f"{title}: crossover at {crossover_frequency(cubic, linear):.2g} periods per unit",
    )
axes[0].set(ylabel="output $f(x)$")
axes[0].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## When the order is lost
# $\sin x+\sin 3x+\sin 5x$ with a Ricker activation of width 0.3 or 0.1. What counts is weight over
# width: the low frequency goes first only left of about one, and the error between the points grows
# on the right.

# %%
scales = (0.25, 0.5, 0.7, 1.0, 2.0)
runs = [ricker.fits((0, 1, 2, 3, 4), (0.3, 0.1), scale, m=100, steps=500) for scale in scales]
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for place, s in enumerate((0.3, 0.1)):
    ratio = np.array([np.median(r["fitted"][:, place, 1] / r["fitted"][:, place, 0]) for r in runs])
    axes[0].loglog(scales, ratio, "o-", label=f"width {s}")
    axes[1].loglog(
        scales,
        [np.median(r["test"][:, place]) for r in runs],
        "o-",
        label=f"width {s}, between the points",
    )
    axes[1].loglog(
        scales,
        [np.median(r["beyond"][:, place]) for r in runs],
        "x:",
        label=f"width {s}, beyond them",
    )
axes[0].axhline(1, color="0.5", lw=0.8)
axes[0].set(
    xlabel="standard deviation of weights and biases",
    ylabel="steps for $\\sin 5x$ / steps for $\\sin x$",
)
axes[1].set(xlabel="standard deviation of weights and biases", ylabel="root mean square error")
axes[0].legend()
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Verdicts

# %%
for check in CHECKS[:4]:
    print(run(check).message())
