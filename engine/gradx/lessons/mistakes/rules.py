"""What goes wrong with the rule of one node: everything that somebody may write in place of its tangent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import TYPE_CHECKING

from gradx.derive.formulas import has_minus
from gradx.lessons.claims.sweep import Dependence
from gradx.lessons.mistakes.chains import broken_compositions
from gradx.lessons.mistakes.faults import (
    FAR_FETCHED,
    LIKELY,
    BrokenRule,
    BrokenTangent,
    Kind,
    Numbers,
    Sentence,
    is_constant,
    slope,
)
from gradx.numbers import Scalar

if TYPE_CHECKING:
    from gradx.lessons.mistakes.faults import Wording


def broken_rules(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules of node i, broken."""
    yield from broken_powers(dependence, i)
    yield from _products(dependence, i)
    yield from broken_compositions(dependence, i)
    name = dependence.name(i)
    if name == "*" or dependence.is_sum(i):
        for slot in dependence.still_slots(i):
            yield from _constant_kept(dependence, i, slot)
    yield from _local_partials(dependence, i)


def _products(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """Products and quotients of two that move."""
    name, moving, inputs = dependence.name(i), dependence.moving_slots(i), dependence.node(i).inputs
    if name == "*" and len(moving) == 2:
        left, right = inputs
        far = FAR_FETCHED if "*" in map(dependence.name, inputs) else 0
        said = "the derivative of a product is not"
        yield BrokenRule(
            "product-of-derivatives", i, i, "product", lambda sweep, before: before[left] * before[right],
            slope(f"{said} the product of the derivatives", i), far,
        )  # fmt: skip
        yield BrokenRule(
            "product-as-sum", i, i, "product as sum", lambda sweep, before: before[left] + before[right],
            slope(f"{said} the sum of the derivatives", i), far,
        )  # fmt: skip
        yield BrokenRule(
            "product-mispaired", i, i, "product mispaired",
            lambda sweep, before: before[left] * sweep.value(left) + before[right] * sweep.value(right),
            slope(f"{said} each factor times its own derivative", i), far,
        )  # fmt: skip
    if name == "*" and len(moving) == 1:
        yield from _constant_differentiated(dependence, i, moving[0])
    if name == "/" and 1 in moving:
        above, below = inputs
        both = len(moving) == 2
        yield BrokenRule(
            "quotient-of-derivatives", i, i, "quotient",
            lambda sweep, before: sweep.m.divide(before[above] if both else sweep.value(above), before[below]),
            slope("the derivative of a quotient is not the quotient of the derivatives", i),
            0 if both else LIKELY,
        )  # fmt: skip
        yield BrokenRule(
            "denominator-not-squared", i, i, "denominator",
            lambda sweep, before: sweep.tangent(i, before) * sweep.value(below),
            slope("the denominator is not squared", i),
        )  # fmt: skip


def _constant_differentiated(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """x^2*y^3, differentiated by y, with 2*x in the place of x^2."""
    inputs = dependence.node(i).inputs
    still = inputs[1 - slot]
    chain = _chain_below(dependence, still)
    if chain:

        def differentiated(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
            return prod((sweep.local(j, k) for j, k in chain), start=before[inputs[slot]])

        yield BrokenRule(
            "product-of-derivatives", i, still, "constant differentiated", differentiated,
            lambda words: (
                f"{words.text(still)} does not change with {words.wrt}, and stays as it is: {words.slope_of(i)}"
            ),
            LIKELY,
        )  # fmt: skip


def _chain_below(dependence: Dependence, i: int) -> list[tuple[int, int]]:
    """The edges (node, slot) from node i down to the only input that it is made of; none where there are several."""
    graph, chain = dependence.graph, list[tuple[int, int]]()
    while graph.primitives[i] is not None:
        moving = [k for k, j in enumerate(graph.arguments[i]) if not graph.constant[j]]
        if len(moving) != 1:
            return []
        chain.append((i, moving[0]))
        i = graph.arguments[i][moving[0]]
    return chain


def _constant_kept(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """A constant that is still there afterwards, or whose derivative is taken to be 1."""
    inputs, product = dependence.node(i).inputs, dependence.name(i) == "*"
    j, other = inputs[slot], inputs[1 - slot]
    sign = -1.0 if dependence.name(i) == "-" and slot == 1 else 1.0

    def kept(sweep: Numbers, before: Sequence[Scalar], constant: Scalar) -> Scalar:
        factor = sweep.value(other) if product else sweep.m.number(1.0)
        return sweep.tangent(i, before) + constant * factor * sign

    as_it_is: BrokenTangent = lambda sweep, before: kept(sweep, before, sweep.value(j))  # noqa: E731
    as_one: BrokenTangent = lambda sweep, before: kept(sweep, before, sweep.m.number(1.0))  # noqa: E731
    is_one = other == dependence.wrt and dependence.node(j).literal == 1
    vanishes = is_one and dependence.name(i) == "-"  # 1 - p, which would have the derivative 0; x + 1 would have 2
    doubt = FAR_FETCHED if product or vanishes else LIKELY if is_one else 0
    yield BrokenRule("constant-kept", i, j, "constant", as_it_is, is_constant(j), doubt)
    moves = product and dependence.node(j).literal is None
    yield BrokenRule("constant-kept", i, j, "constant as 1", as_one, is_constant(j), LIKELY if moves else FAR_FETCHED)


def _local_partials(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """A local partial is left out, its sign is turned, or its path is forgotten: of one argument at a time, and of all.

    What is left out inside a function's argument is an inner derivative; a coefficient in front of everything is a
    constant factor.
    """
    name, moving = dependence.name(i), dependence.moving_slots(i)
    for slot in moving:
        yield from _one_broken(dependence, i, slot)
    turned_round = name == "/" and len(moving) == 2
    start = "the quotient rule is the wrong way round" if turned_round else "the sign is wrong"
    yield BrokenRule(
        "wrong-sign", i, i, f"sign of {name}", lambda sweep, before: -sweep.tangent(i, before),
        slope(start, i), 0 if turned_round else LIKELY,
    )  # fmt: skip
    if len(moving) > 1 and not dependence.is_sum(i) and name != "*":

        def locals_alone(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
            return sum((sweep.local(i, k) for k in moving), sweep.m.number(0.0))

        yield BrokenRule(
            "missing-inner-derivative", i, i, "inner-all", locals_alone,
            lambda words: f"the inner derivatives are missing: {words.text(i)} is a function of functions", FAR_FETCHED,
        )  # fmt: skip


def _one_broken(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """One argument's part of the tangent, local partial times inner derivative, replaced by another."""
    node, name, is_sum = dependence.node(i), dependence.name(i), dependence.is_sum(i)
    j, several = node.inputs[slot], len(dependence.moving_slots(i)) > 1
    becomes = partial(_with_part, i, slot, j)
    if dependence.is_function_of(i, slot) and j != dependence.wrt:
        yield BrokenRule(
            "missing-inner-derivative", i, j, "inner", becomes(lambda local, inner: local),
            slope("the inner derivative is missing", j),
        )  # fmt: skip
    if j == dependence.wrt and (is_sum or name == "*"):
        yield BrokenRule(
            "power-not-reduced", i, j, f"kept {slot}",
            lambda sweep, before: sweep.tangent(i, before) + sweep.local(i, slot) * (sweep.value(j) - before[j]),
            lambda words: f"{words.wrt} is kept: its derivative with respect to itself is 1", LIKELY,
        )  # fmt: skip
    yield from _local_left_out(dependence, i, j, becomes(lambda local, inner: inner))
    if not is_sum and not (dependence.has_coefficient(i) and i not in dependence.nested):
        yield BrokenRule(
            "factor-twice", i, i, f"twice {name} {slot}", becomes(lambda local, inner: local * local * inner),
            lambda words: f"a factor is there twice: how {words.text(i)} changes with {words.text(j)}",
            FAR_FETCHED if dependence.between == (i,) and not several else 0,
        )  # fmt: skip
    assert node.primitive is not None
    yield BrokenRule(
        "wrong-sign", i, j if several and is_sum else i, f"sign of {name} {slot}",
        becomes(lambda local, inner: -local * inner),
        slope("a sign is wrong", i), 0 if has_minus(node.primitive, slot) else LIKELY,
    )  # fmt: skip
    yield BrokenRule(
        "missing-term", i, j, f"term of {name} {slot}", becomes(lambda local, inner: local * 0.0),
        lambda words: (
            f"a term is missing: in {words.text(i)}, {words.text(j)} changes too, which adds {words.term(i, slot)}"
        ),
        0 if several else LIKELY if i != dependence.graph.output else FAR_FETCHED,
    )  # fmt: skip


def _with_part(i: int, slot: int, j: int, part: Callable[[Scalar, Scalar], Scalar]) -> BrokenTangent:
    """The tangent of node i with another part for its argument j."""

    def tangent(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        local, inner = sweep.local(i, slot), before[j]
        return sweep.tangent(i, before) - local * inner + part(local, inner)

    return tangent


def _local_left_out(dependence: Dependence, i: int, j: int, tangent: BrokenTangent) -> Iterator[BrokenRule]:
    """A factor of the chain rule taken as 1."""
    nested, named = i in dependence.nested, dependence.graph.named

    def lost(words: Wording) -> str:
        (still,) = (k for k in dependence.node(i).inputs if k != j)
        sort = "factor" if dependence.name(i) == "*" else "divisor"
        return f"a constant {sort}" if dependence.graph.constant[still] else f"the {sort} {words.text(still)}"

    if dependence.has_coefficient(i):
        if nested:
            yield BrokenRule(
                "missing-inner-derivative", i, i, "coefficient", tangent,
                slope("a factor of the inner derivative is missing", i),
                LIKELY if j == dependence.wrt else FAR_FETCHED,
            )  # fmt: skip
        yield BrokenRule(
            "constant-factor", i, i, "constant factor", tangent,
            lambda words: f"{lost(words)} is lost: {words.slope_of(i)}",
        )  # fmt: skip
    elif not dependence.is_sum(i):
        kind: Kind = "missing-inner-derivative"
        doubt = FAR_FETCHED * (not nested or dependence.name(i) == "*")
        if i == dependence.graph.output and len(dependence.moving_slots(i)) == 1:
            kind = "missing-outer-derivative"
            doubt = FAR_FETCHED if j == dependence.wrt else 0  # where nothing else is, it is all that there is
        elif (i in named and i != dependence.graph.output) or j in named:
            kind, doubt = "missing-factor", 0
        yield BrokenRule(
            kind, i, i, "local", tangent,
            lambda words: f"a factor of the chain rule is missing: how {words.text(i)} changes with {words.text(j)}",
            doubt,
        )  # fmt: skip


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
