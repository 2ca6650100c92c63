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
# # What do a finite rate and small batches add to the loss, and does it help?
#
# Descent with a finite step is not gradient flow on the loss, but to second order it is gradient
# flow on another one. Small batches add one more term, if they are reshuffled. Both are called
# implicit regularisers. Whether a network is better for them is another question, and it has no
# one answer.
#
# *Its output: `python run.py notebooks sgd_regularisation` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import sgd_regularisation as numerics
from proofs_check import backward_error, noise_temperature, run, verdicts
from proofs_check import sgd_regularisation as simulation
from theory import backward_error as flows
from theory import derive
from theory import noise_temperature as noise
from theory import sgd_regularisation as theory

# %% [markdown]
# ## The loss whose flow follows the steps

# %%
derive(flows.descent_modified_loss)[1]

# %%
derive(flows.epoch_modified_loss)[3]

# %% [markdown]
# A tanh network of three neurons, six examples, three batches. From where a step of descent ends,
# or where an epoch ends on average over all orders, one can read how much of the penalty was
# there. Batches that are drawn anew, so that one may come twice, have the noise and not the term.

# %%
fig, ax = plt.subplots(figsize=(6, 4))
backward_error.portrait(ax)
plt.show()

# %% [markdown]
# Beyond the second order there is no modified loss: the field has a curl.

# %%
derive(flows.descent_modified_field)[2]

# %% [markdown]
# ## Noise at a minimum
# In a linear model the noise of small batches only costs. How much, at any rate:

# %%
derive(noise.noise_temperature)[0]

# %%
fig, ax = plt.subplots(figsize=(6, 4))
noise_temperature.portrait(ax)
plt.show()

# %% [markdown]
# ## A model that is not linear, and solved
# In a diagonal network $\beta_j=x_jw_j$ every step shrinks $q_j=x_j^2-w_j^2$.

# %%
derive(theory.diagonal_network)[2]

# %% [markdown]
# The end makes an entropy of scale $q$ least: nearly the $l_1$ norm where $q$ is small. A batch of
# few examples shrinks all coordinates alike; all examples together shrink those that the teacher
# uses, which makes them dearer. A sparse teacher should profit from small batches, a dense one
# should not. Left: test errors over the rate, medians of 11 data sets. Right: coefficients of one
# sparse teacher, and what the entropy programme finds.

# %%
seeds = tuple(range(11))
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for teacher, colour in (("sparse teacher", "#0072B2"), ("dense teacher", "#D55E00")):
    for batch, style in ((simulation.SMALL, "o-"), (simulation.POINTS, "s--")):
        error = simulation.diagonals(teacher, batch, seeds)
        left.semilogx(
            simulation.SLOW,
            np.median(error / error[:, :1], 0),
            style,
            color=colour,
            label=f"{teacher}, {'batches of 4' if batch == simulation.SMALL else 'all examples'}",
        )
left.set(xlabel="learning rate", ylabel="test error over that at the lowest rate")
left.legend(fontsize=8)
rng = np.random.default_rng(0)
Z = rng.standard_normal((simulation.POINTS, simulation.WIDTH))
beta = np.r_[np.ones(5), np.zeros(simulation.WIDTH - 5)]
for q, colour in ((1e-3, "#0072B2"), (0.18, "#009E73"), (100.0, "#D55E00")):
    right.plot(numerics.entropy_solution(Z, Z @ beta, q), ".", color=colour, label=f"$q={q:g}$")
right.plot(beta, "k_", ms=6, label="teacher")
right.set(xlabel="coefficient", ylabel="value", title="Least entropy", xlim=(-1, 40))
right.legend(fontsize=8)
fig.tight_layout()
plt.show()

# %% [markdown]
# ## Networks
# Four networks and both teachers, full batch against small batches, all trained to the same loss.
# An interval to the right of zero speaks for small batches, one to the left of it for all examples.

# %%
fig, ax = plt.subplots(figsize=(7, 3.5))
simulation.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts
# Of what theory predicts; the sentences about networks take most of a minute: `proofs-check verify
# sgd_regularisation`.

# %%
for topic, module in (("backward_error", backward_error), ("noise_temperature", noise_temperature)):
    results = [run(check) for check in module.CHECKS]
    for result in results:
        print(result.message())
    for statement in verdicts(topic, results):
        print(statement)

# %% [markdown]
# ## To try next
# `numerics.entropy_solution(Z, y, q)` with a $q$ that is smaller on the teacher's coordinates: by
# how much does that hurt? `simulation.diagonals("sparse teacher", 1, seeds)`: is a batch of one
# better still? `derive(noise.pac_bayes_ratio)`: where does the bound turn if the prior is wide?
