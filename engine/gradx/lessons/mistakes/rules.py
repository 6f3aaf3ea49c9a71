"""What goes wrong with the rule of one node: everything that somebody may write in place of its tangent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    Spot,
    is_constant,
    slope,
)
from gradx.numbers import Scalar

if TYPE_CHECKING:
    from gradx.lessons.mistakes.faults import Wording

Of = Callable[[Numbers], Scalar]


def broken_rules(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules of node i, broken."""
    at = Spot(dependence, i)
    yield from _powers(at)
    yield from _products(at)
    yield from broken_compositions(at)
    if at.name == "*" or at.is_sum:
        for slot in dependence.still_slots(i):
            yield from _constant_kept(at, slot)
    for slot in at.moving:
        yield from _one_broken(at, slot)
    yield from _all_broken(at)


def _powers(at: Spot) -> Iterator[BrokenRule]:
    """Rules learnt by heart, half remembered: of powers, roots, reciprocals, exponentials and logarithms."""
    i, name, moving, row, inputs = at.i, at.name, at.moving, at.row, at.inputs
    if name == "^" and moving == [0]:
        yield from _power(at, inputs[0], _value(inputs[1]), only_sign=at.dependence.is_minus_one(inputs[1]))
        yield from _constant_exponent(at)
    elif row.root is not None:
        root = float(row.root)
        yield from _power(at, inputs[0], lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.m.number(root)))
    elif name == "/" and moving == [1]:
        yield from _power(at, inputs[1], lambda sweep: sweep.m.number(-1.0), _value(inputs[0]), only_sign=True)
    elif name == "^":
        base, exponent = inputs
        yield from _exponential(at, exponent, _value(base))
        if moving == [1] and at.dependence.node(base).label != "e":
            yield from at.chained("missing-log-base", exponent, _value(i), "the factor for the base is forgotten")
            said = "the factor is the logarithm of the base, not the base"
            with_base: Of = lambda sweep: sweep.value(i) * sweep.value(base)  # noqa: E731
            yield from at.chained("missing-log-base", exponent, with_base, said)
    elif name == "exp":
        yield from _exponential(at, inputs[0], lambda sweep: sweep.m.exp(sweep.m.number(1.0)))
    elif row.log_base is not None:
        said = f"the factor for base {row.log_base} is forgotten"
        one_over: Of = lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.value(inputs[0]))  # noqa: E731
        yield from at.chained("missing-log-base", inputs[0], one_over, said)


def _value(j: int) -> Of:
    return lambda sweep: sweep.value(j)


def _power(at: Spot, g: int, n: Of, factor: Of | None = None, *, only_sign: bool = False) -> Iterator[BrokenRule]:
    """Half a rule for the power c·g^n (`factor` c, None: 1). `only_sign`: n is -1, and forgetting it as a factor is
    just a wrong sign. Where it is written as a root, `1/2*sqrt(x)` lacks parentheses rather than a -1."""

    def raised(sweep: Numbers, by: int) -> Scalar:
        found = sweep.m.power(sweep.value(g), n(sweep) + float(by))
        return found if factor is None else found * factor(sweep)

    kind: Kind = "power-not-reduced"
    doubt = 0 if at.row.root is None else LIKELY
    if factor is None:
        yield from at.chained(kind, g, lambda sweep: n(sweep) * raised(sweep, 0), "the exponent is not reduced", doubt)
    said = "the exponent goes down by one, not up"
    yield from at.chained(kind, g, lambda sweep: n(sweep) * raised(sweep, 1), said, LIKELY)
    said, doubt = "the exponent does not come down as a factor", FAR_FETCHED if only_sign else 0
    yield from at.chained("missing-power-factor", g, lambda sweep: raised(sweep, -1), said, doubt)


def _constant_exponent(at: Spot) -> Iterator[BrokenRule]:
    """x^n differentiated as if n moved."""
    i, (base, exponent) = at.i, at.inputs
    if at.dependence.node(exponent).literal is not None:
        return

    def moving(sweep: Numbers) -> Scalar:
        return sweep.value(i) * sweep.m.log(sweep.value(base))

    alone: BrokenTangent = lambda sweep, before: moving(sweep)  # noqa: E731
    too: BrokenTangent = lambda sweep, before: sweep.tangent(i, before) + moving(sweep)  # noqa: E731
    yield at.rule("constant-kept", "exponent moves", alone, is_constant(exponent), LIKELY, exponent)
    yield at.rule("constant-kept", "exponent moves too", too, is_constant(exponent), LIKELY, exponent)


def _exponential(at: Spot, exponent: int, base: Of) -> Iterator[BrokenRule]:
    """b^g as if g were a number: g·b^(g-1), or g·b^g."""

    def outer(sweep: Numbers) -> Scalar:
        g = sweep.value(exponent)
        return g * sweep.m.power(base(sweep), g - 1.0)

    for told, of, doubt in (
        ("so ", outer, 0),
        ("and does not come down as a factor: ", lambda sweep: sweep.value(exponent) * sweep.value(at.i), LIKELY),
    ):

        def sentence(words: Wording, told: str = told) -> str:
            start = f"an exponential is not a power: {words.wrt} is in the exponent, "
            return f"{start}{told}{words.slope_of(at.i)}"

        yield from at.chained("exponential-as-power", exponent, of, sentence, doubt, alone=LIKELY)


def _products(at: Spot) -> Iterator[BrokenRule]:
    """Products and quotients of two that move."""
    i, moving = at.i, at.moving
    if at.name == "*" and len(moving) == 1:
        yield from _constant_differentiated(at, moving[0])
    if at.name not in ("*", "/"):
        return
    left, right = at.inputs
    if at.name == "*" and len(moving) == 2:
        far = FAR_FETCHED if "*" in map(at.dependence.name, at.inputs) else 0
        said = "the derivative of a product is not"
        yield at.rule("product-of-derivatives", "product", lambda sweep, before: before[left] * before[right],
                      f"{said} the product of the derivatives", far)  # fmt: skip
        yield at.rule("product-as-sum", "product as sum", lambda sweep, before: before[left] + before[right],
                      f"{said} the sum of the derivatives", far)  # fmt: skip
        yield at.rule("product-mispaired", "product mispaired",
                      lambda sweep, before: before[left] * sweep.value(left) + before[right] * sweep.value(right),
                      f"{said} each factor times its own derivative", far)  # fmt: skip
    if at.name == "/" and 1 in moving:
        both = len(moving) == 2
        yield at.rule("quotient-of-derivatives", "quotient",
                      lambda sweep, before: sweep.m.divide(before[left] if both else sweep.value(left), before[right]),
                      "the derivative of a quotient is not the quotient of the derivatives" if both
                      else "differentiating the denominator alone does not differentiate the quotient",
                      0 if both else LIKELY)  # fmt: skip
        yield at.rule("denominator-not-squared", "denominator",
                      lambda sweep, before: sweep.tangent(i, before) * sweep.value(right),
                      "the denominator is not squared")  # fmt: skip


def _constant_differentiated(at: Spot, slot: int) -> Iterator[BrokenRule]:
    """x^2*y^3, differentiated by y, with 2*x in the place of x^2."""
    still, moving = at.inputs[1 - slot], at.inputs[slot]
    chain = _chain_below(at.dependence, still)

    def sentence(words: Wording) -> str:
        return f"{words.text(still)} does not change with {words.wrt}, and stays as it is: {words.slope_of(at.i)}"

    if chain:
        yield at.rule("product-of-derivatives", "constant differentiated",
                      lambda sweep, before: prod((sweep.local(j, k) for j, k in chain), start=before[moving]),
                      sentence, LIKELY, still)  # fmt: skip


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


def _constant_kept(at: Spot, slot: int) -> Iterator[BrokenRule]:
    """A constant that is still there afterwards, or whose derivative is taken to be 1."""
    product, j, other = at.name == "*", at.inputs[slot], at.inputs[1 - slot]
    sign = -1.0 if at.name == "-" and slot == 1 else 1.0

    def kept(sweep: Numbers, before: Sequence[Scalar], constant: Scalar) -> Scalar:
        factor = sweep.value(other) if product else sweep.m.number(1.0)
        return sweep.tangent(at.i, before) + constant * factor * sign

    as_it_is: BrokenTangent = lambda sweep, before: kept(sweep, before, sweep.value(j))  # noqa: E731
    as_one: BrokenTangent = lambda sweep, before: kept(sweep, before, sweep.m.number(1.0))  # noqa: E731
    literal = at.dependence.node(j).literal
    is_one = other == at.dependence.wrt and literal == 1
    vanishes = is_one and at.name == "-"  # 1 - p, which would have the derivative 0; x + 1 would have 2
    doubt = FAR_FETCHED if product or vanishes else LIKELY if is_one else 0
    yield at.rule("constant-kept", "constant", as_it_is, is_constant(j), doubt, j)
    doubt = LIKELY if product and literal is None else FAR_FETCHED
    yield at.rule("constant-kept", "constant as 1", as_one, is_constant(j), doubt, j)


def _all_broken(at: Spot) -> Iterator[BrokenRule]:
    """The sign of the whole rule is turned, or all inner derivatives are left out."""
    i, moving = at.i, at.moving
    turned_round = at.name == "/" and len(moving) == 2
    said = "the quotient rule is the wrong way round" if turned_round else "the sign is wrong"
    yield at.rule("wrong-sign", f"sign of {at.name}", lambda sweep, before: -sweep.tangent(i, before), said,
                  0 if turned_round else LIKELY)  # fmt: skip
    if len(moving) > 1 and not at.is_sum and at.name != "*":
        yield at.rule("missing-inner-derivative", "inner-all",
                      lambda sweep, before: sum((sweep.local(i, k) for k in moving), sweep.m.number(0.0)),
                      lambda words: f"the inner derivatives are missing: {words.text(i)} is a function of functions",
                      FAR_FETCHED)  # fmt: skip


def _one_broken(at: Spot, slot: int) -> Iterator[BrokenRule]:
    """One argument's part of the tangent, local partial times inner derivative, replaced by another: left out, its sign
    turned, its path forgotten. What is left out inside a function's argument is an inner derivative; a coefficient in
    front of everything is a constant factor."""
    dependence, i, j, several = at.dependence, at.i, at.inputs[slot], len(at.moving) > 1

    def becomes(part: Callable[[Scalar, Scalar], Scalar]) -> BrokenTangent:
        def tangent(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
            local, inner = sweep.local(i, slot), before[j]
            return sweep.tangent(i, before) - local * inner + part(local, inner)

        return tangent

    if dependence.is_function_of(i, slot) and j != dependence.wrt:
        said = slope("the inner derivative is missing", j)
        yield at.rule("missing-inner-derivative", "inner", becomes(lambda local, inner: local), said, 0, j)
    if j == dependence.wrt and (at.is_sum or at.name == "*"):
        yield at.rule("power-not-reduced", f"kept {slot}",
                      lambda s, before: s.tangent(i, before) + s.local(i, slot) * (s.value(j) - before[j]),
                      lambda words: f"{words.wrt} is kept: its derivative with respect to itself is 1", LIKELY,
                      j)  # fmt: skip
    yield from _local_left_out(at, j, becomes(lambda local, inner: inner))
    if not at.is_sum and not (dependence.has_coefficient(i) and i not in dependence.nested):
        yield at.rule("factor-twice", f"twice {at.name} {slot}", becomes(lambda local, inner: local * local * inner),
                      lambda words: f"a factor is there twice: how {words.text(i)} changes with {words.text(j)}",
                      FAR_FETCHED if dependence.between == (i,) and not several else 0)  # fmt: skip
    yield at.rule("wrong-sign", f"sign of {at.name} {slot}", becomes(lambda local, inner: -local * inner),
                  "a sign is wrong", 0 if has_minus(at.row, slot) else LIKELY,
                  j if several and at.is_sum else i)  # fmt: skip

    def forgotten(words: Wording) -> str:
        changes = f"in {words.text(i)}, {words.text(j)} changes too"
        return f"a term is missing: {changes}, which adds {words.term(i, slot)}"

    doubt = 0 if several else LIKELY if i != dependence.graph.output else FAR_FETCHED
    yield at.rule("missing-term", f"term of {at.name} {slot}", becomes(lambda local, inner: local * 0.0), forgotten,
                  doubt, j)  # fmt: skip


def _local_left_out(at: Spot, j: int, tangent: BrokenTangent) -> Iterator[BrokenRule]:
    """A factor of the chain rule taken as 1."""
    dependence, i = at.dependence, at.i
    graph, nested, is_last = dependence.graph, i in dependence.nested, i == dependence.graph.output

    def lost(words: Wording) -> str:
        (still,) = (k for k in at.inputs if k != j)
        sort = "factor" if at.name == "*" else "divisor"
        lost = f"a constant {sort}" if graph.constant[still] else f"the {sort} {words.text(still)}"
        return f"{lost} is lost: {words.slope_of(i)}"

    if dependence.has_coefficient(i):
        if nested:
            yield at.rule("missing-inner-derivative", "coefficient", tangent,
                          "a factor of the inner derivative is missing",
                          LIKELY if j == dependence.wrt else FAR_FETCHED)  # fmt: skip
        yield at.rule("constant-factor", "constant factor", tangent, lost)
    elif not at.is_sum:
        kind: Kind = "missing-inner-derivative"
        doubt = FAR_FETCHED * (not nested or at.name == "*")
        if is_last and len(at.moving) == 1:
            kind = "missing-outer-derivative"
            doubt = FAR_FETCHED if j == dependence.wrt else 0  # where nothing else is, it is all that there is
        elif (i in graph.named and not is_last) or j in graph.named:
            kind, doubt = "missing-factor", 0
        yield at.rule(kind, "local", tangent, lambda words: (
            f"a factor of the chain rule is missing: how {words.text(i)} changes with {words.text(j)}"
        ), doubt)  # fmt: skip
