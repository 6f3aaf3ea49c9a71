"""`x=1..3` and `x=0..1:0.25`: an input that takes one value after the other, each in a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import RANGE, Binding, read_binding
from gradx.language.diagnosis import brief

MOST_ROWS = 100_000
"""A grid of more rows is refused."""

WHOLE = 1e-9
"""So near to a whole number of steps, the last one ends at the end of the range: three thirds are 1."""


def read_range(text: str) -> Sequence[Binding]:
    """A binding for each number of `x=1..3` (1, 2, 3) or `x=0..1:0.25`, from the first number up to the second.

    The numbers are those of the decimals as they are written: three steps of 0.1 are 0.3. Raises `GradxError` of kind
    "binding" for what is no range, "size" for one of more than `MOST_ROWS` numbers.
    """
    head, _, extent = text.partition("=")
    first, _, behind = extent.partition(RANGE)
    last, colon, stride = behind.partition(":")
    at = len(head) + 1
    low = _number(text, at, first)
    high = _number(text, at + len(first) + len(RANGE), last)
    step = _number(text, len(text) - len(stride), stride) if colon else Fraction(1)
    name = read_binding(text[:at] + first).name
    place = Span(Source(f"binding {name}", text), at, len(extent))
    if low >= high:
        by = f"{colon}{stride}" if step > 0 else f":{stride.strip().removeprefix('-')}" if step else ""
        hint = None if low == high else f"write {brief(f'{name}={last}{RANGE}{first}{by}')}"
        raise GradxError("binding", "a range goes from a smaller number to a larger one", hint=hint, span=place)
    if step <= 0:
        raise GradxError("binding", "the step of a range is above 0", hint=f"as in {name}=0..1:0.25", span=place)
    steps = (high - low) / step
    whole = round(steps)
    if abs(steps - whole) <= WHOLE * max(whole, 1) and whole:
        step = (high - low) / whole
        steps = Fraction(whole)
    if steps < 1:
        tenth = f"{float(high - low) / 10:.3g}"
        hint = f"say how far apart the numbers are: {brief(f'{name}={first}{RANGE}{last}')}:{tenth}"
        raise GradxError("binding", "the step is longer than the range", hint=hint, span=place)
    count = int(steps) + 1
    if count > MOST_ROWS:
        raise too_many(count, place)
    values = (float(low + k * step) for k in range(count))
    return [Binding(name, value, Source(f"binding {name}", f"{name}={value!r}")) for value in values]


def evenly(numbers: Sequence[str]) -> str | None:
    """The range that these numbers are, as `1..3` for 1, 2, 3; None where they are none."""
    at = [Fraction(number.strip()) for number in numbers]
    step = at[1] - at[0]
    if step <= 0 or any(right - left != step for left, right in pairwise(at)):
        return None
    by = "" if step == 1 else f":{float(step)}"
    return f"{numbers[0].strip()}{RANGE}{numbers[-1].strip()}{by}"


def too_many(rows: int, place: Span | None = None) -> GradxError:
    """The error for a grid of so many rows."""
    message = f"{rows:,} rows are more than the {MOST_ROWS:,} that ranges may give"
    return GradxError("size", message, hint="take a longer step: x=0..1:0.25", span=place)


def _number(text: str, at: int, part: str) -> Fraction:
    """The number that stands at `at`, as the shortest decimal that is its float64."""
    head = text[: text.index("=") + 1]
    try:
        return Fraction(repr(read_binding(head + part).value))
    except GradxError as error:
        problem = error.problem
        if problem.span is not None and problem.span.offset < len(head) and part.strip():
            raise
        message, hint = problem.message, problem.hint
        if not part.strip():
            message = "a range has a number on either side of its points"
            hint = "as in x=1..3, or with a step x=0..1:0.25"
        elif part.strip().endswith((",", ";")):
            hint = f"leave it out: {brief(text.rstrip(',; '))}"
        elif "=" in part:
            hint = "give each input an argument of its own: x=1..3 y=2"
        place = Span(Source("binding", text), at, max(1, len(part)))
        raise GradxError("binding", message, hint=hint, span=place) from None
