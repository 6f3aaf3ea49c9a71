"""Activations of neural networks, and what keeps a number between two others.

Source of the formulas and of what is taken at a kink: PyTorch's documentation of torch.nn and of torch.clamp.
"""

from __future__ import annotations

from gradx.primitive import Primitive, row
from gradx.rows.domains import sech_squared

_SELU_SCALE = 1.0507009873554805
_SELU_BELOW = 1.7580993408473768
"""λ and λ·α of Klambauer, Unterthiner, Mayr, Hochreiter: Self-normalizing neural networks, 2017."""

# fmt: off
NEURONS: tuple[Primitive, ...] = (
    row("elu", lambda m, x: m.where(">", x, m.number(0.0), x, m.expm1(x)),
         lambda m, v, x: m.where(">", x, m.number(0.0), m.number(1.0), m.exp(x)), boundaries=lambda m, x: (x,)),
    row("selu", lambda m, x: m.where(">", x, m.number(0.0), _SELU_SCALE * x, _SELU_BELOW * m.expm1(x)),
         lambda m, v, x: m.where(">", x, m.number(0.0), m.number(_SELU_SCALE), _SELU_BELOW * m.exp(x)),
         boundaries=lambda m, x: (x,), convention="selu'(0) = 1.7580993"),
    row("mish", lambda m, x: x * m.tanh(m.softplus(x)),
         lambda m, v, x: m.tanh(m.softplus(x))
         + x * m.sigmoid(x) * sech_squared(m, m.exp(-2.0 * m.softplus(x))),
         written=(lambda m, v, x: m.tanh(m.softplus(x))
                  + x * m.sigmoid(x) * (1.0 - m.power(m.tanh(m.softplus(x)), m.number(2.0))),)),
    row("softsign", lambda m, x: m.divide(x, 1.0 + m.absolute(x)),
         lambda m, v, x: m.divide(m.number(1.0), m.power(1.0 + m.absolute(x), m.number(2.0))),
         boundaries=lambda m, x: (x,)),
    row("logsigmoid", lambda m, x: -m.softplus(-x), lambda m, v, x: m.sigmoid(-x)),
    row("hardtanh", lambda m, x: m.maximum(m.number(-1.0), m.minimum(m.number(1.0), x)),
         lambda m, v, x: m.where("<", m.absolute(x), m.number(1.0), m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x: (x + 1.0, x - 1.0), convention="slope 0 at either end",
         linear=True, exact=True, piecewise=True),
    row("relu6", lambda m, x: m.minimum(m.number(6.0), m.maximum(m.number(0.0), x)),
         lambda m, v, x: m.where("<", m.absolute(x - 3.0), m.number(3.0), m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x: (x, x - 6.0), convention="slope 0 at either end",
         linear=True, exact=True, piecewise=True, sample=((-3.0, 9.0),)),
    row("clip", lambda m, x, lo, hi: m.minimum(m.maximum(x, lo), hi),
         lambda m, v, x, lo, hi: m.where("<", x, lo, m.number(0.0),
                                         m.where("<=", x, hi, m.number(1.0), m.number(0.0))),
         lambda m, v, x, lo, hi: m.where("<", x, lo, m.where("<=", lo, hi, m.number(1.0), m.number(0.0)),
                                         m.number(0.0)),
         lambda m, v, x, lo, hi: m.where(">", m.maximum(x, lo), hi, m.number(1.0), m.number(0.0)),
         boundaries=lambda m, x, lo, hi: (x - lo, m.maximum(x, lo) - hi), convention="the slope of the first argument",
         names=("clamp",), shared_name=True, linear=True, exact=True, piecewise=True),
)
# fmt: on
