"""Damaged and hostile files, words, networks and paths end in a sentence; what was mended stays so.

`benchmarks/attack.py` runs many cases of each kind; here are a few, and each fault that it found.
"""

import json
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from torch import nn

from proofs_check.cli.verify import GUESS, expected
from proofs_check.core import entries, evidence, judging, ledger, results, runner, store, whole
from proofs_check.examination import BadInput, examine
from proofs_check.examination.tangent import Tangent
from proofs_check.report import tex
from proofs_check.sweep import sound
from proofs_check.sweep import store as stores

FEW = {"ledger": 40, "kept": 20, "evidence": 15, "sweeps": 15, "files": 10, "networks": 10}
FEW |= {"pages": 3, "paths": 10}
UNIT = ("claim", "jacobi_iteration", "two_grid")
ENTRY = (ledger.LEDGER / "jacobi_iteration.toml").read_text().split("[[statement]]")[1]


@pytest.fixture(scope="module")
def attack():
    sys.path.insert(0, str(runner.ROOT / "benchmarks"))
    import attack as found

    yield found
    sys.path.remove(str(runner.ROOT / "benchmarks"))


@pytest.mark.parametrize("kind", FEW)
def test_a_few_cases(attack, kind, tmp_path):
    found = attack.attack(kind, FEW[kind], 1, tmp_path)
    assert found["cases"] >= FEW[kind] / 2 and not found["failures"]


def test_the_search_finds_a_fault(attack, monkeypatch, tmp_path):
    from proofs_check.core.arithmetic import arithmetic

    monkeypatch.setattr(ledger, "arithmetic", lambda text, names: True)
    formula = attack.files.ledger.formula

    def case(draw):
        formula(f"__import__('os').system('touch {tmp_path / attack.MARK}')", "capacity")

    monkeypatch.setitem(attack.KINDS, "planted", (case, 1))
    found = attack.attack("planted", 1, 0, tmp_path)
    assert list(found["failures"]) != [] and not arithmetic("x.y")


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {}')",
        "open('{}', 'w')",
        'S(\'open("{}", "w")\')',
        "().__class__.__base__.__subclasses__()",
        "test()",
        "init_session()",
        "(lambda: 1)()",
        "10**10**10",
        "(" * 1000,
    ],
)
def test_a_printed_formula_is_read_and_not_run(text, tmp_path):
    with pytest.raises(ValueError, match=r"statements/capacity.toml: cannot read the printed"):
        ledger.formula(text.replace("{}", str(tmp_path / "mark")), "capacity")
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", '"../../up"'),
        ("id", "3"),
        ("claim", '["a"]'),
        ("claim", '"\\u001b[31m"'),
        ("printed", "nan"),
        ("printed", "[1, 2, 3]"),
        ("printed", "{a = {b = 1}}"),
        ("printed", "1979-05-27"),
        ("threshold", "[[1]]"),
        ("setups", "4"),
    ],
)
def test_what_cannot_stand_in_the_ledger_is_named(key, value, tmp_path):
    lines = [line for line in ENTRY.splitlines() if not line.startswith(f"{key} =")]
    path = tmp_path / "jacobi_iteration.toml"
    path.write_text("\n".join(["[[statement]]", *lines, f"{key} = {value}"]))
    with pytest.raises(ValueError, match=rf"{key} = .* is not what can stand there"):
        ledger.read(path)


@pytest.mark.parametrize("text", ["statement = 1", "[statement]\nid = 1", "a = " + "[" * 5000])
def test_what_is_no_ledger_ends_in_a_sentence(text, tmp_path):
    path = tmp_path / "capacity.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"statements/capacity.toml"):
        ledger.read(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ValueError, match=r"statements/capacity.toml"):
        ledger.read(path)


def test_a_kept_result_of_another_shape_is_made_afresh(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mark = entries._key("claim", UNIT[1], "default")
    for value in (3, [], {"entry": 1, "findings": []}, {"entry": {}, "findings": [1]}):
        store.keep(store.place(UNIT, "default"), mark, value)
        assert entries.kept(UNIT) is None and expected(UNIT, "default") == GUESS["claim"]


@pytest.mark.parametrize("damage", ["text", "list", "short", "words", "nan", "witness", "cut"])
def test_damaged_evidence_is_measured(damage, tmp_path, monkeypatch):
    topic, name = "jacobi_iteration", "network_takes_the_other_order"
    own = evidence.of(topic)
    monkeypatch.setattr(evidence, "FOLDER", tmp_path)
    witness, check = own[name]["witness"], runner.checks_of(topic)[name]
    again = np.array([witness["value"]])
    monkeypatch.setattr(judging, "values", lambda check, setup, seeds: again)
    evidence.write(topic, own)
    assert evidence.replay(topic, check) is not None
    first = next(iter(own[name]["setups"]))
    changes = {
        "text": "x",
        "list": [own[name]],
        "short": {k: v for k, v in own[name].items() if k != "witness"},
        "words": own[name] | {"setups": own[name]["setups"] | {first: ["x"]}},
        "nan": own[name] | {"setups": own[name]["setups"] | {first: [float("nan")] * 9}},
        "witness": own[name] | {"witness": witness | {"seed": 10**30}},
        "cut": "",
    }
    text = json.dumps(own | {name: changes[damage]})
    (tmp_path / f"{topic}.json").write_text(text[:-40] if damage == "cut" else text)
    assert evidence.replay(topic, check) is None and isinstance(evidence.stale(), list)


def test_what_killed_writers_left_over_goes_and_links_are_not_followed(tmp_path):
    victim, target = tmp_path / "victim", tmp_path / "out.json"
    victim.write_text("theirs")
    (tmp_path / "out.json.part").symlink_to(victim)
    parts = [tmp_path / f"out.json.{sign * 32}.part" for sign in "ab"]
    for path in (*parts, other := tmp_path / "out.json.mine.part"):
        path.write_text("half")
    for path in (parts[0], other):
        os.utime(path, (time.time() - 2 * whole.OLD,) * 2)
    results.write("new", target)
    assert target.read_text() == "new" and victim.read_text() == "theirs"
    assert not parts[0].exists() and parts[1].exists() and other.exists()


def test_a_long_name_is_a_name(tmp_path):
    results.write("\ud800\u2264", tmp_path / ("é" * 120))
    assert (tmp_path / ("é" * 120)).read_text(encoding="utf-8") == "\\ud800\u2264"


def test_infinite_ends_that_are_printed_are_written_as_json(tmp_path, monkeypatch):
    from proofs_check.cli import lists

    monkeypatch.setattr(lists, "current", lambda names: {"statements": []})
    lists.statements.callback((), None, tmp_path / "a.json", None)
    assert "Infinity" not in (tmp_path / "a.json").read_text()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM settings",
        "UPDATE columns SET name = 'y\" --' WHERE NOT axis",
        "UPDATE cells SET y = 'many'",
        "UPDATE cells SET x = NULL",
        "UPDATE columns SET label = x'00'",
        "DROP TABLE cells",
    ],
)
def test_a_store_that_somebody_changed_is_named(change, tmp_path):
    columns = (stores.Column("x", "x", True, True), stores.Column("y", "y", False, False))
    path = tmp_path / "s.sqlite"
    with stores.opened(path) as store:
        stores.claim(store, columns, {"sweep": "mine"})
        stores.add(store, [stores.Result((1.0,), (1.0,), None, 0.1)])
        store.file.execute(change)
    with pytest.raises(ValueError, match="is damaged"):
        sound.read(path)


def test_signs_that_tex_reads_as_others_stay_text():
    for shown in map(tex.text, ("^^5cinput", "x_1^^5cinput{a}", "m^-gamma'^^41")):
        assert "^^" not in shown
    assert "^^" not in tex.sentence("$^^5cinput{/etc/passwd}$")
    assert tex.text("a\x00b\x1b") == "a?b?" and "$m^{-\\gamma'}$" in tex.text("m^-gamma'")


X = torch.linspace(-1, 1, 6)[:, None]


def net(width, middle=nn.Tanh):
    return nn.Sequential(nn.Linear(1, width), middle(), nn.Linear(width, 1))


@pytest.mark.parametrize(
    ("middle", "said"),
    [
        (lambda: nn.LazyLinear(3), "parameters without values"),
        (lambda: nn.Linear(4, 4, device="meta"), "parameters without values"),
    ],
)
def test_parameters_without_values_are_named(middle, said):
    with pytest.raises(BadInput, match=said):
        examine(lambda width: net(width, middle), (X, X**2), widths=(4, 8), steps=2)


def test_a_loss_without_curvature_is_named():
    with pytest.raises(BadInput, match="no positive curvature"):
        examine(
            lambda width: net(width, nn.Identity),
            (X, X[:, 0]),
            loss=lambda f, y: (0 * f).sum(),
            widths=(4, 8),
            steps=2,
        )


@pytest.mark.parametrize("width", [4, 8, 33])
def test_a_kernel_is_symmetric(width):
    torch.manual_seed(0)
    kernel = Tangent(net(width), torch.linspace(-1, 1, 7)[:, None]).kernel().numpy()
    assert np.array_equal(kernel, kernel.T)


@pytest.mark.skipif(os.name == "nt", reason="POSIX limits")
def test_a_file_too_large_for_the_disk_ends_in_a_sentence(tmp_path):
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
    code += "import sys; from proofs_check.cli.main import main\n"
    code += "sys.argv = ['proofs-check', 'latex', 'capacity', '-o', 'a.tex']; main()"
    environment = os.environ | {"PYTHONPATH": str(runner.ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.strip().endswith("a.tex: File too large")
    assert not list(tmp_path.rglob("*.part"))


def test_the_fuzzer_damages_what_it_is_given(attack):
    content = bytes(range(200))
    changed = [attack.files.damaged(random.Random(k), content) for k in range(20)]
    assert all(each != content for each in changed)


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_while_the_program_is_loaded_ends_in_a_word(tmp_path):
    code = "import os, signal, sys\nclass Stop:\n    def find_spec(self, name, *_):\n"
    code += "        if name == 'sympy': os.kill(os.getpid(), signal.SIGINT)\n"
    code += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "sys.meta_path.insert(0, Stop())\nimport proofs_check.cli.main"
    environment = os.environ | {"PYTHONPATH": str(runner.ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [(KeyboardInterrupt(), 130, "interrupted"), (OSError(28, "No space", "a.json"), 2, "a.json")],
)
def test_recording_that_is_stopped_says_so(error, status, said, monkeypatch, capsys):
    def stop(topic, check):
        raise error

    monkeypatch.setattr(evidence, "record", stop)
    with pytest.raises(SystemExit) as ended:
        evidence.main(["jacobi_iteration.network_takes_the_other_order"])
    assert ended.value.code == status and said in capsys.readouterr().err
