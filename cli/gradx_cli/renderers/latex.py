"""A page as LaTeX (amsmath): a solution to paste into a document, or tables and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gradx_cli import blocks
from gradx_cli.answer import Answer, Medium
from gradx_cli.blocks import GAP, Block, Code, Words, joined
from gradx_cli.set_notations import LatexNotation
from gradx_cli.terminal import Terminal
from gradx_cli.width import folded

WIDEST_CHARACTERS = 64
"""An equation of more characters gets a line a stage; sentences are broken there too."""

_WORDS = re.compile(r"(?:\$[^$]*\$|[^\s$])+")
"""Mathematics is kept whole."""

_UNSEEN = re.compile(r"\\(?:left|right|frac|partial|cdot|mathrm|operatorname)|[{}\s]")

_SPECIAL = str.maketrans(
    {
        **{character: f"\\{character}" for character in "&%$#_{}"},
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
        "✓": r"$\checkmark$", "✗": r"$\times$", "–": "--", "…": r"\ldots{}", "●": r"$\bullet$", "⋯": r"$\cdots$",
        **{sign: f"${word}$" for sign, word in {
            "→": r"\to", "←": r"\leftarrow", "↑": r"\uparrow", "↓": r"\downarrow", "⇒": r"\Rightarrow", "×": r"\times",
            "·": r"\cdot", "÷": r"\div", "≈": r"\approx", "∂": r"\partial", "ε": r"\varepsilon", "α": r"\alpha",
            "µ": r"\mu", "∞": r"\infty", "<": "<", ">": ">", "|": "|",
        }.items()},
        **{sign: f"$^{{{digit}}}$" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    }
)  # fmt: skip


def render(answer: Answer, screen: Terminal) -> None:
    """Write the page. Where it is mathematics, that alone: what is said about it stands in comments at the head."""
    page = list(answer.page(Medium(LatexNotation, whole=True, pasted=True)))
    screen.write(map(screen.drawn, _lines(page)))


def _lines(page: Sequence[Block]) -> Iterator[str]:
    worked = any(
        isinstance(block, blocks.Equations) or (isinstance(block, blocks.Table) and block.solution) for block in page
    )
    yield r"% needs \usepackage{amsmath}"
    if not worked:
        for block in page:
            yield from lines_of(block)
        return
    asides = [block for block in page if isinstance(block, blocks.Sentence) and block.aside]
    yield from (f"% {joined(aside.words)}" for aside in asides)
    heading: blocks.Heading | None = None
    together: list[blocks.Equations] = []
    for block in [*page, GAP]:
        if isinstance(block, blocks.Equations):
            together.append(block)
        elif isinstance(block, blocks.Table) and block.solution:
            yield from _align(list(block.solution()), broken=False)
        elif together:
            yield from _part(heading, together)
            heading, together = None, []
        if isinstance(block, blocks.Table) and not block.solution:
            yield from lines_of(block)
        heading = block if isinstance(block, blocks.Heading) else heading


def _part(heading: blocks.Heading | None, together: Sequence[blocks.Equations]) -> Iterator[str]:
    """A heading and its equations; nothing where there are none."""
    if heading and heading.given:
        given = ", ".join(f"{value.left} = {value.chain[0]}" for value in heading.given)
        yield from (rf"\textbf{{Given:}} $ {given} $", "")
    if not any(equations.rows for equations in together):
        return
    if heading:
        yield rf"\textbf{{{heading.full}}}" + (f" ({_words(heading.words)})" if heading.words else "")
    yield from (*_align(together), "")


def _align(together: Sequence[blocks.Equations], *, broken: bool = True) -> Iterator[str]:
    """One `align*`, with room between equations that are airy, and between one kind and the next."""
    rows = [(row, equations.airy or row is equations.rows[-1]) for equations in together for row in equations.rows]
    yield r"\begin{align*}"
    for k, (row, airy) in enumerate(rows):
        *before, end = _rows(row, broken=broken)
        yield from (rf"  {line} \\" for line in before)
        yield f"  {end}" + ("" if k == len(rows) - 1 else rf" \\{'[1ex]' * airy}")
    yield r"\end{align*}"


def _rows(equation: blocks.Equation, *, broken: bool) -> Iterator[str]:
    """One equation: on one row, or a row a stage, with short remarks at the right and longer ones below."""
    whole = " = ".join(equation.chain)
    if not broken:
        beside = "".join(joined(remark, "{{{}}}".format, r"\text{{{}}}".format) for remark in equation.remarks)
        yield f"{equation.left} &= {whole}" + (rf" \qquad {beside}" if beside else "")
        return
    said = "; ".join(map(_words, equation.remarks))
    aside = _visible(whole) + _visible(said) <= WIDEST_CHARACTERS
    remark = rf" \qquad \text{{{said}}}" if said and aside else ""
    sign = ": " if equation.sign == ":" else "= "
    stages = [whole] if _visible(whole) <= WIDEST_CHARACTERS and not equation.is_sum else list(equation.chain)
    if len(stages) > 2 and _visible("".join(stages[-2:])) <= WIDEST_CHARACTERS:
        stages[-2:] = [" = ".join(stages[-2:])]
    for k, stage in enumerate(stages):
        yield f"{equation.left} &{sign}{stage}{remark}" if k == 0 else f"&= {stage}"
    if said and not aside:
        yield from (
            rf"&\phantom{{=}}\ \text{{{line}}}" for line in folded(_WORDS.findall(said), WIDEST_CHARACTERS, _visible)
        )


def _visible(latex: str) -> int:
    """About as many characters as the text takes when it is set."""
    return len(_UNSEEN.sub("", latex.replace(r"\text", "").replace(" ", "x")))


def lines_of(block: Block) -> Iterator[str]:
    """The lines of one block."""
    match block:
        case blocks.Title(text):
            yield from (rf"\noindent{_code(text)}", "")
        case blocks.Sentence():
            yield from (_words(block.words), "")
        case blocks.Fault(problem, where):
            yield from (rf"{_text(where)}: \textbf{{error:}} {_text(problem.message)}", "")
        case blocks.Items():
            yield from _list(_item(item) for item in block.items)
        case blocks.Entry(name, words, lines):
            codes = (rf"\\ {_code(line)}" for line in lines)
            yield from ("".join([rf"\noindent{_code(name)}: {_text(words)}", *codes]), "")
        case blocks.Listing(_, lines):
            yield from (r"\begin{verbatim}", *lines, r"\end{verbatim}")
        case blocks.Table():
            yield from _table(block)
        case blocks.Chart():
            yield from (rf"\noindent\textbf{{{_text(block.label)}}}: {_text(block.plot.described)}", "")
        case blocks.Drawing():
            yield from (rf"\noindent{_code(block.title)}", "")
            yield from _list(map(_text, block.described))


def _list(entries: Iterable[str]) -> Iterator[str]:
    lines = [rf"  \item {entry}" for entry in entries]
    if lines:
        yield from (r"\begin{itemize}", *lines, r"\end{itemize}", "")


def _item(item: blocks.Item) -> str:
    beside = f" ({_text(item.beside)})" if item.beside else ""
    below = [
        rf"\\ {_words(part.words) if isinstance(part, blocks.Sentence) else _code(part.span.text)}"
        for part in item.more
    ]
    return "".join([rf"{_text(item.mark)} {_words(item.words)}".strip(), beside, *below])


def _table(table: blocks.Table) -> Iterator[str]:
    columns = "".join("r" if column.is_number else "l" for column in table.columns)
    yield rf"\noindent\begin{{tabular}}{{{columns}}}"
    yield "  " + " & ".join(_text(column.heading) for column in table.columns) + r" \\ \hline"
    for row in table.rows:
        yield "  " + " & ".join(_cell(column.cell(row), is_code=column.code) for column in table.columns) + r" \\"
    yield from (r"\end{tabular}", "")


def _cell(text: str, *, is_code: bool) -> str:
    return _code(text) if text and (is_code or isinstance(text, Code)) else _text(text)


def _words(words: Words) -> str:
    """A sentence with LaTeX's own signs escaped outside its mathematics."""
    return joined(words, "${}$".format, _text)


def _code(text: str) -> str:
    return rf"\texttt{{{_text(text)}}}"


def _text(text: str) -> str:
    """Text that LaTeX sets as it is; letters that it may lack are written out."""
    return text.translate(_SPECIAL)
