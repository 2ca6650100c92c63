"""Notebooks run from top to bottom and define nothing."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_defines_nothing(path):
    assert not [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_has_no_empty_cell(path):
    import jupytext

    assert all(cell.source.strip() for cell in jupytext.read(path).cells)


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem in ("nondimensionalisation", "runge_phenomenon")], ids=lambda p: p.stem)
def test_a_notebook_runs(path):  # the others by `make notebooks`
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(path)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    assert any("image/png" in out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", []))
