"""The page of `examples`: what each teaches, its program, its point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.language.bindings import read_binding
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
        yield from (GAP, Sentence(f"try one: gradx explain {MARK}neuron", folds=False))

    return Answer(page, [{**head("examples", None, ()), "examples": map(_example, examples)}], map(_row, examples))


def _example(example: Example) -> Record:
    return {
        "name": MARK + example.name,
        "expression": example.program,
        "reading": read(example.program).reading,
        "point": {binding.name: binding.value for binding in map(read_binding, example.bindings.split())},
        "teaches": example.teaches,
    }


def _row(example: Example) -> Record:
    """The same for a table: the point in one cell, as it is typed."""
    return {**_example(example), "point": example.bindings}
