"""JavaScript: a module with one function, for browsers and Node."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from textwrap import indent

from gradx.export.languages.python import TOLERANCE, WHOLE_POWER, calls, number
from gradx.export.routine import JAVASCRIPT, SECOND_FUNCTION, Body, Language, Routine, defined, plain_identifier
from gradx.export.tape_code import SIGNS, Spelling, choices
from gradx.primitive import ATOM, LOOSE, SIGN, SUM, Writing

_LINES = {
    "modulo(x, y)": """
const r = x % y;
return r !== 0 && (r < 0) !== (y < 0) ? r + y : r;
""",
    "sigmoid(x)": """
const small = Math.exp(-Math.abs(x));
return (x >= 0 ? 1 : small)/(1 + small);
""",
    "softplus(x)": "return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));",
    "faded(x)": "return Math.exp(-Math.abs(x));",
    "sigmoid_of(x, small)": "return (x >= 0 ? 1 : small)/(1 + small);",
    "softplus_of(x, small)": "return Math.max(x, 0) + Math.log1p(small);",
    "sigmoid_slope(small)": "return small/((1 + small)*(1 + small));",
    "logaddexp(x, y)": "return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));",
}
_DEFINITIONS = {
    **defined(JAVASCRIPT, _LINES),
    "erf": """/** The error function, by a series whose terms are all of one sign. */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x, total = x;
  for (let k = 1; Math.abs(term) > 1e-17*Math.abs(total); k++) total += term *= 2*x*x/(2*k + 1);
  return 2/Math.sqrt(Math.PI)*Math.exp(-x*x)*total;
}
""",
    "erfc": """/** 1 - erf(x): from 2 on by its continued fraction, which loses no digits where it is small. */
function erfc(x) {
  if (x !== x) return x;
  const scale = Math.exp(-x*x)/Math.sqrt(Math.PI), size = Math.abs(x);
  if (size < 2) {
    let term = x, total = x;
    for (let k = 1; Math.abs(term) > 1e-17*Math.abs(total); k++) total += term *= 2*x*x/(2*k + 1);
    return 1 - 2*scale*total;
  }
  let below = size;
  for (let k = 120; k > 0; k--) below = size + k/2/below;
  return x > 0 ? scale/below : 2 - scale/below;
}
""",
    "gamma": """/** Euler's gamma: reflected below 1/2, carried on to 10, then by Stirling's series (DLMF 5.11.1). */
function gamma(x) {
  if (x < 0.5) {
    const near = Math.round(x), sine = Math.sin(Math.PI*(x - near))*(near % 2 ? -1 : 1);
    return x === near ? NaN : Math.PI/(sine*gamma(1 - x));
  }
  if (x > 172) return Infinity;
  let below = 1;
  for (; x < 10; x++) below *= x;
  const half = Math.pow(x, x/2 - 0.25), r = 1/(x*x);
  const rest = (1/12 - r*(1/360 - r*(1/1260 - r*(1/1680 - r*(1/1188 - r*691/360360)))))/x;
  return half*Math.exp(rest - x)*half*Math.sqrt(2*Math.PI)/below;
}
""",
    "lgamma": """/** log(|gamma(x)|): reflected below 1/2, carried on to 10, then by Stirling's series (DLMF 5.11.1). */
function lgamma(x) {
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) {
    const near = Math.round(x);
    return x === near ? NaN : Math.log(Math.PI/Math.abs(Math.sin(Math.PI*(x - near)))) - lgamma(1 - x);
  }
  let below = 1;
  for (; x < 10; x++) below *= x;
  const r = 1/(x*x), rest = (1/12 - r*(1/360 - r*(1/1260 - r*(1/1680 - r*(1/1188 - r*691/360360)))))/x;
  return (x - 0.5)*(Math.log(x) - 1) + (Math.log(2*Math.PI) - 1)/2 + rest - Math.log(below);
}
""",
    "digamma": """/** The slope of lgamma: reflected below 1/2, carried on to 10, then by its series (DLMF 5.11.2). */
function digamma(x) {
  if (x < 0.5) {
    const near = Math.round(x);
    return x === near ? NaN : digamma(1 - x) - Math.PI/Math.tan(Math.PI*(x - near));
  }
  let below = 0;
  for (; x < 10; x++) below += 1/x;
  const r = 1/(x*x), rest = r*(1/12 - r*(1/120 - r*(1/252 - r*(1/240 - r*(1/132 - r*691/32760)))));
  return Math.log(x) - 0.5/x - rest - below;
}
""",
    "trigamma": """/** The slope of digamma: reflected below 1/2, carried on to 10, then by its series (DLMF 5.15.8). */
function trigamma(x) {
  if (x < 0.5) {
    const near = Math.round(x), size = Math.PI/Math.sin(Math.PI*(x - near));
    return x === near ? NaN : size*size - trigamma(1 - x);
  }
  let below = 0;
  for (; x < 10; x++) below += 1/(x*x);
  const r = 1/(x*x), rest = r/x*(1/6 - r*(1/30 - r*(1/42 - r*(1/30 - r*(5/66 - r*691/2730)))));
  return 1/x + r/2 + rest + below;
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
_FORMS = {
    **calls("Math", _DEFINITIONS),
    **SIGNS,
    "neg": Writing("-{}", SIGN, (ATOM,)),  # -x**2 is no JavaScript
    "power": Writing("Math.pow({}, {})"),
    "absolute": Writing("Math.abs({})"),
    "maximum": Writing("Math.max({})"),
    "minimum": Writing("Math.min({})"),
    "atan2": Writing("Math.atan2({} + 0, {})", ATOM, (SUM,)),
    **choices("{{}} {} {{}} ? {{}} : {{}}", LOOSE, (SUM,) * 4),
}
_RESERVED = (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends "
    "false finally for function if implements import in instanceof interface let new null package private protected "
    "public return static super switch this throw true try typeof undefined var void while with yield Math NaN "
    "Infinity Object direction product value gradient process globalThis console Number"
)


def _number(x: float) -> str:
    if math.isfinite(x):
        return number(x)
    return "NaN" if x != x else "-Infinity" if x < 0 else "Infinity"


def _page(routine: Routine) -> str:
    reading = routine.reading.replace("*/", "* /")
    nodes = [(node.name, f"{{value: {node.value}, gradient: {node.gradient}}}") for node in routine.nodes]
    told = f", nodes: {_by_name(nodes)}" if nodes else ""
    slopes = _by_name(zip(routine.wrt, routine.gradient, strict=True))
    result = f"{{value: {routine.value}, gradient: {slopes}{told}}}"
    about = "the value, and the gradient by name" + (", and both of every node." if nodes else ".")
    parts = [
        f"// {routine.reading}\n// {routine.told}, written by gradx.\n",
        *routine.needed,
        f"/** {reading}: {about} */\n" + _function(routine.name, routine.body, [], result),
    ]
    if routine.product is not None:
        name, body, moving, _ = routine.product
        own = [f"const {local} = direction[{_text(routine.wrt[k])}];" for k, local in moving]
        about = f"/** The Hessian of {routine.name} times a direction; both by name, as the gradient is. */\n"
        products = _by_name(zip(routine.wrt, body.results, strict=True))
        parts.append(about + _function(name, body._replace(inputs=[*body.inputs, "direction"]), own, products))
    return "\n".join([*parts, *_check(routine)])


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _by_name(pairs: Iterable[tuple[str, str]]) -> str:
    """An object; `__proto__` with a plain key would not be an entry of it."""
    keys = ((f"[{_text(name)}]" if name == "__proto__" else _text(name), text) for name, text in pairs)
    return f"{{{', '.join(f'{key}: {text}' for key, text in keys)}}}"


def _function(name: str, body: Body, own: Sequence[str], result: str) -> str:
    lines = [*own, *body.lines("// {}", "const {} = {};"), f"return {result};"]
    return f"export function {name}({', '.join(body.inputs)}) {{\n" + indent("\n".join(lines), "  ") + "\n}\n"


def _check(routine: Routine) -> list[str]:
    if routine.expected is None:
        return []
    point, value, gradient = routine.expected
    given = ", ".join(map(repr, point))
    slopes = _by_name(zip(routine.wrt, map(repr, gradient), strict=True))
    second = ""
    if routine.product is not None and routine.product.checked is not None:
        direction, product = routine.product.checked
        along = _by_name(zip(routine.wrt, map(repr, direction), strict=True))
        second = f"""
  const product = {routine.product.name}({given}{", " if given else ""}{along});
  for (const [name, expected] of Object.entries({_by_name(zip(routine.wrt, map(repr, product), strict=True))})) {{
    pairs.push(["the Hessian product of " + name, product[name], expected]);
  }}"""
    return [
        f"""// Whether these are gradx's numbers, where this file is what Node was asked to run.
if (typeof process !== "undefined" && process.argv[1] && import.meta.url.endsWith(
    "/" + encodeURIComponent(process.argv[1].split(/[\\\\/]/).pop()))) {{
  const {{value, gradient}} = {routine.name}({given});
  const pairs = [["the value", value, {value!r}]];
  for (const [name, expected] of Object.entries({slopes})) {{
    pairs.push(["the gradient of " + name, gradient[name], expected]);
  }}{second}
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
    Spelling(_FORMS, _number, "t{}", WHOLE_POWER),
    _DEFINITIONS,
    {},
    plain_identifier,
    frozenset((*_RESERVED.split(), SECOND_FUNCTION)),
    _page,
    tells_nodes=True,
)
