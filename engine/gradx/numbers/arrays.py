"""The table read with NumPy: binary64 at many points at once.

Numbers are arrays of float64 of one length, or plain floats, which stand for the same number at every point. What NumPy
would warn about (a logarithm of a negative number, an overflow) is an answer here, not-a-number or an infinity.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gradx.numbers import Arithmetic, Relation, borrowing
from gradx.numbers.float64 import FLOAT64

Array = NDArray[np.float64]
"""Shape (points,), or () for a number that is the same at every point."""

_COMPARE: dict[Relation, np.ufunc] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


_RENAMED = {name: name.replace("a", "arc", 1) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")}
_RENAMED["modulo"] = "mod"


def quiet() -> np.errstate:
    """The context in which this arithmetic is used: without it NumPy warns on stderr."""
    return np.errstate(all="ignore")


def _each(f: Callable[[float], float]) -> Callable[[Array], Array]:
    """A function that NumPy lacks, point by point as float64 has it."""
    vector = np.frompyfunc(f, 1, 1)

    def function(x: Array) -> Array:
        return np.asarray(vector(x), dtype=np.float64)

    return function


@borrowing(FLOAT64, made=_each)
@borrowing(np, _RENAMED)
class Arrays(Arithmetic[Array]):
    """Arithmetic over arrays. Stateless; `ARRAYS` is the one instance that is needed."""

    number = staticmethod(lambda x: np.asarray(x, dtype=np.float64))
    pi = staticmethod(lambda: np.asarray(math.pi))
    maximum = staticmethod(lambda *xs: functools.reduce(np.maximum, xs))
    minimum = staticmethod(lambda *xs: functools.reduce(np.minimum, xs))

    @staticmethod
    def where(relation: Relation, left: Array, right: Array, then: Array, otherwise: Array) -> Array:
        chosen = np.where(_COMPARE[relation](left, right), then, otherwise)
        # Infinities may look lost in the sum of all differences: then each is looked at.
        if not math.isnan(np.add.reduce(left - right, axis=None)):
            return chosen
        return np.where(np.isnan(left) | np.isnan(right), math.nan, chosen)

    @staticmethod
    def power(x: Array, y: Array) -> Array:
        # A plain exponent lets NumPy square instead of calling pow.
        return np.asarray(np.asarray(x) ** (float(y) if np.ndim(y) == 0 else y), dtype=np.float64)

    @staticmethod
    def hypot(*xs: Array) -> Array:
        return functools.reduce(np.hypot, xs) if len(xs) > 1 else np.abs(xs[0])

    @staticmethod
    def atan2(y: Array, x: Array) -> Array:
        return np.where((y == 0) & (x == 0), math.nan, np.arctan2(y + 0.0, x))

    @staticmethod
    def sigmoid(x: Array) -> Array:
        small = np.exp(-np.abs(x))
        return np.where(x >= 0, 1.0, small) / (1.0 + small)

    @staticmethod
    def softplus(x: Array) -> Array:
        return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


ARRAYS = Arrays()  # type: ignore[abstract]
