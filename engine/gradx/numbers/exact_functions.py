"""What is known exactly of functions (see `gradx.numbers.exact`)."""

from __future__ import annotations

from fractions import Fraction

ODD = frozenset({"sin", "asin", "atan", "sinh", "asinh", "tanh", "atanh", "erf"})
EVEN = frozenset({"cos", "cosh"})
INVERSE = {
    "exp": "log", "log": "exp", "sinh": "asinh", "asinh": "sinh", "tanh": "atanh", "atanh": "tanh", "sin": "asin",
    "cos": "acos", "cosh": "acosh",
}  # fmt: skip
"""f(g(x)) is x wherever it has a value; functions that answer a branch are not among the f."""

FOLDED = {"asin": ("sin", 1), "acos": ("cos", 2), "atan": ("tan", 1), "acosh": ("cosh", 0)}
"""f(g(x)) is x less so many half turns times a whole number, but for its sign: that nearest to 0."""

ONE_AT_ZERO = frozenset({"exp", "cosh", "cos"})
ZERO_AT_ONE = frozenset({"log", "lgamma", "acosh", "acos"})
PARTS_OF_PI = {
    ("asin", Fraction(1)): Fraction(1, 2),
    ("acos", Fraction(0)): Fraction(1, 2),
    ("acos", Fraction(-1)): Fraction(1),
    ("asin", Fraction(1, 2)): Fraction(1, 6),
    ("acos", Fraction(1, 2)): Fraction(1, 3),
    ("acos", Fraction(-1, 2)): Fraction(2, 3),
    ("atan", Fraction(1)): Fraction(1, 4),
}
FOUR_SQUARED_SINES = {Fraction(n, 12): float(four) for n, four in ((0, 0), (2, 1), (3, 2), (4, 3), (6, 4))}
"""Four times the square of the sine, of parts of π up to its half."""

DEGREES = {"sqrt": 2, "cbrt": 3}
BOUNDS: dict[str, tuple[int, int | None]] = {
    "tanh": (-1, 1),
    "erf": (-1, 1),
    "sigmoid": (0, 1),
    "exp": (0, None),
    "cosh": (1, None),
}
