"""Formulas as MathML, which browsers render without fonts or scripts of ours."""

from __future__ import annotations

import re
from functools import cache
from html import escape

from theory.core.display import sentence_of
from theory.core.prose import GREEK, SPECIAL

# commands whose MathML was looked at; the converter is silently wrong for some others (\not,
# aligned, \mathbb, \operatorname*)
COMMANDS = r"""
left right frac sqrt pi gamma kappa substack partial sum lambda theta beta wedge leq cos epsilon
sin sigma alpha log delta geq infty lim to sinh omega nu Rightarrow eta mu int limits rho max
operatorname text Phi xi vee cosh psi phi tau quad Gamma varphi tanh neq Leftrightarrow begin end
le ge neg prod min Theta hat cdot binom lceil rceil lfloor rfloor in times ldots exp tan cot Omega
Sigma Delta propto approx sim gtrsim sup pm mathcal Vert ell dot nabla tfrac mathrm bar circ prime
langle rangle ne gg ll notin odot top ln chi overline Xi Lambda zeta tilde
"""
KNOWN = set(COMMANDS.split())
FUNCTION = r"\\(?:sin|cos|tan|cot|sinh|cosh|tanh|log|ln|exp|max|min|operatorname)(?![a-zA-Z])"
PRIME = r"<mi>(&#x0203[23];)</mi>"


def commands(formula: str) -> set[str]:
    """Names of the LaTeX commands in a formula; a double backslash begins a row of a matrix and no
    command.
    """
    return set(re.findall(r"\\([a-zA-Z]+)", formula.replace("\\\\", " ")))


def mathml(formula: str, display: bool = True) -> str:
    """Presentation MathML of a LaTeX formula, large or as in a line of text; ``ValueError`` for a
    command that was not looked at.
    """
    if unknown := sorted(commands(formula) - KNOWN):
        raise ValueError(
            f"no MathML for \\{unknown[0]}: look at what the converter makes of it, then add it "
            f"to KNOWN"
        )
    return _converted(formula, display)


@cache
def _converted(formula: str, display: bool) -> str:
    from latex2mathml.converter import convert

    # the converter sets none
    spaced = re.sub(
        rf"(\\(?:{GREEK})|(?<![\\a-zA-Z])[A-Za-z0-9]|[)}}])\s*({FUNCTION})", r"\1 \, \2", formula
    )
    # the converter takes primes and a power for two superscripts
    powers = re.sub(r"([A-Za-z}])('{2,})\^", r"{\1\2}^", spaced)
    try:
        found = str(convert(powers))
    except Exception as error:  # its errors have no class of their own
        raise ValueError(f"no MathML for {formula}: {error or type(error).__name__}") from error
    found = found.replace("<mi>:</mi><mo>&#x0003D;</mo>", "<mo>:=</mo>")  # one sign
    # a raised prime is too small to see
    found = re.sub(rf"<msup>(<mi>[^<]*</mi>){PRIME}</msup>", r"<mrow>\1<mo>\2</mo></mrow>", found)
    found = re.sub(
        rf"<msup>(<mi>[^<]*</mi>)<mrow>{PRIME}", r"<msup><mrow>\1<mo>\2</mo></mrow><mrow>", found
    )
    return (
        found.replace('display="inline"', 'display="inline" displaystyle="true"', 1)
        if display
        else found
    )


def prose(plain: str) -> str:
    """Plain English as HTML: ``names``, formulas between dollars and formulas like m^-gamma' in
    their own type.
    """
    return sentence_of(plain, lambda formula: mathml(formula, display=False))


def steps(tex: str) -> str | None:
    """The steps of a derivation as HTML, each below its reason, from what ``Derivation.latex``
    wrote; None for anything else.
    """
    found = re.fullmatch(r"\\begin\{align\*\}(.*)\\end\{align\*\}", tex.strip(), re.DOTALL)
    rows = (
        [
            re.fullmatch(r"& (.*) && \\text\{(.*)\}", row.strip(), re.DOTALL)
            for row in re.split(r"\\\\\n", found[1])
        ]
        if found
        else []
    )
    if not rows or not all(rows):
        return None
    return f'<ol class="steps">{"".join(_item(*row.groups()) for row in rows if row)}</ol>\n'


def _item(formula: str, reason: str) -> str:
    if formula.startswith("\\text{"):  # a hypothesis in words
        return f"<li><em>Given:</em> {_words(reason)}</li>"
    return (
        f'<li>{_words(reason)}<div class="formula">{mathml(" ".join(formula.split()))}</div></li>'
    )


def _words(tex: str) -> str:
    """LaTeX of a sentence, as ``theory.core.prose.text`` writes it, as HTML."""
    shown = []
    for part in re.split(r"((?<!\\)\$[^$]*\$|\\texttt\{(?:[^{}]|\\[{}]|\{\})*\})", tex):
        if part.startswith("$"):
            shown.append(mathml(part[1:-1], display=False))
        else:
            code = part.startswith("\\texttt{")
            plain = part[8:-1] if code else part
            for letter, command in SPECIAL.items():
                plain = plain.replace(command, letter) if command.startswith("\\") else plain
            shown.append(f"<code>{escape(plain)}</code>" if code else escape(plain, quote=False))
    return "".join(shown)
