"""The formats in which other programs take problems: a file each, which bears its name and has a function `lines`.

`lines(items, seed)` gives the lines of the file. Only `gradx quiz` has them, beside those of every command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import cast

from gradx.lessons.quiz.item import Item

NAMES = ("moodle", "gift")


def quiz_lines(name: str, items: Iterable[Item], seed: int) -> Iterator[str]:
    """The lines of a file in the format of that name."""
    return cast("Iterator[str]", import_module(f"{__name__}.{name}").lines(items, seed))


def title(seed: int, k: int, item: Item) -> str:
    """What a problem is called in a bank of questions."""
    return f"gradx {seed}-{k:03d} {item.kind}, level {item.level}"


def answers(item: Item) -> Sequence[str]:
    """What is right, a line each, as it is typed."""
    return [f"{answer.asked} = {answer.formula}" for answer in item.answers]
