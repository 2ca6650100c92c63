"""The report in a real browser: no error, no missing glyph, no raw TeX, no dead link, nothing wider
than a phone.
"""

import inspect
import re
import shutil
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from importlib import import_module

import pytest

from proofs_check.cli.one import drawn
from proofs_check.core import ledger, runner
from proofs_check.report import (
    checks,
    claims,
    code,
    figure,
    graph,
    html,
    judged,
    mathml,
    portraits,
    typeset,
    words,
)
from theory import derive
from theory.core.catalogue import shelves
from theory.core.catalogue import topics as modules

TOPICS = ["jacobi_iteration", "gradient_flow"]
# of a topic that is not on the pages, and wider than a telephone
LONG = "parity.a_name_that_is_longer_than_a_telephone_is_wide_and_that_has_no_space_in_it_at_all"
VERDICTS = ("CONFIRMED", "REFUTED", "SCOPED", "INCONCLUSIVE", "OPEN", "OUT_OF_SCOPE")


def document():
    """Results with every kind of verdict, whose numbers are made up: the pages are under test, not
    the theory.
    """
    claims = []
    for topic in TOPICS:
        for name, function in runner.claims_of(topic).items():
            steps = [
                {"kind": s.kind, "why": s.why, "grade": "PROVED"}
                for d in derive(function)
                for s in d.steps
            ]
            given = [g for d in derive(function) for g in d.given]
            claims.append(
                {
                    "id": f"{topic}.{name}",
                    "status": "holds",
                    "error": None,
                    "grade": "PROVED",
                    "given": given,
                    "where": [],
                    "steps": steps,
                }
            )
    measured = [
        {
            "id": f"{topic}.{name}",
            "claim": f"{topic}.{check.claim.__name__}",
            "verdict": "OPEN" if check.open else "CONFIRMED",
            "predicted": 1.0,
            "band": [0.9, 1.1],
            "interval": [0.95, 1.05],
            "values": [0.95, 1.0, 1.05],
            "rival": -40.0,
            "rival_why": check.rival_why,
            "terms": {"sampling": 0.1},
            "seeds": [0, 1, 2],
            "setups": [],
            "sensitivity": None if check.open else 0.25,
            "budget": 0.5,
            "note": check.open,
            "seconds": 1.5,
        }
        for topic in TOPICS
        for name, check in runner.checks_of(topic).items()
    ]
    measured[0]["band"] = [0.9, None]
    entries = [s for s in ledger.ledger().values() if s.topic in TOPICS]
    statements = [
        {
            "id": entry.id,
            "topic": entry.topic,
            "verdict": VERDICTS[place % len(VERDICTS)],
            "printed": [0, None],
            "corrected": "x**2 < 1" if place % 2 else None,
            "reading": "a kappa' <b>bold</b> reading",
            "analogue": False,
            "wrong": [[None, "x**2 < 1"]] if place % 2 else [],
            "by": [claims[place % len(claims)]["id"], LONG],
        }
        for place, entry in enumerate(entries)
    ]
    return {
        "claims": claims,
        "checks": measured,
        "statements": statements,
        "environment": {"python": "3"},
        "tier": "default",
        "seconds": 1.0,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    html.write(TOPICS, document(), place)
    return place


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.targets = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get("id"))
        if tag == "a":
            self.targets.append(found.get("href") or found.get("xlink:href"))


def test_every_link_has_its_target(folder):
    pages = {path.name: Page(path.read_text()) for path in folder.glob("*.html")}
    of_statements = {f"s-{s['id']}.html" for s in document()["statements"]}
    of_topics = {f"{topic}.html" for topic in TOPICS}
    of_all = {f"{name}.html" for name in ("index", "errata", "gallery", "formulas", "symbols")}
    assert set(pages) == of_all | of_topics | of_statements
    for name, page in pages.items():
        for target in page.targets:
            file, _, anchor = target.partition("#")
            assert (file or name) in pages or (folder / file).suffix == ".csv", target
            assert not anchor or anchor in pages[file or name].ids, target


def test_what_comes_from_outside_is_escaped(folder):
    texts = [path.read_text() for path in folder.glob("*.html")]
    assert not any("<b>bold</b>" in text for text in texts)
    assert any("&lt;b&gt;bold&lt;/b&gt;" in text for text in texts)


def test_topics_stand_under_the_title_of_their_shelf(folder):
    text = (folder / "index.html").read_text()
    for title, names in shelves().items():
        wanted = [f'href="{topic}.html"' for topic in names if topic in TOPICS]
        assert (f">{title}</th>" in text) == bool(wanted)
        own = text.partition(f">{title}</th>")[2].partition('class="shelf"')[0]
        assert [link for link in wanted if link not in own] == []


def test_a_claim_and_a_check_of_one_name_have_each_their_box():
    claim = {"id": "t.same", "grade": "PROVED", "status": "holds", "given": []}
    check = {"id": "t.same", "claim": "t.same", "verdict": "CONFIRMED"}
    statement = judged.Judged(
        "s",
        "PROVED",
        "papers",
        "One.",
        "here",
        "1",
        None,
        (),
        None,
        None,
        False,
        ("t.same", "t.gone"),
        False,
    )
    found = graph.drawn([claim], [check], [statement], {"t.same": ()})
    assert [(box.word, box.x) for box in found.boxes] == [
        ("PROVED", 4),
        ("CONFIRMED", 340),
        ("PROVED", 676),
    ]
    assert len(found.curves) == 3


@pytest.mark.parametrize(
    ("value", "formula", "said"),
    [
        (True, None, "the sentence holds"),
        ("False", None, "the sentence does not hold"),
        (177201, r"177\,201", ""),
        ("10**35", "10^{35}", ""),
        ("And(order >= 41, order <= 43)", r"41 \le o \le 43", ""),
        ([0.9, None], None, "at least 0.9"),
        ("holds with one, two; fails with three", None, "holds with one, two; fails with three"),
        ("pi/(300*a)", r"\frac{\pi}{300 a}", ""),
        (None, None, ""),
    ],
)
def test_what_is_printed_is_typeset(value, formula, said):
    assert typeset.typeset(value, ["linear_region"]) == typeset.Shown(formula, said)


def test_nothing_in_the_ledger_looks_like_a_program():
    for entry in ledger.ledger().values():
        whole = entry.printed if isinstance(entry.printed, dict) else {"": entry.printed}
        for printed in whole.values():
            shown = typeset.typeset(printed, [entry.topic])
            assert not re.search(r"\*\*|\b(And|Sum|sqrt)\(", shown.words), entry.id


def test_errata_stand_by_source_with_what_they_should_be(folder):
    text = (folder / "errata.html").read_text()
    assert text.count('class="erratum"') == (folder / "errata.csv").read_text().count("\n") - 1 > 0
    assert "it should be" in text and "<math" in text


def test_the_page_of_a_statement_says_what_settles_it(folder):
    for statement in document()["statements"]:
        text = (folder / f"s-{statement['id']}.html").read_text()
        topic, claim = statement["by"][0].split(".")
        assert f'href="{topic}.html#{claim}"' in text and 'class="formula result"' in text
        assert f"<code>{LONG}</code>" in text, "a settler without results is named"
        assert f"proofs-check explain {statement['id']}" in text


def test_a_portrait_is_drawn_once_and_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn_by = []

    def draw(axes):
        drawn_by.append("one")
        axes.plot([0, 1], [0, 1])

    monkeypatch.setattr("proofs_check.portraits.jacobi_iteration.portrait", draw)
    first, again = portraits.drawn("jacobi_iteration"), portraits.drawn("jacobi_iteration")
    assert first == again and drawn_by == ["one"] and 'role="img"' in first
    monkeypatch.setattr("proofs_check.portraits.jacobi_iteration.portrait", lambda axes: 1 / 0)
    (tmp_path / "build/kept/jacobi_iteration/portrait.json").unlink()
    monkeypatch.setattr(portraits.pool, "cores", lambda: 1)
    found = portraits.draw_all(["jacobi_iteration", "no_topic"])
    assert list(found) == ["jacobi_iteration"] and "ZeroDivisionError" in found["jacobi_iteration"]


def test_the_map_shows_what_a_claim_rests_on():
    first = {"id": "t.a", "grade": "PROVED", "status": "holds", "given": ["n large", "x > 0"]}
    second = first | {"id": "t.b", "given": ["x > 0"]}
    found = graph.drawn([first, second], [], [], {"t.a": ("other.c",), "t.b": ("t.a",)})
    assert [(box.label, box.word, box.target, box.x) for box in found.boxes] == [
        ("n large", "GIVEN", "#a", 4),
        ("x > 0", "GIVEN", "#a", 4),
        ("a", "PROVED", "#a", 340),
        ("b", "PROVED", "#b", 340),
    ]
    assert len(found.curves) == 4  # three hypotheses, and b from a
    assert found.curves[-1] == "M340 13.0 C300 13.0 300 36.0 340 36.0"
    assert (found.wide, found.tall) == (606, 54)


def test_a_long_name_is_cut_to_the_width_of_its_box():
    short = (
        graph.Box("a" * 42, "OPEN", "#", 0, 0).short,
        graph.Box("a" * 43, "OPEN", "#", 0, 0).short,
    )
    assert short == ("a" * 42, "a" * 41 + "\u2026")


@pytest.mark.parametrize("formula", [r"\not= 1", r"\begin{aligned} x \end{aligned} \mathbb{1}"])
def test_a_command_that_the_converter_gets_wrong_is_refused(formula):
    with pytest.raises(ValueError, match="no MathML"):
        mathml.mathml(formula)


def test_prose_becomes_markup():
    found = mathml.prose("a < b, ``x_1 & y`` and m^-gamma' or $\\frac{1}{2}$")
    assert (
        "a &lt; b" in found
        and "<code>x_1 &amp; y</code>" in found
        and found.count("<math") == 2
        and "\\frac" not in found
    )
    ElementTree.fromstring(f"<p>{found}</p>")


def test_the_formulas_of_the_ledger_are_markup():
    for entry in ledger.ledger().values():
        for key in ("claim", "holds_where", "explanation"):
            text = re.sub("<[^>]*>", "", mathml.prose(str(getattr(entry, key) or "")))
            assert "$" not in text and not re.search(r"\\[a-zA-Z]", text), entry.id


@pytest.mark.parametrize(
    ("printed", "found", "shown"),
    [
        (177201, "180810", "printed is 0.02 of it less"),
        ("10**42", "x + 1", ""),
        (12.8e6, "1280000", "printed is 10 times it"),
        (True, "False", ""),
        ([0, 1], "3", ""),
        (5, "0", ""),
    ],
)
def test_an_erratum_says_how_far_off_it_is(printed, found, shown):
    assert words.difference(printed, found) == shown


@pytest.mark.parametrize("topic", runner.all_topics())
def test_every_topic_can_be_shown(topic):
    for function in runner.claims_of(topic).values():
        for derivation in derive(function):
            assert mathml.mathml(claims.stated(derivation))
            for step in derivation.steps:
                given = step.kind in ("assumption", "quotation")
                formula = step.formula if given else step.latex()
                assert formula is None or mathml.mathml(formula)
                assert given or drawn(step)
                mathml.prose(step.why)
        mathml.prose(function.__doc__)
    for check in runner.checks_of(topic).values():
        called = [
            getattr(f, "func", f)
            for f in (*check.setups.values(), check.predict, check.rival)
            if callable(f)
        ]
        assert code.code_of(*called)
        for said in (check.quantity, check.rival_why, *check.terms):
            mathml.prose(said)


RAW = r"\*\*|\^|sqrt\(|[A-Za-z0-9]_[A-Za-z0-9]|\bd(eta|xi)\b|\boo\b"


def raw(text):
    """Formulas of a sentence that a page would show as they are typed."""
    shown = re.sub(r"<math.*?</math>|<code>.*?</code>", " ", mathml.prose(text))
    return [word for word in shown.split() if re.search(RAW, word)]


def test_formulas_that_would_stay_raw_are_found():
    assert raw("a rate of 2**k, prod_j x_j or m^-2") == ["2**k,", "prod_j"]


@pytest.mark.parametrize("topic", runner.all_topics())
def test_no_page_of_a_topic_shows_a_formula_as_it_is_typed(topic):
    said = []
    for layer in ("theory", "proofs_check"):
        if topic in modules(layer):
            doc = inspect.cleandoc(import_module(f"{layer}.{topic}").__doc__ or "")
            said += [" ".join(p.split()) for p in doc.split("\n\n") if not p.startswith("    ")]
    for function in runner.claims_of(topic).values():
        said.append(function.__doc__)
        for derivation in derive(function):
            said += [derivation.title, derivation.source, *(step.why for step in derivation.steps)]
    for check in runner.checks_of(topic).values():
        said += [check.quantity, check.rival_why, *check.terms]
    assert [found for text in said if (found := raw(text))] == []


def test_every_statement_has_a_page():
    """With whatever the ledger prints, whether or not anything settles it."""
    for entry in ledger.ledger().values():
        bare = {"id": entry.id, "topic": entry.topic, "verdict": "OPEN", "printed": entry.printed}
        bare |= {"corrected": None, "reading": None, "wrong": [], "by": [], "analogue": False}
        shown = html.sentence_page(bare, {"claims": [], "checks": []}, [])
        assert entry.id in shown and not re.search(r"\$|\\[a-zA-Z]", shown.split("<body>")[1])


def test_what_the_converter_cannot_read_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="no MathML for x_a_b"):
        mathml.mathml("x_a_b")


def test_no_page_of_a_statement_shows_a_formula_as_it_is_typed():
    keys = ("claim", "explanation", "holds_where", "holds_instead", "setups_from", "refuted_if")
    for entry in ledger.ledger().values():
        assert [raw(str(getattr(entry, key) or "")) for key in keys] == [[]] * len(keys), entry.id


def test_primes_may_have_a_power():
    assert "unknown" not in mathml.prose("a cycle attracts where 3 f'''^2 > f'' f''''")
    assert mathml.mathml("f'''^{2}") != mathml.mathml("f'''")


def test_the_picture_shows_what_was_judged():
    check = {
        "id": "t.a",
        "predicted": 2.0,
        "band": [1.5, 2.5],
        "interval": [1.9, 2.2],
        "values": [1.9, 2.0, 2.2],
        "rival": 2.75,
        "verdict": "CONFIRMED",
        "terms": {"one": 0.3, "two": 0.2},
    }
    row = figure._row(check)
    assert (
        row["band"] == [-1, 1]
        and row["interval"] == pytest.approx([-0.2, 0.4])
        and row["median"] == 0
        and row["rival"] == 1.5
    )
    one_sided = figure._row(check | {"band": [None, 2.5], "verdict": "OPEN"})
    assert one_sided["band"][0] < -figure.REACH and not one_sided["judged"]
    drawing = figure.forest([check])
    words = re.findall(r"<text style=\"([^\"]*)\"", drawing)
    assert words and all("currentColor" in word for word in words), (
        "a label is not in the colour of the page"
    )
    assert figure.forest([]) == ""


def contrast(*colours):
    """Of two colours, as the guidelines for accessibility define it."""
    bright = []
    for colour in colours:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        bright.append(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(bright) + 0.05) / (min(bright) + 0.05)


def test_contrast_in_both_themes():
    """Text 4.5 : 1, marks and lines 3 : 1, also those on the band of theory."""
    css = (html.TEMPLATES / "report.css").read_text()
    themes = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in css.split("@media")[:2]]
    assert themes[0].keys() == themes[1].keys() and len(themes[0]) > 10
    for theme in themes:
        for ground in ("paper", "tint"):
            for name in ("ink", "soft", "link", "good", "bad", "scoped", "unsure", "none"):
                assert contrast(theme[name], theme[ground]) >= 4.5, (name, ground)
        grey, paper = (
            [int(theme[each][k : k + 2], 16) for k in (1, 3, 5)] for each in ("grey", "paper")
        )
        band = "#" + "".join(
            f"{round(0.25 * g + 0.75 * p):02x}" for g, p in zip(grey, paper, strict=True)
        )
        for name in ("blue", "orange"):
            assert contrast(theme[name], band) >= 3, (name, band)
        assert contrast(theme["grey"], theme["paper"]) >= 3


def test_every_check_that_was_measured_stands_in_the_picture():
    """One-sided or not, judged or open, with values that are infinite: its row has its name."""
    one = {"predicted": 1.0, "rival": -40.0, "terms": {"a": 0.1}, "verdict": "CONFIRMED"}
    bands, values = ([0.9, 1.1], [None, 1.1], [0.9, None]), ([1.0], [0.9, 1.0, 1.1], [1.0, None])
    kinds = [
        one | {"band": band, "values": value, "interval": [value[0], value[-1]]} | more
        for band in bands
        for value in values
        for more in ({}, {"verdict": "OPEN", "rival": None})
    ]
    entries = [kind | {"id": f"t.row_{place}_"} for place, kind in enumerate(kinds)]
    shown = figure.forest(entries)
    assert [e["id"] for e in entries if f"#{e['id'].partition('.')[2]}" not in shown] == []


def test_every_verdict_has_its_own_mark():
    """Colour and shape together: no two rules of the marks are the same."""
    css = (html.TEMPLATES / "report.css").read_text()
    rules = re.findall(r"^(\..*?) \{([^}]*)\}", css, re.MULTILINE | re.DOTALL)
    words_of = (*VERDICTS, "PROVED", "ENCLOSED", "SAMPLED", "fails")
    drawn_as = {
        word: tuple(
            " ".join(body.split())
            for names, body in rules
            if re.search(rf"(^|, )(\.marks )?\.{word}(,|$)", " ".join(names.split()))
        )
        for word in words_of
    }
    assert len(set(drawn_as.values())) == len(words_of), drawn_as


def test_a_check_says_what_it_would_notice(folder):
    page = (folder / "gradient_flow.html").read_text()
    assert (
        "a prediction changed by 25 % would be refuted" in page
        and "50 % of the error terms" in page
    )
    check = {"sensitivity": 0.25, "predicted": 0.0, "verdict": "CONFIRMED"}
    assert "changed by 0.25 would" in checks.sensitivity(check)
    assert (
        checks.sensitivity(check | {"sensitivity": None, "verdict": "OPEN"}) == "none: not judged"
    )


@pytest.fixture(scope="module")
def browser():
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("chromium and chromedriver are not installed")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    window = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield window
    window.quit()


MISSING = """
const picture = character => {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  canvas.width = canvas.height = 40;
  pen.font = "24px " + getComputedStyle(document.body).fontFamily + ", math";
  pen.fillText(character, 4, 30); return canvas.toDataURL();
};
const box = picture(String.fromCodePoint(0x10FFFE));
const other = c => c.trim() && c.codePointAt(0) > 126;
return [...new Set(document.body.textContent)].filter(c => other(c) && picture(c) === box);
"""
# what stands in the text of a page, without code, formulas and pictures
SAID = """
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
for (let node = walker.nextNode(); node; node = walker.nextNode())
  if (!node.parentElement.closest("code, pre, math, svg, script, style, a[href^='s-'], .map"))
    found.push(node.textContent);
return found.join(" ");
"""
WIDE = "return document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_in_a_browser(folder, browser, width):
    for path in sorted(folder.glob("*.html")):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        browser.get(path.as_uri())
        shown = browser.find_element("tag name", "body").text
        assert not re.search(r"\\[a-zA-Z]|\$", shown), path.name
        raws = [word for word in browser.execute_script(SAID).split() if re.search(RAW, word)]
        assert raws == [], path.name
        assert browser.execute_script(MISSING) == [] and browser.execute_script(WIDE) <= 0, (
            path.name
        )
        assert [
            entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
        ] == []


def test_the_list_is_narrowed_to_what_holds_every_word(folder, browser):
    browser.get((folder / "index.html").as_uri())
    box = browser.find_element("id", "find")
    rows = browser.find_elements("css selector", "tr[data-text]")
    assert all(row.is_displayed() for row in rows) and box.is_displayed()
    box.send_keys("JACOBI slowly")
    left = [row for row in rows if row.is_displayed()]
    assert [row.find_element("css selector", "small a").text for row in left] == [
        "jacobi-low-frequency-slow"
    ]
    assert browser.find_element("id", "found").text == f"1 of {len(rows)}"


def test_verdicts_can_be_hidden_without_a_script(folder, browser):
    browser.get((folder / "index.html").as_uri())
    rows = browser.find_elements("css selector", "tr[class^='s-']")
    shown = [row for row in rows if row.is_displayed()]
    word = shown[0].get_attribute("class").removeprefix("s-")
    browser.find_element("id", f"f-{word}").click()
    assert not shown[0].is_displayed() and len(rows) == len(shown)
