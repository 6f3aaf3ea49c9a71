"""Statements: what a program names, defines and answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import count
from typing import TYPE_CHECKING

from gradx.errors import GradxError, Kind, Note, Source, Span
from gradx.graph import Graph, GraphBuilder
from gradx.language import diagnosis, tokens
from gradx.language.constants import CONSTANTS, LABELS, constant_value
from gradx.language.functions import (
    MAX_INLINED,
    WHERE_NAME,
    Extent,
    Free,
    Function,
    Literal,
    Outer,
    Parsed,
    Template,
    expand,
    is_factor,
    written_values,
)
from gradx.language.parser import ExpressionParser
from gradx.language.tokens import NAME, identifier, meant_name, normal_name, sort, spelled, statement_head
from gradx.table import CALLABLE, SHARED_NAMES, TABLE

if TYPE_CHECKING:
    from gradx.language.statements import PlainStatements

OUTPUT = "J"

_RESERVED = frozenset((*CALLABLE, WHERE_NAME, "pi"))

LONG = 4_000
"""The characters from which plain statements are read at once: for fewer, what that takes is more than it saves."""


class Reader:
    """One program while it is read; the scope of its top level."""

    def __init__(self, source: Source, known: frozenset[str]) -> None:
        self.source = source
        self.known = frozenset(map(meant_name, known))
        self.values: dict[str, int] = {}
        self.functions: dict[str, Function] = {}
        self.defaults: dict[str, float] = {}
        self.uses: dict[str, Extent] = {}
        self.assigned: set[str] = set()  # of these those without a node of their own are all that must be here
        self.remarks: dict[str, None] = {}
        self._text = spelled(source)
        self._builder = GraphBuilder(source)
        self.literal = self._builder.literal
        self.operation = self._builder.operation
        self.is_operation = self._builder.is_operation
        self._plain: PlainStatements | None = None
        if len(self._text) >= LONG:
            from gradx.language.statements import PlainStatements

            self._plain = PlainStatements(self._text, self, self._builder, _RESERVED | {"e", "π"})
        start = self._plain.read(0) if self._plain is not None else 0
        self._parser = ExpressionParser(source, self._text, start)
        self._tokens = self._parser.tokens
        self._inlined = 0
        self._called = False

    def graph(self) -> Graph:
        """The graph of the program; `defaults` and `remarks` are complete then. Raises as `program.read`."""
        texts = self._tokens.texts
        k = self._tokens.skip(0)
        if not texts[k]:
            raise self.error("syntax", "there is no expression", (0, 1), 'write one, as in "x^2 + 1"')
        while True:
            if self._plain is not None and self._plain.is_due():
                k = self._tokens.at(self._plain.read(self._tokens.start(k)))
            if texts[k + 1] == "=" and sort(texts[k]) == NAME and texts[k] != "π":
                k, output = self._assign(k)
            else:
                head = statement_head().match(self._text, self._tokens.start(k)) if texts[k + 1] == "(" else None
                k, output = self._define(head) if head else self._bare(k)
            if not texts[k]:
                return self._finish(output)

    def is_doubtful(self) -> bool:
        """Whether what was read may be meant otherwise: a run of letters, a call of no function, `e^2x`."""
        if self._parser.juxtaposed and tokens.may_go_further(self._text):
            return True
        text, marks = self._text, (("/", "1/"), ("^", "^T"))
        if any(sign in text and mark in text for sign, mark in marks) and tokens.has_odd_exponent(text):
            return True
        return any(
            tokens.may_be_several(name) or self._is_partial(name) or (tokens.has_index(name) and name[0] in self.values)
            for name in self._builder.inputs()
            if name not in self.known and name not in self.assigned
        )

    def _is_partial(self, name: str) -> bool:
        """Whether `f_x` is what is asked of a function f of x: it stands alone at the end, or f has a parameter x."""
        head, _, letters = name.partition("_")
        if not letters.isalpha() or len(head) != 1:
            return False
        function = self.functions.get(head)
        if function is not None:
            return set(letters) <= set(function.parameters)
        return head in self.values and re.search(rf"[;\n]\s*{name}\s*\Z", self._text) is not None

    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int:
        self._inlined += function.size
        self._called = True
        if self._inlined > MAX_INLINED:
            message = f"written out, the calls of this program are more than {MAX_INLINED:,} nodes"
            raise self.error("size", message, span, "name what is used again, so that it is computed once: u = g(x)")
        return expand(function, inputs, self, self._free)

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        value = self.constant_or_use(name, span, called)
        return self._free(name, span) if value is None else self.literal(value, span, LABELS[name])

    def constant_or_use(self, name: str, span: Extent, called: bool) -> float | None:
        """What `name` is worth if it is a constant; None for a variable, which is used here."""
        value = self.constant(name, span)
        if value is None:
            self.check_called(name, span, called)
            if name not in self.assigned:
                self.uses.setdefault(name, span)
        return value

    def constant(self, name: str, span: Extent) -> float | None:
        """What `name` is worth if it is a constant of the language here; `e` can be a variable."""
        if name == "e" and (name in self.known or name in self.assigned):
            return None
        value = CONSTANTS.get(name)
        if value is not None:
            self.uses.setdefault(name, span)
        return value

    def remark_e(self) -> None:
        self.remarks["e is a variable here, not Euler's number"] = None

    def check_called(self, name: str, span: Extent, called: bool) -> None:
        """Refuse `sine(x)`, and `y(x)` where nothing says that y is a number: it would be a product without a word."""
        given = {*self.known, *self.defaults} if called else set[str]()
        if called and not (is_factor(name) and (name in given or name in written_values(self._text))):
            kind, message, _, _, hint = diagnosis.called_unknown(self._text, name, span, given)
            raise self.error(kind, message, span, hint)

    def error(self, kind: Kind, message: str, span: Extent, hint: str | None = None) -> GradxError:
        return GradxError(kind, message, hint=hint, span=Span(self.source, *span))

    def _free(self, name: str, span: Extent) -> int:
        """The input `name`, made where it is first used."""
        node = self.values.get(name)
        if node is None:
            if name == "e":
                self.remark_e()
            node = self.values[name] = self._builder.input(name, span)
        return node

    def _bare(self, k: int) -> tuple[int, int]:
        """An expression without a name, which only the output may be."""
        parsed = self._parser.expression(k, self)
        rest = self._tokens.skip(parsed.rest)
        if not self._tokens.texts[rest]:
            return rest, self._output(parsed.node, parsed, None)
        hint = "name it, u = …, or put one expression on several lines into parentheses"
        if self._tokens.texts[parsed.rest] == ";":
            hint = "name it: u = …"
        span = (parsed.start, parsed.end - parsed.start)
        raise self.error("syntax", "only the last statement can be an expression without a name", span, hint)

    def _assign(self, k: int) -> tuple[int, int]:
        """`u = …`: an input with a default, a named operation, or the output."""
        tokens, builder = self._tokens, self._builder
        text = tokens.texts[k]
        place = (tokens.ends[k] - len(text), len(text))
        name = self._claimed(text, place)
        before = len(builder)
        parsed = self._parser.expression(k + 2, self)
        self._check_unused(name, place)
        self.assigned.add(name)
        if name == "e":
            self.remark_e()
        rest = self._tokens.skip(parsed.rest)
        node = parsed.node
        if not tokens.texts[rest]:
            return rest, self._output(node, parsed, name)
        made = builder.node(node)
        if made.constant:
            self.defaults[name] = constant_value(builder, node)
            builder.forget(before)
        else:
            if node < before or made.primitive is None:
                node = self._identity(node, parsed)
            self.values[name] = node
            builder.name(node, name)
        return rest, node

    def _define(self, head: re.Match[str]) -> tuple[int, int]:
        """`g(x, y) = …`: a function, or, as the last statement, the output."""
        place = (head.start(1), len(head[1]))
        name = self._claimed(head[1], place, function=True)
        parameters = self._parameters(head)
        body = Body(self, tuple(parameters), name)
        parsed = self._parser.expression(self._tokens.at(head.end()), body)
        self._check_unused(name, place, function=True)
        self.assigned.add(name)
        function = body.template.finish(name, parsed.node)
        rest = self._tokens.skip(parsed.rest)
        if self._tokens.texts[rest]:
            self.functions[name] = function
            return rest, -1
        family = {p for p in parameters if p not in self.known and self._is_family(p, function, body.values)}
        inputs = [-1 if p in family else self._parameter_input(p, place, name) for p, place in parameters.items()]
        node = self.call(function, inputs, (parsed.start, parsed.end - parsed.start))
        return rest, self._output(node, parsed, name)

    def _is_family(self, name: str, function: Function, values: Collection[str]) -> bool:
        """Whether a parameter that the body never uses stands for the same letter with its numbers: J(θ) = θ₀ + θ₁x."""
        found = {other for other in values if other.rstrip("0123456789").rstrip("_") == name} - {*function.parameters}
        if found.isdisjoint(name + index for index in ("0", "1", "_0", "_1")) or function.is_used(
            function.parameters.index(name)
        ):
            return False
        self.remarks[Note(f"{name} stands for {', '.join(sorted(found))}")] = None
        return True

    def _claimed(self, text: str, place: Extent, *, function: bool = False) -> str:
        """The name before `=`, if it is free."""
        name = normal_name(text)
        self._check_reserved(name, place, function=function)
        if name in self.assigned or (name in self.values and self.is_operation(self.values[name])):
            message = f"`{diagnosis.brief(name)}` is assigned twice"
            raise self.error("name", message, place, "give the second one a name of its own")
        self._check_unused(name, place, function=function)
        return name

    def _check_reserved(self, name: str, span: Extent, *, function: bool) -> None:
        if name in CALLABLE and (name not in SHARED_NAMES or function):
            hint = f"{name} is built in: leave this statement out, or choose another name"
            raise self.error("name", f"`{name}` is the name of a function", span, hint)
        if name in (WHERE_NAME, "pi"):
            is_what = "a word of the language" if name == WHERE_NAME else "always the circle constant"
            raise self.error("name", f"`{name}` is {is_what}", span, "choose another name")

    def _check_unused(self, name: str, place: Extent, *, function: bool = False) -> None:
        if name not in self.uses:
            return
        short = diagnosis.brief(name)
        message, hint = f"`{short}` is used before it is assigned", "put this statement first, or choose another name"
        if self.uses[name][0] > place[0]:
            message = f"`{short}` is used in its own definition"
            hint = "a name is assigned once; give the result a name of its own"
            hint = "a function cannot call itself" if function else hint
        raise self.error("name", message, place, hint)

    def _parameters(self, head: re.Match[str]) -> dict[str, Extent]:
        """The parameters between the parentheses of a definition, and their places."""
        found: dict[str, Extent] = {}
        for match in identifier().finditer(head[2]):
            name = normal_name(match[0])
            span = (head.start(2) + match.start(), len(match[0]))
            self._check_reserved(name, span, function=False)
            if name in found:
                message = f"`{diagnosis.brief(name)}` is a parameter twice"
                raise self.error("name", message, span, "give each parameter its own name")
            if name == "e":
                self.remark_e()
            found[name] = span
        if not found:
            span = (head.start(1), len(head[1]))
            message = f"`{diagnosis.brief(head[1])}` has no parameters"
            raise self.error("syntax", message, span, "write g(z) = …, or u = …")
        return found

    def _parameter_input(self, name: str, span: Extent, function: str) -> int:
        """The input that a parameter of the output is."""
        node = self.values.get(name)
        if name == "e" and node is None and name in self.uses:
            hint = "give the parameter a name of its own"
            raise self.error("name", "`e` is Euler's number above, and cannot be an input here", span, hint)
        if node is not None and self._builder.is_operation(node):
            message = (
                f"`{diagnosis.brief(name)}` is assigned, so it cannot be an input of `{diagnosis.brief(function)}`"
            )
            hint = "give the parameter a name of its own, or leave the parameters out"
            raise self.error("name", message, span, hint)
        return self._free(name, span)

    def _output(self, node: int, parsed: Parsed, name: str | None) -> int:
        """The last statement's node under its name: an operation of its own, that nothing uses."""
        builder = self._builder
        own = builder.is_operation(node) and not builder.is_constant(node) and not builder.name_of(node)
        if not own or (self._called and builder.is_used(node)):
            node = self._identity(node, parsed)
        if name is None:
            taken = self.values, self.defaults, self.functions
            names = (OUTPUT + str(k) if k > 1 else OUTPUT for k in count(1))
            name = next(n for n in names if not any(n in others for others in taken))
        builder.name(node, name)
        return node

    def _identity(self, node: int, parsed: Parsed) -> int:
        return self.operation(TABLE["identity"], (node,), (parsed.start, parsed.end - parsed.start))

    def _finish(self, output: int) -> Graph:
        self._plain = None  # it knows this reader: the two would make a cycle
        for name in self.defaults:
            self._free(name, (0, 0))
        if self._called:
            output = self._builder.reorder(output, tuple(self.defaults))
        graph = self._builder.finish(output, frozenset(self.functions))
        self.remarks.update(dict.fromkeys(tokens.numbers_rounded(self._text)))
        if graph.constant[output]:
            self.remarks["there is nothing to differentiate: the output has no inputs"] = None
        return graph


class Body:
    """The scope of a function's body."""

    def __init__(self, reader: Reader, parameters: tuple[str, ...], name: str) -> None:
        self.template = Template(parameters)
        self.values = {p: i for i, p in enumerate(parameters)}
        self.functions = reader.functions
        self.operation = self.template.operation
        self._reader = reader
        self._name = name

    def literal(self, value: float, span: Extent, label: str | None = None) -> int:
        return self.template.add(Literal(value, label, span))

    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int:
        return self.template.call(function, inputs)

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        reader = self._reader
        if name == self._name and called:
            message = f"`{diagnosis.brief(name)}` calls itself"
            raise reader.error("name", message, span, "a function's body cannot call the function")
        node = reader.values.get(name)
        if node is not None and reader.is_operation(node):
            step = self.values[name] = self.template.add(Outer(node))
            return step
        value = reader.constant_or_use(name, span, called)
        if value is not None:
            return self.literal(value, span, LABELS[name])
        step = self.values[name] = self.template.add(Free(name, span))
        return step
