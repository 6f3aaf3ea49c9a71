"""Rules learnt by heart, half remembered: of powers, roots, reciprocals, exponentials and logarithms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.mistakes.faults import FAR_FETCHED, LIKELY, BrokenRule, Kind, Numbers, Sentence, slope
from gradx.numbers import Scalar

if TYPE_CHECKING:
    from gradx.lessons.mistakes.wording import Wording

Of = Callable[[Numbers], Scalar]


def broken_powers(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rule of node i, if it is one of these."""
    name, moving = dependence.name(i), dependence.moving_slots(i)
    row, inputs = dependence.node(i).primitive, dependence.node(i).inputs
    if name == "^" and moving == [0]:
        yield from _power(i, inputs[0], value(inputs[1]), only_sign=dependence.is_minus_one(inputs[1]))
        yield from _constant_exponent(dependence, i)
    elif row is not None and row.root is not None:
        root = float(row.root)
        yield from _power(
            i, inputs[0], lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.m.number(root)), is_root=True
        )  # fmt: skip
    elif name == "/" and moving == [1]:
        yield from _power(i, inputs[1], lambda sweep: sweep.m.number(-1.0), value(inputs[0]), only_sign=True)
    elif name == "^":
        yield from _exponential(i, inputs[1], value(inputs[0]))
        if moving == [1] and dependence.node(inputs[0]).label != "e":
            base, exponent = inputs
            yield from _other_base(i, exponent, value(i), "the factor for the base is forgotten")
            said = "the factor is the logarithm of the base, not the base"
            yield from _other_base(i, exponent, lambda sweep: sweep.value(i) * sweep.value(base), said)
    elif name == "exp":
        yield from _exponential(i, inputs[0], lambda sweep: sweep.m.exp(sweep.m.number(1.0)))
    elif row is not None and row.log_base is not None:
        said = f"the factor for base {row.log_base} is forgotten"
        one_over = lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.value(inputs[0]))  # noqa: E731
        yield from _other_base(i, inputs[0], one_over, said)


def value(j: int) -> Of:
    """The value of node j."""
    return lambda sweep: sweep.value(j)


def _power(
    i: int, g: int, n: Of, factor: Of | None = None, *, only_sign: bool = False, is_root: bool = False
) -> Iterator[BrokenRule]:
    """Half a rule for the power c·g^n (`factor` c, None: 1). `only_sign`: n is -1, and forgetting it as a factor is
    just a wrong sign. `is_root`: it is written as a root, and `1/2*sqrt(x)` lacks parentheses rather than a -1."""

    def raised(sweep: Numbers, by: int) -> Scalar:
        found = sweep.m.power(sweep.value(g), n(sweep) + float(by))
        return found if factor is None else found * factor(sweep)

    if factor is None:
        yield from with_and_without(
            i, g, "power-not-reduced", lambda sweep: n(sweep) * raised(sweep, 0),
            slope("the exponent is not reduced", i), doubt=LIKELY if is_root else 0,
        )  # fmt: skip
    yield from with_and_without(
        i, g, "power-not-reduced", lambda sweep: n(sweep) * raised(sweep, 1),
        slope("the exponent goes down by one, not up", i), doubt=LIKELY,
    )  # fmt: skip
    yield from with_and_without(
        i, g, "missing-power-factor", lambda sweep: raised(sweep, -1),
        slope("the exponent does not come down as a factor", i),
        doubt=FAR_FETCHED if only_sign else 0,
    )  # fmt: skip


def _constant_exponent(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """x^n differentiated as if n moved."""
    base, exponent = dependence.node(i).inputs
    if dependence.node(exponent).literal is not None:
        return

    def moving(sweep: Numbers) -> Scalar:
        return sweep.value(i) * sweep.m.log(sweep.value(base))

    for family, tangent in (
        ("exponent moves", lambda sweep, before: moving(sweep)),
        ("exponent moves too", lambda sweep, before: sweep.tangent(i, before) + moving(sweep)),
    ):
        yield BrokenRule("constant-kept", i, exponent, family, tangent, is_constant(exponent), LIKELY)


def is_constant(j: int) -> Sentence:
    """That node j is one."""
    return lambda words: f"a constant is kept: {words.text(j)} does not change with {words.wrt}, its derivative is 0"


def _exponential(i: int, exponent: int, base: Of) -> Iterator[BrokenRule]:
    """b^g as if g were a number: g·b^(g-1), or g·b^g."""

    def outer(sweep: Numbers) -> Scalar:
        g = sweep.value(exponent)
        return g * sweep.m.power(base(sweep), g - 1.0)

    def sentence(told: str) -> Sentence:
        return lambda words: f"an exponential is not a power: {words.wrt} is in the exponent, {told}{words.slope_of(i)}"

    yield from with_and_without(i, exponent, "exponential-as-power", outer, sentence("so "), alone=LIKELY)
    yield from with_and_without(
        i, exponent, "exponential-as-power", lambda sweep: sweep.value(exponent) * sweep.value(i),
        sentence("and does not come down as a factor: "), alone=LIKELY, doubt=LIKELY,
    )  # fmt: skip


def _other_base(i: int, argument: int, outer: Of, said: str) -> Iterator[BrokenRule]:
    """The natural logarithm's rule, or the exponential function's, for another base."""
    yield from with_and_without(i, argument, "missing-log-base", outer, slope(said, i))


def with_and_without(
    i: int, inner: int, kind: Kind, outer: Of, sentence: Sentence, *, doubt: int = 0, alone: int = FAR_FETCHED
) -> Iterator[BrokenRule]:
    """The wrong outer derivative times the inner one; and without it, with the doubt `alone`."""
    family = f"{kind} {doubt}"
    yield BrokenRule(kind, i, i, family, lambda sweep, before: outer(sweep) * before[inner], sentence, doubt)
    both = sentence if kind == "exponential-as-power" else _without_inner(sentence)
    yield BrokenRule(kind, i, i, f"{family} alone", lambda sweep, before: outer(sweep), both, max(doubt, alone))


def _without_inner(sentence: Sentence) -> Sentence:
    """The same where the inner derivative is left out too."""

    def both(words: Wording) -> str:
        said, _, slope = sentence(words).partition(": ")
        return f"{said}, and the inner derivative is missing: {slope}"

    return both
