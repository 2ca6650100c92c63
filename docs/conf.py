"""Sphinx settings of the documentation: pages that need no network, formulas as MathML, reference
pages written from the modules.
"""

import re
from html import escape
from pathlib import Path
from shutil import copytree

import click
import jupytext
from docutils import nodes
from sphinx.errors import ExtensionError

from proofs_check.cli.main import cli
from proofs_check.report.mathml import mathml, prose, steps
from proofs_check.report.notebook import between_dollars
from theory import topics
from theory.core.catalogue import shelved
from theory.core.display import MARK

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
LAYERS = ("theory", "numerics", "proofs_check")

project = "proofs-check"
author = "the authors of proofs-check"
extensions = ["sphinx.ext.autodoc", "myst_nb"]
exclude_patterns = ["examples"]
language = "en_GB"
highlight_language = "text"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
nb_execution_mode = "off"  # `make notebooks` executes them; what it wrote is shown
nb_ipywidgets_js: dict[str, str] = {}  # the default is fetched from elsewhere

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
add_module_names = False
toc_object_entries = False  # the list beside a page names its topics
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


def formula(node, tex, display):
    """MathML of a node's TeX; a command that nobody looked at stops the build."""
    try:
        # SymPy puts it before every formula
        return mathml(" ".join(tex.replace(r"\displaystyle", "").split()), display)
    except ValueError as error:
        place = f"{node.source or 'a page'}:{node.line or ''}"
        raise ExtensionError(f"{place}: {error}") from error


def inline_math(writer, node):
    writer.body.append(formula(node, node.astext(), display=False))
    raise nodes.SkipNode


def display_math(writer, node):
    """A formula, or the steps of a derivation as ``Derivation.latex`` writes them."""
    try:
        found = steps(node.astext())
    except ValueError as error:
        raise ExtensionError(f"{node.source or 'a page'}:{node.line or ''}: {error}") from error
    writer.body.append(
        found or f'<div class="formula">{formula(node, node.astext(), display=True)}</div>\n'
    )
    raise nodes.SkipNode


def cards(app, doctree):
    """What a derivation or a verdict shows of itself in a notebook, its formulas as MathML."""
    for node in doctree.findall(nodes.raw):
        if f'class="{MARK}"' in node.astext() or f"class='{MARK}'" in node.astext():
            typeset = between_dollars(node.astext())
            node.replace_self(nodes.raw(typeset, typeset, format=node["format"]))


def describe(app, doctree):
    """A picture of a notebook says what it shows by the heading above it."""
    for image in doctree.findall(nodes.image):
        section = image.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        if section is not None and not image.get("alt"):
            image["alt"] = section[0].astext()


# ---------------------------------------------------------------- docstrings and reference pages


def docstring_as_html(app, what, name, thing, options, lines):
    """Our docstrings are plain paragraphs with ``code``, in topics of the theory also with
    formulas; indented ones are shown as is.
    """
    layer, topic = [*name.split("."), ""][:2]
    html = prose if layer == "theory" and topic in topics() else plain
    paragraphs = [p for p in re.split(r"\n\s*\n", "\n".join(lines)) if p.strip()]
    lines[:] = []
    for paragraph in paragraphs:
        literal = paragraph.startswith("    ")
        shown = (
            paragraph.splitlines() if literal else [f"<p>{html(' '.join(paragraph.split()))}</p>"]
        )
        lines += [
            "::" if literal else ".. raw:: html",
            "",
            *(line if literal else f"   {line}" for line in shown),
            "",
        ]


def skip_others(app, what, name, thing, skip, options):
    """A symbol of SymPy has a docstring, too, but not one of ours."""
    return (
        True
        if what == "module" and str(getattr(thing, "__module__", "")).split(".")[0] not in LAYERS
        else None
    )


def plain(text):
    """Text with ``code`` as HTML; what looks like a formula may be the name of an argument."""
    parts = re.split(r"``([^`]*)``", text)
    return "".join(
        f"<code>{escape(part)}</code>" if odd % 2 else escape(part, quote=False)
        for odd, part in enumerate(parts)
    )


def modules_of(layer):
    """The topics of a layer, found by looking, each under the title of its shelf."""
    for title, names in shelved(topics(layer)).items():
        yield f"## {title}\n"
        for name in names:
            directive = f".. automodule:: {layer}.{name}\n   :members:"
            yield f"### {name}\n\n```{{eval-rst}}\n{directive}\n```\n"


def notebooks_by_shelf():
    """Links to all notebooks, in reading order."""
    for title, names in shelved(path.stem for path in (ROOT / "notebooks").glob("*.py")).items():
        pages = "\n".join(f"notebooks/{name}" for name in names)
        yield f"## {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n{pages}\n```\n"


def commands():
    """One section for each command, with its help."""
    for name, command in sorted(cli.commands.items()):
        shown = command.get_help(click.Context(command, info_name=f"proofs-check {name}"))
        yield f"## {name}\n\n```text\n{shown}\n```\n"


def write_reference(app, docname, source):
    """In a page, a line {modules LAYER} stands for the modules of that layer, {commands} for the
    commands, {notebooks} for links to the notebooks, {report} for those to the report, {picture}
    for a picture.
    """
    text = re.sub(
        r"^\{modules (\w+)\}$",
        lambda found: "\n".join(modules_of(found[1])),
        source[0],
        flags=re.MULTILINE,
    )
    text = re.sub(r"^\{commands\}$", lambda _: "\n".join(commands()), text, flags=re.MULTILINE)
    text = re.sub(
        r"^\{notebooks\}$", lambda _: "\n".join(notebooks_by_shelf()), text, flags=re.MULTILINE
    )
    text = re.sub(r"^\{report\}$", lambda _: links_to_report(), text, flags=re.MULTILINE)
    source[0] = re.sub(r"^\{picture\}$", lambda _: picture(), text, flags=re.MULTILINE)


def picture():
    """The map of the phase diagram, which the command of that page draws."""
    says = "Exponent of the drift over gamma and gamma', measured and derived"
    return f"![{says}](images/phase_diagram.png)"


# ---------------------------------------------------------------- the report

REPORT = {
    "index": "findings and all topics",
    "errata": "what the sources have wrong",
    "gallery": "a picture of each topic",
    "formulas": "every result",
    "symbols": "what the letters mean",
}


def links_to_report():
    """What `make verify` wrote, which becomes part of these pages, or how to get it."""
    if not (ROOT / "build/report/index.html").exists():
        names = ", ".join(REPORT.values())
        return f"`make verify` writes the report ({names}); `make docs` then takes it in."
    links = (f'<a href="report/{name}.html">{said}</a>' for name, said in REPORT.items())
    return f"The report: {', '.join(links)}."


def take_report(app, error):
    """Copy the report beside the pages."""
    if error is None and Path(app.srcdir) == DOCS and (ROOT / "build/report/index.html").exists():
        copytree(ROOT / "build/report", Path(app.outdir) / "report", dirs_exist_ok=True)


# ---------------------------------------------------------------- notebooks


def bring_notebooks(app, config):
    """Notebooks as pages: with their output where an executed file, beside the script or made by
    ``run.py notebooks``, has the same cells, else as text.
    """
    if Path(app.srcdir) != DOCS:
        return
    folder = DOCS / "notebooks"
    folder.mkdir(exist_ok=True)
    scripts = sorted((ROOT / "notebooks").glob("*.py"))
    for script in scripts:
        _write(folder / f"{script.stem}.ipynb", jupytext.writes(executed(script), fmt="ipynb"))
    for old in {*folder.glob("*.ipynb")} - {folder / f"{script.stem}.ipynb" for script in scripts}:
        old.unlink()


def executed(script):
    """The notebook of a script, with its output where there is one."""
    notebook, name = jupytext.read(script), f"{script.stem}.ipynb"
    for path in (script.with_name(name), ROOT / "build" / "notebooks" / name):
        if path.exists() and _cells(found := jupytext.read(path)) == _cells(notebook):
            return found
    return notebook


def _cells(notebook):
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def _write(path, text):
    if not path.exists() or path.read_text() != text:  # an unchanged page is not built again
        path.write_text(text)


def setup(app):
    app.add_html_math_renderer("mathml", (inline_math, None), (display_math, None))
    app.connect("doctree-read", cards)
    app.connect("doctree-read", describe)
    app.connect("config-inited", bring_notebooks)
    app.connect("source-read", write_reference)
    app.connect("build-finished", take_report)
    app.connect("autodoc-skip-member", skip_others)
    app.connect("autodoc-process-docstring", docstring_as_html)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
