"""What cannot be examined ends in one sentence: what, where, and what to do."""

import json
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from proofs_check.cli import main
from proofs_check.core import runner
from proofs_check.examination import BadInput, examine
from proofs_check.examination.examining import examine_file
from proofs_check.examination.file import read

OPTIONS = {"widths": (4, 8), "seeds": 2, "steps": 3, "budget": 1000.0, "questions": ("curvature",)}
X, Y = torch.linspace(-1, 1, 6)[:, None], torch.linspace(0, 1, 6)


def network(width):
    return nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))


def classes(width):
    return nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 3))


class Idle(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.used, self.idle = nn.Linear(1, width), nn.Parameter(torch.ones(2))

    def forward(self, x):
        return self.used(x).sum(1)


def fails(width):
    raise RuntimeError("out of luck\nand more")


def forgets(parameters):
    return torch.optim.SGD(list(parameters)[:1], lr=0.1)


NAN = torch.full((6, 1), float("nan"))
CASES = {
    "width": (lambda width: network(7), (X, Y), {}, "same 22 parameters at the widths 4 and 8"),
    "raises": (fails, (X, Y), {}, "network(4) raised RuntimeError: out of luck;"),
    "module": (lambda width: "net", (X, Y), {}, "network(4) returned str; a torch.nn.Module"),
    "parameters": (lambda width: nn.ReLU(), (X, Y), {}, "has no parameter that is trained"),
    "callable": (nn.Linear(1, 1).weight, (X, Y), {}, "a function of the width is needed"),
    "shape": (network, (torch.ones(6, 2), Y), {}, "cannot take X of shape (6, 2)"),
    "rows": (network, (X, Y[:5]), {}, "X has 6 rows and its targets 5"),
    "parts": (network, (X, Y, X), {}, "data gave 3 parts; X, y or X, y, X_test, y_test"),
    "one": (network, (X[:1], Y[:1]), {}, "data has one example"),
    "nan": (network, (NAN, Y), {}, "X has entries that are nan or infinite"),
    "words": (network, (["a", "b"], Y), {}, "X is no array of numbers"),
    "targets": (network, (X, torch.ones(6, 2)), {}, "squared loss needs one target per output"),
    "labels": (classes, (X, torch.arange(6)), {}, "whole numbers from 0 to 2"),
    "classes": (classes, (X, torch.ones(6, 2).long()), {}, "needs (n, classes) and (n,) labels"),
    "data": (network, lambda: 1 / 0, {}, "data() raised ZeroDivisionError"),
    "loss": (network, (X, Y), {"loss": "square"}, "loss 'square' is not known"),
    "nan loss": (
        network,
        (X, Y),
        {"loss": lambda f, y: f.sum() * np.nan},
        "is nan before training",
    ),
    "vector": (network, (X, Y), {"loss": lambda f, y: f}, "has no gradient"),
    "idle": (Idle, (X, Y), {}, "parameter idle of network(4) gets no gradient"),
    "optimiser": (network, (X, Y), {"optimiser": lambda p: 1}, "returned int; a torch.optim"),
    "rate": (network, (X, Y), {"optimiser": 0.1}, "optimiser is float; a function"),
    "group": (network, (X, Y), {"optimiser": forgets}, "does not hold parameter 0.bias"),
    "batch": (network, (X, Y), {"batch": 7}, "a number from 1 to 6 examples"),
    "steps": (network, (X, Y), {"steps": 0}, "steps is 0; a positive whole number"),
    "budget": (network, (X, Y), {"budget": 0}, "a positive number of seconds"),
    "widths": (network, (X, Y), {"widths": (8, 8)}, "different positive whole numbers"),
    "seeds": (network, (X, Y), {"seeds": 0}, "a positive number or a list"),
    "question": (network, (X, Y), {"questions": ("time?",)}, "question 'time?' is not known"),
    "device": (network, (X, Y), {"device": "nowhere"}, "device 'nowhere' cannot be used here"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_ends_in_a_sentence(case):
    made, data, options, said = CASES[case]
    with pytest.raises(BadInput) as error:
        examine(made, data, **OPTIONS | options)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_training_that_diverges_is_no_error_and_says_where():
    found = examine(
        network,
        (X, Y),
        **OPTIONS | {"steps": 60},
        optimiser=lambda parameters: torch.optim.SGD(parameters, lr=1e9),
    )
    start, end = found.about("curvature")
    assert start.verdict == "disagrees" and not end.applies
    assert (
        end.why.startswith("training diverged by step") and "take smaller steps" in found.notes[-1]
    )


def test_targets_that_torch_would_broadcast_are_reshaped_and_that_is_said():
    found = examine(network, (X, Y), **OPTIONS)
    assert "was reshaped, because torch would broadcast both" in found.notes[0]


GOOD = """
import torch
from torch import nn
def network(width):
    return nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
def data():
    X = torch.linspace(-1, 1, 6)[:, None]
    return X, X**2
def optimiser(parameters):
    return torch.optim.SGD(parameters, lr=0.1)
steps = 4
"""
FILES = {
    "def netwrok(width): pass\ndef data(): pass": "no network (the nearest name is 'netwrok')",
    "def network(width): pass": "the file defines no data",
    "def network(width:": "the file is no Python, line 1",
    "x = 1\n\ny = x / 0": "running the file raised ZeroDivisionError in line 3: division by zero",
    "import sys; sys.exit(3)": "running the file raised SystemExit in line 1: 3",
}


def test_the_example_of_the_how_to_page_is_examined():
    path = runner.ROOT / "docs" / "examples" / "my_network.py"
    found = examine_file(path, **OPTIONS)
    assert found.name == "my_network.py" and "momentum=0.9" in found.setting["optimiser"]
    shown = (runner.ROOT / "docs" / "how-to" / "examine.md").read_text()
    start = found.about("curvature")[0]
    assert f"{start.quantity}: " in " ".join(shown.split())


@pytest.mark.parametrize("text", FILES)
def test_a_bad_file_ends_in_a_sentence(tmp_path, text):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(BadInput) as error:
        read(path)
    assert FILES[text] in str(error.value)


@pytest.fixture
def line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(GOOD)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["proofs-check", "examine", *words])
        with pytest.raises(SystemExit) as ended:
            main.main()
        found = capsys.readouterr()
        return ended.value.code, found.out, found.err

    return run


def test_the_command_writes_what_it_is_asked_for_and_nothing_else(line, tmp_path):
    words = ("mine.py", "--widths", "4,8", "--seeds", "2")
    status, out, _ = line(*words, "--json", "-", "--html", "mine.html")
    found = json.loads(out)
    assert status == 0 and found["setting"]["steps"] == 4 and found["name"] == "mine.py"
    assert {each["verdict"] for each in found["answers"]} <= {
        "agrees",
        "disagrees",
        "undecided",
        "does not apply",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.html", "mine.py"]
    page = (tmp_path / "mine.html").read_text()
    assert "proofs-check show lazy_training.lazy_drift" in page and page.count("<svg") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.py",), "does not exist"),
        (("mine.py", "--widths", "4,x"), "is no list of whole numbers, such as 64,128,256"),
        (("mine.py", "--device", "nowhere"), "mine.py: device 'nowhere' cannot be used here"),
        (("mine.py", "--html", "page.txt"), "must end in .html"),
    ],
)
def test_bad_words_end_in_a_sentence(line, words, said):
    status, _, err = line(*words)
    assert status == 2 and said in " ".join(err.split()) and "Traceback" not in err


def test_words_of_the_user_are_shown_and_not_run():
    hostile = "<script>alert(1)</script>"
    net = nn.Sequential

    def named(width):
        made = net()
        made.add_module(hostile, nn.Linear(1, width))
        made.add_module("b", nn.Linear(width, 1))
        return made

    from proofs_check.examination.page import page

    found = examine(named, (X, Y), **OPTIONS | {"questions": ("kernel or features",)}, name=hostile)
    for text in (page(found), found._repr_html_()):
        assert "<script" not in text and "&lt;script&gt;" in text


def test_a_start_that_is_set_in_the_network_is_one_seed_and_no_evidence():
    def fixed(width):
        torch.manual_seed(7)
        return network(width)

    found = examine(fixed, (X, Y), **OPTIONS | {"seeds": 3, "questions": ("curvature",)})
    assert found.setting["seeds"] == (0,) and "alike from every seed" in str(found)
    found = examine(network, (X, Y), **OPTIONS | {"seeds": 3, "questions": ("curvature",)})
    assert found.setting["seeds"] == (0, 1, 2) and "alike" not in str(found)


@pytest.mark.parametrize(("error", "known"), [(RuntimeError, True), (KeyError, False)])
def test_an_error_costs_its_question_and_is_not_hidden(monkeypatch, error, known):
    def breaks(run, brought):
        raise error("out of luck")

    monkeypatch.setattr("proofs_check.examination.kernel.measure", breaks)
    options = OPTIONS | {"questions": ("kernel or features", "curvature")}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = examine(network, (X, Y), **options)
    (lost,) = found.about("kernel or features")
    assert lost.verdict == "does not apply" and f"{error.__name__}: " in lost.why
    assert found.about("curvature")[0].verdict == "agrees"
    assert any("out of luck" in str(one.message) for one in told) != known


def test_a_name_with_a_dollar_is_drawn_as_it_is():
    def named(width):
        made = nn.Sequential()
        made.add_module("a$b_{$", nn.Linear(1, width))
        made.add_module("c", nn.Linear(width, 1))
        return made

    from proofs_check.examination.page import page

    found = examine(named, (X, Y), **OPTIONS | {"questions": ("kernel or features",)})
    rows = [each for each in found.answers if "a$b_{$" in each.quantity]
    assert rows and page(replace(found, answers=tuple(rows))).count("<svg") == 2
