"""Words from outside are shown, never run: not by a browser, not by TeX, not by Python."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sympy import Symbol

from proofs_check.core import runner
from proofs_check.report import html, latex, mathml, tex
from proofs_check.report.typeset import typeset
from theory import Assumed, Decided, Derivation, Enclosed, Step

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>alert(1)</script>",
    "x_1<script>alert(1)</script>",
    "``<img src=x onerror=alert(1)>``",
    "kappa'\"><svg/onload=alert(1)>",
    "a & b <b>c</b> %d #e ~f {g} \\h",
    "\\input{/etc/passwd}",
    "x_1\\input{/etc/passwd}",
    "x^2$\\write18{rm}$",
    "``\\end{document}`` and ``odd",
    "100 % of m^{-1}_&",
]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen, self.attributes = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        self.attributes += [name for name, _ in attributes]


def tags(text):
    """Elements that a browser would see; attributes that run something are refused."""
    page = Tags(text)
    assert not [
        name for name in page.attributes if name.startswith("on") or name in ("src", "srcdoc")
    ]
    return page.seen


MATH = {"math", "mrow", "mi", "mo", "mn", "msub", "msup", "msubsup", "mtext", "mspace"}


def prose(plain):
    try:
        return mathml.prose(plain)
    except ValueError as error:
        assert "no MathML" in str(error)
        return ""


@pytest.mark.parametrize("plain", HOSTILE)
def test_html_shows_it(plain):
    assert tags(prose(plain)) <= MATH | {"code"}


def pages(plain):
    """The page of a topic and the front page, with this text in every field that can hold one."""
    claim = {
        "id": "jacobi_iteration.symbol",
        "status": "fails",
        "error": plain,
        "grade": None,
        "given": [prose(plain) and plain],
        "steps": [],
    }
    check = {
        "id": "jacobi_iteration.network_takes_the_other_order",
        "claim": "jacobi_iteration.symbol",
        "verdict": "CONFIRMED",
        "predicted": 1.0,
        "band": [0.0, 2.0],
        "interval": [0.5, 1.5],
        "values": [1.0],
        "rival": 5.0,
        "rival_why": prose(plain) and plain,
        "terms": {plain: 1.0},
        "note": plain,
        "seconds": 1.0,
        "setups": [],
        "sensitivity": None,
        "budget": None,
    }
    statement = {
        "id": "jacobi-low-frequency-slow",
        "topic": "jacobi_iteration",
        "verdict": "REFUTED",
        "printed": {plain: plain},
        "corrected": plain,
        "wrong": [[plain, plain]],
        "analogue": False,
        "reading": prose(plain) and plain,
        "by": [],
    }
    document = {
        "claims": [claim],
        "checks": [check],
        "statements": [statement],
        "environment": {plain: plain},
        "tier": plain,
        "seconds": 1.0,
    }
    return (
        html.topic_page("jacobi_iteration", document, ["jacobi_iteration"]),
        html.front_page(["jacobi_iteration"], document),
        html.errata_page(["jacobi_iteration"], document),
    )


@pytest.fixture(scope="module")
def harmless():
    """Elements of the pages of one word."""
    return [tags(page) for page in pages("word")]


@pytest.mark.parametrize("plain", HOSTILE)
def test_pages_show_hostile_reasons_and_messages(plain, harmless):
    for page, known in zip(pages(plain), harmless, strict=True):
        assert tags(page) <= known | MATH | {"code"}


@pytest.mark.parametrize("plain", HOSTILE)
def test_a_page_shows_hostile_titles_steps_and_sources(plain, harmless, monkeypatch):
    text, x = prose(plain) and plain, Symbol("x", real=True)

    def claim():
        known = Assumed(text, text)
        steps = (known, Step((x + 1) ** 2, x**2 + 2 * x + 1, text, uses=(known,)))
        return tuple(Derivation(text + end, steps, plain + end) for end in ("", " again"))

    claim.__doc__ = text
    monkeypatch.setattr(runner, "claims_of", lambda topic: {"claim": claim})
    entry = {"status": "holds", "error": None, "grade": "SAMPLED", "given": [text], "steps": []}
    entry |= {"id": "jacobi_iteration.claim", "steps": [{"grade": "SAMPLED"}] * 4}
    page = html.topic_page(
        "jacobi_iteration",
        {"claims": [entry], "checks": [], "statements": []},
        ["jacobi_iteration"],
    )
    assert tags(page) <= harmless[0] | MATH | {"code", "ol", "li", "em", "h4"}


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {}')",
        "open('{}', 'w')",
        "[x for x in ().__class__.__base__.__subclasses__()]",
        "exec('1')",
        "(lambda: 1)()",
        "x.__class__",
        "exit()",
    ],
)
def test_what_was_found_is_read_and_not_run(text, tmp_path):
    mark = tmp_path / "mark"
    shown = typeset(text.format(mark), ["jacobi_iteration"])
    assert shown.formula is None and shown.words and not mark.exists()


def test_no_template_lets_text_through():
    for path in html.TEMPLATES.iterdir():
        assert not re.search(r"\|\s*safe\b|autoescape", path.read_text()), path.name


def commands(text):
    return set(re.findall(r"\\[a-zA-Z]+", text))


OURS = {
    r"\textbackslash",
    r"\textasciitilde",
    r"\textasciicircum",
    r"\texttt",
    r"\allowbreak",
    r"\kappa",
    r"\le",
    r"\ge",
}


@pytest.mark.parametrize("plain", HOSTILE)
def test_tex_shows_it(plain):
    for shown in (tex.text(plain), tex.code(plain), tex.shown(plain), tex.sentence(plain)):
        assert commands(shown) <= OURS
        bare = re.sub(r"\\[^a-zA-Z]", "", shown)  # what is escaped is no command
        assert (
            bare.count("{") == bare.count("}")
            and bare.count("$") % 2 == 0
            and not set(bare) & set("%#&~")
        )


def test_a_display_cannot_be_left():
    shown = tex.display("    a\n\\end{verbatim}\\input{/etc/passwd}\\begin{verbatim}")
    assert shown.count("\\end{verbatim}") == 1 and shown.index("\\input") < shown.index(
        "\\end{verbatim}"
    )


def written(plain, monkeypatch):
    """The document with this text in every field that can hold one."""
    x = Symbol("x", real=True)

    def claim():
        known = Assumed(plain, plain)
        steps = (known, Step((x + 1) ** 2, x**2 + 2 * x + 1, plain, uses=(known,)))
        return tuple(Derivation(plain + end, steps, plain + end) for end in ("", " again"))

    claim.__doc__ = plain
    monkeypatch.setattr(runner, "claims_of", lambda topic: {"claim": claim})
    check = {"id": f"jacobi_iteration.{plain.replace('.', '')}", "verdict": plain, "predicted": 1.0}
    check |= {"terms": {plain: 1.0}, "interval": [0.5, None], "rival": 5.0}
    statement = {"id": "jacobi-low-frequency-slow", "topic": "jacobi_iteration", "by": [plain]}
    statement |= {"verdict": "REFUTED", "printed": {plain: plain}, "corrected": plain}
    statement |= {"reading": plain, "analogue": False, "wrong": [[plain, plain]]}
    results = {"checks": [check], "statements": [statement]}
    return latex.document(["jacobi_iteration"], results, graded=False)


@pytest.mark.parametrize("plain", HOSTILE)
def test_the_document_of_hostile_results_has_no_command_of_theirs(plain, monkeypatch):
    known = commands(written("word", monkeypatch))
    found = written(plain, monkeypatch)
    assert commands(found) <= known | OURS
    assert found.count(r"\end{document}") == 1 and found.rstrip().endswith(r"\end{document}")


@pytest.mark.parametrize("words", ["__import__('os').system('true')", "x + 1", "1"])
def test_strings_are_no_formulas(words):
    x = Symbol("x", real=True)
    for step in (
        Step(x, words, "a string"),
        Step(words, x, "a string"),
        Decided(words, "a string"),
        Enclosed(words, 0, 1, "a string"),
    ):
        with pytest.raises(ValueError, match=r"SympifyError"):
            step.grade()


# who may turn text into code: the reader of the ledger, the referee with the package's own sources,
# and the examination with the file of a network that somebody asks it to run
READERS = {
    ("ledger.py", "formula"),
    ("planting.py", "module"),
    ("file.py", "read"),
    ("file.py", "_run"),
}
BUILTIN = {"eval", "exec", "compile", "__import__"}  # re.compile and z3's model.eval are others
RUNS = {"parse_expr", "parse_latex", "system", "popen"}


def calls(path):
    """(function around it, call) of every call in a file."""

    def inside(node, name):
        for child in ast.iter_child_nodes(node):
            here = child.name if isinstance(child, ast.FunctionDef) else name
            if isinstance(child, ast.Call):
                yield here, child
            yield from inside(child, here)

    yield from inside(ast.parse(path.read_text()), "")


def runs_text(call):
    """Could this call turn a string into code?  A formula must be no string: literal, or read
    strictly.
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "sympify":
        strict = any(
            k.arg == "strict" and isinstance(k.value, ast.Constant) and k.value.value is True
            for k in call.keywords
        )
        return not strict and not isinstance(call.args[0], ast.Constant)
    return (
        name in RUNS
        or (name in BUILTIN and isinstance(call.func, ast.Name))
        or any(k.arg == "shell" for k in call.keywords)
    )


@pytest.mark.parametrize("layer", ["theory", "numerics", "proofs_check"])
def test_no_source_runs_text(layer):
    found = {
        (path.name, where)
        for path in (ROOT / layer).rglob("*.py")
        for where, call in calls(path)
        if runs_text(call)
    }
    assert found <= READERS, found - READERS


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("eval(x)", True),
        ("sp.sympify(x)", True),
        ("sympify(x, strict=True)", False),
        ("sympify('x')", False),
        ("sympify(x, strict=False)", True),
        ("re.compile(x)", False),
        ("compile(x)", True),
        ("os.system(x)", True),
        ("run(x, shell=True)", True),
        ("print(x)", False),
    ],
)
def test_the_search_for_code_finds_it(source, found):
    assert runs_text(ast.parse(source, mode="eval").body) is found
