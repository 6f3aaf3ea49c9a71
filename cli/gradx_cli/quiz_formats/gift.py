"""GIFT, as https://docs.moodle.org/en/GIFT_format describes it: `~ = # { } :` and the backslash have a backslash before
them, blank lines stand between questions, feedback behind `#`, feedback on all of a question behind `####`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from gradx.lessons.quiz.item import Item
from gradx_cli.blocks import joined
from gradx_cli.escape import safe
from gradx_cli.notation import TextNotation
from gradx_cli.pages.quiz import Told
from gradx_cli.quiz_formats import answers, title

_SPECIAL = re.compile(r"([\\~=#{}:])")


def lines(items: Iterable[Item], seed: int) -> Iterator[str]:
    """The lines of the file: a question an item."""
    for k, item in enumerate(items, 1):
        told = Told(item, TextNotation(item.program.graph, 10))
        name = text(title(seed, k, item))
        yield f"::{name}::[html]{text(joined(told.prompt))}{{"
        if item.choices:
            for choice in item.choices:
                said = f"{choice.mistake}: {choice.feedback}" if choice.mistake else choice.feedback
                yield f"{'=' if choice.is_right else '~'}{text(choice.text)}#{text(said)}"
        elif item.kind == "number":
            yield f"#{item.answers[0].formula}:0"
        else:
            yield f"####{text(chr(10).join(answers(item)))}"
        yield from ("}", "")


def text(words: str) -> str:
    """Text in HTML with what means something to GIFT escaped, in one line."""
    lines = (escape(safe(line), quote=False) for line in words.split("\n"))
    return _SPECIAL.sub(r"\\\1", "<br>".join(lines))
