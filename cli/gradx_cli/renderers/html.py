"""A page as one HTML file: no script, nothing from elsewhere, light and dark, mathematics in MathML.

Tables have headers that a screen reader reads with each cell; every drawing says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import chain
from typing import cast

from gradx.errors import Span
from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import (
    Block,
    Chart,
    Code,
    Column,
    Drawing,
    Entry,
    Equation,
    Equations,
    Excerpt,
    Fault,
    Gap,
    Heading,
    Item,
    Items,
    Math,
    Sentence,
    Table,
    Title,
    Words,
    pieces,
)  # fmt: skip
from gradx_cli.escape import safe
from gradx_cli.layout.tables import texts_of
from gradx_cli.mathml_notation import MathmlNotation
from gradx_cli.terminal import Terminal

LARGEST = 500
"""A graph with more boxes is described."""

COLORS = """
:root { color-scheme: light dark; --page: #ffffff; --sheet: #f6f8fa; --line: #d8dee4; --ink: #1f2328; --quiet: #57606a;
  --forward: #0b7285; --backward: #c92a2a; --confirmed: #1a7f37; --doubtful: #8a5a00; --secant: #862e9c; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --sheet: #161b22; --line: #30363d; --ink: #e6edf3; --quiet: #9198a1;
    --forward: #3bc9db; --backward: #ff8787; --confirmed: #56d364; --doubtful: #e3b341; --secant: #d0a2f7; }
}
"""
WHOLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
"""
STYLE = """
code, th[scope="col"] { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: 0.92em; white-space: pre-wrap; overflow-wrap: anywhere; }
math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "STIX Math", STIX, math; font-size: 1.15em; }
mtd { text-align: left; }
h1 { font-size: 1.5rem; font-weight: 500; line-height: 1.4; margin: 0 0 2rem; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 2.5rem 0 0.75rem; }
p { margin: 0.5rem 0; }
.plain { color: inherit; }
.strong { font-weight: 600; }
.forward { color: var(--forward); }
.backward, .wrong { color: var(--backward); }
.confirmed { color: var(--confirmed); }
.doubtful, .tangent { color: var(--doubtful); }
.secant { color: var(--secant); }
.quiet { color: var(--quiet); }
.wide { overflow: auto hidden; margin: 1.5rem 0; padding-bottom: 0.25rem; }
table { border-collapse: collapse; }
caption { text-align: left; color: var(--quiet); font-size: 0.9rem; padding-bottom: 0.75rem; }
th, td { padding: 0.4rem 1.6rem 0.4rem 0; text-align: left; vertical-align: baseline; white-space: nowrap;
  font-weight: 400; }
td code, th code { white-space: pre; overflow-wrap: normal; }
th[scope="col"] { font-size: 0.85rem; color: var(--quiet); border-bottom: 1px solid var(--line); }
tbody tr + tr > * { border-top: 1px solid var(--sheet); }
.items { list-style: none; margin: 1.5rem 0; padding: 0; }
.items > li { display: flex; gap: 0.75rem; margin: 0.75rem 0; }
.items p { margin: 0 0 0.25rem; overflow-wrap: anywhere; }
.sign { font-weight: 600; min-width: 1em; }
.beside { margin-left: 1rem; }
.excerpt { background: var(--sheet); border-radius: 6px; padding: 0.4rem 0.8rem; }
.items .excerpt { display: inline-block; margin: 0.35rem 0; }
mark { background: none; color: var(--doubtful); text-decoration: underline; text-underline-offset: 0.3em; }
.given { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.75rem; margin: 0.5rem 0; padding: 0;
  color: var(--forward); }
.equations { list-style: none; display: grid; grid-template-columns: max-content 1fr; gap: 0.9rem 0.3rem;
  align-items: baseline; margin: 1rem 0; padding: 0; }
.equations > li { display: contents; color: var(--ink); }
.left { text-align: right; }
.chain { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.3rem; }
.equations .chain > math:last-of-type { color: var(--ink); }
.equations.forward .chain > math:last-of-type { color: var(--forward); }
.equations.backward .chain > math:last-of-type { color: var(--backward); }
.left, .chain { color: var(--ink); }
.remark { font-size: 0.9rem; margin-left: 1rem; }
figure { margin: 1.75rem 0; overflow-x: auto; }
figcaption span { margin-left: 1.5rem; }
figcaption { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.92rem; }
.chart { width: 100%; max-width: 48rem; height: auto; display: block; }
.chart text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
.chart .below, .chart .axis { text-anchor: middle; }
.chart .beside { text-anchor: end; }
.grid { stroke: var(--line); stroke-width: 1; fill: none; }
.zero { stroke: var(--quiet); }
.pen { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; stroke: currentColor; }
.pen-curve { color: var(--forward); }
.pen-slope { color: var(--backward); }
.pen-tangent, .pen-second { color: var(--doubtful); }
.pen-secant, .pen-third { color: var(--secant); }
.pen-fourth { color: var(--confirmed); }
.pen-fifth { color: var(--ink); }
.pen-tangent, .pen-secant { stroke-width: 1.4; }
.pen-secant { stroke-dasharray: 6 4; }
.chart circle { fill: currentColor; }
.chart .hollow { fill: var(--page); stroke: currentColor; stroke-width: 2; }
"""
PRINT = "@media print { main { padding: 0; } }"
PART = """
.gradx { color-scheme: light dark; padding: 1rem 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif; }
"""
"""What a piece of another document is, in place of `WHOLE`."""


def render(answer: Answer, screen: Terminal) -> None:
    """Write the document, each block as soon as it is there."""
    blocks = iter(answer.page(Medium(MathmlNotation, document=True)))
    before: list[Block] = []
    for block in blocks:
        before.append(block)
        if not isinstance(block, Gap):
            break
    screen.write(map(_readable(screen), _head(before)))
    for block in chain(before, blocks):
        screen.write(map(_readable(screen), lines_of(block)))
        screen.flush()
    screen.write(["</main>", "</body>", "</html>"])


def fragment(answer: Answer) -> str:
    """The page as a piece for a document that is there, such as a notebook; its style is for nothing outside it."""
    blocks = answer.page(Medium(MathmlNotation, document=True))
    colors = COLORS.replace(":root", ".gradx")
    head = ('<div class="gradx">', "<style>", f"{colors}{PART}.gradx {{{STYLE}}}", "</style>")
    return "\n".join([*head, *map(safe, chain.from_iterable(map(lines_of, blocks))), "</div>"])


def _readable(screen: Terminal) -> Callable[[str], str]:
    """What makes a line one that the stream can hold: letters beyond ASCII as character references, if need be."""
    if screen.unicode:
        return str
    return lambda line: line.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _head(blocks: Sequence[Block]) -> Iterator[str]:
    said = next((block.text for block in blocks if isinstance(block, Title)), "")
    yield from ("<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">')
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_text(' — '.join(filter(None, [said, 'gradx'])))}</title>"
    yield from (
        "<style>",
        *COLORS.strip().splitlines(),
        *WHOLE.strip().splitlines(),
        *STYLE.strip().splitlines(),
        PRINT,
        "</style>",
        "</head>",
        "<body>",
        "<main>",
    )


def lines_of(block: Block) -> Iterator[str]:
    """The lines of one block."""
    write = cast("Callable[[Block], Iterator[str]]", WRITERS[type(block)])
    return write(block)


def _gap(_gap: Gap) -> Iterator[str]:
    return iter(())


def _title(title: Title) -> Iterator[str]:
    yield f"<h1><code>{_text(title.text)}</code></h1>"


def _heading(heading: Heading) -> Iterator[str]:
    yield f'<h2 class="{heading.tone or "plain"}">{_text(heading.full)}</h2>'
    if heading.words:
        yield f"<p>{_words(heading.words)}</p>"
    if heading.given:
        given = (f"<li>{_math(f'{value.left}<mo>=</mo>{value.chain[0]}')}</li>" for value in heading.given)
        yield f'<ul class="given" aria-label="given">{"".join(given)}</ul>'


def _sentence(sentence: Sentence) -> Iterator[str]:
    mark = f'<span class="sign">{_text(sentence.mark)}</span> ' if sentence.mark else ""
    yield f'<p class="{sentence.tone or "plain"}">{mark}{_words(sentence.words)}</p>'


def _excerpt(excerpt: Excerpt) -> Iterator[str]:
    yield f'<p class="excerpt"><code>{_marked(excerpt.span)}</code></p>'


def _marked(span: Span) -> str:
    """The line of the place, the place in it marked."""
    text = span.source.text
    start = text.rfind("\n", 0, span.offset) + 1
    end = text.find("\n", span.offset)
    line = text[start : end if end >= 0 else len(text)]
    at = span.offset - start
    before, place, after = line[:at], line[at : at + max(1, span.length)], line[at + max(1, span.length) :]
    return f"{_text(before)}<mark>{_text(place)}</mark>{_text(after)}"


def _fault(fault: Fault) -> Iterator[str]:
    problem = fault.problem
    yield f'<p class="wrong"><b>{_text(fault.where)}: error:</b> {_text(problem.message)}</p>'
    if problem.span is not None:
        yield from _excerpt(Excerpt(problem.span))
    if problem.hint:
        yield f'<p class="quiet">hint: {_text(problem.hint)}</p>'


def _items(items: Items) -> Iterator[str]:
    if items.items:
        yield from ('<ul class="items">', *chain.from_iterable(map(_item, items.items)), "</ul>")


def _item(item: Item) -> Iterator[str]:
    sign = f'<span class="sign {item.tone or "plain"}">{_text(item.mark)}</span>'
    beside = f' <span class="beside quiet">{_text(item.beside)}</span>' if item.beside else ""
    yield f"<li>{sign}<div><p>{_words(item.words)}{beside}</p>"
    for part in item.more:
        yield from lines_of(part)
    yield "</div></li>"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"<section><h2><code>{_text(entry.name)}</code></h2><p>{_text(entry.words)}</p>"
    yield from (f'<p class="excerpt"><code>{_text(line)}</code></p>' for line in entry.lines)
    yield "</section>"


def _equations(equations: Equations) -> Iterator[str]:
    yield f'<ul class="equations {equations.tone or "plain"}">'
    for row in equations.rows:
        yield from _equation(row)
    yield "</ul>"


def _equation(equation: Equation) -> Iterator[str]:
    sign = "<mo>=</mo>" if equation.sign == "=" else "<mo>:</mo>"
    stages = (_large((sign if k == 0 else "<mo>=</mo>") + stage) for k, stage in enumerate(equation.chain))
    remarks = "".join(f'<span class="remark quiet">{_words(remark)}</span>' for remark in equation.remarks)
    left, right = f'<span class="left">{_large(equation.left)}</span>', f"{' '.join(stages)}{remarks}"
    yield f'<li>{left}<span class="chain">{right}</span></li>'


def _table(table: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{_text(table.caption)}</caption>'
    heads = (f'<th scope="col">{_text(column.heading)}</th>' for column in table.columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead><tbody>"
    columns = [[texts_of(part, part.texts) for part in column.parts] for column in table.columns]
    for row in table.rows:
        cells = (
            _cell(column, parts, row, is_head=k == 0)
            for k, (column, parts) in enumerate(zip(table.columns, columns, strict=True))
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _cell(column: Column, parts: Sequence[Sequence[str]], row: int, *, is_head: bool) -> str:
    """A cell: a formula as mathematics, else text whose blanks stand, so that decimal points are under each other."""
    text = column.cell(row)
    if isinstance(text, Code) and text.math:
        inside = _math(text.math)
    else:
        aligned = "".join(part[row] for part in parts)
        inside = f"<code>{_text(aligned)}</code>" if column.code or column.is_number else _text(aligned)
    tone = column.tones[row] or "plain"
    return f'<th scope="row">{inside}</th>' if is_head else f'<td class="{tone}">{inside}</td>'


def _chart(chart: Chart) -> Iterator[str]:
    from gradx_cli.drawing.plot_svg import chart_svg

    names = {line.name: line.pen for line in chart.lines if line.name}
    legend = "".join(f' <span class="pen-{pen}">● {_text(name)}</span>' for name, pen in names.items())
    label = _text(chart.label) + (legend if len(names) > 1 else "")
    yield f'<figure><figcaption class="{chart.tone or "plain"}">{label}</figcaption>'
    yield from chart_svg(chart.lines, chart.marks, chart.x, chart.y, chart.described, chart.over)
    yield "</figure>"


def _drawing(drawing: Drawing) -> Iterator[str]:
    from gradx_cli.drawing.svg import svg

    yield f"<h1><code>{_text(drawing.title)}</code></h1>"
    if len(drawing.diagram.labels) <= LARGEST:
        inside = svg(drawing.diagram, drawing.title, drawing.legend, embedded=True)
        yield from ('<figure class="graph">', *inside.splitlines(), "</figure>")
    else:
        yield f"<p>{_text(drawing.summary[0])}</p>"


def _text(text: str) -> str:
    return escape(safe(text))


def _words(words: Words) -> str:
    """A sentence; its mathematics is markup of gradx's own."""
    return "".join(_math(piece) if isinstance(piece, Math) else _text(piece) for piece in pieces(words))


def _math(inside: str) -> str:
    return f"<math>{inside}</math>"


def _large(inside: str) -> str:
    return f'<math displaystyle="true">{inside}</math>'


WRITERS = {
    Gap: _gap,
    Title: _title,
    Heading: _heading,
    Sentence: _sentence,
    Excerpt: _excerpt,
    Fault: _fault,
    Items: _items,
    Entry: _entry,
    Equations: _equations,
    Table: _table,
    Chart: _chart,
    Drawing: _drawing,
}
