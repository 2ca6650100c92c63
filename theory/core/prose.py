"""Plain English with formulas in it, as LaTeX: reasons, titles and sentences are written like
m^-gamma' and shown like formulas.
"""

from __future__ import annotations

import re

JOIN = "\u2060"  # stands for a space within a formula
SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
    "\u2264": r"$\le$",
    "\u2265": r"$\ge$",
    "\u2192": r"$\to$",
    "\u00b1": r"$\pm$",
    JOIN: " ",
}
TEX = {JOIN: " ", "\u2192": r"\to ", "\u00b1": r"\pm ", "\u2264": r"\le ", "\u2265": r"\ge "}
SIGNS = {"<=": "\u2264", ">=": "\u2265", "->": "\u2192", "+-": "\u00b1"}
GREEK = (
    "pi|alpha|beta|gamma|Gamma|Theta|Phi|Sigma|Omega|kappa|sigma|lambda|mu|delta|theta|eta|rho"
    "|varphi|epsilon|omega|xi|phi|nu|tau|psi"
)
# what stands in brackets, with brackets in it and in those
NESTED = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"


def text(plain: str) -> str:
    """Plain English with formulas like m^-gamma' and ``names`` of the package turned into LaTeX."""
    if "``" in plain:
        parts = plain.split("``")
        return "".join(
            text(p) if i % 2 == 0 else rf"\texttt{{{''.join(SPECIAL.get(c, c) for c in p)}}}"
            for i, p in enumerate(parts)
        )
    shown = []
    for word in words(plain):
        core = core_of(word)
        if is_formula(core):
            before, after = word[: word.index(core)], word[word.index(core) + len(core) :]
            shown.append(
                "".join(SPECIAL.get(c, c) for c in before)
                + f"${formula_of(core)}$"
                + "".join(SPECIAL.get(c, c) for c in after)
            )
        else:
            shown.append("".join(SPECIAL.get(c, c) for c in word))
    return "".join(shown)


def words(plain: str) -> list[str]:
    """Words and the space between them; what a power or a root is of, or an exponent in brackets,
    stays one word.
    """
    for sign, glyph in SIGNS.items():
        plain = plain.replace(sign, glyph)
    plain = re.sub(
        rf"(?:sqrt|[\^_]-?)\({NESTED}\)|\({NESTED}\)(?=\^)",
        lambda found: found[0].replace(" ", JOIN),
        plain,
    )
    return re.split(r"(\s+)", plain)


def core_of(word: str) -> str:
    """The word without punctuation and without brackets that are not closed within it."""
    core = word.strip(".,;:")
    while (core.startswith("(") and core.count("(") > core.count(")")) or (
        core.endswith(")") and core.count(")") > core.count("(")
    ):
        core = core[1:] if core.startswith("(") and core.count("(") > core.count(")") else core[:-1]
    return core.strip(".,;:")


def is_formula(core: str) -> bool:
    """Does a word hold a Greek letter, a power or an index?  A backslash or a dollar could be any
    command, long_names are names: text.
    """
    if (
        "\\" in core
        or "$" in core
        or (re.fullmatch(r"[a-z]{4,}(_[a-z0-9]+)+", core) and not re.match(rf"({GREEK})_", core))
    ):
        return False
    return bool(
        re.search(rf"(^|[^a-zA-Z])({GREEK})([^a-zA-Z]|$)", core)
        or re.search(r"[\^]|[A-Za-z]_[A-Za-z0-9(]|(^|[^a-zA-Z])sqrt\(", core)
        or core in ("int", "oo", "-oo")
    )


def formula_of(core: str) -> str:
    """A word like m^-gamma' as LaTeX."""
    core = re.sub(r"\b(kappa|gamma)_p\b", r"\1'", core)
    core = core.replace("{", r"\{").replace("}", r"\}")  # a set, as in {-1, 1}^d
    for sign, command in TEX.items():
        core = core.replace(sign, command)
    core = re.sub(r"\boo\b", r"\\infty", re.sub(r"^int$", r"\\int", core))
    core = re.sub(rf"\bsqrt\(({NESTED})\)", r"\\sqrt{\1}", core)
    core = re.sub(r"\b(sigma|phi|c|h|f|u|F)\^(?=[(|,./]|$)", r"\\hat{\1}", core)  # a transform
    core = re.sub(
        rf"([\^_])(-?)\(({NESTED})\)", lambda m: f"{m[1]}{{{f'-({m[3]})' if m[2] else m[3]}}}", core
    )
    core = re.sub(rf"(?<![a-zA-Z\\])({GREEK})(?![a-zA-Z])", r"\\\1", core)
    core = re.sub(
        r"(?<![a-zA-Z_\\])(log|min|max|exp|sup|floor|sin|cos|tan|sinh|cosh|tanh|relu|rank)(?![a-zA-Z])",
        r"\\operatorname{\1}",
        core,
    )
    core = re.sub(r"(?<![a-zA-Z\\])(sum|prod)(?=[_^])", r"\\\1", core)
    core = re.sub(r"\^(-?\\?[A-Za-z0-9]+'?)", r"^{\1}", core)
    core = re.sub(r"_([A-Za-z0-9]+)", r"_{\1}", core)
    return core.replace("%", r"\%").replace("#", r"\#").replace("&", r"\&")
