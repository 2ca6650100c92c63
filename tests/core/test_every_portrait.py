"""Every topic has its one picture; its labels are words or typeset and say units."""

import ast
import inspect
import re
from functools import cache
from importlib import import_module

import matplotlib.pyplot as plt
import numpy as np
import pytest

from proofs_check.core.runner import all_topics
from proofs_check.portraits import points, through
from proofs_check.report import figure, frame
from proofs_check.report.portraits import draw, home, words

# drawn here, each in about a second, from measurements of their own
CHEAP = ("critical_point", "finite_bias", "missing_corner", "no_free_lunch", "symmetry")
# drawn for their boxes alone
QUICK = (
    *CHEAP,
    *("arc_cosine_kernel", "capacity", "fitted_loss", "frequency_content"),
    *("law_of_robustness", "random_start", "walsh_function"),
)
# where what several topics share is drawn
SHARED = {
    "smooth_kernel": "proofs_check.portraits",
    "sine_kernel": "proofs_check.portraits",
    "linear_regime": "proofs_check.plane.supremum",
    "condensed_regime": "proofs_check.plane.supremum",
}
UNIT = re.compile(
    r"dimensionless|decibels|percentage points"
    r"|,\s(a count|a share|a power of ten|per cent|in |by )|in units of"
)
RAW = re.compile(
    r"\^|\*\*|\w_\w|\\[a-z]|->|\b(sqrt|log10|alpha|beta|gamma|delta|epsilon|eta|kappa|lambda|sigma)\b"
)
# told apart in every kind of colour vision, on light and on dark paper
PALETTE = {
    *("0072B2", "009E73", "D55E00", "CC79A7", "E69F00", "56B4E9"),
    *("999999", "BBBBBB", "000000"),
}
WIDE = 80  # letters of a title over the axes
ALL = [topic for topic in all_topics() if home(topic)]


def _text(node):
    """What a label says, with "..." for what is put in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "..."


@cache
def _said(topic):
    """Title and labels of a portrait, and all its words, as its source and the table say them."""
    tree = ast.parse(inspect.getsource(import_module(SHARED.get(topic, home(topic)))))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    own = [node for node in functions if topic in SHARED or node.name == "portrait"]
    pairs = [
        (keyword.arg, _text(keyword.value))
        for node in own
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg in ("title", "xlabel", "ylabel", "label")
    ]
    table = words().get(topic, {})
    named = dict(pairs) | {place: text for place, text in table.items() if place != "legend"}
    mended = table.get("legend", {})
    labels = [mended.get(text, text) for place, text in pairs if place == "label"]
    return named, [*labels, *mended.values()]


def _unset(text):
    """What stands outside of dollars."""
    return "".join(text.split("$")[::2])


def test_every_topic_has_a_portrait():
    assert [topic for topic in all_topics() if home(topic) is None] == []


def test_the_table_of_words_names_portraits_that_have_what_it_mends():
    assert set(words()) <= set(ALL)
    assert {key for said in words().values() for key in said} <= {
        *("title", "xlabel", "ylabel", "legend"),
    }


@pytest.mark.parametrize("topic", ALL)
def test_a_portrait_has_a_title_and_units(topic):
    named, _ = _said(topic)
    title = named.get("title", "").strip()
    assert title and len(title) <= WIDE, f"{topic}: a title of at most {WIDE} letters"
    for axis in ("xlabel", "ylabel"):
        assert UNIT.search(named.get(axis, "")), f"{topic}: no unit in {named.get(axis)!r}"


@pytest.mark.parametrize("topic", ALL)
def test_labels_are_words_or_typeset(topic):
    tree = ast.parse(inspect.getsource(import_module(home(topic))))
    (node,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "portrait")
    assert ast.get_docstring(node), f"{topic}: a portrait says what it shows"
    named, labels = _said(topic)
    raw = [text for text in (*named.values(), *labels) if RAW.search(_unset(text))]
    assert raw == [], f"{topic}: formulas in labels are typeset between dollars"


@pytest.mark.parametrize("topic", ALL)
def test_colours_are_those_of_the_house(topic):
    source = inspect.getsource(import_module(home(topic)))
    assert set(re.findall(r'"#([0-9A-Fa-f]{6})"', source)) <= PALETTE


def test_the_eye_for_labels_sees_what_is_wrong():
    for text in ("k^-2", "RD_w", r"\eta", "eta / B", "x ** 2", "(gamma, gamma')"):
        assert RAW.search(_unset(text)), text
        assert not RAW.search(_unset(f"slope ${text}$ of it"))
    assert not RAW.search("rival: eigenvalues of a law with two ends, 1/2 | 1")
    for text in ("loss", "width m", "risk beside it", "accuracy"):
        assert not UNIT.search(text)


def _framed(say):
    """Axes as a page shows them, after ``say`` has drawn on them."""
    kept = []

    def on(axes):
        kept.append(axes)
        say(axes)

    figure.portrait(on, "a topic")
    kept[0].figure.canvas.draw()
    return kept[0]


@cache
def _drawn(topic):
    """A portrait as a page shows it."""
    return _framed(lambda axes: draw(topic, axes))


def _touching(axes):
    """Pairs of texts that overlap: ticks of an axis, labels, notes, legend."""
    groups = [
        [t for t in axis.get_ticklabels() if t.get_text() and t.get_visible()]
        for axis in (axes.xaxis, axes.yaxis)
    ]
    inside = [t for t in axes.texts if t.get_text()]
    groups.append([*inside, *([axes.get_legend()] if axes.get_legend() else [])])
    groups.append([axes.title, axes.xaxis.label, axes.yaxis.label])
    frame = axes.get_window_extent().expanded(1.001, 1.001)
    found = []
    for number, group in enumerate(groups):
        boxes = [(t, t.get_window_extent()) for t in group]
        if number < 2:  # ticks outside of the axes are not drawn
            side = ("x0", "x1") if number == 0 else ("y0", "y1")
            low, high = (getattr(frame, end) for end in side)
            boxes = [
                (t, box)
                for t, box in boxes
                if low <= (getattr(box, side[0]) + getattr(box, side[1])) / 2 <= high
            ]
        found += [
            (str(one), str(other))
            for place, (one, box) in enumerate(boxes)
            for other, against in boxes[:place]
            if box.overlaps(against)
        ]
    return found


@pytest.mark.parametrize("topic", QUICK)
def test_nothing_touches_in_a_portrait(topic):
    axes = _drawn(topic)
    assert _touching(axes) == []
    assert not frame.covered(axes)


def test_what_touches_is_seen_and_a_legend_over_data_goes_below_them():
    def crowded(axes):
        axes.plot([0, 1], [0, 1], label="a line across the whole of the axes")
        axes.set_xticks([0.5, 0.51], ["one long tick", "another long tick"])
        axes.legend(loc="center")

    def noted(axes):
        axes.text(0.5, 0.5, "a note")
        axes.text(0.51, 0.5, "and one on it")

    axes = _framed(crowded)
    assert len(_touching(axes)) == 1 and len(_touching(_framed(noted))) == 1
    assert not frame.covered(axes)
    below, label = axes.get_legend().get_window_extent(), axes.xaxis.label.get_window_extent()
    assert below.y1 <= label.y0 and axes.get_window_extent().x0 < (below.x0 + below.x1) / 2
    fig, bare = plt.subplots()
    for say in (crowded, lambda axes: axes.errorbar([0.5], [0.5], [[1], [1]], fmt=" ", label="b")):
        say(bare)
        bare.legend(loc="center")
        assert frame.covered(bare)
        bare.clear()
    plt.close(fig)


@pytest.mark.parametrize("topic", CHEAP)
def test_a_portrait_shows_what_was_derived_what_was_measured_and_the_rival(topic):
    axes = _drawn(topic)
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
        frame.plain_ticks(axes.xaxis)
    fig.canvas.draw()
    low, high = short.get_xlim()
    said = [t.get_text() for t in short.get_xticklabels() if low <= t.get_position()[0] <= high]
    assert said == ["0.2", "0.5", "1", "2", "5"]
    assert all("10^" in t.get_text() for t in long.get_xticklabels())
    assert [t.get_text() for t in chosen.get_xticklabels()] == ["small", "large"]
    plt.close(fig)
