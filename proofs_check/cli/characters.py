"""Formulas between dollars as characters, for a terminal."""

from __future__ import annotations

import re
import unicodedata

SIGNS = {
    "sum": "Σ",
    "prod": "Π",
    "int": "∫",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "approx": "≈",
    "sim": "~",
    "in": "∈",
    "to": "→",
    "infty": "∞",
    "cdot": "·",
    "times": "×",
    "pm": "±",
    "partial": "∂",
    "nabla": "∇",
    "ll": "≪",
    "gg": "≫",
    "propto": "∝",
    "langle": "⟨",
    "rangle": "⟩",
    "ldots": "…",
    "dots": "…",
    "cdots": "…",
    "ell": "ℓ",
    "top": "ᵀ",
    "equiv": "≡",
    "subset": "⊂",
    "varphi": "φ",
    "prime": "'",
    "mapsto": "↦",
    "Rightarrow": "⇒",
    "rightarrow": "→",
    "Vert": "‖",
    "vert": "|",
    "mid": "|",
    "gtrsim": "≳",
    "lesssim": "≲",
    "notin": "∉",
    "odot": "⊙",
    "circ": "∘",
    "perp": "⊥",
    "varepsilon": "ε",
    "lambda": "λ",
    "qquad": "  ",
    "quad": " ",  # Unicode: lamda
}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
ABOVE = str.maketrans("0123456789+-()nikTd*'", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵏᵀᵈ*'")
BELOW = str.maketrans("0123456789+-()ijknpx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ᵢⱼₖₙₚₓ")
FONTS = ("text", "mathrm", "operatorname", "mathcal", "mathbb", "mathbf")
GROUP = r"\{([^{}]*)\}"


def characters(text: str) -> str:
    """A sentence whose formulas are written with characters instead of LaTeX."""
    return re.sub(r"\$([^$]*)\$", lambda found: formula(found[1]), text)


def formula(tex: str) -> str:
    """LaTeX as characters; what has none keeps its name."""
    text = re.sub(r"\\(left|right|displaystyle|bigl?|bigr|[Bb]igg?|limits)(?![a-zA-Z])", "", tex)
    text = re.sub(r"\\[,;:! ]|~", " ", text).replace(r"\|", "‖").replace(r"\%", "%")
    text = text.replace(r"\{", "\ue000").replace(r"\}", "\ue001").replace("\\\\", "; ")
    before = None
    while before != text:  # from the inside outwards
        before = text
        text = re.sub(r"\\([a-zA-Z]+) ?", _sign, text)
        text = re.sub(rf"\\[dt]?frac *(?:{GROUP}|(\w)) *(?:{GROUP}|(\w))", _quotient, text)
        text = re.sub(rf"\\sqrt *(?:{GROUP}|(\w))", lambda f: f"√{_grouped(f[1] or f[2])}", text)
        accents = "|".join(ACCENTS)
        text = re.sub(rf"\\({accents})(?:{GROUP}| *(\\?\w+))", _accented, text)
        text = re.sub(rf"\\(?:{'|'.join(FONTS)}) *(?:{GROUP}|(\w))", r"\1\2", text)
        text = re.sub(rf"\^(?:{GROUP}|(.))", lambda f: _raised("^", f[1] or f[2], ABOVE), text)
        text = re.sub(rf"_(?:{GROUP}|(.))", lambda f: _raised("_", f[1] or f[2], BELOW), text)
    text = re.sub(r"[{}]", "", text).replace("\ue000", "{").replace("\ue001", "}")
    return re.sub(r" +", " ", text.replace("\ue002", "^").replace("\ue003", "_")).strip()


def _sign(found: re.Match[str]) -> str:
    name = found[1]
    if name in ("frac", "dfrac", "tfrac", "sqrt", *FONTS, *ACCENTS):
        return found[0]
    if name in SIGNS:
        return SIGNS[name]
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
    except KeyError:
        close = found.string[found.end() : found.end() + 1] in ("", *"(_^,.;-})")
        return name + ("" if close else " ")


def _accented(found: re.Match[str]) -> str:
    word = found[2] or found[3]
    return word + ACCENTS[found[1]] if len(word) == 1 else f"{found[1]}({word})"


def _quotient(found: re.Match[str]) -> str:
    close = found.string[found.end() : found.end() + 1] in ("", *")}],.;+-=")
    over, under = _grouped(found[1] or found[2]), found[3] or found[4]
    under = under if re.fullmatch(r"\d+|\w[₀-₉ᵢⱼₖₙₚₓ²³]*|log \w", under) else f"({under})"
    return f"{over}/{under}{'' if close else ' '}"


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"\w+|[\w²³]+|.", text) else f"({text})"


def _raised(mark: str, text: str, table: dict[int, int]) -> str:
    if all(ord(letter) in table for letter in text):
        return text.translate(table)
    kept = "\ue002" if mark == "^" else "\ue003"  # done: not to be found again
    return f"{kept}{text if len(text) == 1 else f'({text})'}"
