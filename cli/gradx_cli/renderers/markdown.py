"""A page as Markdown with mathematics between dollars (GitHub, Jupyter and pandoc read it)."""

from __future__ import annotations

from collections.abc import Iterator

from gradx_cli import blocks
from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import Block, Code, Words, joined
from gradx_cli.escape import safe
from gradx_cli.set_notations import LatexNotation
from gradx_cli.terminal import Terminal

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|~&"})


def render(answer: Answer, screen: Terminal) -> None:
    """Write the page. A list ends with a blank line, unless the page does."""
    is_list = False
    for block in answer.page(Medium(LatexNotation, whole=True, pasted=True)):
        if isinstance(block, blocks.Gap):
            continue
        screen.write([""] * is_list)
        is_list = isinstance(block, (blocks.Items, blocks.Entry))
        screen.write(map(screen.drawn, lines_of(block)))
        screen.flush()


def code(text: str) -> str:
    """The text as it is, in a code span that a table cell can hold."""
    fence = "``" if "`" in text else "`"
    return fence + text.replace("|", "\\|") + fence


def plain(text: str) -> str:
    """The text with every character that means something to Markdown escaped."""
    return text.translate(_SPECIAL)


def lines_of(block: Block) -> Iterator[str]:
    """The lines of one block."""
    match block:
        case blocks.Title(text):
            yield from (code(text), "")
        case blocks.Heading():
            yield from _heading(block)
        case blocks.Sentence():
            yield from (_words(block.words), "")
        case blocks.Fault(problem, where):
            yield from (f"{plain(where)}: **error:** {plain(safe(problem.message))}", "")
        case blocks.Items():
            for item in block.items:
                yield from _item(item)
        case blocks.Entry(name, words, lines):
            yield from (f"- {code(name)}: {plain(words)}", *(f"  - {code(line)}" for line in lines))
        case blocks.Listing(language, lines):
            yield from (f"```{language}", *lines, "```")
        case blocks.Equations():
            # Room for fractions between the items.
            for row in block.rows:
                stages = f"{row.left}{':' if row.sign == ':' else ' ='} {' = '.join(row.chain)}"
                remarks = "".join(f"<br>{_words(remark)}" for remark in row.remarks)
                yield from (rf"- $\displaystyle {stages}${remarks}", "")
        case blocks.Table():
            yield from _table(block)
        case blocks.Chart():
            yield from (f"**{plain(block.label)}**: {plain(block.plot.described)}", "")
        case blocks.Drawing():
            yield from _drawing(block)


def _heading(heading: blocks.Heading) -> Iterator[str]:
    if heading.given:
        yield from ("**Given:** " + ", ".join(f"${value.left} = {value.chain[0]}$" for value in heading.given), "")
    yield from (f"**{heading.full}**" + (f" ({_words(heading.words)})" if heading.words else ""), "")


def _words(words: Words) -> str:
    """A sentence with Markdown's own signs escaped outside its mathematics."""
    return joined(words, "${}$".format, plain)


def _item(item: blocks.Item) -> Iterator[str]:
    beside = f" ({plain(item.beside)})" if item.beside else ""
    yield f"- {plain(item.mark)} {_words(item.words)}".replace("-  ", "- ") + beside
    for part in item.more:
        yield f"  - {code(safe(part.span.text)) if isinstance(part, blocks.Excerpt) else _words(part.words)}"


def _table(table: blocks.Table) -> Iterator[str]:
    yield _line([plain(column.heading) for column in table.columns])
    yield _line(["---:" if column.is_number else "---" for column in table.columns])
    for row in table.rows:
        yield _line([_cell(column, row) for column in table.columns])
    yield ""


def _cell(column: blocks.Column, row: int) -> str:
    text = column.cell(row)
    if not text or column.is_number:
        return text
    return code(text) if column.code or isinstance(text, Code) else plain(text)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _drawing(drawing: blocks.Drawing) -> Iterator[str]:
    from gradx_cli.drawing.text import MOST_EDGES, mermaid

    yield from (code(drawing.title), "")
    if len(drawing.diagram.wires) <= MOST_EDGES:
        yield from ("```mermaid", *mermaid(drawing.diagram), "```", "")
    yield from (line for sentence in drawing.described for line in (plain(sentence), ""))
