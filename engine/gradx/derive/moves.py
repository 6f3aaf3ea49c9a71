"""Ways to write a sum otherwise: common factors, one fraction, cancelled and factored, what is known of its atoms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice
from typing import Final

from gradx.derive.angles import circular, doubled, halved, in_other_functions, in_words, own_atoms, turned, undone
from gradx.derive.expression import (
    EULER,
    HALF,
    ONCE,
    ONE,
    ZERO,
    Atom,
    Base,
    Exponent,
    Powers,
    Sum,
    added,
    atom,
    content,
    exponent_sum,
    multiplied,
    number,
    number_power,
    power,
    product,
    whole_times,
)
from gradx.derive.fractions import Polynomials, Quotient, TooLargeError
from gradx.derive.rules import CANONICAL, atoms, called, factors_mapped, mapped, raised, replaced, spread

_MOST_RELATIONS: Final = 8


def moves(x: Sum, relations: Sequence[Sum], known: dict[str, list[Sum]]) -> Iterator[Sum]:
    """Sums that equal x; `relations` are sums that are 0, `known` what was found for factors and
    fractions before."""
    yield from _as_sums(x)
    yield halved(x)
    yield from turned(x)
    yield from one_line(x, relations, known)
    if len(x.terms) > 1:
        parts = [Sum((term,)) for term in x.terms]
        yield added(next(one_line(part, (), known), part) for part in parts)
    yield from doubled(x)
    yield from _logarithms(x)
    yield mapped(x, _without_roots)
    yield factors_mapped(x, _without_exp)
    yield signed(x)
    yield _without_bars(x)
    yield factors_mapped(x, _over_bars)
    for key, plainer in {each.key: each for each in (circular(x), undone(x), mapped(x, _apart))}.items():
        if key != x.key:
            for other in (plainer, *one_line(plainer, relations, known)):
                yield other
                yield from (each for each in (signed(other), *doubled(other)) if each.key != other.key)
    yield in_other_functions(x)
    yield from _inside(x, relations, known)


def _as_sums(x: Sum) -> Iterator[Sum]:
    yield spread(x)
    if len(x.terms) > 1:
        for other in (shared(x, everywhere=True), shared(x, everywhere=False), *grouped(x)):
            yield other
            yield from doubled(other)


def shared(x: Sum, *, everywhere: bool) -> Sum:
    """What all terms share, in front; where it is not `everywhere`, what any of them has below its line too."""
    common: dict[str, tuple[Base, Exponent]] = {}
    for base in (base for powers, _ in x.terms for base, _ in powers):
        found = [{b.key: e for b, e in powers}.get(base.key) for powers, _ in x.terms]
        split = [_without_number(exponent_sum(e)) for e in found if e is not None]
        rests, plain = {rest for rest, _ in split}, [constant for _, constant in split]
        least = min(plain)
        if None in found:
            least = min(Fraction(0), least) if not everywhere and rests == {ZERO} else Fraction(0)
        elif len(rests) == 1 and rests != {ZERO}:
            common[base.key] = (base, rests.pop())
            continue
        if least:
            common[base.key] = (base, least)
    c, _ = content(x)
    front = product(c, list(common.values()))
    inverse = power(front, Fraction(-1))
    return multiplied((front, added(multiplied((Sum((term,)), inverse)) for term in x.terms)))


def _without_number(exponent: Sum) -> tuple[Sum, Fraction]:
    """x of x + 2, and the 2."""
    constant = next((c for powers, c in exponent.terms if not powers), Fraction(0))
    return Sum(tuple(term for term in exponent.terms if term[0])), constant


def grouped(x: Sum) -> Iterator[Sum]:
    """Some terms, but not all, with what they share in front."""
    seen: dict[str, list[int]] = {}
    for k, (powers, _) in enumerate(x.terms):
        for base, exponent in powers:
            kind = exponent > 0 if isinstance(exponent, Fraction) else exponent.key
            seen.setdefault(f"{base.key}{kind}", []).append(k)
    for places in sorted({tuple(v) for v in seen.values() if 1 < len(v) < len(x.terms)}, key=lambda v: (-len(v), v)):
        together = Sum(tuple(x.terms[k] for k in places))
        apart = Sum(tuple(t for k, t in enumerate(x.terms) if k not in places))
        yield added((shared(together, everywhere=True), apart))


def one_line(x: Sum, relations: Sequence[Sum], known: dict[str, list[Sum]]) -> Iterator[Sum]:
    """Over one line, cancelled and factored; then with each relation used, for each atom that it gives."""
    zeros = [*relations, *_identities(x)]
    try:
        polynomials = Polynomials(x, *zeros)
        start = _rootless(polynomials, polynomials.quotient(x))
    except TooLargeError:
        return
    yield from _written(polynomials, start, known)
    for place, variable in enumerate(polynomials.variables):
        if variable.terms[0][0][0][0] == EULER and start.over.degrees()[place] + start.under.degrees()[place]:
            yield from _written(*polynomials.inverted(start, place), known)
    for relation in zeros:
        for used in _uses(polynomials, start, relation):
            yield from _written(polynomials, used, known)
    shared_out = _parts_named(polynomials, start, relations)
    if shared_out is not None:
        yield from _written(polynomials, shared_out, known)


def _parts_named(polynomials: Polynomials, x: Quotient, relations: Sequence[Sum]) -> Quotient | None:
    """Of several names p = u/s each u as p*s, all at once: a share of a sum, as in softmax."""
    used = 0
    try:
        for relation in relations:
            zero = polynomials.quotient(relation)
            table = zero.over.to_dict()
            for exponents, c in table.items() if len(table) == 2 and len(zero.under.to_dict()) == 1 else ():
                if sum(exponents) == 1 and abs(c) == 1 and not zero.under.is_constant():
                    by = Quotient(-int(c) * zero.over + polynomials.variable(exponents.index(1)), polynomials.one)
                    x = polynomials.reduced(x, exponents.index(1), 1, by)
                    used += 1
    except TooLargeError:
        return None
    return x if used > 1 else None


def are_equal(x: Sum, y: Sum) -> bool:
    """Whether two sums are one fraction, as far as that is seen."""
    difference = x - y
    try:
        return not Polynomials(difference).quotient(difference).over
    except TooLargeError:
        return False


def _written(polynomials: Polynomials, x: Quotient, known: dict[str, list[Sum]]) -> Iterator[Sum]:
    key = polynomials.key(x)
    if key in known:
        yield from known[key]
        return
    found = []
    with suppress(TooLargeError):
        for form in polynomials.forms(x):
            found.append(form)
            yield form
    known[key] = found


def _rootless(polynomials: Polynomials, x: Quotient) -> Quotient:
    """No power of a root of a sum above the line that is that sum."""
    roots = polynomials.roots()
    for _ in roots[:3]:
        for place, order, base in roots:
            x = polynomials.reduced(x, place, order, polynomials.quotient(base), above=True)
    return x


def _uses(polynomials: Polynomials, x: Quotient, relation: Sum) -> Iterator[Quotient]:
    """x with the relation solved for each variable that it has in one power only, above the line and everywhere."""
    try:
        zero = polynomials.quotient(relation).over
    except TooLargeError:
        return
    table = zero.to_dict()
    degrees = [a + b for a, b in zip(x.over.degrees(), x.under.degrees(), strict=True)]
    for place, degree in enumerate(zero.degrees()):
        orders = {exponents[place] for exponents in table} - {0}
        if degree == 0 or len(orders) != 1 or degrees[place] < degree:
            continue
        front = {(*e[:place], 0, *e[place + 1 :]): c for e, c in table.items() if e[place]}
        rest = {e: -c for e, c in table.items() if not e[place]}
        for above in (False, True):
            try:
                by = polynomials.cancelled(polynomials.polynomial(rest), polynomials.polynomial(front))
                found = _rootless(polynomials, polynomials.reduced(x, place, degree, by, above=above))
            except TooLargeError:
                continue
            if found != x:
                yield found
    if len(zero) > 2:
        left = x.over % zero
        if left != x.over and len(left) == 1:
            yield polynomials.cancelled(left, x.under)


_ZEROS: Final = (
    ("sin cos", "sin(u)^2 + cos(u)^2 - 1"),
    ("tan sec", "tan(u)^2 + 1 - sec(u)^2"),
    ("tan cot csc", "tan(u)*cot(u) - 1"),
    ("cot csc", "cot(u)^2 + 1 - csc(u)^2"),
    ("sinh cosh", "sinh(u)^2 + 1 - cosh(u)^2"),
    ("silu", "silu(u) - u*sigmoid(u)"),
)
"""Functions of u, and what is 0 of them."""

_LOGISTIC: Final = "exp(u)*(1 - sigmoid(u)) - sigmoid(u)"


def _identities(x: Sum) -> list[Sum]:
    """sin^2 + cos^2 = 1, and its like, for the arguments that x has them of."""
    found: dict[str, Sum] = {}
    for base in own_atoms(x):
        found |= {f"{t}{base.of[0].key}": in_words(t, base.of[0]) for kinds, t in _ZEROS if base.kind in kinds.split()}
        if base.kind == "cbrt":
            found[base.key] = atom(base, Fraction(3)) - base.of[0]
        elif base.kind == "hypot":
            squares = (-power(each, Fraction(2)) for each in base.of)
            found[base.key] = sum(squares, power(atom(base), Fraction(2)))
    found.update((f"e{u.key}", in_words(_LOGISTIC, u)) for u in _below_a_line(x))
    return list(islice(found.values(), _MOST_RELATIONS))


def _below_a_line(x: Sum) -> Iterator[Sum]:
    """The exponents of sums like 1 + exp(u) that something is divided by."""
    for powers, _ in x.terms:
        for base, exponent in powers:
            if isinstance(base, Sum) and len(base.terms) == 2 and isinstance(exponent, Fraction) and exponent < 0:
                yield from (e for each, _ in base.terms for b, e in each if b == EULER and isinstance(e, Sum))


def _logarithms(x: Sum) -> Iterator[Sum]:
    """A difference of logarithms as that of a quotient: where both have a value, it has the same."""
    logs = [(k, powers[0][0], c) for k, (powers, c) in enumerate(x.terms) if len(powers) == 1 and powers[0][1] == 1]
    for k, base, c in logs:
        for j, other, d in logs:
            if isinstance(base, Atom) and isinstance(other, Atom) and base.kind == other.kind == "log" and c == -d > 0:
                joined = CANONICAL.log(CANONICAL.divide(base.of[0], other.of[0])).scaled(c)
                yield added((*(Sum((t,)) for i, t in enumerate(x.terms) if i not in (j, k)), joined))


def _without_roots(base: Atom) -> Sum | None:
    """The logarithm of a root as half the logarithm: what is below 0 has neither."""
    inner = base.of[0].terms[0][0] if base.kind == "log" and len(base.of[0].terms) == 1 else ()
    if len(inner) != 1 or base.of[0].terms[0][1] != 1:
        return None
    of, exponent = inner[0]
    if not isinstance(exponent, Fraction) or exponent.denominator % 2:
        return None
    return called("log", atom(of)).scaled(exponent)


def _without_exp(base: Base, exponent: Exponent) -> Sum:
    """exp(n*log(u)) as u^n: log(u) stands in both."""
    made, left = ONE, exponent_sum(exponent)
    for powers, c in left.terms if base == EULER else ():
        for k, (log, e) in enumerate(powers):
            if isinstance(log, Atom) and log.kind == "log" and e == 1:
                rest = Sum((((*powers[:k], *powers[k + 1 :]), c),))
                made, left = multiplied((made, raised(log.of[0], rest))), left - rest * atom(log)
                break
    return multiplied((made, raised(atom(base), left)))


def _apart(base: Atom) -> Sum | None:
    """|x*y^3| as |x| |y|^3, and so a cube root."""
    if base.kind not in ("abs", "cbrt") or len(base.of[0].terms) != 1:
        return None
    powers, c = base.of[0].terms[0]
    one = CANONICAL.absolute if base.kind == "abs" else CANONICAL.cbrt
    if c == 1 and len(powers) == 1 and powers[0][1] == 1:
        return None
    whole = [(b, e) for b, e in powers if isinstance(e, Fraction) and e.denominator == 1]
    rest = Sum(((tuple(p for p in powers if p not in whole), ONCE),))
    front = number(abs(c)) if base.kind == "abs" else number_power(abs(c), Fraction(1, 3)).scaled(c / abs(c))
    return multiplied((front, rest if rest == ONE else one(rest), *(power(one(atom(b)), e) for b, e in whole)))


def signed(x: Sum) -> Sum:
    """u/|u| as the sign of u, and u^2/|u| as |u|: where one has a value, so has the other, or u is 0."""
    return added(_term_signed(powers, c) for powers, c in x.terms)


def _term_signed(powers: Powers, c: Fraction) -> Sum:
    factors, made = {b.key: (b, e) for b, e in powers}, [number(c)]
    for bar, e in powers:
        if not isinstance(bar, Atom) or bar.kind != "abs" or not isinstance(e, Fraction) or e.denominator > 1:
            continue
        front, of = content(bar.of[0])
        times = whole_times(factors, of.terms[0][0] if len(of.terms) == 1 else ((of, ONCE),))
        odd, left = times.numerator % 2, times + e
        if (times > 0 > e) or (times < 0 and odd):
            del factors[bar.key]
            made += [number(front**-times.numerator), power(of, -times)]
            made += [power(bar.of[0], left - 1), atom(bar)] if odd and left > 0 else [power(atom(bar), left)]
            made += [atom(Atom("sign", bar.of))] if odd and left <= 0 else []
    return multiplied((*made, *(product(ONCE, [factor]) for factor in factors.values())))


def _over_bars(base: Base, exponent: Exponent) -> Sum:
    """sqrt(u/v) as sqrt(u*v)/|v|: v^2 below the line leaves |v|."""
    lone = isinstance(base, Sum) and len(base.terms) == 1 and exponent in (HALF, -HALF)
    powers = base.terms[0][0] if isinstance(base, Sum) and lone else ()
    if not isinstance(base, Sum) or not isinstance(exponent, Fraction) or {e for _, e in powers} != {1, -1}:
        return product(Fraction(1), [(base, exponent)])
    below = multiplied([atom(b) for b, e in powers if e == -1])
    inside = multiplied((base, power(below, Fraction(2))))
    return multiplied((power(inside, exponent), power(CANONICAL.absolute(below), -2 * exponent)))


def _without_bars(x: Sum) -> Sum:
    """|x + 1| is x + 1 where sqrt(x) stands beside it: x has a root or a logarithm, and so is not below 0."""
    bars = [a for a in atoms(x).values() if a.kind == "abs"]
    if not bars:
        return x
    above: set[str] = set()
    waiting = [x]
    while waiting:
        for powers, _ in waiting.pop().terms:
            for base, exponent in powers:
                waiting += [base] if isinstance(base, Sum) else base.of
                if isinstance(base, Atom) and isinstance(exponent, Fraction) and exponent.denominator > 1:
                    above.add(base.key)
    return replaced(x, {a.key: a.of[0] for a in bars if _is_made_of(a.of[0], above)})


def _is_made_of(x: Sum, above: set[str]) -> bool:
    """Whether a sum is not below 0 if these atoms are not."""
    return all(
        c > 0 and all(isinstance(b, Atom) and b.key in above and isinstance(e, Fraction) for b, e in powers)
        for powers, c in x.terms
    )


def _inside(x: Sum, relations: Sequence[Sum], known: dict[str, list[Sum]]) -> Iterator[Sum]:
    """The sums that are factors, each written otherwise."""
    for k, (powers, c) in enumerate(x.terms[:6]):
        for j, (base, exponent) in enumerate(powers):
            if not isinstance(base, Sum) or not isinstance(exponent, Fraction):
                continue
            rest = product(c, [*powers[:j], *powers[j + 1 :]])
            if base.key not in known:
                others = islice(chain(_as_sums(base), one_line(base, relations, known)), 12)
                known[base.key] = list({other.key: other for other in others}.values())
            for other in known[base.key]:
                if other != base:
                    term = multiplied((rest, power(other, exponent)))
                    yield added((*(Sum((t,)) for i, t in enumerate(x.terms) if i != k), term))
