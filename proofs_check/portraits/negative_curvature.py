"""How many curvatures of small networks are negative, at the start and later."""

from typing import Any

from proofs_check import negative_curvature as check
from proofs_check.core.expected import Prediction
from proofs_check.core.ledger import statement
from proofs_check.portraits import BLUE, GREEN, RED, SEEDS, points
from theory import negative_curvature as theory


def portrait(axes: Any) -> None:
    """Negative share at the start and after a tenth of training, of networks with both losses."""
    for at, small in enumerate(check.CURVED.values()):
        start, there, _ = check.curvature(SEEDS, small)
        for values, place, colour in ((start, at - 0.1, GREEN), (there, at + 0.1, RED)):
            points(axes, [place], [values], color=colour)
    axes.plot([], [], "o", color=GREEN, ms=4, label="measured: start, 11 seeds")
    axes.plot([], [], "o", color=RED, ms=4, label="measured: after a tenth of training")
    most = Prediction(theory.negative_share, {}, part=1)()
    axes.axhline(most, color=BLUE, label="derived: most at a loss that falls")
    limit = statement(check.CAPTURED).printed[check.NEGATIVE][1]
    axes.axhline(limit, ls="--", color="k", lw=1, label="printed: at most")
    names = [name.replace(", ", "\n") for name in check.CURVED]
    axes.set_xticks(range(len(names)), names)
    axes.set(
        ylim=(0, 0.55),
        xlabel="networks of 220 parameters, by data, activation and loss",
        ylabel="negative curvatures, a share",
        title="Training leaves fewer negative curvatures than the start has",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
