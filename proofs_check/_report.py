"""One self-contained HTML page: every claim with its grade, every check with its band, every statement with its verdict."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

from proofs_check._statements import ledger

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h2{border-bottom:1px solid #ccc;margin-top:2.5rem} table{border-collapse:collapse;width:100%} td,th{text-align:left;padding:.3rem .5rem;
border-bottom:1px solid #e5e5e5;vertical-align:top} .v{font-weight:600;white-space:nowrap} .PROVED,.CONFIRMED,.ENCLOSED{color:#14692f}
.REFUTED,.fails{color:#a31515} .SCOPED{color:#7a1fa2} .INCONCLUSIVE,.SAMPLED{color:#8a5a00} .OPEN,.OUT_OF_SCOPE{color:#4a5a6a}
small{color:#555} code{font-size:.9em} svg{display:block;max-width:24rem}
"""


def page(topics: list[str], document: dict[str, Any]) -> str:
    """The page for ``topics`` from the results of ``verify``."""
    body = ["<h1>Theory, put at risk</h1>", f"<p>{_counts(document)}</p>"]
    for topic in topics:
        claims = [c for c in document["claims"] if c["id"].startswith(topic + ".")]
        checks = [c for c in document["checks"] if c["id"].startswith(topic + ".")]
        statements = [s for s in document["statements"] if s["topic"] == topic]
        body.append(f"<h2 id='{topic}'>{escape(topic.replace('_', ' '))}</h2>")
        body += _table("Claims", ("grade", "claim"), [_claim(c) for c in claims])
        body += _table("Checks", ("verdict", "what was measured, and where theory and rival lie"), [_check(c) for c in checks])
        body += _table("Statements of the source", ("verdict", "statement"), [_statement(s) for s in statements])
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>proofs-check</title><style>{STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def _counts(document: dict[str, Any]) -> str:
    words = Counter(s["verdict"] for s in document["statements"])
    return "Statements: " + ", ".join(f"{n} {v}" for v, n in words.most_common()) + f". {document['seconds']:.0f} s."


def _table(title: str, head: tuple[str, ...], rows: list[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    cells = "".join(f"<tr><td class='v {v}'>{v}</td><td>{text}</td></tr>" for v, text in rows)
    return [f"<h3>{title}</h3><table><tr>{''.join(f'<th>{h}</th>' for h in head)}</tr>{cells}</table>"]


def _claim(claim: dict[str, Any]) -> tuple[str, str]:
    given = f"<br><small>given: {escape('; '.join(claim['given']))}</small>" if claim["given"] else ""
    error = f"<br><small>{escape(claim['error'])}</small>" if claim["error"] else ""
    return claim["grade"] or "fails", f"<code>{escape(claim['id'])}</code> {escape(claim['title'])}{given}{error}"


def _check(check: dict[str, Any]) -> tuple[str, str]:
    terms = ", ".join(f"{escape(name)} {value:.3g}" for name, value in check["terms"].items())
    note = f"<br><small>{escape(check['note'])}</small>" if check["note"] else ""
    return check["verdict"], (
        f"<code>{escape(check['id'])}</code>{_strip(check)}<small>{len(check['values'])} seeds; errors: {terms}; "
        f"rival: {escape(check['rival_why'])}</small>{note}"
    )


def _strip(check: dict[str, Any]) -> str:
    """Band (grey), measured values (dots) and rival (cross) on one axis."""
    values = [v for v in check["values"] if v is not None]
    known = [v for v in (*check["band"], check["rival"], *values) if v is not None]
    if not values or check["rival"] is None:
        return ""
    low, high = min(known), max(known)
    pad = 0.08 * (high - low or 1.0)
    low, high = low - pad, high + pad

    def x(value: float) -> float:
        return 10 + 380 * (value - low) / (high - low)

    left, right = (x(v) if v is not None else edge for v, edge in zip(check["band"], (10, 390), strict=True))
    dots = "".join(f"<circle cx='{x(v):.1f}' cy='14' r='3' fill='#1a5fb4' fill-opacity='.6'/>" for v in values)
    r = x(check["rival"])
    cross = f"<path d='M{r - 4:.1f} 10l8 8m0 -8l-8 8' stroke='#a31515' stroke-width='2'/>"
    label = f"band, {len(values)} measured values and the rival {check['rival']:.4g}"
    ends = f"<text x='10' y='38' font-size='10'>{low:.3g}</text><text x='390' y='38' font-size='10' text-anchor='end'>{high:.3g}</text>"
    return (
        f"<svg viewBox='0 0 400 42' role='img' aria-label='{label}'>"
        f"<rect x='{left:.1f}' y='4' width='{right - left:.1f}' height='20' fill='#dcdcdc'/>"
        f"<line x1='10' x2='390' y1='26' y2='26' stroke='#888'/>{dots}{cross}{ends}</svg>"
    )


def _statement(statement: dict[str, Any]) -> tuple[str, str]:
    entry = ledger()[statement["id"]]
    parts = [f"<code>{escape(statement['id'])}</code> {escape(entry['claim'])} <small>({escape(entry['source'])})</small>"]
    if statement["corrected"]:
        parts.append(f"<small>printed {escape(str(statement['printed']))}; found {escape(statement['corrected'])}</small>")
    if statement["reading"]:
        parts.append(f"<small>{escape(statement['reading'])}</small>")
    if statement["by"]:
        parts.append(f"<small>by {escape(', '.join(statement['by']))}{', an analogue' if statement['analogue'] else ''}</small>")
    return statement["verdict"], "<br>".join(parts)
