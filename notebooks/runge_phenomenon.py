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
# # Can one stop before the polynomial oscillates?
#
# The polynomial of degree 11 through 12 equispaced points of $1/(1+25x^2)$ misses the function by
# more than one half between the points. Gradient descent on its coefficients ends there too, but on
# the way it passes much closer. How close, and when, can be computed exactly; the time depends on
# the basis by a factor of half a million.
#
# *Its output: `python run.py notebooks runge_phenomenon` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import runge_phenomenon as numerics
from proofs_check import run, verdicts
from proofs_check import runge_phenomenon as simulation
from theory import derive
from theory import runge_phenomenon as theory

# %% [markdown]
# ## The error of the interpolant, in closed form

# %%
derive(theory.interpolation_error)[0]

# %%
derive(theory.largest_deviation)[0]

# %%
z = np.linspace(-1, 1, 801)
fig, ax = plt.subplots(figsize=(7, 4))
ax.plot(z, numerics.interpolation_error(z), color="#0072B2", label="derived")
ends = numerics.flow(
    [np.inf], numerics.nodes(), numerics.target(numerics.nodes()), z[::20], 11, "legendre"
)[0]
ax.plot(
    z[::20],
    numerics.target(z[::20]) - ends,
    "o",
    color="#D55E00",
    ms=4,
    label="interpolant computed from the 12 values",
)
ax.plot(numerics.nodes(), np.zeros(12), "k|", ms=12, label="nodes")
ax.axhspan(-float(theory.UPPER), float(theory.UPPER), color="#999999", alpha=0.15)
ax.set(
    xlabel="$x$", ylabel="function minus interpolant", title="Grey: the enclosed largest deviation"
)
ax.legend(loc="lower center")
plt.show()

# %% [markdown]
# ## Descent fits one direction after the other
# In the singular directions of the design matrix the parts of the data are fitted independently, at
# rates $s_j^2/n$.

# %%
derive(theory.flow_in_a_singular_direction)[0]

# %% [markdown]
# In powers of $x$ the order of the rates is the order of smoothness: rank correlation -1. In
# Legendre polynomials it is not, and descent there is a different method for the same polynomials.

# %%
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for basis, colour, mark in (("monomial", "#0072B2", "o"), ("legendre", "#D55E00", "s")):
    s, rough = numerics.roughness(11, basis)
    rank = float(simulation.order_of_directions(basis=basis)[0])
    axes[0].loglog(
        s**2 / 12, rough, mark, color=colour, label=f"{basis}: rank correlation {rank:.2f}"
    )
axes[0].set(
    xlabel="rate $s_j^2/n$ of the direction (per unit of time)",
    ylabel="mean squared slope over mean square",
    title="Roughness",
)
axes[0].legend()
directions = np.linalg.svd(numerics.design(numerics.nodes(), 11))[2] @ numerics.design(z, 11).T
for j, colour in ((0, "#0072B2"), (1, "#009E73"), (4, "#D55E00"), (9, "#999999")):
    axes[1].plot(
        z, directions[j] / np.abs(directions[j]).max(), color=colour, label=f"direction {j + 1}"
    )
axes[1].set(
    xlabel="$x$", ylabel="value (largest = 1)", title="Directions in powers of $x$, fastest first"
)
axes[1].legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## The path passes the function
# Lines: the closed form. Points: a run that knows nothing of singular values, descent in the
# Legendre basis and an implicit integrator in powers, where descent would need a thousand million
# steps. Right: what is there at the best time.

# %%
t = np.geomspace(1e-1, 1e13, 400)
x = numerics.nodes()
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
axes[1].plot(z, numerics.target(z), "k", label="$1/(1+25x^2)$")
for basis, colour, (times, worst) in (
    ("monomial", "#0072B2", simulation.run_integrator()),
    ("legendre", "#D55E00", simulation.run_descent()),
):
    best, error = numerics.best_time(basis)
    shown = (
        np.unique(np.geomspace(1, len(times), 25).astype(int) - 1)
        if basis == "legendre"
        else np.arange(0, len(times), 20)
    )
    axes[0].loglog(
        t,
        numerics.sup_error(t, basis),
        color=colour,
        label=f"{basis}: least {error:.3f} at t = {best:.2g}",
    )
    axes[0].loglog(times[shown], worst[shown], "o", color=colour, ms=4)
    style = "-" if basis == "monomial" else "--"
    axes[1].plot(
        z,
        numerics.flow([best], x, numerics.target(x), z, 11, basis)[0],
        style,
        color=colour,
        lw=2,
        label=f"{basis}, stopped",
    )
axes[0].axhline(float(theory.LOWER), color="#999999", lw=1, label="interpolant, 0.556")
axes[1].plot(
    z,
    numerics.flow([np.inf], x, numerics.target(x), z, 11, "legendre")[0],
    color="#999999",
    label="interpolant",
)
axes[1].plot(x, numerics.target(x), "ko", ms=4)
axes[0].set(
    xlabel="training time $t$ (loss $\\sum e^2/2n$)",
    ylabel="largest deviation on $[-1,1]$",
    title="Twelve points",
)
axes[1].set(xlabel="$x$", ylabel="value", title="Degree 11")
axes[0].legend(fontsize=8)
axes[1].legend(fontsize=8)
fig.tight_layout()
plt.show()

# %% [markdown]
# ## More points make it worse, stopping does not
# The deviation of the interpolant doubles with every two points from ten on; that of the stopped
# path stays below a tenth from 14 points on. With few points there is nothing to gain: the path is
# best at its end.

# %%
counts = np.array([6, 8, 10, 12, 14, 16, 18, 20])
interpolants = [
    np.abs(
        numerics.flow(
            [np.inf], numerics.nodes(n), numerics.target(numerics.nodes(n)), z, n - 1, "legendre"
        )[0]
        - numerics.target(z)
    ).max()
    for n in counts
]
stopped = [numerics.best_time("legendre", count=int(n))[1] for n in counts]
fig, ax = plt.subplots(figsize=(7, 4))
ax.semilogy(counts, interpolants, "s-", color="#999999", label="interpolant")
ax.semilogy(counts, stopped, "o-", color="#D55E00", label="stopped in time, Legendre basis")
ax.set(xlabel="number of points, degree plus one", ylabel="largest deviation on $[-1,1]$")
ax.legend()
plt.show()
for n, one, two in zip(counts, interpolants, stopped, strict=True):
    print(f"{n} points: interpolant {one:.3f}, stopped {two:.3f}")

# %% [markdown]
# ## Verdicts

# %%
results = [run(check) for check in simulation.CHECKS]
for result in results:
    print(result.message())
for statement in verdicts("runge_phenomenon", results):
    print(statement)

# %% [markdown]
# ## To try next
# Chebyshev points in place of equispaced ones: `numerics.flow` takes any nodes. Another width of
# the bump than $1/5$: what does the pole do to the deviation? Noise on the twelve values: does the
# best time move?
