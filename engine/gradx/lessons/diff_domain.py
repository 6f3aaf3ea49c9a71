"""Where a derivative holds, in words: the domain of the program and of the formula, and where the program bends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from gradx.derive.expression import Atom, Base, Exponent, Sum
from gradx.derive.forms import Forms
from gradx.graph import Graph
from gradx.language.constants import constant_value
from gradx.language.printer import expression

MOST_SENTENCES = 8
LONGEST = 40
MOST_NODES = 300
"""Of a larger program it is not looked at what is above 0 everywhere."""

_ABOVE_ZERO = frozenset(("exp", "number", "constant", "cosh", "sigmoid", "softplus"))
_NEEDS_SIGN = frozenset(("/", "%", "log", "log2", "log10", "sqrt", "^"))


def conditions(graph: Graph, of: int, formulas: Iterable[Graph]) -> list[str]:
    """What must hold, each once: `log(x) needs an argument above 0`. `formulas` stand behind the program's nodes."""
    found = dict.fromkeys(_needs(graph, graph.upstream(of)))
    found.update(dict.fromkeys(_bends(graph, of)))
    size = len(graph.primitives)
    for formula in formulas:
        own = (i for i in formula.upstream(formula.output) if i >= size)
        found.update(dict.fromkeys(_needs(formula, own)))
    return list(found)[:MOST_SENTENCES]


def _needs(graph: Graph, nodes: Iterable[int]) -> Iterator[str]:
    forms = None
    for i in nodes:
        row = graph.primitives[i]
        if row is None or row.domain is None or graph.constant[i]:
            continue
        if row.name in _NEEDS_SIGN and len(graph.primitives) <= MOST_NODES:
            forms = forms or Forms(graph, by_name=False)
            argument = graph.arguments[i][1 if row.name in ("/", "%") else 0]
            if is_above_zero(forms.written(argument)):
                continue
        if row.name == "^" and _is_whole_power(graph, i):
            continue
        yield f"{_short(graph, i)} needs {row.domain.words}"


def is_above_zero(x: Sum) -> bool:
    """Whether a sum is above 0 wherever it has a value, at sight."""
    if len(x.terms) == 2 and x.terms[0][1] == -x.terms[1][1] and not x.terms[0][0]:
        powers, _ = x.terms[1]
        if x.terms[0][1] > 0 and len(powers) == 1 and powers[0][1] == 1:
            base = powers[0][0]
            return isinstance(base, Atom) and base.kind == "sigmoid"
    signs = [_sign(powers, c) for powers, c in x.terms]
    return bool(signs) and None not in signs and True in signs


def _sign(powers: Iterable[tuple[Base, Exponent]], c: Fraction) -> bool | None:
    """True for a term above 0, False for one of at least 0, None for one of any sign."""
    above = True
    if c < 0:
        return None
    for base, exponent in powers:
        if isinstance(base, Atom) and base.kind in _ABOVE_ZERO:
            continue
        if isinstance(base, Sum) and is_above_zero(base):
            continue
        even = isinstance(exponent, Fraction) and (exponent.numerator % 2 == 0 or exponent.denominator % 2 == 0)
        if not even and not (isinstance(base, Atom) and base.kind in ("abs", "hypot", "relu")):
            return None
        above = False
    return above


def _is_whole_power(graph: Graph, i: int) -> bool:
    exponent = graph.arguments[i][1]
    if not graph.constant[exponent]:
        return False
    value = constant_value(graph, exponent)
    return value.is_integer() and value >= 0


def _bends(graph: Graph, of: int) -> Iterator[str]:
    for i in graph.upstream(of):
        row = graph.primitives[i]
        if row is None or graph.constant[i] or row.boundaries is None or row.convention is None:
            continue
        yield f"{_short(graph, i)} has no derivative where it bends or jumps; backprop takes {row.convention} there"


def _short(graph: Graph, i: int) -> str:
    text = expression(graph, i)
    return text if len(text) <= LONGEST else graph.names[i]
