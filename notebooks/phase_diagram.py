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
# # The phase diagram of two-layer ReLU networks
#
# A network $f(x)=\frac1\alpha\sum_k a_k\,\mathrm{relu}(w_k\cdot x)$ with $a_k\sim N(0,\beta_1^2)$,
# $w_k\sim N(0,\beta_2^2 I)$ trains by two numbers: $\kappa=\beta_1\beta_2/\alpha=m^{-\gamma}$ and
# $\kappa'=\beta_1/\beta_2=m^{-\gamma'}$. This notebook derives where its input weights stand still
# and where they condense, draws the map, and puts measured networks on it.
#
# *Its output: `python run.py notebooks phase_diagram` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import gradient_flow
from numerics import phase_diagram as pd
from numerics.core.fit import log_slope
from proofs_check import run
from proofs_check.phase_diagram import CHECKS, PUBLISHED_RD, PUBLISHED_WIDTHS
from theory import derive, nondimensionalisation, phase_diagram

plt.rcParams.update({"figure.dpi": 110, "axes.grid": True, "grid.alpha": 0.3})

# %% [markdown]
# ## Two numbers remain
# The normalised flow of the weights, with every step checked by machine:

# %%
derive(nondimensionalisation.rescaled_flow)[1]

# %% [markdown]
# Each neuron keeps $\kappa' a^2-|w|^2/\kappa'$:

# %%
derive(nondimensionalisation.balance)[0]

# %% [markdown]
# ## The exponent of the drift
# $RD_w=|w(T)-w(0)|/|w(0)|\sim m^{S_w}$. Where the bounds of theorems 1* and 2* meet this
# is a theorem; elsewhere it rests on a hypothesis that is listed with the result.

# %%
exponent = derive(phase_diagram.input_exponent)[0]
print(exponent.grade().name, "given", exponent.given)
exponent.result

# %% [markdown]
# In the wedge $\gamma'<0$, $1<\gamma<1-\gamma'$ a handful of neurons may carry the fit. What is
# established there are bounds:

# %%
print("bounds on S_w at (1.2, -0.4):", pd.drift_bounds(1.2, -0.4))

# %% [markdown]
# ## The map, with measured points
# Colour: derived $S_w$. Circles: $S_w$ fitted to networks of 500, 2000 and 8000 sampled neurons
# that follow the gradient flow on the four-point problem. Measured and derived colours differ near
# the lines: that is the crossover at finite width, shown further down.

# %%
gamma, gamma_p = np.meshgrid(np.linspace(0.3, 2, 341), np.linspace(-0.8, 0.8, 321))
derived = pd.input_exponent(gamma, gamma_p)
cells = [
    (0.5, 0),
    (0.5, 0.4),
    (0.5, -0.4),
    (0.8, 0.4),
    (0.8, 0),
    (0.8, -0.4),
    (1, 0),
    (1.2, 0.4),
    (1.25, 0),
    (1.4, -0.2),
    (1.6, 0.4),
    (1.75, 0),
    (1.5, 0.5),
    (1.2, -0.4),
]
widths = (500, 2000, 8000)
measured = [
    float(
        np.median(
            [
                log_slope(
                    widths,
                    [
                        pd.relative_distance(
                            m, *cell, sampled=True, seed=s, tol=1e-8, rtol=0.1
                        ).value
                        for m in widths
                    ],
                )
                for s in range(3)
            ]
        )
    )
    for cell in cells
]

fig, ax = plt.subplots(figsize=(8, 5.5))
mesh = ax.pcolormesh(gamma, gamma_p, derived, cmap="RdBu_r", vmin=-1, vmax=1, shading="auto")
ax.contourf(gamma, gamma_p, np.isnan(derived), levels=[0.5, 1.5], colors="0.85", hatches=["//"])
ax.plot([1, 1, 1.8], [-0.8, 0, 0.8], "k-", lw=2, label="derived boundary")
ax.scatter(
    *zip(*cells, strict=True),
    c=measured,
    cmap="RdBu_r",
    vmin=-1,
    vmax=1,
    s=110,
    edgecolors="k",
    label="sampled networks",
    zorder=3,
)
ax.text(0.42, 0.62, "linear: $w$ stands still", color="w")
ax.text(1.55, -0.3, "condensed")
ax.text(1.06, -0.62, "open", bbox={"facecolor": "w", "edgecolor": "none"})
ax.set(
    xlabel=r"$\gamma$  (energy scale $\kappa=m^{-\gamma}$)",
    ylabel=r"$\gamma'$  (dynamical scale $\kappa'=m^{-\gamma'}$)",
    title=r"Exponent of the drift of the input weights, $S_w$",
)
fig.colorbar(mesh, label="$S_w$ (per power of $m$)")
ax.legend(loc="upper left", bbox_to_anchor=(0, -0.12), ncols=2)
plt.show()
for cell, found in zip(cells, measured, strict=True):
    print(
        f"gamma = {cell[0]:4}, gamma' = {cell[1]:4}:  measured {found:+.3f}, derived "
        f"{pd.input_exponent(*cell):+.3f}"
    )

# %% [markdown]
# ## Distance against width, with the published points

# %%
wide = np.logspace(2.7, 4.7, 9)
fig, ax = plt.subplots(figsize=(7, 5))
for g, colour in ((0.5, "C0"), (1.0, "C2"), (1.75, "C3")):
    found = [pd.relative_distance(m, g, 0, tol=5e-7, rtol=0.05) for m in wide]
    ax.errorbar(
        wide,
        [distance.value for distance in found],
        [distance.error for distance in found],
        fmt="-",
        color=colour,
        label=rf"flow, $\gamma={g}$, derived slope {pd.input_exponent(g, 0):g}",
    )
    ax.loglog(
        PUBLISHED_WIDTHS, PUBLISHED_RD[g], "o", color=colour, mfc="w", label="published single runs"
    )
ax.loglog(wide, pd.lazy_relative_distance(wide, 0.5, 0), "k:", label="lazy closed form, no fit")
ax.set(
    xscale="log",
    yscale="log",
    xlabel="width $m$ (neurons)",
    ylabel=r"$RD_w$ (relative)",
    title=r"Relative distance of the input weights, $\gamma'=0$",
)
ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# ## The crossover
# For $\gamma'>0$ the slope that a finite width shows approaches the derived one only where
# $\kappa'^2=m^{-2\gamma'}$ is small. At $(0.8, 0.1)$ maps of any practical width show about $-0.3$;
# the limit is $-0.4$.

# %%
m = np.logspace(2, 40, 120)
fig, ax = plt.subplots(figsize=(7, 4))
for gp in (0.1, 0.2, 0.4):
    (line,) = ax.semilogx(
        m, [pd.local_exponent(v, 0.8, gp) for v in m], label=rf"$\gamma'={gp}$, local slope"
    )
    ax.axhline(
        pd.input_exponent(0.8, gp),
        color=line.get_color(),
        ls=":",
        label=rf"$\gamma'={gp}$, $m\to\infty$",
    )
ax.set(
    xlabel="width $m$ (neurons)", ylabel=r"$d\log RD_w/d\log m$", title=r"Crossover at $\gamma=0.8$"
)
ax.legend(fontsize=8, ncols=2)
plt.show()

# %% [markdown]
# ## Three typical fits and where their neurons point
# Kernel scale, mean-field scale and condensed, one seed each with an independent start (no mirror
# images), as in the published pictures. Upper row: fits. Middle row: orientation and amplitude of
# the neurons before, lower row: after training.

# %%
X, y = pd.four_point_problem()
grid = np.linspace(-0.6, 0.6, 400)
width = 1000
fig, axes = plt.subplots(3, 3, figsize=(11, 9), sharex="row", sharey="row", layout="constrained")
for column, g in enumerate((0.5, 1.0, 1.75)):
    a, W, _ = gradient_flow.start(width, 2, sampled=True, seed=1, antisymmetric=False)
    flow = gradient_flow.solve(X, y, width**-g, 1.0, a, W, tol=1e-8, rtol=0.05)
    fit = width**-g * np.maximum(np.c_[grid, np.ones_like(grid)] @ flow.W.T, 0) @ flow.a
    axes[0, column].plot(grid, fit, label="network")
    axes[0, column].plot(
        X[:, 0], np.interp(X[:, 0], X[:, 0], y), ":", color="0.5", label="linear interpolant"
    )
    axes[0, column].plot(X[:, 0], y, "ko", label="data")
    axes[0, column].set(
        title=rf"$\gamma={g}$", xlabel="$x$", ylabel="$f(x)$" if column == 0 else ""
    )
    for row, (out, inner, when) in enumerate(((a, W, "before"), (flow.a, flow.W, "after")), 1):
        angle, amplitude = (
            np.arctan2(inner[:, 1], inner[:, 0]),
            np.abs(out) * np.linalg.norm(inner, axis=1),
        )
        axes[row, column].scatter(
            angle, amplitude / amplitude.max(), s=6, c=np.where(out > 0, "C0", "C3")
        )
        axes[row, column].set(
            xlabel="orientation atan2$(b, w)$ (rad)",
            ylabel=f"amplitude {when} (largest = 1)" if column == 0 else "",
        )
axes[0, 0].legend(fontsize=8)
plt.show()

# %% [markdown]
# ## Verdicts
# The same quantities as checks: each with the band the theory predicts, and a rival that the data
# must refute.

# %%
for check in CHECKS:
    if check.name in (
        "kernel_scaling_slope",
        "mean_field_slope",
        "condensed_slope",
        "wedge_with_a_linear_target",
        "published_distances",
    ):
        print(run(check).message())
