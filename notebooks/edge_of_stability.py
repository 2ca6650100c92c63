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
# # What happens where a step is too long for its valley?
#
# Descent with the step $\eta$ is stable up to the sharpness $2/\eta$; the flow knows no such thing.
# Networks that sharpen get there and are held, at the price of oscillation.
#
# *Its output: `python run.py notebooks edge_of_stability` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import edge_of_stability as eos
from proofs_check import edge_of_stability as simulation
from proofs_check.edge import networks, paths
from theory import derive
from theory import edge_of_stability as theory

# %% [markdown]
# ## The threshold belongs to the method
# Descent and the third order leave through $R=-1$ and oscillate, Heun and the fourth order through
# $R=+1$ and do not.

# %%
derive(theory.critical_sharpness)[3]

# %%
z = np.linspace(-3.2, 0, 300)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for method in ("flow", *eos.EDGES, "implicit"):
    left.plot(z, eos.amplification(method, z), label=method)
left.axhspan(-1, 1, color="0.9")
left.set(
    xlabel=r"$-\eta\lambda$ (dimensionless)",
    ylabel="multiplier of a step",
    ylim=(-2, 2),
    title="Methods without memory",
)
left.legend()
beta = np.linspace(0, 0.9, 50)
for method in eos.MEMORY:
    right.semilogy(beta, eos.critical_sharpness(method, 1.0, beta), label=method)
right.axhline(2, ls="--", color="0.5", label="descent")
right.set(
    xlabel=r"momentum $\beta$",
    ylabel=r"critical sharpness times $\eta$",
    title="Methods with memory",
)
right.legend()
plt.show()

# %% [markdown]
# ## A network whose end is known
# The flow of a linear network ends at a derived sharpness. Descent ends there too, unless that is
# beyond $2/\eta$: a kink.

# %%
derive(theory.linear_net_end)[0]

# %%
fig, axes = plt.subplots(figsize=(6, 4.5))
simulation.portrait(axes)
plt.show()

# %% [markdown]
# ## Other networks
# One start each. The network on two waves sharpens, meets the threshold and stays; thirty digits
# are fitted first, at most steps.

# %%
names = (networks.LINEAR, "tanh network, digits", "tanh network, two waves")
fig, panels = plt.subplots(1, 3, figsize=(13, 4), sharey=True)
for axes, name in zip(panels, names, strict=True):
    rates = (0.95, 0.65, 0.4)
    run = paths.follow(networks.NETWORKS[name](), (0,), rates)
    for rate, moments, level in zip(rates, run.moments[0], run.level[0], strict=True):
        ok = np.isfinite(level)
        axes.semilogx(
            moments[ok] + 1, level[ok], ".-", label=rf"$\eta\lambda_{{\max}}(0)$ = {rate}"
        )
    axes.axhline(1, ls="--", color="0.5")
    axes.set(xlabel="step", title=name, ylim=(0, 1.5))
panels[0].set(ylabel=r"$\eta\lambda_{\max}/2$ (dimensionless)")
panels[0].legend()
plt.show()

# %% [markdown]
# ## Why it stays
# Sharpening pushes up, oscillation pushes down. Without a cubic term the balance repels, and
# oscillations come in bursts that grow.

# %%
derive(theory.hovers)[3]

# %%
fig, panels = plt.subplots(1, 2, figsize=(11, 3.5), sharey=True)
for axes, c in zip(panels, (0.0, 1.0), strict=True):
    x, y = eos.reduced_path(0.02, 1.0, c, 1.0, 0.15, 0.0, 150).T
    axes.plot(2 + y)
    axes.axhline(2, ls="--", color="0.5")
    axes.set(xlabel="step", title=f"cubic term c = {c:g}", ylim=(1, 3))
panels[0].set(ylabel=r"$\eta\lambda_{\max}$ (dimensionless)")
plt.show()

# %% [markdown]
# ## Verdict
# The threshold is that of descent, not of the flow. Networks that are still being fitted rise to it
# and stay; small data are fitted before, and a step that is too long for the first fit diverges.
# To try next: `paths.TIME`, `networks.NETWORKS`, and other steps.

# %%
derive(theory.end_of_descent)[0]
