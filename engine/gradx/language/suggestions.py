"""Did you mean: what a name that means nothing here was perhaps meant to be."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from gradx.table import CALLABLE

LONGEST: Final = 40
"""A longer name is not a slip, and is not looked at."""

FOREIGN: Final = {
    "pow": "write x^y", "power": "write x^y", "square": "write x^2", "sqr": "write x^2",
    "factorial": "write gamma(n + 1)", "fact": "write gamma(n + 1)", "fabs": "write abs(x)",
    "mod": "write x % y", "fmod": "write x % y", "int": "write floor(x)", "trunc": "write sign(x)*floor(abs(x))",
    "round": "write floor(x + 0.5)", "lg": "write log10(x) or log2(x)", "lb": "write log2(x)", "ld": "write log2(x)",
    "tg": "write tan(x)", "ctg": "write cot(x)", "cotan": "write cot(x)", "cosec": "write csc(x)",
    "sen": "write sin(x)",
    "arctg": "write atan(x)", "sgn": "write sign(x)", "signum": "write sign(x)", "sh": "write sinh(x)",
    "ch": "write cosh(x)", "th": "write tanh(x)",
    "σ": "write sigmoid(z), or define it first: σ(z) = 1/(1 + exp(-z))",
    "sigma": "write sigmoid(z), or define it first: sigma(z) = 1/(1 + exp(-z))",
    "logistic": "write sigmoid(z)", "expit": "write sigmoid(z)", "swish": "write silu(x)",
    "lrelu": "write leaky_relu(x)",
    "Γ": "write gamma(x)", "ψ": "write digamma(x)",
    "erfc": "write 1 - erf(x)", "sinc": "write sin(x)/x", "logit": "write log(p/(1 - p))",
    "heaviside": "write where(x >= 0, 1, 0)", "step": "write where(x >= 0, 1, 0)", "if": "write where(x > 0, a, b)",
    "ifelse": "write where(x > 0, a, b)", "iif": "write where(x > 0, a, b)", "piecewise": "write where(x > 0, a, b)",
    "maximum": "write max(a, b)", "minimum": "write min(a, b)", "root": "write sqrt(x) or x^(1/n)",
    "norm": "write hypot(x, y)", "diff": "gradx differentiates for you: leave it out",
    "derivative": "gradx differentiates for you: leave it out",
}  # fmt: skip
"""What functions of other languages are called here."""


_CONDITION: Final = "conditions are not joined: put a where into another: where(x > 0, where(y > 0, a, b), b)"
_WORDS: Final = {
    **dict.fromkeys(("and", "or", "not", "xor"), _CONDITION),
    **dict.fromkeys(("if", "then", "else"), "write where(x > 0, a, b)"),
    **dict.fromkeys(("nan", "inf", "infinity", "oo"), "every number is finite here; write a large number"),
    **dict.fromkeys(("return", "let", "def", "var", "const"), "leave it out: u = b*c names a step"),
}  # fmt: skip
"""Words that are no input's name unless it is given a value."""

_INFIX_WORDS: Final = {
    "mod": "write x % y", "div": "write floor(x/y)", "times": "write x*y", "plus": "write x + y", "over": "write x/y",
    "int": "integrals are not known here; write what is to be differentiated",
    "lim": "limits are not known here; write what is to be differentiated",
}  # fmt: skip
"""Words that are no input's name where an operand follows them."""

CONSTANTS: Final = ("pi", "π", "e")


def function_hint(name: str) -> str:
    """What to write for a call of `name`, which is no function."""
    name = name if len(name) <= LONGEST else "f"
    return meant_function(name) or f"define it first: {name}(x) = …; a product is written with *"


def same_function(name: str) -> str:
    """The function that takes the same arguments as the function of another language, `name` itself if none does."""
    hint = re.fullmatch(r"write (\w+)\([a-z]+(?:, [a-z]+)*\)", FOREIGN.get(name.lower(), ""))
    return hint[1] if hint else name


def meant_function(name: str) -> str | None:
    """The hint for a name that was clearly meant to be a function."""
    if len(name) > LONGEST:
        return None
    lower = name.lower()
    foreign = FOREIGN.get(name) or FOREIGN.get(lower)
    if foreign:
        return foreign
    if lower in CALLABLE or lower == "where":
        return f"did you mean {lower}? Small and capital letters differ"
    if len(name) < 3:
        return None
    close = get_close_matches(lower, [*CALLABLE, "where"], 3, 0.77)
    close.sort(key=lambda function: not lower.startswith(function))
    return f"did you mean {close[0]}?" if close else None


def close_name(name: str, names: Collection[str]) -> str | None:
    """The one of `names` that `name` was perhaps meant to be."""
    if len(name) > LONGEST:
        return None
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
    best: list[list[str] | None] = [[]]
    for end in range(1, len(name) + 1):
        found: list[str] | None = None
        for start in range(end):
            before = best[start]
            piece = name[start:end]
            if before is not None and piece in known and (found is None or len(before) + 1 < len(found)):
                found = [*before, piece]
        best.append(found)
    if best[-1] and len(best[-1]) > 1:
        return "*".join(best[-1])
    for start, factors in enumerate(best[:-1]):
        for end in range(len(name) - 1, start + 1, -1):
            if factors is not None and name[start:end] in CALLABLE and name[end:] in {*names, "pi"}:
                return "*".join([*factors, f"{name[start:end]}({name[end:]})"])
    return None


def product_with_function(name: str, names: Collection[str]) -> str | None:
    """The hint for `xsin(…)` where x is among `names` or a constant."""
    for start in range(1, min(len(name), LONGEST)):
        if name[start:] in CALLABLE and (name[:start] in names or name[:start] in CONSTANTS):
            return f"a run of letters is one name; did you mean {name[:start]}*{name[start:]}(…)?"
    return None


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
