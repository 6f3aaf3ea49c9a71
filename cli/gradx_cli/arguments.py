"""From the words of a command line to a program and its point. How a command is written says `docs/extending.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gradx.errors import GradxError, Source, Span, UnclearError
from gradx.graph import Graph
from gradx.language.bindings import Binding, Point, bind, read_binding
from gradx.language.diagnosis import brief
from gradx.language.program import Program, read
from gradx.language.tokens import is_name, meant_name
from gradx_cli.escape import quoted
from gradx_cli.inputs import STANDARD_INPUT, piped, read_file, shown
from gradx_cli.synonyms import OWNERS, command_meant, option_word

if TYPE_CHECKING:
    from gradx.point.exploration import Exploration, Options


_OPTION_WORDS = frozenset({"eps", "wrt", "checks", "digits", "format", "file"})

_BUNDLES = ("[", "@", "zeros(", "ones(", "eye(")
"""What the value of a vector or a matrix begins with."""

SetAside = Callable[[Graph, str], bool]
"""Whether a word is the command's own."""


def no_word(_graph: Graph, _word: str) -> bool:
    """Every word is a binding."""
    return False


def names_of(wrt: Sequence[str] | None) -> list[str]:
    """The names that `--wrt` lists, once or more often."""
    return [name.strip() for text in wrt or () for name in _OUTSIDE_COMMA.split(text)]


class Request(NamedTuple):
    """What is asked: a program, the bindings in their order, and the words that the command keeps for itself."""

    program: Program
    bindings: tuple[Binding, ...]
    words: tuple[str, ...]
    command: str

    def point(self) -> Point:
        """Every input's value. GradxError("binding") where one is missing or given twice."""
        return bind(self.program, self.bindings, self.command, self.words)

    def point_if_bound(self) -> Point | None:
        """The point, or None where the command line binds nothing and defaults do not bind everything."""
        return self.point() if self.bindings or not self.program.is_open else None

    def explored(self, options: Options) -> Exploration:
        """Every node at the point; see `gradx.point.exploration.explore`."""
        from gradx.point.exploration import explore

        point = self.point()
        return explore(self.program, point.values, options, warnings=point.warnings, bindings=self.bindings)

    def explored_if_bound(self, options: Options) -> Exploration | None:
        """The same; None as for `point_if_bound`."""
        return None if self.point_if_bound() is None else self.explored(options)

    def chosen(self, wrt: Sequence[str] | None) -> tuple[str, ...] | None:
        """The inputs that `--wrt` names, each once, in graph order; None where it is not given.

        Where it is not, and the text asks for a derivative itself, the inputs that it names.

        GradxError("name") for a name that is not an input of the program.
        """
        if not wrt:
            asked_for = tuple(name for name in self.program.wrt if name in self.program.graph.index)
            return asked_for or None
        graph = self.program.graph
        inputs = [graph.names[i] for i in graph.inputs]
        asked = names_of(wrt)
        if self.program.bundles is not None:
            asked = [entry for name in asked for entry in self.program.bundles.entries_of(name)]
        wanted, known = set(asked), set(inputs)
        for name in asked:
            if name not in known:
                raise unknown_name(
                    "--wrt", ",".join(wrt), name, "not an input of the program", "the inputs are", inputs
                )
        return tuple(name for name in inputs if name in wanted)

    def only(self, text: str | None) -> frozenset[int] | None:
        """The nodes that `--only` names: `inputs`, `named` (inputs, named nodes, the output), or names of nodes; None
        where it is not given.

        GradxError("name") for a name that is no node's.
        """
        if text is None:
            return None
        graph = self.program.graph
        named = frozenset({*graph.inputs, *graph.named, graph.output})
        groups = {"inputs": frozenset(graph.inputs), "named": named}
        if text in groups and text not in graph.index:
            return groups[text]
        names = [name.strip() for name in text.split(",")]
        for name in names:
            if name not in graph.index:
                nodes = [graph.names[i] for i in graph.shown]
                raise unknown_name("--only", text, name, "not a node", "it can be inputs, named, or nodes:", nodes)
        return frozenset(graph.index[name] for name in names)


def request(
    expression: str | None,
    words: Sequence[str] | None,
    file: Path | None = None,
    command: str = "gradx eval",
    set_aside: SetAside = no_word,
    known: Collection[str] = (),
    as_program: Callable[[str], str] = str,
) -> Request:
    """Read the program (from EXPR, `@NAME`, `-` or --file) and the words after it.

    `command` is what a hint writes before the expression. `set_aside(graph, word)` says which words are the command's
    own (a claim, a node's name); every other word must be a binding. `known` are names that have values elsewhere.
    `as_program` makes a program of a text that may be something else. Raises GradxError for what cannot be read.
    """
    text, rest = _text(expression, words or (), file)
    text = as_program(text)
    if not all(map(_is_plain, rest)):
        from gradx_cli.typed_words import bindings_of

        rest = bindings_of(rest)
    if any(_is_bundle(text, word) for word in rest):
        return _bundled(text, rest, command)
    try:
        heads = [word.partition("=")[0].strip() for word in rest if "=" in word]
        program = read(text, frozenset(heads).union(known, *map(_claimed, heads)))
    except GradxError as error:
        if isinstance(error, UnclearError) and error.command == command == "gradx check":
            words = [error.rest.strip(' "'), *rest]
            return request(error.meanings[0], words, command=command, set_aside=set_aside, known=known)
        return _with_bundles(error, text, rest, command, known)
    kept = tuple(word for word in rest if set_aside(program.graph, word))
    bound = [word for word in rest if not set_aside(program.graph, word)]
    if file is not None and expression in bound and "=" not in expression and not is_value(f"x={expression}"):
        raise GradxError(
            "usage",
            f"the program is that of {shown(file)}, and {brief(expression)} is none of its values",
            hint="leave out --file, or the expression",
        )
    return Request(program, tuple(_binding(program, text, rest, word, command) for word in bound), kept, command)


_OUTSIDE_COMMA = re.compile(r",(?![^\[]*\])")
"""A comma that stands in no brackets."""


def _is_plain(word: str) -> bool:
    """Whether a word is `name=…` and nothing else that is a binding as people type it."""
    name, equals, value = word.partition("=")
    return bool(equals) and is_name(name) and not value.startswith("=") and "," not in word and ";" not in word


def _is_bundle(text: str, word: str) -> bool:
    """Whether a word gives what stands in the program a vector or a matrix; a claimed gradient stands in none."""
    name, _, value = word.partition("=")
    return begins_bundle(value) and name.strip() in text


def _bundled(text: str, words: Sequence[str], command: str) -> Request:
    """The same for a program with vectors and matrices."""
    from gradx_cli import bundle_words

    try:
        found, kept = bundle_words.read(text, words, command)
    except UnclearError as error:
        (kind, message, _, span), behind = error.problem, "".join(f" {quoted(word)}" for word in words)
        raise GradxError(kind, message, hint=error.offered(command, behind), span=span) from None
    return Request(found.program, found.bindings, kept, command)


def _with_bundles(error: GradxError, text: str, words: Sequence[str], command: str, known: Collection[str]) -> Request:
    """A program that cannot be read plainly as one with vectors and matrices; raises what it is where it is none."""
    from gradx_cli import bundle_words
    from gradx_cli.typed_words import with_command

    is_asked = isinstance(error, UnclearError) and bool(error.meanings)
    if error.problem.kind in ("syntax", "name") and bundle_words.may_have_bundles(text, words, command):
        try:
            return _bundled(text, words, command)
        except GradxError:
            if not is_asked:
                raise
    raise (
        _misplaced(text, words, command) or _of_file(text, words, command) or with_command(error, command, words, known)
    ) from None


def _claimed(head: str) -> Sequence[str]:
    """The name that a claim's derivative is taken by: it stands for a number."""
    found = re.fullmatch(r"(?:[d∂]\w*/)?[d∂](?!e$)(\w+)", head)
    return found.groups() if found else ()


def _text(expression: str | None, words: Sequence[str], file: Path | None) -> tuple[str, Sequence[str]]:
    """The program's text, and the words that are not it."""
    if file is not None:
        return read_file(file), words if expression is None else (expression, *words)
    beside = words if expression is None else (expression, *words)
    if all(map(is_value, beside)) and piped(sys.stdin):
        return read_file(STANDARD_INPUT), words if expression is None else (expression, *words)
    if expression is None:
        hint = 'write it first, in quotes: gradx eval "3*(a+b*c)" a=5 b=3 c=2'
        raise GradxError("usage", "there is no expression", hint=hint)
    if expression == "-":
        return read_file(STANDARD_INPUT), words
    if is_example(expression):
        return _example(expression, words)
    return expression, words


def is_example(expression: str) -> bool:
    """Whether an expression is `@NAME`, and no function of MATLAB's: `@(x) x^2`."""
    return expression.startswith("@") and not expression.startswith(("@(", "@."))


def begins_bundle(value: str) -> bool:
    """Whether a value is that of a vector or a matrix."""
    return value.lstrip().startswith(_BUNDLES)


def is_value(word: str) -> bool:
    """Whether a word is `name=value`."""
    if "=" not in word or ";" in word:
        return False
    try:
        read_binding(word)
    except GradxError:
        return False
    return True


def _example(text: str, words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The program that `@NAME` stands for, and the words with its point behind them where they bind nothing else."""
    from gradx.lessons.examples import find

    example = find(text)
    bound = {meant_name(word.partition("=")[0].strip()) for word in words if "=" in word}
    own = [word for word in example.words if word.partition("=")[0] not in bound]
    return example.program, (*words, *own)


def _binding(program: Program, text: str, words: Sequence[str], word: str, command: str) -> Binding:
    """One NAME=VALUE word, read; the likely slips get a hint of their own."""
    name, equals, value = word.partition("=")
    if not equals:
        alone = _alone(program, word)
        if alone is not None:
            return alone
        raise _misplaced(text, words, command) or GradxError(
            "binding",
            f"{word!r} is not of the form NAME=VALUE",
            hint=_as_binding(program, word, words, f"{command} {quoted(text)}")
            or "quote the whole expression, and give each input its value: x=3",
            span=Span(Source("argument", word), 0, len(word)) if word else None,
        )
    graph = program.graph
    is_known = graph.has(name.strip())
    option = None if is_known else _option_meant(name.strip(), command)
    if option is not None:
        message, hint = f"the program has no input {name.strip()}", f"the option is written --{option} {quoted(value)}"
        raise GradxError(
            "binding", message, hint=hint, span=Span(Source(f"binding {name.strip()}", word), 0, len(name))
        )
    try:
        binding = read_binding(word)
        if is_known or graph.has(binding.name):
            return binding
        from gradx_cli.typed_words import spelled_in

        return spelled_in(graph, binding)
    except GradxError as error:
        commands = _offered(text, words, word, command)
        problem = error.problem
        raise GradxError(
            problem.kind, problem.message, hint=" or ".join(commands) or problem.hint, span=problem.span
        ) from None


def _offered(text: str, words: Sequence[str], word: str, command: str) -> list[str]:
    """The whole commands that a value that cannot be read may be meant for."""
    from gradx_cli.typed_words import meanings, with_points

    name, _, value = word.partition("=")
    offers = with_points(value) or meanings(value)
    if command in ("gradx eval", "gradx diff") and re.fullmatch("[^:]+:[^:]+", value):
        offers = [value.replace(":", "..")]
    if len(offers) > 2 and command == "gradx eval":
        from gradx.language.bindings import evenly

        offers = [*filter(None, (evenly(offers),)), *offers]
    rows = ([f"{name}={offer}" if other == word else _pointed(other) for other in words] for offer in offers)
    return [" ".join([command, quoted(text), *row]) for row in rows]


def _pointed(word: str) -> str:
    """The word as it can be typed; where it gives a decimal with a comma, with a point."""
    name, _, value = word.partition("=")
    return f"{name}={value.replace(',', '.')}" if re.fullmatch("[-+]?[0-9]+,[0-9]+", value) else quoted(word)


def _alone(program: Program, word: str) -> Binding | None:
    """A value without a name, which is that of the only input."""
    inputs = [program.graph.names[i] for i in program.graph.inputs]
    if len(inputs) != 1 or word in inputs:
        return None
    try:
        return read_binding(f"{inputs[0]}={word}")
    except GradxError:
        return None


def _option_meant(name: str, command: str) -> str | None:
    """The option of the command that a word before `=` was meant to be."""
    option, own = option_word(name), command.removeprefix("gradx ")
    owners = OWNERS.get(option, (own,) if option in _OPTION_WORDS else ())
    return option if own in owners else None


def _as_binding(program: Program, word: str, words: Sequence[str], command: str) -> str | None:
    """The hint for `x 3` in two words, for values alone, and for what stands before a point and has none behind it."""
    inputs = [program.graph.names[i] for i in program.graph.inputs]
    if len(words) == len(inputs) and all(is_value(f"x={value}") for value in words):
        return " ".join([command, *(f"{name}={value}" for name, value in zip(inputs, words, strict=True))])
    if word in ("at", "for", "with", "point"):
        return f"leave `{word}` out: a point is x=3"
    meant = command_meant(word, ())
    if meant is not None and all("=" in other for other in words if other != word):
        text = command.removeprefix(" ".join(command.split(" ", 2)[:2])).strip()
        return " ".join(["gradx", meant, text, *(quoted(other) for other in words if other != word)])
    at = words.index(word)
    before, rest = list(words[:at]), list(words[at:])
    while len(rest) > 1 and is_name(rest[0]) and is_value(f"{rest[0]}={rest[1]}"):
        before.append(f"{rest[0]}={rest[1]}")
        rest = rest[2:]
    if len(before) > at:
        return " ".join([command, *map(quoted, [*before, *rest])])
    ending = Path(word).suffix
    if ending and ending[1:].isalpha() and command.split()[1] in OWNERS["output"]:
        return f"{command} --output {quoted(word)}"
    return None


def _of_file(text: str, words: Sequence[str], command: str) -> GradxError | None:
    """The error for a file's name in the place of a program."""
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):
        return None
    hint = " ".join([command, "--file", quoted(text), *map(quoted, words)])
    return GradxError("usage", f"{shown(Path(text))} is a file, and no expression", hint=hint) if is_file else None


def _misplaced(text: str, words: Sequence[str], command: str) -> GradxError | None:
    """The error for `x=3 "x^2"`: bindings that stand before the expression."""
    try:
        read_binding(text)
    except GradxError:
        return None
    at = next((k for k, word in enumerate(words) if "=" not in word), None)
    if at is None:
        return None
    hint = " ".join([command, *map(quoted, [words[at], text, *words[:at], *words[at + 1 :]])])
    return GradxError("usage", "the expression comes first, then the bindings", hint=hint)


MOST_NAMES = 12
"""Names that a hint lists."""


def unknown_name(option: str, text: str, name: str, what: str, lead: str, names: Sequence[str]) -> GradxError:
    """The error for a name in an option that is not `what`; behind `lead` the hint lists those that are."""
    listed = ", ".join([*names[:MOST_NAMES], *["…"] * (len(names) > MOST_NAMES)])
    place = Span(Source(option, text), text.find(name), len(name)) if name and name in text else None
    message = f"{option} names {name!r}, which is {what}" if name else f"{option} has an empty name"
    return GradxError("name", message, hint=f"{lead} {listed}" if names else "the program has no inputs", span=place)
