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
# # What does a network find where the true solution has a kink?
#
# In $-(a u')' = f$ the coefficient $a$ jumps at 0. The true solution has a continuous flux $a u'$
# and therefore a kink. A network that is trained on the pointwise residual $a u'' + f$ never hears
# of the flux: its loss is zero at another function, the one with a continuous slope.
#
# *Its output: `python run.py notebooks weak_solution` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import weak_solution as numerics
from proofs_check import aliasing as waves
from proofs_check import interface_energy as by_energy
from proofs_check import run
from proofs_check import steepness as steep
from proofs_check import weak_solution as simulation
from theory import aliasing, constant_source, derive, interface_energy, steepness
from theory import weak_solution as theory

# %% [markdown]
# ## A tent is all that is missing
# On each side both functions have the same second derivative. They differ by a tent, and its height
# is a product of the slope at the interface and a function of the coefficients.

# %%
derive(theory.interface_correction)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
simulation.portrait(ax)
plt.show()

# %% [markdown]
# ## Steeper or flatter?
# At the interface the true solution is steeper on one side and flatter on the other. In the mean
# square it is steeper if and only if it is farther from zero at the interface.

# %%
derive(steepness.dirichlet_gap)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
steep.portrait(ax)
plt.show()

# %% [markdown]
# Under the same source on both sides it is the flatter one, whatever the coefficients are.

# %%
derive(constant_source.neither_always)[2]

# %% [markdown]
# ## The energy sees the kink
# The Ritz energy has its least value at the true solution. For the source $a \pi^2 \sin \pi x$ the
# smooth solution is $\sin \pi x$ at every contrast, and the true one has a tent of $\pi$ times the
# contrast.

# %%
derive(interface_energy.ritz_energy)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
by_energy.portrait(ax)
plt.show()

# %% [markdown]
# ## Many solutions, and which one is chosen
# On 16 points $\sin x$ and $\sin 15 x$ cannot be told apart. Under a kernel every alias gets its
# share of the rates, at all times. The low one wins if and only if its rate is the largest.

# %%
derive(aliasing.alias_amplitudes)[0]

# %%
for power in (2, 4):
    print(f"rates q^-{power}: low alias {numerics.low_alias_share(1, 16, power):.6f} of the whole")

# %%
fig, ax = plt.subplots(figsize=(7, 4))
waves.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts
# The networks of the other checks are left to `verify`.

# %%
for check in (simulation.CHECKS[0], by_energy.CHECKS[1], waves.CHECKS[2]):
    print(run(check).message())

# %% [markdown]
# ## To try next
# `numerics.dirichlet_gap` with your own sources: for which of them is the true solution steeper at
# a contrast of a thousand? `numerics.alias_amplitudes` with the rates of your network.

# %%
gaps = [numerics.dirichlet_gap((1.0, 1000.0), (f, 1.0)) for f in np.linspace(-2, 2, 9)]
print(np.round(gaps, 4))
