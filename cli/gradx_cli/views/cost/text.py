"""What the derivatives cost, for a terminal: the courses' count, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gradx.language.program import Program
from gradx.lessons.cost import Cost, Measured
from gradx_cli.escape import safe
from gradx_cli.views.numbers import counted, shown
from gradx_cli.views.styles import QUIET
from gradx_cli.views.terminal import LONGEST_TITLE, Segment, Terminal
from gradx_cli.width import cells, padded

INDENT, GAP = "  ", "   "

FROM_POWERS = 100_000
"""From this number on, steps are also written as a power of ten."""

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def show(program: Program | None, cost: Cost, measured: Measured | None, terminal: Terminal) -> None:
    """Write the two counts, how they compare, and the measurement where there is one."""
    terminal.write(terminal.styled(*line) for line in _lines(program, cost, measured, terminal))


def _lines(
    program: Program | None, cost: Cost, measured: Measured | None, terminal: Terminal
) -> Iterator[list[Segment]]:
    yield []
    if program is not None:
        yield from _folded(safe(program.shortened(LONGEST_TITLE)), terminal)
        yield []
    yield [(INDENT + _size(cost), "")]
    yield []
    yield from _table(_counts(cost, terminal), terminal, "steps, as the courses count")
    if measured is not None:
        yield []
        rows = [[terminal.drawn(text) for text in row] for row in _measurements(measured)]
        yield from _table(rows, terminal, "measured on this graph")
    yield []
    for sentence in _sentences(program, cost, measured):
        yield from _folded(sentence, terminal)


def _folded(text: str, terminal: Terminal) -> Iterator[list[Segment]]:
    return ([(INDENT + line, "")] for line in terminal.folded(terminal.drawn(text), len(INDENT)))


def _size(cost: Cost) -> str:
    return f"N = {counted(cost.nodes, 'operation node')}, P = {counted(cost.parameters, 'parameter')}"


def _counts(cost: Cost, terminal: Terminal) -> list[list[str]]:
    few, many = f"{cost.backprop_steps:,}", f"{cost.nudging_steps:,}"
    width = max(len(few), len(many))
    return [
        ["backprop", f"N + P = {few:>{width}}", power_of_ten(cost.backprop_steps, terminal)],
        ["nudging", terminal.drawn(f"N × P = {many:>{width}}"), power_of_ten(cost.nudging_steps, terminal)],
    ]


def power_of_ten(number: int, terminal: Terminal) -> str:
    """`1.1 × 10⁵` for a large number, nothing for one that reads well as it is."""
    if number < FROM_POWERS:
        return ""
    mantissa, _, exponent = f"{number:.3e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    power = str(int(exponent))
    ten = f"10{power.translate(_SUPERSCRIPTS)}" if terminal.unicode else f"10^{power}"
    exactly = Decimal(f"{mantissa}e{power}") == number
    times = terminal.drawn("× ")
    return f"{'=' if exactly else terminal.drawn('≈')} " + (ten if mantissa == "1" else f"{mantissa} {times}{ten}")


def _measurements(measured: Measured) -> list[list[str]]:
    forward, back = counted(measured.forward_evaluations, "evaluation"), counted(measured.backprop_visits, "visit")
    both = f"{forward} forward, {back} back"
    nudging = f"{counted(measured.nudging_evaluations, 'evaluation')} for {counted(measured.nudged, 'nudge')}"
    return [
        ["backprop", both, duration(measured.backprop_seconds)],
        ["nudging", nudging, duration(measured.nudging_seconds)],
    ]


def duration(seconds: float) -> str:
    """A time as a person reads it: `12.3 µs`, `4.56 ms`, `1.23 s`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{shown(seconds / size, 3)} {unit}"
    return f"{shown(seconds / 1e-6, 3)} µs"


def _sentences(program: Program | None, cost: Cost, measured: Measured | None) -> Iterator[str]:
    ratio = cost.nudging_steps / cost.backprop_steps
    if ratio > 1:
        times = f"{ratio:,.0f}" if ratio >= 10 else shown(ratio, 2)
        yield f"nudging takes {times} times the steps: every parameter needs a pass of its own"
    else:
        yield "with so few parameters there is nothing to gain: backprop pays where they are many"
    if measured is not None and measured.nudged < cost.parameters:
        whole = duration(measured.nudging_seconds / measured.nudged * cost.parameters)
        yield f"{measured.nudged:,} of {cost.parameters:,} parameters were nudged; all would take about {whole}"
    if program is not None and measured is None:
        yield "give every input a value to have both ways run, counted and timed"


def _table(rows: Sequence[Sequence[str]], terminal: Terminal, heading: str) -> Iterator[list[Segment]]:
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    yield [(INDENT + heading, QUIET)]
    for row in rows:
        line = [padded(text, width) for text, width in zip(row, widths, strict=True)]
        if terminal.width is not None and sum(widths) + len(GAP) * len(widths) + 2 * len(INDENT) > terminal.width:
            yield [(INDENT * 2 + line[0], "")]
            yield from ([(INDENT * 2 + GAP + text, "")] for text in row[1:] if text)
        else:
            yield [(INDENT * 2 + GAP.join(line), "")]
