"""A check for a person: each claim with its mark; where it is wrong a counterexample, the mistake and what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradx.errors import Span
from gradx.language.program import Program
from gradx.lessons.checking import Checked
from gradx_cli.diagnostics import pointed_at
from gradx_cli.escape import safe
from gradx_cli.views.numbers import shown
from gradx_cli.views.styles import CONFIRMED, DOUBTFUL, QUIET, WRONG
from gradx_cli.views.terminal import Segment, Terminal
from gradx_cli.width import cells, padded

INDENT, DEEPER = "  ", "    "

MOST_NUMBERS = 6

LONGEST, LONG_BESIDE_NUMBER = 300, 40
"""Characters of a right formula that is worth showing, alone and beside the number that it comes to."""

_MARKS = {"correct": ("✓", CONFIRMED), "wrong": ("✗", WRONG), "undecided": ("?", DOUBTFUL)}


def show(program: Program, results: Sequence[Checked], at_point: bool, terminal: Terminal, digits: int) -> None:
    """Write all claims of one program; `at_point`: values were given."""
    terminal.write([""])
    for result in results:
        lines = _claim(program, results, result, at_point, terminal, digits)
        terminal.write(terminal.styled(*line) for line in lines)


def one_line(program: Program) -> str:
    """The program's text as one line that is safe to show."""
    return safe(" ".join(program.source.text.split()))


def _claim(
    program: Program, results: Sequence[Checked], result: Checked, at_point: bool, terminal: Terminal, digits: int
) -> Iterator[list[Segment]]:
    mark, style = _MARKS[result.status]
    mark = mark if terminal.unicode else mark.translate({ord("✓"): "ok", ord("✗"): "x"})
    text = terminal.drawn(_written(program, result, result.claim.text))
    head: list[Segment] = [(f"{INDENT}{mark} ", style)]
    if result.status == "correct":
        width = max(cells(terminal.drawn(_written(program, r, r.claim.text))) for r in results if r.status == "correct")
        told = terminal.drawn(_how(result, at_point))
        fits = terminal.width is None or cells(INDENT) + 2 + width + 3 + cells(told) <= terminal.width
        yield [*head, (padded(text, width) if fits else text, ""), *([("   " + told, QUIET)] if fits else [])]
        if not fits:
            yield from ([(DEEPER + line, QUIET)] for line in _fitting(told, terminal))
    elif result.status == "undecided":
        yield [*head, (f"{text} is not decided", "")]
        yield from _told(result.reason or "", style, terminal)
    else:
        first, *more = _fitting(f"{text} is wrong{_difference(result, digits)}", terminal)
        yield [*head, (first, "")]
        yield from ([(DEEPER + line, "")] for line in more)
        yield from _why(result, terminal)
        right = _right(result, at_point, digits)
        if right:
            yield [(DEEPER + terminal.drawn(_written(program, result, right)), CONFIRMED)]


def _written(program: Program, result: Checked, formula: str) -> str:
    """`dx = 2*x`, `du/db = c`."""
    graph = program.graph
    of = "" if result.claim.of == graph.output else f"d{graph.names[result.claim.of]}/"
    return safe(f"{of}d{graph.names[result.claim.wrt]} = {' '.join(formula.split())}")


def _how(result: Checked, at_point: bool) -> str:
    """How it is known to be right."""
    if result.proof == "symbolic":
        known = "proved by SymPy"
    elif result.claim.is_number and at_point:
        known = "right at the values given"
    else:
        known = f"equal at {result.points} points"
    return f"{known}; {safe(result.reason)}" if result.reason else known


def _difference(result: Checked, digits: int) -> str:
    found = result.counterexample
    if found is None:
        return ""
    point = f" at {_point(found.point, digits)}" if found.point else ""
    claimed, actual = shown(found.claimed, digits), shown(found.actual, digits)
    return f":{point} it is {claimed}, the derivative is {actual}"


def _point(point: Mapping[str, float], digits: int) -> str:
    parts = [f"{safe(name)} = {shown(value, digits)}" for name, value in point.items()]
    return ", ".join(parts[:MOST_NUMBERS]) + (", …" if len(parts) > MOST_NUMBERS else "")


def _right(result: Checked, at_point: bool, digits: int) -> str:
    """What the derivative is: `3*c`, and for a number at a point `3*c = 6`."""
    formula = result.correct_formula or ""
    found = result.counterexample
    number = "" if found is None else shown(found.actual, digits)
    if found is None or not (at_point and result.claim.is_number) or number == shown(found.claimed, digits):
        return formula if len(formula) <= LONGEST else ""
    return f"{formula} = {number}" if formula and len(formula) <= LONG_BESIDE_NUMBER and formula != number else number


def _fitting(sentence: str, terminal: Terminal) -> Iterator[str]:
    """The sentence in lines that fit behind `DEEPER`."""
    return terminal.folded(sentence, len(DEEPER))


def _told(sentence: str, style: str, terminal: Terminal) -> Iterator[list[Segment]]:
    for line in _fitting(terminal.drawn(safe(sentence)), terminal):
        yield [(DEEPER + line, style)]


def _why(result: Checked, terminal: Terminal) -> Iterator[list[Segment]]:
    if result.reason:
        yield from _told(result.reason, DOUBTFUL, terminal)
    if result.mistake:
        yield from _told(result.mistake.message, DOUBTFUL, terminal)
        if not _is_all(result.mistake.place):
            source, caret = pointed_at(result.mistake.place, terminal.drawn)
            yield [(DEEPER + source, "")]
            yield [(DEEPER + caret, DOUBTFUL)]
    elif not result.reason:
        yield [(DEEPER + "none of the usual mistakes leads to it", QUIET)]


def _is_all(place: Span) -> bool:
    """Whether the place is the whole program, so that pointing at it says nothing."""
    return place.length >= len(place.source.text.strip())
