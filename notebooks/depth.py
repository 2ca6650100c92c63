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
# # What does depth do to training?
#
# Deeper networks of one size are said to need fewer epochs, because their gradients are steeper or
# their start is closer. Both reasons are numbers that the tangent kernel gives, and both can be
# computed before anything is trained. Then come products of factors, where everything is exact, and
# the paths that carry the gradient of a residual network.
#
# *Its output: `python run.py notebooks depth` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import depth as numerics
from proofs_check import deep_linear as linear
from proofs_check import residual_norm as norms
from proofs_check import residual_path as paths
from proofs_check import run, verdicts
from theory import deep_linear as factors
from theory import depth as reasons
from theory import derive
from theory import residual_norm as blocks
from theory import residual_path as lengths
from theory import standard_kernel as theory
from theory import trainable_depth as plain

# %% [markdown]
# ## Steeper?
# The mean squared gradient of an output counts units. The four networks of the source's figure have
# about 15,200 parameters each, and the one with a single hidden layer has the largest gradient.

# %%
derive(theory.kernel_trace)[0]

# %%
figure = {1: 298, 2: 100, 3: 75, 4: 63}
for layers, units in figure.items():
    found = numerics.kernel_trace(1.0, 40, units, layers)
    print(f"{layers} hidden layers of {units} units: {found:.0f}")

# %% [markdown]
# ## Closer?
# Random labels live on the small eigenvalues of the kernel, and these grow with the depth: by the
# mean kernel four layers have a shorter way to the data, and need a third less time.

# %%
derive(reasons.distance_to_fit)[0]

# %%
X, Y = np.random.default_rng(0).standard_normal((50, 40)), np.eye(50)
for layers, units in figure.items():
    K = numerics.standard_kernel(X, layers, units)
    way, time = numerics.lazy_distance(K, Y), numerics.epochs_to(K, Y, 0.1)
    print(f"{layers} hidden layers: way {way:.2f}, time to a tenth {time:.2f}")

# %% [markdown]
# But a network of 63 units with ten outputs does not have the mean kernel. Its own one has smaller
# small eigenvalues, and with it the order turns: four layers take longer. That is what training
# shows (`proofs_check.standard_kernel.portrait`, which trains for some seconds).
#
# ## Products of factors
# With N equal factors a strong target is reached sooner and a weak one later, and two targets get
# rates that differ by a power of their ratio.

# %%
derive(factors.balanced_speed)[1]

# %%
derive(factors.final_rate)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
linear.portrait(ax)
plt.show()

# %% [markdown]
# ## How deep can a plain network be?
# Signals and gradients of a narrow network scatter, by a factor in each layer.

# %%
derive(plain.fourth_moment)[1]

# %%
for units in (8, 24, 100, 1000):
    print(units, "units:", round(float(numerics.critical_depth(units)), 1), "layers")

# %% [markdown]
# ## Paths through residual blocks
# The share of a length in the gradient is the chance that so many independent events happen.

# %%
derive(lengths.binomial_law)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
paths.portrait(ax)
plt.show()

# %% [markdown]
# Paths of 5 to 17 out of 54 blocks carry nine tenths of the gradient only for a range of alpha.

# %%
numerics.tilt_interval(54, 5, 17, 0.9)

# %% [markdown]
# Blocks that end in a norm are not equal: the paths through them are as long as a random
# permutation has records.

# %%
derive(blocks.norm_at_the_end)[4]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
norms.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts
# Networks that are trained take most of the time and are left to `verify`.

# %%
results = [run(check) for check in (*linear.CHECKS, *paths.CHECKS, *norms.CHECKS)]
for result in results:
    print(result.message())
for statement in verdicts("residual_norm", results):
    print(statement)

# %% [markdown]
# ## To try next
# `numerics.path_law` with the factors of your own blocks: how long are its paths?
# `numerics.standard_kernel` at your data: is the width that you can afford enough for the order of
# the mean kernels to be that of the networks?
