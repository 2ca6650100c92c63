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
# # Why does a network smooth the image that it fits?
#
# A coordinate network reads the place of a pixel and answers its grey value. When it is wide it is
# a filter: each frequency has its own rate, and the rates fall with frequency. So the output is
# smoother than the image at every time, for every image.
#
# *Its output: `python run.py notebooks image_regression` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import image_regression as numerics
from proofs_check import image_regression as simulation
from proofs_check import run
from proofs_check import upsampling as codes
from theory import derive, detail_time, upsampling
from theory import image_regression as theory

# %% [markdown]
# ## The filter

# %%
derive(theory.response)[0]

# %%
derive(theory.smoothing)[1]

# %% [markdown]
# Details come late: the response of a slow frequency, over that of a fast one, rises all the time.

# %%
derive(theory.details_come_late)[0]

# %%
image = numerics.grey_images(24)[0]
times = (1.0, 30.0, 1000.0, np.inf)
fig, axes = plt.subplots(1, 4, figsize=(10, 3))
for ax, t, output in zip(axes, times, numerics.image_flow(image, times), strict=True):
    _, share = numerics.high_share(image, output, 4.0)
    ax.imshow(output, cmap="gray", vmin=image.min(), vmax=image.max())
    ax.set(title=f"t = {t:g}, fine detail {share:.1%}", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# ## How long it takes
# Twice the detail takes 8 to 32 times the time, by the third and the fifth power in the rates.

# %%
derive(detail_time.cut_off)[3]

# %%
t = np.geomspace(1, 1e6, 50)
fig, ax = plt.subplots(figsize=(7, 4))
for A, B in ((1.0, 0.0), (1.0, 1.0), (0.0, 1.0)):
    ax.loglog(t, numerics.cut_off(t, A, B), label=f"A = {A:g}, B = {B:g}")
ax.set(xlabel="time", ylabel="frequency of which half is shown", title="Visible detail")
ax.legend()
plt.show()

# %% [markdown]
# ## Trained networks

# %%
fig, ax = plt.subplots(figsize=(7, 4))
simulation.portrait(ax)
plt.show()

# %% [markdown]
# ## A decoder is incomplete
# Linear upsampling sees one direction of each pair of waves, and at nearly the same pace for all of
# them: it is not late, but it never shows the rest.

# %%
derive(upsampling.decoder_gain)[2]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
codes.portrait(ax)
plt.show()

# %% [markdown]
# ## Verdicts

# %%
for check in codes.CHECKS:
    print(run(check).message())

# %% [markdown]
# ## To try next
# `numerics.half_times` with an image of your own and other depths: does depth change the order of
# the rings, or their times alone?
