"""The document: parts by shelf, works numbered in the order in which they are cited, what is no
LaTeX of ours escaped.
"""

import re
from dataclasses import asdict

import pytest

from proofs_check.core import ledger, runner
from proofs_check.report import equations, latex, tex
from proofs_check.report.bibliography import cited
from proofs_check.report.sections import Argument
from theory import derive
from theory.core.catalogue import shelf_of, shelves
from theory.core.display import stated


def test_shelves_are_parts_and_topics_their_sections():
    topics = ["jacobi_iteration", "gradient_flow", "parity"]
    text = latex.document(topics, graded=False)
    found = re.findall(r"^\\(part|section)\{(.*)\}$", text, re.MULTILINE)
    assert found == [
        ("part", shelf_of("gradient_flow")),
        ("section", "Gradient flow"),
        ("part", shelf_of("parity")),
        ("section", "Parity"),
        ("section", "Jacobi iteration"),
    ]
    assert {title for kind, title in found if kind == "part"} <= set(shelves())


def test_a_document_of_one_shelf_has_no_parts():
    assert r"\part" not in latex.document(["jacobi_iteration", "parity"], graded=False)


def test_every_citation_has_its_entry():
    text = latex.document(["jacobi_iteration", "trainability"], graded=False)
    numbers = list(dict.fromkeys(re.findall(r"\\cite\{(\d+)\}", text)))
    assert numbers == re.findall(r"\\bibitem\{(\d+)\}", text) == sorted(numbers, key=int)
    assert len(numbers) > 3


@pytest.mark.parametrize(
    ("source", "shown", "works"),
    [
        ("our own", "our own", []),
        ("our own; Luo 2021, section 2", r"our own; Luo 2021~\cite{1}, section 2", ["Luo 2021"]),
        ("our own, after Luo 2021", r"our own, after Luo 2021~\cite{1}", ["Luo 2021"]),
        ("frequency principle, section 1.4", "frequency principle, section 1.4", []),
        ("A 1999, theorem 1; A 1999", r"A 1999~\cite{1}, theorem 1; A 1999~\cite{1}", ["A 1999"]),
        ("A 1999; B 2000", r"A 1999~\cite{1}; B 2000~\cite{2}", ["A 1999", "B 2000"]),
        ("A & B, arXiv 1", r"A \& B, arXiv 1~\cite{1}", ["A & B, arXiv 1"]),
    ],
)
def test_a_work_gets_a_number_and_a_place_stays(source, shown, works):
    known: dict[str, int] = {}
    assert cited(source, known) == shown
    assert list(known.items()) == [(work, number) for number, work in enumerate(works, 1)]


def test_values_are_escaped_once():
    template = latex.templates().from_string("<< one >>|<< two >>|<< one | text >>|<< three >>")
    shown = template.render(one="a_1 & {b}", two=tex.Tex("$a_1$"), three=7)
    assert shown == r"a\_1 \& \{b\}|$a_1$|$a_{1}$ \& \{b\}|7"


def test_a_value_that_is_missing_stops_the_document():
    with pytest.raises(Exception, match="undefined"):
        latex.templates().from_string("<< nothing >>").render()


@pytest.mark.parametrize("claim", ["two_grid", "undamped_symbol"])
def test_every_step_is_an_item_with_its_formula(claim):
    for derivation in derive(runner.claims_of("jacobi_iteration")[claim]):
        items = tuple(map(equations.item_of, derivation.steps))
        result = equations.result_of(derivation)
        argument = Argument(None, result, items, "proved", (), (), None)
        text = latex.templates().get_template("argument.tex").render(argument=argument)
        box, proof = text.split(r"\begin{proof}")
        assert rf"\boxedresult{{{result}}}" in box and r"\textsc{proved}" in box
        assert proof.count(r"\item{}") == len(derivation.steps)
        assert proof.count(r"$\displaystyle") == sum(len(item.formulas) for item in items)


def test_a_long_result_takes_a_line_for_each_side():
    long = max(derive("parity"), key=lambda derivation: len(stated(derivation)))
    assert equations.result_of(long).count(r"\displaystyle") == 2
    short = derive(runner.claims_of("jacobi_iteration")["undamped_symbol"])[-1]
    assert "array" not in equations.result_of(short)


def test_theorems_have_labels_and_the_abstract_counts_them():
    topics = ["jacobi_iteration", "gradient_flow"]
    text = latex.document(topics, graded=False)
    labels = re.findall(r"\\begin\{claim\}\\label\{([^}]*)\}", text)
    assert labels == [f"{t}.{c}" for t in ("gradient_flow", topics[0]) for c in runner.claims_of(t)]
    assert re.search(rf"\s{len(labels)} theorems", text) and "pdftitle" in text


def test_symbols_have_a_table_with_what_topics_say_of_them():
    text = latex.document(["jacobi_iteration"], graded=False)
    table = text.split(r"\section*{Symbols}")[1].split(r"\end{longtable}")[0]
    assert "$\\omega$ & " in table and "$\\theta$ & " in table and "& jacobi iteration" in table
    assert "$n$ &  & " not in table, "a symbol without a word is left out"


def test_the_body_goes_into_a_document_of_ones_own():
    text = latex.body(["jacobi_iteration"], graded=False)
    for word in ("documentclass", "begin{document}", "end{document}", "tableofcontents"):
        lines = [line for line in text.splitlines() if not line.startswith("%")]
        assert word not in "\n".join(lines)
    assert r"\newtheorem{claim}" in text and r"\boxedresult{" in text


def test_a_formula_of_the_ledger_is_kept_and_an_unknown_command_is_text():
    assert tex.sentence(r"$\frac{1}{2}$ of 3 %") == r"$\frac{1}{2}$ of 3 \%"
    assert r"\input" not in tex.sentence(r"$\input{x}$").replace(r"\textbackslash{}input", "")


def test_verdicts_and_errata_follow_from_results():
    name = "jacobi-low-frequency-slow"
    result = {"id": name, "topic": "jacobi_iteration", "printed": 3, "corrected": "4"}
    result |= {
        "wrong": [[None, "4"]],
        "reading": "one more",
        "analogue": False,
        "by": ["jacobi_iteration.symbol"],
    }
    entry = asdict(ledger.statement(name))
    for verdict, wrong in (("REFUTED", True), ("SCOPED", True), ("PROVED", False)):
        results = {"checks": [], "statements": [result | {"verdict": verdict}]}
        text = latex.document(["jacobi_iteration"], results, graded=False)
        assert bool(re.search(r"\$\\displaystyle 3\$.* & .*\$\\displaystyle 4\$", text)) is wrong
        assert text.count(tex.sentence(entry["claim"])) == 1 + wrong
        assert rf"\textsc{{{verdict.lower()}}} & \texttt{{jacobi" in text
