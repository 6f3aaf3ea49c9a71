"""gradx check --batch: a file of homework, a problem a line.

    # name the intermediates with ; as everywhere
    sin(3*x + 1)              | dx = cos(3*x + 1)
    z = w*x + b; a = tanh(z)  | dz = 1 - a^2  dw = x*(1 - a^2)
    w^2                       | dw = 6                           | w = 3

A line that cannot be read is reported in its place, and the rest is checked all the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from gradx.errors import GradxError, Problem, Source, Span
from gradx.language.bindings import bind, read_binding
from gradx.language.program import read
from gradx.lessons.checking import Solved, solve
from gradx.lessons.claims.page import read_page
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli.answer import SCHEMA, Answer, Record
from gradx_cli.blocks import GAP, Block, Fault, Sentence
from gradx_cli.diagnostics import as_json
from gradx_cli.inputs import read_file
from gradx_cli.numbers import counted
from gradx_cli.pages import check as check_page
from gradx_cli.waiting import Progress

_SIDE = r"[^\s,;=<>!()+*^|](?:[^\s,;=<>!()+*^|]|\^\[\d+\]|\^\d+)*"
_HEAD = re.compile(rf"(?:^|(?<=[\s,;])){_SIDE}(?:\s*/\s*{_SIDE})?\s*=(?!=)")
"""`dx =`, `du/db =`, `d^2J/dx^2 =` or `w[1] =` at the start or behind a blank, a comma or a semicolon."""

FORM = "program | claims | bindings, as in: w^2 | dw = 6 | w = 3"

COMMAND = {"schema": SCHEMA, "command": "check"}

PATIENCE_S = 2.0
"""After so many seconds of silence the progress is told."""


class Batch:
    """The problems of a file, solved one after the other as they are asked for, and counted."""

    def __init__(self, path: Path, witness: SymbolicWitness | None) -> None:
        """The problems of a file, or of standard input. GradxError("file") where there is none."""
        text = read_file(path)
        numbered = enumerate((line.partition("#")[0].strip() for line in text.splitlines()), 1)
        self._lines = [(number, problem) for number, problem in numbered if problem]
        self._witness = witness
        self._counts = {"problems": len(self._lines), "correct": 0, "wrong": 0, "undecided": 0, "unreadable": 0}
        if not self._lines:
            raise GradxError("file", "there is no problem in the file", hint="write a line such as: x^2 | dx = 2*x")

    def answer(self, digits: int) -> Answer:
        """Every line's answer as soon as it is there, and the totals."""
        return Answer(lambda _medium: self._page(digits), self._records(), self._rows())

    def exit_code(self) -> int:
        """2 where a line could not be read, else 1 where a claim is not right, else 0."""
        counts = self._counts
        if counts["unreadable"]:
            print(f"error: {counts['unreadable']} of {counts['problems']} problems could not be read", file=sys.stderr)
            return 2
        return 1 if counts["wrong"] or counts["undecided"] else 0

    def _page(self, digits: int) -> Iterator[Block]:
        for number, _, found in self._solved():
            where = f"line {number}"
            if isinstance(found, Problem):
                yield Fault(found, where)
            else:
                yield Sentence(f"{where}: {check_page.one_line(found.program)}", indent=0, folds=False)
                yield from check_page.claims(found, digits)
            yield GAP
        claims = {status: self._counts[status] for status in ("correct", "wrong", "undecided")}
        verdicts = ", ".join(f"{count} {status}" for status, count in claims.items() if count) or "none"
        lines = counted(self._counts["problems"], "problem")
        said = f"{lines}, {counted(sum(claims.values()), 'claim')}: {verdicts}"
        yield Sentence(said, indent=0, folds=False)

    def _records(self) -> Iterator[Record]:
        """An object a line, and the totals."""
        for number, text, found in self._solved():
            place = {"line": number}
            if isinstance(found, Problem):
                yield {**COMMAND, **place, "expression": text, "error": as_json(found)}
            else:
                yield check_page.record(found, place)
        yield {**COMMAND, "done": True, **self._counts}

    def _rows(self) -> Iterator[Record]:
        """A row a claim; a line that cannot be read has none, and says why."""
        for number, text, found in self._solved():
            place = {"line": number, "expression": text}
            if isinstance(found, Problem):
                told = {"status": "unreadable", "message": found.message}
                yield {**place, **dict.fromkeys(check_page.ROW), **told}
            else:
                place["expression"] = found.program.source.text
                yield from check_page.rows(found, place)

    def _solved(self) -> Iterator[tuple[int, str, Solved | Problem]]:
        """Each line with its number, and what it comes to; how far this is, is told where it takes long."""
        progress, total = Progress(sys.stderr, PATIENCE_S, PATIENCE_S), len(self._lines)
        for done, (number, text) in enumerate(self._lines):
            progress.tell(f"checked {done} of {total}")
            try:
                solved = _solved(text, self._witness)
            except GradxError as error:
                self._counts["unreadable"] += 1
                yield number, text, error.problem
                continue
            for result in solved.results:
                self._counts[result.status] += 1
            yield number, text, solved
        if progress.has_told:
            progress.write(f"checked {total} of {total}\n")


def pieces(text: str) -> list[str]:
    """The `NAME=…` parts of a line's claims or bindings: each goes on until the next one begins.

    What stands before the first is a piece of its own, for its reader to refuse.
    """
    heads = [match.start() for match in _HEAD.finditer(text)]
    heads = [at for at in heads if text.count("(", 0, at) <= text.count(")", 0, at)]
    if not heads or text[: heads[0]].strip(" \t,;"):
        heads.insert(0, 0)
    ends = [*heads[1:], len(text)]
    return [piece for start, end in zip(heads, ends, strict=True) if (piece := text[start:end].strip(" \t,;"))]


def _solved(text: str, witness: SymbolicWitness | None) -> Solved:
    parts = text.split("|")
    if not 2 <= len(parts) <= 3:
        message, hint = f"a line has two or three parts, and this one has {len(parts)}", f"write {FORM}"
        raise GradxError("usage", message, hint=hint, span=Span(Source("line", text), 0, len(text)))
    claimed, bound = pieces(parts[1]), pieces(parts[2]) if len(parts) == 3 else []
    names = frozenset(piece.partition("=")[0].strip() for piece in bound)
    program = read(parts[0].strip(), names)
    if not claimed:
        raise GradxError("usage", "there is no claim in this line", hint="write it between the first | and the second")
    page = read_page(program, claimed)
    bindings = [*page.bindings, *map(read_binding, bound)]
    point = bind(program, bindings, "gradx check") if bindings or not program.is_open else None
    return solve(program, page.claims, bindings, point, witness, page.assumptions)
