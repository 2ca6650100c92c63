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
# # What does a network make of examples in its prompt?
#
# A prompt shows pairs of an input and a label of a task that nobody has seen before. A layer of
# linear attention answers with one step of descent on them, more layers with more steps, and a
# predictor that knows which tasks there are infers the one at hand. All three have exact risks.
#
# *Its output: `python run.py notebooks in_context_learning` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import in_context_learning as numerics
from numerics import layers_in_context as steps
from proofs_check import descent_in_context as lengths
from proofs_check import in_context_learning as one
from proofs_check import layers_in_context as depth
from proofs_check import run
from proofs_check import task_inference as tasks
from theory import derive
from theory import descent_in_context as bayes
from theory import in_context_learning as theory
from theory import layers_in_context as polynomials
from theory import task_inference as inference

# %% [markdown]
# ## One layer, one step
# Keys and queries read inputs, values read labels.

# %%
derive(theory.attention_is_a_step)[0]

# %% [markdown]
# The best matrix is not the inverse of the inputs' covariance: short prompts know it only roughly.

# %%
derive(theory.best_layer)[3]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
one.portrait(ax)
plt.show()

# %% [markdown]
# ## Longer prompts
# A layer keeps the rate of the length that it was trained on, so that it never becomes exact.

# %%
derive(bayes.other_length)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
lengths.portrait(ax)
plt.show()

# %% [markdown]
# ## A second layer
# What it adds is known at every size. With much noise two steps cannot reach the best polynomial:
# the rates would be complex.

# %%
derive(polynomials.second_layer)[4]

# %%
derive(bayes.two_rates)[2]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
depth.portrait(ax)
plt.show()

# %% [markdown]
# How many times the risk of Bayes do steps have? One is within half of it at every length only if
# the noise is at least 2 (d + 1).

# %%
noises = np.geomspace(0.05, 20, 25)
fig, ax = plt.subplots(figsize=(7, 4))
for K, colour in ((1, "#D55E00"), (2, "#0072B2"), (4, "#009E73")):
    ratio = [steps.polynomial_risk(K, 2, 8, r) / numerics.bayes_risk(2, 8, r) for r in noises]
    ax.loglog(noises, ratio, color=colour, label=f"polynomial of {K} layer{'s' * (K > 1)}")
ax.axhline(1.5, ls="--", color="#999999", label="1.5")
ax.set(xlabel="variance of the noise", ylabel="risk over that of Bayes", title="2 inputs, 8 pairs")
ax.legend()
plt.show()

# %% [markdown]
# ## When do wrong labels hurt?
# Two tasks, and demonstrations that tell the task by inputs and by labels. Random labels carry no
# evidence on average: what is lost is what inputs do not tell.

# %%
derive(inference.drift)[1]

# %%
derive(inference.telling_format)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
tasks.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts
# Deep networks take most of the time and are left to `verify`.

# %%
for check in (*one.CHECKS[:2], *lengths.CHECKS, *tasks.CHECKS):
    print(run(check).message())

# %% [markdown]
# ## To try next
# `numerics.share_kept` for your own reliabilities: where do random labels cost half of the gain?
# `steps.descent_risk` for more steps: at which noise do real rates stop to suffice?
