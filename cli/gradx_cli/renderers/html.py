"""A page as one HTML file: no script, nothing from elsewhere, light and dark, mathematics in MathML.

Tables have headers that a screen reader reads with each cell; every drawing says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain
from pathlib import Path

from gradx_cli import blocks
from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import Block, Code, Words, joined
from gradx_cli.diagnostics import line_around
from gradx_cli.escape import safe
from gradx_cli.layout.tables import texts_of
from gradx_cli.set_notations import MathmlNotation
from gradx_cli.terminal import Terminal

PART = """color-scheme: light dark; padding: 1rem 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif;"""
"""What a piece of another document is, in place of a body."""

MOST_BOXES = 500
"""A larger graph is described."""


def render(answer: Answer, screen: Terminal) -> None:
    """Write the document, each block as soon as it is there."""
    page = iter(answer.page(Medium(MathmlNotation, document=True)))
    before: list[Block] = []
    for block in page:
        before.append(block)
        if not isinstance(block, blocks.Gap):
            break
    said = next((block.text for block in before if isinstance(block, blocks.Title)), "")
    start = [*head(said), "<style>", *style().splitlines(), "</style>", "</head>", "<body>", "<main>"]
    for lines in chain([start], map(lines_of, chain(before, page)), [["</main>", "</body>", "</html>"]]):
        # Letters that the stream cannot hold are character references.
        told = lines if screen.unicode else (line.encode("ascii", "xmlcharrefreplace").decode() for line in lines)
        screen.write(told)
        screen.flush()


def fragment(answer: Answer) -> str:
    """The page as a piece for a document that is there, such as a notebook; its style is for nothing outside it."""
    colors, every, rest = style().partition("* {")
    head = (
        '<div class="gradx">',
        "<style>",
        colors.replace(":root", ".gradx"),
        f".gradx {{ {PART} {every}{rest}}}",
        "</style>",
    )
    parts = map(lines_of, answer.page(Medium(MathmlNotation, document=True)))
    return "\n".join([*head, *map(safe, chain.from_iterable(parts)), "</div>"])


def style() -> str:
    """The style of every page."""
    return Path(__file__).with_suffix(".css").read_text("utf-8")


def head(said: str, *policy: str) -> Iterator[str]:
    """The lines of a document before its style."""
    yield from ("<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', *policy)
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_text(' — '.join(filter(None, [said, 'gradx'])))}</title>"


def lines_of(block: Block) -> Iterator[str]:
    """The lines of one block."""
    match block:
        case blocks.Title(text):
            yield f"<h1>{_code(text)}</h1>"
        case blocks.Heading():
            yield from _heading(block)
        case blocks.Sentence():
            mark = f'<span class="sign">{_text(block.mark)}</span> ' if block.mark else ""
            yield f"<p{_toned(block.tone)}>{mark}{_words(block.words)}</p>"
        case blocks.Excerpt(span):
            before, place, after = line_around(span)
            yield f'<p class="excerpt"><code>{_text(before)}<mark>{_text(place)}</mark>{_text(after)}</code></p>'
        case blocks.Fault(problem, where):
            yield f'<p class="wrong"><b>{_text(where)}: error:</b> {_text(problem.message)}</p>'
            yield from () if problem.span is None else lines_of(blocks.Excerpt(problem.span))
            yield from [f'<p class="quiet">hint: {_text(problem.hint)}</p>'] if problem.hint else ()
        case blocks.Items(items) if items:
            yield from ('<ul class="items">', *chain.from_iterable(map(_item, items)), "</ul>")
        case blocks.Entry(name, words, lines):
            yield f"<section><h2>{_code(name)}</h2><p>{_text(words)}</p>"
            yield from (f'<p class="excerpt">{_code(line)}</p>' for line in lines)
            yield "</section>"
        case blocks.Listing(_, lines):
            yield f'<pre class="excerpt"><code>{_text(chr(10).join(lines))}</code></pre>'
        case blocks.Equations(rows, tone):
            yield from (f'<ul class="equations {tone or "plain"}">', *map(_equation, rows), "</ul>")
        case blocks.Table():
            yield from _table(block)
        case blocks.Chart():
            yield from _chart(block)
        case blocks.Drawing():
            yield from _drawing(block)


def _heading(heading: blocks.Heading) -> Iterator[str]:
    yield f"<h2{_toned(heading.tone)}>{_text(heading.full)}</h2>"
    if heading.words:
        yield f"<p>{_words(heading.words)}</p>"
    if heading.given:
        given = (f"<li>{_math(f'{value.left}<mo>=</mo>{value.chain[0]}')}</li>" for value in heading.given)
        yield f'<ul class="given" aria-label="given">{"".join(given)}</ul>'


def _item(item: blocks.Item) -> Iterator[str]:
    sign = f'<span class="sign {item.tone or "plain"}">{_text(item.mark)}</span>'
    beside = f' <span class="beside quiet">{_text(item.beside)}</span>' if item.beside else ""
    yield f"<li>{sign}<div><p>{_words(item.words)}{beside}</p>"
    yield from chain.from_iterable(map(lines_of, item.more))
    yield "</div></li>"


def _equation(equation: blocks.Equation) -> str:
    signs = [f"<mo>{_text(equation.sign)}</mo>", *["<mo>=</mo>"] * len(equation.chain)]
    stages = " ".join(_large(sign + stage) for sign, stage in zip(signs, equation.chain, strict=False))
    remarks = "".join(f'<span class="remark quiet">{_words(remark)}</span>' for remark in equation.remarks)
    left = f'<span class="left">{_large(equation.left)}</span>'
    return f'<li>{left}<span class="chain">{stages}{remarks}</span></li>'


def _table(table: blocks.Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{_text(table.caption)}</caption>'
    heads = (f'<th scope="col">{_text(column.heading)}</th>' for column in table.columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    columns = [(column, [texts_of(part, part.texts) for part in column.parts]) for column in table.columns]
    for row in table.rows:
        cells = (_cell(column, parts, row, is_head=k == 0) for k, (column, parts) in enumerate(columns))
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _cell(column: blocks.Column, parts: Sequence[Sequence[str]], row: int, *, is_head: bool) -> str:
    """A cell: a formula as mathematics, else text whose blanks stand, so that decimal points are under each other; a
    vector takes as many lines as it needs, a matrix one for each of its rows."""
    text, aligned = column.cell(row), "".join(part[row] for part in parts).rstrip()
    if isinstance(text, Code) and text.math:
        inside = _math(text.math)
    else:
        inside = _code(aligned) if column.code or column.is_number else _text(aligned)
    if aligned.startswith("["):
        kind = "rows" if "; " in aligned else "matrix"
        inside = inside.replace("<code>", f'<code class="{kind}">', 1).replace("; ", ";<br> ")
    return f'<th scope="row">{inside}</th>' if is_head else f"<td{_toned(column.tones[row])}>{inside}</td>"


def _chart(chart: blocks.Chart) -> Iterator[str]:
    from gradx_cli.drawing.svg import chart_svg

    names = {line.name: line.pen for line in chart.plot.lines if line.name}
    legend = "".join(f' <span class="pen-{pen}">● {_text(name)}</span>' for name, pen in names.items())
    label = _text(chart.label) + (legend if len(names) > 1 else "")
    yield f"<figure><figcaption{_toned(chart.tone)}>{label}</figcaption>"
    yield from chart_svg(chart.plot)
    yield "</figure>"


def _drawing(drawing: blocks.Drawing) -> Iterator[str]:
    from gradx_cli.drawing.svg import svg

    yield f"<h1>{_code(drawing.title)}</h1>"
    if len(drawing.diagram.labels) <= MOST_BOXES:
        inside = svg(drawing.diagram, drawing.title, drawing.legend, embedded=True)
        yield from ('<figure class="graph">', *inside.splitlines(), "</figure>")
    else:
        yield f"<p>{_text(drawing.summary[0])}</p>"


def _text(text: str) -> str:
    return escape(safe(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _toned(tone: str) -> str:
    return f' class="{tone or "plain"}"'


def _words(words: Words) -> str:
    """A sentence; its mathematics is markup of gradx's own."""
    return joined(words, _math, _text)


def _math(inside: str) -> str:
    return f"<math>{inside}</math>"


def _large(inside: str) -> str:
    return f'<math displaystyle="true">{inside}</math>'
