"""How functions of other languages and books are written here; and what a name was perhaps meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container
from typing import Final

from gradx.errors import GradxError, Source
from gradx.language.constants import CONSTANTS
from gradx.table import CALLABLE

FOREIGN: Final = {
    "pow": "write x^y", "power": "write x^y", "square": "write x^2", "sqr": "write x^2", "sq": "write x^2",
    "reciprocal": "write 1/x", "inv": "write 1/x for a number; the inverse of a matrix is not known here",
    "cube": "write x^3", "negative": "write -x",
    "factorial": "write gamma(n + 1)", "fact": "write gamma(n + 1)", "fabs": "write abs(x)",
    **dict.fromkeys(("absolute", "modulus", "magnitude"), "write abs(x)"),
    "mod": "write x % y", "rem": "write fmod(x, y)",
    **dict.fromkeys(("trunc", "fix", "int"), "write sign(x)*floor(abs(x))"), "frac": "write x - floor(x)",
    "ceiling": "write ceil(x)", "round": "write floor(x + 0.5)",
    "lg": "write log10(x) or log2(x)", "lb": "write log2(x)", "ld": "write log2(x)", "logn": "write log(x, n)",
    **dict.fromkeys(("logarithm", "loge", "log_e", "natlog"), "write ln(x)"), "exponential": "write exp(x)",
    **dict.fromkeys(("tg", "tangent"), "write tan(x)"),
    **dict.fromkeys(("ctg", "cotan", "cotg", "cotangent"), "write cot(x)"),
    **dict.fromkeys(("cosec", "cosecant"), "write csc(x)"), "secant": "write sec(x)",
    **dict.fromkeys(("sen", "sine"), "write sin(x)"), **dict.fromkeys(("cosine", "cosinus"), "write cos(x)"),
    "sinus": "write sin(x)",
    **dict.fromkeys(("arcsine", "invsin"), "write asin(x)"), **dict.fromkeys(("arccosine", "invcos"), "write acos(x)"),
    **dict.fromkeys(("arctg", "arctangent", "invtan"), "write atan(x)"), "arcctg": "write acot(x)",
    "sgn": "write sign(x)", "signum": "write sign(x)",
    "sh": "write sinh(x)", "ch": "write cosh(x)", "th": "write tanh(x)", "cth": "write coth(x)",
    "sinpi": "write sin(pi*x)", "cospi": "write cos(pi*x)", "tanpi": "write tan(pi*x)",
    **{f"{name}d": f"write {name}(x*pi/180) for x degrees" for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{f"{name}d": f"write {name}(x)*180/pi for degrees" for name in ("asin", "acos", "atan")},
    "deg2rad": "write x*pi/180", "radians": "write x*pi/180",
    "rad2deg": "write x*180/pi", "degrees": "write x*180/pi",
    "versin": "write 1 - cos(x)",
    **dict.fromkeys(("curt", "cuberoot", "cubert", "cube_root"), "write cbrt(x)"), "squareroot": "write sqrt(x)",
    **dict.fromkeys(("nroot", "surd", "realroot", "real_root"), "write root(x, n)"), "norm": "write hypot(x, y)",
    "σ": "write sigmoid(z), or define it first: σ(z) = 1/(1 + exp(-z))",
    "sigma": "write sigmoid(z), or define it first: sigma(z) = 1/(1 + exp(-z))",
    "logistic": "write sigmoid(z)", "expit": "write sigmoid(z)", "swish": "write silu(x)",
    "log_sigmoid": "write logsigmoid(x)", "lrelu": "write leaky_relu(x)", "leakyrelu": "write leaky_relu(x)",
    "hard_tanh": "write hardtanh(x)", "soft_sign": "write softsign(x)",
    "hardsigmoid": "write relu6(x + 3)/6", "hard_sigmoid": "write relu6(x + 3)/6",
    "hardswish": "write x*relu6(x + 3)/6", "hard_swish": "write x*relu6(x + 3)/6", "tanhshrink": "write x - tanh(x)",
    "log1pexp": "write softplus(x)", "logsumexp": "write logaddexp(a, b)",
    "Γ": "write gamma(x)", "ψ": "write digamma(x)", "psi": "write digamma(x)", "gammaln": "write lgamma(x)",
    "loggamma": "write lgamma(x)", "beta": "write gamma(a)*gamma(b)/gamma(a + b)",
    **dict.fromkeys(("binom", "binomial", "choose"), "write gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1))"),
    **dict.fromkeys(("ndtr", "pnorm", "normalcdf", "norm_cdf", "cdf", "Phi", "Φ"), "write normcdf(x)"),
    **dict.fromkeys(("normpdf", "dnorm", "norm_pdf"), "write exp(-x^2/2)/sqrt(2*pi)"),
    "erfcx": "write exp(x^2)*erfc(x)", "sinhc": "write sinh(x)/x", "logit": "write log(p/(1 - p))",
    "antilog": "write 10^x or exp(x)",
    "heaviside": "write where(x >= 0, 1, 0)", "step": "write where(x >= 0, 1, 0)",
    **dict.fromkeys(("unitstep", "heavisidetheta"), "write where(x >= 0, 1, 0)"),
    "if": "write where(x > 0, a, b)",
    "ifelse": "write where(x > 0, a, b)", "iif": "write where(x > 0, a, b)", "piecewise": "write where(x > 0, a, b)",
    "maximum": "write max(a, b)", "minimum": "write min(a, b)",
    "fmax": "write max(a, b)", "fmin": "write min(a, b)",
    "Σ": "sums are written out: x1 + x2, or taken of vectors: sum((y - x)^2) where y=[1 2 3]",
    "Π": "products are written out: x1*x2*x3",
    **dict.fromkeys(("mean", "average"), "write (x1 + x2)/2"),
    **dict.fromkeys(("sum", "total"), "write x1 + x2 + x3"),
    "prod": "write x1*x2*x3", "dot": "write a1*b1 + a2*b2", "softmax": "write exp(a)/(exp(a) + exp(b))",
    "mse_loss": "it is written out: mean((y - t)^2) of vectors, (y - t)^2 of numbers",
    "l1_loss": "it is written out: mean(abs(y - t)) of vectors, abs(y - t) of numbers",
    "cross_entropy": "it is written out: logsumexp(z) - dot(y, z) of logits z, where y has one 1",
    "binary_cross_entropy": "it is written out: -mean(y*log(p) + (1 - y)*log(1 - p))",
    "binary_cross_entropy_with_logits": "it is written out: mean(softplus(z) - y*z)",
    "diff": "gradx differentiates for you: leave it out", "derivative": "gradx differentiates for you: leave it out",
}  # fmt: skip
"""What to write for them; `x` and other letters stand for the arguments."""

_PLURAL = "integrals of this kind are"

UNKNOWN: Final = {
    "Si": "the sine integral is", "Ci": "the cosine integral is", "Ei": "the exponential integral is",
    "Shi": "the hyperbolic sine integral is", "Chi": "the hyperbolic cosine integral is",
    "li": "the logarithmic integral is", "Li": "the logarithmic integral is", "expint": "the exponential integral is",
    "sinint": "the sine integral is", "cosint": "the cosine integral is",
    "erfi": "the imaginary error function is", "erfinv": "the inverse error function is",
    "erfcinv": "the inverse error function is", "dawson": "Dawson's function is",
    **dict.fromkeys(("zeta", "ζ"), "the zeta function is"), "eta": "the eta function is",
    "trigamma": "the trigamma function is", "polygamma": "the polygamma function is",
    "gammainc": "the incomplete gamma function is", "betainc": "the incomplete beta function is",
    "lambertw": "Lambert's function is", "LambertW": "Lambert's function is", "cis": "complex numbers are",
    **dict.fromkeys(("besselj", "bessely", "besseli", "besselk", "j0", "j1", "jn"), "Bessel functions are"),
    **dict.fromkeys(("Ai", "Bi", "airy"), "Airy functions are"),
    **dict.fromkeys(("ellipk", "ellipe", "fresnels", "fresnelc"), _PLURAL),
    **dict.fromkeys(("real", "imag", "conj", "arg", "angle"), "complex numbers are"),
    **dict.fromkeys(("rand", "random", "randn", "normal"), "random numbers are"),
    **dict.fromkeys(("gcd", "lcm"), "whole-number arithmetic is"),
    **dict.fromkeys(("celu", "prelu", "rrelu", "crelu", "glu", "geglu", "swiglu", "softshrink", "hardshrink",
                     "threshold"), "this activation is"),
    **dict.fromkeys(("det", "trace", "cross", "transpose"), "this function of vectors is"),
    **dict.fromkeys(("pinv", "inverse"), "the inverse of a matrix is"),
    **dict.fromkeys(("std", "var", "median"), "this function of many numbers is"),
}  # fmt: skip
"""Functions that are not one of ours with a slip of the pen, and what is said of them: "… not known here"."""

LEFT_DIVISION: Final = "`\\` divides from the left in MATLAB: it solves a system, which is not done here"
_LEFT: Final = re.compile(
    r"(?<=[\w)\]'])[ \t]*(\\)(?:[ \t]+(?=[A-Za-z0-9(])|(?=([A-Za-z0-9])(?!\w))|(?=([A-Za-z]\w*))|(?=\((?!.*\\\))))",
    re.DOTALL,
)


def left_division(text: str, values: Container[str] = ()) -> re.Match[str] | None:
    r"""MATLAB's `A \ b` and `A\b`, where nothing shows that the text is LaTeX, or it is a name with a value."""
    is_latex = re.search(r"\\[A-Za-z]{2}", text) is not None
    for found in _LEFT.finditer(text):
        name = found[2] or found[3]
        is_name = name in values or (name == found[2] and name not in _ESCAPED) if name else not is_latex
        if is_name:
            return found
    return None


_ESCAPED: Final = ("n", "r", "t")
"""Letters that are an end of a line and a tab behind a backslash."""


LONGEST: Final = 40
"""A longer name is not a slip, and is not looked at."""

_CONDITION: Final = "conditions are not joined: put a where into another: where(x > 0, where(y > 0, a, b), b)"
_WORDS: Final = {
    **dict.fromkeys(("and", "or", "not", "xor"), _CONDITION),
    **dict.fromkeys(("if", "then", "else"), "write where(x > 0, a, b)"),
    **dict.fromkeys(("nan", "inf", "infinity", "oo"), "every number is finite here; write a large number"),
    **dict.fromkeys(("deg", "degree", "degrees"), "angles are in radians: write x*pi/180 for x degrees"),
    **dict.fromkeys(("return", "let", "def", "var", "const"), "leave it out: u = b*c names a step"),
}  # fmt: skip
"""Words that are no input's name unless it is given a value."""

_INFIX_WORDS: Final = {
    "mod": "write x % y", "div": "write floor(x/y)", "times": "write x*y", "plus": "write x + y", "over": "write x/y",
    "int": "integrals are not known here; write what is to be differentiated",
    "lim": "limits are not known here; write what is to be differentiated",
}  # fmt: skip
"""Words that are no input's name where an operand follows them."""


Pieces = tuple[str, ...]

DEFINE: Final = "define it first: g(x) = …; a product is written with *"


def function_hint(name: str) -> str:
    """What to write for a call of `name`, which is no function."""
    name = name if len(name) <= LONGEST else "f"
    return meant_function(name) or DEFINE.replace("g(x)", f"{name}(x)")


def same_function(name: str) -> str:
    """The function that takes the same arguments as the function of another language, `name` itself if none does."""
    hint = re.fullmatch(r"write (\w+)\(([a-z]+(?:, [a-z]+)*)\)", FOREIGN.get(name.lower(), ""))
    row = CALLABLE.get(hint[1]) if hint else None
    return hint[1] if hint and row and row.arity in (None, hint[2].count(",") + 1) else name


def meant_function(name: str) -> str | None:
    """The hint for a name that was clearly meant to be a function."""
    if len(name) > LONGEST:
        return None
    lower = name.lower() if name.isascii() else name
    foreign = FOREIGN.get(name) or FOREIGN.get(lower)
    if foreign:
        return foreign
    if name in UNKNOWN:
        return f"{UNKNOWN[name]} not known here; define it first, {name}(x) = …, if it can be written with what is"
    if lower in CALLABLE or lower == "where":
        return f"did you mean {lower}? Small and capital letters differ"
    slip = slip_of(lower, [*CALLABLE, "where"]) if lower not in UNKNOWN else None
    return f"did you mean {slip}?" if slip else None


def slip_of(name: str, words: Collection[str]) -> str | None:
    """The word that `name` is with one slip of the hand, where there is one alone: two letters in the wrong order, one
    typed twice, left out inside or wrong inside. One more or less at an end makes another function (sinc, erfi, sind),
    and of three letters a wrong one may too (cis)."""
    found = [word for word in words if len(word) > 2 and _is_slip(name, word)]
    return found[0] if len(found) == 1 else None


def _is_slip(name: str, word: str) -> bool:
    first = next((k for k, (a, b) in enumerate(zip(name, word, strict=False)) if a != b), min(len(name), len(word)))
    behind, rest = name[first:], word[first:]
    if len(name) == len(word):
        if behind[2:] == rest[2:] and behind[:2] == rest[1::-1]:
            return True
        return behind[1:] == rest[1:] and len(word) > 4 and 0 < first < len(word) - 1
    if len(name) == len(word) + 1:
        return behind[1:] == rest and name[first : first + 1] == name[first - 1 : first] if first else False
    return len(name) + 1 == len(word) > 4 and behind == rest[1:] and 0 < first < len(name)


def close_name(name: str, names: Collection[str]) -> str | None:
    """The one of `names` that `name` was perhaps meant to be."""
    if len(name) > LONGEST:
        return None
    from difflib import get_close_matches

    for other in names:
        if other.lower() == name.lower():
            return other
    close = get_close_matches(name, [n for n in names if len(n) <= LONGEST], 1, 0.7) if len(name) > 2 else []
    return close[0] if close else None


def as_product(name: str, names: Collection[str]) -> str | None:
    """`b*c` for `bc` where b and c are among `names` or constants; `x*sin(x)` for `xsinx`. As few factors as can be."""
    if not 2 <= len(name) <= LONGEST:
        return None
    known = {*names, *CONSTANTS}
    best = fewest_pieces(name, lambda piece, _: piece in known)
    if best[-1] and len(best[-1]) > 1:
        return "*".join(best[-1])
    for start, factors in enumerate(best[:-1]):
        for end in range(len(name) - 1, start + 1, -1):
            if factors is not None and name[start:end] in CALLABLE and name[end:] in {*names, "pi"}:
                return "*".join([*factors, f"{name[start:end]}({name[end:]})"])
    return None


def fewest_pieces(word: str, is_piece: Callable[[str, Pieces], bool]) -> list[Pieces | None]:
    """What a word is made of up to each of its letters, in as few pieces as can be; None where that cannot be.

    `is_piece` is given a piece and those before it.
    """
    best: list[Pieces | None] = [()]
    for end in range(1, len(word) + 1):
        found: Pieces | None = None
        for start, before in enumerate(best):
            is_shorter = before is not None and (found is None or len(before) + 1 < len(found))
            if before is not None and is_shorter and is_piece(word[start:end], before):
                found = (*before, word[start:end])
        best.append(found)
    return best


def word_of_another_language(name: str, behind: str) -> str | None:
    """What to write instead of a word that means something elsewhere; `behind` is the text that follows it."""
    hint = _WORDS.get(name.lower())
    if hint is None and re.match(r"[ \t]+[\w(.]", behind):
        hint = _INFIX_WORDS.get(name.lower()) or meant_function(name)
    return hint


def swallowed_power(name: str, names: Collection[str]) -> str | None:
    """`x^2` for `x2` where x is among `names`: what is left when a shell takes a ^ away."""
    base = name.rstrip("0123456789")
    power = name[len(base) :]
    return f"{base}^{power}" if power > "1" and base in names and len(name) <= LONGEST else None


def tried(error: GradxError, read: Callable[[Source], object]) -> GradxError:
    """The error, without "did you mean sin?" where that, written in the place of what is wrong, cannot be read."""
    problem = error.problem
    meant = re.search(r"did you mean ([^?…]+)\?", problem.hint or "")
    if meant is None or problem.span is None:
        return error
    (name, text), offset, length = problem.span
    try:
        read(Source(name, text[:offset] + meant[1] + text[offset + length :]))
    except GradxError as other:
        span = other.problem.span
        if span is not None and span.offset <= offset + len(meant[1]):
            return GradxError(problem.kind, problem.message, hint=DEFINE, span=problem.span)
    return error
