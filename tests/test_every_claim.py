"""What holds for every claim of every topic.  Nobody edits this file to add one."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from proofs_check.core import grades, ledger, runner
from proofs_check.report import latex
from theory import Grade, StepFails, derive
from theory.core.catalogue import sentence

ROOT = Path(__file__).resolve().parent.parent
BELOW = {
    "theory": {"theory"},
    "numerics": {"theory", "numerics"},
    "proofs_check": {"theory", "numerics", "proofs_check"},
}
CLAIMS = [(topic, name) for topic in runner.all_topics() for name in runner.claims_of(topic)]
LAYER = {path: layer for layer in BELOW for path in sorted((ROOT / layer).rglob("*.py"))}
MODULES = list(LAYER)
IDS = {"ids": lambda path: path.relative_to(ROOT).as_posix()}


def derivations(topic, name):
    return derive(runner.claims_of(topic)[name])


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_every_step_holds(topic, name):
    entry, _ = grades.at_hand(("claim", topic, name))
    assert entry["status"] == "holds", entry["error"]
    assert Grade[entry["grade"]] > Grade.GIVEN


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_every_corrupted_step_fails(topic, name, once):
    def corrupt():
        for derivation in derivations(topic, name):
            for step in derivation.steps:
                for wrong in step.corrupted():
                    with pytest.raises(StepFails):
                        wrong.grade()

    once(topic, name, corrupt)


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_every_step_says_why_and_every_claim_says_what(topic, name):
    claim = runner.claims_of(topic)[name]
    assert claim.__doc__ and sentence(claim).endswith((".", ":")), (
        "a claim's docstring is a sentence"
    )
    for derivation in derivations(topic, name):
        assert derivation.title and derivation.source
        assert all(step.why for step in derivation.steps)


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_the_latex_of_every_claim_parses(topic, name):
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    for derivation in derivations(topic, name):
        for step in derivation.steps:
            formula = step.latex()
            assert formula.count("{") == formula.count("}")
            assert formula.count(r"\left") - formula.count(r"\leftrightarrow") == formula.count(
                r"\right"
            ) - formula.count(r"\rightarrow")
            assert len(re.findall(r"\\begin\{", formula)) == len(re.findall(r"\\end\{", formula))
            if (
                r"\begin" not in formula
                and r"\substack" not in formula
                and step.kind not in ("assumption", "quotation")
            ):
                shown = (
                    formula.replace(r"\limits", "").replace(r"\lvert", "|").replace(r"\rvert", "|")
                )
                shown = re.sub(r"\\(le|ge)(?![a-z])", r"\\\1q", shown)
                shown = re.sub(r"\\right\|(_\{\\substack.*)?", r"\\right|", shown)
                parser.parse(f"${shown}$")


def test_the_document_of_all_claims_compiles(tmp_path):
    import shutil

    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    source = tmp_path / "all.tex"
    source.write_text(latex.document(runner.all_topics(), graded=False))
    assert latex.compile_pdf(source, passes=1).stat().st_size > 10_000


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
        yield from (name.split(".")[0] for name in names)


@pytest.mark.parametrize("path", MODULES, **IDS)
def test_imports_point_down(path):
    layer = LAYER[path]
    found = set(imported(path))
    assert found & BELOW.keys() <= BELOW[layer]
    if layer != "proofs_check":
        assert not found & {"torch", "sklearn", "matplotlib"}
    if layer == "theory":
        assert not found & {"numpy", "scipy"}


def test_layers_mirror_each_other():
    for topic in runner.all_topics():
        assert runner.claims_of(topic) or runner.checks_of(topic), (
            f"topic {topic} has neither claim nor check"
        )
    for path in (ROOT / "numerics").glob("[!_]*.py"):
        assert (ROOT / "theory" / path.name).exists(), f"{path.name} has numerics without theory"
    own = {claim for topic in runner.all_topics() for claim in runner.claims_of(topic).values()}
    for topic in runner.all_topics():
        for check in runner.checks_of(topic).values():
            assert check.claim in own, f"{topic}.{check.name} is about no claim of a topic"


def test_importing_a_topic_derives_nothing():
    topics = ", ".join(f"theory.{t}" for t in runner.topics("theory"))
    code = f"import {topics}; from theory.core.catalogue import ORIGINS; print(len(ORIGINS))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "0"


def settled():
    for topic, name in CLAIMS:
        for derivation in derivations(topic, name):
            yield from derivation.settles
    for topic in runner.all_topics():
        for check in runner.checks_of(topic).values():
            yield from check.settles


def test_every_statement_named_in_code_exists_with_the_part_it_settles():
    entries = ledger.ledger()
    for settle in settled():
        assert settle.statement in entries, settle.statement
        assert list(ledger.readings(entries[settle.statement], settle.part)), (
            f"{settle.statement}: part {settle.part} is not printed"
        )


def test_a_topic_alone_is_run_with_all_that_settles_its_statements():
    entries = ledger.ledger()
    wanted = {
        (entries[settle.statement].topic, ("claim", topic, name))
        for topic, name in CLAIMS
        for derivation in derivations(topic, name)
        for settle in derivation.settles
    }
    found = {topic: set(runner.units([topic])) for topic in {topic for topic, _ in wanted}}
    assert not [(topic, unit) for topic, unit in wanted if unit not in found[topic]]


def test_every_id_of_the_ledger_is_unique():
    text = "".join(path.read_text() for path in ledger.LEDGER.glob("*.toml"))
    ids = re.findall(r'(?m)^id = "([^"]+)"', text)
    assert len(ids) == len(set(ids)) == len(ledger.ledger())


@pytest.mark.parametrize("path", MODULES, **IDS)
def test_public_names_are_documented(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_theory_and_the_command_line_start_without_torch():
    code = (
        "import sys, theory, proofs_check.cli.main; print('torch' in sys.modules, "
        "'scipy.stats' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_no_topic_shadows_machinery():
    for topic in runner.all_topics():
        assert (
            import_module(f"theory.{topic}").__doc__
            or import_module(f"proofs_check.{topic}").__doc__
        )
