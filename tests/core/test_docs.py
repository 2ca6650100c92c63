"""What the pages of the documentation show is what happens: their code runs, their formulas become
markup, their output is the real one.
"""

import ast
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from proofs_check.core import runner
from proofs_check.report import mathml
from proofs_check.report.words import between, number
from proofs_check.sweep import arrays, read
from theory import StepFails, topics
from theory.core.catalogue import reading_order, sentence, shelved

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if page.parent.name != "notebooks")
WITH_CODE = [page for page in PAGES if "```python\n" in page.read_text()]

ROUNDED = re.compile(r"\[-?\d[^\]]*\]|-?\d+\.\d+")  # intervals and what has a decimal point


def named(page):
    return page.relative_to(DOCS).as_posix()


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", WITH_CODE, ids=named)
def test_code_of_a_page_runs_and_gives_what_its_comments_say(page, capsys):
    """What it prints stands on the page, in every digit that does not depend on the processor."""
    scope: dict = {}
    for block in blocks(page, "python"):
        lines = block.splitlines()
        for statement in ast.parse(block).body:
            if not isinstance(statement, ast.Expr) or "  # " not in lines[statement.end_lineno - 1]:
                exec(compile(ast.Module([statement], []), str(page), "exec"), scope)
                continue
            value = eval(compile(ast.Expression(statement.value), str(page), "eval"), scope)
            assert repr(value) == lines[statement.end_lineno - 1].split("  # ", 1)[1], page.name
    shown = ROUNDED.sub("#", "\n".join(blocks(page, "text")))
    for line in filter(None, capsys.readouterr().out.splitlines()):
        assert ROUNDED.sub("#", line) in shown, line


def test_the_example_of_the_tutorial_prints_what_the_tutorial_shows(capsys):
    runpy.run_path(str(DOCS / "examples" / "own_claim.py"), run_name="__main__")
    assert capsys.readouterr().out in blocks(DOCS / "tutorial.md", "text")


def test_the_sweep_of_the_how_to_page_measures_keeps_and_draws(tmp_path):
    script = DOCS / "examples" / "own_sweep.py"
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout) == (0, "90 cells\n"), done.stderr
    assert (tmp_path / "condition.png").stat().st_size > 5000
    table = read(tmp_path / "condition.sqlite")
    axes, found = arrays(table)
    assert axes["samples"] == [10, 20, 40, 80, 160, 320] and table.settings["inputs"] == "10"
    middle = np.median(found["condition"], -1)
    assert (np.diff(middle, axis=0) > 0).all()  # what the picture of the page shows


def test_the_errors_that_the_tutorial_plants_are_found():
    source = (DOCS / "examples" / "own_claim.py").read_text()
    wrong, wide = source.replace(" c / 2,", " c,"), source.replace('layers": 0.3', 'layers": 0.8')
    assert source not in (wrong, wide)
    scope: dict = {"__name__": "wrong"}
    with pytest.raises(StepFails, match="fails at"):
        exec(wrong, scope)
        scope["factor_of_a_layer"]().steps[-1].grade()
    scope = {"__name__": "wide"}
    exec(wide, scope)
    with pytest.raises(ValueError, match="does not tell the rival"):
        scope["CHECK"].band()


def test_the_tutorial_shows_the_claims_and_checks_of_its_topic():
    shown = blocks(DOCS / "tutorial.md", "text")[0]
    names = dict(
        re.findall(r"^(?:claim|check) \w+ +jacobi_iteration\.(\w+): (.*)$", shown, re.MULTILINE)
    )
    claims, checks = runner.claims_of("jacobi_iteration"), runner.checks_of("jacobi_iteration")
    assert set(names) == {*claims, *checks}
    assert all(names[name] == sentence(function) for name, function in claims.items())
    for name, check in checks.items():
        said = f"theory {between(check.band())}, rival {number(check.rival())}"
        assert f"({len(check.setups)} set-ups), {said}" in names[name]


def test_every_term_has_a_sentence_and_a_topic_that_exists():
    lines = [line for line in (DOCS / "glossary.md").read_text().splitlines() if line[:2] == "- "]
    found = [re.fullmatch(r"- \*\*(.+)\*\*: ([A-Za-z].*[^.])\. → (.+)", line) for line in lines]
    assert all(found) and len(found) > 60
    terms, _, read = zip(*(each.groups() for each in found if each), strict=True)
    assert len(set(terms)) == len(terms)
    known = {f"`{topic}`" for topic in runner.all_topics()}
    assert [each for each in read if each not in known and not each.startswith("[")] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_formulas_of_a_page_are_known(page):
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for formula in re.findall(r"\$([^$]+)\$", text):
        assert "<math" in mathml.mathml(" ".join(formula.split()))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_of_a_page_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#{]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_reference_and_notebooks_stand_on_the_shelves():
    for module in ("sphinx", "jupytext"):
        pytest.importorskip(module)
    conf = runpy.run_path(str(DOCS / "conf.py"))
    scripts = [path.stem for path in (ROOT / "notebooks").glob("*.py")]
    shown = {layer: conf["modules_of"](layer) for layer in ("theory", "numerics", "proofs_check")}
    pages = {layer: (found, topics(layer)) for layer, found in shown.items()}
    for found, names in (*pages.values(), (conf["notebooks_by_shelf"](), scripts)):
        text = "".join(found)
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == list(shelved(names))
        listed = re.findall(r"^### (.*)$|^notebooks/(.*)$", text, re.MULTILINE)
        assert ["".join(pair) for pair in listed] == sorted(names, key=reading_order)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda p: p.stem)
def test_a_notebook_says_its_language(path):
    jupytext = pytest.importorskip("jupytext")
    assert jupytext.read(path).metadata["kernelspec"]["language"] == "python"


def build(folder, text):
    """A site of one page, with our settings."""
    from sphinx.application import Sphinx

    (folder / "index.md").write_text(f"# Page\n\n{text}\n")
    Sphinx(
        folder, DOCS, folder / "out", folder / "doctrees", "html", status=None, warningiserror=True
    ).build()
    return (folder / "out" / "index.html").read_text()


def test_a_page_is_built_without_mathjax_and_a_wrong_formula_stops_the_build(tmp_path):
    errors = pytest.importorskip("sphinx.errors")
    for module in ("furo", "myst_nb"):
        pytest.importorskip(module)
    page = build(tmp_path, r"Half: $\frac{1}{2}$." + "\n\n$$\n\\int_0^1 x\n$$")
    assert page.count("<math") == 2 and "mathjax" not in page.lower()
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=[\"'](https?:)?//", page)
    with pytest.raises(errors.ExtensionError, match=r"no MathML for .not"):
        build(tmp_path, r"$\not= 1$")
