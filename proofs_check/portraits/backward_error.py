"""By how much each scheme of descent penalises the slope of the loss."""

from typing import Any

import numpy as np

from proofs_check.backward_error import NAMES
from proofs_check.core.portrait import judged
from proofs_check.portraits import BLUE, GREY


def portrait(axes: Any) -> None:
    """Strength of the penalty over the rate: derived, judged medians with their intervals as
    ``verify`` kept them, and the rivals crossed.
    """
    for place, name in enumerate(NAMES.values()):
        seen = judged("backward_error", name)
        middle = np.median(seen["values"])
        axes.plot([place - 0.3, place + 0.3], [seen["predicted"]] * 2, color=BLUE)
        ends = np.abs(np.array(seen["interval"])[:, None] - middle)
        axes.errorbar(place, middle, ends, fmt="k.", capsize=3)
        axes.plot([place - 0.3, place + 0.3], [seen["rival"]] * 2, "--", color=GREY)
    axes.plot([], [], color=BLUE, label="derived")
    axes.plot([], [], "k.", label="measured: what was judged")
    axes.plot([], [], "--", color=GREY, label="rival of the check")
    axes.set_xticks(range(len(NAMES)), NAMES)
    axes.set(
        xlabel="scheme of descent, by its name",
        ylabel="strength of the penalty over the rate,\ndimensionless",
        title="Each scheme of descent penalises the slope with a strength of its own",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
