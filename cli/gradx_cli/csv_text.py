"""The text of a table as it comes: its encoding, its lines, their cells, what a cell says. Nothing is kept."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import read_binding

if TYPE_CHECKING:
    import _csv

    from _typeshed import WriteableBuffer


LABELS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}

PLAIN = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]+)?")
"""A number that needs no parser of ours."""

_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"[0-9]{4}([-/.])[0-9]{1,2}(\1[0-9]{1,2})?([T ].*)?|[0-9]{1,2}([-/.])[0-9]{1,2}\4[0-9]{2,4}( .*)?"
    r"|[0-9]{1,2}-[0-9]{1,2}|0[0-9]/[0-9]{1,2}|[0-9]{1,2}/0[0-9]"
    rf"|([0-9]{{1,4}}[- .]+)?{_MONTH}([- .,]+[0-9]{{1,4}})+|[0-9]{{1,4}}[- .]+{_MONTH}",
    re.IGNORECASE,
)
_GROUPED = re.compile("[+-]?[0-9]+(?:[ ,.'\u00a0\u202f][0-9]+)+")
_PERCENT = re.compile(r"(.*[0-9.]) ?%")
_NUMBER = r"[+\-−]?[0-9.,]+(?:[eE][+-]?[0-9]+)?"

_OTHERWISE: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), f"is not a number: {what}", hint)
    for pattern, what, hint in (
        (r"#.*|[-–—.?]+|n/?a|null|none|nil|nan", "it says that there is no value", "leave the row out"),
        (r"[+\-−]?(?:inf|infinity|∞)", "it is not finite", "every input needs a finite value"),
        (r"\(([0-9.,]+)\)", "it is in parentheses (-{} in a spreadsheet?)", "write -{} or {}"),
        (r"[0-9]{1,2}:[0-9]{2}.*", "it is a time", "a column of numbers can hold the seconds"),
        (r"=.*", "it is a formula", "save the sheet with values in place of formulas"),
        (rf"([+\-−]?)[$€£¥₩₹] ?({_NUMBER})|({_NUMBER}) ?[$€£¥₩₹]", "it has a currency sign", "write {}"),
        (rf"({_NUMBER}) ?(?!(?:e|pi|π)$)[^\W\d_]+[²³]?(?:/.*)?|({_NUMBER}) ?[°µ].*", "it has a unit", "write {}"),
        (r".*#.*", "it has a # in it", "leave out what is none of the number"),
        (r"[+\-−]\s*[+\-−].*", "it has two signs", "write one of them"),
        (r".*(?<![eE])(?<=[0-9.)iπ ])[+\-−].*", "it is a sum or a difference", "write what it comes to"),
        (
            r"(?!(?:pi|π|e|[a-z]+[0-9]*\()(?![^\W\d_]))(?![¼-¾⅐-⅞])[^\W\d_].*",
            "it is text",
            "a cell is a number, or true, false, yes or no",
        ),
    )
)
"""What the language would read in another way than a table means it, or refuse in words that are none of a table's;
`{}` is the number in it."""


class Cell(NamedTuple):
    """`number` is None where the cell says none, and `message` and `hint` are then why; `text` is what `name=text`
    would say."""

    number: float | None
    text: str = ""
    message: str = ""
    hint: str | None = None


@lru_cache(maxsize=4096)
def read_cell(cell: str) -> Cell:
    """A number, a constant expression such as 1/3, or a label: true, false, yes, no."""
    text = cell.strip()
    if PLAIN.fullmatch(text) and math.isfinite(number := float(text)):
        return Cell(number, text)
    if not text:
        return Cell(None, "", "is empty", "every point has a number for every input")
    label = LABELS.get(text.lower())
    if label is not None:
        return Cell(label, f"{label:g}")
    if _DATE.fullmatch(text):
        return Cell(None, text, "is not a number: it is a date", "a column of numbers can hold the days since one")
    if _GROUPED.fullmatch(text):
        message = "is not a number: its digits are in groups, or its decimal has a comma"
        return Cell(None, text, message, f"write {' or '.join(_meant(text))}")
    percent = _PERCENT.fullmatch(text)
    if percent and PLAIN.fullmatch(percent[1]):
        return Cell(None, text, "is not a number: it is a percentage", f"write {float(percent[1]) / 100:.12g}")
    for pattern, message, hint in _OTHERWISE:
        if found := pattern.fullmatch(text):
            digits = "".join(filter(None, found.groups())).replace(",", "").replace("−", "-")
            return Cell(None, text, message.replace("{}", digits), hint.replace("{}", digits))
    try:
        return Cell(read_binding(f"x={text}").value, text)
    except GradxError as error:
        return Cell(None, text, f"is not a number: {error.problem.message}", error.problem.hint)


def _meant(text: str) -> list[str]:
    """The numbers that one in groups of digits, or with a decimal comma, may be."""
    plain = re.sub("[ '\u00a0\u202f]", "", text)
    signs = plain.count(","), plain.count(".")
    whole, decimal = plain.replace(",", "").replace(".", ""), plain.replace(",", ".")
    if all(signs):
        head, _, tail = plain.rpartition("," if plain.rfind(",") > plain.rfind(".") else ".")
        return [f"{head.replace(',', '').replace('.', '')}.{tail}"]
    if sum(signs) != 1:
        return [whole]
    return [whole, decimal] if re.fullmatch("[+-]?[0-9]{1,3},[0-9]{3}", plain) else [decimal]


READ_AS = {"cp949": "Korean (CP949)", "cp1252": "Windows-1252"}
"""What is told, as it is guessed."""

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding, and how many bytes mark it.

    What is not UTF-8 is Korean (CP949) where every sign beyond ASCII is then a syllable of Hangul, and most of them are
    in two bytes beyond ASCII (in Windows-1252 "Án" has one), else Windows-1252.
    """
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if head.count(b"\0") > len(head) // 4:
        return ("utf-16-le" if head[1::2].count(b"\0") > head[::2].count(b"\0") else "utf-16-be"), 0
    # The last sign may be cut off.
    for end in range(len(head), max(len(head) - 4, -1), -1):
        try:
            head[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8", 0
    korean = head.decode("cp949", "replace").rstrip("\ufffd")
    signs = [sign for sign in korean if not sign.isascii()]
    is_hangul = all("가" <= sign <= "힣" for sign in signs) and sum(byte > 127 for byte in head[:-1]) > 1.5 * len(signs)
    return ("cp949" if is_hangul else "cp1252"), 0


def read_as(where: str, encoding: str) -> list[str]:
    """What there is to say of a file that is in an encoding which was guessed."""
    guessed = READ_AS.get(encoding)
    return [] if guessed is None else [f"{where} is not UTF-8, and was read as {guessed}"]


SEPARATORS, BLANK = ",;\t", " "
HEAD_BYTES = 65_536
"""By so much of a file its encoding and its separator are told."""

NAMED_SEPARATOR = re.compile(r"sep=(.)\s*")
"""What Excel writes and reads in the first line."""

_NO_TEXT = {
    b"PK\x03\x04": ("a workbook or an archive", "save the sheet as CSV"),
    b"\x1f\x8b": ("compressed", "gunzip -c FILE | gradx … --data -"),
    b"PAR1": ("Parquet", "Parquet is read from a file that ends in .parquet"),
}
"""What files begin with that are not CSV, what they are, and what to do."""


class Line(NamedTuple):
    """The cells of a row, and the number of the line on which it starts."""

    number: int
    cells: Sequence[str]


class Block(NamedTuple):
    """Lines of a text as they stand there, the first of them being line `number`. `rows` is None where every line is a
    row of its own."""

    number: int
    raw: list[str]
    rows: list[Line] | None


class Lines:
    """The lines of a text, once, behind its first row, the `head`. `remarks` say how it was read, `source`
    is what an error calls the text; `blanks` separate where nothing else does, if they are to."""

    def __init__(self, stream: BinaryIO, where: str, *, source: str = "data", blanks: bool = False) -> None:
        self.where, self.separator, self._source, self._blanks = where, "", source, blanks
        start = stream.read(HEAD_BYTES)
        for begin, (what, hint) in _NO_TEXT.items():
            if start.startswith(begin):
                raise GradxError("file", f"{where} is {what}, and no CSV", hint=hint)
        encoding, mark = encoding_of(start)
        self.remarks = read_as(where, encoding)
        raw = io.BufferedReader(_Chained(start[mark:], stream), HEAD_BYTES)
        # A byte that is no text does harm only where its cell is used.
        errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
        self._lines: Iterator[str] = io.TextIOWrapper(raw, encoding, errors=errors, newline="")
        self.count = 0
        self.head = self._head()

    def _head(self) -> Block:
        while raw := self.take(1):
            named = None if self.separator else NAMED_SEPARATOR.fullmatch(raw[0])
            if named:
                self.separator = named[1]
            elif raw[0].strip():
                self.separator = self.separator or separator_of(raw[0], blanks=self._blanks)
                found = self.rows(raw, 1)
                if found.rows:
                    return found
        hint = "a line a row, commas between the numbers" if self._blanks else "its first line names the inputs: x,y"
        raise GradxError("file", f"{self.where} is empty", hint=hint)

    def take(self, count: int) -> list[str]:
        """The next lines, so many at most."""
        try:
            found = list(islice(self._lines, count))
        except OSError as error:
            raise GradxError("file", f"cannot read {self.where}: {error.strerror}") from None
        self.count += len(found)
        return found

    def rows(self, raw: list[str], count: int) -> Block:
        """The next rows that are not empty, so many at most, which begin with the lines taken last.

        GradxError("file") for what is not CSV.
        """
        before, at = self.count - len(raw), 0
        more: list[str] = []
        rows: list[Line] = []
        reader = self.cells(chain(raw, self._told(more)))
        try:
            for cells in reader:
                if cells and (cells[0].strip() or any(map(str.strip, cells))):
                    rows.append(Line(before + at + 1, cells if self.separator != BLANK else list(filter(None, cells))))
                at = reader.line_num
                if len(rows) == count:
                    break
        except csv.Error as error:
            message = f"{self.where} is not CSV from line {before + at + 1} on: {error}"
            raise GradxError("file", message, hint="a quote within quotes is written twice") from None
        return Block(before + 1, raw + more, rows)

    def _told(self, more: list[str]) -> Iterator[str]:
        while found := self.take(1):
            more += found
            yield found[0]

    def cells(self, lines: Iterable[str]) -> _csv.Reader:
        """The cells of lines."""
        return csv.reader(lines, delimiter=self.separator, strict=True, skipinitialspace=True)

    def line(self, block: Block, row: int) -> Line:
        """A row of a block."""
        if block.rows is not None:
            return block.rows[row]
        return Line(block.number + row, next(self.cells(block.raw[row : row + 1])))

    def fault(self, block: Block, line: Line, cells: Sequence[int], message: str, hint: str | None) -> GradxError:
        """The error for cells of a line, from the first to the last of them, with their place in the text."""
        # What stands before it in the file are so many line ends: nobody keeps the rest.
        at = line.number - 1
        text = "\n" * at + "".join(block.raw[line.number - block.number :])
        places: list[tuple[int, int]] = []
        for k in range(cells[-1] + 1):
            cell = line.cells[k] if k < len(line.cells) else ""
            at = max(at, text.find(cell, at))
            places.append((at, max(1, len(cell))))
            at += len(cell)
            at += text[at : at + 1] == '"'
            at += text[at : at + 1] == self.separator
        start, (end, length) = places[cells[0]][0], places[-1]
        span = Span(Source(self._source, text), start, end + length - start)
        return GradxError("file", message, hint=hint, span=span)


class _Chained(io.RawIOBase):
    """What was read already, and the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        part = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(part) :]
        view[: len(part)] = part
        return len(part)


def separator_of(line: str, *, blanks: bool = False) -> str:
    """What makes most columns of a line; of equals the comma."""
    columns = {separator: len(next(csv.reader([line], delimiter=separator), ())) for separator in SEPARATORS}
    best = max(columns, key=columns.__getitem__)
    return BLANK if blanks and columns[best] == 1 else best
