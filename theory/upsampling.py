"""What can an untrained decoder not draw?  Linear upsampling by two, trained from zero: the part of
every wave that it can fit, and how fast.

Setting.  A coarse code c, one number for every second pixel, is trained by gradient flow so that
its linear interpolation U c fits an image.  Weights 1/2, 1, 1/2.  On the pair of waves omega and
omega + pi the kernel U U^T is (1/2) v v^T with v = (1 + cos omega, 1 - cos omega): it sees one
direction of the pair, at the rate 1 + cos^2 omega, and never the other one.  Of the energy of a
wave it fits 1 / (1 + tan^4(omega / 2)): nearly all of a smooth one, nearly nothing of the finest,
half of one with four pixels a period.  In two directions parts multiply.  A coordinate network is
late; a decoder is late and incomplete.

Source: our own on the setting of Ulyanov, Vedaldi, Lempitsky, CVPR 2018; linear interpolation as in
Briggs, Henson, McCormick, A Multigrid Tutorial, 2000.
"""

from sympy import (
    And,
    Expr,
    I,
    Implies,
    Matrix,
    Subs,
    cos,
    exp,
    pi,
    sin,
    symbols,
    tan,
)

from theory import Decided, Defined, Derivation, Settles, Step, To, chain
from theory.notation import OWN

omega = symbols("omega", real=True)  # frequency, radians per pixel
j = symbols("j", integer=True)  # coarse pixel
s = symbols("s", real=True)  # cos omega


def decoder_kernel() -> tuple[Derivation, ...]:
    """Linear upsampling answers a wave omega by (1 + cos omega) / 2 times the pair (1 + cos omega)
    exp(i omega n) + (1 - cos omega) exp(i (omega + pi) n), in every pixel.
    """

    def wave(n: Expr, at: Expr = omega) -> Expr:
        return exp(I * at * n)

    down = wave(2 * j) + (wave(2 * j - 1) + wave(2 * j + 1)) / 2
    code = Step(
        down, (1 + cos(omega)) * wave(2 * j), "the code sees a pixel and half its neighbours"
    )
    following = Subs(down, j, j + 1)
    after = Step(
        following, (1 + cos(omega)) * wave(2 * j + 2), "and so does the next one", uses=(code,)
    )
    up = {
        "a pixel of the code": ((code,), down, 2 * j),
        "a pixel between two of them": ((code, after), (down + following) / 2, 2 * j + 1),
    }
    pair = (1 + cos(omega)) / 2
    answers = tuple(
        Derivation(
            f"Answer at {where}",
            (
                *codes,
                Step(
                    seen,
                    pair * ((1 + cos(omega)) * wave(n) + (1 - cos(omega)) * wave(n, omega + pi)),
                    f"both waves of the pair, at {where}",
                    uses=codes,
                ),
            ),
            OWN,
        )
        for where, (codes, seen, n) in up.items()
    )
    return answers


def decoder_gain() -> tuple[Derivation, ...]:
    """Of the energy of a wave the decoder fits 1 / (1 + tan^4(omega / 2)), at the rate 1 + cos^2
    omega, and more of it never.
    """
    v = Matrix([1 + s, 1 - s])
    kernel = v * v.T / 2
    size = (1 + s) ** 2 + (1 - s) ** 2
    other = Matrix([1 - s, -1 - s])
    named = Defined(s, cos(omega), "cosine of the frequency")
    share = (1 + s) ** 2 / size
    pace = Step((v.T * kernel * v)[0] / size, 1 + s**2, "the eigenvalue as a quotient")
    half = omega / 2
    angle = Step(cos(omega), 2 * cos(half) ** 2 - 1, "half-angle formula")
    fitted = chain(
        share,
        To(
            cos(half) ** 4 / (cos(half) ** 4 + sin(half) ** 4),
            "squared part of the wave along v, over the square of v",
            uses=(named, angle),
        ),
        To(1 / (1 + tan(half) ** 4), "over cos^4", domain=(cos(half) > 0,)),
    )
    finer = symbols("q", real=True)  # cosine of a higher frequency
    seen = Derivation(
        "What is seen", (Step(kernel * v, (1 + s**2) * v, "v is an eigenvector"),), OWN
    )
    return (
        seen,
        Derivation(
            "What is not seen",
            (Step(kernel * other, Matrix([0, 0]), "the rest of the pair never moves"),),
            OWN,
        ),
        Derivation("Part that can be fitted", (named, angle, *fitted), OWN),
        Derivation(
            "Less of finer waves",
            (
                Decided(
                    Implies(And(s <= 1, finer >= -1, finer < s), share.subs(s, finer) < share),
                    "the part falls as the cosine of the frequency does",
                ),
            ),
            OWN,
            (Settles("fp-image-prior-high-frequency-late", part="linear upsampling, part fitted"),),
        ),
        Derivation(
            "Pace",
            (
                pace,
                Decided(
                    Implies(And(s >= -1, s <= 1), And(pace.lhs >= 1, pace.lhs <= 2)),
                    "what is seen of any wave is fitted at nearly the same pace",
                    uses=(pace,),
                ),
            ),
            OWN,
        ),
    )
