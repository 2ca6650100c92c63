"""The pages of formulas and of symbols: all results, numbered as in the document, and symbols with
what topics say of them.
"""

import re

import pytest

from proofs_check.core import runner
from proofs_check.report import formulas, html, latex, mathml, meanings, symbols
from theory import derive
from theory.core.catalogue import shelf_of
from theory.core.catalogue import topics as modules

TOPICS = ["parity", "gradient_flow", "jacobi_iteration"]
RAW = r"\*\*|\^|sqrt\(|[A-Za-z0-9]_[A-Za-z0-9]|\$|\\[a-zA-Z]"


def results(topics, **change):
    entry = {"status": "holds", "grade": "PROVED"} | change
    names = [(topic, name) for topic in topics for name in runner.claims_of(topic)]
    return {"claims": [entry | {"id": f"{topic}.{name}"} for topic, name in names]}


def visible(page):
    body = page.split("<body>")[1]
    return re.sub(r"<[^>]*>", " ", re.sub(r"<math.*?</math>|<code>.*?</code>", " ", body))


def test_every_result_is_typeset_below_its_claim():
    page = html.formulas_page(TOPICS, results(TOPICS))
    for topic in TOPICS:
        for name, claim in runner.claims_of(topic).items():
            own = page.partition(f'id="{topic}.{name}"')[2].partition("</section>")[0]
            assert own.count('class="formula result"') == len(derive(claim))
            assert f'href="{topic}.html#{name}"' in own
    assert not re.search(RAW, visible(page))


def test_numbers_are_those_of_the_document():
    found = {
        f"{section.topic}.{claim.name}": claim.number
        for sections in formulas.shelves(TOPICS, results(TOPICS)).values()
        for section in sections
        for claim in section.claims
    }
    text, wanted = latex.document(TOPICS, graded=False), {}
    for place, section in enumerate(text.split(r"\section{")[1:], 1):
        labels = re.findall(r"\\begin\{claim\}\\label\{([^}]*)\}", section)
        wanted |= {label: f"{place}.{count}" for count, label in enumerate(labels, 1)}
    assert found == wanted and r"\newtheorem{claim}{Theorem}[section]" in text


def test_formulas_stand_on_shelves_and_a_claim_that_fails_is_left_out():
    shelves = formulas.shelves(TOPICS, results(TOPICS))
    assert {s.topic: title for title, own in shelves.items() for s in own} == {
        topic: shelf_of(topic) for topic in TOPICS
    }
    assert formulas.shelves(TOPICS, results(TOPICS, status="fails")) == {}
    assert "No claim of these topics holds" in html.formulas_page([], {"claims": []})


@pytest.fixture(scope="module")
def letters():
    return symbols.letters(modules())


def test_every_symbol_can_be_shown_and_no_meaning_stays_a_typed_formula(letters):
    for symbol in (symbol for letter in letters for symbol in letter.symbols):
        mathml.mathml(symbol.shown, display=False)
        for meaning, _ in symbol.said:
            assert meaning.formula is None or mathml.mathml(meaning.formula, display=False)
            text = re.sub(r"<math.*?</math>|<code>.*?</code>", " ", mathml.prose(meaning.words))
            assert not re.search(RAW, text), meaning.words


def test_letters_are_latin_then_greek_and_lead_to_their_symbols(letters):
    keys = [letter.key for letter in letters]
    latin = [key for key in keys if len(key) == 1]
    assert keys[: len(latin)] == sorted(latin) and keys[len(latin)] == "alpha"
    page = html.symbols_page(TOPICS)
    targets = set(re.findall(r'href="#(letter-\w+)"', page))
    assert targets == set(re.findall(r'id="(letter-\w+)"', page)) != set()
    assert not re.search(RAW, visible(page))
    pages = {target.partition(".")[0] for target in re.findall(r'href="(\w+)\.html"', page)}
    assert set(TOPICS) <= pages <= {*TOPICS, "index", "formulas", "gallery", "errata"}


def test_a_symbol_names_every_topic_whose_results_have_it_once(letters):
    for topic in TOPICS:
        free = {n for d in derive(topic) for n in names_of(d.states)}
        for symbol in (symbol for letter in letters for symbol in letter.symbols):
            users = [t for _, own in symbol.said for t in own] + list(symbol.bare)
            assert len(users) == len(set(users)), symbol.shown
            assert (topic in users) == (symbol.shown in free), (topic, symbol.shown)


def names_of(states):
    from sympy import Basic, Indexed
    from sympy.core.function import AppliedUndef

    from theory.core.tex import tex

    sides = [
        s for s in (states if isinstance(states, tuple) else (states,)) if isinstance(s, Basic)
    ]
    for side in sides:
        yield from (tex(s) for s in side.free_symbols if not isinstance(s, Indexed))
        yield from (tex(applied.func) for applied in side.atoms(AppliedUndef))


@pytest.mark.parametrize(
    ("topic", "text", "indexed", "words"),
    [
        ("ridge_limit", "sigma", False, "noise of standard deviation sigma"),  # of a setting
        ("task_inference", "alpha", False, "alpha and beta are the log odds of q"),
        ("nondimensionalisation", "m", False, "width"),  # of the shared notation
        ("memorisation", "a", False, "a and b are the smallest and the largest eigenvalue"),
        ("layers_in_context", "b_2", False, "second moment"),  # of a definition
        ("random_feature", "nothing_of_the_kind", False, ""),
    ],
)
def test_a_meaning_is_what_the_topic_says(topic, text, indexed, words):
    meaning = meanings.meaning_of(meanings.Name(text, text, indexed), topic)
    assert words in meaning.words and bool(meaning) == bool(words)


def test_the_article_is_no_symbol():
    a = meanings.Name("a", "a", False)
    assert not meanings._named(a, "a network of a layer") and meanings._named(a, "the weights a, b")


def test_a_claim_that_cannot_be_built_has_no_symbols(monkeypatch):
    monkeypatch.setattr(meanings, "claims", lambda topic: {"broken": lambda: 1 / 0})
    meanings.derivations.cache_clear()
    assert meanings.derivations("parity") == ()
    meanings.derivations.cache_clear()
