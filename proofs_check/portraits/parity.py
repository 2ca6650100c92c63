"""Accuracy of parity at corners that have no label, over the share that has one."""

from typing import Any

import numpy as np

from numerics import parity as numerics
from proofs_check.core.ledger import statement
from proofs_check.core.portrait import draw

SHARES = np.array([0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9])


def portrait(axes: Any) -> None:
    """Kernel regression of eight and ten signs, trained networks, and what the source says."""
    for d, colour in ((8, "#0072B2"), (10, "#009E73")):
        found = [numerics.accuracy(d, float(share), draws=4)[0].mean() for share in SHARES]
        axes.plot(SHARES, found, color=colour, label=f"derived: kernel regression of {d} signs")
    draw(
        axes,
        "parity",
        {
            0.2: "published_set_up_is_below_one_half",
            0.5: "half_of_eight_signs_is_far_below",
            0.9: "nine_of_ten_corners_teach_parity",
        },
        "measured: tanh networks",
    )
    axes.axhline(0.5, color="#999999", ls="--", label="rival: chance")
    low, high = statement("parity-test-accuracy-half").printed["one in five of ten signs"]
    axes.errorbar(
        [0.2],
        [(low + high) / 2],
        [(high - low) / 2],
        fmt="o",
        mfc="none",
        color="#D55E00",
        ms=9,
        label="the source: about half",
    )
    axes.set(
        xlabel="corners with a label, a share",
        ylabel="accuracy at the others, a share",
        ylim=(-0.05, 1.05),
        title="Parity: ten signs at 0.2 and 0.9, eight at 0.5",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
