"""What no slip leads to: a formula that holds a function from nowhere, or a name that drops out of it again.

Such a formula may fit a broken rule by chance: where x^2 is the outer function kept, so is `sqrt(x^3*x)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from gradx.graph import Graph
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

if TYPE_CHECKING:
    from flint import arb

FEWEST_POINTS: Final = 3

_OPERATIONS: Final = frozenset(("+", "-", "*", "/", "%", "^", "neg", "identity"))
_FAMILIES: Final = tuple(
    (frozenset(own.split()), frozenset(others.split()))
    for own, others in (
        ("sin cos tan sec csc cot sinc sinh cosh tanh sech csch coth", "asin acos atan asinh acosh atanh exp sigmoid"),
        ("asin acos atan asec acsc acot atan2 asinh acosh atanh asech acsch acoth", "sqrt hypot sin cos tan log"),
        ("exp expm1 exp2 exp10 log log2 log10 log1p logb xlogy logaddexp ^", "sigmoid tanh softplus sinh cosh"),
        ("sigmoid tanh softplus silu gelu mish softsign logsigmoid elu selu relu leaky_relu", "exp log erf cosh sinh"),
        ("abs sign max min relu leaky_relu relu6 hardtanh clip floor ceil elu selu where", "sqrt"),
        ("sqrt cbrt root hypot abs ^", "sign"),
        ("erf erfc gelu normcdf", "exp sqrt"),
        ("gamma lgamma digamma", "log exp"),
    )
)
"""Functions that are taken for one another, and others that stand in their derivatives; `^`: a power that is no whole
one."""


def holds_a_stranger(program: Graph, formula: Graph) -> bool:
    """Whether a function stands in the formula that has nothing to do with those of the program."""
    known = set(_functions(program, range(len(program.primitives))))
    related = known.union(*(own | others for own, others in _FAMILIES if own & known))
    return any(name not in related for name in _functions(formula, formula.operations) if name != "^")


def is_plain_sum(formula: Graph) -> bool:
    """Whether terms stand in it, and no function: there a name drops out because it is taken from itself, and not
    because a slip leads to `2*x/x` or to `sin(x)^2 + cos(x)^2`."""
    rows = {row.name for row in formula.primitives if row is not None}
    return rows <= _OPERATIONS and not rows.isdisjoint(("+", "-"))


def _functions(graph: Graph, nodes: Iterable[int]) -> Iterable[str]:
    for i in nodes:
        row = graph.primitives[i]
        if row is None:
            continue
        if row.name == "^":
            exponent = graph.nodes[graph.arguments[i][1]].literal
            if exponent is None or exponent != int(exponent):
                yield "^"
        elif row.name not in _OPERATIONS:
            yield "where" if row.relation else row.name


def loses_a_name(formula: Graph, points: Iterable[Mapping[int, arb]]) -> bool:
    """Whether a name stands in the formula and what it says does not change with it at any of the points."""
    if any(row is not None and (row.piecewise or row.relation) for row in formula.primitives):
        return False
    if any(node.literal == 0 for node in formula.nodes):
        return False
    left, tried = set(formula.inputs), 0
    for point in points:
        tried += 1
        adjoints = backprop(formula, M, forward(formula, M, point)).adjoints
        left = {i for i in left if adjoints[i].contains(0) or not adjoints[i].is_finite()}
        if not left:
            return False
    return tried >= FEWEST_POINTS and bool(left)
