"""Nodes -> MathML that a browser sets by itself: fractions, powers, roots, as a course writes them.

How an operation looks is said by its row in the table, in LaTeX: the template is translated here, once for each row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Final

from gradx.graph import Graph
from gradx.language.latex import GREEK_WORDS, latex_name
from gradx.language.writing import Notation, written
from gradx.primitive import ATOM, POWER, PRODUCT, SIGN, Primitive, Writing

_TOKEN: Final = re.compile(r"\{\d*\}|\\[a-zA-Z]+|\\.|\{\{|\}\}|[0-9]+|.")
"""A place for an argument, a word of LaTeX, a doubled brace (one brace of the template), a number, a character."""

_OPERATORS: Final = {
    r"\cdot": "·", r"\bmod": "mod", r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\lfloor": "⌊", r"\rfloor": "⌋",
    r"\lceil": "⌈", r"\rceil": "⌉", r"\top": "⊤", r"\odot": "⊙", r"\Vert": "‖", r"\ldots": "…",
    "-": "−", "<": "&lt;", ">": "&gt;",
}  # fmt: skip
_NAMES: Final = {f"\\{word}": letter for word, letter in GREEK_WORDS.items()} | {r"\pi": "π", r"\partial": "∂"}
_ACCENTS: Final = {r"\hat": "^", r"\bar": "¯", r"\tilde": "~", r"\dot": "˙"}
MINUS: Final = '<mo form="prefix">−</mo>'
"""A minus that stands before what it belongs to, with no room between them."""

_TIMES: Final = "<mo>&#8290;</mo>"
"""A product without a sign, which is still read out as one."""

_LETTER_OR_BRACKET: Final = r"<mi>|<mo form=|<mrow><mo>\("
_BEFORE_A_NAME: Final = re.compile(
    r"(?<!<mo>mod</mo>)(<mn>[0-9.]+</mn>)<mo>·</mo>"
    rf"(?={_LETTER_OR_BRACKET}|<ms(?:up|ub)><mrow>(?:{_LETTER_OR_BRACKET}))"
)
"""A number and the sign of a product, before what begins with a letter or a parenthesis: `2x`."""

_WORDS: Final = frozenset({r"\operatorname", r"\mathrm", r"\text"})


def mathml(graph: Graph, i: int) -> str:
    """Node i as an operation on its inputs' names. The name alone for an input. It goes inside a `math` element."""
    return _written(graph, i, lambda j: not graph.nodes[j].constant)


def mathml_written_out(graph: Graph, i: int) -> str:
    """Node i in terms of inputs alone. A node that is used twice is written twice: for small graphs."""
    return _written(graph, i, lambda j: False)


def _written(graph: Graph, i: int, by_name: Callable[[int], bool]) -> str:
    # Commas between arguments are the one thing that is not written by a row or by the notation.
    text = written(graph, i, by_name, _MATHML).replace(", ", "<mo>,</mo>")
    return _BEFORE_A_NAME.sub(rf"\1{_TIMES}", text)


def mathml_number(decimal: str) -> tuple[str, int]:
    """A decimal (or `0/0`), and how tight it binds: `1.5 · 10⁻⁷` for `1.5e-7`."""
    above, over, below = decimal.partition("/")
    if over:
        return f"<mfrac><mn>{above}</mn><mn>{below}</mn></mfrac>", POWER
    mantissa, mark, exponent = decimal.partition("e")
    negative = mantissa.startswith("-")
    digits = mantissa.removeprefix("-")
    sign = MINUS if negative else ""
    if not mark:
        return f"{sign}<mn>{digits}</mn>", SIGN if negative else ATOM
    power = f"<msup><mn>10</mn><mrow>{mathml_number(exponent)[0]}</mrow></msup>"
    if digits == "1":
        return sign + power, SIGN if negative else POWER
    return f"{sign}<mn>{digits}</mn><mo>·</mo>{power}", PRODUCT


def mathml_name(name: str) -> str:
    """A name: letters in italics, digits below, an accent for `y_hat`; several letters upright."""
    return mathml_of_latex(latex_name(name))


def mathml_of_latex(text: str) -> str:
    """LaTeX as gradx writes it, in MathML."""
    return _translated(text.replace("{", "{{").replace("}", "}}"))


class _Reader:
    """A template's tokens, read from left to right."""

    def __init__(self, template: str) -> None:
        self._tokens: list[str] = [token for token in _TOKEN.findall(template) if token != " "][::-1]

    def row(self, end: str = "") -> str:
        """Everything up to `end`."""
        parts: list[str] = []
        while self._tokens and self._tokens[-1] != end:
            part = MINUS if not parts and self._tokens[-1] == "-" and self._tokens.pop() else self.atom()
            while self._tokens and self._tokens[-1] in ("^", "_"):
                tag = "msup" if self._tokens.pop() == "^" else "msub"
                part = f"<{tag}><mrow>{part}</mrow><mrow>{self.atom()}</mrow></{tag}>"
            parts.append(part)
        if end and self._tokens:
            self._tokens.pop()
        return "".join(parts)

    def atom(self) -> str:
        """One place, number, letter, sign, group or word with its arguments."""
        token = self._tokens.pop()
        if token == "{{":
            return self.row("}}")
        if token in (r"\left", r"\right"):
            form, fence = "prefix" if token == r"\left" else "postfix", self._tokens.pop()
            return f'<mo form="{form}" stretchy="true">{_OPERATORS.get(fence, fence)}</mo>'
        if token in _WORDS:
            text = self._words()
            return f"<mtext>{text}&#160;</mtext>" if token == r"\text" else f"<mi>{text}</mi>"
        if token == r"\frac":
            return f"<mfrac><mrow>{self.atom()}</mrow><mrow>{self.atom()}</mrow></mfrac>"
        if token == r"\sqrt":
            return self._root()
        if token == r"\begin":
            return self._cases()
        if token in _ACCENTS:
            return f'<mover accent="true"><mrow>{self.atom()}</mrow><mo>{_ACCENTS[token]}</mo></mover>'
        return _sign(token)

    def _words(self) -> str:
        self._tokens.pop()
        letters: list[str] = []
        while (token := self._tokens.pop()) != "}}":
            letters.append(token.removeprefix("\\"))
        return escape("".join(letters))

    def _root(self) -> str:
        if self._tokens[-1] != "[":
            return f"<msqrt>{self.atom()}</msqrt>"
        self._tokens.pop()
        index = self.row("]")
        return f"<mroot><mrow>{self.atom()}</mrow><mrow>{index}</mrow></mroot>"

    def _cases(self) -> str:
        self._words()
        cells = [self.row("&"), self.row(r"\\"), self.row("&"), self.row(r"\end")]
        self._words()
        rows = (f"<mtr><mtd>{cells[k]}</mtd><mtd>{cells[k + 1]}</mtd></mtr>" for k in (0, 2))
        return f'<mo form="prefix" stretchy="true">{{{{</mo><mtable>{"".join(rows)}</mtable>'


def _sign(token: str) -> str:
    if token in _NAMES:
        return f"<mi>{_NAMES[token]}</mi>"
    if token in _OPERATORS:
        return f"<mo>{_OPERATORS[token]}</mo>"
    if token[0] == "{":
        return token
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    word = token.removeprefix("\\")
    if word.isalpha():
        return f"<mi>{word}</mi>"
    return f"<mo>{escape(word)}</mo>"


@cache
def _translated(template: str) -> str:
    return _Reader(template).row()


def _writing(row: Primitive) -> Writing:
    return row.latex._replace(template=_translated(row.latex.template))


def _label(label: str) -> str:
    return f"<mi>{'π' if label == 'pi' else escape(label)}</mi>"


_MATHML: Final = Notation(_writing, mathml_name, mathml_number, _label, ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>"))
