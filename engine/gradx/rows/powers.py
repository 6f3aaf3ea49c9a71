"""Powers of 2 and 10, real roots, logarithms to any base, and logarithms that are safe where a plain one is not."""

from __future__ import annotations

from gradx.numbers import Arithmetic, S
from gradx.primitive import POWER, Domain, Primitive, Writing, row
from gradx.rows.domains import whole

_ROOTS = Domain("a first argument of at least 0, or an odd whole root",
                lambda m, x, n: bool(x > 0 and n != 0) or bool(x == 0 and n > 0)
                or bool(x < 0 and 2.0 * m.floor(0.5 * n) + 1.0 == n))  # fmt: skip
_BASES = Domain("a first argument above 0, and a base above 0 that is not 1",
                lambda m, x, b: bool(x > 0 and b > 0 and b != 1))  # fmt: skip
_WEIGHED = Domain("a second argument above 0, or two that are 0",
                  lambda m, x, y: bool(y > 0) or bool(x == 0 and y == 0))  # fmt: skip


def _root(m: Arithmetic[S], x: S, n: S) -> S:
    """The real root; not a number for a root of number 0, and below 0 for one that is not odd and whole."""
    exponent = m.divide(m.number(1.0), n)
    half = 0.5 * (n - 1.0)
    odd = m.floor(half) - m.ceil(half) + 1.0
    below = -m.divide(m.power(-x, exponent), odd)
    return m.where("<", x, m.number(0.0), below, m.power(x, exponent)) + 0.0 * exponent


def _xlogy(m: Arithmetic[S], x: S, y: S) -> S:
    """x·log(y), 0 where both are 0."""
    zero = m.number(0.0)
    return m.where("==", y, zero, m.where("==", x, zero, zero, m.log(y)), x * m.log(y))


# fmt: off
POWERS: tuple[Primitive, ...] = (
    row("exp2", lambda m, x: m.power(m.number(2.0), x), lambda m, v, x: v * m.log(m.number(2.0)),
         latex=Writing("2^{{{}}}", POWER)),
    row("exp10", lambda m, x: m.power(m.number(10.0), x), lambda m, v, x: v * m.log(m.number(10.0)),
         latex=Writing("10^{{{}}}", POWER)),
    row("root", _root,
         lambda m, v, x, n: m.divide(m.number(1.0), n * m.power(v, n - 1.0)),
         lambda m, v, x, n: m.where("==", x, m.number(0.0), m.number(0.0),
                                    -m.divide(v * m.log(m.absolute(x)), m.power(n, m.number(2.0)))),
         written=(lambda m, v, x, n: m.divide(v, n * x),
                  lambda m, v, x, n: -m.divide(v * m.log(m.absolute(x)), m.power(n, m.number(2.0)))),
         names=("nthroot",), shared_name=True, domain=_ROOTS, zero_at=(0,), latex=Writing(r"\sqrt[{1}]{{{0}}}"),
         boundaries=lambda m, x, n: (x, n, m.where("<", x, m.number(0.0), whole(m, 0.5 * (n - 1.0)), m.number(1.0))),
         sample=((0.2, 4.0), (1.5, 6.0))),
    row("logb", lambda m, x, b: m.divide(m.log(x), m.log(b)) + 0.0 * m.log(b),  # no number for base 0
         lambda m, v, x, b: m.divide(m.number(1.0), x * m.log(b)),
         lambda m, v, x, b: -m.divide(v, b * m.log(b)),
         shared_name=True, domain=_BASES, boundaries=lambda m, x, b: (x, b, b - 1.0), sample=((0.1, 4.0), (1.5, 6.0)),
         text=Writing("log({})"), latex=Writing(r"\log_{{{1}}}\left({0}\right)")),
    row("xlogy", _xlogy,
         lambda m, v, x, y: m.log(y),
         lambda m, v, x, y: m.where("==", y, m.number(0.0), m.number(0.0), m.divide(x, y)),
         written=(None, lambda m, v, x, y: m.divide(x, y)),
         domain=_WEIGHED, boundaries=lambda m, x, y: (y,), zero_at=(0, 1), sample=((-3.0, 3.0), (0.1, 4.0))),
    row("logaddexp", lambda m, x, y: m.logaddexp(x, y),
         lambda m, v, x, y: m.sigmoid(x - y), lambda m, v, x, y: m.sigmoid(y - x)),
)
# fmt: on
