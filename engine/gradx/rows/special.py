"""Functions of probability and of signals, and the remainder of C."""

from __future__ import annotations

from gradx.primitive import Domain, Primitive, row
from gradx.rows.domains import whole

_DIVISOR = Domain("a divisor other than zero", lambda m, x, y: bool(y != 0))

# fmt: off
SPECIAL: tuple[Primitive, ...] = (
    row("sinc", lambda m, x: m.where("==", x, m.number(0.0), m.number(1.0), m.divide(m.sin(x), x)),
         lambda m, v, x: m.sinc_slope(x), boundaries=lambda m, x: (x,),
         written=(lambda m, v, x: m.divide(m.cos(x) - v, x),)),
    row("erfc", lambda m, x: m.erfc(x),
         lambda m, v, x: -m.divide(2.0 * m.exp(-m.power(x, m.number(2.0))), m.sqrt(m.pi()))),
    row("normcdf", lambda m, x: 0.5 * m.erfc(-m.divide(x, m.sqrt(m.number(2.0)))),
         lambda m, v, x: m.divide(m.exp(-0.5 * m.power(x, m.number(2.0))), m.sqrt(2.0 * m.pi())),
         latex=r"\Phi\left({}\right)"),
    row("fmod", lambda m, x, y: m.where("<", x, m.number(0.0), -m.modulo(-x, m.absolute(y)),
                                        m.modulo(x, m.absolute(y))),
         lambda m, v, x, y: m.number(1.0),
         lambda m, v, x, y: -(m.sign(m.divide(x, y)) * m.floor(m.absolute(m.divide(x, y)))),
         domain=_DIVISOR, boundaries=lambda m, x, y: (y, whole(m, m.divide(x, y)) * y),
         convention="the slope on the side without the jump", linear=True, zero_at=(0,), jumps=True,
         sample=((0.1, 0.9), (1.1, 3.0))),
)
# fmt: on
