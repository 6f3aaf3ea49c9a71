"""The table read in mpmath, with every literal meant as it is written: 0.1 is a tenth, `pi` and `e` are themselves.

The witnesses of a gradient take a literal for its exact binary64 value. Whether a formula from paper is right is
another question: the derivative of `0.1*x^3` is `0.3*x^2`, although float64's 0.3 is not three times its 0.1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradx.numbers.multiprecision import Multiprecision

if TYPE_CHECKING:
    from mpmath import mpf


class Written(Multiprecision):
    """Arithmetic over `mpf` in which a binary64 number stands for the shortest decimal that reads back to it."""

    def __init__(self, digits: int) -> None:
        super().__init__(digits)
        self._known: dict[float, mpf] = {}

    def number(self, x: float) -> mpf:
        known = self._known.get(x)
        if known is None:
            known = self._known[x] = self._read(x)
        return known

    def _read(self, x: float) -> mpf:
        if x.is_integer() and abs(x) < 2**53:
            return self.context.mpf(x)
        if x == math.pi:
            return self.pi()
        if x == math.e:
            return self.exp(self._one)
        return self.context.mpf(repr(x))
