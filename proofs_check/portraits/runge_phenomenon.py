"""The largest deviation of a polynomial that is trained to interpolate, over the time."""

from typing import Any

import numpy as np

from numerics import runge_phenomenon as numerics
from proofs_check import runge_phenomenon as check
from proofs_check.portraits import BLUE, GREEN, GREY


def portrait(axes: Any) -> None:
    """Both bases: closed form, integrated, and what no stop leaves."""
    times = np.geomspace(0.1, 1e12, 250)
    bases: tuple[tuple[numerics.Basis, str, str, Any, str], ...] = (
        ("legendre", BLUE, "Legendre polynomials", check.run_descent, "o"),
        ("monomial", GREEN, "powers of x", check.run_integrator, "s"),
    )
    for basis, colour, label, run, marker in bases:
        derived = numerics.sup_error(times, basis, points=801)
        axes.loglog(times, derived, color=colour, label=f"derived: {label}")
        seen_times, worst = run()
        grid = np.geomspace(max(seen_times[0], 1.0), seen_times[-1], 10)
        some = np.unique(np.searchsorted(seen_times, grid).clip(0, len(seen_times) - 1))
        axes.plot(seen_times[some], worst[some], marker, color=colour, ms=4)
        axes.plot([], [], marker, color=colour, ms=4, label=f"integrated: {label}")
    end = np.abs(numerics.interpolation_error(check.GRID)).max()
    axes.axhline(end, ls="--", color=GREY, label="rival: stopping changes nothing")
    axes.set(
        xlabel="time of gradient flow, dimensionless",
        ylabel="largest deviation, in units of the target",
        title=r"Degree 11 through 12 points of $1/(1+25x^2)$",
    )
    axes.set_ylim(0.05, 2)
    axes.set_yticks([0.1, 0.2, 0.5, 1.0], ["0.1", "0.2", "0.5", "1"])
    axes.minorticks_off()
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
