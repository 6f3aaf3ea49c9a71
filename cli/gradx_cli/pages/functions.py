"""The page of `functions`: a table for every kind, a row for every derivative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from gradx.derive.formulas import Formula
from gradx.lessons.catalogue import Described
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Code, Column, Heading, Part, Sentence, Table

NO_WORDS = "not a function of this language"
DIGITS = 10

EXAMPLE = 'one of them: gradx functions tanh; its numbers: gradx eval "tanh(x)" x=1/2'


class _Line(NamedTuple):
    """A derivative of a function; `first`: with it what is said of the function as a whole."""

    described: Described
    wrt: str
    formula: Formula | None
    first: bool


def answer(functions: Sequence[Described], *, all_of_them: bool) -> Answer:
    """The functions by kind, as an object, one derivative a row."""

    def page(medium: Medium) -> Iterator[Block]:
        for kind, members in groupby(functions, key=attrgetter("kind")):
            table = _table(kind, list(_lines(members)), medium, convention=not all_of_them)
            yield from (GAP, Heading(kind, kind.capitalize(), "strong"), table)
        yield from (GAP, Sentence(EXAMPLE)) if all_of_them else ()

    record = {**head("functions", None, ()), "functions": list(map(_record, functions))}
    return Answer(page, [record], map(_row, _lines(functions)), alone=map(_alone, _lines(functions)))


def _lines(functions: Iterable[Described]) -> Iterator[_Line]:
    for each in functions:
        for k, (wrt, formula) in enumerate(each.derivatives):
            yield _Line(each, wrt, formula, not k)


def _table(kind: str, lines: Sequence[_Line], medium: Medium, *, convention: bool) -> Table:
    columns = [
        Column("function", (Part([_call(line, medium) if line.first else "" for line in lines]),), code=True),
        Column("by", (Part([line.wrt if len(line.described.derivatives) > 1 else "" for line in lines]),), code=True),
        Column("derivative", (Part([_formula(line, medium) for line in lines]),), "backward", code=True),
        Column("remarks", (Part([_remarks(line, convention=convention) for line in lines]),), "quiet"),
    ]
    columns = [column for column in columns if any(column.parts[0].texts)]
    remarks = tuple(k for k, column in enumerate(columns) if column.heading == "remarks")
    sentences = [" ".join(_said(line.described)) for line in lines if line.first]
    return Table(columns, kind, "plain", folds=remarks, heads=1, sentences=sentences)


def _call(line: _Line, medium: Medium) -> Code:
    graph = line.described.graph
    return Code(
        line.described.call, medium.notation(graph, DIGITS).operation(graph.output) if medium.document else None
    )


def _formula(line: _Line, medium: Medium) -> str:
    if line.formula is None:
        return NO_WORDS
    notation = medium.notation(line.described.graph, DIGITS)
    return Code(line.formula.text, notation.written(line.formula) if medium.document else None)


def _remarks(line: _Line, *, convention: bool) -> str:
    """What is to be said of a function beside its first derivative."""
    each = line.described
    if not line.first:
        return ""
    needs = f"needs {each.domain}" if each.domain else ""
    also = f"also {', '.join(each.others)}" if each.others else ""
    choice = f"backprop's choice: {each.convention}" if each.convention and convention else ""
    return "; ".join(filter(None, (needs, also, choice)))


def _said(each: Described) -> Iterator[str]:
    domain = f"needs {each.domain}" if each.domain else "has a value everywhere"
    others = f"; it is also called {' and '.join(each.others)}" if each.others else ""
    yield f"{each.call} {domain}{others}."
    for wrt, formula in each.derivatives:
        yield f"Its derivative by {wrt} is {formula.text if formula else NO_WORDS}."
    if each.convention:
        yield f"Where there is a choice, backprop takes this: {each.convention}."


def _record(each: Described) -> Record:
    return {
        **selected(each, "name", "kind", "call", "others", "domain"),
        "derivatives": {wrt: formula.text if formula else None for wrt, formula in each.derivatives},
        "convention": each.convention,
    }


def _row(line: _Line) -> Record:
    """A derivative with what is said of the function, for a table."""
    own = {"others": " ".join(line.described.others), "wrt": line.wrt}
    return {**_record(line.described), **own, "derivatives": line.formula.text if line.formula else None}


def _alone(line: _Line) -> str:
    return f"{line.described.call} {line.wrt} {line.formula.text if line.formula else '-'}"
