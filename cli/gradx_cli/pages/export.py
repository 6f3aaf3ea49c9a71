"""The page of `export`: the code, as it would stand in a file."""

from __future__ import annotations

from collections.abc import Iterator

from gradx.language.program import Program
from gradx_cli.answer import Answer, Medium, head
from gradx_cli.blocks import GAP, Block, Entry


def answer(program: Program, target: str, code: str, warnings: tuple[str, ...]) -> Answer:
    """The code for one target."""

    def page(_medium: Medium) -> Iterator[Block]:
        yield GAP
        yield Entry(target, program.shortened(80), tuple(code.splitlines()))

    record = {**head("export", program, warnings), "to": target, "code": code}
    return Answer(page, [record], [{"to": target, "code": code}], warnings)
