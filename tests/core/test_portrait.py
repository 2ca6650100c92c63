"""A portrait draws what was judged, beside what was derived."""

from importlib import import_module

import matplotlib.pyplot as plt
import numpy as np
import pytest

from proofs_check.core import portrait
from proofs_check.core.expected import value

TOPICS = ("flat_minimum", "gradient_noise", "batch_size", "weight_fluctuation")


@pytest.mark.parametrize("topic", TOPICS)
def test_points_are_what_was_judged_and_the_curve_is_what_was_predicted(topic, monkeypatch):
    module, asked = import_module(f"proofs_check.{topic}"), []
    checks = {check.name: check for check in module.CHECKS}

    def entry(where, name):
        assert where == topic
        asked.append(checks[name])
        return {"values": [1.5] * 11, "interval": [1.4, 1.7]}

    monkeypatch.setattr(portrait, "judged", entry)
    fig, axes = plt.subplots()
    module.portrait(axes)
    (points, _, (bars,)) = axes.containers[0]
    assert points.get_ydata().tolist() == [1.5] * len(asked) and len(asked) >= 3
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    assert ends == pytest.approx(np.tile([1.4, 1.7], (len(asked), 1)))
    lines = {line.get_label().split(":")[0]: line for line in axes.lines}
    for x, check in zip(points.get_xdata(), asked, strict=True):
        curve = np.interp(x, *map(np.asarray, lines["derived"].get_data()))
        assert curve == pytest.approx(value(check.predict), rel=0.02)
    assert lines["rival"].get_linestyle() == "--"
    assert "dimensionless" in axes.get_ylabel()
    plt.close(fig)
