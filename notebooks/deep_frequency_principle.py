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
# # What do the upper layers of a network see?
#
# A Gaussian filter of width $\delta$ leaves a part of a label map's energy. As a function of $s = 1
# / \delta$ this part is a distribution function on the whole line, and the peak of its density is
# read as a frequency. We ask what such a peak means, whether it survives on data, and what depth
# does to it.
#
# *Its output: `python run.py notebooks deep_frequency_principle` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import deep_frequency_principle as numerics
from proofs_check import deep_frequency_principle as layers
from proofs_check import effective_target as linear
from proofs_check import filtered_label as labels
from proofs_check import frequency_peak as peaks
from proofs_check import run, verdicts
from proofs_check import sample_filter as few
from theory import deep_frequency_principle as depth
from theory import derive, filtered_label, frequency_content, frequency_peak, sample_filter
from theory import effective_target as target

# %% [markdown]
# ## On the whole line
# Every wave is a Frechet law. Its peak is at $\sqrt{2/3}$ of the frequency, and it has no variance.

# %%
derive(frequency_content.low_frequency_ratio)[0]

# %%
derive(frequency_peak.one_wave)[0]

# %% [markdown]
# So peaks order waves, and two waves may share one. The mean of $\log s$ is exact instead.

# %%
derive(frequency_peak.geometric_mean)

# %%
s = np.geomspace(0.05, 500, 2000)
density = numerics.ratio_density([3.0, 5.0], [1.0, 1.0], s)
print("one peak at", numerics.peak(s, numerics.low_frequency_ratio([3.0, 5.0], [1.0, 1.0], s)))
print("geometric mean", numerics.geometric_mean_frequency(s, density), 15**0.5)
print("two peaks from a ratio of", numerics.resolution_ratio())

# %%
fig, ax = plt.subplots(figsize=(7, 4))
peaks.portrait(ax)
plt.show()

# %% [markdown]
# ## On data
# Three points are enough for a ratio that falls, and for one above one.

# %%
derive(sample_filter.three_points)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
few.portrait(ax)
plt.show()

# %% [markdown]
# A linear label has a peak, too: at one over the standard deviation of the feature. And random
# labels have a ratio of their own, with which that of true labels is to be compared.

# %%
derive(filtered_label.linear_labels)[3]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
labels.portrait(ax)
plt.show()

# %% [markdown]
# ## Behind the layers of a linear network
# The peak behind layer $l$ is $1 / (\sigma u^l)$ with the gain $u$ of a layer. All layers change
# their order when the gain comes to one, and a target of slope below one never lets them.

# %%
derive(target.deep_linear)[1]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
linear.portrait(ax)
plt.show()

# %% [markdown]
# ## Behind the layers of a ReLU network
# At the start deeper layers only shrink distances, so their raw peaks are higher. In units of the
# root mean squared distance nothing moves in a very wide network.

# %%
derive(depth.distances_at_the_start)[0]

# %%
fig, ax = plt.subplots(figsize=(7, 4))
layers.portrait(ax)
plt.show()

# %% [markdown]
# ## Depth and steps
# The cusp of the tangent kernel grows as $d (d - 1) / (2 \pi)$ with the layers of weights, so that
# high frequencies are learned faster by a factor, and with the same power of the frequency.

# %%
derive(depth.cusp)[0]

# %%
x = np.linspace(-np.pi, np.pi, 48)
y = np.cos(3 * x) + np.cos(5 * x)
for protocol in ("common", "largest"):
    times = [numerics.steps_to_loss(x, y, hidden + 1, 0.1, protocol) for hidden in range(1, 6)]
    print(protocol, np.round(times, 1))

# %% [markdown]
# ## Verdicts
# Trained networks take most of the time and are left to `verify`.

# %%
for topic, checks in (
    ("frequency_peak", peaks.CHECKS[:1]),
    ("filtered_label", labels.CHECKS),
    ("effective_target", linear.CHECKS[1:2]),
):
    results = [run(check) for check in checks]
    for result in results:
        print(result.message())
    for statement in verdicts(topic, results):
        print(statement)

# %% [markdown]
# ## To try next
# `numerics.deep_frequency_principle.layer_distances` with your own inputs and `erf` at a weight
# variance of 9: from where on does depth lower the peaks at the start?
