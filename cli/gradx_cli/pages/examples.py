"""The page of `examples`: what each teaches, its program, its point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.language.bindings import read_binding
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import is_bundle, of_binding, read_value
from gradx.language.program import read
from gradx.lessons.examples import MARK, Example
from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Block, Entry, Sentence


def answer(examples: Sequence[Example]) -> Answer:
    """An entry for every example, the examples as an object, one a row."""

    def page(_medium: Medium) -> Iterator[Block]:
        for example in examples:
            lines = (example.program, example.bindings)
            yield from (GAP, Entry(MARK + example.name, example.teaches, lines))
        yield from (GAP, Sentence(f"try one: gradx explain {MARK}neuron"))

    return Answer(page, [{**head("examples", None, ()), "examples": map(_example, examples)}], map(_row, examples))


def _example(example: Example) -> Record:
    reading, point = _read(example)
    return {
        "name": MARK + example.name,
        "expression": example.program,
        "reading": reading,
        "point": point,
        "teaches": example.teaches,
    }


def _read(example: Example) -> tuple[str, Record]:
    """The program as it is read, and the point: vectors and matrices as nested lists."""
    if not any(map(is_bundle, example.words)):
        point: Record = {binding.name: binding.value for binding in map(read_binding, example.words)}
        return read(example.program).reading, point
    values = [read_value(word) if is_bundle(word) else of_binding(read_binding(word)) for word in example.words]
    program = read_bundles(example.program, values).program
    assert program.bundles is not None
    groups = program.bundles.by_name
    return program.reading, {value.name: groups[value.name].nested(value.numbers) for value in values}


def _row(example: Example) -> Record:
    """The same for a table: the point in one cell, as it is typed."""
    return {**_example(example), "point": example.bindings}
