"""Python, with nothing but its `math`; and what the files of NumPy, PyTorch and JAX have in common with it."""

from __future__ import annotations

import builtins
import keyword
import math
from collections.abc import Collection, Sequence
from textwrap import indent

from gradx.export.routine import (
    CAREFUL,
    PYTHON_FUNCTION,
    SECOND_FUNCTION,
    Body,
    Language,
    Routine,
    defined,
    plain_identifier,
)
from gradx.export.tape_code import PYTHON, Spelling
from gradx.numbers import Arithmetic
from gradx.primitive import ATOM, POWER, Writing

RESERVED = frozenset({*keyword.kwlist, *dir(builtins), "math", "value", "gradient", "direction", SECOND_FUNCTION})
WHOLE_POWER = Writing("{}**{}", POWER, (ATOM, ATOM))
TOLERANCE = "1e-9"
"""What two libraries' functions may differ by, of the number or of 1."""


def number(x: float) -> str:
    """A float64 as Python reads it back; whole numbers as a person writes them."""
    if not math.isfinite(x):
        return f"float('{x}')"
    return f"{x:.0f}" if x.is_integer() and abs(x) < 1e15 and repr(x) != "-0.0" else repr(x)


_LINES = {
    "sign(x)": "return float((x > 0) - (x < 0))",
    "sigmoid(x)": """
if x >= 0:
    return 1/(1 + math.exp(-x))
small = math.exp(x)
return small/(1 + small)
""",
    "softplus(x)": "return max(x, 0) + math.log1p(math.exp(-abs(x)))",
    "faded(x)": "return math.exp(-abs(x))",
    "sigmoid_of(x, small)": "return (1 if x >= 0 else small)/(1 + small)",
    "softplus_of(x, small)": "return max(x, 0) + math.log1p(small)",
    "sigmoid_slope(small)": "return small/((1 + small)*(1 + small))",
    "logaddexp(x, y)": "return max(x, y) + math.log1p(math.exp(-abs(x - y)))",
    "sinc_slope(x)": """
if abs(x) >= 1:
    return (math.cos(x) - math.sin(x)/x)/x
tail = 1
for k in range(9, 0, -1):
    tail = 1 - x*x/(2*k*(2*k + 3))*tail
return -x/3*tail
""",
}
DEFINITIONS = {
    CAREFUL: '''def quiet(f, *xs):
    """f of xs; where it has no value nan, since nothing may come of it: the branch that is not taken."""
    try:
        return float(f(*xs))
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
''',
    **defined(PYTHON_FUNCTION, _LINES),
}


ARRAY = '''def array(x, *shape):
    """x as an array of this shape; a vector may be flat."""
    x = {}
    if tuple(x.shape) not in (shape, shape[:1]):
        raise ValueError(f"an array of shape {{shape}} is needed, and this one has {{tuple(x.shape)}}")
    return x.reshape(shape)
'''
"""What a file of whole arrays checks an argument by; the library's own way to make an array goes into it."""


def calls(prefix: str, lacking: Collection[str]) -> dict[str, Writing]:
    """Functions that are called by their own name in a module: all but those that it is `lacking`."""
    names = (name for name in vars(Arithmetic) if not name.startswith("_") and name not in lacking)
    return {name: Writing(f"{prefix}.{name}({{}})") for name in names}


FORMS = {
    **calls("math", DEFINITIONS),
    **PYTHON,
    "power": Writing("math.pow({}, {})"),
    "atan2": Writing("math.atan2({} + 0, {})"),
    "absolute": Writing("abs({})"),
    "maximum": Writing("max({})"),
    "minimum": Writing("min({})"),
    "floor": Writing("float(math.floor({}))"),
    "ceil": Writing("float(math.ceil({}))"),
}
_RAISING = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "sinh", "cosh", "acosh"),
    *("sqrt", "atanh", "gamma", "lgamma"),
)
CAREFUL_FORMS = {
    **FORMS,
    **{name: Writing(f"quiet(math.{name}, {{}})") for name in _RAISING},
    "power": Writing("quiet(math.pow, {}, {})"),
    "divide": Writing("quiet(operator.truediv, {}, {})"),
    "modulo": Writing("quiet(operator.mod, {}, {})"),
    "floor": Writing("quiet(math.floor, {})"),
    "ceil": Writing("quiet(math.ceil, {})"),
}
"""Where a program chooses: what the branch that is not taken has no value for must not raise."""

MISSING = dict.fromkeys(("digamma", "trigamma"), "--to pytorch and --to jax have it")


def file(
    routine: Routine, imports: str, to_own: str = "{}", doc: str = "", float_of: str = "{}", guard: str = ""
) -> str:
    """A Python file: what it is, imports, definitions, the functions, its check of itself.

    `to_own` makes a number what the language computes with, `float_of` that a number; `guard` stands before the return.
    """
    slopes = _by_name(routine.wrt, routine.gradient)
    own = [f"{name} = {to_own.format(name)}" for name in routine.body.inputs if to_own != "{}"]
    about = f"{routine.reading}: the value, and the gradient by name.{doc}"
    parts = [
        f'"""{routine.reading}\n\n{routine.told}, written by gradx.\n"""\n',
        imports,
        *("\n" + text for text in routine.needed),
        _function(routine.name, about, routine.body, own, f"{routine.value}, {slopes}", guard),
    ]
    if routine.product is not None:
        name, body, moving, _ = routine.product
        about = f"The Hessian of {routine.name} times a direction; both by name, as the gradient is."
        own += [f"{local} = {to_own.format(f'direction[{routine.wrt[k]!r}]')}" for k, local in moving]
        inputs = [*body.inputs, "direction"]
        parts.append(_function(name, about, body._replace(inputs=inputs), own, _by_name(routine.wrt, body.results)))
    return "\n".join([*parts, *_check(routine, float_of)])


def _by_name(names: Sequence[str], texts: Sequence[str]) -> str:
    return f"{{{', '.join(f'{name!r}: {text}' for name, text in zip(names, texts, strict=True))}}}"


def _function(name: str, about: str, body: Body, own: Sequence[str], result: str, guard: str = "") -> str:
    lines = [f'"""{about}"""', *own, *body.lines("# {}", "{} = {}"), *guard.splitlines(), f"return {result}"]
    return f"\ndef {name}({', '.join(body.inputs)}):\n" + indent("\n".join(lines), "    ") + "\n"


def _check(routine: Routine, float_of: str) -> list[str]:
    if routine.expected is None:
        return []
    point, value, gradient = routine.expected
    given = ", ".join(map(repr, point))
    value_of, slope_of = float_of.format("value"), float_of.format("gradient[name]")
    lines = [
        "",
        'if __name__ == "__main__":',
        f"    value, gradient = {routine.name}({given})",
        f'    pairs = [("the value", {value_of}, {value!r})]',
        f"    for name, expected in {_by_name(routine.wrt, list(map(repr, gradient)))}.items():",
        f'        pairs.append(("the gradient of " + name, {slope_of}, expected))',
    ]
    if routine.product is not None and routine.product.checked is not None:
        name, (direction, product) = routine.product.name, routine.product.checked
        along = _by_name(routine.wrt, list(map(repr, direction)))
        lines += [
            f"    product = {name}({given}{', ' if given else ''}{along})",
            f"    for name, expected in {_by_name(routine.wrt, list(map(repr, product)))}.items():",
            f'        pairs.append(("the Hessian product of " + name, {float_of.format("product[name]")}, expected))',
        ]
    lines += [
        "    for what, found, expected in pairs:",
        f"        if not abs(found - expected) <= {TOLERANCE}*max(1, abs(expected)):",
        '            raise SystemExit(f"{what} is {found} here, and {expected} in gradx")',
        '    print(f"{len(pairs)} numbers are those of gradx")',
        "",
    ]
    return ["\n".join(lines)]


def _page(routine: Routine) -> str:
    if DEFINITIONS[CAREFUL] not in routine.needed:
        return file(routine, "import math\n")
    guard = f'if math.isnan({routine.value}):\n    raise ValueError("{routine.name} has no value here")'
    return file(routine, "import math\nimport operator\n", guard=guard)


LANGUAGE = Language(
    "Python",
    Spelling(FORMS, number, "t{}", WHOLE_POWER),
    DEFINITIONS,
    MISSING,
    plain_identifier,
    RESERVED | {"operator"},
    _page,
    careful=Spelling(CAREFUL_FORMS, number, "t{}"),
)
