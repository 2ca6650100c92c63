"""The pictures of both regimes show the flow on the derived side of its bound, and the rival."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
from matplotlib.figure import Figure

from proofs_check import condensed_regime, linear_regime
from proofs_check.plane import supremum


@pytest.fixture(autouse=True)
def few_widths(monkeypatch):
    monkeypatch.setattr(supremum, "WIDE", (1e6, 1e10))


@pytest.mark.parametrize(("topic", "side"), [(linear_regime, 1), (condensed_regime, -1)])
def test_the_portrait_shows_flows_on_their_side_of_the_bound(topic, side):
    axes = Figure().subplots()
    topic.portrait(axes)
    points = [container.lines[0].get_ydata() for container in axes.containers]
    bounds = [line.get_ydata() for line in axes.lines if line.get_linestyle() == "-"]
    bounds = [b for b in bounds if len(b) == 2]
    assert len(points) == len(bounds) == len(getattr(topic, "LAZY", topic.CELLS))
    for flow, bound in zip(points, bounds, strict=True):
        known = np.isfinite(bound)
        assert known.any()
        assert (side * (np.log(bound) - np.log(flow)) > 0)[known].all()
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert len(dashed) == (topic is condensed_regime)
    assert axes.get_xscale() == axes.get_yscale() == "log"


def test_a_flow_on_the_wrong_side_would_be_seen():
    """The comparison above can fail: with the bounds exchanged it does."""
    cell = (1.75, 0.0)
    value, _ = supremum.largest(1e8, cell)
    from numerics.forced_drift import drift_lower_bound

    assert not value < drift_lower_bound(1e8, *cell, *supremum.TRIANGLE)
    assert value < drift_lower_bound(1e8, *cell, *supremum.TRIANGLE) * 2
