"""The page of `export`: the code, as it stands in a file."""

from __future__ import annotations

from collections.abc import Iterator

from gradx.language.program import Program
from gradx_cli.answer import Answer, Medium, head
from gradx_cli.blocks import Block, Listing, Title
from gradx_cli.escape import safe
from gradx_cli.terminal import LONGEST_TITLE


def answer(program: Program, target: str, code: str, warnings: tuple[str, ...]) -> Answer:
    """The code for one target."""

    def page(medium: Medium) -> Iterator[Block]:
        yield from [Title(safe(program.shortened(LONGEST_TITLE)))] * medium.document
        yield Listing(target, tuple(code.splitlines()))

    record = {**head("export", program, warnings), "to": target, "code": code}
    return Answer(page, [record], [{"to": target, "code": code}], warnings)
