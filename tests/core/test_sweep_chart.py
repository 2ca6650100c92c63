"""The picture of any store shows its numbers over its axes, and says what it leaves out."""

import numpy as np
import pytest

from proofs_check.sweep import Axis, Number, Sweep, Table, chart, drawing
from proofs_check.sweep.description import columns
from proofs_check.sweep.grid import grid
from proofs_check.sweep.store import Result

X = Axis("x", "1", label="distance in m", log=True)
TIME = Axis("t", "1", label="time in s")
WORD = Axis("word", "a", choices=("a", "b"))
SEED = Axis("seed", "1", option="seeds", count=True)
Y = Number("y", "height in m")


def table(axes, values, height, numbers=(Y,), left_out=()):
    """Heights over a grid; ``left_out`` cells are missing."""
    made = Sweep("mine", "S.", axes, numbers, lambda cell, settings: {})
    cells = [cell for cell in grid(values) if cell not in left_out]
    results = tuple(Result(cell, (height(*cell),) * len(numbers), None, 0.0) for cell in cells)
    counts = {a.option: str(len(v)) for a, v in zip(axes, values, strict=True) if a.count}
    settings = {"sweep": "mine", "rate": "0.5", "code": "abc"} | counts
    return Table("s.sqlite", settings, columns(made), results)


@pytest.fixture
def figure(tmp_path, monkeypatch):
    """Draw tables and return the figure, which is closed at the end."""
    import matplotlib.pyplot as plt

    close = plt.close
    monkeypatch.setattr(plt, "close", lambda _: None)

    def drawn(*tables):
        chart.draw(tables, tmp_path / "folder" / "picture.png")
        assert (tmp_path / "folder" / "picture.png").stat().st_size > 5000
        return plt.gcf()

    yield drawn
    close("all")


def lines(ax):
    """Points of each line by its label."""
    return {
        bars.get_label(): (bars.lines[0].get_xdata(), bars.lines[0].get_ydata())
        for bars in ax.containers
    }


def test_numbers_become_arrays_over_the_axes():
    some = table((X, SEED), ((1.0, 10.0), (0, 1)), lambda x, s: x + s, left_out=[(10.0, 1)])
    held, found = drawing.arrays(some)
    assert held == {"x": [1.0, 10.0], "seed": [0, 1]}
    np.testing.assert_array_equal(found["y"], [[1, 2], [10, np.nan]])
    none = Table("s", some.settings | {"seeds": "3"}, some.columns, some.results)
    assert drawing.arrays(none)[1]["y"].shape == (2, 3)  # starts that nobody has run yet
    failed = Table("s", some.settings, some.columns, (Result((1.0, 0), None, "no", 0.0),))
    assert np.isnan(drawing.arrays(failed)[1]["y"]).all()


def test_one_axis_is_a_line_with_labels_and_units(figure):
    ax = figure(table((X,), ((1.0, 10.0, 100.0),), lambda x: x**2)).axes[0]
    ((x, y),) = lines(ax).values()
    np.testing.assert_array_equal([x, y], [[1, 10, 100], [1, 100, 10_000]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("distance in m", "height in m")
    assert ax.get_xscale() == "log" and [t.get_text() for t in ax.get_xticklabels()] == [
        "1",
        "10",
        "100",
    ]
    assert "mine" in ax.get_title() and "rate: 0.5" in ax.get_title()
    assert "abc" not in ax.get_title() and "left out" not in ax.get_title()


def test_a_line_is_the_median_and_the_bars_the_range_over_starts(figure):
    heights = {0: 1.0, 1: 2.0, 2: 9.0}
    ax = figure(table((TIME, SEED), ((1.0, 2.0), (0, 1, 2)), lambda t, s: t * heights[s])).axes[0]
    ((_, y),) = lines(ax).values()
    np.testing.assert_array_equal(y, [2, 4])
    (bars,) = [c for c in ax.collections if len(c.get_paths()) == 2]
    ends = np.array([path.vertices[:, 1] for path in bars.get_paths()])
    np.testing.assert_array_equal(ends, [[1, 9], [2, 18]])
    assert "median and range" in ax.get_ylabel()


def test_what_is_not_known_for_all_starts_or_infinite_is_left_out_and_counted(figure):
    def height(t, s):
        return np.inf if t == 3.0 else t

    some = table((TIME, SEED), ((1.0, 2.0, 3.0), (0, 1)), height, left_out=[(1.0, 1)])
    ax = figure(some).axes[0]
    np.testing.assert_array_equal(lines(ax).popitem()[1][1], [np.nan, 2, np.nan])
    assert "left out: 2 of 3, missing, failed or infinite" in ax.get_title()


def test_a_second_axis_has_a_colour_for_each_value_or_is_a_map(figure):
    ax = figure(table((TIME, X), ((0.0, 1.0, 2.0), (1.0, 10.0)), lambda t, x: t + x)).axes[0]
    found = lines(ax)
    assert set(found) == {"1", "10"} and ax.get_legend().get_title().get_text() == "distance in m"
    np.testing.assert_array_equal(found["10"][1], [10, 11, 12])
    many = tuple(map(float, range(1, 10)))
    fig = figure(table((TIME, X), ((0.0, 1.0), many), lambda t, x: t + x))
    mesh = fig.axes[0].collections[0]
    np.testing.assert_array_equal(mesh.get_array(), [[x, 1 + x] for x in many])
    assert fig.axes[0].get_ylabel() == "distance in m" and fig.axes[0].get_yscale() == "log"
    assert fig.axes[1].get_ylabel() == "height in m"


def test_words_stand_below_their_points(figure):
    ax = figure(table((WORD, TIME), (("a", "b"), (1.0, 2.0)), lambda w, t: t)).axes[0]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b"]
    assert set(lines(ax)) == {"1", "2"}


def test_a_third_axis_has_a_panel_for_each_value_and_every_number_a_row(figure):
    two = (Y, Number("z", "depth in m", log=True))
    axes = (TIME, X, WORD)
    values = ((0.0, 1.0), (1.0, 10.0), ("a", "b"))
    some = table(axes, values, lambda t, x, w: x if w == "a" else 2 * x, two)
    shown = figure(some).axes
    assert (
        len(shown) == 4 and "word: a" in shown[0].get_title() and "word: b" in shown[1].get_title()
    )
    np.testing.assert_array_equal(lines(shown[1])["10"][1], [20, 20])
    assert shown[2].get_ylabel() == "depth in m" and shown[2].get_yscale() == "log"
    assert shown[0].get_yscale() == "linear"


def test_axes_of_one_value_stand_in_the_title_and_stores_side_by_side(figure):
    some = table((X, TIME), ((5.0,), (1.0, 2.0)), lambda x, t: t)
    shown = figure(some, some).axes
    assert len(shown) == 2 and all("distance in m: 5" in ax.get_title() for ax in shown)
    assert shown[0].get_xlabel() == "time in s"


def test_what_no_picture_can_show_is_refused(tmp_path):
    four = tuple(Axis(name, "1") for name in "pqrs")
    too_many = table(four, ((1.0, 2.0),) * 4, lambda *cell: 0.0)
    nothing = table((X,), ((1.0,),), lambda x: x)
    for some, message in ((too_many, "4 axes: p, q, r, s"), (nothing, "over 0 axes")):
        with pytest.raises(ValueError, match=message):
            chart.draw([some], tmp_path / "p.png")
    with pytest.raises(ValueError, match=r"must end in \.png"):
        chart.draw([nothing], tmp_path / "p.gif")
    assert not list(tmp_path.iterdir())


def test_cells_are_drawn_around_their_centres():
    np.testing.assert_allclose(drawing.edges([0.0, 1.0, 3.0]), [-0.5, 0.5, 2.0, 4.0])
    np.testing.assert_allclose(drawing.edges([2.0]), [1.95, 2.05])
    np.testing.assert_allclose(drawing.edges([1.0, 100.0], log=True), [0.1, 10.0, 1000.0])
