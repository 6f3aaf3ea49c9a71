"""THE table: one row per primitive, and the only place where a rule of differentiation stands.

A row says a primitive's value and its local partials once, over an arithmetic `m` (see `gradx.numbers`): read with
float64 it is the forward pass and backprop, with balls what is proved, with SymPy the symbolic witness (values only:
SymPy differentiates by its own rules), with NumPy a curve, with formulas the text of a local partial.

    row             what it says
    name            the function's name, or the operator's symbol; `names` are its others
    shared_name     a variable may have its name too: it is a function only directly before its parenthesis
    arity           how many arguments; None for any number from one on
    value           m, x…     -> the value
    partials        m, v, x…  -> one local partial per argument, v the value already known; each is a rule of its own,
                    so that a partial nobody asks for is never computed
    domain          in words ("an argument above 0") and as a test on ordered numbers; None is everywhere
    boundaries      m, x… -> quantities that are zero where the primitive has a kink, a jump, a branch or an edge
    convention      what backprop takes at such a point, in words
    piecewise       a local partial of 0 says that the value does not depend on the argument (a side of relu, a branch
                    not taken), and 0 times anything, infinity too, is 0
    jumps           the value itself may jump at a boundary
    linear          between its boundaries the local partials are constant; without boundaries, it is a sum of its
                    arguments, each with a sign
    exact           float64 does not round the value: it is one of the arguments, or a small whole number, up to a sign
    root            of a root which it is: 2 for sqrt; log_base: of a logarithm its base, where it is a number
    written         how a course writes a local partial, where the stable rule would look strange; tests hold it to the
                    rule
    text            how it is written, where that is no call
    latex           the same in LaTeX; a template alone is one for a call
    sample          a range for every argument, inside the domain, for the tests that walk the table

Adding a function is adding a row: the language, every reading and the tests follow the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import cast, get_args

from gradx.further_rows import (
    DIVISOR,
    HYPERBOLIC,
    NEURONS,
    OF_BUNDLES,
    POWERS,
    SPECIAL,
    above,
    at_least,
    sech_squared,
    whole,
)
from gradx.numbers import Arithmetic, Relation, S
from gradx.primitive import AS_THE_WHOLE, ATOM, LOOSE, POWER, PRODUCT, SIGN, SUM, Domain, Primitive, Writing, row


def _first_hit(m: Arithmetic[S], v: S, *xs: S) -> list[S]:
    """1 for the first argument that equals `v`, 0 for the others (linear in their number)."""
    left = m.number(1.0)
    zero = m.number(0.0)
    partials = []
    for x in xs:
        hit = m.where("==", x, v, left, zero)
        partials.append(hit)
        left = left - hit
    return partials


def _leads(best: Callable[..., S], xs: Sequence[S]) -> tuple[S, ...]:
    """How far each argument is ahead of the best of the others: what changes its sign where another one wins."""
    if len(xs) == 1:
        return ()
    left, right = list(accumulate(xs, best)), list(accumulate(reversed(xs), best))[::-1]
    others = (right[1], *map(best, left, right[2:]), left[-2])
    return tuple(x - other for x, other in zip(xs, others, strict=True))


_UNIT = Domain("an argument from -1 to 1", lambda m, x: bool(-1 <= x <= 1))
_OPEN_UNIT = Domain("an argument between -1 and 1", lambda m, x: bool(-1 < x < 1))
_OUTSIDE = Domain("an argument of at most -1 or at least 1", lambda m, x: bool(x <= -1 or x >= 1))
_POLES = Domain("an argument other than 0, -1, -2, …", lambda m, x: bool(x > 0 or m.floor(x) != x))
_COSINE = Domain("an argument whose cosine is not zero", lambda m, x: bool(m.cos(x) != 0),
                 lambda x: ("other than pi/2 plus a multiple of pi",))  # fmt: skip
_SINE = Domain("an argument whose sine is not zero", lambda m, x: bool(m.sin(x) != 0),
               lambda x: ("other than a multiple of pi",))  # fmt: skip
_POSITIVE = ((0.1, 4.0),)
_INSIDE = ((-0.9, 0.9),)


def _power_domain(m: Arithmetic[S], x: float, y: float) -> bool:
    if x > 0:
        return True
    if x == 0:
        return y >= 0
    return bool(m.floor(cast(S, y)) == y)


def _power_boundaries(m: Arithmetic[S], x: S, y: S) -> tuple[S, ...]:
    """0 is an edge of x^y (or a kink) unless y is 1, 2, 3, …; below it only whole exponents have a value; 0^y jumps."""
    zero, one = m.number(0.0), m.number(1.0)
    natural = m.where(">", y, zero, whole(m, y), one)
    return (
        m.where("==", natural, zero, one, x),
        m.where("<", x, zero, whole(m, y), one),
        m.where("==", x, zero, m.minimum(y, one), one),
    )


# fmt: off
OPERATORS: tuple[Primitive, ...] = (
    row("+", lambda m, x, y: x + y,
         lambda m, v, x, y: m.number(1.0),
         lambda m, v, x, y: m.number(1.0),
         linear=True,
         text=Writing("{} + {}", SUM, (SUM, PRODUCT)), latex=Writing("{} + {}", SUM, (SUM, PRODUCT))),
    row("-", lambda m, x, y: x - y,
         lambda m, v, x, y: m.number(1.0),
         lambda m, v, x, y: m.number(-1.0),
         linear=True,
         text=Writing("{} - {}", SUM, (SUM, PRODUCT)), latex=Writing("{} - {}", SUM, (SUM, PRODUCT))),
    row("*", lambda m, x, y: x * y,
         lambda m, v, x, y: y,
         lambda m, v, x, y: x,
         text=Writing("{}*{}", PRODUCT, (PRODUCT, SIGN)), latex=Writing(r"{} \cdot {}", PRODUCT, (PRODUCT, POWER))),
    row("/", lambda m, x, y: m.divide(x, y),
         lambda m, v, x, y: m.divide(m.number(1.0), y),
         lambda m, v, x, y: -m.divide(v, y),
         written=(None, lambda m, v, x, y: -m.divide(x, m.power(y, m.number(2.0)))),
         domain=DIVISOR,
         boundaries=lambda m, x, y: (y,),
         text=Writing("{}/{}", PRODUCT, (PRODUCT, SIGN)), latex=Writing(r"\frac{{{}}}{{{}}}", POWER),
         sample=((-3.0, 3.0), (0.2, 3.0))),
    row("%", lambda m, x, y: m.modulo(x, y),
         lambda m, v, x, y: m.number(1.0),
         lambda m, v, x, y: -m.floor(m.divide(x, y)),
         domain=DIVISOR,
         boundaries=lambda m, x, y: (y, whole(m, m.divide(x, y)) * y),
         convention="the slope on the right of the jump", linear=True, jumps=True,
         text=Writing("{} % {}", PRODUCT, (PRODUCT, SIGN)), latex=Writing(r"{} \bmod {}", PRODUCT, (PRODUCT, POWER)),
         sample=((0.1, 0.9), (1.1, 3.0))),
    row("^", lambda m, x, y: m.power(x, y),
         lambda m, v, x, y: m.where("==", y, m.number(0.0), m.number(0.0), y * m.power(x, y - 1.0)),
         lambda m, v, x, y: m.where("==", x, m.number(0.0), m.number(0.0), v * m.log(x)),
         written=(lambda m, v, x, y: y * m.power(x, y - 1.0), lambda m, v, x, y: v * m.log(x)),
         domain=Domain("a base above 0, or a whole exponent", _power_domain, lambda x, y:
                       ("other than zero", "at least 0") if x == 0 else ("at least 0", "a whole number")),
         boundaries=_power_boundaries, jumps=True,
         text=Writing("{}^{}", POWER, (ATOM, SIGN)), latex=Writing("{{{}}}^{{{}}}", POWER, (ATOM, LOOSE)),
         sample=((0.2, 3.0), (-2.0, 2.0))),
    row("neg", lambda m, x: -x, lambda m, v, x: m.number(-1.0), linear=True, exact=True,
         text=Writing("-{}", SIGN, (POWER,)), latex=Writing("-{}", SIGN, (POWER,))),
    row("identity", lambda m, x: x, lambda m, v, x: m.number(1.0), linear=True, exact=True,
         text=Writing("{}", ATOM, (AS_THE_WHOLE,)), latex=Writing("{}", ATOM, (AS_THE_WHOLE,))),
)

FUNCTIONS: tuple[Primitive, ...] = (
    row("exp", lambda m, x: m.exp(x), lambda m, v, x: v, latex=Writing("e^{{{}}}", POWER)),
    row("expm1", lambda m, x: m.expm1(x), lambda m, v, x: m.exp(x)),
    row("log", lambda m, x: m.log(x), lambda m, v, x: m.divide(m.number(1.0), x), names=("ln",),
         domain=above(0), boundaries=lambda m, x: (x,), sample=_POSITIVE, latex=r"\ln\left({}\right)"),
    row("log2", lambda m, x: m.log2(x), lambda m, v, x: m.divide(m.number(1.0), x * m.log(m.number(2.0))),
         domain=above(0), boundaries=lambda m, x: (x,), sample=_POSITIVE, log_base=2, latex=r"\log_2\left({}\right)"),
    row("log10", lambda m, x: m.log10(x), lambda m, v, x: m.divide(m.number(1.0), x * m.log(m.number(10.0))),
         domain=above(0), boundaries=lambda m, x: (x,), sample=_POSITIVE, log_base=10,
         latex=r"\log_{{10}}\left({}\right)"),
    row("log1p", lambda m, x: m.log1p(x), lambda m, v, x: m.divide(m.number(1.0), x + 1.0),
         domain=above(-1), boundaries=lambda m, x: (x + 1.0,), sample=((-0.9, 3.0),)),
    row("sqrt", lambda m, x: m.sqrt(x), lambda m, v, x: m.divide(m.number(1.0), 2.0 * v), root=2,
         domain=at_least(0), boundaries=lambda m, x: (x,), sample=_POSITIVE, latex=r"\sqrt{{{}}}"),
    row("cbrt", lambda m, x: m.cbrt(x), lambda m, v, x: m.divide(m.number(1.0), 3.0 * v * v), root=3,
         boundaries=lambda m, x: (x,), sample=_POSITIVE, latex=r"\sqrt[3]{{{}}}"),
    row("abs", lambda m, x: m.absolute(x), lambda m, v, x: m.sign(x),
         boundaries=lambda m, x: (x,), convention="abs'(0) = 0", linear=True, exact=True, latex=r"\left|{}\right|"),
    row("sign", lambda m, x: m.sign(x), lambda m, v, x: m.number(0.0),
         boundaries=lambda m, x: (x,), convention="slope 0", linear=True, exact=True, piecewise=True, jumps=True),
    row("floor", lambda m, x: m.floor(x), lambda m, v, x: m.number(0.0),
         boundaries=lambda m, x: (whole(m, x),), convention="slope 0", linear=True, exact=True, piecewise=True,
         jumps=True, latex=r"\left\lfloor {} \right\rfloor"),
    row("ceil", lambda m, x: m.ceil(x), lambda m, v, x: m.number(0.0),
         boundaries=lambda m, x: (whole(m, x),), convention="slope 0", linear=True, exact=True, piecewise=True,
         jumps=True, latex=r"\left\lceil {} \right\rceil"),
    row("sin", lambda m, x: m.sin(x), lambda m, v, x: m.cos(x), latex=r"\sin\left({}\right)"),
    row("cos", lambda m, x: m.cos(x), lambda m, v, x: -m.sin(x), latex=r"\cos\left({}\right)"),
    row("tan", lambda m, x: m.tan(x), lambda m, v, x: m.power(v, m.number(2.0)) + 1.0,
         domain=_COSINE,
         boundaries=lambda m, x: (m.cos(x),),
         sample=((-1.4, 1.4),), latex=r"\tan\left({}\right)"),
    row("sec", lambda m, x: m.divide(m.number(1.0), m.cos(x)), lambda m, v, x: v * m.tan(x),
         domain=_COSINE,
         boundaries=lambda m, x: (m.cos(x),), sample=((-1.4, 1.4),), latex=r"\sec\left({}\right)"),
    row("csc", lambda m, x: m.divide(m.number(1.0), m.sin(x)),
         lambda m, v, x: -m.divide(v, m.tan(x)),
         domain=_SINE,
         boundaries=lambda m, x: (m.sin(x),), sample=((0.2, 2.9),), latex=r"\csc\left({}\right)"),
    row("cot", lambda m, x: m.divide(m.cos(x), m.sin(x)),
         lambda m, v, x: -(m.power(v, m.number(2.0)) + 1.0),
         domain=_SINE,
         boundaries=lambda m, x: (m.sin(x),), sample=((0.2, 2.9),), latex=r"\cot\left({}\right)"),
    row("asin", lambda m, x: m.asin(x),
         lambda m, v, x: m.divide(m.number(1.0), m.sqrt((1.0 - x) * (1.0 + x))), names=("arcsin",),
         written=(lambda m, v, x: m.divide(m.number(1.0), m.sqrt(1.0 - m.power(x, m.number(2.0)))),),
         domain=_UNIT, boundaries=lambda m, x: (1.0 - x, 1.0 + x), sample=_INSIDE,
         latex=r"\arcsin\left({}\right)"),
    row("acos", lambda m, x: m.acos(x),
         lambda m, v, x: -m.divide(m.number(1.0), m.sqrt((1.0 - x) * (1.0 + x))), names=("arccos",),
         written=(lambda m, v, x: -m.divide(m.number(1.0), m.sqrt(1.0 - m.power(x, m.number(2.0)))),),
         domain=_UNIT, boundaries=lambda m, x: (1.0 - x, 1.0 + x), sample=_INSIDE,
         latex=r"\arccos\left({}\right)"),
    row("atan", lambda m, x: m.atan(x),
         lambda m, v, x: m.divide(m.number(1.0), m.power(x, m.number(2.0)) + 1.0), names=("arctan",),
         latex=r"\arctan\left({}\right)"),
    row("asec", lambda m, x: m.acos(m.divide(m.number(1.0), x)),
         lambda m, v, x: m.divide(m.number(1.0), m.absolute(x) * m.sqrt((x - 1.0) * (x + 1.0))),
         names=("arcsec",), domain=_OUTSIDE, boundaries=lambda m, x: (x - 1.0, x + 1.0), sample=((1.1, 4.0),)),
    row("acsc", lambda m, x: m.asin(m.divide(m.number(1.0), x)),
         lambda m, v, x: -m.divide(m.number(1.0), m.absolute(x) * m.sqrt((x - 1.0) * (x + 1.0))),
         names=("arccsc",), domain=_OUTSIDE, boundaries=lambda m, x: (x - 1.0, x + 1.0), sample=((1.1, 4.0),)),
    row("acot", lambda m, x: m.where("==", x, m.number(0.0), m.divide(m.pi(), m.number(2.0)),
                                      m.atan(m.divide(m.number(1.0), x))),
         lambda m, v, x: -m.divide(m.number(1.0), m.power(x, m.number(2.0)) + 1.0), names=("arccot",),
         boundaries=lambda m, x: (x,), convention="acot'(0) = -1", jumps=True, sample=_POSITIVE),
    row("atan2", lambda m, y, x: m.atan2(y, x),
         lambda m, v, y, x: m.divide(m.divide(x, m.hypot(x, y)), m.hypot(x, y)),
         lambda m, v, y, x: -m.divide(m.divide(y, m.hypot(x, y)), m.hypot(x, y)),
         written=(lambda m, v, y, x: m.divide(x, m.power(x, m.number(2.0)) + m.power(y, m.number(2.0))),
                  lambda m, v, y, x: -m.divide(y, m.power(x, m.number(2.0)) + m.power(y, m.number(2.0)))),
         names=("arctan2",),
         domain=Domain("arguments that are not both zero", lambda m, y, x: bool(y != 0 or x != 0),
                       lambda y, x: ("other than zero",) * 2),
         boundaries=lambda m, y, x: (m.where("<", x, m.number(0.0), y, m.number(1.0)), m.hypot(x, y)),
         convention="the slope along the cut", jumps=True, sample=((0.1, 3.0), (-3.0, 3.0))),
    row("sinh", lambda m, x: m.sinh(x), lambda m, v, x: m.cosh(x), latex=r"\sinh\left({}\right)"),
    row("cosh", lambda m, x: m.cosh(x), lambda m, v, x: m.sinh(x), latex=r"\cosh\left({}\right)"),
    row("tanh", lambda m, x: m.tanh(x),
         lambda m, v, x: sech_squared(m, m.exp(-2.0 * m.absolute(x))),
         written=(lambda m, v, x: 1.0 - m.power(v, m.number(2.0)),), latex=r"\tanh\left({}\right)"),
    row("asinh", lambda m, x: m.asinh(x), lambda m, v, x: m.divide(m.number(1.0), m.hypot(x, m.number(1.0))),
         names=("arcsinh", "arsinh"),
         written=(lambda m, v, x: m.divide(m.number(1.0), m.sqrt(m.power(x, m.number(2.0)) + 1.0)),)),
    row("acosh", lambda m, x: m.acosh(x),
         lambda m, v, x: m.divide(m.number(1.0), m.sqrt(x - 1.0) * m.sqrt(x + 1.0)), names=("arccosh", "arcosh"),
         written=(lambda m, v, x: m.divide(m.number(1.0), m.sqrt(m.power(x, m.number(2.0)) - 1.0)),),
         domain=at_least(1), boundaries=lambda m, x: (x - 1.0,), sample=((1.1, 4.0),)),
    row("atanh", lambda m, x: m.atanh(x), lambda m, v, x: m.divide(m.number(1.0), (1.0 - x) * (1.0 + x)),
         names=("arctanh", "artanh"),
         written=(lambda m, v, x: m.divide(m.number(1.0), 1.0 - m.power(x, m.number(2.0))),),
         domain=_OPEN_UNIT, boundaries=lambda m, x: (1.0 - x, 1.0 + x), sample=_INSIDE),
    row("hypot", lambda m, *xs: m.hypot(*xs),
         together=lambda m, v, *xs: [m.where("==", v, m.number(0.0), m.number(0.0), m.divide(x, v)) for x in xs],
         written=lambda m, v, *xs: [m.divide(x, v) for x in xs],
         boundaries=lambda m, *xs: (m.hypot(*xs),), convention="slope 0 at the tip of the cone"),
    row("relu", lambda m, x: m.maximum(m.number(0.0), x),
         lambda m, v, x: m.where(">", x, m.number(0.0), m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x: (x,), convention="relu'(0) = 0", linear=True, exact=True, piecewise=True),
    row("leaky_relu", lambda m, x: m.where(">", x, m.number(0.0), x, m.number(0.01) * x),
         lambda m, v, x: m.where(">", x, m.number(0.0), m.number(1.0), m.number(0.01)),
         boundaries=lambda m, x: (x,), convention="leaky_relu'(0) = 0.01", linear=True),
    row("sigmoid", lambda m, x: m.sigmoid(x), lambda m, v, x: v * m.sigmoid(-x),
         written=(lambda m, v, x: v * (1.0 - v),), latex=r"\sigma\left({}\right)"),
    row("softplus", lambda m, x: m.softplus(x), lambda m, v, x: m.sigmoid(x)),
    row("silu", lambda m, x: x * m.sigmoid(x),
         lambda m, v, x: m.sigmoid(x) + v * m.sigmoid(-x),
         written=(lambda m, v, x: m.sigmoid(x) + v * (1.0 - m.sigmoid(x)),)),
    row("gelu", lambda m, x: 0.5 * x * m.erfc(-m.divide(x, m.sqrt(m.number(2.0)))),
         lambda m, v, x: 0.5 * m.erfc(-m.divide(x, m.sqrt(m.number(2.0))))
         + x * m.divide(m.exp(-0.5 * m.power(x, m.number(2.0))), m.sqrt(2.0 * m.pi()))),
    row("erf", lambda m, x: m.erf(x),
         lambda m, v, x: m.divide(2.0 * m.exp(-m.power(x, m.number(2.0))), m.sqrt(m.pi()))),
    row("gamma", lambda m, x: m.gamma(x), lambda m, v, x: v * m.digamma(x), shared_name=True,
         domain=_POLES, boundaries=lambda m, x: (m.where(">", x, m.number(0.5), x, whole(m, x)),),
         sample=((0.3, 4.0),), latex=r"\Gamma\left({}\right)"),
    row("lgamma", lambda m, x: m.lgamma(x), lambda m, v, x: m.digamma(x),
         domain=_POLES, boundaries=lambda m, x: (m.where(">", x, m.number(0.5), x, whole(m, x)),),
         sample=((0.3, 4.0),)),
    row("digamma", lambda m, x: m.digamma(x), lambda m, v, x: m.trigamma(x),
         domain=_POLES, boundaries=lambda m, x: (m.where(">", x, m.number(0.5), x, whole(m, x)),),
         sample=((0.3, 4.0),), latex=r"\psi\left({}\right)"),
    row("max", lambda m, *xs: m.maximum(*xs), together=_first_hit,
         written=(lambda m, v, x, y: m.where(">=", x, y, m.number(1.0), m.number(0.0)),
                  lambda m, v, x, y: m.where(">", y, x, m.number(1.0), m.number(0.0))),
         boundaries=lambda m, *xs: _leads(m.maximum, xs), convention="the first of the arguments that tie",
         linear=True, exact=True, piecewise=True, latex=r"\max\left({}\right)"),
    row("min", lambda m, *xs: m.minimum(*xs), together=_first_hit,
         written=(lambda m, v, x, y: m.where("<=", x, y, m.number(1.0), m.number(0.0)),
                  lambda m, v, x, y: m.where("<", y, x, m.number(1.0), m.number(0.0))),
         boundaries=lambda m, *xs: _leads(m.minimum, xs), convention="the first of the arguments that tie",
         linear=True, exact=True, piecewise=True, latex=r"\min\left({}\right)"),
    *POWERS, *HYPERBOLIC, *NEURONS, *SPECIAL,
)
# fmt: on

_LATEX_RELATIONS: dict[Relation, str] = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}

WHERE: dict[Relation, Primitive] = {
    relation: row(
        f"where{relation}",
        lambda m, left, right, then, otherwise, r=relation: m.where(r, left, right, then, otherwise),
        lambda m, v, left, right, then, otherwise: m.number(0.0),
        lambda m, v, left, right, then, otherwise: m.number(0.0),
        lambda m, v, left, right, then, otherwise, r=relation: m.where(r, left, right, m.number(1.0), m.number(0.0)),
        lambda m, v, left, right, then, otherwise, r=relation: m.where(r, left, right, m.number(0.0), m.number(1.0)),
        boundaries=lambda m, left, right, then, otherwise: (left - right,),
        convention="the slope of the branch taken",
        linear=True,
        exact=True,
        piecewise=True,
        jumps=True,
        relation=relation,
        text=Writing(f"where({{}} {relation} {{}}, {{}}, {{}})"),
        latex=Writing(
            r"\begin{{cases}} {2} & \text{{if }} {0} "
            + _LATEX_RELATIONS[relation]
            + r" {1} \\ {3} & \text{{otherwise}} \end{{cases}}",
            SUM,
        ),
    )
    for relation in get_args(Relation)
}

TABLE: dict[str, Primitive] = {primitive.name: primitive for primitive in (*OPERATORS, *FUNCTIONS, *WHERE.values())}
"""Every row under its own name."""

WHOLE: dict[str, Primitive] = {primitive.name: primitive for primitive in OF_BUNDLES}
"""The rows that a program reaches through a bundle alone, whose entries are their arguments."""

CALLABLE: dict[str, Primitive] = {name: primitive for primitive in FUNCTIONS for name in primitive.names}
"""What a program can call, aliases too (`where` is syntax: its condition chooses the row in `WHERE`)."""

BY_COUNT: dict[tuple[str, int], Primitive] = {("log", 2): TABLE["logb"]}
"""What a name calls with so many arguments, where that is not what it calls with one."""

SHARED_NAMES: frozenset[str] = frozenset(name for name, primitive in CALLABLE.items() if primitive.shared_name)
"""The names in `CALLABLE` that variables may have too."""
