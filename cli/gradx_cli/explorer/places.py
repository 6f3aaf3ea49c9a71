"""Numbers that the page computes: in a formula and in a drawing each stands as its place in the page's array."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.bundle import Group
from gradx_cli.mathml_notation import MathmlNotation

NUMBER_COLUMNS = 7
"""What a number takes in a drawing, whatever it is: the drawing is laid out once."""

_FIRST_LETTER = 0xF0000
"""Of the planes that Unicode leaves to private use: no text from outside reaches a page with one (see `safe`)."""

_MARK = 7_000_000_000
_MARKED = re.compile(r"<mn>7(\d{9})</mn>")
_IN_DRAWING = re.compile(rf"([\U000F0000-\U0010FFFD])\1{{{NUMBER_COLUMNS - 1}}}")


class Placed(float):
    """A number by its place."""

    __slots__ = ("place",)
    place: int

    def __new__(cls, place: int) -> Placed:
        placed = super().__new__(cls, 0.0)
        placed.place = place
        return placed


class LiveNotation(MathmlNotation):
    """MathML in which a `Placed` number is an element that the page fills."""

    def number(self, x: float | None) -> str:
        return live(x.place) if isinstance(x, Placed) else super().number(x)

    def put_in(self, i: int, values: Sequence[float]) -> str | None:
        nodes = list(self.graph.nodes)
        if any(node.literal is not None and _MARK <= node.literal < 2 * _MARK for node in nodes):
            return None
        for j in {j for j in nodes[i].inputs if not nodes[j].constant}:
            value = values[j]
            if not isinstance(value, Placed):
                return None
            nodes[j] = nodes[j]._replace(literal=float(_MARK + value.place))
        return _MARKED.sub(lambda found: live(int(found[1])), self.of(self.graph.with_nodes(nodes), i))


def live(place: int) -> str:
    """A number in a formula."""
    return f'<mrow data-n="{place}"></mrow>'


def matrix(group: Group, places: Sequence[int]) -> str:
    """The numbers of a group in a formula: row by row, or the least and the greatest."""
    if len(places) < len(group.entries):
        return f"<mrow>{live(places[0])}<mo>…</mo>{live(places[1])}</mrow>"
    if len(places) == 1:
        return live(places[0])
    cells = [f"<mtd>{live(place)}</mtd>" for place in places]
    rows = (f"<mtr>{''.join(row)}</mtr>" for row in _rows(group, cells))
    return f'<mrow><mo form="prefix">[</mo><mtable>{"".join(rows)}</mtable><mo form="postfix">]</mo></mrow>'


def drawn(place: int) -> str:
    """A number in a drawing."""
    return chr(_FIRST_LETTER + place) * NUMBER_COLUMNS


def drawn_lines(group: Group, places: Sequence[int]) -> str:
    """The numbers of a group in a drawing, a line a row."""
    if len(places) < len(group.entries):
        return f"{drawn(places[0])} … {drawn(places[1])}"
    if len(places) == 1:
        return drawn(places[0])
    rows = _rows(group, list(map(drawn, places)))
    left, right = (["⎡", *["⎢"] * (len(rows) - 2), "⎣"], ["⎤", *["⎥"] * (len(rows) - 2), "⎦"])
    if len(rows) == 1:
        left, right = ["["], ["]"]
    return "\n".join(f"{one}{' '.join(row)}{other}" for one, row, other in zip(left, rows, right, strict=True))


def filled(drawing: str) -> str:
    """A drawing with elements in the places of numbers."""

    def element(found: re.Match[str]) -> str:
        return f'<tspan data-n="{ord(found[1]) - _FIRST_LETTER}">{" " * NUMBER_COLUMNS}</tspan>'

    return _IN_DRAWING.sub(element, drawing)


def _rows(group: Group, cells: Sequence[str]) -> list[Sequence[str]]:
    columns = group.shape[1] if group.is_whole else 1
    return [cells[k : k + columns] for k in range(0, len(cells), columns)]
