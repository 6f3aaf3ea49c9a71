"""Whether a formula is the derivative, by backprop's rules and the formula in balls at many points; and where it holds,
in words: the domain of the program and of the formula, and where the program bends.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from flint import arb

from gradx.derive.expression import UNWRITABLE, Atom, Base, Exponent, Sum, content
from gradx.derive.forms import Forms
from gradx.derive.formulas import Formula
from gradx.graph import Graph, below
from gradx.language.constants import constant_value
from gradx.language.printer import expression
from gradx.numbers.balls import TYPED_BALLS, precision
from gradx.numbers.decimals import significant
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.table import TABLE

POINTS: Final = 20
"""So many points with a derivative a formula must agree at."""

FEWEST: Final = 3
"""Of a function that has a derivative at few of the points tried."""

MOST_WORK: Final = 100_000
"""So many nodes are evaluated at all points together; of a larger program at fewer points."""

_MOST_TRIED: Final = 240
_FEWEST_PER_HOLE: Final = 8
"""A point where only the form has no value is a hole in the form, or an accident of rounding: one in so many."""

BITS: Final = 160
_DIGITS: Final = 20
_SEED: Final = 20_251
_RANGES: Final = ((0.1, 0.9), (-4.0, 4.0), (0.1, 6.0), (-0.9, 0.9), (-30.0, 30.0), (1.0, 2000.0))

Slopes = Mapping[int, arb]
OnTheCurve = Callable[[dict[int, arb]], dict[int, arb] | None]
"""Moves a point to where the derivative is asked for; None where there is no such place."""


class Known(NamedTuple):
    """A point: the values of all nodes there, and derivatives along some of them."""

    values: Sequence[arb]
    slopes: Slopes


def known_points(
    graph: Graph, wrt: Sequence[int], near: Mapping[int, float] | None = None, place: OnTheCurve | None = None
) -> list[Known]:
    """Points at which the output of `graph` has derivatives along all of `wrt`, found by backprop in balls.

    `near` is a point of the domain, if one is known. `place` moves a point to where the derivative is asked for.
    """
    found: list[Known] = []
    needed = max(FEWEST, min(POINTS, MOST_WORK // max(1, len(graph.primitives))))
    with precision(BITS):
        for numbers in _candidates(graph.inputs, near, found):
            point: dict[int, arb] | None = {i: arb(x) for i, x in numbers.items()}
            if place is not None and point is not None:
                point = place(point)
            if point is None:
                continue
            known = known_at(graph, wrt, point)
            # Where the curve is a line y = 0, a slope of 0 is known to no digit.
            if known is not None and (place is None or all(map(_is_known, known.slopes.values()))):
                found.append(known)
            if len(found) == needed:
                break
    return found


def known_at(graph: Graph, wrt: Sequence[int], point: Mapping[int, arb]) -> Known | None:
    """What is known at one point, in balls of the length that is set; None where there is no derivative."""
    run = forward(graph, TYPED_BALLS, point)
    if graph.output in run.faults:
        return None
    adjoints = backprop(graph, TYPED_BALLS, run).adjoints
    slopes = {j: arb(0) if j in run.dropped else adjoints[j] for j in wrt}
    return Known(run.values, slopes) if all(x.is_finite() for x in slopes.values()) else None


def _is_known(x: arb) -> bool:
    return bool(x.is_zero()) or (bool(x.is_finite()) and significant(x) >= _DIGITS)


def _candidates(
    inputs: Sequence[int], near: Mapping[int, float] | None, found: Sequence[Known]
) -> Iterator[dict[int, float]]:
    """Numbers of several sizes, none of them round: no two meet, and no boundary is met. A third of them lies near a
    point of the domain, as soon as one is `found`."""
    draw = random.Random(_SEED)
    if not inputs:
        yield {}
        return
    for k in range(_MOST_TRIED):
        if near is None and found:
            near = {i: float(found[0].values[i]) for i in inputs}
        if near is not None and k % 3 == 2:
            yield {i: near[i] + 2.0 ** -(k % 9) * draw.uniform(-1, 1) for i in inputs}
        elif k % 2 and len(inputs) > 1:
            yield {i: draw.uniform(*draw.choice(_RANGES)) for i in inputs}
        else:
            low, high = _RANGES[k % len(_RANGES)]
            yield {i: draw.uniform(low, high) for i in inputs}


def agrees(formula: Formula, names: Mapping[str, int], points: Sequence[Known], j: int) -> int:
    """At how many of `points` a formula is the slope along node j; 0 where it is not at one, has no value at several,
    or agrees at too few."""
    graph = formula.graph
    agreeing = holes = 0
    with precision(BITS):
        for known in points:
            point = {i: known.values[names[graph.names[i]]] for i in graph.inputs}
            run = forward(graph, TYPED_BALLS, point)
            value, true = run.values[graph.output], known.slopes[j]
            if graph.output in run.faults or not value.is_finite():
                holes += 1
            elif not value.overlaps(true):
                return 0
            else:
                agreeing += _is_known(value) or _is_known(true) or graph.nodes[graph.output].literal == 0
    is_enough = agreeing >= FEWEST or (agreeing == len(points) == 1 and not names)
    return agreeing if is_enough and holes * _FEWEST_PER_HOLE <= agreeing else 0


def on_the_curve(graph: Graph, y: int) -> OnTheCurve:
    """Moves a point along input y to where the output is 0, proved by Newton's method on balls."""

    def place(point: dict[int, arb]) -> dict[int, arb] | None:
        middle = point[y].mid()
        for _ in range(60):
            known = known_at(graph, [y], {**point, y: middle})
            if known is None or known.slopes[y].contains(0):
                return None
            step = (known.values[graph.output] / known.slopes[y]).mid()
            middle = (middle - step).mid()
            if abs(step) < 1e-40 * (1 + abs(middle)):
                break
        around = arb(middle, 1e-36 * (1 + float(abs(middle))))
        wide, known = (known_at(graph, [y], {**point, y: ball}) for ball in (around, middle))
        if wide is None or known is None or wide.slopes[y].contains(0):
            return None
        root = middle - known.values[graph.output] / wide.slopes[y]
        return {**point, y: root} if around.contains(root) else None

    return place


MOST_SENTENCES = 8
_IN_A_BRANCH = ", where its branch is taken"
LONGEST = 40
MOST_NODES = 300
"""Of a larger program it is not looked at what is above 0 everywhere."""

_ABOVE_ZERO = frozenset(("exp", "number", "constant", "cosh", "sigmoid", "softplus"))
_NEEDS_SIGN = frozenset(("/", "%", "log", "log2", "log10", "log1p", "sqrt", "^"))

_OTHER_THAN_ZERO, _AT_LEAST_ZERO = "a base other than zero", "a base of at least 0"
_MAY_BE_ZERO = ("an argument of at least 0", _AT_LEAST_ZERO, "an argument above -1")
_SAME = {_AT_LEAST_ZERO: "an argument of at least 0", "a base above 0": "an argument above 0"}
"""What is needed in the same way of a root's or a logarithm's argument."""


def conditions(graph: Graph, of: int, formulas: Iterable[Graph]) -> list[str]:
    """What must hold, each once: `log(x) needs an argument above 0`. `formulas` stand behind the program's nodes."""
    found: dict[str, str] = {}
    for need, sentence in _needs(graph, graph.upstream(of)):
        if found.get(need, _IN_A_BRANCH).endswith(_IN_A_BRANCH) or not sentence.endswith(_IN_A_BRANCH):
            found[need] = sentence
    found.update((sentence, sentence) for sentence in _bends(graph, of))
    size = len(graph.primitives)
    bent = {_bases(x) for x in _arguments(graph, (i for i in graph.upstream(of) if _convention(graph, i)))}
    for formula in formulas:
        own = [i for i in formula.upstream(formula.output) if i >= size]
        signs = [i for i in own if formula.primitives[i] is TABLE["sign"]]
        for i, x in zip(signs, _arguments(formula, signs), strict=True):
            if _bases(x) not in bent:
                found.setdefault(f"/: {_bases(x)}", f"{_short(formula, i)} needs an argument other than zero")
        for need, sentence in _needs(formula, own):
            found.setdefault(need, sentence)
    return list(dict.fromkeys(found.values()))[:MOST_SENTENCES]


def _needs(graph: Graph, nodes: Iterable[int]) -> Iterator[tuple[str, str]]:
    """What is needed, the same in whatever way it is written, and the sentence."""
    forms, always = None, _always(graph)
    for i in nodes:
        row = graph.primitives[i]
        if row is None or row.domain is None or graph.constant[i]:
            continue
        second = _constant_argument(graph, i) if row.name in ("^", "/", "%") else None
        exponent = second if row.name == "^" else None
        if (second and row.name != "^") or (exponent is not None and exponent.is_integer() and exponent >= 0):
            continue
        words = row.domain.words if exponent is None else _of_base(exponent)
        need = sentence = _sentence(graph, i, words)
        if row.name in _NEEDS_SIGN and len(graph.primitives) <= MOST_NODES:
            forms = forms or Forms(graph, by_name=False)
            argument = forms.written[graph.arguments[i][1 if row.name in ("/", "%") else 0]]
            if is_above_zero(argument) or (words in _MAY_BE_ZERO and None not in _signs(argument)):
                continue
            if argument is not UNWRITABLE:
                is_divisor = words in ("a divisor other than zero", _OTHER_THAN_ZERO)
                need = f"/: {_bases(argument)}" if is_divisor else f"{_SAME.get(words, words)}: {argument.key}"
        yield need, sentence if i in always else f"{sentence}{_IN_A_BRANCH}"


def _always(graph: Graph) -> frozenset[int]:
    """What the output needs whichever branches are taken."""
    primitives, arguments = graph.primitives, graph.arguments

    def needed(i: int) -> Sequence[int]:
        row = primitives[i]
        return arguments[i][: row.conditions] if row and row.relation else arguments[i]

    return frozenset(below((graph.output,), needed))


def _sentence(graph: Graph, i: int, words: str) -> str:
    short = _short(graph, i)
    if graph.primitives[i] is TABLE["/"] and short != expression(graph, i) and i not in graph.named:
        return f"{_short(graph, graph.arguments[i][1])} must be other than zero"
    return f"{short} needs {words}"


def _bases(x: Sum) -> str:
    """What a divisor is a product of powers of: it is 0 where one of them is."""
    if len(x.terms) > 1:
        return content(x)[1].key
    return " ".join(base.key for powers, _ in x.terms for base, _ in powers)


def is_above_zero(x: Sum) -> bool:
    """Whether a sum is above 0 wherever it has a value, at sight."""
    if len(x.terms) == 2 and x.terms[0][1] == -x.terms[1][1] and not x.terms[0][0]:
        powers, _ = x.terms[1]
        if x.terms[0][1] > 0 and len(powers) == 1 and powers[0][1] == 1:
            base = powers[0][0]
            return isinstance(base, Atom) and base.kind == "sigmoid"
    signs = _signs(x)
    return None not in signs and True in signs


def _signs(x: Sum) -> list[bool | None]:
    """Of each term; of what cannot be written no sign is known."""
    return [_sign(powers, c) for powers, c in x.terms] or [None]


def _sign(powers: Iterable[tuple[Base, Exponent]], c: Fraction) -> bool | None:
    """True for a term above 0, False for one of at least 0, None for one of any sign."""
    above = True
    if c < 0:
        return None
    for base, exponent in powers:
        is_log = isinstance(base, Atom) and base.kind == "log" and (base.of[0].value or 0) > 1
        if is_log or (isinstance(base, Atom) and base.kind in _ABOVE_ZERO):
            continue
        if isinstance(base, Sum) and is_above_zero(base):
            continue
        even = isinstance(exponent, Fraction) and (exponent.numerator % 2 == 0 or exponent.denominator % 2 == 0)
        if not even and not (isinstance(base, Atom) and base.kind in ("abs", "hypot", "relu")):
            return None
        above = False
    return above


def _constant_argument(graph: Graph, i: int) -> float | None:
    """The second argument, if it is a number."""
    second = graph.arguments[i][1]
    return constant_value(graph, second) if graph.constant[second] else None


def _of_base(exponent: float) -> str:
    """What a power with a constant exponent needs."""
    if exponent.is_integer():
        return _OTHER_THAN_ZERO
    return _AT_LEAST_ZERO if exponent > 0 else "a base above 0"


def _bends(graph: Graph, of: int) -> Iterator[str]:
    for i in graph.upstream(of):
        if convention := _convention(graph, i):
            yield f"{_short(graph, i)} has no derivative where it bends or jumps; backprop takes {convention} there"


def _convention(graph: Graph, i: int) -> str | None:
    """What backprop takes where operation i bends or jumps; None where it does neither."""
    row = graph.primitives[i]
    return None if row is None or graph.constant[i] or row.boundaries is None else row.convention


def _arguments(graph: Graph, nodes: Iterable[int]) -> list[Sum]:
    """The first argument of each, as a sum."""
    nodes = list(nodes)
    forms = Forms(graph, by_name=False) if nodes and len(graph.primitives) <= MOST_NODES else None
    return [forms.written[graph.arguments[i][0]] for i in nodes] if forms else []


def _short(graph: Graph, i: int) -> str:
    """A node as it is written; a long one by the name that it was given, or without its middle."""
    text = expression(graph, i)
    if len(text) <= LONGEST:
        return text
    return graph.names[i] if i in graph.named else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
