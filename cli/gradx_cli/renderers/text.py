"""A page as sentences, a line each: for screen readers and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradx_cli import blocks
from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import Block, joined
from gradx_cli.notation import TextNotation
from gradx_cli.terminal import Terminal

GRADIENT = re.compile(r"d[^\W\d]\w*")
"""A gradient, which keeps its small letter at the head of a sentence."""


def render(answer: Answer, screen: Terminal) -> None:
    """Write the sentences."""
    for block in answer.page(Medium(TextNotation, whole=True)):
        screen.write(map(screen.drawn, lines_of(block)))
        screen.flush()


def lines_of(block: Block) -> Iterator[str]:
    """The lines of one block."""
    match block:
        case blocks.Title(text):
            yield f"{text}."
        case blocks.Heading(_, full, _, words, _):
            yield f"{full}{': ' if words else '.'}{joined(words)}"
        case blocks.Sentence():
            yield _sentence(joined(block.words))
        case blocks.Excerpt(span):
            yield f"It is about: {span.text}"
        case blocks.Fault(problem, where):
            yield f"{_sentence(where)[:-1]}: {problem.message}." + (
                f" {_sentence(problem.hint)}" if problem.hint else ""
            )
        case blocks.Items():
            yield from map(_item, block.items)
        case blocks.Entry(name, words, lines):
            yield f"{name}: {words}. {', at '.join(lines)}."
        case blocks.Listing(_, lines):
            yield from lines
        case blocks.Equations():
            yield from map(_equation, block.rows)
        case blocks.Table():
            yield from block.sentences
        case blocks.Chart():
            yield f"{block.plot.described}."
        case blocks.Drawing():
            yield f"{block.title}."
            yield from block.described


def _equation(row: blocks.Equation) -> str:
    beside = "; ".join(map(joined, row.remarks))
    return " = ".join([row.left, *row.chain]) + (f" ({beside})." if beside else ".")


def _item(item: blocks.Item) -> str:
    label = f"{item.mark} " if item.mark[:1].isalnum() else ""
    below = [joined(part.words) for part in item.more if isinstance(part, blocks.Sentence)]
    said = _sentence(". ".join([joined(item.words) + (f": {item.beside}" if item.beside else ""), *below]))
    return label + said.replace("?. ", "? ")


def _sentence(text: str) -> str:
    """The text as a sentence: with a full stop, and with a capital unless it begins with a name or a sign."""
    if not text:
        return ""
    first, _, behind = text.partition(" ")
    is_name = GRADIENT.fullmatch(first.rstrip(",:")) or not behind[:1].isalnum()
    return (text[0] if is_name else text[0].upper()) + text[1:] + ("" if text[-1] in ".?!" else ".")
