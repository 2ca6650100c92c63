"""The report: self-contained HTML pages, readable without a network and without scripts.

``index.html`` has the totals, what was found wrong in the sources, the topics and every statement;
each topic has a page with its setting, a map from claims to statements, a picture of its checks,
every derivation step by step, and every check with the code that measured it.
"""

from __future__ import annotations

import ast
import inspect
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from proofs_check.core import results, runner
from proofs_check.core.ledger import CHAPTERS, ledger, shown
from proofs_check.core.verdict import Standing
from proofs_check.report.figure import forest
from proofs_check.report.mathml import mathml, prose
from theory import derive
from theory.core.catalogue import sentence

STYLE = Path(__file__).with_name("report.css")
GRADES = {
    "PROVED": "every step is reduced by SymPy or decided by z3, and 30-digit samples agree; "
    "'given' lists hypotheses and quoted theorems",
    "ENCLOSED": "a closed expression, bounded by ball arithmetic",
    "SAMPLED": "equal to 18 digits at random points, not reduced",
}
CHECKED = {
    "CONFIRMED": "the measured interval lies in the band of theory, and the rival lies outside",
    "INCONCLUSIVE": "the interval overlaps the edge of the band",
    "OPEN": "a question known to be open: shown with its numbers, not judged",
}


def write(topics: Sequence[str], document: dict[str, Any], folder: Path) -> Path:
    """Write the pages of ``topics`` from the results of ``verify`` to ``folder``; returns the front
    page.
    """
    pages = {f"{topic}.html": topic_page(topic, document) for topic in topics} | {
        "index.html": front_page(topics, document)
    }
    for name, page in pages.items():
        results.write(page, folder / name)
    return folder / "index.html"


# ---------------------------------------------------------------- the front page


def front_page(topics: Sequence[str], document: dict[str, Any]) -> str:
    """Totals, errata, topics, and all statements by chapter."""
    statements = [s for s in document["statements"] if s["topic"] in topics]
    claims, checks = (_of(topics, document[kind]) for kind in ("claims", "checks"))
    absent = sum(entry.topic not in topics for entry in ledger().values())
    body = [
        "<h1>Deep-learning theory, put at risk</h1>",
        "<p>What five chapters say, derived step by step, computed at finite size, and attacked "
        "by simulation. "
        "Every verdict below was computed from evidence that could have gone the other way.</p>",
        _cards(
            ("claims", Counter(_grade(c) for c in claims)),
            ("checks", Counter(c["verdict"] for c in checks)),
            ("statements", Counter(s["verdict"] for s in statements)),
        ),
        f"<p class='soft'>{absent} more statements of the sources belong to topics that are not "
        f"on these pages.</p>"
        if absent
        else "",
        "<h2 id='topics'>Topics</h2>",
        _topic_table(topics, document),
        "<h2 id='errata'>What the sources have wrong</h2>",
        *(
            _erratum(s)
            for s in sorted(statements, key=lambda s: (s["verdict"], s["id"]))
            if s["verdict"] in ("REFUTED", "SCOPED")
        ),
        "<h2 id='statements'>Every statement</h2>",
        _filters(Counter(s["verdict"] for s in statements)),
        *_chapters(statements),
        "<h2 id='reading'>How to read this</h2>",
        _words("A claim is graded", GRADES),
        _words("A check is", CHECKED),
        _words("A statement is", {s.name: s.value for s in Standing}),
        _environment(document),
    ]
    links = [
        ("#topics", "topics"),
        ("#errata", "errata"),
        ("#statements", "statements"),
        ("#reading", "how to read this"),
    ]
    return _page("Deep-learning theory, put at risk", links, body)


def _of(topics: Sequence[str], entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for entry in entries if entry["id"].split(".")[0] in topics]


def _grade(claim: dict[str, Any]) -> str:
    return str(claim["grade"]) if claim["status"] == "holds" else "fails"


def _cards(*counts: tuple[str, Counter[str]]) -> str:
    cards = [
        f"<li><b class='{word}'>{number}</b>{name} {_spaced(word)}</li>"
        for name, tally in counts
        for word, number in tally.most_common()
    ]
    return f"<ul class='cards'>{''.join(cards)}</ul>"


def _spaced(word: str) -> str:
    return word.replace("_", " ").lower()


def _erratum(statement: dict[str, Any]) -> str:
    entry = ledger()[statement["id"]]
    found = escape(str(statement["corrected"])) + _difference(
        statement["printed"], statement["corrected"]
    )
    rows = [
        ("printed", escape(shown(statement["printed"]))),
        ("found", found),
        ("by", _links(statement["by"])),
    ]
    if statement["reading"]:
        rows.insert(
            2,
            ("why" if statement["verdict"] == "REFUTED" else "holds", prose(statement["reading"])),
        )
    return (
        f"<section class='erratum'><h3 id='e-{statement['id']}'><span class='v "
        f"{statement['verdict']}'>{statement['verdict']}</span> "
        f"{prose(entry.claim)}</h3><small>{escape(entry.source)}</small>{_list(rows)}</section>"
    )


def _difference(printed: Any, found: Any) -> str:
    """How far the printed number is from the one found, where both are numbers."""
    try:
        ratio = float(printed) / float(found) if not isinstance(printed, bool) else math.nan
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return ""
    if not 0 < ratio < math.inf:
        return ""
    return (
        f" (printed is {abs(ratio - 1):.2g} of it {'more' if ratio > 1 else 'less'})"
        if 0.5 < ratio < 2
        else f" (printed is {ratio:.3g} times it)"
    )


def _links(ids: Iterable[str]) -> str:
    return ", ".join(
        f"<a href='{name.split('.')[0]}.html#{name.split('.')[1]}'><code>{name}</code></a>"
        for name in ids
    )


def _list(rows: Iterable[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in rows)}</dl>"


def _topic_table(topics: Sequence[str], document: dict[str, Any]) -> str:
    """A row per topic with one linked mark for every claim, check and statement."""
    rows = []
    for topic in topics:
        claims, checks = (_of([topic], document[kind]) for kind in ("claims", "checks"))
        marks = (
            [(c["id"].split(".")[1], _grade(c), c["id"].split(".")[1]) for c in claims],
            [(c["id"].split(".")[1], c["verdict"], c["id"].split(".")[1]) for c in checks],
            [
                (s["id"], s["verdict"], f"s-{s['id']}")
                for s in document["statements"]
                if s["topic"] == topic
            ],
        )
        cells = "".join(
            f"<td>{len(own)}<span class='narrow'> {kind}</span><span "
            f"class='marks'>{''.join(_mark(topic, *m) for m in own)}</span></td>"
            for kind, own in zip(("claims", "checks", "statements"), marks, strict=True)
        )
        rows.append(
            f"<tr><td><a href='{topic}.html'>{topic.replace('_', ' ')}</a></td>{cells}</tr>"
        )
    head = "<tr><th>topic</th><th>claims</th><th>checks</th><th>statements</th></tr>"
    words = dict.fromkeys((*GRADES, *(s.name for s in Standing), "fails"))
    key = " ".join(
        f"<span class='marks'><i class='{word}'></i></span>&nbsp;{_spaced(word)}" for word in words
    )
    return (
        f"<table class='stack topics'><thead>{head}</thead>{''.join(rows)}</table><p "
        f"class='soft key'>{key}</p>"
    )


def _mark(topic: str, name: str, word: str, target: str) -> str:
    """A mark that the mouse can follow; the keyboard gets there through the topic's page."""
    return (
        f"<a href='{topic}.html#{target}' title='{escape(name.replace('_', ' '))}: "
        f"{_spaced(word)}' tabindex='-1' class='{word}'></a>"
    )


def _filters(verdicts: Counter[str]) -> str:
    boxes = [
        f"<label><input type='checkbox' id='f-{word}' checked> <span "
        f"class='{word}'>{_spaced(word)} ({number})</span></label>"
        for word, number in verdicts.most_common()
    ]
    rules = "".join(
        f"body:has(#f-{word}:not(:checked)) tr.s-{word}{{display:none}}" for word in verdicts
    )
    return (
        f"<fieldset><legend "
        f"class='soft'>Show</legend>{''.join(boxes)}</fieldset><style>{rules}</style>"
    )


def _chapters(statements: list[dict[str, Any]]) -> Iterable[str]:
    for chapter, name in CHAPTERS.items():
        rows = [
            _statement(s, link=True) for s in statements if ledger()[s["id"]].chapter == chapter
        ]
        if rows:
            yield f"<h3>{name}</h3><table class='stack'>{''.join(rows)}</table>"


def _words(head: str, meanings: dict[str, str]) -> str:
    return f"<h3>{head}</h3>" + _list(
        (f"<span class='v {word}'>{word.replace('_', ' ')}</span>", escape(text))
        for word, text in meanings.items()
    )


def _environment(document: dict[str, Any]) -> str:
    rows = [(escape(name), escape(str(value))) for name, value in document["environment"].items()]
    return "<h3>Where this ran</h3>" + _list(
        [*rows, ("tier", document["tier"]), ("time", f"{document['seconds']:.0f} s")]
    )


# ---------------------------------------------------------------- a topic's page


def topic_page(topic: str, document: dict[str, Any]) -> str:
    """Setting, map, picture, derivations, checks and statements of one topic."""
    claims, checks = (_of([topic], document[kind]) for kind in ("claims", "checks"))
    statements = [s for s in document["statements"] if s["topic"] == topic]
    module = import_module(f"{'theory' if claims else 'proofs_check'}.{topic}")
    picture = forest(checks)
    caption = (
        "Every check of this topic in units of its error terms. Grey: where theory puts the "
        "number; blue: median and interval of the "
        "measured values; orange cross: the rival. An arrow at the edge lies further out. Pale "
        "rows are open questions, not judged."
    )
    body = [
        f"<h1>{topic.replace('_', ' ').capitalize()}</h1>",
        _setting(module.__doc__ or ""),
        _figure(_map(claims, checks, statements), "What settles what: claims, checks, statements.")
        if statements
        else "",
        *(["<h2 id='derivations'>Derivations</h2>"] if claims else []),
        *(_claim(claim, runner.claims_of(topic)[claim["id"].split(".")[1]]) for claim in claims),
        *(["<h2 id='checks'>Checks</h2>"] if checks else []),
        _figure(picture, caption) if picture else "",
        *(_check(check, runner.checks_of(topic)[check["id"].split(".")[1]]) for check in checks),
        *(
            [
                "<h2 id='statements'>Statements of the sources</h2>",
                "<table class='stack'>",
                *(_statement(s, link=False) for s in statements),
                "</table>",
            ]
            if statements
            else []
        ),
    ]
    links = [
        ("index.html", "all topics"),
        *((f"#{part}", part) for part in ("derivations", "checks", "statements")),
    ]
    kept = [
        link
        for link in links
        if link[0][0] != "#" or any(f"id='{link[0][1:]}'" in part for part in body)
    ]
    return _page(topic.replace("_", " "), kept, body)


def _figure(drawing: str, caption: str) -> str:
    return f"<figure><div class='wide'>{drawing}</div><figcaption>{caption}</figcaption></figure>"


def _setting(doc: str) -> str:
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    return "".join(
        f"<pre>{escape(p)}</pre>"
        if p.startswith("    ")
        else f"<p>{prose(' '.join(p.split()))}</p>"
        for p in paragraphs
    )


def _claim(claim: dict[str, Any], function: Callable[..., Any]) -> str:
    name, grade = claim["id"].split(".")[1], _grade(claim)
    parts = [
        f"<h3 id='{name}'><span class='v {grade}'>{grade}</span> {prose(sentence(function))}</h3>"
    ]
    if claim["error"]:
        parts.append(f"<p class='fails'>{escape(claim['error'])}</p>")
    derivations = derive(function) if claim["status"] == "holds" else ()
    grades = (step["grade"] for step in claim["steps"])
    several = len({derivation.source for derivation in derivations}) > 1
    for derivation in derivations:
        title = f"<h4>{prose(derivation.title)}</h4>" if len(derivations) > 1 else ""
        steps = "".join(_step(step, next(grades)) for step in derivation.steps)
        own = f"<small>Source: {escape(derivation.source)}</small>" if several else ""
        parts.append(f"{title}<ol class='steps'>{steps}</ol>{own}")
    rows = (
        [("given", "; ".join(prose(given) for given in claim["given"]))] if claim["given"] else []
    )
    if uses := _uses(function):
        rows.append(("uses", _links(uses)))
    if derivations and not several:
        rows.append(("source", escape(derivations[0].source)))
    return (
        f"<section "
        f"class='claim'>{''.join(parts)}{_list(rows) if rows else ''}{_code(function)}</section>"
    )


def _step(step: Any, grade: str) -> str:
    if step.kind in ("assumption", "quotation"):
        return f"<li><span class='why'><em>Given:</em> {prose(step.given or '')}</span></li>"
    mark = "" if grade in ("PROVED", "GIVEN") else f" <span class='v {grade}'>{grade}</span>"
    return (
        f"<li><span class='why'>{prose(step.why)}{mark}</span><div "
        f"class='formula'>{mathml(step.latex())}</div></li>"
    )


def _uses(function: Callable[..., Any]) -> list[str]:
    """Other claims whose results this one calls for."""
    known = {
        id(f): f"{topic}.{name}"
        for topic in runner.all_topics()
        if not runner.broken(topic)
        for name, f in runner.claims_of(topic).items()
    }
    scope = inspect.unwrap(function).__globals__
    called = {
        node.id
        for node in ast.walk(ast.parse(inspect.getsource(function)))
        if isinstance(node, ast.Name)
    }
    return sorted(
        {
            known[id(scope[name])]
            for name in called
            if name in scope and id(scope[name]) in known and scope[name] is not function
        }
    )


def _code(*functions: Callable[..., Any]) -> str:
    parts = []
    for function in dict.fromkeys(map(inspect.unwrap, functions)):
        try:
            lines, first = inspect.getsourcelines(function)
        except (OSError, TypeError):
            continue
        path = Path(inspect.getsourcefile(function) or "").resolve()
        if path.is_relative_to(runner.ROOT):
            parts.append(
                f"<small><code>{path.relative_to(runner.ROOT)}:{first}</code></small><pre>{escape(''.join(lines))}</pre>"
            )
    return (
        f"<details><summary class='soft'>code</summary>{''.join(parts)}</details>" if parts else ""
    )


def _check(check: dict[str, Any], source: Any) -> str:
    name = check["id"].split(".")[1]
    terms = "; ".join(f"{escape(term)} {value:.3g}" for term, value in check["terms"].items())
    count = len(check["values"])
    rows = [
        ("theory", f"{_number(check['predicted'])}, band {_between(check['band'])}"),
        (
            "measured",
            f"{_between(check['interval'])}, {'one number' if count == 1 else f'{count} seeds'}",
        ),
        ("rival", f"{_number(check['rival'])}: {prose(check['rival_why'])}"),
        ("error terms", terms),
        (
            "deviation",
            "none"
            if check["budget"] is None
            else f"{100 * check['budget']:.3g} % of the error terms",
        ),
        ("sensitivity", _sensitivity(check)),
        ("about", _links([check["claim"]])),
    ]
    if notes := [
        note
        for note in (check["note"] or "").split("; ")
        if note and not note.endswith("is infinite")
    ]:  # the band says so
        rows.append(("note", escape("; ".join(notes))))
    rows.append(("time", f"{check['seconds']:.2g} s"))
    functions = [
        getattr(f, "func", f) for f in (source.measure, source.predict, source.rival) if callable(f)
    ]
    return (
        f"<section class='check'><h3 id='{name}'><span class='v "
        f"{check['verdict']}'>{check['verdict']}</span> {name.replace('_', ' ')}</h3>"
        f"{_list(rows)}{_code(*functions)}</section>"
    )


def _sensitivity(check: dict[str, Any]) -> str:
    """The smallest change of the prediction that the check would notice, in words."""
    change = check["sensitivity"]
    if change is None:
        return "none: not judged" if check["verdict"] == "OPEN" else "none"
    size = f"{100 * change:.3g} %" if check["predicted"] else f"{change:.3g}"
    return f"a prediction changed by {size} would be refuted (probability 0.95)"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}".replace("-", "\u2212")


def _between(pair: Sequence[float | None]) -> str:
    low, high = pair
    if low is None and high is None:
        return "none"
    if low is None or high is None:
        return f"at most {_number(high)}" if low is None else f"at least {_number(low)}"
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _statement(statement: dict[str, Any], link: bool) -> str:
    entry, verdict = ledger()[statement["id"]], statement["verdict"]
    notes = [escape(entry.source)]
    if statement["corrected"]:
        notes += [
            f"printed: {escape(shown(statement['printed']))}",
            f"found: {escape(statement['corrected'])}",
        ]
    if statement["reading"]:
        notes.append(prose(statement["reading"]))
    if statement["by"]:
        notes.append(
            f"by {_links(statement['by'])}{' (of an analogue)' if statement['analogue'] else ''}"
        )
    anchor = "" if link else f" id='s-{statement['id']}'"
    return (
        f"<tr class='s-{verdict}'{anchor}><td class='v {verdict}'>{verdict.replace('_', ' ')}</td>"
        f"<td>{prose(entry.claim)}<br><small>{'<br>'.join(notes)}</small></td></tr>"
    )


def _map(
    claims: Sequence[dict[str, Any]],
    checks: Sequence[dict[str, Any]],
    statements: Sequence[dict[str, Any]],
) -> str:
    """Three columns of linked boxes with lines from a claim to its checks and from both to the
    statements that they settle.
    """
    columns = (
        [(c["id"], c["id"].split(".")[1], _grade(c), f"#{c['id'].split('.')[1]}") for c in claims],
        [
            (c["id"], c["id"].split(".")[1], c["verdict"], f"#{c['id'].split('.')[1]}")
            for c in checks
        ],
        [(s["id"], s["id"], s["verdict"], f"#s-{s['id']}") for s in statements],
    )
    step, height, width, left = 23, 18, 262, (4, 340, 676)
    places = {
        name: (column, 4 + step * row)
        for column, own in enumerate(columns)
        for row, (name, *_) in enumerate(own)
    }
    edges = [(c["claim"], c["id"]) for c in checks] + [
        (by, s["id"]) for s in statements for by in s["by"]
    ]
    shapes = []
    for start, end in edges:
        if start in places and end in places:
            (a, y), (b, z) = places[start], places[end]
            x, u = left[a] + width, left[b]
            shapes.append(
                f"<path d='M{x} {y + height / 2} C{x + 40} {y + height / 2} {u - 40} "
                f"{z + height / 2} {u} {z + height / 2}'/>"
            )
    for column, own in enumerate(columns):
        for name, label, word, target in own:
            y = places[name][1]
            short = label if len(label) < 43 else label[:41] + "\u2026"
            box = (
                f"<rect class='{word}' x='{left[column]}' y='{y}' width='{width}' "
                f"height='{height}' rx='4'/>"
            )
            text = f"<text x='{left[column] + 6}' y='{y + 13}'>{escape(short)}</text>"
            shapes.append(
                f"<a href='{escape(target)}'><title>{escape(label)}: {word}</title>{box}{text}</a>"
            )
    tall = 8 + step * max(len(own) for own in columns)
    return (
        f"<svg class='map' viewBox='0 0 942 {tall}' role='img' aria-label='claims, checks, "
        f"statements'>{''.join(shapes)}</svg>"
    )


def _page(title: str, links: Sequence[tuple[str, str]], body: Iterable[str]) -> str:
    nav = " \u00b7 ".join(f"<a href='{target}'>{name}</a>" for target, name in links)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
        "content='width=device-width,initial-scale=1'>"
        f"<title>{escape(title)} \u2014 proofs-check</title><link rel='icon' "
        f"href='data:,'><style>{STYLE.read_text()}</style></head><body>"
        f"<a class='skip' href='#content'>skip to content</a><nav>{nav}</nav><main "
        f"id='content'>{''.join(body)}</main></body></html>\n"
    )
