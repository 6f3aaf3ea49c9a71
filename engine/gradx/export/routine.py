"""A program's value and gradient as a function of another language, named as the program names things.

The tape of both sweeps, so the table's stable rules, in the spelling of a `Language`; of order 2 the Hessian too.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import chain
from textwrap import indent
from typing import Literal, NamedTuple

from gradx.errors import GradxError
from gradx.export.tape_code import FADED, Arrays, Line, Names, Spelling, shared, tape_code
from gradx.graph import HIDDEN, Graph
from gradx.language.program import Program
from gradx.sweeps.prepared import Recording, record
from gradx.sweeps.recording import Quantity, Tape, always, played
from gradx.sweeps.second_order import SecondOrder, second_order

LANGUAGES = ("python", "numpy", "pytorch", "jax", "c", "javascript", "latex")
"""The targets: each a module of `gradx.export.languages` with a `LANGUAGE`."""

LONGEST_READING_CHARACTERS = 400
CAREFUL = "quiet"
SECOND_FUNCTION = "hessian_product"
MOST_FORMULAS = 10
"""Of a matrix that is read; amsmath's own bmatrix has as many columns."""


class Expected(NamedTuple):
    """What gradx found at a point: inputs, the output's value, the gradient; in the order of the inputs."""

    point: Sequence[float]
    value: float
    gradient: Sequence[float]


class Section(NamedTuple):
    """Lines under a heading: "forward pass", "backprop", "along the direction"."""

    title: str
    lines: Sequence[Line]


class Body(NamedTuple):
    """What stands in a function: `results` are expressions, `unused` the parameters that no line reads."""

    inputs: Sequence[str]
    sections: Sequence[Section]
    results: Sequence[str]
    unused: Collection[str]

    def lines(self, comment: str, statement: str) -> list[str]:
        """All of it, in the templates of a language for a heading, and for a name and what it becomes."""
        return [
            text
            for title, lines in self.sections
            for text in (comment.format(title), *(statement.format(line.name, line.text) for line in lines))
        ]


class HessianProduct(NamedTuple):
    """The second function: how fast each entry of the gradient moves where the inputs move along a direction.

    `moving` names how fast inputs, by their places, move; `checked` is a direction with the product there, None
    where the routine has no expected numbers.
    """

    name: str
    body: Body
    moving: Sequence[tuple[int, str]]
    checked: tuple[Sequence[float], Sequence[float]] | None


class NodeCode(NamedTuple):
    """A node's name in the program, and the expressions of its value and its gradient."""

    name: str
    value: str
    gradient: str


@dataclass(frozen=True, slots=True)
class Routine:
    """One function: parameters, lines, and the expressions of the output's `value` and, for each of the program's names
    `wrt`, of its `gradient`; `needed` are the definitions that the lines call.

    `nodes` are there if asked for; of order 2 a `product` or, in a language of formulas, the `hessian` row by row."""

    name: str
    reading: str
    wrt: Sequence[str]
    body: Body
    value: str
    gradient: Sequence[str]
    needed: Sequence[str]
    expected: Expected | None
    nodes: Sequence[NodeCode]
    product: HessianProduct | None
    hessian: Sequence[Sequence[str]]

    @property
    def told(self) -> str:
        """What its file computes, in words."""
        if self.hessian:
            return "The value, the gradient and the Hessian"
        return "The value and the gradient" if self.product is None else "The value, the gradient and Hessian products"


@dataclass(frozen=True, slots=True)
class Language:
    """A target. `definitions` are the operations that it lacks, as source; an operation in `missing` cannot be said in
    it. `identifier` makes a program's name one of the language, `page` the whole file of a routine. `formulas`: it is
    read and not run. `whole_names`: the second function's name begins with the first one's; `tells_nodes`: it can tell
    value and gradient of every node. `careful` is for a language whose functions raise: how they are written where the
    branch of a choice that is not taken would be worked out, by a definition called CAREFUL. `arrays` are there where
    it has whole ones."""

    title: str
    spelling: Spelling
    definitions: Mapping[str, str]
    missing: Mapping[str, str]
    identifier: Callable[[str], str]
    reserved: frozenset[str]
    page: Callable[[Routine], str]
    adjoint_mark: str = "d"
    formulas: bool = False
    whole_names: bool = False
    tells_nodes: bool = False
    careful: Spelling | None = None
    arrays: Arrays | None = None

    def needed(self, operations: Set[str]) -> Mapping[str, str]:
        """The definitions of operations. GradxError("usage") where the language has no word for one."""
        for operation in sorted(operations & self.missing.keys()):
            message = f"{self.title} has no {operation}, which this program needs"
            raise GradxError("usage", message, hint=self.missing[operation])
        return {name: text for name, text in self.definitions.items() if name in operations}


def language(name: str) -> Language:
    """The target called `name`, one of LANGUAGES."""
    found = import_module(f"gradx.export.languages.{name}").LANGUAGE
    assert isinstance(found, Language)
    return found


def exported(
    program: Program,
    target: Language,
    wrt: Sequence[int],
    expected: Expected | None = None,
    *,
    order: Literal[1, 2] = 1,
    every_node: bool = False,
) -> str:
    """The source text of `program` in `target`: its value, and its gradient for the inputs `wrt` (node numbers).

    `expected` holds numbers for all inputs and for the gradient of `wrt`; they become the file's check of itself. Of
    `order` 2 there is a second function, the Hessian times a direction (in LaTeX the Hessian). `every_node`: value and
    gradient of every node too, where the target has that (JavaScript).
    GradxError("usage") where the language has no word for an operation, or gradx no second derivative of a function.
    """
    return target.page(_Export(program, target, wrt).routine(expected, order, every_node))


class _Export:
    """One export under way: the recording, the names of its registers, the operations that were needed."""

    def __init__(self, program: Program, target: Language, wrt: Sequence[int]) -> None:
        self._program, self._target, self._wrt = program, target, wrt
        self._graph = graph = program.graph
        self._recording = record(graph, graph.inputs, {})
        self._chosen = Identifiers(target)
        self._name = self._chosen(graph.names[graph.output], local=False)
        self._names = _names(graph, self._recording, wrt, self._chosen)
        self._operations: set[str] = set()

    def routine(self, expected: Expected | None, order: int, every_node: bool) -> Routine:
        graph, recording, target, count = self._graph, self._recording, self._target, len(self._wrt)
        if every_node and not target.tells_nodes:
            raise GradxError("usage", f"{target.title} code does not tell every node", hint="--to javascript does")
        nodes = graph.shown if every_node else ()
        outputs = [recording.value, *(recording.adjoints[i] for i in self._wrt)]
        told = [*(recording.values[i] for i in nodes), *(recording.adjoints[i] for i in nodes)]
        entries = self._hessian() if order == 2 and target.formulas else []
        body = self._body(recording.recorder.tape([*outputs, *told, *chain.from_iterable(entries)]))
        value, *rest = body.results
        values, slopes = rest[count : count + len(nodes)], rest[count + len(nodes) : count + 2 * len(nodes)]
        formulas = iter(rest[count + 2 * len(nodes) :])
        product = self._product(expected) if order == 2 and not target.formulas else None
        return Routine(
            self._name,
            self._program.shortened(LONGEST_READING_CHARACTERS),
            [graph.names[i] for i in self._wrt],
            body,
            value,
            rest[:count],
            list(target.needed(self._operations).values()),
            expected,
            [NodeCode(graph.names[i], *texts) for i, *texts in zip(nodes, values, slopes, strict=True)],
            product,
            [[next(formulas) for _ in row] for row in entries],
        )

    def _body(self, tape: Tape) -> Body:
        first: Mapping[int, int] = {}
        if FADED in self._target.definitions:
            tape, first, faded = shared(tape)
            for register in faded.keys() - self._names.others.keys():
                x = faded[register]
                name = self._names.fixed.get(x) or self._names.others.get(x) or "t"
                self._names.others[register] = self._chosen.text(f"{name}_faded")
        operations = {instruction.operation for instruction in tape.instructions}
        self._operations |= operations
        self._target.needed(operations)
        read = {*tape.outputs, *(register for instruction in tape.instructions for register in instruction.inputs)}
        code = tape_code(tape, self._target.spelling, self._names)
        if self._target.careful is not None and not always(tape).issuperset(line.register for line in code.lines):
            code = tape_code(tape, self._target.careful, self._names)
            self._operations.add(CAREFUL)
        recording = self._recording
        ends = [max(q.register for q in column) for column in (recording.values, recording.adjoints)]
        parts: tuple[list[Line], ...] = ([], [], [])
        for line in code.lines:
            place = first.get(line.register, line.register)
            parts[bisect_left([ends[0], max(ends)], place)].append(line)
        titles = ("forward pass", "backprop", "along the direction")
        return Body(
            code.inputs,
            [Section(title, lines) for title, lines in zip(titles, parts, strict=True) if lines],
            code.outputs,
            {name for register, name in zip(tape.inputs, code.inputs, strict=True) if register not in read},
        )

    def _product(self, expected: Expected | None) -> HessianProduct:
        graph, recording = self._graph, self._recording
        name = SECOND_FUNCTION if not self._target.whole_names else f"{self._name}_{SECOND_FUNCTION}"
        direction = {i: recording.recorder.input() for i in self._wrt}
        found = second_order(graph, recording, direction)
        _name_tangents(graph, found, self._chosen, self._names)
        tape = recording.recorder.tape([found.adjoint_tangents[i] for i in self._wrt])
        body = self._body(tape)
        size = len(graph.inputs)
        checked = None if expected is None else _at(tape, expected.point, len(self._wrt))
        moving = [(k, local) for k, local in enumerate(body.inputs[size:]) if local not in body.unused]
        return HessianProduct(name, body._replace(inputs=body.inputs[:size]), moving, checked)

    def _hessian(self) -> list[list[Quantity]]:
        """All of it, from products with the directions of the inputs; both halves are the upper one."""
        recorder = self._recording.recorder
        if len(self._wrt) > MOST_FORMULAS:
            message = f"a Hessian of {len(self._wrt)} inputs is too large to be read"
            raise GradxError("size", message, hint=f"--wrt takes up to {MOST_FORMULAS} of them")
        rows = []
        for i in self._wrt:
            direction = {j: recorder.number(float(i == j)) for j in self._wrt}
            found = second_order(self._graph, self._recording, direction)
            rows.append([found.adjoint_tangents[j] for j in self._wrt])
        return [[rows[min(j, k)][max(j, k)] for k in range(len(rows))] for j in range(len(rows))]


def _at(tape: Tape, point: Sequence[float], count: int) -> tuple[list[float], list[float]] | None:
    """A direction that tells entries apart, and the product there in float64; None where it has no such number."""
    direction = [float(k % 3 + 1) for k in range(count)]
    product = played(tape, [*point, *direction])
    return (direction, product) if all(map(math.isfinite, product)) else None


class Identifiers:
    """Identifiers for names, each its own, and none of the words that are `taken`."""

    def __init__(self, target: Language, taken: Sequence[str] = ()) -> None:
        self._target = target
        self._taken = {*target.reserved, *target.definitions, *taken}

    def __call__(self, name: str, before: str = "", behind: str = "", *, local: bool = True) -> str:
        found = self._free(before + self._target.identifier(name) + behind)
        if local:
            self._taken.add(found)
        return found

    def text(self, wanted: str) -> str:
        """What is an identifier already, or one like it."""
        found = self._free(wanted)
        self._taken.add(found)
        return found

    def _free(self, wanted: str) -> str:
        while wanted in self._taken:
            wanted += "_"
        return wanted

    def adjoint(self, name: str) -> str:
        """What the derivative of the output with respect to a node is called: the courses' `dz`."""
        return self(name, self._target.adjoint_mark)


def _names(graph: Graph, recording: Recording, wrt: Collection[int], chosen: Identifiers) -> Names:
    """Inputs, named nodes and their adjoints have lines of their own; other nodes only where they are used twice."""
    names = Names({}, {})
    named = graph.named | {graph.output}
    nodes = [i for i in range(len(graph.nodes)) if not graph.constant[i] and graph.names[i][:1] != HIDDEN]
    for i in sorted(nodes, key=lambda i: (i not in graph.inputs, i not in named)):
        _give(names, recording.values[i], partial(chosen, graph.names[i]), own_line=i in graph.inputs or i in named)
    for i in sorted(nodes, key=lambda i: (i not in named, i not in graph.inputs)):
        _give(names, recording.adjoints[i], partial(chosen.adjoint, graph.names[i]), own_line=i in named or i in wrt)
    return names


def _name_tangents(graph: Graph, found: SecondOrder, chosen: Identifiers, names: Names) -> None:
    """`z_dot` and `dz_dot`: how fast a node and its adjoint move."""
    nodes = [i for i in range(len(graph.nodes)) if not graph.constant[i]]
    for i in sorted(nodes, key=lambda i: (i not in graph.inputs, i not in graph.named)):
        own = i in graph.inputs or i in graph.named
        _give(names, found.tangents[i], partial(chosen, graph.names[i], "", "_dot"), own_line=own)
    for i in sorted(nodes, key=lambda i: (i not in graph.named, i not in graph.inputs)):
        move = found.adjoint_tangents[i]
        _give(names, move, partial(chosen, graph.names[i], "d", "_dot"), own_line=i in graph.named)


def _give(names: Names, quantity: Quantity, name: Callable[[], str], *, own_line: bool) -> None:
    register = quantity.register
    if quantity.known is None and register not in names.fixed and register not in names.others:
        (names.fixed if own_line else names.others)[register] = name()


_INDEX = re.compile(r"\^?\[([0-9]+)(?:,([0-9]+))?\]")


def plain_identifier(name: str) -> str:
    """A name as letters, digits and `_`: `w_1` for w^[1], `W_1_2` for W[1,2], x1 for x₁; Greek letters stay."""
    whole = unicodedata.normalize("NFKC", _INDEX.sub(_index, name))
    return "".join(letter if letter.isalnum() or letter == "_" else f"u{ord(letter):x}" for letter in whole)


def _index(match: re.Match[str]) -> str:
    return "".join(f"_{part}" for part in match.groups() if part)


def ascii_identifier(name: str) -> str:
    """The same with Greek letters by their names: `beta1` for β₁, `Delta` for Δ."""
    return "".join(map(_spelled, plain_identifier(name)))


def _spelled(letter: str) -> str:
    if letter.isascii():
        return letter
    words = unicodedata.name(letter, f"u{ord(letter):x}").split()
    return words[-1].capitalize() if "CAPITAL" in words else words[-1].lower()


ABOUT: Mapping[str, str] = {
    "sign": "1 above 0, -1 below it, 0 at 0.",
    "modulo": "The remainder with the sign of y.",
    "sigmoid": "1/(1 + exp(-x)), without overflow on either side.",
    "softplus": "log(1 + exp(x)), without overflow on either side.",
    "faded": "exp(-|x|), of which sigmoid and softplus of x and -x are made.",
    "sigmoid_of": "1/(1 + exp(-x)), where small is exp(-|x|).",
    "softplus_of": "log(1 + exp(x)), where small is exp(-|x|).",
    "sigmoid_slope": "sigmoid(x)*sigmoid(-x), where small is exp(-|x|).",
    "logaddexp": "log(exp(x) + exp(y)), without overflow.",
    "sinc_slope": "The slope of sin(x)/x; near 0 by its series, whose terms do not cancel.",
}
PYTHON_FUNCTION = ('def {head}:\n    """{about}"""\n{body}', "    ")
C = ("/* {about} */\nstatic double {head}\n{{\n{body}}}\n", "    ")
JAVASCRIPT = ("/** {about} */\nfunction {head} {{\n{body}}}\n", "  ")


def defined(form: tuple[str, str], bodies: Mapping[str, str]) -> dict[str, str]:
    """Source by name: `bodies` are the lines behind each head, `name(x, y)`; `form` is a template, and how far they are
    indented."""
    template, margin = form
    names = {head: head.partition("(")[0] for head in bodies}
    return {
        names[head]: template.format(head=head, about=ABOUT[names[head]], body=indent(f"{body.strip()}\n", margin))
        for head, body in bodies.items()
    }
