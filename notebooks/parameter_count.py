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
# # How many parameters does a network have for each example?
#
# Counts of parameters are copied from text to text. Here they are computed from the sizes of the
# layers, in three ways: by a formula that is derived, by multiplying out the shapes of the arrays,
# and by torch. Some printed numbers turn out to belong to another network.
#
# *Its output: `python run.py notebooks parameter_count` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics.parameter_count import count, dense_stack, variants
from proofs_check.parameter_count import parameters
from theory import derive
from theory import parameter_count as theory
from theory.core import architectures as nets

# %% [markdown]
# ## The counts of layers

# %%
derive(theory.convolution)[0]

# %%
derive(theory.dense_stack)[0]

# %% [markdown]
# ## One network, three counts

# %%
net = nets.resnet(34)
print(net.name, count(net), nets.entries(net), int(parameters((0,), net)[0]))

# %% [markdown]
# ## Parameters for each training image of ImageNet
# The band is 10 to 100. VGG lies above it, the smallest networks of two families below.

# %%
families = {"AlexNet": (nets.alexnet(),), "VGG": (nets.vgg(16), nets.vgg(19)), **nets.FAMILIES}
fig, ax = plt.subplots(figsize=(7, 4))
ax.axhspan(10, 100, color="0.92")
for place, (name, members) in enumerate(families.items()):
    ax.semilogy(
        [place] * len(members),
        [count(member) / nets.IMAGENET for member in members],
        "o",
        label=name,
    )
ax.set(
    xticks=range(len(families)),
    xticklabels=families,
    ylabel="parameters for each training image",
    title="1,281,167 training images",
)
plt.show()

# %% [markdown]
# ## Equal size, other depth
# Which width keeps the count of a network with one hidden layer of 298 units? The figure of the
# chapter takes 100, 75 and 63.

# %%
widths = np.arange(20, 320)
fig, ax = plt.subplots(figsize=(7, 4))
for depth, width in ((1, 298), (2, 100), (3, 75), (4, 63)):
    (line,) = ax.plot(widths, dense_stack(40, widths, depth, 10), label=f"{depth} hidden layers")
    ax.plot(width, dense_stack(40, width, depth, 10), "o", color=line.get_color())
ax.axhline(15208, color="0.5", lw=0.8)
ax.set(
    xlabel="units in each hidden layer",
    ylabel="parameters",
    ylim=(0, 40_000),
    title="40 inputs, 10 outputs",
)
ax.legend()
plt.show()

# %% [markdown]
# ## Whose number was printed?

# %%
for printed, base, digits, family in (
    (177_201, nets.fully_connected(40, 400, 400, 10), None, ()),
    (15_139, nets.fully_connected(40, 63, 63, 63, 63, 10), None, ()),
    (138_000_000, nets.vgg(19), 3, (nets.vgg(16),)),
    (12_800_000, nets.IMAGENET, 3, ()),
    (198_450, nets.fully_connected(784, 200, 200, 10), None, ()),
):
    found = variants(printed, base, digits, family)
    print(
        f"{printed:>11,}",
        getattr(base, "name", "images"),
        "->",
        [" and ".join(v.changes) for v in found] or "no network near by",
    )

# %% [markdown]
# ## Verdict and what to try next
# 177,201 has one output, 138 million is VGG-16, 15,139 has two digits exchanged, 12.8 million
# images are ten times too many, and nothing near by has 198,450. Try a number of your own:
# `variants(printed, net)`.
