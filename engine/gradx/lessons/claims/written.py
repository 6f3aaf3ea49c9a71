"""Claims as they are written by hand: `y' = 3x^2`, `dy/dx = …`, `∂L/∂w`, `f_x`, `grad = …`, several in one word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.program import Program, read
from gradx.language.reader import OUTPUT
from gradx.language.tokens import GREEK, normal_name
from gradx.language.typed.latex import derivative_heads
from gradx.language.typed.mapped import AskedError, Mapped
from gradx.language.typed.unicode import plain_characters

_NAME: Final = rf"[A-Za-z{GREEK}](?:[A-Za-z0-9_{GREEK}]*?)(?:[₀-₉]+|\^?\[[0-9]+\])?"
_FRACTION: Final = re.compile(rf"[d∂]\s*({_NAME})\s*/\s*[d∂]\s*({_NAME})")
_PRIME: Final = re.compile(rf"({_NAME})'(?:\s*\(\s*({_NAME}|-?[0-9.]+)\s*\))?")
_INDEX: Final = re.compile(rf"(?:(?P<f>[A-Za-z])_|f|[D∂]_?)\{{?({_NAME})\}}?(?:\s+[fygJL])?")
_PRODUCT: Final = re.compile(rf"d({_NAME})d({_NAME})")
_AGAIN: Final = re.compile(rf"[d∂]\s*/\s*[d∂]\s*({_NAME})(?![A-Za-z0-9])\s*(.+)", re.DOTALL)
_OF_GROUP: Final = re.compile(rf"[d∂]\s*\((.+)\)\s*/\s*[d∂]\s*({_NAME})", re.DOTALL)
_GRADIENT: Final = re.compile(r"(?:∇\s*\w*|grad(?:ient)?(?:\s*\w)?)\s*[=:]\s*[\[(<{](.+)[\])>}]", re.DOTALL)
_SENTENCE: Final = re.compile(r"\A\s*(?:the\s+)?(derivative|slope)\s+is\s+")
_PRIMED_GROUP: Final = re.compile(r"(\(.+\))'", re.DOTALL)
_DOTTED: Final = re.compile(rf"({_NAME})\.grad|(?:grad|∇)_\{{?({_NAME})\}}?")
_OPERATOR: Final = re.compile(rf"[d∂]\s*/\s*[d∂]\s*({_NAME})")
_PLAIN: Final = re.compile(rf"[d∂]\s*({_NAME})")
_WORDS: Final = frozenset(
    ["grad", "gradient", "slope", "derivative", "deriv", "dfdx", "dydx", "ableitung", "dérivée", "derivada", "derivata"]
)
_USUAL: Final = frozenset(("f", "y", "z", "g", "h", "J", "L", "E", "C", "F", "loss", "cost", "σ", "sigma", "u"))
"""What an output is called where nobody named it."""
_SEPARATOR: Final = re.compile(rf"\s*[;\n]\s*|\s*,\s*(?=(?:[d∂]\s*{_NAME}|{_NAME}'|\\frac)[^,;=]*=)")
_AT: Final = re.compile(
    rf"\s*(?:,|\bat\b|\bwhen\b|\bfor\b|\bif\b)\s*({_NAME})\s*=\s*(-?[0-9./]+|-?pi(?:/[0-9]+)?)\s*\Z"
)


@dataclass
class _Reader:
    """One word of the command line, read for a program."""

    program: Program
    word: str
    bindings: list[str] = field(default_factory=list)

    def written(self) -> list[str]:
        text = _SENTENCE.sub(r"\1 = ", _plain(self.word).text.strip(" ;\n"))
        if not text or not any(mark in text for mark in "=:"):
            graph = self.program.graph
            name = graph.names[graph.shown[0]]
            bare = re.sub(rf"\Ad{name}\s+", "", self.word)
            program = " ".join(self.program.source.text.split())
            hint = f'a claim is written d{name}="{bare}": gradx check "{program}" "d{name}={bare}"'
            if _PLAIN.fullmatch(text):
                hint = f'a claim says what it is: {text}="…"'
            raise self.error("this is neither a claim nor a binding", hint)
        claims = self._gradient(text) or [self._claim(part) for part in _SEPARATOR.split(text) if part.strip()]
        return [f"{head}={formula}" for head, formula in claims]

    def error(self, message: str, hint: str | None) -> GradxError:
        return GradxError("claim", message, hint=hint, span=Span(Source("claim", self.word), 0, len(self.word)))

    def _names(self) -> frozenset[str]:
        return frozenset(self.program.graph.index)

    def _gradient(self, text: str) -> list[tuple[str, str]]:
        """`grad = (2xy, x^2)`: a claim for every input, where the program has them in the order of the alphabet."""
        found = _GRADIENT.fullmatch(text)
        parts = [part.strip() for part in re.split(r"[,;](?![^()]*\))", found[1])] if found else []
        names = [self.program.graph.names[i] for i in self.program.graph.inputs]
        if len(parts) != len(names):
            return []
        if names != sorted(names):
            each = " ".join(f'd{name}="…"' for name in names[:4])
            raise self.error("it is not said in which order the inputs stand", f"write a claim for each: {each}")
        return [(f"d{name}", part) for name, part in zip(names, parts, strict=True)]

    def _claim(self, text: str) -> tuple[str, str]:
        """The head and the formula of one claim."""
        if re.search(r"[-+*/]=|:=\s*\w+\s*-", text):
            raise self.error("an update is no claim", 'a claim says what a derivative is: dw="…"')
        if re.match(r"\s*[^=]*''", text) or re.match(r"\s*[d∂]\s*(?:\^|²)", text):
            raise self.error("second derivatives are not checked here", "write a first derivative: y' = …")
        at = _AT.search(text)
        if at and "=" in text[: at.start()]:
            self.bindings.append(f"{at[1]}={at[2]}")
            text = text[: at.start()]
        head, sign, formula = text.partition("=")
        if not sign:
            head, sign, formula = text.partition(":")
        head, formula = head.strip(), formula.strip()
        found = self._head(head)
        if found is None:
            turned = self._head(formula)
            if turned is not None:
                raise self.error("a claim begins with the derivative", self._offer([(turned, head)]))
            said = f"`{head[:40]}` does not say what is differentiated" if head else "nothing stands before the ="
            raise self.error(said, 'a claim is written dx="…" or dy/dx="…"')
        formula = self._without_differential(found, formula)
        return found, formula

    def _head(self, head: str) -> str | None:
        """`dX` or `dY/dX` for what stands before the `=`; None where that is no derivative."""
        if fraction := _FRACTION.fullmatch(head):
            return self._of(fraction[1], self._wrt(fraction[2]))
        if prime := _PRIME.fullmatch(head):
            if prime[2] and not prime[2][0].isalpha():
                self.bindings.append(f"{self._only(head)}={prime[2]}")
                return self._of(prime[1], self._only(head))
            return self._of(prime[1], self._wrt(prime[2]) if prime[2] else self._only(head))
        if head.lower() in _WORDS and head not in self._names():
            return f"d{self._only(head)}"
        if (product := _PRODUCT.fullmatch(head)) and normal_name(product[2]) in self._names():
            return self._of(product[1], normal_name(product[2]))
        if group := _OF_GROUP.fullmatch(head):
            return self._same(group[1], self._wrt(group[2]))
        if alone := _DOTTED.fullmatch(head) or _OPERATOR.fullmatch(head):
            return f"d{self._wrt(alone[alone.lastindex or 1])}"
        if primed := _PRIMED_GROUP.fullmatch(head):
            return self._same(primed[1], self._only(head))
        if again := _AGAIN.fullmatch(head):
            return self._same(again[2], self._wrt(again[1]))
        plain = _PLAIN.fullmatch(head)
        if plain and normal_name(plain[1]) in self._names():
            return f"d{normal_name(plain[1])}"
        if (index := _INDEX.fullmatch(head)) and normal_name(index[2]) in self._names() and head not in self._names():
            return f"d{normal_name(index[2])}"
        differential = re.search(rf"\bd{_NAME}\s*\Z", self.word)
        if plain and differential and _is_output(self.program.graph, normal_name(plain[1])):
            return f"d{self._only(head)}"
        return f"d{self._wrt(plain[1])}" if plain else None

    def _of(self, of: str, wrt: str) -> str:
        graph = self.program.graph
        name = normal_name(of)
        if name in graph.index and graph.index[name] != graph.output:
            return f"d{name}/d{wrt}"
        if name in graph.index or _is_output(self.program.graph, name):
            return f"d{wrt}"
        raise self.error(f"the program has no node {name}", f"its output is {graph.names[graph.output]}")

    def _wrt(self, text: str) -> str:
        name = normal_name(text)
        if name not in self._names():
            graph = self.program.graph
            names = ", ".join([graph.names[i] for i in graph.shown][:12])
            raise self.error(f"the program has no node {name}", f"the nodes are {names}")
        return name

    def _only(self, head: str) -> str:
        """The one input. Asks where there are several."""
        graph = self.program.graph
        names = [graph.names[i] for i in graph.inputs]
        if len(names) != 1:
            formula = self.word.partition("=")[2].strip() or self.word.partition(":")[2].strip()
            raise self.error(
                f"`{head}` does not say by which input", self._offer([(f"d{n}", formula) for n in names[:4]])
            )
        return names[0]

    def _offer(self, claims: Sequence[tuple[str, str]]) -> str:
        """The command for each of the claims."""
        text = " ".join(self.program.source.text.split())
        found = []
        for head, formula in claims:
            try:
                plain = read(formula, self._names()).reading.removeprefix(f"{OUTPUT} = ")
            except GradxError:
                plain = formula
            found.append(f'gradx check "{text}" {head}="{plain}"')
        return " or ".join(found)

    def _same(self, function: str, wrt: str) -> str:
        """`d/dx(x^3)` of the program x^3; of any other function it is no claim about this one."""
        body = function[1:-1] if function[0] in "([" and function[-1] in ")]" else function
        graph = self.program.graph
        if _is_output(graph, body) or graph.names[graph.output] == body:
            return f"d{wrt}"
        try:
            said = read(body, self._names()).reading
        except GradxError:
            said = ""
        mine = self.program.reading
        if said.partition(" = ")[2] != mine.partition(" = ")[2]:
            raise self.error("this is a claim about another function", f"the program is {mine[:80]}")
        return f"d{wrt}"

    def _without_differential(self, head: str, formula: str) -> str:
        """`dy = 3x^2 dx` as 3x^2."""
        end = re.search(rf"(?:\s|\*)\s*d({_NAME})\Z", formula)
        if end and f"d{end[1]}" == head.rpartition("/")[2] and f"d{end[1]}" not in self._names():
            return formula[: end.start()]
        return formula


def _plain(word: str) -> Mapped:
    """The word in the signs of the language; itself where a letter only looks like one."""
    try:
        return derivative_heads(plain_characters(Mapped.whole(word)))
    except AskedError:
        return Mapped.whole(word)


def _is_output(graph: Graph, name: str) -> bool:
    """Whether a name that the program does not have can only mean its output."""
    return name not in graph.index and name in _USUAL


def written(program: Program, word: str) -> tuple[list[str], list[str]]:
    """The claims in a word of the command line, in the form `dY/dX=FORMULA`, and the bindings that stand beside them.
    Raises `GradxError` of kind "claim" where it asks or refuses."""
    reader = _Reader(program, word)
    return reader.written(), reader.bindings


def may_be(graph: Graph, word: str) -> bool:
    """Whether a word can only have been meant as a claim, in whatever form."""
    plain = _plain(word).text
    head = re.split(r"[=:]", plain, maxsplit=1)[0].strip()
    if "'" in head or _FRACTION.match(head) or _AGAIN.match(head) or re.search(r"[-+]=", plain):
        return True
    if _GRADIENT.fullmatch(plain) or _OF_GROUP.fullmatch(head) or (_DOTTED.fullmatch(head) and head not in graph.index):
        return True
    if head.lower() in _WORDS or _PRODUCT.fullmatch(head) or "\n" in word.strip():
        return head not in graph.index
    index = _INDEX.fullmatch(head)
    if index and normal_name(index[2]) in graph.index and head not in graph.index:
        return True
    plain_head = _PLAIN.fullmatch(head)
    if plain_head and (normal_name(plain_head[1]) in graph.index or _is_output(graph, normal_name(plain_head[1]))):
        return normal_name(head) not in graph.index
    return bool(_FRACTION.search(plain.partition("=")[2]))
