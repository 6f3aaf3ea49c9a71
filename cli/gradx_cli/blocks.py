"""What a page is made of: typed markup, laid out by a renderer for each format.

A text is plain and escaped by whoever writes it, but for `Math`, which a notation wrote for just this page. Nothing
in a text is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.errors import Problem, Span

if TYPE_CHECKING:
    from gradx_cli.drawing.boxes import Diagram
    from gradx_cli.drawing.curves import Plot

Tone = Literal["", "strong", "forward", "backward", "confirmed", "wrong", "doubtful", "quiet", "tangent", "secant"]
"""What a colour means, the same in every format: nothing is told by colour alone."""


class Math(str):
    """Mathematics in the notation of the page, to be written as it is."""

    __slots__ = ()


class Code(str):
    """A formula or a name as it is typed; `math` is the same in the notation of the page, where that sets formulas."""

    math: str | None

    def __new__(cls, text: str, math: str | None = None) -> Code:
        code = super().__new__(cls, text)
        code.math = math
        return code


Words = str | tuple[str, ...]
"""A sentence: plain text, or pieces of it with `Math` between them."""


def joined(words: Words, math: Callable[[str], str] = str, text: Callable[[str], str] = str) -> str:
    """A sentence in one piece, its mathematics and its text as these functions write them."""
    pieces = (words,) if isinstance(words, str) else words
    return "".join(math(piece) if isinstance(piece, Math) else text(piece) for piece in pieces)


class Gap(NamedTuple):
    """A blank line, where lines are what there is."""


GAP = Gap()


class Title(NamedTuple):
    """What the page is about: a program, and what it comes to."""

    text: str


class Heading(NamedTuple):
    """The head of a part: `short` on a terminal, in full elsewhere; `words` stand behind it.

    `given` are the values that the part begins with, all in one line.
    """

    short: str
    full: str
    tone: Tone = ""
    words: Words = ""
    given: Sequence[Equation] = ()


class Sentence(NamedTuple):
    """A line of words, all in one tone; `mark` stands before it.

    `aside`: about the page rather than in it. `folds`: may be broken where the room ends.
    """

    words: Words
    tone: Tone = ""
    mark: str = ""
    indent: int = 2
    aside: bool = False
    folds: bool = True


class Excerpt(NamedTuple):
    """The place in a source that the lines around it speak of."""

    span: Span


class Fault(NamedTuple):
    """A problem in the place of an answer; `where` says which line of a file it is about."""

    problem: Problem
    where: str


class Item(NamedTuple):
    """A mark in its tone, words, what stands `beside` them, and blocks below."""

    mark: str
    words: Words
    tone: Tone = ""
    beside: str = ""
    more: tuple[Sentence | Excerpt, ...] = ()
    folds: bool = True


class Items(NamedTuple):
    """Items one below the other. Where nothing limits the width they are broken at `widest` columns, if at all."""

    items: Sequence[Item]
    widest: int | None = None


class Entry(NamedTuple):
    """A name, what there is to say of it, and lines of code below."""

    name: str
    words: str
    lines: tuple[str, ...]


class Listing(NamedTuple):
    """Code of another language, line by line as it stands in a file."""

    language: str
    lines: tuple[str, ...]


class Equation(NamedTuple):
    """`left = chain[0] = chain[1] = …`, and what is to be said beside it. `is_sum`: over the uses of a node.

    `matrices`: the last stage on several lines, from wide to narrow; the first that fits stands in its place.
    """

    left: str
    chain: tuple[str, ...]
    remarks: tuple[Words, ...] = ()
    is_sum: bool = False
    sign: str = "="
    matrices: tuple[str, ...] = ()


class Equations(NamedTuple):
    """Equations whose first signs stand under each other. `airy`: with room between them where they are set."""

    rows: Sequence[Equation]
    tone: Tone
    indent: int = 4
    airy: bool = True


Align = Literal["left", "right", "decimal"]


class Part(NamedTuple):
    """A part of a column's cells, aligned on its own."""

    texts: Sequence[str]
    align: Align = "left"


class Column(NamedTuple):
    """A heading, and cells made of parts side by side.

    `tone` is that of all cells, or one for each. `spills`: a cell that has no room may stand below the table, behind
    the name of its row in this form. `joined`: shares the heading of the column before. `label` is the heading beside
    a single cell. `right`: all of it stands at the right. `mark`: needs no heading where it is seen, and is not seen
    where all of it is quiet.
    """

    heading: str
    parts: tuple[Part, ...]
    tone: Tone | Sequence[Tone] = ""
    spills: str = ""
    code: bool = False
    joined: bool = False
    label: str = ""
    right: bool = False
    mark: bool = False

    @property
    def is_number(self) -> bool:
        return not self.code and len(self.parts) == 1 and self.parts[0].align != "left"

    @property
    def tones(self) -> Sequence[Tone]:
        """The tone of each cell."""
        return [self.tone] * len(self.parts[0].texts) if isinstance(self.tone, str) else self.tone

    def cell(self, row: int) -> str:
        """The cell as it stands alone; `Code` and `Math` stay what they are."""
        if len(self.parts) == 1:
            return self.parts[0].texts[row]
        return "".join(part.texts[row] for part in self.parts)


def constant(text: str, count: int) -> Part:
    """A part that is the same in every cell."""
    return Part([text] * count)


class Table(NamedTuple):
    """Rows of cells. `caption` says what it holds; `shown_caption`: on a terminal too.

    `header`: "strong" and "plain" headings have a rule below; "toned" ones have the columns' tones; "hidden" ones are
    not seen on a terminal. A row that is too wide is broken at the columns `folds`, else it becomes a block, whose head
    are its first `heads` columns. `narrower` is the same for less and less room, `narrowest` where none of those fits,
    `blocks` the one whose rows become blocks where it is another. `sentences` say the rows, `solution`
    sets them as mathematics.
    """

    columns: Sequence[Column]
    caption: str
    header: Literal["strong", "plain", "toned", "hidden"] = "strong"
    folds: tuple[int, ...] = ()
    heads: int = 0
    narrower: Sequence[Callable[[], Table]] = ()
    narrowest: Sequence[Callable[[], Table]] = ()
    indent: int = 2
    shown_caption: bool = False
    sentences: Sequence[str] = ()
    solution: Callable[[], Iterable[Equations]] | None = None
    blocks: Callable[[], Table] | None = None

    @property
    def rows(self) -> range:
        return range(len(self.columns[0].parts[0].texts))


class Chart(NamedTuple):
    """Lines in a frame, of so many rows on a terminal; `named_under`: with the name of what goes to the right.

    `gutter` are the columns that the numbers on the left take at least: charts below each other share theirs.
    """

    label: str
    tone: Tone
    plot: Plot
    height: int
    named_under: bool = True
    gutter: int = 0


class Drawing(NamedTuple):
    """A graph, drawn where people can still follow it, described where they cannot.

    `title` and `legend` say what is drawn, `remarks` stand below it, `summary` in place of it where it is too large.
    `described` are its nodes in words.
    """

    diagram: Diagram
    title: str
    legend: str
    remarks: tuple[str, ...]
    summary: tuple[str, ...]
    described: tuple[str, ...]


Block = (
    Gap | Title | Heading | Sentence | Excerpt | Fault | Items | Entry | Listing | Equations | Table | Chart | Drawing
)
