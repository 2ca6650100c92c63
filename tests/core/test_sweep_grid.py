"""What is asked for names its cells exactly, and what cannot be swept is refused with a reason."""

from types import ModuleType

import numpy as np
import pytest

from proofs_check.sweep import Axis, Number, Setting, Sweep, description, grid
from proofs_check.sweep.description import planned


def measure(cell, settings):
    return {"y": cell["x"]}


def sweep_with(**changes):
    parts = {
        "axes": (Axis("x", "1,2"), Axis("seed", "2", option="seeds", count=True)),
        "numbers": (Number("y"),),
        "measure": measure,
        "settings": (Setting("rate", 0.5), Setting("name", "a")),
    }
    return Sweep("mine", "A sweep.", **(parts | changes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.7,0.6", (0.6, 0.7)),
        ("0.6:1.4:9", (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)),
        ("1:1:1", (1.0,)),
        ("-0.1:0.1:3,5", (-0.1, 0, 0.1, 5)),
        ("1,1.0", (1.0,)),
        ("2:1:2", (1.0, 2.0)),
        ("-0.3:0.3:3", (-0.3, 0.0, 0.3)),
        ("1e-12:3e-12:3", (1e-12, 2e-12, 3e-12)),
    ],
)
def test_lists_and_ranges(text, expected):
    assert grid.numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "a", "1,,2", "1:2", "1:2:3:4", "1:2:0", "1:2:1", "1:2:2.5", "1:2:1e9", "nan", "1:inf:3"],
)
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValueError, match=r"write|needs|finite"):
        grid.numbers(text)


def test_numbers_spaced_in_the_logarithm_keep_their_digits_however_small():
    assert grid.numbers("1e-9:1e-3:3", log=True) == (1e-9, 1e-6, 1e-3)
    small, _ = grid.numbers("1e-12:1e-11:3", log=True)[1:]
    assert small == pytest.approx(10**-11.5, rel=1e-9)


def test_whole_numbers_stay_whole_and_only_ranges_are_rounded():
    widths = Axis("width", "5", log=True, whole=True, least=2, most=1e30)
    assert grid.values(widths, "1000:1e9:3") == (1e3, 1e6, 1e9)
    found = grid.values(widths, "10:100:3,7")
    assert found == (7, 10, 32, 100) and all(isinstance(v, int) for v in found)
    (large,) = grid.values(widths, "1e20")
    assert large == 1e20 and isinstance(large, float)  # too large for a whole number of SQLite
    for text in ("1", "50.5", "-5", "0:10:3", "10:100:3,7.5", "1e31"):
        with pytest.raises(ValueError, match=r"a whole number, at least 2|positive"):
            grid.values(widths, text)


def test_axes_of_starts_and_of_words():
    seeds = Axis("seed", "1", count=True)
    assert grid.values(seeds) == (0,) and grid.values(seeds, 3) == (0, 1, 2)
    for wrong in ("0", "1001", "2.5", "1,2", "1:3:3"):
        with pytest.raises(ValueError, match="one whole number from 1 to 1000"):
            grid.values(seeds, wrong)
    words = Axis("activation", "relu", choices=("relu", "tanh"))
    assert grid.values(words, "tanh,relu,tanh") == ("relu", "tanh")
    with pytest.raises(ValueError, match="'sin' is none of relu, tanh"):
        grid.values(words, "sin")


def test_values_may_be_given_as_numbers_or_arrays():
    axis = Axis("x", "1")
    listed = (0.1, 0.2, 0.30000000000000004)
    assert grid.values(axis, np.array(listed)) == grid.values(axis, listed) == listed
    assert grid.values(axis, 7) == (7,) and grid.values(axis, "0.5,0.25") == (0.25, 0.5)


def test_a_grid_has_every_combination_and_a_limit():
    cells = grid.grid(((0.6, 1.4), ("a", "b", "c"), (0, 1)))
    assert len(set(cells)) == 12 and (0.6, "c", 1) in cells
    for axes in ((range(1001), range(1001)), ((1, 2), ())):
        with pytest.raises(ValueError, match="coarser"):
            grid.grid(axes)


def test_what_is_not_given_is_the_default():
    cells, settings, values = planned(sweep_with(), {"x": "0:1:3"}, {"rate": 1})
    assert values == {"x": (0, 0.5, 1), "seed": (0, 1)} and len(cells) == 6
    assert settings == {"rate": 1.0, "name": "a"} and isinstance(settings["rate"], float)
    for axes, settings, message in (
        ({"z": "1"}, {}, "no axis 'z': it has x, seed"),
        ({}, {"eta": 1}, "no setting 'eta': it has rate, name"),
    ):
        with pytest.raises(ValueError, match=message):
            planned(sweep_with(), axes, settings)


@pytest.mark.parametrize(
    "parts",
    [
        {"axes": (Axis("x y", "1"),)},
        {"axes": (Axis("error", "1"),)},
        {"axes": (Axis("y", "1"),)},
        {"numbers": (Number('y"'),)},
        {"settings": (Setting("jobs", 1),)},
        {"axes": (Axis("x", "1"), Axis("z", "1", option="x"))},
        {"axes": ()},
        {"numbers": ()},
    ],
)
def test_names_that_cannot_be_columns_or_options_are_refused(parts):
    with pytest.raises(ValueError, match=r"cannot be a name|at least one axis"):
        sweep_with(**parts)


def test_arrays_of_another_shape_have_another_fingerprint():
    X, y = np.zeros((2, 3)), np.zeros(2)
    pairs = (
        (X, y),
        (X.T, y),
        (X.T, np.zeros(3)),
        (X + 1, y),
        (X, y + 1),
        (np.zeros((2, 4)), np.zeros(0)),
    )
    keys = {description.fingerprint(*pair) for pair in pairs}
    assert len(keys) == 6 and description.fingerprint(X.copy(order="F"), y) in keys


def test_what_is_compared_names_every_setting_and_the_number_of_starts():
    made = sweep_with(
        prepare=lambda settings, values: settings | {"data": (np.ones(2), np.ones(3))},
        remarks=("name",),
    )
    _, settings, values = planned(made, {"seed": 2})
    compared, remarks = description.described(made, settings, values)
    assert set(compared) == {"sweep", "seeds", "rate", "data", "code"} and remarks == {"name": "a"}
    assert compared["seeds"] == "2" and compared["rate"] == "0.5"
    assert compared["data"] == description.fingerprint(np.ones(2), np.ones(3))


def test_the_key_of_the_code_changes_with_measure_with_modules_and_with_versions(
    tmp_path, monkeypatch
):
    def other(cell, settings):
        return {"y": 2 * cell["x"]}

    helper = tmp_path / "helper_of_a_sweep.py"
    helper.write_text("a = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = sweep_with(code=("helper_of_a_sweep", "numpy"))
    keys = [description.code_key(made), description.code_key(sweep_with())]
    keys.append(description.code_key(sweep_with(code=made.code, measure=other)))
    helper.write_text("a = 2\n")
    keys.append(description.code_key(made))
    monkeypatch.setattr(description, "version", lambda name: "0.0")
    keys.append(description.code_key(made))
    assert len(set(keys)) == 5 and description.code_key(made) == keys[-1]
    monkeypatch.undo()
    with pytest.raises(ValueError, match="no module or distribution nowhere_at_all"):
        description.code_key(sweep_with(code=("nowhere_at_all",)))


def test_sweeps_are_found_in_the_topics_by_looking(monkeypatch):
    made = ModuleType("proofs_check.jacobi_iteration")
    first, second = (
        Sweep(f"jacobi_iteration.{name}", "S.", (Axis("x", "1"),), (Number("y"),), measure)
        for name in ("one", "two")
    )
    made.SWEEPS = (first, second)
    monkeypatch.setattr(description, "import_module", lambda name: made)
    assert description.known("jacobi_iteration.two") is second
    assert description.known("jacobi-iteration") is first
    assert description.known("jacobi_iteration.three") is None
    assert description.known("no_topic.one") is None
