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
# # Why does a solver remove the ripples, and a network the hills?
#
# Jacobi iteration for $-u''=g$ and a network trained on the same equation start with the same
# error. The iteration flattens the ripples at once and needs hundreds of sweeps for the long wave;
# the network does the opposite. The factor of every frequency is derived below; a coarse grid
# repairs the iteration, and the repair does not depend on the grid.
#
# *Its output: `python run.py notebooks jacobi_iteration` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import jacobi_iteration as numerics
from proofs_check import jacobi_iteration as simulation
from proofs_check import run, verdicts
from theory import derive
from theory import jacobi_iteration as theory

# %% [markdown]
# ## The factor of a frequency
# A sweep multiplies the error $\sin(k\pi x)$ by a number that depends on $k$, the grid spacing $h$
# and the damping $\omega$ only.

# %%
derive(theory.symbol)[0]

# %% [markdown]
# Undamped, the lowest frequency keeps $\cos(\pi h)$ of its error. This is how slow that is:

# %%
derive(theory.undamped_symbol)[2]

# %% [markdown]
# With $\omega=2/3$ the upper half of the frequencies (shaded) keeps at most one third, the best
# that any damping can do. Right: a rough error under ten damped sweeps, done with the matrix of a
# sweep. It becomes smooth, not small.

# %%
N = 63
k, x = np.arange(1, N + 1), np.arange(1, N + 1) / (N + 1)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for omega, colour in ((1.0, "#0072B2"), (2 / 3, "#D55E00"), (0.4, "#009E73")):
    left.plot(k, np.abs(numerics.symbol(k, N, omega)), color=colour, label=f"damping {omega:.2f}")
left.axvspan((N + 1) / 2, N, color="#999999", alpha=0.25)
left.axhline(1 / 3, color="#999999", lw=1)
left.set(
    xlabel="frequency $k$ (half waves on the interval)",
    ylabel="factor of the error per sweep",
    title=f"{N} interior points",
)
left.legend()
error = np.sin(np.pi * x) + np.sin(5 * np.pi * x) + np.sin(44 * np.pi * x)
sweep = numerics.sweep_matrix(N, 2 / 3)
for count, colour in ((0, "#999999"), (10, "#D55E00"), (100, "#0072B2")):
    right.plot(
        x, np.linalg.matrix_power(sweep, count) @ error, color=colour, label=f"after {count} sweeps"
    )
right.set(
    xlabel="place $x$", ylabel="error $u-u_{exact}$", title="Frequencies 1, 5 and 44 at damping 2/3"
)
right.legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## A coarse grid removes the rest
# The smooth error is seen on a grid of half the points, where its equation is solved exactly. One
# cycle with one sweep before and one after multiplies every frequency by the same number.

# %%
derive(theory.two_grid)[1]

# %% [markdown]
# So the work no longer grows with the grid. Points: from the eigenvalues of the matrices; lines:
# from the derived factors.

# %%
grids = np.array([7, 15, 31, 63, 127])
h = 1 / (grids + 1)
aim = np.log(1e-6)
matrices = [(numerics.sweep_matrix(n, 2 / 3), numerics.two_grid_matrix(n)) for n in grids]
radius = [[np.abs(np.linalg.eigvals(matrix)).max() for matrix in pair] for pair in matrices]
sweeps, cycles = (aim / np.log(np.array(radius))).T
fig, ax = plt.subplots(figsize=(7, 4))
ax.loglog(
    grids,
    aim / np.log([numerics.symbol(1, n, 2 / 3) for n in grids]),
    color="#0072B2",
    label="derived: slowest frequency",
)
ax.loglog(grids, sweeps, "o", color="#0072B2", label="sweeps at damping 2/3")
ax.axhline(
    aim / np.log(float(derive(theory.two_grid)[1].result)),
    color="#D55E00",
    label="derived: 1/9 per cycle",
)
ax.loglog(grids, cycles, "s", color="#D55E00", label="two-grid cycles")
ax.set(
    xlabel="interior points $N$",
    ylabel="sweeps or cycles to divide the error by 1e6",
    title="Work of a solution",
)
ax.legend()
plt.show()
print("sweeps and cycles at N = 127:", sweeps[-1].round(), cycles[-1].round(2))

# %% [markdown]
# ## The network takes the other order
# Four networks minimise the energy of the same equation. The wait until the error of frequencies 1
# and 5 is halved, beside the same wait of the iteration:

# %%
steps = simulation.halving_steps(range(4))
wait = np.log(0.5) / np.log(
    np.abs(numerics.symbol(np.array([simulation.LOW, simulation.HIGH]), simulation.GRID, 2 / 3))
)
fig, ax = plt.subplots(figsize=(6, 4))
ax.semilogy([1, 5], steps.T, "o-", color="#999999", ms=4, lw=0.8)
ax.semilogy(
    [1, 5],
    np.median(steps, axis=0),
    "s-",
    color="#D55E00",
    lw=2,
    label="networks: median of four (grey: each)",
)
ax.semilogy([1, 5], wait, "o-", color="#0072B2", lw=2, label="damped Jacobi, derived")
ax.set(
    xlabel="frequency $k$ of the error (half waves)",
    ylabel="steps or sweeps until it is halved",
    xticks=[1, 5],
    ylim=(1, 2000),
)
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# ## Verdicts

# %%
results = [run(check) for check in simulation.CHECKS]
for result in results:
    print(result.message())
for statement in verdicts("jacobi_iteration", results):
    print(statement)

# %% [markdown]
# ## To try next
# `two_grid_matrix(63, omega=0.5)`: how much does the cycle lose? Two sweeps before and none after:
# does the order of the sweeps matter? Start the network from what Jacobi iteration leaves after ten
# sweeps, or the iteration from what the network leaves after a hundred steps.
