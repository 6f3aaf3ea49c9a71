"""The hyperbolic functions that are one over another, and their inverses."""

from __future__ import annotations

from gradx.primitive import Domain, Primitive, row
from gradx.rows.domains import NOT_ZERO

_HALF_OPEN = Domain("an argument above 0 and of at most 1", lambda m, x: bool(0 < x <= 1))
_BEYOND = Domain("an argument below -1 or above 1", lambda m, x: bool(x < -1 or x > 1))

# fmt: off
HYPERBOLIC: tuple[Primitive, ...] = (
    row("sech", lambda m, x: m.divide(m.number(1.0), m.cosh(x)), lambda m, v, x: -(v * m.tanh(x))),
    row("csch", lambda m, x: m.divide(m.number(1.0), m.sinh(x)), lambda m, v, x: -m.divide(v, m.tanh(x)),
         domain=NOT_ZERO, boundaries=lambda m, x: (x,), sample=((0.1, 3.0),)),
    row("coth", lambda m, x: m.divide(m.number(1.0), m.tanh(x)),
         lambda m, v, x: -m.power(m.divide(m.number(1.0), m.sinh(x)), m.number(2.0)),
         written=(lambda m, v, x: -m.divide(m.number(1.0), m.power(m.sinh(x), m.number(2.0))),),
         domain=NOT_ZERO, boundaries=lambda m, x: (x,), sample=((0.1, 3.0),), latex=r"\coth\left({}\right)"),
    row("asech", lambda m, x: m.log1p(m.divide(1.0 - x + m.sqrt((1.0 - x) * (1.0 + x)), x)),  # acosh(1/x)
         lambda m, v, x: -m.divide(m.number(1.0), x * m.sqrt((1.0 - x) * (1.0 + x))), names=("arcsech", "arsech"),
         written=(lambda m, v, x: -m.divide(m.number(1.0), x * m.sqrt(1.0 - m.power(x, m.number(2.0)))),),
         domain=_HALF_OPEN, boundaries=lambda m, x: (x, 1.0 - x), sample=((0.1, 0.9),)),
    row("acsch", lambda m, x: m.asinh(m.divide(m.number(1.0), x)),
         lambda m, v, x: -m.divide(m.number(1.0), m.absolute(x) * m.hypot(x, m.number(1.0))),
         names=("arccsch", "arcsch"),
         written=(lambda m, v, x: -m.divide(m.number(1.0),
                                            m.absolute(x) * m.sqrt(m.power(x, m.number(2.0)) + 1.0)),),
         domain=NOT_ZERO, boundaries=lambda m, x: (x,), sample=((0.1, 3.0),)),
    row("acoth", lambda m, x: m.where(">", x, m.number(0.0),  # atanh(1/x), which loses digits beside 1 and -1
                                      0.5 * m.log1p(m.divide(m.number(2.0), x - 1.0)),
                                      -0.5 * m.log1p(m.divide(m.number(-2.0), x + 1.0))),
         lambda m, v, x: -m.divide(m.divide(m.number(1.0), x - 1.0), x + 1.0), names=("arccoth", "arcoth"),
         written=(lambda m, v, x: m.divide(m.number(1.0), 1.0 - m.power(x, m.number(2.0))),),
         domain=_BEYOND, boundaries=lambda m, x: (x - 1.0, x + 1.0), sample=((1.1, 4.0),)),
)
# fmt: on
