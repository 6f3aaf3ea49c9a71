"""The page of `nudge`: a row for every node that moved, and what follows for the derivative."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from gradx.lessons.carried_nudge import CarriedNudge, Moved
from gradx.point.exploration import Exploration
from gradx_cli.answer import Answer, Medium, Record, ends, selected
from gradx_cli.blocks import GAP, Block, Column, Part, Sentence, Table, Title, constant
from gradx_cli.escape import safe
from gradx_cli.numbers import NONE, shown
from gradx_cli.pages.conclusion import opening
from gradx_cli.terminal import LONGEST_TITLE

MOST_ROWS, ROWS_AT_EACH_END = 200, 12


def answer(exploration: Exploration, carried: CarriedNudge, sizes: Sequence[CarriedNudge], digits: int) -> Answer:
    """The nodes, the conclusion and, for several ε, how the slope settles; the first ε as an object, a node a row."""
    graph = exploration.graph
    name, output = safe(graph.names[carried.variable]), safe(graph.names[graph.output])

    def page(medium: Medium) -> Iterator[Block]:
        moved = carried.moved
        told = moved if medium.whole else _told(exploration, moved)
        kept = told if medium.whole else ends(told, MOST_ROWS, ROWS_AT_EACH_END)
        yield from [Title(safe(exploration.program.shortened(LONGEST_TITLE)))] * medium.document
        yield from (GAP, _table(name, carried, kept, digits))
        if len(kept) < len(moved):
            said = f"{len(moved)} nodes moved, {len(kept)} of them are shown; --json gives all"
            yield Sentence(said, "quiet")
        yield from (GAP, Sentence(_conclusion(name, output, carried, digits)))
        yield from _doubts(carried, digits, several=len(sizes) > 1)
        yield from (GAP, _settling(output, sizes, digits)) if len(sizes) > 1 else ()

    record = {
        **opening("nudge", exploration),
        "point": exploration.point,
        "variable": graph.names[carried.variable],
        "epsilon": carried.epsilon,
        "moved": map(_node, carried.moved),
        **selected(carried, "slope", "gradient", "note"),
        "settling": [selected(size, "epsilon", "output", "slope", "note") for size in sizes],
    }
    alone = [f"{name} {shown(each.slope, digits)}" for each in sizes]
    return Answer(page, [record], map(_node, carried.moved), exploration.warnings, alone)


def _told(exploration: Exploration, moved: Sequence[Moved]) -> Sequence[Moved]:
    """Of many vectors and matrices the entries of those alone that the program names."""
    bundles = exploration.program.bundles
    if bundles is None:
        return moved
    names = {name for group in bundles.told() for name in group.names}
    return [node for node in moved if node.name in names]


def _node(node: Moved) -> Record:
    return selected(node, "name", "before", "after", "change", "slope", "derivative")


def _table(variable: str, carried: CarriedNudge, moved: Sequence[Moved], digits: int) -> Table:
    names = [safe(node.name) for node in moved]
    before = [shown(node.before, digits) for node in moved]
    after = [shown(node.after, digits) for node in moved]
    changes = [_steady(abs(node.change), node, digits) for node in moved]
    slopes = [_steady(node.slope, node, digits, carried.epsilon) for node in moved]
    derivatives = [
        "" if node.derivative is None or name == variable else f"d{name}/d{variable} = {shown(node.derivative, digits)}"
        for name, node in zip(names, moved, strict=True)
    ]
    values = (Part(before, "decimal"), constant(" → ", len(moved)), Part(after, "decimal"))
    ways = Part([f"{_way(node.change)} " for node in moved])
    columns = [
        Column("node", (Part(names),), code=True),
        Column("value", values, "forward", code=True),
        Column("change", (ways, Part(changes, "decimal")), code=True),
        Column("change ÷ ε", (Part([f"{slope} × the nudge" for slope in slopes], "decimal"),), code=True),
        Column("derivative", (Part(derivatives),), "backward", code=True),
    ]
    sentences = [
        f"{name} goes from {old} to {new}, {slope} times the nudge{derivative and f'; {derivative}'}."
        for name, old, new, slope, derivative in zip(names, before, after, slopes, derivatives, strict=True)
    ]
    caption = f"{variable} nudged by {shown(carried.epsilon, digits)}: what moves"
    return Table(columns, caption, "hidden", (2,), sentences=sentences)


def _settling(output: str, sizes: Sequence[CarriedNudge], digits: int) -> Table:
    gradient = sizes[0].gradient
    epsilons = [*(shown(size.epsilon, digits) for size in sizes), "backprop"]
    outputs = [*(shown(size.output, digits) for size in sizes), ""]
    slopes = [*(_slope(size, digits) for size in sizes), shown(gradient, digits)]
    off = [NONE if size.slope is None else shown(0.0 if size.settled else size.slope - gradient, 3) for size in sizes]
    why = [*(_why(size) for size in sizes), ""]
    sentences = [
        f"Nudged by {epsilon}, the slope is {slope}, off by {wrong}{reason and f' ({reason})'}."
        for epsilon, slope, wrong, reason in zip(epsilons[:-1], slopes, off, why, strict=False)
    ]
    columns = [
        Column("ε", (Part(epsilons, "decimal"),)),
        Column(f"{output} after", (Part(outputs, "decimal"),), "forward"),
        Column("change ÷ ε", (Part(slopes, "decimal"),), "backward"),
        Column("off by", (Part([*off, ""], "decimal"),)),
        Column("", (Part(why),), "quiet"),
    ]
    said = [*sentences, f"Backprop gives {shown(gradient, digits)}."]
    return Table(columns, "how the slope settles as ε shrinks", "toned", (2,), sentences=said)


def _why(size: CarriedNudge) -> str:
    if size.slope is None:
        return "leaves the domain"
    if size.stuck is not None:
        return "nothing moves" if size.stuck == "variable" else "the output does not move"
    if size.settled and size.rounding > 1e-6 * abs(size.gradient):
        return "as far as rounding lets it show"
    return ""


def _slope(size: CarriedNudge, digits: int) -> str:
    return _trusted(size.slope, size.rounding, digits) if size.slope is not None else NONE


def _way(change: float) -> str:
    return "↑" if change >= 0 else "↓"


def _conclusion(name: str, output: str, carried: CarriedNudge, digits: int) -> str:
    """`b ↑ 0.001 ⇒ J ↑ 6 × 0.001, so dJ/db = 6`."""
    epsilon, gradient = shown(carried.epsilon, digits), shown(carried.gradient, digits)
    first = f"{name} {_way(1)} {epsilon} ⇒ {output}"
    derivative = f"d{output}/d{name}"
    if carried.slope is None:
        return f"{first} has no value there; backprop gives {derivative} = {gradient}"
    if not math.isfinite(carried.slope):
        return f"{first} is {shown(carried.output, digits)}, so large that float64 has no slope for it"
    if carried.stuck is not None:
        what = "nothing moves" if carried.stuck == "variable" else f"{output} does not move"
        return f"{first.removesuffix(output)}{what} in float64; backprop gives {derivative} = {gradient}"
    if carried.settled and carried.gradient == 0:
        return f"{first} does not move, so {derivative} = 0"
    way = _way(carried.slope)
    if carried.settled:
        return f"{first} {way} {shown(abs(carried.gradient), digits)} × {epsilon}, so {derivative} = {gradient}"
    slope = _trusted(carried.slope, carried.rounding, digits)
    there = f"{first} {way} {slope.removeprefix('-')} × {epsilon}"
    if carried.note is not None:
        return f"{there}, but backprop gives {derivative} = {gradient}"
    return f"{there} ≈ {shown(abs(carried.gradient), digits)} × {epsilon}, so {derivative} ≈ {slope}"


def _doubts(carried: CarriedNudge, digits: int, *, several: bool) -> Iterator[Sentence]:
    if carried.note is not None:
        yield Sentence(safe(carried.note), "doubtful", "!")
    elif not carried.settled:
        smaller = shown(carried.epsilon / 10, digits)
        more = "" if several else f": --eps {shown(carried.epsilon, digits)} --eps {smaller} shows it"
        said = f"backprop gives {shown(carried.gradient, digits)}, which the slope comes to as ε shrinks{more}"
        yield Sentence(said, "quiet")


def _steady(x: float, node: Moved, digits: int, epsilon: float = 1.0) -> str:
    """A change (over ε) with the digits that the rounding of the values before and after leaves it."""
    noise = 2 * math.ulp(max(abs(node.before), abs(node.after))) if math.isfinite(node.change) else 0.0
    return _trusted(x, noise / epsilon, digits)


def _trusted(x: float, noise: float, digits: int) -> str:
    """A number without the digits that are noise."""
    if not x or not noise or not math.isfinite(x) or not math.isfinite(noise):
        return shown(x, digits)
    return shown(x, max(1, min(digits, math.floor(math.log10(abs(x) / noise)))) if abs(x) > noise else 1)
