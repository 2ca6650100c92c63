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
# # Where do the neurons of a network go when it starts small?
#
# A thousand neurons fit four points. Started at kernel scaling they hardly move. Started small they
# end as two.
#
# *Its output: `python run.py notebooks condensation` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import condensation, gradient_flow
from proofs_check import condensation as simulation
from theory import condensation as theory
from theory import derive

# %% [markdown]
# ## One neuron has an orientation and an amplitude
# Neurons of one orientation are one neuron, with output weight $\sum a_k c_k$.

# %%
derive(theory.orientation_and_amplitude)[0]

# %%
derive(theory.condensed_neurons)[0]

# %% [markdown]
# ## Before and after
# Four points $x = \pm 1/2, \pm 1/6$ with $y = x^2$, 1000 ReLU neurons, followed to loss $10^{-7}$.
# Dotted: orientations whose kinks lie on the inner samples, derived by `theory.four_points`.

# %%
X, y = simulation.FOUR_POINTS
fig, axes = plt.subplots(1, 2, figsize=(10, 4), sharex=True)
for ax, gamma in zip(axes, (simulation.LAZY, simulation.CONDENSED), strict=True):
    end = simulation.flow(X, y, 1000, gamma, seed=0)
    for a, W, label in ((end.a - end.moved_a, end.W - end.moved_W, "start"), (end.a, end.W, "end")):
        ax.semilogy(
            np.arctan2(W[:, 1], W[:, 0]),
            np.abs(a) * np.linalg.norm(W, axis=1),
            ".",
            ms=3,
            label=label,
        )
    for angle in (-np.arctan(1 / 6), np.arctan(1 / 6) - np.pi):
        ax.axvline(angle, color="0.6", ls=":")
    ax.set(
        xlabel="orientation atan2(b, w)",
        ylabel="amplitude |a| |w|, normalised",
        title=f"$\\gamma$ = {gamma}",
        ylim=(1e-4, None),
    )
    ax.legend()
plt.show()

# %%
labels, shares = condensation.clusters(end.a, end.W, cosine=simulation.NARROW)
print(
    "shares of the heaviest clusters:",
    shares[:4].round(3),
    " effective neurons:",
    condensation.effective_neurons(end.a, end.W),
)

# %% [markdown]
# ## The same as a matrix
# Cosines between the input weights of the 120 neurons of largest amplitude, in the order of their
# clusters.

# %%
heavy = np.argsort(np.abs(end.a) * np.linalg.norm(end.W, axis=1))[::-1][:120]
order = heavy[np.argsort(labels[heavy], kind="stable")]
unit = end.W[order] / np.linalg.norm(end.W[order], axis=1)[:, None]
fig, ax = plt.subplots(figsize=(5, 4))
image = ax.imshow(unit @ unit.T, vmin=-1, vmax=1, cmap="RdBu")
fig.colorbar(image, label="cosine of two input weights")
ax.set(
    xlabel="neuron, by cluster", ylabel="neuron, by cluster", title="small start, after training"
)
plt.show()

# %% [markdown]
# ## A film strip
# First all neurons with $a > 0$ turn to the only fixed direction of early alignment, the constant;
# then the two kinks appear.

# %%
derive(theory.early_alignment)[0]

# %%
fig, axes = plt.subplots(1, 4, figsize=(13, 3), sharex=True, sharey=True)
loss = float(y @ y) / (2 * len(y))
a, W, _ = gradient_flow.start(1000, 2, sampled=True, seed=0, antisymmetric=False)
for ax, share in zip(axes, (0.9, 0.42, 0.3, 1e-5), strict=True):
    stage = gradient_flow.solve(X, y, 1000**-1.75, 1.0, a, W, tol=share * loss, rtol=0.1)
    angle = np.arctan2(stage.W[:, 1], stage.W[:, 0])
    ax.hist(
        angle,
        bins=np.linspace(-np.pi, np.pi, 73),
        weights=np.abs(stage.a) * np.linalg.norm(stage.W, axis=1),
        density=True,
    )
    ax.axvline(condensation.relu_directions(X, y)[0], color="0.6", ls=":")
    ax.set(xlabel="orientation", title=f"loss at {share:g} of the first")
axes[0].set_ylabel("amplitude per radian, normalised")
plt.show()

# %% [markdown]
# ## Smooth activations: as many lines as the multiplicity
# In one dimension with bias the slope $w/b$ solves an equation of degree $p$.

# %%
derive(theory.direction_equation)[0]

# %%
x, target = simulation.WAVE
fig, axes = plt.subplots(1, 3, figsize=(12, 3.4), sharey=True)
for ax, (p, name) in zip(axes, simulation.BY_MULTIPLICITY.items(), strict=True):
    w, a = (v[0] for v in simulation.early((0,), p, 1e-6 if p == 1 else 1e-3, 0.03))
    angle = np.degrees(np.arctan2(w[:, 1], w[:, 0])) % 180
    ax.semilogy(angle, np.abs(a) * np.linalg.norm(w, axis=1), ".", label="100 neurons together")
    alone = np.degrees(simulation.settled((0,), p)[0])
    ax.plot(alone, np.full(len(alone), 1e-2), "v", label="neurons trained apart")
    for line in np.degrees(condensation.directions(x, target, p)):
        ax.axvline(line, color="0.6", ls=":")
    ax.set(xlabel="line of (w, b), degrees", title=f"{name}: p = {p}", xlim=(0, 180))
axes[0].set_ylabel("amplitude |a| |w|")
axes[0].legend(fontsize=8)
plt.show()

# %% [markdown]
# For tanh all neurons move. For $p \ge 2$ they blow up: the first to do so takes the amplitude
# before the others have turned, so one line is seen where the theory has $p$; trained apart,
# neurons settle on all of them.

# %% [markdown]
# ## Verdicts

# %%
for check in simulation.CHECKS[:10]:
    print(f"{check.name:40s} {np.median(check.measure(tuple(range(3)))):.4f}")

# %% [markdown]
# **Next.** Replace the targets by random ones: over random sets of four points two clusters are the
# commonest outcome, not the only one.
