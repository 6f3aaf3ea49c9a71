"""How functions of other languages and books are written here; and what a name was perhaps meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container
from typing import Final

from gradx.errors import GradxError, Source
from gradx.language.constants import CONSTANTS
from gradx.table import CALLABLE


def listed(entries: str) -> dict[str, str]:
    """What is said of each name in a list of names and what is said of them."""
    pairs = (entry.partition(": ") for entry in entries.split(" | "))
    return {name: said for names, _, said in pairs for name in names.split()}


_WRITTEN: Final = listed(
    "pow power: x^y | square sqr sq: x^2 | reciprocal: 1/x | "
    "multiply mul: a*b | cube: x^3 | negative: -x | "
    "factorial fact: gamma(n + 1) | fabs absolute modulus magnitude: abs(x) | mod: x % y | rem: fmod(x, y) | "
    "trunc fix int: sign(x)*floor(abs(x)) | frac: x - floor(x) | ceiling: ceil(x) | round: floor(x + 0.5) | "
    "lg: log10(x) or log2(x) | lb ld: log2(x) | logn: log(x, n) | logarithm loge log_e natlog: ln(x) | "
    "exponential: exp(x) | tg tangent: tan(x) | ctg cotan cotg cotangent: cot(x) | cosec cosecant: csc(x) | "
    "secant: sec(x) | sen sine sinus: sin(x) | cosine cosinus: cos(x) | arcsine invsin: asin(x) | "
    "arccosine invcos: acos(x) | arctg arctangent invtan: atan(x) | arcctg: acot(x) | sgn signum: sign(x) | "
    "sh: sinh(x) | ch: cosh(x) | th: tanh(x) | cth: coth(x) | sinpi: sin(pi*x) | cospi: cos(pi*x) | tanpi: tan(pi*x) | "
    "deg2rad radians: x*pi/180 | rad2deg degrees: x*180/pi | versin: 1 - cos(x) | "
    "curt cuberoot cubert cube_root: cbrt(x) | squareroot: sqrt(x) | nroot surd realroot real_root: root(x, n) | "
    "norm: hypot(x, y) | σ: sigmoid(z), or define it first: σ(z) = 1/(1 + exp(-z)) | "
    "sigma: sigmoid(z), or define it first: sigma(z) = 1/(1 + exp(-z)) | logistic expit: sigmoid(z) | swish: silu(x) | "
    "log_sigmoid: logsigmoid(x) | lrelu leakyrelu: leaky_relu(x) | hard_tanh: hardtanh(x) | soft_sign: softsign(x) | "
    "hardsigmoid hard_sigmoid: relu6(x + 3)/6 | hardswish hard_swish: x*relu6(x + 3)/6 | tanhshrink: x - tanh(x) | "
    "log1pexp: softplus(x) | logsumexp: logaddexp(a, b) | Γ: gamma(x) | ψ psi: digamma(x) | "
    "gammaln loggamma: lgamma(x) | beta: gamma(a)*gamma(b)/gamma(a + b) | "
    "binom binomial choose: gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1)) | "
    "ndtr pnorm normalcdf norm_cdf cdf Phi Φ: normcdf(x) | normpdf dnorm norm_pdf: exp(-x^2/2)/sqrt(2*pi) | "
    "erfcx: exp(x^2)*erfc(x) | sinhc: sinh(x)/x | logit: log(p/(1 - p)) | antilog: 10^x or exp(x) | "
    "heaviside step unitstep heavisidetheta: where(x >= 0, 1, 0) | if ifelse iif piecewise: where(x > 0, a, b) | "
    "maximum fmax: max(a, b) | minimum fmin: min(a, b) | mean average: (x1 + x2)/2 | sum total: x1 + x2 + x3 | "
    "prod: x1*x2*x3 | dot: a1*b1 + a2*b2 | softmax: exp(a)/(exp(a) + exp(b))"
)
_INVERSE: Final = (
    "the inverse of a matrix is not known, and is not written out: A x = b is solved where sum((A x - b)^2) is least"
)
FOREIGN: Final = {
    **{name: f"write {formula}" for name, formula in _WRITTEN.items()},
    **{f"{name}d": f"write {name}(x*pi/180) for x degrees" for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{f"{name}d": f"write {name}(x)*180/pi for degrees" for name in ("asin", "acos", "atan")},
    "Σ": "sums are written out: x1 + x2, or taken of vectors: sum((y - x)^2) where y=[1 2 3]",
    "Π": "products are written out: x1*x2*x3",
    "mse_loss": "it is written out: mean((y - t)^2) of vectors, (y - t)^2 of numbers",
    "l1_loss": "it is written out: mean(abs(y - t)) of vectors, abs(y - t) of numbers",
    "cross_entropy": "it is written out: logsumexp(z) - dot(y, z) of logits z, where y has one 1",
    "binary_cross_entropy": "it is written out: -mean(y*log(p) + (1 - y)*log(1 - p))",
    "binary_cross_entropy_with_logits": "it is written out: mean(softplus(z) - y*z)",
    "det": "a determinant is written out: of 2x2 it is A[1,1]*A[2,2] - A[1,2]*A[2,1]",
    **dict.fromkeys(("pinv", "inverse"), _INVERSE),
    "inv": f"of a number write 1/x; {_INVERSE}",
    "transpose": "it is written out as A^T",
    "std": "it is written out: write sqrt(mean((x - mean(x))^2))",
    "var": "it is written out: write mean((x - mean(x))^2)",
    "cumsum": "it is written out: s[i=1..3] = sum(x[1..i])",
    **dict.fromkeys(("log_softmax", "logsoftmax"), "it is written out: z - logsumexp(z)"),
    "cross": "it is written out: [a[2]*b[3] - a[3]*b[2], a[3]*b[1] - a[1]*b[3], a[1]*b[2] - a[2]*b[1]]",
    "diag": "it is written out: diag(a) x is a*x, the matrix alone a*eye(3)",
    **dict.fromkeys(
        ("concat", "concatenate", "hstack", "vstack", "cat"), "it is written out: [x; y] puts one upon the other"
    ),
    **dict.fromkeys(("diff", "derivative"), "gradx differentiates for you: leave it out"),
}
"""What to write for them; `x` and other letters stand for the arguments."""

UNKNOWN: Final = listed(
    "Si sinint: the sine integral is | Ci cosint: the cosine integral is | Ei expint: the exponential integral is | "
    "Shi: the hyperbolic sine integral is | Chi: the hyperbolic cosine integral is | "
    "li Li: the logarithmic integral is | erfi: the imaginary error function is | "
    "erfinv erfcinv: the inverse error function is | dawson: Dawson's function is | zeta ζ: the zeta function is | "
    "eta: the eta function is | trigamma: the trigamma function is | polygamma: the polygamma function is | "
    "gammainc: the incomplete gamma function is | betainc: the incomplete beta function is | "
    "lambertw LambertW: Lambert's function is | cis real imag conj arg angle: complex numbers are | "
    "besselj bessely besseli besselk j0 j1 jn: Bessel functions are | Ai Bi airy: Airy functions are | "
    "ellipk ellipe fresnels fresnelc: integrals of this kind are | rand random randn normal: random numbers are | "
    "gcd lcm: whole-number arithmetic is | "
    "celu prelu rrelu crelu glu geglu swiglu softshrink hardshrink threshold: this activation is | "
    "trace: this function of vectors is | median: this function of many numbers is"
)
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

_WORDS: Final = listed(
    "and or not xor: conditions are not joined: put a where into another: where(x > 0, where(y > 0, a, b), b) | "
    "if then else: write where(x > 0, a, b) | nan inf infinity oo: every number is finite here; write a large number | "
    "deg degree degrees: angles are in radians: write x*pi/180 for x degrees | "
    "return let def var const: leave it out: u = b*c names a step"
)
"""Words that are no input's name unless it is given a value."""

_INFIX_WORDS: Final = listed(
    "mod: write x % y | div: write floor(x/y) | times: write x*y | plus: write x + y | over: write x/y | "
    "int: integrals are not known here; write what is to be differentiated | "
    "lim: limits are not known here; write what is to be differentiated"
)
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
