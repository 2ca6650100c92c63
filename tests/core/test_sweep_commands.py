"""Every sweep of a topic is a command; its options are its axes and settings."""

import ast
import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from proofs_check.cli import sweep as commands
from proofs_check.cli.main import cli
from proofs_check.core import cluster
from proofs_check.core.runner import ROOT
from proofs_check.phase_diagram import SWEEPS
from proofs_check.sweep import Axis, Number, Result, Setting, Sweep, description, executor, fill
from proofs_check.sweep import store as stores
from proofs_check.sweep.description import planned
from proofs_check.sweep.grid import grid

MAP = SWEEPS[0]
SMALL = ("--nodes", "16", "--tol", "1e-3", "--rtol", "0.3", "--jobs", "1")


def command(*arguments):
    return CliRunner().invoke(cli, ["sweep", *map(str, arguments)], standalone_mode=False)


def refused(*arguments):
    """The message of a command that ends with status 2."""
    done = CliRunner().invoke(cli, ["sweep", *map(str, arguments)])
    assert done.exit_code == 2, done.output
    return done.output


def test_what_can_be_swept_is_listed(monkeypatch):
    for words in ((), ("list",)):
        listed = command(*words).output
        for name in ("phase_diagram.slopes", "parity.accuracy", "trainability.steps"):
            assert name in listed
        assert "--gamma --gamma-p --widths --seeds" in listed
    sound = description.sweeps_of
    monkeypatch.setattr(
        description, "sweeps_of", lambda topic: sound(topic) if topic != "parity" else 1 / 0
    )
    listed = command("list").output
    assert "topic parity is left out: it cannot be imported: ZeroDivisionError" in listed
    assert "phase_diagram.slopes" in listed and "parity.accuracy" not in listed


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("phase-diagramm", "phase_diagram.slopes"),
        ("phase_diagram.slops", "phase_diagram.slopes"),
        ("parity.acuracy", "parity.accuracy"),
        ("trainabilty", "trainability.steps"),
        ("plto", "plot"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(asked, nearest):
    assert f"the nearest is {nearest!r}" in refused(asked)


def test_the_nearest_of_a_topic_with_several_sweeps_is_its_first(monkeypatch):
    monkeypatch.setattr(commands, "_all", lambda: dict.fromkeys(("parity.one", "parity.two")))
    assert "the nearest is 'parity.one'" in refused("pariti")


@pytest.mark.parametrize("name", ["phase_diagram.slopes", "phase-diagram", "phase_diagram"])
def test_a_topic_alone_is_its_first_sweep(name):
    shown = command(name, "--help").output
    for word in ("--gamma-p", "--widths", "--seeds", "--sampled", "--scheduler", "-0.4:0.4:9"):
        assert word in shown


def test_the_defaults_are_the_published_map():
    cells, settings, values = planned(MAP)
    assert len(cells) == 585 and values["width"] == (1000, 5000, 10_000, 20_000, 40_000)
    assert len(values["gamma"]) == 13 and len(values["gamma_p"]) == 9 and values["seed"] == (0,)
    assert (settings["nodes"], settings["rtol"], settings["tol"]) == (2048, 0.02, 5e-7)


def test_the_commands_refuse_bad_input(tmp_path):
    target = tmp_path / "s.sqlite"
    for arguments, message in (
        (("--gamma", "0.6:1.4"), "a:b:n"),
        (("--widths", "1"), "whole number"),
        (("--seeds", "0"), "one whole number"),
        (("--nodes", "3"), "power"),
        (("--data", "mnist"), "published, digits"),
        (("--sampled", "--widths", "1e9"), "too much memory"),
        (("--gamma", "0:1:2000", "--gamma-p", "0:1:2000"), "coarser"),
    ):
        assert message in refused("phase-diagram", "--store", target, *arguments)
    assert not target.exists()
    assert "no store at" in refused("plot", "--store", target, "-o", "a.png")
    assert "relu, tanh" in refused("trainability.steps", "--activation", "sin", "--store", target)


def test_a_sweep_says_what_it_does_and_goes_on(tmp_path):
    target = tmp_path / "s.sqlite"
    words = ("phase-diagram", "--gamma", "0.6,200", "--gamma-p", "0", "--store", target, *SMALL)
    done = command(*words, "--widths", "50")
    assert done.return_value == 1
    assert "2 cells, 0 of them in" in done.output and "2 cells in" in done.output
    assert "cell gamma 0.6 gamma' 0 m 50 seed 0: RD " in done.output
    assert "cell gamma 200 gamma' 0 m 50 seed 0: fails" in done.output
    assert "1 cells have failed: --retry runs them again" in done.output
    with sqlite3.connect(target) as file:
        ((rd, error),) = file.execute(
            "SELECT rd, rd_error FROM cells WHERE gamma = 0.6 AND width = 50"
        )
    assert f"RD {rd:.6g}, error {error:.6g} (" in done.output
    done = command(*words, "--widths", "50,60")
    assert "4 cells, 2 of them in" in done.output and "2 cells in" in done.output
    done = command(*words, "--widths", "50,60", "--retry")
    assert "4 cells, 2 of them in" in done.output and done.return_value == 1
    assert "holds results of other settings: tol" in refused(*words, "--tol", "1e-4")
    assert "holds results of other settings: sweep" in refused("parity", "--store", target)


def measure(cell, settings):
    return {"speed": cell["mass"] if settings["fast"] else 0.0, "time": settings["delay"]}


def test_options_are_made_of_axes_and_settings(tmp_path, monkeypatch):
    """A sweep that no topic has: its flag, its numbers and its lines of output."""
    made = Sweep(
        "toy.race",
        "A race.",
        (Axis("mass", "1:2:2", "Mass in kg."), Axis("way", "up", choices=("up", "down"))),
        (Number("speed", symbol="v"), Number("time")),
        measure,
        (Setting("fast", False, "Hurry."), Setting("delay", 0.5, "Seconds.")),
    )
    monkeypatch.setattr(description, "known", lambda name: made if name == "toy.race" else None)
    shown = command("toy.race", "--help").output
    assert "A race." in shown and "Mass in kg." in shown and "UP,DOWN" in shown
    target = tmp_path / "s.sqlite"
    here = {"executor": None}
    monkeypatch.setattr(
        executor, "finished", lambda *a, f=executor.finished, **o: f(*a[:4], **o | here)
    )
    done = command("toy.race", "--way", "down", "--fast", "--delay", "2", "--store", target)
    assert done.return_value == 0
    assert "cell mass 2 way down: v 2, time 2 (" in done.output
    assert stores.read(target).settings["fast"] == "True"


def test_the_plot_command(tmp_path):
    target, picture = tmp_path / "s.sqlite", tmp_path / "m.png"
    _, settings, values = planned(MAP)
    with stores.opened(target) as store:
        executor.claim(store, MAP, settings, values)
        assert "needs two" in refused("plot", "--store", target, "-o", picture)
        axes = ((1.0, 1.4), (-0.2, 0.0, 0.2), values["width"], (0,))
        stores.add(
            store,
            [Result((g, p, m, s), (m ** (g - 1 - p), 0.0), None, 0.0) for g, p, m, s in grid(axes)],
        )
    assert ".png" in refused("plot", "--store", target, "-o", tmp_path / "m.gif")
    done = command("plot", "--store", target, "-o", picture)
    assert "of 6 published slopes" in done.output and picture.exists()


def test_the_plot_command_draws_a_store_of_anybody(tmp_path):
    mine = Sweep("mine", "S.", (Axis("mass", "1,2"),), (Number("speed"), Number("time")), measure)
    store = tmp_path / "mine.sqlite"
    made = Sweep(**vars(mine) | {"settings": (Setting("fast", True), Setting("delay", 1.0))})
    fill(made, store)
    done = command("plot", "--store", store, "-o", tmp_path / "m.svg", "--limit", store)
    assert "written to" in done.output and "mine" in (tmp_path / "m.svg").read_text()
    fill(Sweep(**vars(made) | {"name": "yours"}), tmp_path / "yours.sqlite")
    said = refused("plot", "--store", store, "-o", "m.png", "--limit", tmp_path / "yours.sqlite")
    assert "holds mine and" in said and "draw each" in said


def test_a_cluster_that_is_not_there_is_explained(tmp_path, monkeypatch):
    place = ("--gamma", "0.6", "--gamma-p", "0", "--widths", "50", "--store", tmp_path / "s.sqlite")
    there = ("phase-diagram", *place, "--scheduler", "tcp://127.0.0.1:9")
    assert "add --executor dask" in refused(*there)
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    said = refused(*there, "--executor", "dask")
    assert "no dask scheduler answers at tcp://127.0.0.1:9" in said
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = refused("phase-diagram", *place, "--executor", "dask")
    assert "proofs-check[cluster]" in said


def test_every_sweep_of_a_topic_names_itself_and_code_that_exists():
    found = commands._all()
    assert len(found) >= 3
    for name, sweep in found.items():
        assert name == sweep.name and description.known(name) is sweep
        assert len(description.code_key(sweep)) == 16
        cells, _, _ = planned(sweep)
        assert cells and all(np.size(cell) == len(sweep.axes) for cell in cells)
        assert all(axis.help for axis in sweep.axes) and all(s.help for s in sweep.settings)


def training_modules(name):
    """Modules of ``proofs_check.training`` that are imported in a module, wherever it does so."""
    folder, found = "proofs_check.training", set()
    source = Path(find_spec(name).origin).read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(folder):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {
        module for module in found - {folder} if (ROOT / f"{module.replace('.', '/')}.py").exists()
    }


@pytest.mark.parametrize("name", sorted(commands._all()))
def test_a_sweep_that_trains_names_all_that_it_trains_with(name):
    sweep = description.known(name)
    own = [module for module in sweep.code if module.startswith("proofs_check.")]
    needed = set().union(*map(training_modules, own))
    assert needed <= set(own), needed - set(own)
    if "torch" in sweep.code:
        assert "proofs_check.training.descend" in needed
