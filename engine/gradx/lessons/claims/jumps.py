"""Whether a claim jumps where its program is smooth: what SymPy does not see, since it proves beside the boundaries.

A jump of the claim is one of the program's own where the program is on a boundary wherever the claim is: the quantities
of both are recorded together, taken apart into factors, and compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.sweeps.forward import distances, forward
from gradx.sweeps.recording import Quantity, Recorder

_ZERO_WITH = {"neg": 1, "absolute": 1, "*": 2, "divide": 1, "power": 1, "sqrt": 1, "cbrt": 1}
"""Operations that are 0 where one of so many first operands is, and nowhere else."""


def jumps_alone(graph: Graph, claim: Claim) -> bool:
    """Whether a claim may jump where the program is smooth, if only at one point, as `where(x == 2, 1, 0)` does."""
    formula = claim.formula
    jumping = [i for i, row in enumerate(formula.primitives) if row and row.name != "^" and (row.jumps or row.relation)]
    if not jumping:
        return False
    if _compared(formula) and not _compared(graph):
        return True
    recorder = Recorder()
    m = recorder.arithmetic
    values = forward(graph, m, {i: recorder.input() for i in graph.inputs}).values
    own = forward(formula, m, {i: values[j] for i, j in claim.operands.items()}).values
    bends = (q for i in graph.upstream(claim.of) for q in distances(graph, m, values, i) if not recorder.is_step(q))
    known = set().union(*(_factors(recorder, q) for q in bends))
    return any(not known.issuperset(_factors(recorder, q)) for i in jumping for q in distances(formula, m, own, i))


def _compared(graph: Graph) -> bool:
    """Whether a single number makes a case of its own."""
    return any(row.relation in ("==", "!=") for row in graph.rows)


def _factors(recorder: Recorder, quantity: Quantity) -> Iterator[frozenset[tuple[int, Fraction]]]:
    """What is 0 where a boundary quantity is."""
    waiting = [quantity]
    while waiting:
        q = waiting.pop()
        name, operands = recorder.maker(q.register)
        if name in _ZERO_WITH:
            waiting += operands[: _ZERO_WITH[name]]
        elif name.startswith("where"):
            waiting += [x for x in operands if x.known is None]
        elif name == "maximum" and operands[0].known == 0:
            waiting.append(operands[1])
        elif q.known is None:
            yield _combination(recorder, q)


def _combination(recorder: Recorder, quantity: Quantity) -> frozenset[tuple[int, Fraction]]:
    """What a sum is made of, by register, and how often each, up to a factor of all: 2*x - 4 and 2 - x are alike."""
    one = recorder.number(1.0)
    found: dict[int, Fraction] = {}
    waiting = {quantity.register: (quantity, Fraction(1))}
    while waiting:
        q, times = waiting.pop(max(waiting))
        parts = _parts(recorder, q)
        for x, n in parts:
            waiting[x.register] = (x, times * n + waiting.get(x.register, (x, 0))[1])
        if not parts and q.known != 0:
            place, share = (one, _ratio(q)) if q.known is not None else (q, 1)
            found[place.register] = found.get(place.register, 0) + times * (share or 1)
    first = next((n for _, n in sorted(found.items()) if n), Fraction(1))
    return frozenset((register, n / first) for register, n in found.items() if n)


def _parts(recorder: Recorder, q: Quantity) -> list[tuple[Quantity, Fraction]]:
    """Of what a quantity is a sum, and how often each; [] where it is none."""
    name, operands = recorder.maker(q.register)
    if name == "neg":
        return [(operands[0], Fraction(-1))]
    if name in ("+", "-"):
        return [(operands[0], Fraction(1)), (operands[1], Fraction(1 if name == "+" else -1))]
    if name == "divide" and (share := _ratio(operands[1])):
        return [(operands[0], 1 / share)]
    for x, y in (operands, operands[::-1]) if name == "*" else ():
        if share := _ratio(x):
            return [(y, share)]
        if recorder.maker(x.register)[0] == "neg":
            return [(recorder.named("*", *recorder.operands(x.register), y), Fraction(-1))]
    return []


def _ratio(quantity: Quantity) -> Fraction | None:
    """The number that is known, as it is typed; None where there is none, or 0."""
    x = quantity.known
    return Fraction(repr(x)) if x and math.isfinite(x) else None
