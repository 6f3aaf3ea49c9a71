"""What rounding may have done to a reading in mpmath: the errors of its values, and who stands on a boundary for sure.

Binary exponents of errors are followed forward, to first order. A number that was not rounded has none, so that a
boundary is met exactly there, and only near where something was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradx.graph import Graph, Node
from gradx.numbers.beside_one import SEEING, SEEING_BY_ONE, BesideOne, extent
from gradx.numbers.multiprecision import MAX_EXPONENT, is_huge, is_ratio
from gradx.primitive import Primitive
from gradx.row_shape import functions_of
from gradx.sweeps.backprop import Backprop
from gradx.sweeps.forward import Forward

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.multiprecision import Multiprecision
    from gradx.witnesses.identities import Identities

NOTHING = -1096
"""The binary exponent of 1e-330: a number below it is 0 for float64 and for everybody who uses it."""

SPARE = 64
"""An argument up to this binary exponent is within what every level has to spare."""

ROUNDINGS = 24
"""An error is taken to be larger than it is estimated by this many bits."""

MODERATE = (-60, 3)
"""The binary exponents of arguments at which no function rounds to a short number by itself, at 100 digits and more."""

NOWHERE = -MAX_EXPONENT
EVERYWHERE = MAX_EXPONENT
"""The binary magnitudes of zero and of a number that is too large to have one."""


class Rounding(NamedTuple):
    """`errors` are the binary exponents of the errors in the nodes' values, `NOWHERE` for none; `hits` the nodes on a
    boundary, or nearer to one than their arguments' errors: True where they are on it for certain."""

    errors: list[int]
    hits: dict[int, bool]

    def is_lost(self, values: Sequence[mpf]) -> bool:
        """Whether some value is nothing but rounding, or may be on a boundary or beside it."""
        return not all(self.hits.values()) or any(
            value == value and error > NOWHERE and error >= magnitude(value)
            for value, error in zip(values, self.errors, strict=True)
        )


def magnitude(x: mpf) -> int:
    """The e of 2^(e-1) <= |x| < 2^e; `NOWHERE` for zero and not-a-number, `EVERYWHERE` for a huge number."""
    _, man, exp, bits = x._mpf_
    return exp + bits if man else EVERYWHERE if exp and is_huge(x) else NOWHERE


def distances(graph: Graph, m: Multiprecision, run: Forward[mpf]) -> dict[int, tuple[mpf, ...]]:
    """How far each node that has boundaries is from them (signed)."""
    return {
        i: node.primitive.boundaries(m, *(run.values[j] for j in node.inputs))
        for i, node in enumerate(graph.nodes)
        if node.primitive is not None and node.primitive.boundaries is not None
        if not node.constant and run.faults.get(i, i) == i
    }


def roundings(
    graph: Graph,
    m: Multiprecision,
    values: Sequence[mpf],
    back: Backprop[mpf],
    gaps: Mapping[int, tuple[mpf, ...]],
    exact: Identities | None,
) -> Rounding:
    """Follow the errors through a reading with `values`, backprop `back` and `distances` of the nodes; `exact` is what
    is known exactly, None where nobody asked yet."""
    bits = int(m.context.prec)
    errors: list[int] = []
    hits: dict[int, bool] = {}
    for i, node in enumerate(graph.nodes):
        row = node.primitive
        if row is None:
            errors.append(NOWHERE)
            continue
        felt = _felt(row, node.inputs, values, errors, bits)
        if i in gaps and not (exact is not None and exact.values.get(i, 0) is None):
            zero = (exact is not None and exact.zero.get(i)) or (None,) * len(gaps[i])
            on = _on_boundary(m, node, values, felt, gaps[i], zero)
            # Its value known, and off its boundaries for certain: however near, on the right side.
            aside = exact is not None and exact.values.get(i) is not None and set(zero) == {False}
            if not aside and any(hit is not None for hit in on):
                hits[i] = False not in on
        if is_huge(values[i]):
            errors.append(EVERYWHERE - bits)  # Its sign is known.
            continue
        xs = [values[j] for j in node.inputs]
        ratio = exact.values.get(i) if exact is not None else None
        inherited = NOWHERE
        if ratio is not None:
            rounded = not is_ratio(values[i], ratio)
        else:
            rounded = not (row.exact or _unrounded(row, values[i], xs, bits))
            partials = _partials(row, m, values[i], xs, back.partials[i])
            inherited = _inherited(node, values[i], xs, partials, felt, bends=not hits.get(i, True))
        errors.append(max(inherited, magnitude(extent(values[i])) - bits, NOWHERE + 1) if rounded else inherited)
    return Rounding(errors, hits)


def _felt(
    row: Primitive, inputs: Sequence[int], values: Sequence[mpf], errors: Sequence[int], bits: int
) -> dict[int, int]:
    """The errors of a row's arguments: what a number lacks to 1 too, where the row takes it for the mpf that it is."""
    near = [j for j in inputs if isinstance(values[j], BesideOne)]
    if not near or _sees(row, [values[j] for j in inputs]):
        return {j: errors[j] for j in inputs}
    return {j: max(errors[j], magnitude(values[j]) - bits) if j in near else errors[j] for j in inputs}


def _sees(row: Primitive, xs: Sequence[mpf]) -> bool:
    """Whether a row goes by what a number next to 1 lacks, whichever function it asks for."""
    asked = functions_of(row) - SEEING
    return not asked or (asked <= SEEING_BY_ONE and xs[-1] in (1, -1))


def _inherited(
    node: Node,
    value: mpf,
    xs: Sequence[mpf],
    partials: Sequence[mpf | None],
    errors: Mapping[int, int],
    *,
    bends: bool,
) -> int:
    """What the arguments' errors make of a node's value; `bends` where it may be on either side of a boundary."""
    inherited = NOWHERE
    for j, x, w in zip(node.inputs, xs, partials, strict=True):
        if w is not None and errors[j] > NOWHERE:
            # Without a local partial: as if the relative error were handed on.
            factor = magnitude(value) - magnitude(x) if w != w else magnitude(w)
            # The partial of this side may be 0 by convention.
            inherited = max(inherited, errors[j] + (max(factor, 0) if bends else factor))
    return inherited


def _partials(
    row: Primitive, m: Multiprecision, value: mpf, xs: Sequence[mpf], known: tuple[mpf | None, ...]
) -> Sequence[mpf | None]:
    """The local partials, of constants and where backprop does not come too; None for conditions and branches not
    taken."""
    if len(known) == len(xs) and None not in known:
        return known
    branches = row.branches(xs)
    wanted = (True,) * len(xs) if branches is None else (False, False, *branches)
    return row.local_partials(m, value, xs, wanted)


def _on_boundary(
    m: Multiprecision,
    node: Node,
    values: Sequence[mpf],
    errors: Mapping[int, int],
    gaps: Sequence[mpf],
    zero: Sequence[bool | None],
) -> list[bool | None]:
    """Whether a node is on each of its boundaries: True where it is, False where rounding may have put it there, else
    None. `gaps` are its distances, `zero` says of each whether it is 0 where that is known."""
    error = max(errors[j] for j in node.inputs)
    near = [gap == gap and (not gap or magnitude(gap) < error + ROUNDINGS) for gap in gaps]
    moved = _moved(m, node, values, errors) if error > NOWHERE and any(near) else gaps
    found: list[bool | None] = []
    for gap, close, known, there in zip(gaps, near, zero, moved, strict=True):
        if known or not close:
            found.append(known or None)
        elif error == NOWHERE:
            found.append(True)
        elif gap and magnitude(gap) >= magnitude(there - gap) + ROUNDINGS:
            found.append(None)
        elif known is False:
            found.append(None if gap and magnitude(gap) >= error else False)
        else:
            found.append(False if gap else not there)
    return found


def _moved(m: Multiprecision, node: Node, values: Sequence[mpf], errors: Mapping[int, int]) -> tuple[mpf, ...]:
    """A node's distances from its boundaries with the arguments off by their errors: some are what they are however
    these turn out (a base below 0, a whole exponent)."""
    assert node.primitive is not None
    assert node.primitive.boundaries is not None
    shifted = [
        values[j] if errors[j] == NOWHERE else values[j] + n * m.context.ldexp(3, errors[j])
        for n, j in enumerate(node.inputs, 1)
    ]
    return node.primitive.boundaries(m, *shifted)


def _unrounded(row: Primitive, value: mpf, xs: Sequence[mpf], bits: int) -> bool:
    """Whether a value was not rounded. Of a function that is no sum, product or quotient a short value says so
    (sqrt(4), log(1)), unless the argument is one at which functions saturate (tanh(1000))."""
    if any(isinstance(x, BesideOne) for x in xs):
        return False
    if row.name == "*":
        return bool(sum(x._mpf_[3] for x in xs) <= bits)
    if row.name == "/":
        return bool(value._mpf_[3] + xs[1]._mpf_[3] <= bits and value * xs[1] == xs[0])
    if row.linear and row.boundaries is None:
        present = [x for x in (*xs, value) if x]
        return not present or max(map(magnitude, present)) - min(x._mpf_[2] for x in present) < bits
    return bool(value._mpf_[3] <= SPARE) and all(not x or MODERATE[0] <= magnitude(x) <= MODERATE[1] for x in xs)
