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
# # What does depth do to a gradient?
#
# One variance of the weights keeps its size. Nothing keeps gradients at different inputs alike, but
# they part much more slowly than independent active sets would have it.
#
# *Its output: `python run.py notebooks trainability` writes a page and an
# `.ipynb` to `build/notebooks/`. Editors that know `# %%` cells open the script as it is.*

# %%
import matplotlib.pyplot as plt
import numpy as np

from numerics import trainability
from proofs_check import trainability as simulation
from theory import derive
from theory import trainability as theory

# %% [markdown]
# ## The variance that keeps second moments

# %%
derive(theory.he_condition)[2]

# %%
derive(theory.xavier_tanh)[2]

# %% [markdown]
# ## Correlation of the gradients at two inputs

# %%
derive(theory.gradient_correlation)[3]

# %%
depth = np.arange(33)
correlation, _ = trainability.gradient_correlation(np.pi / 2, 32)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for factor, label in ((0.5, "$1/N$"), (1, "$2/N$ (He)"), (2, "$4/N$")):
    gains = [
        simulation.depth_moments((0, 1, 2), 2.0 * factor, depth=int(L))[:, 1] / np.log(10)
        for L in (4, 8, 16)
    ]
    (line,) = left.plot(
        depth[:17],
        np.log10(trainability.relu_moment(200, 2 * factor / 200, depth[:17])),
        label=f"variance {label}",
    )
    left.plot((4, 8, 16), gains, ".", color=line.get_color())
left.set(
    xlabel="layers below",
    ylabel="$\\log_{10}$ second moment of the gradient",
    title="ReLU: derived (lines) and three networks",
)
left.legend()
right.loglog(depth[1:], correlation[1:], label="derived, inputs at a right angle")
measured = [
    np.mean(simulation.correlation_of_orthogonal_inputs((0, 1, 2), depth=L)) for L in (1, 2, 4, 6)
]
right.loglog((1, 2, 4, 6), measured, "o", label="networks")
right.loglog(depth[1:], 0.5 ** depth[1:], "--", label="independent active sets, $2^{-L}$")
right.set(
    xlabel="hidden layers $L$",
    ylabel="correlation of input gradients",
    ylim=(1e-4, 1),
    title="He variance",
)
right.legend()
plt.show()

# %% [markdown]
# ## Verdict
# The He variance keeps both moments, twice and half of it lose them exponentially. The correlation
# falls as the third power of the depth. To try next: `trainability.tanh_moments` with a bias
# variance, where gradients decay exponentially again.

# %%
for number, check in enumerate(simulation.CHECKS[:7]):
    print(number, check.name, check.measure((0, 1, 2)))
