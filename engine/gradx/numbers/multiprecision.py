"""The table read in mpmath, at any precision. mpmath is imported when the first instance is made.

A function outside its domain, and a number that is not known, is `nan`; what is decided by a comparison with one is
not known either. A number too large to work with is one of these as far as its size is not known: numbers end at
10^(10^2466). Beyond 10^(10^3699) one is *huge*, an infinity: its sign is known, and that it is larger than any other.
(`exp(exp(exp(exp(7))))` is; a binary64 input never gets there, an intermediate result can.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from gradx.numbers import Bounded, Relation, holds
from gradx.numbers import beside_one as near
from gradx.numbers import large_arguments as large

if TYPE_CHECKING:
    from fractions import Fraction

    from mpmath import mpf
    from mpmath.ctx_mp import MPContext


MAX_REDUCTION = 1 << 20
"""The largest binary exponent that an argument of a periodic function may have (reduction costs that many bits)."""

MAX_ARGUMENT = 1 << 13
"""The same for functions that grow exponentially."""

HUGE_ARGUMENT = MAX_ARGUMENT + (1 << 12)
"""From this binary exponent of x on, exp(x) is huge: a product with any number that is not is huge as well."""

FADED = MAX_ARGUMENT + 64
"""From this binary exponent of x on, exp(-x) leaves nothing of the largest number it could be multiplied with."""

MAX_EXPONENT = 1 << MAX_ARGUMENT
"""A number whose binary exponent is further out than this is refused as nan."""

LARGEST_POWER = 1 << 64
"""The largest exponent, and the largest base, of a power with a huge number in it that is known to be huge too."""

PLAIN_DECIMAL = 1 << 14
"""Up to this binary exponent mpmath writes a number; it multiplies tens together, which does not end far out."""

LONG = 20
"""The same for reading one: the characters of its exponent."""

KNOWN = 64
"""A mantissa that is shorter than the precision by this many bits is taken for exact: nothing was rounded to it."""


SATURATED = 16
"""From this size of an argument on, tanh, erf, sigmoid and expm1 are worked out from what they lack to ±1."""


class Multiprecision:
    """Arithmetic over `mpf` at `digits` decimal digits, in a context of its own."""

    def __init__(self, digits: int) -> None:
        from mpmath.ctx_mp import MPContext

        from gradx.numbers import error_function as errors
        from gradx.numbers import gamma_functions as gammas

        self.context = MPContext()
        self.context.dps = digits
        self.digits = digits
        self.nan: mpf = self.context.nan
        self._zero: mpf = self.context.zero
        self._one: mpf = self.context.one
        c = self.context
        self._near = near.kind(c)
        self.exp = self._fading(self._growing(lambda x: large.exp(c, x)), -1, c.zero)
        expm1 = self._growing(lambda x: large.expm1(c, x))
        self.expm1: Callable[[mpf], mpf] = lambda x: self._near.made(self.exp(x), -1) if x < -SATURATED else expm1(x)
        self.log = self._next_to_one(c.ln, near.log)
        self.log2 = self._next_to_one(lambda x: c.ln(x) / c.ln(2), lambda c, x: near.log(c, x) / c.ln(2))
        self.log10 = self._next_to_one(c.log10, lambda c, x: near.log(c, x) / c.ln(10))
        self.log1p = self._next_to_one(c.log1p, near.log1p)
        self.sqrt = self._next_to_one(c.sqrt, lambda c, x: near.power(c, x, c.mpf(0.5)))
        self.sin = self._guarded(lambda x: large.periodic(c, c.sin, x), MAX_REDUCTION)
        self.cos = self._guarded(lambda x: large.periodic(c, c.cos, x), MAX_REDUCTION)
        self.tan = self._guarded(lambda x: large.periodic(c, c.tan, x), MAX_REDUCTION)
        self.asin = self._next_to_one(c.asin, near.asin)
        self.acos = self._next_to_one(c.acos, near.acos)
        self.atan = self._saturating(c.atan)
        self.sinh = self._growing(lambda x: large.sinh(c, x), -c.inf)
        self.cosh = self._growing(lambda x: large.cosh(c, x), c.inf)
        tanh = self._guarded(c.tanh)
        self.tanh: Callable[[mpf], mpf] = lambda x: (
            tanh(x) if abs(x) < SATURATED else self._saturated(x, self._small_sigmoid(-2 * abs(x)) * 2)
        )
        self.asinh = self._guarded(c.asinh)
        self.acosh = self._next_to_one(c.acosh, near.acosh)
        self.atanh = self._next_to_one(c.atanh, near.atanh)
        erfc = self._fading(self._guarded(lambda x: errors.erfc(c, x), FADED // 2), 1, c.zero, FADED // 2)
        self.erfc = self._fading(erfc, -1, c.mpf(2), FADED // 2)
        erf = self._guarded(lambda x: errors.erf(c, x))
        self.erf: Callable[[mpf], mpf] = lambda x: (
            erf(x) if abs(x) < SATURATED else self._saturated(x, self.erfc(abs(x)))
        )
        self.gamma = self._next_to_one(lambda x: gammas.gamma(c, x), gammas.gamma_beside_one, self._growing)
        self._loggamma = self._reflected(lambda x: gammas.loggamma(c, x))
        self.digamma = self._next_to_one(lambda x: gammas.digamma(c, x), gammas.digamma_beside_one, self._reflected)
        self.trigamma = self._next_to_one(lambda x: gammas.trigamma(c, x), gammas.trigamma_beside_one, self._reflected)
        self.floor = self._next_to_one(c.floor, near.floor, self._resolved)
        self.ceil = self._next_to_one(c.ceil, near.ceil, self._resolved)

    def _guarded(self, function: Callable[[mpf], mpf], exponent: int = MAX_EXPONENT) -> Callable[[mpf], mpf]:
        """`function`, with nan for a complex result, a pole, or an argument past 2^exponent."""
        mpf_type = self.context.mpf
        nan = self.nan

        def guarded(x: mpf) -> mpf:
            _, man, exp, bits = x._mpf_
            if (not man and exp) or exp + bits > exponent:
                return nan
            try:
                value = function(x)
            except (ValueError, ZeroDivisionError, OverflowError, ArithmeticError):
                return nan
            if type(value) is not mpf_type:
                return nan
            _, man, exp, _ = value._mpf_
            return value if man or not exp else nan

        return guarded

    def _next_to_one(
        self,
        function: Callable[[mpf], mpf],
        beside: Callable[[MPContext, near.BesideOne], mpf],
        guard: Callable[[Callable[[mpf], mpf]], Callable[[mpf], mpf]] | None = None,
    ) -> Callable[[mpf], mpf]:
        """`function`, guarded, and `beside` of a number that knows what it lacks to 1."""
        guarded, kind, c = (guard or self._guarded)(function), self._near, self.context
        return lambda x: beside(c, x) if isinstance(x, kind) else guarded(x)

    def _saturated(self, x: mpf, rest: mpf) -> mpf:
        """What a function that ends at ±1 comes to at `x`, of which 1 is further away by `rest`; nan is not known."""
        return self._near.made(rest, 1 if x > 0 else -1) if rest == rest else rest

    def _growing(self, function: Callable[[mpf], mpf], left: mpf | None = None) -> Callable[[mpf], mpf]:
        """`function`, guarded, that is huge of a positive argument far out, and `left` of a negative one."""
        guarded = self._guarded(function, MAX_ARGUMENT)
        right, left = self.context.inf, self.nan if left is None else left

        def growing(x: mpf) -> mpf:
            negative, man, exp, bits = x._mpf_
            if is_huge(x) or (man and exp + bits > HUGE_ARGUMENT):
                return left if negative else right
            return guarded(x)

        return growing

    def _reflected(self, function: Callable[[mpf], mpf]) -> Callable[[mpf], mpf]:
        """`function`, guarded, nan below 0 where not even the whole part of an argument can be told."""
        right, left = self._guarded(function), self._guarded(function, MAX_ARGUMENT)
        return lambda x: right(x) if x > 0 else left(x)

    def _saturating(self, function: Callable[[mpf], mpf]) -> Callable[[mpf], mpf]:
        """`function`, guarded, that is at its limit, as far as any digits go, where its argument is huge."""
        guarded = self._guarded(function)
        return lambda x: function(x) if is_huge(x) else guarded(x)

    def _fading(
        self, function: Callable[[mpf], mpf], sign: int, end: mpf, exponent: int = FADED
    ) -> Callable[[mpf], mpf]:
        """`function`, which past 2^exponent on one side is nearer to `end` than the smallest number times the largest
        is to 0. (Who reads the result sees that it was rounded.)"""

        def fading(x: mpf) -> mpf:
            negative, man, exp, bits = x._mpf_
            faded = (is_huge(x) or (man and exp + bits > exponent)) and (negative == 1) == (sign < 0)
            return end if faded else function(x)

        return fading

    def _resolved(self, function: Callable[[mpf], mpf]) -> Callable[[mpf], mpf]:
        """`function`, which is flat but for jumps: nan too where rounding has left nothing of a fraction."""
        guarded = self._guarded(function, MAX_REDUCTION)
        context, nan = self.context, self.nan

        def resolved(x: mpf) -> mpf:
            _, _, exp, bits = x._mpf_
            prec = context.prec
            return nan if exp + bits > prec and bits > prec - KNOWN else guarded(x)

        return resolved

    def decimal(self, x: mpf, digits: int) -> str:
        """`x` as a decimal of up to `digits` significant digits, zeros trimmed."""
        c = self.context
        _, man, exp, bits = x._mpf_
        size = exp + bits if man else 0
        with c.workprec(int(3.33 * digits) + KNOWN):
            # mpmath writes all digits of an integer as long as the mantissa. (x may come from another context.)
            x = +c.make_mpf(x._mpf_)
        if abs(size) <= PLAIN_DECIMAL:
            text: str = c.nstr(x, digits)
            return text
        with c.workprec(int(3.33 * digits) + abs(size).bit_length() + KNOWN):
            logarithm = c.log10(abs(x))
            exponent = int(c.floor(logarithm))
            mantissa = c.nstr(c.mpf(10) ** (logarithm - exponent), digits)
        if mantissa == "10.0":
            mantissa, exponent = "1.0", exponent + 1
        return f"{'-' if x < 0 else ''}{mantissa}e{exponent:+d}"

    def parsed(self, text: str) -> mpf:
        """The number that a decimal says, however long its exponent is."""
        mantissa, _, exponent = text.partition("e")
        if len(exponent) < LONG:
            return self.context.mpf(text)
        c = self.context
        with c.workprec(c.prec + 4 * len(exponent)):
            logarithm = int(exponent) * c.ln10
        return c.mpf(mantissa) * large.exp(c, logarithm)

    def number(self, x: float) -> mpf:
        return self.context.mpf(x)

    def ratio(self, x: Fraction) -> mpf:
        """A rational number, rounded."""
        return self.context.mpf(x.numerator) / x.denominator

    def pi(self) -> mpf:
        return +self.context.pi

    def inside(self, row: Bounded, xs: tuple[mpf, ...]) -> bool | None:
        if row.domain is None:
            return True
        return row.domain.holds(self, *xs) if all(x == x for x in xs) else None

    def is_finite(self, x: mpf) -> bool:
        """False for nan and infinities, and for numbers too large to go on with."""
        _, man, exp, bits = x._mpf_
        return bool(man or not exp) and exp + bits < MAX_EXPONENT

    def where(self, relation: Relation, left: mpf, right: mpf, then: mpf, otherwise: mpf) -> mpf:
        if left != left or right != right or (left == right and is_huge(left)):
            return self.nan
        return then if holds(relation, left, right) else otherwise

    def divide(self, x: mpf, y: mpf) -> mpf:
        return x / y if y else self.nan

    def modulo(self, x: mpf, y: mpf) -> mpf:
        return x - self.floor(x / y) * y if y else self.nan

    def power(self, x: mpf, y: mpf) -> mpf:
        if not (self.is_finite(x) and self.is_finite(y)):
            return self._huge_power(x, y)
        if not x:
            return self._one if not y else self._zero if y > 0 else self.nan
        c = self.context
        if isinstance(x, self._near):
            return near.power(c, x, y)
        if x < 0 and isinstance(y, self._near):
            return self.nan
        if c.mag(y) > large.POWER or abs(c.mag(x)) > 1 << large.POWER:
            return self._large_power(x, y)
        value = c.power(x, y)
        return cast("mpf", value) if type(value) is c.mpf else self.nan

    def _large_power(self, x: mpf, y: mpf) -> mpf:
        """|x|^y by its logarithm, where y or the exponent of x is too large to count squarings."""
        exp = y._mpf_[2]
        if x < 0 and exp < 0:
            return self.nan
        c = self.context
        with c.workprec(c.prec + c.mag(x).bit_length() + max(0, min(c.mag(y), MAX_ARGUMENT)) + 20):
            logarithm = y * c.ln(abs(x))
        size = self.exp(logarithm)
        return -size if x < 0 and not exp else size

    def _huge_power(self, x: mpf, y: mpf) -> mpf:
        """A huge number to a power that keeps it huge, or a power whose exponent is huge, of a base not next to 1."""
        if is_huge(x) and x > 0 and 1 <= abs(y) <= LARGEST_POWER:
            return x if y > 0 else self._zero
        if is_huge(y) and (2 <= x <= LARGEST_POWER or 0 < x <= 0.5):
            return self.context.inf if (x > 1) == (y > 0) else self._zero
        return self.nan

    def maximum(self, *xs: mpf) -> mpf:
        return max(xs) if all(x == x for x in xs) else self.nan

    def minimum(self, *xs: mpf) -> mpf:
        return min(xs) if all(x == x for x in xs) else self.nan

    def absolute(self, x: mpf) -> mpf:
        return abs(x)

    def sign(self, x: mpf) -> mpf:
        return x if x != x else self._one if x > 0 else -self._one if x < 0 else self._zero

    def cbrt(self, x: mpf) -> mpf:
        root = self.context.cbrt(abs(x))
        return -root if x < 0 else root

    def atan2(self, y: mpf, x: mpf) -> mpf:
        return self.context.atan2(y, x) if (x or y) and not (is_huge(x) and is_huge(y)) else self.nan

    def hypot(self, x: mpf, y: mpf) -> mpf:
        return self.context.hypot(x, y)

    def sigmoid(self, x: mpf) -> mpf:
        if x > SATURATED:
            return self._saturated(x, self._small_sigmoid(-x))
        return self.divide(self._one, 1 + self.exp(-x)) if x > 0 else self._small_sigmoid(x)

    def _small_sigmoid(self, x: mpf) -> mpf:
        small = self.exp(x)
        return self.divide(small, 1 + small)

    def softplus(self, x: mpf) -> mpf:
        return self.log1p(self.exp(x)) if x < 0 else x + self.log1p(self.exp(-x))

    def lgamma(self, x: mpf) -> mpf:
        return x if is_huge(x) and x > 0 else self._loggamma(x)


def is_known(x: mpf) -> bool:
    """Whether a number is one: neither huge nor not-a-number."""
    _, man, exp, _ = x._mpf_
    return bool(man or not exp)


def is_huge(x: mpf) -> bool:
    """Whether a number is further from 0 than any that can be worked with."""
    _, man, exp, _ = x._mpf_
    return bool(not man and exp and x == x)


def is_ratio(x: mpf, ratio: Fraction) -> bool:
    """Whether the number is exactly this one."""
    sign, man, exp, _ = x._mpf_
    whole = int(-man if sign else man) * ratio.denominator
    return bool(whole << max(exp, 0) == ratio.numerator << max(-exp, 0))
