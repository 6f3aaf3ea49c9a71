"""What is assumed: `x > 0` on a line of its own holds for the whole page, beside a claim for that claim alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.program import read

_RELATION: Final = re.compile(r"<=|>=|!=|==|≤|≥|≠|<|>")
_SIGNS: Final = {"≤": "<=", "≥": ">=", "≠": "!="}
_OPENING: Final = re.compile(r"\s*(?:assume|assuming|suppose|let|where|for|with|if|when)\b\s*")
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
    plain = _outside(text if _OPENING.match(text) else condition_beside(text)[0])
    return bool(_RELATION.search(plain)) and not re.search(r"(?<![<>=!:])=(?!=)|:=|←|<-", plain)


def condition_beside(text: str) -> tuple[str, str]:
    """A formula, and the condition that stands behind it: `dx = 1 for x > 0`; "" where there is none."""
    found = None if re.search(r"\belse\b|\botherwise\b", text) else _BESIDE.search(text)
    if found is None or not text[: found.start()].strip():
        return text, ""
    return text[: found.start()].rstrip(), found["condition"] or found["alone"]


def read_assumptions(graph: Graph, text: str) -> Iterator[Assumption]:
    """What is assumed, one relation or chain of them after the other. GradxError for what cannot be read."""
    plain = _OPENING.sub("", text, count=1)
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
        place = Span(source, max(0, text.find(unknown[0])), len(unknown[0]))
        hint = f"the nodes are {', '.join(graph.names[i] for i in graph.shown[:12])}"
        raise GradxError("name", f"the program has no node {unknown[0]}", hint=hint, span=place)
    return Assumption(" ".join(text.split()), found, {i: graph.index[found.names[i]] for i in found.inputs})


def _outside(text: str) -> str:
    """What stands outside of parentheses."""
    depth, found = 0, []
    for character in text:
        depth += (character == "(") - (character == ")")
        found.append(character if depth == 0 else " ")
    return "".join(found)
