"""A program's value and gradient as one function of another language, named as the program names things.

The tape of both sweeps, so the table's stable rules, in the spelling of a `Language`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple, get_args

from gradx.errors import GradxError
from gradx.export.tape_code import Line, Names, Spelling, tape_code
from gradx.graph import Graph
from gradx.language.program import Program
from gradx.numbers import Relation
from gradx.primitive import Writing
from gradx.sweeps.prepared import Recording, record
from gradx.sweeps.recording import Quantity

LANGUAGES = ("python", "numpy", "pytorch", "jax", "c", "javascript", "latex")
"""The targets: each a module of `gradx.export.languages` with a `LANGUAGE`."""

LONGEST_READING_CHARACTERS = 400
_WHERE = tuple(f"where{relation}" for relation in get_args(Relation))


class Expected(NamedTuple):
    """What gradx found at a point: inputs, the output's value, the gradient; in the order of the inputs."""

    point: Sequence[float]
    value: float
    gradient: Sequence[float]


@dataclass(frozen=True, slots=True)
class Routine:
    """One function. `inputs` are its parameters; `gradient` holds an expression for each of the program's names `wrt`;
    `needed` are the definitions that the lines call, `unused` the parameters that no line reads."""

    name: str
    reading: str
    wrt: Sequence[str]
    inputs: Sequence[str]
    forward: Sequence[Line]
    backward: Sequence[Line]
    value: str
    gradient: Sequence[str]
    needed: Sequence[str]
    unused: Sequence[str]
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Language:
    """A target. `definitions` are the operations that it lacks, as source; an operation in `missing` cannot be said in
    it. `identifier` makes a program's name one of the language, `page` the whole file of a routine."""

    title: str
    spelling: Spelling
    definitions: Mapping[str, str]
    missing: Mapping[str, str]
    identifier: Callable[[str], str]
    reserved: frozenset[str]
    page: Callable[[Routine], str]
    adjoint_mark: str = "d"

    def adjoint(self, name: str) -> str:
        """What the derivative of the output with respect to a node is called: the courses' `dz`."""
        return self.adjoint_mark + self.identifier(name)


def language(name: str) -> Language:
    """The target called `name`, one of LANGUAGES."""
    found = import_module(f"gradx.export.languages.{name}").LANGUAGE
    assert isinstance(found, Language)
    return found


def exported(program: Program, target: Language, wrt: Sequence[int], expected: Expected | None = None) -> str:
    """The source text of `program` in `target`: its value, and its gradient for the inputs `wrt` (node numbers).

    `expected` holds numbers for all inputs and for the gradient of `wrt`; they become the file's check of itself.
    GradxError("usage") where the language has no word for an operation.
    """
    graph = program.graph
    recording = record(graph, graph.inputs, {})
    slopes = dict(zip(graph.inputs, recording.gradient, strict=True))
    tape = recording.recorder.tape([recording.value, *(slopes[i] for i in wrt)])
    operations = {instruction.operation for instruction in tape.instructions}
    for operation in sorted(operations & target.missing.keys()):
        raise GradxError(
            "usage", f"{target.title} has no {operation}, which this program needs", hint=target.missing[operation]
        )
    read = {*tape.outputs, *(register for instruction in tape.instructions for register in instruction.inputs)}
    chosen = _Chosen(target)
    name = chosen(graph.names[graph.output], local=False)
    code = tape_code(tape, target.spelling, _names(graph, recording, wrt, chosen))
    last = max(q.register for q in recording.values)
    return target.page(
        Routine(
            name,
            program.shortened(LONGEST_READING_CHARACTERS),
            [graph.names[i] for i in wrt],
            code.inputs,
            [line for line in code.lines if line.register <= last],
            [line for line in code.lines if line.register > last],
            code.outputs[0],
            code.outputs[1:],
            [text for operation, text in target.definitions.items() if operation in operations],
            [name for register, name in zip(tape.inputs, code.inputs, strict=True) if register not in read],
            expected,
        )
    )


class _Chosen:
    """Identifiers for names, each its own."""

    def __init__(self, target: Language) -> None:
        self._target = target
        self._taken = set(target.reserved) | set(target.definitions)

    def __call__(self, name: str, *, local: bool = True, adjoint: bool = False) -> str:
        found = self._target.adjoint(name) if adjoint else self._target.identifier(name)
        while found in self._taken:
            found += "_"
        if local:
            self._taken.add(found)
        return found


def _names(graph: Graph, recording: Recording, wrt: Collection[int], chosen: _Chosen) -> Names:
    """Inputs, named nodes and their adjoints have lines of their own; other nodes only where they are used twice."""
    fixed: dict[int, str] = {}
    others: dict[int, str] = {}
    named = graph.named | {graph.output}

    def give(quantity: Quantity, name: str, *, own_line: bool, adjoint: bool = False) -> None:
        register = quantity.register
        if quantity.known is None and register not in fixed and register not in others:
            place = fixed if own_line else others
            place[register] = chosen(name, adjoint=adjoint)

    nodes = [i for i in range(len(graph.nodes)) if not graph.constant[i]]
    for i in sorted(nodes, key=lambda i: (i not in graph.inputs, i not in named)):
        give(recording.values[i], graph.names[i], own_line=i in graph.inputs or i in named)
    for i in sorted(nodes, key=lambda i: (i not in named, i not in graph.inputs)):
        give(recording.adjoints[i], graph.names[i], own_line=i in named or i in wrt, adjoint=True)
    return Names(fixed, others)


_INDEX = re.compile(r"\^?\[([0-9]+)\]")


def plain_identifier(name: str) -> str:
    """A name as letters, digits and `_`: `w_1` for w^[1], x1 for x₁; Greek letters stay."""
    whole = unicodedata.normalize("NFKC", _INDEX.sub(r"_\1", name))
    return "".join(letter if letter.isalnum() or letter == "_" else f"u{ord(letter):x}" for letter in whole)


def ascii_identifier(name: str) -> str:
    """The same with Greek letters by their names: `beta1` for β₁, `Delta` for Δ."""
    return "".join(map(_spelled, plain_identifier(name)))


def _spelled(letter: str) -> str:
    if letter.isascii():
        return letter
    words = unicodedata.name(letter, f"u{ord(letter):x}").split()
    return words[-1].capitalize() if "CAPITAL" in words else words[-1].lower()


def choices(template: str, binds: int, needs: tuple[int, ...]) -> dict[str, Writing]:
    """How a language writes each `where`: `{{}}` in the template is the relation."""
    return {name: Writing(template.format(name.removeprefix("where")), binds, needs) for name in _WHERE}
