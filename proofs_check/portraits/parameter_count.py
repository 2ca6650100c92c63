"""Counts of parameters, over what was derived: by torch, of rivals, and in print."""

from typing import Any

import numpy as np

from proofs_check import parameter_count as check
from proofs_check.core.expected import value
from proofs_check.core.ledger import statement
from proofs_check.portraits import BLUE, GREY, RED

ROWS = {  # checks that torch counts, and the statement that prints the number
    "gpt_3": ("GPT-3", "udl-gpt3-175b-300b", "parameters"),
    "vgg_19": ("VGG-19", None, None),
    "alexnet_in_two_groups": ("AlexNet", "udl-alexnet-60m", "parameters"),
    "resnet_34": ("ResNet-34", None, None),
    "two_layers_of_200": ("two layers of 200", "udl-198450-params", None),
    "two_layers_of_400": ("two layers of 400", "udl-400-units-177201-params", None),
    "four_layers_of_63": ("four layers of 63", "udl-param-count-4x63", None),
}


def portrait(axes: Any) -> None:
    """Differences in per cent from the derived count, which is zero, a row for each network."""
    checks = {each.name: each for each in check.CHECKS}
    labels = [name for name, _, _ in ROWS.values()]
    for row, (name, (_, printed_in, part)) in enumerate(ROWS.items()):
        derived = value(checks[name].predict)
        rival = value(checks[name].rival)
        axes.plot([0, 100 * (rival / derived - 1)], [row, row], "--", color=GREY, lw=1)
        axes.plot([100 * (rival / derived - 1)], [row], "x", color=GREY)
        measure: Any = checks[name].measure
        (counted,) = measure((0,))
        axes.plot([100 * (counted / derived - 1)], [row], "ko", ms=5, zorder=3)
        if printed_in:
            number = statement(printed_in).printed
            printed = float(number[part] if part else number)
            where = 100 * (printed / derived - 1)
            axes.plot([where], [row], "o", mfc="none", color=RED, ms=9)
    axes.axvline(0, color=BLUE, label="derived")
    axes.plot([], [], "ko", ms=5, label="measured: counted by torch")
    axes.plot([], [], "x--", color=GREY, label="rival: that of the check")
    axes.plot([], [], "o", mfc="none", color=RED, ms=9, label="printed in the source")
    axes.set(
        ylabel="network, by its name",
        xlabel="difference from the derived number of parameters, per cent",
        title="Parameters of networks, counted",
    )
    axes.set_yticks(np.arange(len(labels)), labels)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
