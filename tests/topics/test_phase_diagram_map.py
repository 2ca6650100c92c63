"""Cells of the phase diagram are flows of the integrator, and its map shows what the theory says of
them.
"""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from numerics import phase_diagram
from proofs_check.phase_diagram import SWEEPS
from proofs_check.plane import flows
from proofs_check.plane import map as chart
from proofs_check.sweep import Result, Table, executor, fill
from proofs_check.sweep.description import columns, described, planned
from proofs_check.sweep.grid import grid

MAP = SWEEPS[0]
SMALL = {"nodes": 16, "rtol": 0.3, "tol": 1e-3}
AXES = {"gamma": [0.6, 1.4], "gamma_p": [-0.2, 0.2], "width": [50, 100]}
NAMES = tuple(axis.name for axis in MAP.axes)


def run_cell(cell, **settings):
    _, prepared, _ = planned(MAP, None, SMALL | settings)
    return executor.run_cell(MAP.measure, NAMES, ("rd", "rd_error"), cell, prepared)


# ---------------------------------------------------------------- cells


def test_a_cell_is_the_distance_of_the_flow(tmp_path):
    table = fill(MAP, tmp_path / "s.sqlite", AXES, SMALL)
    assert len(table.results) == 8
    for (gamma, gamma_p, width, seed), numbers, error, seconds in table.results:
        expected = phase_diagram.relative_distance(
            width, gamma, gamma_p, nodes=16, seed=seed, rtol=0.3, tol=1e-3
        )
        assert numbers == (expected.value, expected.error) and error is None and seconds > 0


def test_seeds_and_sampling_reach_the_flow():
    found = [
        phase_diagram.Distance(*run_cell((1.0, 0.0, 40, seed), sampled=sampled).numbers)
        for sampled in (False, True)
        for seed in (0, 1)
    ]
    options = [{"sampled": sampled, "seed": seed} for sampled in (False, True) for seed in (0, 1)]
    assert found == [
        phase_diagram.relative_distance(40, 1.0, 0.0, nodes=16, rtol=0.3, tol=1e-3, **each)
        for each in options
    ]
    assert len(set(found)) == 4


def test_a_flow_that_does_not_arrive_is_a_failure(monkeypatch):
    def stops(*_, **__):
        warnings.warn("flow stopped after 7 steps", stacklevel=1)
        return phase_diagram.Distance(1.0, 0.1)

    cell = (0.6, -0.2, 50, 0)
    assert "kappa = 0: a positive" in str(run_cell((200.0, 0.0, 100, 0)).error)  # kappa underflows
    monkeypatch.setattr(phase_diagram, "relative_distance", stops)
    assert run_cell(cell).error == "UserWarning: flow stopped after 7 steps"
    for wrong in (0.0, np.inf, np.nan):
        found = phase_diagram.Distance(wrong, 0.0)
        monkeypatch.setattr(phase_diagram, "relative_distance", lambda *_, d=found, **__: d)
        assert "no logarithm" in str(run_cell(cell).error)


@pytest.mark.parametrize(
    "change",
    [
        {"nodes": 1000},
        {"nodes": 2**23},
        {"rtol": 0.0},
        {"tol": float("nan")},
        {"sampled": True, "width": "1e9"},
    ],
)
def test_settings_that_cannot_run_are_refused(change):
    axes = {"width": change.pop("width", "50")}
    with pytest.raises(ValueError, match=r"power of two|memory|positive"):
        planned(MAP, axes, SMALL | change)


def key(**settings):
    _, prepared, values = planned(MAP, AXES | {"seed": settings.pop("seed", 1)}, SMALL | settings)
    return described(MAP, prepared, values)[0]


def test_results_of_another_setting_are_told_apart_and_a_renamed_file_is_not(tmp_path):
    X, y = phase_diagram.four_point_problem()
    for name, inputs, targets in (("a", X, y), ("b", X, y), ("c", X + 1, y), ("d", X, 2 * y)):
        np.savez(tmp_path / f"{name}.npz", X=inputs[:, :1], y=targets)
    keys = [
        key(data=str(tmp_path / "a.npz"), **change)
        for change in ({}, {"nodes": 32}, {"sampled": True}, {"rtol": 0.2}, {"tol": 1e-4})
    ]
    keys += [key(data=str(tmp_path / f"{name}.npz")) for name in "cd"]
    keys.append(key(data=str(tmp_path / "a.npz"), seed=2))
    assert len({str(k) for k in keys}) == 8
    assert key(data=str(tmp_path / "b.npz")) == keys[0]
    assert key(sampled=True, nodes=32) == key(sampled=True)  # nobody asks for the nodes


def test_the_integrator_and_its_compiled_loops_are_part_of_what_is_compared(monkeypatch):
    from proofs_check.sweep import description

    before, state = key()["code"], description._state
    for name in flows.CODE:
        monkeypatch.setattr(
            description, "_state", lambda n, name=name: "newer" if n == name else state(n)
        )
        assert key()["code"] != before
    assert {"numerics.core.neurons", "numerics.gradient_flow", "scipy"} <= set(flows.CODE)


# ---------------------------------------------------------------- data


def test_the_published_map_is_a_default():
    widths, slopes = flows.published()
    assert widths == (1000, 5000, 10_000, 20_000, 40_000) and len(slopes) == 65
    assert slopes[1.4, -0.4] == 0.429 and slopes[1.2, 0.4] == -0.304 and np.isnan(slopes[0.6, 0.2])
    assert sum(map(np.isfinite, slopes.values())) == 65 - 10 - 3


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": np.ones((3, 2))}, "no array y"),
        ({"X": np.ones(3), "y": np.ones(3)}, "shape"),
        ({"X": np.ones((3, 2)), "y": np.ones(2)}, "shape"),
        ({"X": np.ones((0, 2)), "y": np.ones(0)}, "shape"),
        ({"X": np.array([[1.0, np.nan]]), "y": np.ones(1)}, r"X is not finite at index \(0, 1\)"),
        ({"X": np.ones((1, 1)), "y": np.array([np.inf])}, "y is not finite"),
        ({"X": np.array([["a"]]), "y": np.ones(1)}, "type"),
        ({"X": np.ones((1, 1)) * 1j, "y": np.ones(1)}, "type"),
        ({"X": np.array([[object()]]), "y": np.ones(1)}, "allow_pickle"),
        ({"X": np.ones((1001, 1)), "y": np.ones(1001)}, "at most 1000 samples"),
        ({"X": np.ones((3000, 3000)), "y": np.ones(3000)}, "bytes"),
    ],
)
def test_a_bad_file_is_explained(tmp_path, arrays, message):
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        flows.data(str(tmp_path / "bad.npz"))


def test_what_is_no_file_is_explained(tmp_path):
    (tmp_path / "text.npz").write_text("no zip")
    np.savez(tmp_path / "cut.npz", X=np.arange(4000.0).reshape(-1, 1), y=np.zeros(4000))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "cut.npz").read_bytes()[:500])
    for name, message in (
        ("text.npz", "no .npz"),
        ("cut.npz", "no .npz"),
        ("absent.npz", "cannot be read"),
        ("mnist", "published"),
    ):
        with pytest.raises(ValueError, match=message):
            flows.data(f"{tmp_path / name}" if "." in name else name)


def test_a_file_gets_its_bias_column(tmp_path):
    np.savez(
        tmp_path / "four.npz",
        X=np.array([[-1 / 2], [-1 / 6], [1 / 6], [1 / 2]]),
        y=np.array([1 / 4, 1 / 36, 1 / 36, 1 / 4]),
    )
    X, y = flows.data(str(tmp_path / "four.npz"))
    for mine, theirs in zip((X, y), phase_diagram.four_point_problem(), strict=True):
        np.testing.assert_allclose(mine, theirs)
    X, y = flows.data("digits")
    assert (
        X.shape == (45, 65) and (X[:, -1] == 1).all() and set(np.round(10 * y, 9)) == set(range(10))
    )
    np.testing.assert_allclose((X**2).sum(1), 2)


# ---------------------------------------------------------------- the map


def table_of(results, **settings):
    _, prepared, values = planned(MAP, {"seed": settings.pop("seeds", 1)}, SMALL | settings)
    compared, remarks = described(MAP, prepared, values)
    return Table("s.sqlite", compared | remarks, columns(MAP), tuple(results))


def power_law(gammas=(0.5, 1.0, 1.5), gamma_ps=(-0.2, 0.0, 0.2), widths=(10, 100, 1000)):
    """Results with slope gamma - 1 - gamma' exactly."""
    return [
        Result((g, p, m, s), (m ** (g - 1 - p), 0.0), None, 0.0)
        for g, p, m, s in grid((gammas, gamma_ps, widths, (0,)))
    ]


def test_slopes_are_fitted_where_all_widths_are_known():
    found = chart.fitted(table_of(r for r in power_law() if r.cell != (0.5, 0.0, 100, 0)))
    expected = found.gamma - 1 - found.gamma_p[:, None]
    assert np.isnan(found.slopes[1, 0]) and np.isfinite(found.slopes).sum() == 8
    np.testing.assert_allclose(
        found.slopes[np.isfinite(found.slopes)], expected[np.isfinite(found.slopes)], atol=1e-12
    )
    assert np.isnan(chart.fitted(table_of(power_law(), seeds=2)).slopes).all()
    with pytest.raises(ValueError, match="a slope needs two"):
        chart.fitted(table_of(power_law(widths=(10,))))


def test_the_median_is_over_seeds():
    results = [
        Result((1.0, 0.0, m, s), (m**power, 0.0), None, 0.0)
        for m in (10, 100)
        for s, power in enumerate((0.1, 0.7, 0.2))
    ]
    assert chart.fitted(table_of(results, seeds=3)).slopes[0, 0] == pytest.approx(0.2)


def test_the_boundary_is_where_the_derived_exponent_changes_sign():
    gamma_p = np.linspace(-0.5, 0.5, 11)
    line = chart.boundary(gamma_p)
    np.testing.assert_allclose(line, [1, 1, 1, 1, 1, 1, 1.1, 1.2, 1.3, 1.4, 1.5])
    inside = gamma_p >= 0  # where the exponent is known on both sides
    assert (phase_diagram.input_exponent(line - 0.05, gamma_p) < 0).all()
    assert (phase_diagram.input_exponent(line + 0.05, gamma_p)[inside] > 0).all()
    assert chart.boundary([-1.0, -0.5]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_the_map_is_drawn(tmp_path, ending):
    results = [result for result in power_law() if result.cell[1] or result.cell[0] > 0.5]
    chart.draw([table_of(results)], tmp_path / f"map.{ending}")
    text = (tmp_path / f"map.{ending}").read_bytes()
    assert len(text) > 5000 and text.startswith(
        {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}[ending]
    )


def test_the_map_shows_what_it_should(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "close", lambda _: None)
    chart.draw([table_of(power_law())], tmp_path / "map.png")
    fig = plt.gcf()
    ax = fig.axes[0]
    (line,) = [drawn for drawn in ax.lines if drawn.get_label() == "derived boundary"]
    np.testing.assert_allclose(line.get_xdata(), 1 + np.maximum(line.get_ydata(), 0))
    zero = np.concatenate([path.vertices for path in ax.collections[1].get_paths()])
    np.testing.assert_allclose(zero[:, 0], 1 + zero[:, 1], atol=1e-9)
    assert (
        "3 widths, m = 10 to 1,000\n16 nodes, one seed" in ax.get_title()
        and "gamma'" in ax.get_ylabel()
    )
    assert any(str(drawn.get_label()).startswith("published, $m$") for drawn in ax.collections)
    monkeypatch.undo()
    plt.close(fig)


def test_what_a_finite_width_changes_is_what_the_closed_form_says(tmp_path, monkeypatch):
    """Distances made by the closed form: the predicted and the measured differences are the same,
    and the picture says so.
    """
    import matplotlib.pyplot as plt

    X, y = flows.data("published")
    # at (1.5, 0.6) the output weights grow
    gammas, gamma_ps = (
        (0.5, 0.75, 1.5),
        (-0.2, 0.0, 0.2, 0.6),
    )
    tables = [
        table_of(
            Result(
                (g, p, m, s), (phase_diagram.lazy_relative_distance(m, g, p, X, y), 0.0), None, 0.0
            )
            for g, p, m, s in grid((gammas, gamma_ps, widths, (0,)))
        )
        for widths in ((1e2, 1e3), (1e11, 1e12))
    ]
    lazy = chart.finite_size(chart.fitted(tables[0]), X, y)
    assert np.isnan(lazy[:, 2]).all() and np.isfinite(lazy[:, :2]).all()
    monkeypatch.setattr(plt, "close", lambda _: None)
    chart.draw(tables, tmp_path / "maps.png")
    fig = plt.gcf()
    (points,) = [
        drawn
        for ax in fig.axes
        for drawn in ax.lines
        if drawn.get_label() == "both layers stand still"
    ]
    np.testing.assert_allclose(points.get_xdata(), points.get_ydata(), atol=1e-9)
    assert np.ptp(points.get_xdata()) > 0.05
    monkeypatch.undo()
    plt.close(fig)
    others = [
        replace(tables[1], settings=tables[1].settings | {"data": "other"}),
        table_of(power_law()),
    ]
    for other in others:
        with pytest.raises(ValueError, match="sweep the same grid"):
            chart.draw([tables[0], other], tmp_path / "maps.png")
    with pytest.raises(ValueError, match="no cell has all its widths"):
        chart.draw([table_of(power_law(), seeds=2)], tmp_path / "maps.png")


def test_the_difference_from_the_published_slopes():
    widths, slopes = flows.published()
    power = {(1.0, 0.0): slopes[1.0, 0.0] + 0.05, (0.6, 0.2): -0.8, (0.65, 0.0): 1.0}
    table = table_of(
        Result((*cell, m, 0), (m**s, 0.0), None, 0.0) for cell, s in power.items() for m in widths
    )
    found = chart.fitted(table)
    assert chart.against_published(found) == {(1.0, 0.0): pytest.approx(0.05)}
    assert chart.remark(found) == (
        "of 1 published slopes 0 within 0.04 and 1 within 0.06; the worst, +0.050, at (1.0, 0.0)"
    )
    assert chart.remark(chart.fitted(table_of(power_law()))) == ""  # other widths
