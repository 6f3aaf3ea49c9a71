"""Where a function of t goes as t shrinks, told from a few of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import mpmath
from proof.random_expressions import mp

Number: TypeAlias = mpmath.mpf


class UnsettledError(Exception):
    """The numbers do not tell: digits drowned, what remains may be noise or not, or no order shows."""


def limit(steps: Sequence[int], values: Sequence[Number], noises: Sequence[Number]) -> Number:
    """Where numbers go that belong to t = 2^-k, k in `steps` (equally far apart), if they are L + Σ c·t^e·(log t)^j.

    Below `noises` a number is 0. Raises UnsettledError where nothing shows.
    """
    if all(abs(v) <= n for v, n in zip(values, noises, strict=True)):
        return mp.zero
    gaps = _gaps(values)
    if all(abs(d) <= 2 * n for d, n in zip(gaps, noises, strict=False)):
        return values[-1]
    for power in range(4):
        rates = _rates([v / mp.mpf(k) ** power for k, v in zip(steps, values, strict=True)])
        if _is_steady(rates):
            return mp.zero if rates[0] < 0 else mp.sign(values[-1]) * mp.inf
    if _settles(values) and abs(values[-1]) < mp.ldexp(abs(values[0]), -60):
        return mp.zero
    if _is_polynomial(values):
        return mp.sign(gaps[-1]) * mp.inf
    return _beside_a_constant(values, gaps)


def _beside_a_constant(values: Sequence[Number], gaps: Sequence[Number]) -> Number:
    rates = _rates(gaps)
    if _is_steady(rates):
        if rates[0] > 0:
            return mp.sign(gaps[-1]) * mp.inf
        before, last = _aitken(values[-4:-1]), _aitken(values[-3:])
        if abs(before - last) <= mp.mpf(10) ** -18 * abs(last):
            return last
    if _settles(gaps) and abs(gaps[-1]) < mp.ldexp(abs(values[-1]), -60):
        return values[-1]
    raise UnsettledError


def _gaps(values: Sequence[Number]) -> list[Number]:
    return [b - a for a, b in pairwise(values)]


def _rates(values: Sequence[Number]) -> list[float]:
    """Bits gained from one number to the next; none where signs change or a number is 0."""
    ratios = [b / a if a else mp.zero for a, b in pairwise(values)]
    return [float(mp.log(r, 2)) for r in ratios] if all(r > 0 for r in ratios) else []


def _is_steady(rates: Sequence[float]) -> bool:
    """Whether the rates are those of a power of t, perhaps with a logarithm beside it."""
    if not rates or min(rates) * max(rates) <= 0:
        return False
    spread, size = max(rates) - min(rates), min(map(abs, rates))
    return spread <= 1e-6 * size or (size > 5 and spread <= 0.3 * size)


def _settles(values: Sequence[Number]) -> bool:
    """Whether each number is far smaller than the one before, whatever its sign."""
    return all(abs(b) <= abs(a) / 4 for a, b in pairwise(values))


def _is_polynomial(values: Sequence[Number]) -> bool:
    """Whether the numbers grow as a power of log t does: as a polynomial in k, of degree 1 to 3."""
    for _ in range(3):
        values = _gaps(values)
        if values[0] and all(abs(v - values[0]) < mp.ldexp(abs(values[0]), -20) for v in values):
            return True
    return False


def _aitken(values: Sequence[Number]) -> Number:
    a, b, c = values
    bend = c - 2 * b + a
    return c - (c - b) ** 2 / bend if bend else c
