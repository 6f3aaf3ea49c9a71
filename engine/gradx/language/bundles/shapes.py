"""The shape of what an operation makes of bundles, and in words why two bundles do not fit."""

from __future__ import annotations

from gradx.bundle import NUMBER, Shape, shape_text
from gradx.errors import Kind


class MisfitError(Exception):
    """Bundles that an operation cannot take: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str | None = None, kind: Kind = "shape") -> None:
        super().__init__(message)
        self.kind, self.message, self.hint = kind, message, hint


def is_vector(shape: Shape) -> bool:
    """Whether it is a row or a column of more than one entry."""
    return shape != NUMBER and 1 in shape


def is_matrix(shape: Shape) -> bool:
    return 1 not in shape


def described(name: str, shape: Shape) -> str:
    """`W is 4x2`."""
    return f"{name} is a number" if shape == NUMBER else f"{name} is {shape_text(shape)}"


def spread(left: Shape, right: Shape, texts: tuple[str, str], sign: str) -> Shape:
    """The shape of an operation entry by entry: both the same, a number, or a row or column that is repeated."""
    if NUMBER in (left, right) and sign in ("*", "/"):
        return right if left == NUMBER else left
    if left == right or right == NUMBER:
        return left
    if left == NUMBER:
        return right
    for one, other in ((left, right), (right, left)):
        if is_matrix(one) and other in ((one[0], 1), (1, one[1])):
            return one
    a, b = texts
    both = f"{described(a, left)} and {described(b, right)}"
    if left[::-1] == right and 1 in left:
        _refuse_column_and_row(left, texts, both)
    if 1 in left and 1 in right and (left[0] == 1) != (right[0] == 1):
        hint = f"the outer product is {a} {b}" if left[1] == 1 else f"the outer product is {b} {a}"
        raise MisfitError(f"{both}: a column and a row of other lengths do not go entry by entry", hint)
    if sign in ("*", "⊙") and left[1] == right[0]:
        raise MisfitError(f"{both}: entry by entry they do not fit", f"the matrix product is {a} @ {b}")
    raise MisfitError(f"{both}: entry by entry both need the same shape", _transposed(left, right, texts))


def _refuse_column_and_row(left: Shape, texts: tuple[str, str], both: str) -> None:
    a, b = texts
    column, row = (a, b) if left[1] == 1 else (b, a)
    if left[0] == 1:
        x, y = (text if factor(text.removesuffix("^T")).isidentifier() else factor(text) for text in texts)
        hint = f"row times column, a number, is {x} {y}; column times row is {y} {x}"
        raise MisfitError(f"{both}: a column and a row do not go entry by entry", hint)
    column_of_row = _flipped(row)
    flipped = f"{column_of_row} {'makes a column of the row' if column_of_row.endswith('^T') else 'is a column'}"
    hint = f"{flipped}; the outer product is {factor(column)} {factor(row)}"
    raise MisfitError(f"{both}: a column and a row do not go entry by entry", hint)


def factor(text: str) -> str:
    return text if text.replace("_", "").isalnum() else f"({text})"


def _transposed(left: Shape, right: Shape, texts: tuple[str, str]) -> str:
    if left[::-1] == right:
        return f"{factor(texts[1])}^T is {shape_text(left)}"
    if is_matrix(left) == is_matrix(right):
        return f"two of one shape go together: {texts[0]} and {texts[1]} both {shape_text(left)}, say"
    rows, columns = left if is_matrix(left) else right
    return f"beside {rows}x{columns} goes a column of {rows}, which is repeated, or a row of {columns}"


def product(left: Shape, right: Shape, texts: tuple[str, str]) -> Shape:
    """The shape of a product of matrices."""
    if NUMBER in (left, right):
        return right if left == NUMBER else left
    if left[1] == right[0]:
        return left[0], right[1]
    a, b = texts
    both = f"{described(a, left)} and {described(b, right)}"
    if is_vector(left) and left == right:
        hint = f"write {factor(a)}^T {factor(b)} or dot({a}, {b}) for the sum of products, {a}*{b} entry by entry"
        raise MisfitError(f"{both}: a product of two vectors may mean several things", hint)
    meet = "meets" if left[1] == 1 else "meet"
    message = (
        f"{both}: the {_many(left[1], 'column')} of {a} {meet} the {_many(right[0], 'row')} of {b}"
        if len(a) + len(b) < LONGEST
        else f"{shape_text(left)} times {shape_text(right)}: {_many(left[1], 'column')} {meet} {_many(right[0], 'row')}"
    )
    raise MisfitError(message, _fitting(left, right, a, b))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


LONGEST = 40
"""Longer operands are not written into a message."""


def _fitting(left: Shape, right: Shape, a: str, b: str) -> str:
    if left[0] == right[0]:
        return f"{_flipped(a)} {factor(b)} would be {left[1]}x{right[1]}"
    if left[1] == right[1]:
        return f"{factor(a)} {_flipped(b)} would be {left[0]}x{right[0]}"
    return f"the product needs {_many(left[1], 'row')} on its right, or {_many(right[0], 'column')} on its left"


def _flipped(text: str) -> str:
    """The transpose: of a name's transpose that name."""
    name = text.removesuffix("^T")
    return name if name != text and name.isidentifier() else f"{factor(text)}^T"


def repeated(shape: Shape, whole: Shape, text: str) -> str | None:
    """That a row or a column is repeated, in words; None where nothing is."""
    if shape in (NUMBER, whole) or not is_matrix(whole):
        return None
    each = "column" if shape[1] == 1 else "row"
    return f"{text} ({shape_text(shape)}) is repeated for each {each} of {shape_text(whole)}"


def star(left: Shape, right: Shape, texts: tuple[str, str]) -> None:
    """Refuse `W*x`, which would repeat x, where the matrix product of the same two exists as well."""
    a, b = texts
    one_repeats = is_matrix(left) != is_matrix(right)
    if one_repeats and NUMBER not in (left, right) and left[1] == right[0]:
        message = f"{described(a, left)} and {described(b, right)}: `*` goes entry by entry, and would repeat "
        one = b if is_matrix(left) else a
        hint = f"write {factor(a)} @ {factor(b)} for the matrix product"
        if left[0] == right[0] or left[1] == right[1]:
            hint += f", {factor(b)}*{factor(a)} entry by entry"
        raise MisfitError(message + one, hint)
