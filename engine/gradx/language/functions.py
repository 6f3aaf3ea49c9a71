"""Functions that a program defines: templates of nodes, and their inlining where they are called; and open parentheses.

A template is a list of steps in order, like a graph; a step refers to earlier ones by number, the parameters come
first. A call inside a template stays one step, so that a definition never costs more than its text; calls are expanded
only where the program reaches them, with an explicit stack, and their cost is known before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from gradx.language import diagnosis
from gradx.language.constants import CONSTANTS
from gradx.language.tokens import NAME, Tokens, identifier, normal_name, sort
from gradx.numbers import Relation
from gradx.primitive import Primitive
from gradx.table import SHARED_NAMES

MAX_INLINED = 2_000_000
"""How many nodes the calls of one program may become."""

Extent = tuple[int, int]


class Literal(NamedTuple):
    value: float
    label: str | None
    span: Extent


class Outer(NamedTuple):
    """A node of the program, used inside a body."""

    node: int


class Free(NamedTuple):
    """A name that is neither a parameter nor assigned: an input of the program."""

    name: str
    span: Extent


class Operation(NamedTuple):
    primitive: Primitive
    inputs: tuple[int, ...]
    span: Extent


class Call(NamedTuple):
    function: Function
    inputs: tuple[int, ...]


Step = Literal | Outer | Free | Operation | Call


@dataclass(frozen=True, eq=False, repr=False)
class Function:
    """A finished template. `size`: what a call costs in nodes (an operation on n arguments counts n - 1), capped."""

    name: str
    parameters: tuple[str, ...]
    steps: tuple[Step, ...]
    result: int
    size: int

    @property
    def arity(self) -> int:
        return len(self.parameters)

    def is_used(self, k: int) -> bool:
        """Whether anything is made of parameter k."""
        return k == self.result or any(k in step.inputs for step in self.steps if isinstance(step, Operation | Call))


@dataclass(eq=False, repr=False)
class Template:
    """A function's body while it is read."""

    parameters: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    size: int = 0
    _known: dict[Step, int] = field(default_factory=dict)

    def add(self, step: Literal | Outer | Free) -> int:
        """A step without arguments; equal ones are one."""
        known = self._known.get(step)
        if known is None:
            known = self._known[step] = self._append(step)
        return known

    def operation(self, primitive: Primitive, inputs: Sequence[int], span: Extent) -> int:
        self._grow(max(1, len(inputs) - 1))
        return self._append(Operation(primitive, tuple(inputs), span))

    def call(self, function: Function, inputs: Sequence[int]) -> int:
        if not function.size:
            return self._pass_through(function, inputs)
        self._grow(function.size)
        return self._append(Call(function, tuple(inputs)))

    def finish(self, name: str, result: int) -> Function:
        return Function(name, self.parameters, tuple(self.steps), result, self.size)

    def _pass_through(self, function: Function, inputs: Sequence[int]) -> int:
        """A body without an operation is one of its arguments, or a step that stands alone."""
        if function.result < function.arity:
            return inputs[function.result]
        step = function.steps[function.result - function.arity]
        assert isinstance(step, Literal | Outer | Free)
        return self.add(step)

    def _grow(self, nodes: int) -> None:
        self.size = min(self.size + nodes, MAX_INLINED + 1)

    def _append(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.parameters) + len(self.steps) - 1


class Scope(Protocol):
    """What an expression is built into, a program's top level, a function's body or a binding's value: what its names
    mean, and where its nodes go."""

    @property
    def values(self) -> Mapping[str, int]:
        """The names that have a node."""

    @property
    def functions(self) -> Mapping[str, Function]: ...

    def literal(self, value: float, span: Extent, label: str | None = None) -> int: ...
    def operation(self, primitive: Primitive, inputs: Sequence[int], span: Extent) -> int: ...
    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int: ...

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        """The node of a name that is neither in `values` nor a function (`called`: directly before a parenthesis)."""


def expand(function: Function, arguments: Sequence[int], scope: Scope, free: Callable[[str, Extent], int]) -> int:
    """Build one call of `function` in `scope` and return the node that is its value. `free` finds an input by name."""
    frames = [(function, list(arguments))]
    while True:
        current, nodes = frames[-1]
        steps = current.steps
        for k in range(len(nodes) - current.arity, len(steps)):
            step = steps[k]
            if isinstance(step, Call):
                frames.append((step.function, [nodes[i] for i in step.inputs]))
                break
            nodes.append(_built(step, nodes, scope, free))
        else:
            frames.pop()
            if not frames:
                return nodes[current.result]
            frames[-1][1].append(nodes[current.result])


def _built(
    step: Literal | Outer | Free | Operation, nodes: Sequence[int], scope: Scope, free: Callable[[str, Extent], int]
) -> int:
    if isinstance(step, Operation):
        return scope.operation(step.primitive, [nodes[i] for i in step.inputs], step.span)
    if isinstance(step, Literal):
        return scope.literal(step.value, step.span, step.label)
    return step.node if isinstance(step, Outer) else free(step.name, step.span)


WHERE_NAME = "where"


class Parsed(NamedTuple):
    """An expression that was read: its node, its place in the text, and the token that ended it."""

    node: int
    start: int
    end: int
    rest: int


@dataclass(eq=False, repr=False)
class Frame:
    """An open parenthesis at `at`. `function` is None where it groups; `start` is where the function's name begins.

    `base_of_log`: what the name of a logarithm says, as in log_3(x), and where.
    """

    at: int
    start: int
    base: int
    function: Primitive | Function | str | None = None
    exponent: tuple[float, Extent] | None = None
    relation: Relation | None = None
    base_of_log: tuple[str, Extent] | None = None


def function_example(name: str, function: Primitive | Function | str | None) -> str:
    """A call of `function` as a message shows it."""
    return diagnosis.example_call(name, () if function is None or isinstance(function, str) else function.parameters)


def missing_operand(frame: Frame | None, name: str, text: str, symbol: str, start: int) -> diagnosis.Finding:
    """What is wrong where an operand is due and `symbol` stands, in a call of `name` ("" for none)."""
    before = text[:start].rstrip()
    if symbol == ")" and frame is None:
        return diagnosis.unopened(start)
    if symbol == ")" and frame is not None and frame.function is not None and frame.at + 1 == len(before):
        return diagnosis.no_arguments(name, frame.start, start + 1, function_example(name, frame.function))
    return diagnosis.missing_operand(before, symbol, start, len(text))


FUNCTION_LETTERS: Final = frozenset("fgh")
"""Letters that stand for a function wherever they stand before a parenthesis."""


def is_factor(name: str) -> bool:
    """Whether `name(…)` may be a product at all: a constant, or one letter, perhaps with a number, but not f, g, h."""
    if name in CONSTANTS:
        return True
    return (len(name) == 1 or name[1:].isdigit()) and name[0] not in FUNCTION_LETTERS


def log_base(name: str) -> str | None:
    """The base that the name of a logarithm says: `3` for log_3 and log₃, `b` for log_b."""
    found = re.fullmatch(r"log(?:_?([0-9]+)|_([^\W\d_][0-9]*))", name)
    return None if found is None else found[1] or found[2]


def base_of_log(scope: Scope, base: str, place: Extent) -> int:
    """The node of a base. It comes behind the argument, as in log(x, b)."""
    if base.isdigit():
        return scope.literal(float(base), place)
    node = scope.values.get(base)
    return scope.unknown(base, place, False) if node is None else node


def is_called(tokens: Tokens, k: int) -> bool:
    """Whether a parenthesis follows token k, a name. `gamma (x)` is a product: its parenthesis stands apart."""
    if tokens.texts[k + 1] != "(":
        return False
    apart = tokens.start(k + 1) > tokens.ends[k]
    return not (apart and tokens.texts[k] in SHARED_NAMES)


def calls_a_value(tokens: Tokens, k: int) -> bool:
    """Whether token k is a name that has a value and cannot be a factor, with a parenthesis behind it."""
    token = tokens.texts[k]
    return sort(token) == NAME and not is_factor(normal_name(token)) and is_called(tokens, k)


@lru_cache(1)
def written_values(text: str) -> frozenset[str]:
    """The names that stand somewhere in a program with no parenthesis behind them."""
    names = re.compile(rf"({identifier().pattern})(?![ \t]*+\()").findall(text)
    return frozenset(map(normal_name, names))
