"""The statements of a program with bundles, before anything is built of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

from gradx.errors import GradxError, Kind, Source, Span
from gradx.language import diagnosis
from gradx.language.bundles.foreign import rewritten
from gradx.language.bundles.parser import NO_LENGTHS, BundleParser
from gradx.language.bundles.rows import EACH, FUNCTIONS, SPELLINGS
from gradx.language.bundles.tree import Trees
from gradx.language.functions import WHERE_NAME, Extent
from gradx.language.tokens import NAME, NAME_PATTERN, normal_name, sort, spelled, statement_head
from gradx.table import CALLABLE, SHARED_NAMES

Dims = tuple[tuple[str, Extent], ...]
"""What a declaration says of rows and columns, and where."""


class Statement(NamedTuple):
    """One statement: what it names ("" for nothing), where, and the nodes of its tree."""

    kind: Literal["value", "declaration", "function"]
    name: str
    place: Extent
    first: int
    root: int
    parameters: tuple[str, ...] = ()
    dims: Dims = ()
    extent: Extent = (0, 0)


@cache
def _declaration() -> re.Pattern[str]:
    size = rf"(?:[0-9]++|{NAME_PATTERN})"
    return re.compile(
        rf"[ \t]*+({NAME_PATTERN})[ \t]*+:[ \t]*+(?:\([ \t]*+({size})[ \t]*+,[ \t]*+({size})[ \t]*+\)"
        rf"|([0-9]++)[x×]([0-9]++|[A-Za-z]\b)|([A-Za-z])[x×]([0-9]++|[A-Za-z]\b)"
        rf"|({size})[ \t]++[x×][ \t]++({size})|({size}))[ \t]*+(?=[;\n]|\Z)"
    )


def _assigned(text: str) -> frozenset[str]:
    """The functions of bundles that the program has other things by the name of."""
    names = "|".join((*FUNCTIONS, *SPELLINGS))
    return frozenset(re.findall(rf"(?:^|[;\n])[ \t]*({names})[ \t]*(?:\([\w, ]*\))?[ \t]*=(?!=)", text))


class Statements:
    """Reads the statements of `source` into `trees`."""

    def __init__(
        self, source: Source, trees: Trees, known: Iterable[str] = (), lengths: Mapping[str, int] = NO_LENGTHS
    ) -> None:
        """`known` are names that have a value, `lengths` how many entries a vector of them has."""
        self.source, self.trees = source, trees
        self.text = rewritten(spelled(source))
        names = frozenset((*known, *re.findall(rf"(?:^|[;\n])[ \t]*({NAME_PATTERN})[ \t]*=(?!=)", self.text)))
        self._parser = BundleParser(source, self.text, trees, _assigned(self.text), names, lengths)
        self._tokens = self._parser.tokens

    def __iter__(self) -> Iterator[Statement]:
        texts, k = self._tokens.texts, self._tokens.skip(0)
        if not texts[k]:
            raise self.error("syntax", "there is no expression", (0, 1), 'write one, as in "sum(x^2)"')
        while texts[k]:
            k, statement = self._statement(k)
            yield statement

    def error(self, kind: Kind, message: str, span: Extent, hint: str | None = None) -> GradxError:
        return GradxError(kind, message, hint=hint, span=Span(self.source, *span))

    def _statement(self, k: int) -> tuple[int, Statement]:
        texts, start = self._tokens.texts, self._tokens.start(k)
        is_name = bool(texts[k]) and sort(texts[k]) == NAME and texts[k] != "π"
        if is_name and texts[k + 1] == ":":
            return self._declared(k)
        if is_name and texts[k + 1] == "=":
            place = (start, self._tokens.ends[k] - start)
            name = self._claimed(normal_name(texts[k]), place)
            return self._value(k + 2, name, place)
        head = statement_head().match(self.text, start) if texts[k + 1] == "(" else None
        if head:
            return self._function(head)
        return self._value(k, "", (start, 1))

    def _value(self, k: int, name: str, place: Extent) -> tuple[int, Statement]:
        statement, rest = self._expression(k, name, place)
        if not name and self._tokens.texts[rest]:
            message = "only the last statement can be an expression without a name"
            raise self.error("syntax", message, statement.extent, "name it: u = …")
        return rest, statement

    def _expression(self, k: int, name: str, place: Extent) -> tuple[Statement, int]:
        """The statement whose expression begins with token k, and where the next one begins."""
        first = len(self.trees.nodes)
        parsed = self._parser.expression(k, self.trees)
        extent = (parsed.start, parsed.end - parsed.start)
        return Statement("value", name, place, first, parsed.node, extent=extent), self._tokens.skip(parsed.rest)

    def _function(self, head: re.Match[str]) -> tuple[int, Statement]:
        place = (head.start(1), len(head[1]))
        name = self._claimed(normal_name(head[1]), place)
        parameters = tuple(map(normal_name, re.findall(NAME_PATTERN, head[2])))
        statement, rest = self._expression(self._tokens.at(head.end()), name, place)
        statement = statement._replace(parameters=parameters)
        if not self._tokens.texts[rest]:
            return rest, statement
        self.trees.define(name, parameters, statement.first, statement.root)
        return rest, statement._replace(kind="function")

    def _declared(self, k: int) -> tuple[int, Statement]:
        """`W: 4x2`."""
        start, end = self._tokens.start(k), self._tokens.ends[k]
        match = _declaration().match(self.text, start)
        name = normal_name(self._tokens.texts[k])
        if match is None and self._tokens.texts[k + 2] == "=":
            message = f"`{name} := …` is a step of descent, and no part of a program"
            raise self.error("syntax", message, (end, 2), "gradx descend takes such steps, gradx check judges one")
        if match is None:
            hint = f"write {diagnosis.brief(name)}: 4x2, {diagnosis.brief(name)}: 3 or {diagnosis.brief(name)}: n x m"
            raise self.error("syntax", "a shape stands behind the colon", (end, 1), hint)
        dims = tuple((match[g], (match.start(g), len(match[g]))) for g in range(2, 11) if match[g])
        rest = self._tokens.skip(self._tokens.at(match.end()))
        if not self._tokens.texts[rest]:
            message = "a program ends with what it computes, and not with a shape"
            raise self.error("syntax", message, (start, end - start), f"write {name}: 3; sum({name}^2)")
        return rest, Statement("declaration", name, (start, end - start), -1, -1, dims=dims)

    def _claimed(self, name: str, place: Extent) -> str:
        if name in (WHERE_NAME, "pi") or (name in CALLABLE and name not in SHARED_NAMES) or name == EACH:
            message = f"`{name}` is the name of a function"
            raise self.error("name", message, place, "choose another name")
        return name
