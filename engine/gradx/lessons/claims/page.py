"""A page of homework: claims in order, the helpers and updates between them, and what is assumed.

a = 0.679              the value of a node
s = a*(1 - a)          a helper: no node bears its name, and it is not judged
da/dz = s              a claim
dz = dL/da*da/dz       a claim that uses those above
w := w - alpha*dz*x    an update
x > 0                  an assumption: points are taken where it holds
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gradx.errors import GradxError, Note, Source, Span
from gradx.graph import Graph
from gradx.language.bindings import Binding, read_binding
from gradx.language.program import Program, read
from gradx.language.tokens import NAME_PATTERN, is_name, names_in, normal_name
from gradx.lessons.claims.claim import (
    QUOTIENT,
    Above,
    Claim,
    is_claim,
    read_claim,
    read_update,
    read_value,
    valued_node,
)
from gradx.lessons.claims.lines import (
    Assumption,
    condition_beside,
    equalities,
    is_assumption,
    no_node,
    read_assumptions,
    unwrapped,
)

MOST_LINES: Final = 400

_HELPER: Final = re.compile(rf"\s*({NAME_PATTERN})\s*=(?!=)\s*(.*)", re.DOTALL)
_HEAD: Final = re.compile(rf"\s*[d∂]\s*({NAME_PATTERN})\s*[=:]")
_ARROW: Final = re.compile(rf"\s*({NAME_PATTERN})\s*(?::=|←)")
_COMMENT: Final = re.compile(r"\s*(?:#|//).*$")
_OF_NO_NODE: Final = re.compile(r"\s*d([A-Za-z][0-9]*|pi|π)\s*=(?!=).*", re.DOTALL)
_SEVERAL: Final = re.compile(r"[;\n\\]|,\s*[d∂]|\b(?:at|when|for)\b")
_USUAL: Final = ("J", "L", "C", "E")
"""What an output is called, whatever its name is."""

_DIFFERENTIAL: Final = re.compile(r"\s(d\w+)\s*$")
"""What a claim that is plain does not hold: another one, a value; a differential, unless it is a claim above."""

_OTHER_EQUALS: Final = re.compile(r"\A([^=<>!:≈≡(]*(?:[d∂]\w|')[^=<>!:≈≡(]*|\s*\w+\s*(?=≈))(==|≈|≡)")
"""What stands for the `=` behind a derivative or a name, which takes its place."""


@dataclass(frozen=True)
class Page:
    """What was read: `claims[k]` stood in line `numbers[k]`, from 0."""

    claims: tuple[Claim, ...]
    numbers: tuple[int, ...]
    assumptions: tuple[Assumption, ...] = ()
    bindings: tuple[Binding, ...] = ()


@dataclass
class _Reader:
    program: Program
    claims: list[Claim] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    above: Above = field(default_factory=Above)

    @property
    def graph(self) -> Graph:
        return self.program.graph

    def line(self, number: int, text: str) -> None:
        self._imply(text)
        updates = list(self._updates(text))
        if updates:
            for update in updates:
                self._add(number, update)
        elif arrow := _ARROW.match(text):
            raise no_node(self.graph, arrow[1], Span(Source("claim", text), arrow.start(1), len(arrow[1])))
        elif is_assumption(text):
            self.assumptions += read_assumptions(self.graph, text)
        elif is_helper(self.graph, text):
            self._helper(text)
        elif _is_binding(self.graph, text):
            self._bind(read_binding(text))
        elif (node := valued_node(self.graph, text)) is not None:
            self._values(number, text, node)
        else:
            self._claims(number, text)

    def _updates(self, text: str) -> Iterator[Claim]:
        """What a line says that an input becomes, where it says that."""
        words = equalities(text, self.graph.index)
        for k, word in enumerate(words):
            update = read_update(
                self.program, word.replace("=", "←", 1) if k and ":=" not in word else word, self.above
            )
            if update is None:
                return
            yield update

    def _imply(self, text: str) -> None:
        """The derivatives that a formula writes as `da/dz`, and that no line above claims, are what they are; partial
        ones in a sum over several, as in dL/dp*dp/de + dL/ds*ds/de."""
        _, _, formula = text.partition("=")
        index = self.graph.index
        for of, wrt in (pair := [(normal_name(a), normal_name(b)) for a, b in QUOTIENT.findall(formula)]):
            node = index.get(of, self.graph.output if of in _USUAL else None)
            name = f"d{of}_d{wrt}"
            known = (of, wrt) in self.above.quotients or name in index or name in self.above.meanings
            if node is None or known or wrt not in index:
                continue
            from gradx.lessons.claims.answers import Answers

            answers = Answers(self.graph)
            of_several = len({a for a, b in pair if b == wrt}) > 1
            found = (answers.partial if of_several else answers.course)(node, index[wrt])
            if found is not None:
                meanings = {**self.above.meanings, name: f"({found})"}
                self.above = replace(self.above, meanings=meanings, quotients={**self.above.quotients, (of, wrt): name})

    def needs(self, text: str, other: str) -> bool:
        """Whether `other` claims what a formula uses and nothing above has said."""
        head = _HEAD.match(other)
        name = f"d{normal_name(head[1])}" if head else None
        if name is None or name in self.above.meanings or name in self.graph.index:
            return False
        formula = text.partition("=")[2]
        return any(used.endswith(name) and used not in self.graph.index for used in names_in(formula))

    def _claims(self, number: int, text: str) -> None:
        """The claims in a line, plain or as they are written by hand. GradxError where there is none."""
        try:
            if not is_claim(self.graph, text) or not self._is_plain(condition_beside(text)[0]):
                raise GradxError("claim", "")
            self._chain(number, text)
        except GradxError as error:
            from gradx.lessons.claims.written import written

            try:
                claims, bindings = written(self.program, text)
                for word in claims:
                    self._chain(number, word, Note(f"read as {word}"))
            except GradxError as other:
                head = _OF_NO_NODE.fullmatch(text)
                if head and head[1] not in self.graph.index:
                    place = Span(Source("claim", text), head.start(1), len(head[1]))
                    raise no_node(self.graph, head[1], place) from None
                raise (error if error.problem.message else other) from None
            for binding in map(read_binding, bindings):
                self._bind(binding)

    def _chain(self, number: int, text: str, *remarks: Note) -> None:
        """The claims of one line, each of which goes on from the one before it, where the line says that they hold."""
        before = None
        plain, condition = condition_beside(text)
        where = tuple(read_assumptions(self.graph, condition))
        if where:
            remarks = (*remarks, Note(f"{plain.partition('=')[0].strip()} is compared where {condition.strip()}"))
        for word in equalities(plain, self.graph.index):
            claim = read_claim(self.program, word, self.above)
            self._add(number, replace(claim, equals=before, where=where, remarks=(*remarks, *claim.remarks)))
            before, remarks = len(self.claims) - 1, ()

    def _values(self, number: int, text: str, node: int) -> None:
        """What a line says that a node is, once for each formula."""
        before = None
        for word in equalities(text, self.graph.index):
            self._add(number, replace(read_value(self.program, word, node, self.above), equals=before))
            before = len(self.claims) - 1

    def _is_plain(self, text: str) -> bool:
        """Whether nothing but one claim stands in it."""
        end = _DIFFERENTIAL.search(text)
        return not _SEVERAL.search(text) and (end is None or end[1] in self.above.meanings)

    def _bind(self, binding: Binding) -> None:
        if (binding.name, binding.value) not in {(known.name, known.value) for known in self.bindings}:
            self.bindings.append(binding)

    def _add(self, number: int, claim: Claim) -> None:
        if len(self.claims) == MOST_LINES:
            raise GradxError("claim", f"a page has at most {MOST_LINES} claims", hint="check it in parts")
        place, self.claims, self.numbers = len(self.claims), [*self.claims, claim], [*self.numbers, number]
        if claim.is_update or claim.order != 1 or claim.own is None:
            return
        names, graph = self.graph.names, self.graph
        of, wrt = names[claim.of], names[claim.wrt]
        forms = ([f"d{wrt}"] if claim.of == graph.output else []) + [f"d{of}_d{wrt}"]
        name = next((form for form in forms if form not in graph.index), None)
        if name is None:
            return
        own = claim.own
        meanings = {**self.above.meanings, name: self.above.in_names(own.line[own.start :].strip())}
        quotients = {**self.above.quotients, (of, wrt): name}
        if claim.of == graph.output:
            quotients |= {(usual, wrt): name for usual in _USUAL if usual not in graph.index}
        self.above = Above(meanings, {**self.above.claims, name: place}, quotients)

    def _helper(self, text: str) -> None:
        match = _HELPER.fullmatch(text)
        assert match is not None
        name, formula = normal_name(match[1]), self.above.in_names(match[2].strip())
        place = Span(Source(f"helper {name}", text), match.start(1), len(match[1]))
        if name in self.above.meanings:
            raise GradxError("claim", f"`{name}` has a meaning above", hint="give this one another name", span=place)
        source, start = Source(f"helper {name}", text), match.start(2)
        known = frozenset(self.graph.index) | self.above.meanings.keys()
        try:
            found = read(formula, known).graph
        except GradxError as error:
            problem, span = error.problem, error.problem.span
            place = Span(source, span.offset + start, span.length) if span else place
            raise GradxError(problem.kind, problem.message, hint=problem.hint, span=place) from None
        self.above = replace(self.above, meanings={**self.above.meanings, name: formula})
        unknown = [found.names[i] for i in found.inputs if found.names[i] not in known]
        if unknown:
            hint = f"a helper is made of the program's nodes and of what stands above: {', '.join(sorted(known)[:8])}"
            at = Span(source, start + found.span(found.index[unknown[0]]).offset, len(unknown[0]))
            raise GradxError("name", f"`{unknown[0]}` is not a name of the program", hint=hint, span=at)


def read_page(program: Program, lines: Sequence[str]) -> Page:
    """The page that `lines` make, in order; blank lines and comments are left out, and a claim that uses one below it
    comes behind that one.

    Raises GradxError for a line that is none of all this.
    """
    reader = _Reader(program)
    alone = (unwrapped(_COMMENT.sub("", text)) for text in lines)
    meant = (_OTHER_EQUALS.sub(lambda m: m[1] + "=".rjust(len(m[2])), text, count=1) for text in alone)
    waiting = deque((number, text) for number, text in enumerate(meant) if text)
    left = len(waiting) ** 2
    while waiting:
        number, text = waiting.popleft()
        below = [k for k, (_, other) in enumerate(waiting) if reader.needs(text, other)]
        if below and left > 0:
            waiting.insert(below[-1] + 1, (number, text))
            left -= 1
        else:
            reader.line(number, text)
    return Page(tuple(reader.claims), tuple(reader.numbers), tuple(reader.assumptions), tuple(reader.bindings))


def is_page_line(graph: Graph, text: str) -> bool:
    """Whether a word of the command line is a line of a page, or can only have been meant as one, and not a binding of
    the program."""
    if is_claim(graph, text) or "\n" in text or ":=" in text or "←" in text or is_assumption(text):
        return True
    if _is_binding(graph, text):
        return False
    if valued_node(graph, text) is not None:
        return True
    name, equals, _ = text.partition("=")
    if not equals and ":" not in text:
        return True
    if is_name(name.strip()) and name.strip() in graph.index:
        return name.strip() in names_in(text[len(name) :])
    if _OF_NO_NODE.fullmatch(text):
        return True
    try:
        read_binding(text)
    except GradxError:
        return True
    return _may_be(graph, text)


def is_helper(graph: Graph, text: str) -> bool:
    """Whether a line gives a name to something, and that name is no node's and no claim's."""
    match = _HELPER.fullmatch(text)
    if match is None or is_claim(graph, text) or _may_be(graph, text):
        return False
    name = normal_name(match[1])
    return name not in graph.index and not name.startswith("d") and bool(match[2].strip())


def _may_be(graph: Graph, text: str) -> bool:
    """Whether a word can only have been meant as a claim, in whatever form. (Few words need to be asked.)"""
    from gradx.lessons.claims.written import may_be

    return may_be(graph, text)


def used_as_helper(graph: Graph, text: str, others: Sequence[str]) -> bool:
    """Whether a word like `alpha=0.1` is a helper of the other lines, rather than a value that nothing needs."""
    name, equals, _ = text.partition("=")
    if not equals or not is_helper(graph, text):
        return False
    return any(normal_name(name.strip()) in names_in(other) for other in others if other != text)


def _is_binding(graph: Graph, text: str) -> bool:
    name, equals, _ = text.partition("=")
    if not equals or graph.index.get(normal_name(name.strip() or "_")) not in graph.inputs:
        return False
    try:
        read_binding(text)
    except GradxError:
        return False
    return True
