"""Every topic that is measured has its one picture; its labels are words or typeset."""

import ast
import inspect
from importlib import import_module

import matplotlib.pyplot as plt
import numpy as np
import pytest

from proofs_check.core.runner import all_topics
from proofs_check.portraits import points, through
from proofs_check.report import figure
from proofs_check.report.portraits import home

# drawn here, each in about a second, from measurements of their own
CHEAP = ("critical_point", "finite_bias", "missing_corner", "no_free_lunch", "symmetry")


def _portrait(where):
    """The source of a portrait."""
    tree = ast.parse(inspect.getsource(import_module(where)))
    return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "portrait")


def test_every_topic_has_a_portrait():
    assert [topic for topic in all_topics() if home(topic) is None] == []


@pytest.mark.parametrize("topic", [topic for topic in all_topics() if home(topic)])
def test_labels_are_words_or_typeset(topic):
    node = _portrait(home(topic))
    assert ast.get_docstring(node), f"{topic}: a portrait says what it shows"
    said = {ast.get_docstring(node, clean=False)}
    words = [
        found.value
        for found in ast.walk(node)
        if isinstance(found, ast.Constant) and isinstance(found.value, str)
    ]
    raw = [w for w in words if w not in said and "^" in w[1:] and "$" not in w]
    assert raw == [], f"{topic}: powers in labels are typeset between dollars"


@pytest.mark.parametrize("topic", CHEAP)
def test_a_portrait_shows_what_was_derived_what_was_measured_and_the_rival(topic):
    fig, axes = plt.subplots()
    import_module(home(topic)).portrait(axes)
    assert axes.get_title() and axes.get_xlabel() and axes.get_ylabel()
    handles, labels = axes.get_legend_handles_labels()
    for word in ("derived", "measured", "rival"):
        assert any(word in label for label in labels), f"{topic}: nothing {word}"
    style = {
        label: handle.get_linestyle()
        for handle, label in zip(handles, labels, strict=True)
        if hasattr(handle, "get_linestyle")
    }
    assert all(style[label] == "--" for label in style if label.startswith("rival"))
    plt.close(fig)


def test_bars_reach_over_all_seeds():
    fig, axes = plt.subplots()
    points(axes, [1.0, 2.0], [[3.0, 1.0, 2.0], [6.0, 4.0, 9.0]], "measured")
    ((middle, _, (bars,)),) = axes.containers
    assert middle.get_ydata().tolist() == [2.0, 6.0]
    ends = [segment[:, 1].tolist() for segment in bars.get_segments()]
    assert ends == [[1.0, 3.0], [4.0, 9.0]]
    plt.close(fig)


def test_a_power_passes_through_the_last_median():
    found = through([1, 2, 4], [[9.0], [9.0], [3.0]], -1.0)
    assert found == pytest.approx(np.array([12.0, 6.0, 3.0]))


def test_ticks_of_a_short_axis_are_plain_and_chosen_ones_stay():
    fig, (short, long, chosen) = plt.subplots(1, 3)
    for axes, end in ((short, 8.0), (long, 1e4), (chosen, 8.0)):
        axes.loglog([0.2, end], [1, 2])
    chosen.set_xticks([0.2, 8.0], ["small", "large"])
    for axes in (short, long, chosen):
        figure.plain_ticks(axes.xaxis)
    fig.canvas.draw()
    low, high = short.get_xlim()
    said = [t.get_text() for t in short.get_xticklabels() if low <= t.get_position()[0] <= high]
    assert said == ["0.2", "0.5", "1", "2", "5"]
    assert all("10^" in t.get_text() for t in long.get_xticklabels())
    assert [t.get_text() for t in chosen.get_xticklabels()] == ["small", "large"]
    plt.close(fig)
