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
# # When does the test error fall, rise and fall again?
#
# Least squares with as many parameters as data meets every label, noise included, and pays for it.
# With fewer it does not meet them, with more it can meet them gently. All means have closed forms
# at every finite size, so that one can say exactly when each part of the curve is there.
#
# *Its output: `python run.py notebooks double_descent` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import double_descent as numerics
from numerics import overfitting as fits
from proofs_check import double_descent as simulation
from proofs_check import least_squares as sizes
from proofs_check import overfitting as in_time
from proofs_check import random_feature as wide
from proofs_check import run, verdicts
from theory import derive
from theory import double_descent as theory
from theory import least_squares as exact
from theory import overfitting as costs
from theory import random_feature as features

# %% [markdown]
# ## Where the noise goes
# In the singular directions of the inputs the noise is divided by singular values. The sum of their
# inverse squares is the trace of an inverse Wishart matrix, and its mean is known.

# %%
derive(exact.inverse_wishart_mean)[0]

# %%
derive(exact.least_squares)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
sizes.portrait(ax)
plt.show()

# %% [markdown]
# ## More samples
# With fewer samples than inputs the first sample helps if there is enough signal, and from a
# certain number on each one hurts, up to the peak.

# %%
derive(theory.sample_wise)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
inputs = 40
for snr, colour in ((0.5, "#999999"), (4.0, "#009E73"), (40.0, "#0072B2")):
    for samples in (np.arange(1, inputs - 1), np.arange(inputs + 2, 120)):
        label = f"signal over noise {snr}" if samples[0] == 1 else ""
        ax.semilogy(
            samples, numerics.risk(samples, inputs, snr, 1.0) / snr, color=colour, label=label
        )
    best = numerics.best_sample_size(inputs, snr)
    ax.plot(best, numerics.risk(best, inputs, snr, 1.0) / snr if best else 1, "o", color=colour)
ax.set(
    xlabel="samples", ylabel="risk over |beta|^2", title="40 inputs; dots: from here on more hurts"
)
ax.legend()
plt.show()

# %% [markdown]
# ## More inputs
# An input helps if its own signal, times the samples that are left, exceeds all that acts as noise.
# With as many equal inputs as samples there is no first descent at all.

# %%
derive(theory.signal_then_noise)[3]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
simulation.portrait(ax)
plt.show()

# %% [markdown]
# ## Random features
# A network that fits its data with random features and the shortest output weights predicts what
# its kernel predicts, plus a Student t number of $k - n + 1$ degrees. Nothing is fitted in the
# picture: the line comes from the kernel of ReLU and the data.

# %%
derive(features.interpolant_spread)[0]

# %%
derive(features.threshold)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
wide.portrait(ax)
plt.show()

# %% [markdown]
# ## In time, and how to avoid it
# Inputs of two sizes are fitted one after the other. While the small ones wait they act as noise.

# %%
derive(costs.plateau)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
in_time.portrait(ax)
plt.show()

# %% [markdown]
# With the best ridge every sample helps, whatever it is.

# %%
derive(costs.best_ridge)[2]

# %%
rng, inputs = np.random.default_rng(0), 20
counts = np.r_[2:18:3, 18, 22, 24:60:6]
ridge = [
    np.mean([fits.ridge_risk(rng.standard_normal((n, inputs)), 4.0, 1.0) for _ in range(100)])
    for n in counts
]
fig, ax = plt.subplots(figsize=(7, 4))
ax.semilogy(counts, ridge, "o-", color="#0072B2", label="best ridge, mean of 100 sets of inputs")
ax.semilogy(
    counts, numerics.risk(counts, inputs, 4.0, 1.0), "s--", color="#999999", label="least squares"
)
ax.set(xlabel="samples", ylabel="risk (variance of the noise)", title="20 inputs, signal 4")
ax.legend()
plt.show()

# %% [markdown]
# ## Verdicts
# Trained networks take most of the time and are left to `verify`.

# %%
for topic, checks in (("least_squares", sizes.CHECKS), ("double_descent", simulation.CHECKS[:2])):
    results = [run(check) for check in checks]
    for result in results:
        print(result.message())
    for statement in verdicts(topic, results):
        print(statement)

# %% [markdown]
# ## To try next
# `numerics.risk_of_first` with your own coefficients: where is the first minimum, and is there a
# third phase beyond the peak? `numerics.random_feature.typical_deviation` with the kernel of your
# network: how wide must it be for its scatter over starts to be below the noise?
