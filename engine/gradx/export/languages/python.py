"""Python, with nothing but its `math`; and what the files of NumPy, PyTorch and JAX have in common with it."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence
from textwrap import indent

from gradx.export.routine import Language, Routine, plain_identifier
from gradx.export.tape_code import PYTHON, Spelling
from gradx.primitive import ATOM, POWER, Writing

RESERVED = frozenset({*keyword.kwlist, *dir(builtins), "math", "value", "gradient"})
WHOLE_POWER = Writing("{}**{}", POWER, (ATOM, ATOM))
TOLERANCE = "1e-9"
"""What two libraries' functions may differ by, of the number or of 1."""


def number(x: float) -> str:
    """A float64 as Python reads it back; whole numbers as a person writes them."""
    return f"{x:.0f}" if x.is_integer() and abs(x) < 1e15 and repr(x) != "-0.0" else repr(x)


def calls(prefix: str, names: Sequence[str]) -> dict[str, Writing]:
    """Functions that are called by their own name in a module."""
    return {name: Writing(f"{prefix}.{name}({{}})") for name in names}


OWN = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "hypot", "erf", "erfc", "gamma", "lgamma"),
)
FORMS = {
    **PYTHON,
    **calls("math", OWN),
    "hypot": Writing("math.hypot({})"),
    "power": Writing("math.pow({}, {})"),
    "atan2": Writing("math.atan2({} + 0, {})"),
    "absolute": Writing("abs({})"),
    "maximum": Writing("max({})"),
    "minimum": Writing("min({})"),
    "floor": Writing("float(math.floor({}))"),
    "ceil": Writing("float(math.ceil({}))"),
}
DEFINITIONS = {
    "sign": '''def sign(x):
    """1 above 0, -1 below it, 0 at 0."""
    return float((x > 0) - (x < 0))
''',
    "sigmoid": '''def sigmoid(x):
    """1/(1 + exp(-x)), without overflow on either side."""
    if x >= 0:
        return 1/(1 + math.exp(-x))
    small = math.exp(x)
    return small/(1 + small)
''',
    "softplus": '''def softplus(x):
    """log(1 + exp(x)), without overflow on either side."""
    return max(x, 0) + math.log1p(math.exp(-abs(x)))
''',
    "logaddexp": '''def logaddexp(x, y):
    """log(exp(x) + exp(y)), without overflow."""
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))
''',
    "sinc_slope": '''def sinc_slope(x):
    """The slope of sin(x)/x; near 0 by its series, whose terms do not cancel."""
    if abs(x) >= 1:
        return (math.cos(x) - math.sin(x)/x)/x
    tail = 1
    for k in range(9, 0, -1):
        tail = 1 - x*x/(2*k*(2*k + 3))*tail
    return -x/3*tail
''',
}
MISSING = dict.fromkeys(("digamma", "trigamma"), "--to pytorch and --to jax have it")


def file(routine: Routine, imports: str, before: Sequence[str] = (), doc: str = "", float_of: str = "{}") -> str:
    """A Python file: what it is, imports, definitions, the function, its check of itself."""
    parameters = ", ".join(routine.inputs)
    slopes = ", ".join(f"{name!r}: {text}" for name, text in zip(routine.wrt, routine.gradient, strict=True))
    body = [
        f'"""{routine.reading}: the value, and the gradient by name.{doc}"""',
        *before,
        *(["# forward pass"] if routine.forward else []),
        *(f"{line.name} = {line.text}" for line in routine.forward),
        *(["# backprop"] if routine.backward else []),
        *(f"{line.name} = {line.text}" for line in routine.backward),
        f"return {routine.value}, {{{slopes}}}",
    ]
    parts = [
        f'"""{routine.reading}\n\nThe value and the gradient, written by gradx.\n"""\n',
        imports,
        *("\n" + text for text in routine.needed),
        f"\ndef {routine.name}({parameters}):\n" + indent("\n".join(body), "    ") + "\n",
    ]
    return "\n".join([*parts, *_check(routine, float_of)])


def _check(routine: Routine, float_of: str) -> list[str]:
    if routine.expected is None:
        return []
    point, value, gradient = routine.expected
    named = ", ".join(f"{name!r}: {x!r}" for name, x in zip(routine.wrt, gradient, strict=True))
    value_of, slope_of = float_of.format("value"), float_of.format("gradient[name]")
    lines = [
        "",
        'if __name__ == "__main__":',
        f"    value, gradient = {routine.name}({', '.join(map(repr, point))})",
        f'    pairs = [("the value", {value_of}, {value!r})]',
        f"    for name, expected in {{{named}}}.items():",
        f'        pairs.append(("the gradient of " + name, {slope_of}, expected))',
        "    for what, found, expected in pairs:",
        f"        if not abs(found - expected) <= {TOLERANCE}*max(1, abs(expected)):",
        '            raise SystemExit(f"{what} is {found} here, and {expected} in gradx")',
        '    print(f"{len(pairs)} numbers are those of gradx")',
        "",
    ]
    return ["\n".join(lines)]


LANGUAGE = Language(
    "Python",
    Spelling(FORMS, number, "t{}", WHOLE_POWER),
    DEFINITIONS,
    MISSING,
    plain_identifier,
    RESERVED,
    lambda routine: file(routine, "import math\n"),
)
