"""What a row of the table asks of an arithmetic, found out by listening to it once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import cast

from gradx.further_rows import INNER
from gradx.numbers import Made
from gradx.primitive import Primitive
from gradx.table import TABLE


class _Listener(Made):
    """An arithmetic and all its numbers: each knows what it was made of, `asked` are the functions asked for."""

    def __init__(self, asked: set[str], name: str = "", of: tuple[object, ...] = ()) -> None:
        self.asked, self.name, self.of = asked, name, of

    def __getattr__(self, name: str) -> Callable[..., _Listener]:
        if name.startswith("_"):
            raise AttributeError(name)  # what other number types ask of a stranger
        self.asked.add(name)
        return lambda *xs: _Listener(self.asked, name, xs)

    def made(self, name: str, *xs: _Listener | float) -> _Listener:
        return _Listener(self.asked, name, xs)


def _heard(rule: Callable[..., object], size: int) -> tuple[_Listener, tuple[_Listener, ...]]:
    """What a rule makes of `size` numbers, and those numbers."""
    m = _Listener(set())
    xs = tuple(_Listener(m.asked) for _ in range(size))
    return cast("Callable[..., _Listener]", rule)(m, *xs), xs


@cache
def boundary_operands(row: Primitive) -> tuple[frozenset[int], ...] | None:
    """For each boundary of a row the arguments that move it: what only chooses the quantity, as the sign of x in x^y,
    does not. None where there may be any number of them, all of which do."""
    if row.boundaries is None or row.arity is None:
        return None
    asked: set[str] = set()
    xs = tuple(_Listener(asked) for _ in range(row.arity))
    found = cast("Callable[..., tuple[_Listener, ...]]", row.boundaries)(_Listener(asked), *xs)
    return tuple(frozenset(k for k, x in enumerate(xs) if x in _parts(quantity)) for quantity in found)


def _parts(quantity: _Listener) -> set[object]:
    """What a quantity was made of, the condition of a `where` left out."""
    parts: set[object] = set()
    stack: list[object] = [quantity]
    while stack:
        part = stack.pop()
        parts.add(part)
        if isinstance(part, _Listener):
            stack.extend(part.of[3:] if part.name == "where" else part.of)
    return parts


@cache
def functions_of(row: Primitive) -> frozenset[str]:
    """The functions of an arithmetic that a row's value asks for: exp and erfc for exp(x^2)*erfc(x)."""
    return frozenset(_heard(row.value, row.arity or 2)[0].asked)


@cache
def operation_of(row: Primitive) -> str | None:
    """The one operation that a row's value is, of its arguments as they are: "+" for x + y, "sin" for sin(x). None for
    any other, as x*sigmoid(x)."""
    value, xs = _heard(row.value, row.arity or 3)
    return value.name if value.name and value.of == xs else None


@cache
def rows_by_operation() -> Mapping[str, Primitive]:
    """The row of every operation of an arithmetic that has one: that of `abs` for "absolute"."""
    return {name: row for row in reversed((*TABLE.values(), *INNER)) if (name := operation_of(row)) is not None}


def row_name(operation: str) -> str:
    """What the row of an operation is called; where there is none the operation's own name."""
    row = rows_by_operation().get(operation)
    return operation if row is None else row.name


@cache
def crosses(row: Primitive) -> bool:
    """Whether a row has two local partials that are its operands, each that of the other, as x*y has."""
    if operation_of(row) != "*" or callable(row.partials):
        return False
    (one, (_, _, y)), (other, (_, x, _)) = (_heard(rule, 3) for rule in row.partials)
    return one is y and other is x


@cache
def hidden_kink(row: Primitive) -> bool:
    """Whether a rule for a local partial has a kink or a choice that the rule as it is written has not: the stable one
    of tanh looks at |x|, and that of x^y at y = 0."""
    if callable(row.partials) or callable(row.written):
        return False
    size = len(row.partials) + 1
    stable = {name for rule in row.partials for name in _heard(rule, size)[0].asked}
    written = {name for rule in row.written if rule is not None for name in _heard(rule, size)[0].asked}
    return bool(row.written) and bool(_KINKED & stable) and not _KINKED & written


_KINKED = frozenset(("absolute", "where"))
