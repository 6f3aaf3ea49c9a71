"""The examples as one JSON object."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.language.bindings import read_binding
from gradx.language.program import read
from gradx.lessons.examples import MARK, Example
from gradx_cli.views.json import Json, head, write


def show(examples: Sequence[Example]) -> None:
    """Write the object on one line."""
    write(
        {
            **head("examples", None, ()),
            "examples": [_example(example) for example in examples],
        }
    )


def _example(example: Example) -> dict[str, Json]:
    point = {binding.name: binding.value for binding in map(read_binding, example.bindings.split())}
    return {
        "name": MARK + example.name,
        "expression": example.program,
        "reading": read(example.program).reading,
        "point": point,
        "teaches": example.teaches,
    }
