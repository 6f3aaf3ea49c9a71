"""Where a session is: a program, what was typed for its inputs, what is found there; and hints as they are typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gradx.errors import GradxError
from gradx.language.bindings import Binding, Point, read_binding
from gradx.lessons.rows import Row, answered, gradients
from gradx.point.exploration import Exploration, Options, explore
from gradx_cli.arguments import Request, begins_bundle, request
from gradx_cli.escape import quoted

OPTIONS = Options()


@dataclass(frozen=True)
class Place:
    """A program, and the words that give names their values, in the order in which they were first typed. Names that
    the program does not have are kept for the next one."""

    text: str
    values: Mapping[str, str]
    asked: Request

    @classmethod
    def of(cls, text: str, values: Mapping[str, str]) -> Place:
        """GradxError for what cannot be read."""
        # Of the values that are kept for the next program a vector would have to stand in this one.
        words = [word for name, word in values.items() if name in text or not begins_bundle(word.partition("=")[2])]
        try:
            place = cls(text, values, request(text, words, command="gradx explore"))
        except GradxError:
            # What is offered has no values of another program.
            own = [word for name, word in values.items() if name in text]
            place = cls(text, values, request(text, own, command="gradx explore"))
        return replace(place, asked=place.asked._replace(bindings=place.used))

    def moved(self, values: Mapping[str, str]) -> Place:
        """The same program at other values. GradxError for what cannot be read."""
        known = {**self.values, **values}
        if self.has_bundles:
            return Place.of(self.text, known)
        # The text means what it did: only values are read, and of these the new ones.
        new = [read_binding(word) for name, word in values.items() if self.values.get(name) != word]
        bindings = {binding.name: binding for binding in [*self.used, *new]}
        moved = Place(self.text, known, self.asked._replace(bindings=tuple(bindings.values())))
        moved.__dict__["inputs"] = self.inputs
        return moved

    @cached_property
    def inputs(self) -> frozenset[str]:
        graph = self.asked.program.graph
        return frozenset(graph.names[i] for i in graph.inputs)

    @property
    def has_bundles(self) -> bool:
        return self.asked.program.bundles is not None

    @property
    def used(self) -> tuple[Binding, ...]:
        """The bindings of inputs."""
        return tuple(binding for binding in self.asked.bindings if binding.name in self.inputs)

    @cached_property
    def given(self) -> frozenset[str]:
        """The names that a value can be given for: inputs, and the vectors that are made of them."""
        bundles = self.asked.program.bundles
        return self.inputs if bundles is None else frozenset(group.name for group in bundles.groups)

    @property
    def words(self) -> Sequence[str]:
        """What a command is told behind the program."""
        return [word for name, word in self.values.items() if name in self.given]

    @cached_property
    def missing(self) -> Sequence[str]:
        """The inputs that have no value yet."""
        graph, program = self.asked.program.graph, self.asked.program
        given = {*program.defaults, *(binding.name for binding in self.asked.bindings)}
        return [name for i in graph.inputs if (name := graph.names[i]) not in given]

    @cached_property
    def point(self) -> Point:
        return self.asked.point()

    @cached_property
    def row(self) -> Row:
        """The value and the gradients of the inputs. A point outside of the domain is one too."""
        graph = self.asked.program.graph
        at_point = gradients(graph, OPTIONS)
        return next(answered(graph, self.point.values, self.asked.bindings, [()], at_point))

    @cached_property
    def exploration(self) -> Exploration:
        """Every node. GradxError("domain") where the output has no value."""
        asked, point = self.asked, self.point
        return explore(asked.program, point.values, OPTIONS, None, point.warnings, asked.bindings)


def typed_here(error: GradxError, commands: Sequence[str], program: str | None) -> GradxError:
    """The same error with a hint in which `gradx nudge "x^2" x` is `nudge x`, where x^2 is the program."""
    kind, message, hint, span = error.problem
    if hint is None or "gradx " not in hint:
        return error
    hint = hint.replace("gradx --help", "help")
    texts = [] if program is None else [quoted(program), f'"{program}"']
    known = "|".join(map(re.escape, ["EXPR", *texts]))
    hint = re.sub(rf"gradx explore (?:(?:{known}) )?(?=\S)", "", hint)
    return GradxError(
        kind, message, hint=re.sub(rf"gradx ({'|'.join(commands)})\b(?: (?:{known}))?", r"\1", hint), span=span
    )
