"""JavaScript: a module with one function, for browsers and Node."""

from __future__ import annotations

import json
from textwrap import indent

from gradx.export.languages.python import TOLERANCE, WHOLE_POWER, number
from gradx.export.routine import Language, Routine, choices, plain_identifier
from gradx.export.tape_code import SIGNS, Spelling
from gradx.primitive import ATOM, LOOSE, SIGN, SUM, Writing

_OWN = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "hypot", "sign", "floor", "ceil"),
)
_FORMS = {
    **SIGNS,
    "neg": Writing("-{}", SIGN, (ATOM,)),  # -x**2 is no JavaScript
    **{name: Writing(f"Math.{name}({{}})") for name in _OWN},
    "power": Writing("Math.pow({}, {})"),
    "absolute": Writing("Math.abs({})"),
    "maximum": Writing("Math.max({})"),
    "minimum": Writing("Math.min({})"),
    "atan2": Writing("Math.atan2({} + 0, {})", ATOM, (SUM,)),
    **choices("{{}} {} {{}} ? {{}} : {{}}", LOOSE, (SUM,) * 4),
}
_DEFINITIONS = {
    "modulo": """/** The remainder with the sign of y. */
function modulo(x, y) {
  const r = x % y;
  return r !== 0 && (r < 0) !== (y < 0) ? r + y : r;
}
""",
    "sigmoid": """/** 1/(1 + exp(-x)), without overflow on either side. */
function sigmoid(x) {
  const small = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : small)/(1 + small);
}
""",
    "softplus": """/** log(1 + exp(x)), without overflow on either side. */
function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
""",
    "logaddexp": """/** log(exp(x) + exp(y)), without overflow. */
function logaddexp(x, y) {
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));
}
""",
    "sinc_slope": """/** The slope of sin(x)/x; near 0 by its series, whose terms do not cancel. */
function sinc_slope(x) {
  if (Math.abs(x) >= 1) return (Math.cos(x) - Math.sin(x)/x)/x;
  let tail = 1;
  for (let k = 9; k > 0; k--) tail = 1 - x*x/(2*k*(2*k + 3))*tail;
  return -x/3*tail;
}
""",
}
_RESERVED = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends "
    "false finally for function if implements import in instanceof interface let new null package private protected "
    "public return static super switch this throw true try typeof undefined var void while with yield Math NaN "
    "Infinity Object value gradient process globalThis console Number"
)
_MISSING = ("erf", "erfc", "gamma", "lgamma", "digamma", "trigamma")


def _page(routine: Routine) -> str:
    pairs = zip(routine.wrt, routine.gradient, strict=True)
    slopes = ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {text}" for name, text in pairs)
    reading = routine.reading.replace("*/", "* /")
    body = [
        *(["// forward pass"] if routine.forward else []),
        *(f"const {line.name} = {line.text};" for line in routine.forward),
        *(["// backprop"] if routine.backward else []),
        *(f"const {line.name} = {line.text};" for line in routine.backward),
        f"return {{value: {routine.value}, gradient: {{{slopes}}}}};",
    ]
    parts = [
        f"// {routine.reading}\n// The value and the gradient, written by gradx.\n",
        *routine.needed,
        f"/** {reading}: the value, and the gradient by name. */\n"
        f"export function {routine.name}({', '.join(routine.inputs)}) {{\n" + indent("\n".join(body), "  ") + "\n}\n",
    ]
    return "\n".join([*parts, *_check(routine)])


def _check(routine: Routine) -> list[str]:
    if routine.expected is None:
        return []
    point, value, gradient = routine.expected
    slopes = json.dumps(dict(zip(routine.wrt, gradient, strict=True)), ensure_ascii=False)
    return [
        f"""// Whether these are gradx's numbers, where this file is what Node was asked to run.
if (typeof process !== "undefined" && process.argv[1] && import.meta.url.endsWith(
    "/" + encodeURIComponent(process.argv[1].split(/[\\\\/]/).pop()))) {{
  const {{value, gradient}} = {routine.name}({", ".join(map(repr, point))});
  const pairs = [["the value", value, {value!r}]];
  for (const [name, expected] of Object.entries({slopes})) {{
    pairs.push(["the gradient of " + name, gradient[name], expected]);
  }}
  for (const [what, found, expected] of pairs) {{
    if (!(Math.abs(found - expected) <= {TOLERANCE}*Math.max(1, Math.abs(expected)))) {{
      console.error(`${{what}} is ${{found}} here, and ${{expected}} in gradx`);
      process.exit(1);
    }}
  }}
  console.log(`${{pairs.length}} numbers are those of gradx`);
}}
"""
    ]


LANGUAGE = Language(
    "JavaScript",
    Spelling(_FORMS, number, "t{}", WHOLE_POWER),
    _DEFINITIONS,
    dict.fromkeys(_MISSING, "--to python has it, or --to pytorch"),
    plain_identifier,
    frozenset(_RESERVED.split()),
    _page,
)
