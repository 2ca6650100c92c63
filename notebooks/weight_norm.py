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
# # What does the norm of the weights decide?
#
# How steep a network can be, whether random points of its loss are curved upwards, how well it
# generalises when it is trained at one norm, and when it does so if it starts from too large a
# norm. All of it has closed forms somewhere, and they say what the norm does not decide.
#
# *Its output: `python run.py notebooks weight_norm` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import weight_norm as numerics
from proofs_check import fixed_norm as spheres
from proofs_check import grokking as late
from proofs_check import law_of_robustness as robust
from proofs_check import norm_and_curvature as curved
from proofs_check import norm_and_width as wide
from proofs_check import run
from proofs_check import weight_norm as steep
from theory import derive, grokking, law_of_robustness, norm_and_curvature, norm_and_width
from theory import fixed_norm as on_spheres
from theory import weight_norm as theory

# %% [markdown]
# ## From above, not from below
# The largest slope at a given norm is known, and ascent finds it. A network of the same norm may be
# constant, and random weights are far below.

# %%
derive(theory.lipschitz_bound)[0]

# %%
derive(theory.too_small)[2]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
steep.portrait(ax)
plt.show()

# %% [markdown]
# ## With the width
# The norm of the start grows with the width. What falls is a weight, the relative change, and the
# shortest readout.

# %%
derive(norm_and_width.width)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
wide.portrait(ax)
plt.show()

# %% [markdown]
# ## A zone of positive curvature
# Of the Hessian only the part that is made of slopes has a trace. Its share in the whole decides
# how many eigenvalues are positive in a random plane.

# %%
derive(norm_and_curvature.positive_share)[0]

# %%
derive(norm_and_curvature.scaling)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
curved.portrait(ax)
plt.show()

# %% [markdown]
# Norm and size of the inputs enter through one product, so that smaller inputs move the zone. With
# squared loss it has no upper end.

# %%
derive(norm_and_curvature.edges)[2]

# %% [markdown]
# ## Training at one norm
# A direction gives the same labels at every norm. At small norms the loss is linear in the logits,
# and one direction of the classes is all that is learned.

# %%
derive(on_spheres.rank_one)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
spheres.portrait(ax)
plt.show()

# %% [markdown]
# ## Late generalisation
# For a linear teacher the moment of the jump and the norm there are exact. The norm does not
# contain the scale of the start.

# %%
derive(grokking.jump)[0]

# %%
derive(grokking.jump)[1]

# %%
t = np.linspace(0, 600, 400)
fig, ax = plt.subplots(figsize=(7, 4))
for scale, colour in ((4.0, "#009E73"), (16.0, "#0072B2"), (64.0, "#D55E00")):
    cosine = numerics.alignment(t, scale, 0.25, 0.01)
    ax.plot(t, numerics.accuracy(cosine), color=colour, label=f"start of norm {scale:g}")
    jump = numerics.jump_time(scale, 0.25, 0.01)
    ax.plot(jump, numerics.accuracy(numerics.alignment(jump, scale, 0.25, 0.01)), "o", color=colour)
ax.set(xlabel="time", ylabel="share of right signs", title="100 samples in 400 dimensions")
ax.legend()
plt.show()

# %%
fig, ax = plt.subplots(figsize=(7, 4))
late.portrait(ax)
plt.show()

# %% [markdown]
# ## How many parameters a smooth fit needs
# Between linear fits and one bump for each sample there is a family for every number of parameters.

# %%
derive(law_of_robustness.clusters)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
robust.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts
# Checks that take seconds are left to `verify`.

# %%
for check in (*steep.CHECKS, *robust.CHECKS, *wide.CHECKS[:2]):
    print(run(check).message())

# %% [markdown]
# ## To try next
# `numerics.hessian_split` of your own weights and data, and `numerics.positive_share` of its trace
# over norm: is your start in the zone? `numerics.decay_steps`: how long will decay take from your
# start to there?
