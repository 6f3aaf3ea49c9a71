"""What is drawn: labelled nodes, the wires between them, and each label as the lines of a box.

No text from outside is in it that is not safe. Numbers are never cut; a long name or operation is, and ends in an
ellipsis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gradx_cli.drawing.layout import Shape

State = Literal["plain", "active", "untaken"]


@dataclass(frozen=True, slots=True)
class Label:
    """One node as it is written: every field is text that may be printed as it is.

    `definition` is None for an input, `value` and `gradient` are None without a point or in a branch that is not taken;
    of a matrix they have a line for each row. `shape` is that of a vector or a matrix.
    While backprop has not `reached` the node, its gradient is not shown, but has its room.
    """

    name: str
    definition: str | None
    value: str | None
    gradient: str | None
    state: State = "plain"
    reached: bool = True
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Wire:
    """One use of node `source` as an argument of node `target` (positions in `Diagram.labels`); `x*x` has two.

    While backprop has not `reached` the target, the local partial is not shown, but has its room.
    """

    source: int
    target: int
    local: str | None = None
    reached: bool = True

    @property
    def pair(self) -> tuple[int, int]:
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Diagram:
    """The nodes in topological order, and a wire for every argument that is a node.

    `gradients` says whether labels have a line for the gradient, filled in or still blank; `carried` what it is that
    stands on wires.
    """

    labels: tuple[Label, ...]
    wires: tuple[Wire, ...]
    gradients: bool
    carried: str = "local partials"

    def spelled(self, spell: Callable[[str], str]) -> Diagram:
        """The diagram with its texts in another spelling."""

        def spelled(label: Label) -> Label:
            texts = (label.definition, label.value, label.gradient)
            definition, value, gradient = (text and spell(text) for text in texts)
            return replace(label, name=spell(label.name), definition=definition, value=value, gradient=gradient)

        return replace(self, labels=tuple(map(spelled, self.labels)))


Role = Literal["name", "operation", "value", "gradient", "note", "frame", "active", "wire", "blank"]
Piece = tuple[str, Role]
Line = tuple[Piece, ...]

_SHORTEST_COLUMNS, WIDEST_COLUMNS = 12, 40
"""Inside a box where nothing limits it: longer lines are broken."""

_NUMBERS_COLUMNS = 31
"""Inside a box, for numbers: with the wires at both sides 50 columns hold it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """How a text writer says what ASCII has no letter for."""

    back: str
    ellipsis: str


UNICODE_SIGNS = Signs("←", "…")
ASCII_SIGNS = Signs("<-", "...")


@dataclass(frozen=True, slots=True)
class Box:
    """The lines of a box of label `node`. One without a frame stands for a wire that comes from, or goes on in, another
    band."""

    lines: tuple[Line, ...]
    node: int
    state: State = "plain"
    framed: bool = True

    @property
    def inside(self) -> int:
        """Columns of the longest line."""
        return max(sum(len(text) for text, _ in line) for line in self.lines)

    @property
    def texts(self) -> list[str]:
        """The lines as plain text, without the blank ones that only make room for wires."""
        return [text for line in self.lines if (text := "".join(piece for piece, _ in line).rstrip())]

    @property
    def shape(self) -> Shape:
        if not self.framed:
            return Shape(self.inside + 1, len(self.lines), 0)
        return Shape(self.inside + 4, len(self.lines) + 2, 1)


def boxes(diagram: Diagram, room: int = WIDEST_COLUMNS, signs: Signs = UNICODE_SIGNS) -> list[Box]:
    """A box for every label, its lines at most `room` columns where they can be broken, one line at least per wire."""
    ports = [0] * len(diagram.labels)
    for wire in diagram.wires:
        ports[wire.target] += 1
    return [
        Box(_lines(label, name, count, room, signs, gradients=diagram.gradients), node, label.state)
        for node, (label, name, count) in enumerate(
            zip(diagram.labels, names(diagram, room, signs), ports, strict=True)
        )
    ]


def names(diagram: Diagram, room: int, signs: Signs) -> list[str]:
    """The names as the boxes show them: cut where they are long, and numbered where that makes two alike."""
    room = max(room, _SHORTEST_COLUMNS)
    cut = [_cut(label.name, room, signs) for label in diagram.labels]
    alike = {name for name, count in Counter(cut).items() if count > 1}
    return [f"{name}{at}" if name in alike else name for at, name in enumerate(cut)]


def stub(name: str, node: int) -> Box:
    """Where a wire leaves a band, and where it comes back."""
    return Box(((("(", "wire"), (name, "name"), (")", "wire")),), node, framed=False)


def _lines(label: Label, name: str, ports: int, room: int, signs: Signs, *, gradients: bool) -> tuple[Line, ...]:
    is_block = label.value is not None and "\n" in label.value
    below = _hung("= ", label.value or "", "value", room) if is_block else []
    if gradients and label.gradient is not None:
        said = _hung(f"{signs.back} d{name} = ", label.gradient, "gradient", room)
        below += said if label.reached else [((" " * len(text), "blank"),) for line in said for text, _ in line]
    elif gradients:
        below.append(())
    taken = max((len(text) for line in below for text, _ in line), default=0)
    head: list[Piece] = [(name, "name")]
    if label.shape:
        head.append((label.shape, "note"))
    if label.definition is not None:
        head.append((_cut(f"= {label.definition}", max(room, taken, _SHORTEST_COLUMNS), signs), "operation"))
    if label.value is not None and not is_block:
        head.append((f"= {label.value}", "value"))
    if label.state == "untaken":
        head.append(("not taken", "note"))
    lines = [*_packed(head, room), *below]
    return (*lines, *[()] * (ports - len(lines)))


def _hung(head: str, text: str, role: Role, room: int) -> list[Line]:
    """The lines of a text, the further ones below the first; all of them below its head where that leaves no room."""
    lines = text.split("\n")
    if len(head) + max(map(len, lines)) > max(room, _NUMBERS_COLUMNS):
        return [((head.rstrip(), role),), *(((f"  {line}", role),) for line in lines)]
    return [((f"{' ' * len(head) if at else head}{line}", role),) for at, line in enumerate(lines)]


def _packed(pieces: Sequence[Piece], room: int) -> list[Line]:
    """Pieces in lines, broken where the room ends."""
    lines: list[list[Piece]] = [[]]
    used = 0
    for text, role in pieces:
        if used and used + 1 + len(text) > room:
            lines.append([])
            used = 0
        if used:
            lines[-1].append((" ", "blank"))
            used += 1
        lines[-1].append((text, role))
        used += len(text)
    return [tuple(line) for line in lines]


def _cut(text: str, room: int, signs: Signs) -> str:
    return text if len(text) <= room else text[: room - len(signs.ellipsis)] + signs.ellipsis
