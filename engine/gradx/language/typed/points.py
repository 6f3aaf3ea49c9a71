"""A point beside a formula, in one text: `x^2 at x=3`, `x^2 y, x=1, y=2`, `f(x) = x^2; f'(3)`, `x^2 /. x -> 3`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from gradx.errors import GradxError, Source
from gradx.language.reader import Reader
from gradx.language.tokens import GREEK, normal_name
from gradx.language.typed.lexer import ANY_NAME
from gradx.language.typed.mapped import AskedError, Mapped, Place, joined

VALUE: Final = (
    r"(?:[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?:/[0-9]+)?|-?(?:[0-9]+\*?)?(?:pi|π|\\pi)(?:/[0-9]+)?"
    r"|(?:√|sqrt|ln|log|exp)\s*\(?\s*[0-9.]+\s*\)?|e)"
)
_CALL: Final = re.compile(r"(√|sqrt|ln|log|exp)\s*\(?\s*([0-9.]+)\s*\)?")
_AT: Final = r"\s*,?\s+(?:evaluated\s+)?at\s+(?:the\s+)?(?:point\s+)?"
_WORDS: Final = r"for|when|where|with|if|given|and|bei|für|pour|para|cuando|en|wenn|an\s+der\s+Stelle"
_LEAD: Final = (
    rf"(?:\s*(?:,|(?<!\\);)\s*|\s*/\.\s*|\s*(?:\\right|\\[bB]igg?)?\|_?\{{?\s*|{_AT}|\s*,?\s+(?:{_WORDS})\s+)"
)
_NAMED: Final = re.compile(
    rf"(.+?){_LEAD}({ANY_NAME})\s*(?:=|->|→|\s(?:is|equals)\s)\s*({VALUE})\}}?\s*[.?]?\s*\Z", re.DOTALL
)
_BARE: Final = re.compile(
    rf"(.+?){_AT}(?:\(([\w, ]+)\)\s*=\s*)?(\(?)\s*({VALUE}(?:\s*,\s*{VALUE})*)\s*(\)?)\s*[.?]?\s*\Z", re.DOTALL
)
_FIRST: Final = re.compile(
    rf"(\s*)(?:(?:at|when|if|for)\s+({ANY_NAME})\s*=\s*({VALUE})\s*,\s*)(?=\S)(.+)\Z", re.DOTALL | re.IGNORECASE
)
_INSIDE: Final = re.compile(
    rf"(.*?\b(?:derivative|slope|gradient))\s+at\s+({ANY_NAME})\s*=\s*({VALUE})(\s+of\s.+)\Z", re.DOTALL | re.IGNORECASE
)
_HEAD: Final = re.compile(rf"\s*(?:{ANY_NAME})\s*\(([^()=]*)\)\s*=")


class Point(NamedTuple):
    """The values, where they stand, and their names; None for values whose inputs are not named."""

    values: tuple[str, ...] = ()
    place: Place = (0, 0)
    names: tuple[str, ...] | None = ()


def taken(typed: Mapped) -> tuple[Mapped, Point]:
    """A text without the point at its end, in front, or behind what it asks for."""
    early = _FIRST.fullmatch(typed.text) or _INSIDE.fullmatch(typed.text)
    if early and _holds(early[4], early[2]):
        place = typed.extent(early.start(2), early.end(3))
        formula = joined([typed.group(early, 1), typed.group(early, 4)])
        return formula, Point((early[3],), place, (normal_name(early[2]),))
    pairs: list[tuple[str, str]] = []
    rest = typed
    while (found := _NAMED.fullmatch(rest.text)) and _holds(found[1], found[2]):
        pairs.insert(0, (normal_name(found[2]), found[3]))
        rest = rest.cut(0, found.end(1))
    if pairs:
        names, values = zip(*pairs, strict=True)
        return rest, Point(values, typed.extent(len(rest.text)), names)
    bare = _BARE.fullmatch(typed.text)
    if bare and len(bare[3]) == len(bare[5]):
        several = tuple(value.strip() for value in bare[4].split(","))
        listed = tuple(normal_name(name.strip()) for name in bare[2].split(",")) if bare[2] else None
        if (len(several) == 1 or bare[3]) and (listed is None or len(listed) == len(several)):
            return typed.cut(0, bare.end(1)), Point(several, typed.extent(bare.start(4)), listed)
    return typed, Point()


def _holds(formula: str, name: str) -> bool:
    """Whether a formula is one, with this name in it that it does not give a value itself."""
    letters = rf"A-Za-z0-9_{GREEK}"
    is_open = formula.rstrip().endswith(("=", ";", ","))
    is_given = re.search(rf"(?:\A|[;\n])\s*{re.escape(name)}\s*=", formula)
    apart = rf"(?<![{letters}]){re.escape(name)}(?![{letters}])"
    is_there = name in formula if len(name) == 1 else re.search(apart, formula)
    return bool(is_there) and not is_given and not is_open


def with_values(text: Mapped, point: Point, known: frozenset[str]) -> Mapped:
    """The text with the point as values of its inputs. Raises `AskedError` where it is not clear which has which."""
    if not point.values:
        return text
    orders = [point.names] if point.names is not None else _orders(text.text, known, len(point.values))
    head = _HEAD.match(text.text)
    body = text if head is None else joined([text.cut(0, head.start(1) - 1), text.cut(head.end(1) + 1)])
    values = [_CALL.sub(lambda m: f"{m[1].replace('√', 'sqrt')}({m[2]})", value) for value in point.values]
    given = ["".join(f"{name} = {v}; " for name, v in zip(names, values, strict=True)) for names in orders]
    if len(orders) != 1:
        meanings = tuple(f"{statements}{body.text}" for statements in given)
        raise AskedError("it is not said which input has which value", point.place, meanings)
    return joined([text.inserted(given[0], point.place), body])


def beside(point: Point) -> str:
    """The point as it is written behind a formula."""
    if not point.values:
        return ""
    if point.names is None:
        return f" at ({', '.join(point.values)})"
    return " at " + ", ".join(f"{name}={value}" for name, value in zip(point.names, point.values, strict=True))


def _orders(text: str, known: frozenset[str], count: int) -> Sequence[tuple[str, ...]]:
    """The orders in which a point may list the inputs."""
    head = _HEAD.match(text)
    listed = tuple(normal_name(name.strip()) for name in head[1].split(",")) if head else ()
    if len(listed) == count:
        return [listed]
    try:
        graph = Reader(Source("program", text), known).graph()
    except GradxError:
        return []
    inputs = tuple(graph.names[i] for i in graph.inputs)
    if count == 1:
        return [(name,) for name in inputs[:4]]
    by_alphabet = tuple(sorted(inputs))
    if len(inputs) != count or set(inputs) == set("xyz"[:count]):
        return [by_alphabet] if len(inputs) == count else []
    return list(dict.fromkeys([by_alphabet, inputs]))
