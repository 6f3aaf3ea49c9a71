"""The page of `cost`: the courses' count of steps, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gradx.language.program import Program
from gradx.lessons.cost import Cost, Measured
from gradx_cli.answer import Answer, Medium, head, selected
from gradx_cli.blocks import GAP, Block, Column, Part, Sentence, Table, Title
from gradx_cli.escape import safe
from gradx_cli.numbers import counted, shown
from gradx_cli.terminal import LONGEST_TITLE

FROM_POWERS = 100_000
"""From this number on, steps are also written as a power of ten."""

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

WAYS = ("backprop", "nudging")


def answer(
    cost: Cost, program: Program | None = None, measured: Measured | None = None, warnings: tuple[str, ...] = ()
) -> Answer:
    """The two counts, how they compare, and of a program that has a point what was measured."""
    times = ("backprop_seconds", "nudging_evaluations", "nudged", "nudging_seconds")
    found = measured and selected(measured, "forward_evaluations", "backprop_visits", *times)
    counts = selected(cost, "nodes", "parameters", "backprop_steps", "nudging_steps")

    def page(_medium: Medium) -> Iterator[Block]:
        yield GAP
        if program is not None:
            yield from (Title(safe(program.shortened(LONGEST_TITLE))), GAP)
        size = f"N = {counted(cost.nodes, 'operation node')}, P = {counted(cost.parameters, 'parameter')}"
        yield from (Sentence(size), GAP, _counts(cost))
        if measured is not None:
            yield from (GAP, _measurements(measured))
        yield GAP
        yield from map(Sentence, _sentences(program, cost, measured))

    record = {**head("cost", program, warnings), **counts, "measured": found}
    return Answer(page, [record], [{**counts, "measured": found or {}}], warnings)


def _counts(cost: Cost) -> Table:
    numbers = (cost.backprop_steps, cost.nudging_steps)
    steps = [f"{number:,}" for number in numbers]
    powers = list(map(power_of_ten, numbers))
    columns = [
        Column("way", (Part(WAYS),)),
        Column("steps", (Part(["N + P = ", "N × P = "]), Part(steps, "right")), code=True),
        Column("", (Part(powers),)),
    ]
    said = [
        " ".join([way.capitalize(), "takes", counted(number, "step"), power]).strip() + "."
        for way, number, power in zip(WAYS, numbers, powers, strict=True)
    ]
    return Table(columns, "steps, as the courses count", "hidden", (1, 2), indent=4, shown_caption=True, sentences=said)


def power_of_ten(number: int) -> str:
    """`= 1.1 × 10⁵` for a large number, nothing for one that reads well as it is."""
    if number < FROM_POWERS:
        return ""
    mantissa, _, exponent = f"{number:.3e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    power = str(int(exponent))
    ten = f"10{power.translate(_SUPERSCRIPTS)}"
    sign = "=" if Decimal(f"{mantissa}e{power}") == number else "≈"
    return f"{sign} {ten}" if mantissa == "1" else f"{sign} {mantissa} × {ten}"


def _measurements(measured: Measured) -> Table:
    forward, back = counted(measured.forward_evaluations, "evaluation"), counted(measured.backprop_visits, "visit")
    nudging = f"{counted(measured.nudging_evaluations, 'evaluation')} for {counted(measured.nudged, 'nudge')}"
    work = [f"{forward} forward, {back} back", nudging]
    times = [duration(measured.backprop_seconds), duration(measured.nudging_seconds)]
    columns = [Column("way", (Part(WAYS),)), Column("work", (Part(work),)), Column("time", (Part(times),))]
    said = [f"{way.capitalize()} took {time}: {what}." for way, what, time in zip(WAYS, work, times, strict=True)]
    return Table(columns, "measured on this graph", "hidden", (1, 2), indent=4, shown_caption=True, sentences=said)


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
