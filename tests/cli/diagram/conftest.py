"""A reader of drawings, which knows only what a person knows: how frames, wires, joints and crossings look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

RIGHT, DOWN, LEFT, UP = (1, 0), (0, 1), (-1, 0), (0, -1)
ARMS = {
    "─": {RIGHT, LEFT},
    "│": {UP, DOWN},
    "╭": {RIGHT, DOWN},
    "╮": {LEFT, DOWN},
    "╰": {RIGHT, UP},
    "╯": {LEFT, UP},
    "├": {RIGHT, UP, DOWN},
    "┤": {LEFT, UP, DOWN},
    "┬": {LEFT, RIGHT, DOWN},
    "┴": {LEFT, RIGHT, UP},
    "┼": {LEFT, RIGHT, UP, DOWN},
}
FRAMES = ("┌─┐│", "╔═╗║", "┌╌┐┆", ".-.|", "#=##", "...:")

Cell = tuple[int, int]


@dataclass
class Frame:
    name: str
    lines: list[str]
    left: int
    top: int
    right: int
    bottom: int


@dataclass
class Seen:
    """What the reader made of a drawing. `leaving` and `coming` are the names where wires end and begin again."""

    frames: list[Frame]
    edges: Counter[tuple[str, str]]
    leaving: Counter[str]
    coming: set[str]

    def frame(self, name: str) -> Frame:
        (found,) = [frame for frame in self.frames if frame.name == name]
        return found


class Reader:
    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        self.width = max(map(len, lines)) + 2
        self.grid = [line.ljust(self.width) for line in [*lines, ""]]
        self.inside: dict[Cell, Frame] = {}
        self.frames = self._frames()
        self.edges: Counter[tuple[str, str]] = Counter()
        self.leaving: Counter[str] = Counter()
        self.coming: set[str] = set()
        self.walked: set[Cell] = set()
        self._follow_all()

    def at(self, cell: Cell) -> str:
        x, y = cell
        return self.grid[y][x] if 0 <= y < len(self.grid) and 0 <= x < self.width else " "

    def _frames(self) -> list[Frame]:
        found = []
        for y in range(len(self.grid)):
            for x in range(self.width):
                frame = self._frame(x, y) if (x, y) not in self.inside else None
                if frame:
                    found.append(frame)
        return found

    def _frame(self, x: int, y: int) -> Frame | None:
        """The frame whose upper left corner is here, if one is."""
        for corner, level, right_corner, side in FRAMES:
            if self.at((x, y)) != corner or self.at((x + 1, y)) != level or self.at((x, y + 1)) != side:
                continue
            right = x + 1
            while self.at((right, y)) == level and self.at((right + 1, y)) in (level, right_corner):
                right += 1
            bottom = y + 1
            while self.at((x, bottom)) == side and self.at((x + 1, bottom)) == " ":
                bottom += 1
            assert set(self.grid[bottom][x + 1 : right]) == {level}, "a frame is closed"
            for row in range(y + 1, bottom):
                assert self.grid[row][right] in (side, "├", "+"), "a frame has two sides"
            lines = [self.grid[row][x + 2 : right - 1].rstrip() for row in range(y + 1, bottom)]
            frame = Frame(lines[0].split(" ")[0], lines, x, y, right, bottom)
            for row in range(y, bottom + 1):
                for column in range(x, right + 1):
                    self.inside[column, row] = frame
            return frame
        return None

    def _follow_all(self) -> None:
        for frame in self.frames:
            for row in range(frame.top + 1, frame.bottom):
                if self.at((frame.right, row)) in "├+":
                    self._follow(frame.name, (frame.right, row))
        for y, line in enumerate(self.grid):
            for stub in re.finditer(r"\(([^() ]+)\)[─-]", line):
                if (stub.start(), y) not in self.inside:
                    self.coming.add(stub[1])
                    self._follow(stub[1], (stub.end() - 2, y))
        for y, line in enumerate(self.grid):
            for x, sign in enumerate(line):
                if (sign in ARMS or sign in "+-|") and (x, y) not in self.inside:
                    assert (x, y) in self.walked, f"a wire that begins nowhere, at {x}, {y}"

    def _follow(self, name: str, start: Cell) -> None:
        """Walk along the wire that leaves `start` to the right, wherever it forks, and note where it ends."""
        seen: set[tuple[Cell, Cell]] = set()
        todo = [(start, RIGHT)]
        while todo:
            cell, way = todo.pop()
            if (cell, way) in seen:
                continue
            seen.add((cell, way))
            cell = (cell[0] + way[0], cell[1] + way[1])
            self.walked.add(cell)
            sign = self.at(cell)
            assert cell not in self.inside, f"the wire of {name} runs into a box"
            if sign in "▶>":
                assert way == RIGHT
                self._arrive(name, (cell[0] + 1, cell[1]))
                continue
            arms = self._arms(cell)
            back = (-way[0], -way[1])
            if back in arms:
                todo += [(cell, arm) for arm in arms if arm != back]
            else:
                crossing = len(arms) == 2 and way not in arms
                assert crossing, f"the wire of {name} breaks off at {cell}: {sign!r}"
                todo.append((cell, way))

    def _arrive(self, name: str, cell: Cell) -> None:
        frame = self.inside.get(cell)
        if frame:
            assert cell[0] == frame.left
            self.edges[name, frame.name] += 1
        else:
            stub = re.match(r"\(([^() ]+)\)", self.grid[cell[1]][cell[0] :])
            assert stub, f"the arrow of {name} points at nothing"
            assert stub[1] == name
            self.leaving[name] += 1

    def _arms(self, cell: Cell) -> set[Cell]:
        sign = self.at(cell)
        if sign != "+":
            return ARMS[{"-": "─", "|": "│"}.get(sign, sign)]
        x, y = cell
        near = {RIGHT: "-+>", LEFT: "-+", UP: "|+", DOWN: "|+"}
        return {way for way, signs in near.items() if self.at((x + way[0], y + way[1])) in signs}


@pytest.fixture(scope="session")
def read_back() -> Callable[[str], Seen]:
    def read(text: str) -> Seen:
        reader = Reader(text)
        return Seen(reader.frames, reader.edges, reader.leaving, reader.coming)

    return read
