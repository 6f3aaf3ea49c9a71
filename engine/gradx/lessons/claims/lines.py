"""A line as it is pasted, without what Markdown and LaTeX put around it; the claims in it, what it assumes (`x > 0`, on
a line of its own or beside a claim), and a left side of higher order (`d2y/dx2`, `∂²J/∂x∂y`, `y''`).

A chained line, as in `dz = da*a*(1 - a) = a - y`, claims two things of dz, each of which is judged.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.program import read
from gradx.language.tokens import NAME_PATTERN, normal_name
from gradx.table import CALLABLE

_AROUND: Final = re.compile(
    r"\s*(?:(?:`{3,}|~{3,})\s*\w*|\${1,2}|\\[()\[\]]|\\(?:begin|end)\s*\{[a-z]+\*?\}(?:\{[^}]*\})?)\s*"
)
"""What stands on a line of its own."""

_BULLET: Final = re.compile(r"\s*(?:>\s+|[-*•–]\s+(?=[d∂\w`$*\\])|\(?[0-9a-z]{1,2}[.)]\s+|[⇒→∴]\s*|=>\s*)")
_OPENING: Final = re.compile(r"\s*(?:`+|\\[(\[]|\${1,2})\s*")
_CLOSING: Final = re.compile(r"\s*(?:`+|\\[)\]]|\${1,2}|\\\\(?:\[[^\]]*\])?|[.;,])\s*\Z")
_BOLD: Final = re.compile(r"(\*\*|__)(?=\S)([^*_=]+)\1(?=\s*=|\s*\Z)")
_PROSE: Final = re.compile(r"[^\W\d_]+(?:['’,-]?\s+[^\W\d_]+)+\s*[:.!]?|[^\W\d_]{4,}:")

_EQUALS: Final = re.compile(r"(?<![<>=!:≤≥])=(?!=)")
_ARROW: Final = re.compile(r":=|←|<-")
_QUESTION: Final = re.compile(
    rf"\s*[d∂]\s*(?P<of>{NAME_PATTERN})?\s*/\s*[d∂]\s*{NAME_PATTERN}\s*(?P<group>[(\[].*[)\]])?\s*"
)


def unwrapped(line: str) -> str:
    """The line alone; "" where nothing else stands there, or words alone.

    >>> [unwrapped(line) for line in ("- `dw = x`", "$$", r"dz &= a - y \\\\", "My solution:", "> **db** = 1")]
    ['dw = x', '', 'dz = a - y', '', 'db = 1']
    """
    words = line.split()
    is_formula = all(len(word) == 1 or word in CALLABLE for word in words)  # ln x, which nobody means as a remark
    if _AROUND.fullmatch(line) or (_PROSE.fullmatch(line.strip()) and not is_formula):
        return ""
    text = re.sub(r"(?<!&)&(?!&)", "", line)
    for pattern in (_BULLET, _OPENING):
        found = pattern.match(text)
        text = text[found.end() if found else 0 :]
    while found := _CLOSING.search(text):
        text = text[: found.start()]
    return _BOLD.sub(r"\2", text).strip()


def equalities(text: str, names: Container[str]) -> list[str]:
    """The claims in a line, one for each formula behind its first sign, each of which keeps its place in the line.

    What only says again what is differentiated is none: `dy/dx` where y is not in `names`, `d/dx(x^2)`.
    """
    arrow = _ARROW.search(text)
    signs = [sign.span() for sign in _EQUALS.finditer(text)]
    if arrow is not None:
        signs = [arrow.span(), *(sign for sign in signs if sign[0] >= arrow.end())]
    if len(signs) < 2:
        return [text]
    head = text[: signs[0][1]]
    ends = [*(start for start, _ in signs[1:]), len(text)]
    parts = [(start, text[start:end]) for (_, start), end in zip(signs, ends, strict=True)]
    formulas = [(start, part) for start, part in parts if not _asks_again(part, names)]
    return [f"{head}{' ' * (start - len(head))}{part}" for start, part in formulas or parts[-1:]]


def _asks_again(part: str, names: Container[str]) -> bool:
    found = _QUESTION.fullmatch(part)
    return found is not None and (normal_name(found["of"]) not in names if found["of"] else found["group"] is not None)


_RELATION: Final = re.compile(r"<=|>=|!=|==|≤|≥|≠|<|>")
_SIGNS: Final = {"≤": "<=", "≥": ">=", "≠": "!="}
_ASSUMING: Final = re.compile(r"\s*(?:assume|assuming|suppose|let|where|for|with|if|when)\b\s*")
_BESIDE: Final = re.compile(
    r"(?:,|[,;]?\s*\(?\s*\b(?:assuming|provided|where|for|with|if|when)\b)(?P<condition>[^,;=]*[<>≤≥≠!][^,;()]*)\)?\s*\Z"
    r"|\((?P<alone>[^,;()=]*[<>≤≥≠!][^,;()]*)\)\s*\Z"
)


@dataclass(frozen=True)
class Assumption:
    """`text` is 1 over the program's nodes where it holds, and 0 elsewhere."""

    text: str
    formula: Graph
    operands: dict[int, int]


def is_assumption(text: str) -> bool:
    """Whether a relation stands in it outside of parentheses, and no `=` by itself."""
    plain = _outside(text if _ASSUMING.match(text) else condition_beside(text)[0])
    return bool(_RELATION.search(plain)) and not re.search(r"(?<![<>=!:])=(?!=)|:=|←|<-", plain)


def condition_beside(text: str) -> tuple[str, str]:
    """A formula, and the condition that stands behind it: `dx = 1 for x > 0`; "" where there is none."""
    found = None if re.search(r"\belse\b|\botherwise\b", text) else _BESIDE.search(text)
    before = text[: found.start()].rstrip() if found is not None else ""
    if found is None or not before or (found["alone"] and before[-1] in "*/+-^(="):  # da*(z > 0) is a product
        return text, ""
    return before, found["condition"] or found["alone"]


def read_assumptions(graph: Graph, text: str) -> Iterator[Assumption]:
    """What is assumed, one relation or chain of them after the other. GradxError for what cannot be read."""
    plain = _ASSUMING.sub("", text, count=1)
    for part in re.split(r"\s*(?:,|;|\band\b|&&?)\s*", plain):
        if part.strip():
            yield _read(graph, part.strip())


def _read(graph: Graph, text: str) -> Assumption:
    signs = list(_RELATION.finditer(text))
    sides = [side.strip() for side in _RELATION.split(text)]
    source = Source("assumption", text)
    if not signs or not all(sides):
        place = Span(source, signs[0].start(), len(signs[0][0])) if signs else Span(source, 0, len(text))
        raise GradxError("claim", "one side of the assumption is missing", hint="as in x > 0", span=place)
    formula = "1"
    for left, sign, right in zip(sides, signs, sides[1:], strict=False):
        formula = f"where({left} {_SIGNS.get(sign[0], sign[0])} {right}, {formula}, 0)"
    try:
        found = read(formula, frozenset(graph.index)).graph
    except GradxError as error:
        problem, place = error.problem, Span(source, 0, len(text))
        raise GradxError(problem.kind, problem.message, hint=problem.hint, span=place) from None
    unknown = [found.names[i] for i in found.inputs if found.names[i] not in graph.index]
    if unknown:
        raise no_node(graph, unknown[0], Span(source, max(0, text.find(unknown[0])), len(unknown[0])), "name")
    return Assumption(" ".join(text.split()), found, {i: graph.index[found.names[i]] for i in found.inputs})


def _outside(text: str) -> str:
    """What stands outside of parentheses."""
    depth, found = 0, []
    for character in text:
        depth += (character == "(") - (character == ")")
        found.append(character if depth == 0 else " ")
    return "".join(found)


MOST_ORDERS: Final = 12
_LONGEST: Final = 200

_NAME: Final = r"[^\W\d]\w*"
_SUPERSCRIPTS: Final = {ord(sign): f"^{n}" for n, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_PRIMES: Final = str.maketrans({"’": "'", "′": "'", "″": "''", "‴": "'''"})
_OVER: Final = re.compile(rf"\s*[d∂]\s*\^?\s*(?P<order>\d+)\s*(?P<of>{_NAME})?\s*")
_PRIMED: Final = re.compile(rf"\s*(?P<of>{_NAME})(?P<primes>'{{2,}})\s*(\(\s*(?P<by>{_NAME})\s*\))?\s*")
_POWER: Final = re.compile(r"\s*\^?\s*(\d+)")


def is_higher(head: str) -> bool:
    """Whether the left side of a claim has the form of one of higher order."""
    if len(head) > _LONGEST:
        return False
    plain = head.translate(_SUPERSCRIPTS).translate(_PRIMES)
    over, slash, _ = plain.partition("/")
    return bool(_OVER.fullmatch(over) if slash else _PRIMED.fullmatch(plain))


def read_higher(graph: Graph, word: str, head: str) -> tuple[int, tuple[int, ...]]:
    """What a left side of which `is_higher` is true means: the node, and along what it is differentiated, one after
    the other. GradxError("claim") where it means nothing."""
    plain = head.translate(_SUPERSCRIPTS).translate(_PRIMES)
    place = Span(Source("claim", word), len(head) - len(head.lstrip()), max(1, len(head.strip())))
    primed = _PRIMED.fullmatch(plain)
    if primed:
        return _node(graph, primed["of"], place), _primed(graph, primed["by"], len(primed["primes"]), place)
    over, _, under = plain.partition("/")
    found = _OVER.fullmatch(over)
    assert found is not None
    order = int(found["order"])
    if not 1 <= order <= MOST_ORDERS:
        hint = f"orders from 1 to {MOST_ORDERS} are judged"
        raise GradxError("claim", f"a derivative of order {order} cannot be checked", hint=hint, span=place)
    of = _node(graph, found["of"], place) if found["of"] else graph.output
    along = next((each for each in _readings(under, graph.index) if len(each) == order), None)
    if along is None:
        hint = "write it as in d^2J/dx^2 or ∂^2J/∂x∂y, the powers below the line adding up to the order"
        raise GradxError("claim", f"`{under.strip()}` does not say {order} nodes", hint=hint, span=place)
    return of, tuple(graph.index[name] for name in reversed(along))


def _primed(graph: Graph, by: str | None, order: int, place: Span) -> tuple[int, ...]:
    names = [by] if by else [graph.names[i] for i in graph.inputs]
    if order > MOST_ORDERS or len(names) != 1 or names[0] not in graph.index:
        hint = f"write d^{order}J/dx^{order}, x being what it is differentiated by"
        raise GradxError("claim", "the primes do not say by what it is differentiated", hint=hint, span=place)
    return (graph.index[names[0]],) * order


def _node(graph: Graph, text: str, place: Span) -> int:
    """The node of a name; one letter that is none is the output that the program does not name."""
    node = graph.index.get(normal_name(text))
    if node is not None:
        return node
    if len(text) == 1 and graph.names[graph.output].startswith("J") and "=" not in graph.source.text:
        return graph.output
    raise no_node(graph, text, place)


def no_node(graph: Graph, name: str, place: Span, kind: Literal["claim", "name"] = "claim") -> GradxError:
    """The error for a name that no node of the program bears."""
    nodes = ", ".join(graph.names[i] for i in graph.shown[:12])
    return GradxError(kind, f"the program has no node {name}", hint=f"the nodes are {nodes}", span=place)


def _readings(under: str, names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The ways to read `dx^2dy` as names, one after the other; a digit behind a name may be its power."""
    waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    text = under.rstrip()
    while waiting:
        at, found = waiting.pop()
        if at == len(text):
            yield found
            continue
        sign = re.compile(r"\s*[d∂]\s*").match(text, at)
        name = re.compile(_NAME).match(text, sign.end()) if sign else None
        if name is None or len(found) > MOST_ORDERS:
            continue
        for end in range(name.start() + 1, name.end() + 1):
            known = normal_name(text[name.start() : end])
            if known not in names:
                continue
            waiting.append((end, (*found, known)))
            power = _POWER.match(text, end)
            if power and 1 <= int(power[1][:3]) <= MOST_ORDERS:
                waiting.append((power.end(), (*found, *[known] * int(power[1][:3]))))
