"""Notebooks run from top to bottom and define nothing."""

import ast
from pathlib import Path

import pytest

from proofs_check.report.notebook import Pictures

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 400_000  # letters of a notebook with its output; one has a map that needs its colours
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_defines_nothing(path):
    assert not [
        n
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, (ast.FunctionDef, ast.ClassDef))
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_has_no_empty_cell(path):
    import jupytext

    assert all(cell.source.strip() for cell in jupytext.read(path).cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_says_how_it_is_opened_and_a_committed_output_is_that_of_its_cells(path):
    import jupytext

    notebook = jupytext.read(path)
    assert f"`python run.py notebooks {path.stem}`" in notebook.cells[0].source
    executed = path.with_suffix(".ipynb")
    if executed.exists():
        found = jupytext.read(executed)
        cells = [[(c.cell_type, c.source.strip()) for c in n.cells] for n in (found, notebook)]
        assert cells[0] == cells[1], f"make it again: python run.py notebooks {path.stem}"
        code = [cell for cell in found.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code) and any(cell.outputs for cell in code)
        assert executed.stat().st_size < LARGEST
        outputs = [output for cell in code for output in cell.outputs]
        for output in (each for each in outputs if "image/png" in each.get("data", {})):
            assert output["metadata"]["image/png"]["alt"], "a picture says nothing to who is blind"


def test_chosen_notebooks_are_run_alone_and_unknown_ones_are_answered(monkeypatch, capsys):
    import runpy
    import sys

    script = runpy.run_path(str(ROOT / "run.py"))
    jobs = script["notebooks"]([ROOT / "notebooks" / "depth.py"])
    assert len(jobs) == 3 and all("depth" in job[-1] for job in jobs)
    monkeypatch.setattr(sys, "argv", ["run.py", "notebooks", "depht"])
    assert script["main"]() == 2 and "no notebook 'depht'" in capsys.readouterr().err


def test_pictures_are_small_and_say_what_they_show():
    from base64 import b64encode
    from io import BytesIO

    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
    from PIL import Image

    file = BytesIO()
    Image.linear_gradient("L").convert("RGBA").resize((600, 400)).save(file, "png")
    drawn = b64encode(file.getvalue()).decode()
    output = new_output("display_data", {"image/png": drawn})
    cells = [new_markdown_cell("text\n\n## The $x$ map"), new_code_cell("1", outputs=[output])]
    found = Pictures().preprocess(new_notebook(cells=cells), {})[0].cells[1].outputs[0]
    assert found["metadata"]["image/png"] == {"alt": "The x map"}
    assert len(found["data"]["image/png"]) < len(drawn)


def test_formulas_of_a_page_need_no_network():
    """Text, a derivation with a hypothesis, a name and a sign that TeX escapes, and an expression
    of SymPy; code stays as it is.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
    from sympy import Integer, Symbol, latex

    from proofs_check.report.notebook import Formulas
    from theory import Assumed, Derivation, Step

    x = Symbol("x", real=True)
    known = Assumed("p", "it is so")
    why = "100 % of m^-gamma, ``by_name``"
    step = Step((x + 1) ** 2, x**2 + 2 * x + 1, why, uses=(known,))
    shown = (
        Derivation("a", (known, step), "a test").latex(),
        f"$\\displaystyle {latex(x / Integer(2))}$",
        "odd",
    )
    outputs = [new_output("display_data", {"text/latex": tex}) for tex in shown]
    text, code = new_markdown_cell("a $x^2$ of $y$"), new_code_cell("'$x$'", outputs=outputs)
    for cell in (text, code):
        Formulas().preprocess_cell(cell, {}, 0)
    assert (
        text.source.count("<math") == 2
        and "$" not in text.source
        and "<msup><mi>x</mi>" in text.source
    )
    assert code.source == "'$x$'"
    steps, half = (output["data"]["text/html"] for output in outputs[:2])
    assert steps.count("<li>") == 2 and "<em>Given:</em> it is so" in steps
    assert "100 % of <math" in steps and "<code>by_name</code>" in steps
    assert (
        "&#x003B3;" in steps
        and "\\" not in steps
        and "<mfrac>" in half
        and "text/html" not in outputs[2]["data"]
    )


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in NOTEBOOKS
        if p.stem in ("edge_of_stability", "nondimensionalisation", "runge_phenomenon")
    ],
    ids=lambda p: p.stem,
)
def test_a_notebook_runs(path):  # the others by `make notebooks`
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(path)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    ).execute()
    assert any(
        "image/png" in out.get("data", {})
        for cell in notebook.cells
        for out in cell.get("outputs", [])
    )
