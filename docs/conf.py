"""Sphinx settings of the documentation: pages that need no network, formulas as MathML, reference pages written from the modules."""

import re
import sys
from pathlib import Path

import click
import jupytext
from docutils import nodes
from sphinx.errors import ExtensionError

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))

from proofs_check._cli import cli  # noqa: E402  (after the path)
from proofs_check._mathml import mathml, prose  # noqa: E402
from theory import topics  # noqa: E402

project = "proofs-check"
author = "the authors of proofs-check"
extensions = ["sphinx.ext.autodoc", "myst_nb"]
exclude_patterns = ["examples"]
language = "en_GB"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
nb_execution_mode = "off"  # `make notebooks` executes them; what it wrote is shown
nb_ipywidgets_js: dict[str, str] = {}  # the default is fetched from elsewhere

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "proofs-check"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_math_renderer = "mathml"
html_copy_source = html_show_sourcelink = html_show_copyright = False
html_theme_options = {"footer_icons": []}


# ---------------------------------------------------------------- formulas


def formula(node, display):
    """MathML of a node's TeX; a command that nobody looked at stops the build."""
    try:
        return mathml(" ".join(node.astext().split()), display)
    except ValueError as error:
        place = f"{node.source or 'a page'}:{node.line or ''}"
        raise ExtensionError(f"{place}: {error}") from error


def inline_math(writer, node):
    writer.body.append(formula(node, display=False))
    raise nodes.SkipNode


def display_math(writer, node):
    writer.body.append(f'<div class="formula">{formula(node, display=True)}</div>\n')
    raise nodes.SkipNode


# ---------------------------------------------------------------- docstrings and reference pages


def docstring_as_html(app, what, name, thing, options, lines):
    """Our docstrings are plain paragraphs with ``code`` and formulas in words; indented ones are shown as they are."""
    paragraphs = [p for p in re.split(r"\n\s*\n", "\n".join(lines)) if p.strip()]
    lines[:] = []
    for paragraph in paragraphs:
        literal = paragraph.startswith("    ")
        shown = paragraph.splitlines() if literal else [f"<p>{prose(' '.join(paragraph.split()))}</p>"]
        lines += ["::" if literal else ".. raw:: html", "", *(line if literal else f"   {line}" for line in shown), ""]


def modules_of(layer):
    """One section for each public module of a layer, found by looking: nobody keeps a list."""
    for name in topics(layer):
        yield f"## {name}\n\n```{{eval-rst}}\n.. automodule:: {layer}.{name}\n   :members:\n```\n"


def commands():
    """One section for each command, with its help."""
    for name, command in sorted(cli.commands.items()):
        yield f"## {name}\n\n```text\n{command.get_help(click.Context(command, info_name=f'proofs-check {name}'))}\n```\n"


def write_reference(app, docname, source):
    """In a page, a line {modules LAYER} stands for the modules of that layer, and {commands} for the commands."""
    text = re.sub(r"^\{modules (\w+)\}$", lambda found: "\n".join(modules_of(found[1])), source[0], flags=re.MULTILINE)
    source[0] = re.sub(r"^\{commands\}$", lambda _: "\n".join(commands()), text, flags=re.MULTILINE)


# ---------------------------------------------------------------- notebooks


def bring_notebooks(app, config):
    """Notebooks as pages: with their output where the executed file beside the script has the same cells, else as text."""
    if Path(app.srcdir) != DOCS:
        return
    folder = DOCS / "notebooks"
    folder.mkdir(exist_ok=True)
    scripts = sorted((ROOT / "notebooks").glob("*.py"))
    for script in scripts:
        notebook, executed = jupytext.read(script), script.with_suffix(".ipynb")
        if executed.exists():
            found = jupytext.read(executed)
            notebook = found if _cells(found) == _cells(notebook) else notebook
        _write(folder / executed.name, jupytext.writes(notebook, fmt="ipynb"))
    for old in {*folder.glob("*.ipynb")} - {folder / f"{script.stem}.ipynb" for script in scripts}:
        old.unlink()


def _cells(notebook):
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def _write(path, text):
    if not path.exists() or path.read_text() != text:  # an unchanged page is not built again
        path.write_text(text)


def setup(app):
    app.add_html_math_renderer("mathml", (inline_math, None), (display_math, None))
    app.connect("config-inited", bring_notebooks)
    app.connect("source-read", write_reference)
    app.connect("autodoc-process-docstring", docstring_as_html)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
