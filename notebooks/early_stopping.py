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
# # When should training on noisy data stop?
#
# Gradient flow fits every mode of the data at its own rate. Early on it has taken the signal, which
# lies in the fast modes; later it takes the noise, which lies in all of them. The best moment of
# each mode has a closed form. One common moment must do for all; it costs something, but much less
# than training to the end.
#
# *Its output: `python run.py notebooks early_stopping` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import early_stopping as numerics
from proofs_check import early_stopping as simulation
from proofs_check import run, verdicts
from theory import derive
from theory import early_stopping as theory

# %% [markdown]
# ## One mode
# Bias falls, variance grows, and their sum is least at a time that depends on signal over noise,
# $\theta/\sigma$, and the rate $\lambda$.

# %%
derive(theory.risk_of_a_mode)[1]

# %%
derive(theory.risk_of_a_mode)[2]

# %% [markdown]
# Left: three modes with the rate one; dots mark the derived best time. Where there is hardly any
# signal one should hardly begin. Right: the modes of a ReLU kernel at 12 points of a circle, and
# their sum. Ticks at the top: what each mode that carries signal would ask for.

# %%
t = np.geomspace(1e-2, 1e4, 400)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for ratio, colour in ((3.0, "#0072B2"), (1.0, "#009E73"), (0.3, "#D55E00")):
    left.semilogx(
        t, numerics.risk(t, [1.0], [ratio], 1.0), color=colour, label=f"$\\theta/\\sigma={ratio}$"
    )
    best = float(numerics.optimal_time_of_a_mode(1.0, ratio, 1.0))
    left.plot(best, numerics.risk(best, [1.0], [ratio], 1.0), "o", color=colour)
left.set(
    xlabel="time $t$ (units of $1/\\lambda$)",
    ylabel="risk (units of $\\sigma^2$)",
    xlim=(0.01, 20),
    ylim=(0, 4),
    title="One mode",
)
left.legend()
rates, coefficients = simulation.modes()
signal = np.abs(coefficients) > 1e-9
common = numerics.optimal_time(rates, coefficients, simulation.NOISE)
for rate, coefficient in zip(rates, coefficients, strict=True):
    right.loglog(
        t, numerics.risk(t, [rate], [coefficient], simulation.NOISE), color="#999999", lw=0.7
    )
right.loglog(
    t,
    numerics.risk(t, rates, coefficients, simulation.NOISE),
    color="#0072B2",
    lw=2,
    label="sum of the modes (grey)",
)
right.axvline(common, color="#D55E00", label=f"common best time {common:.1f}")
wishes = numerics.optimal_time_of_a_mode(rates[signal], coefficients[signal], simulation.NOISE)
right.plot(wishes, np.full(len(wishes), 15), "|", color="k", ms=12)
right.set(
    xlabel="time $t$ (loss $\\sum e^2/2n$)",
    ylabel="expected squared error",
    ylim=(1e-3, 25),
    title="Circle, 12 points, noise 0.5",
)
right.legend(loc="lower right")
fig.tight_layout()
plt.show()

# %% [markdown]
# How much does it cost that one time must do for all?

# %%
alone = sum(
    float(numerics.risk(time, [rate], [coefficient], simulation.NOISE))
    for time, rate, coefficient in zip(wishes, rates[signal], coefficients[signal], strict=True)
)
print(
    f"each mode at its own time {alone:.1f}, common time "
    f"{numerics.risk(common, rates, coefficients, simulation.NOISE):.1f}, "
    f"to the end {12 * simulation.NOISE**2:.1f}, no training {np.sum(coefficients**2):.1f}"
)

# %% [markdown]
# ## Which frequencies can be trusted?
# White noise has the same size at every frequency, so the ratio $R$ of signal to noise falls with
# the signal, and two samples of one function differ by $\sqrt{2/(1+R)}$ of their amplitude.

# %%
derive(theory.difference_of_two_samples)[0]

# %%
rng, n, sigma, k = np.random.default_rng(0), 100, 0.2, np.arange(1, 26)
x = 2 * np.pi * np.arange(n) / n
truth = (np.sin(np.outer(x, k)) / k**1.5).sum(1)
one, two = (np.fft.rfft(truth + sigma * rng.standard_normal((2000, n)))[:, k] / n for _ in range(2))
ratio = n * (1 / (2 * k**1.5)) ** 2 / sigma**2
derived = derive(theory.difference_of_two_samples)[0].function(theory.snr)(ratio)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
left.loglog(k, 1 / (2 * k**1.5), color="#0072B2", label="function")
left.loglog(k, np.full(len(k), sigma / n**0.5), color="#999999", label="noise, derived")
left.loglog(
    k,
    np.sqrt((np.abs(one) ** 2).mean(0)),
    "o",
    color="#D55E00",
    ms=4,
    label="samples, root mean square of 2000",
)
left.set(
    xlabel="frequency $k$ (periods per interval)", ylabel="amplitude", title="100 points, noise 0.2"
)
left.legend()
right.semilogx(k, derived, color="#0072B2", label="derived")
right.semilogx(
    k,
    np.sqrt((np.abs(one - two) ** 2).mean(0) / (np.abs(one) ** 2).mean(0)),
    "o",
    color="#D55E00",
    ms=4,
    label="2000 pairs",
)
right.axhline(2**0.5, color="#999999", lw=1, label="nothing in common")
right.set(
    xlabel="frequency $k$ (periods per interval)",
    ylabel="difference over amplitude",
    title="Training data against test data",
)
right.legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## A network on a noisy sine
# Width 200, Adam, 64 points of $\sin x$ with noise 0.2. Left: mean squared errors of 11 networks at
# the least test error and at the end of training. Right: frequencies of the outputs, medians over
# the networks.

# %%
fits = simulation.noisy_sine(tuple(range(11)))
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for name, colour, mark in (("train", "#0072B2", "o"), ("test", "#D55E00", "s")):
    left.semilogy([0, 1], fits[name], mark + "-", color=colour, lw=0.7, ms=4)
    left.plot([], [], mark + "-", color=colour, label=f"{name} error")
left.axhline(simulation.SIGMA**2, color="#999999", lw=1, label="variance of the noise")
left.set(
    xticks=[0, 1],
    xticklabels=["least test error", "end of training"],
    xlim=(-0.2, 1.2),
    ylabel="mean squared error",
)
left.legend()
k = np.arange(simulation.LAST)
right.semilogy(k, np.median(np.abs(fits["data"]), 0), ".", color="k", label="training data")
right.semilogy(
    k,
    np.median(np.abs(fits["output"][0]), 0),
    color="#0072B2",
    label="network at the least test error",
)
right.semilogy(
    k, np.median(np.abs(fits["output"][1]), 0), "--", color="#D55E00", label="network at the end"
)
right.axvline(simulation.HIGH, color="#999999", lw=1)
right.set(
    xlabel="frequency $k$ (periods of the interval)",
    ylabel="amplitude",
    title="From the grey line on: high",
    ylim=(1e-5, 1),
)
right.legend()
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Verdicts
# The checks of the noisy sine share the run of the picture.

# %%
wanted = (
    "early-train-falls-test-rises",
    "early-nn-fits-low-not-high-at-stop",
    "early-white-noise-flat-spectrum",
    "early-noise-hurts-high-frequency-more",
    "early-train-test-spectra-agree-low-only",
)
results = [
    run(check)
    for check in simulation.CHECKS
    if any(settles.statement in wanted for settles in check.settles)
]
for result in results:
    print(result.message())
for statement in verdicts("early_stopping", results):
    print(statement)

# %% [markdown]
# ## To try next
# Rates $k^{-4}$ and coefficients $k^{-2}$ in `numerics.optimal_time`: how does the best time grow
# as the noise falls? Put the signal into a slow mode: is there still one best time?
# `simulation.noisy_sine(seeds, spread=5.0)`: does a larger start change what is fitted first?
