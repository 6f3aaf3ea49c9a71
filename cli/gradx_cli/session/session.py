"""What a line of a session means, and what it answers. There is no terminal in here."""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import RANGE, given_twice
from gradx.language.program import read
from gradx.language.tokens import is_name, meant_name, normal_name
from gradx.lessons.claims.claim import is_claim
from gradx.lessons.claims.written import may_be
from gradx.lessons.examples import EXAMPLES, MARK, find
from gradx.point.exploration import Exploration
from gradx.table import CALLABLE
from gradx_cli.answer import Answer
from gradx_cli.arguments import begins_bundle, is_example, is_value
from gradx_cli.batch import pieces
from gradx_cli.escape import quoted
from gradx_cli.options import Shown
from gradx_cli.pages import session as page
from gradx_cli.renderers import DEFAULT
from gradx_cli.session.place import Place, typed_here
from gradx_cli.synonyms import command_meant
from gradx_cli.typed_words import bindings_of

OWN: Final = {
    "3*(a+b*c)": "an expression: it is the program now",
    "b=3.5": "a value: what changes with it",
    "dw = x*(1 - a^2)": "your own derivative, checked",
    "nudge b, diff, …": "any command of gradx, on this program",
    "descend 0.1 20": "with this rate, so many steps",
    "b, db": "the numbers of a node",
    "undo": "back to where the last line was",
    "save FILE": "the program and its values",
    "help nudge": "what a command takes",
    "quit": "the end (Ctrl-D too)",
}
"""What can be typed, and what it does."""

OWN_WORDS: Final = frozenset({"undo", "save", "help", "?", "quit", "exit", "gradx"})
MOST_UNDONE: Final = 100
MOST_NAMED: Final = 8
WITHOUT_PROGRAM: Final = frozenset({"functions", "examples", "grade"})
WITH_PROGRAM: Final = frozenset({"eval", "diff", "explain", "graph", "plot", "cost", "descend", "export", "check"})
"""The commands whose words, options apart, are values or claims: what is neither is a program."""
NUMBERS: Final = {"descend": ("--rate=", "--steps="), "nudge": ("--eps=",)}
NAMES: Final = {"eval": "--only", **dict.fromkeys(("diff", "explain", "descend"), "--wrt")}
"""The options that numbers, and names of inputs, are, where they stand alone."""
POINT_OR_NONE: Final = frozenset({"diff", "explain", "graph", "cost", "check", "export"})
"""The commands that answer without a point, and not with half of one."""

_IN_A_FORMULA: Final = re.compile(r"[+*^%=:!<>×·÷−,;)]|[-/](?!\S)")
"""How a text goes on behind a name; behind a command stand words: `-1`, `--eps`, `/tmp/neuron.txt`."""
_VALUE_BEHIND: Final = re.compile(r"(?<=[^\s;])[ \t]+([^\s=;(),]+=(?:[\[(][^=]*[\])]|[^\s=]\S*))\s*\Z")
"""`b=3` or `x=[1 2]` behind an expression."""
_AT: Final = re.compile(r"[ \t]+(?:at|for|with|where)\Z")
"""What leads from an expression to its values."""
_LET: Final = re.compile(r"\A(?:let|set)[ \t]+(?=\S+[ \t]*=)")

_OF_A_NAME: Final = re.compile(r"d[A-Za-z]\d*\s*=")
"""`dw =`: a claim, even where there is no w."""
_GRADIENT: Final = re.compile(r"(?:[d∂](\w+)/)?[d∂](\S+)")
_PLAIN_VALUE: Final = re.compile(r"\w+=[^=,;\s][^,;\s]*")

Ask = Callable[[Sequence[str]], int]


class Session:
    """A program, where it was before, and who is asked. `ask` runs a command line; `commands` are their names.

    `has_ended`: nothing is to be answered any more.
    """

    def __init__(self, ask: Ask, commands: Sequence[str], shown: Shown) -> None:
        self._ask, self._commands, self._shown = ask, commands, shown
        self._places: deque[Place] = deque(maxlen=MOST_UNDONE + 1)
        self.has_ended = False

    @property
    def place(self) -> Place | None:
        return self._places[-1] if self._places else None

    def lines(self, text: str) -> Iterator[str]:
        """The lines of a text that was pasted; those of one program stay together. To be answered as they come."""
        rest = text.splitlines()
        while rest:
            taken = self._of_one_program(rest)
            yield "\n".join(rest[:taken])
            rest = rest[taken:]

    def answer(self, line: str) -> int:
        """Answer a line; the exit code is that of its command. GradxError for what cannot be used."""
        plain = (line if set("\n\"'").intersection(line.strip()) else line.partition("#")[0]).strip()
        try:
            return self._answer(_LET.sub("", plain.replace(":=", "="))) if plain else 0
        except GradxError as error:
            raise typed_here(error, self._commands, self.place.text if self.place else None) from None

    def _answer(self, plain: str) -> int:
        if self.place is not None and (values := _plain_values(plain, self.place)) is not None:
            return self._go(self.place.moved(values))
        word, rest = self._split(plain)
        if word in self._commands:
            return self._command(word, rest)
        if word == "gradx" and rest:
            return self._whole(_words(rest))
        if word in ("help", "?", "gradx"):
            return self._help(rest)
        if word == "save":
            return self._save(_words(rest))
        if word and rest:
            raise GradxError("usage", f"{word} takes no words", hint=word)
        if word == "undo":
            return self._undo()
        if word:
            self.has_ended = True
            return 0
        if self._is_about_names(plain):
            return self._values(plain)
        name = self._node_meant(plain)
        return self._program(plain) if name is None else self._named(name)

    def open(self, text: str, words: Sequence[str]) -> int:
        """A new program, and what is known of it at once. Values that were given before stay."""
        if is_example(text):
            example = find(text)
            text, words = example.program, [*example.words, *words]
        kept = self.place.values if self.place else {}
        place = Place.of(text, {**kept, **{_name_given(word): word for word in bindings_of(words)}})
        self._places.append(place)
        return self._command("diff" if place.missing else "eval", "")

    def completions(self, first: bool) -> Mapping[str, str]:
        """What a word can be, and what that is: the `first` of a line, or another one."""
        place = self.place
        names = [name for name in place.asked.program.graph.names if name] if place else []
        found = dict.fromkeys(names, "a node") | {f"d{name}": f"your derivative by {name}" for name in names}
        if first:
            found |= dict.fromkeys(["undo", "save", "help", "quit"], "of the session")
            found |= dict.fromkeys(self._commands, "a command")
            found |= {MARK + example.name: example.teaches for example in EXAMPLES}
        return found | {f"{name}(": "a function" for name in sorted(CALLABLE)}

    def _split(self, line: str) -> tuple[str, str]:
        """The word that a line begins with, where it is a command or the session's own; and what stands behind it."""
        word, _, rest = line.partition(" ")
        word, rest = word.lower(), rest.strip()
        if word in {*self._commands, *OWN_WORDS} and not _IN_A_FORMULA.match(rest):
            return word, rest
        return "", line

    def _is_about_names(self, line: str) -> bool:
        """Whether a line gives names of the program something, or would, if there was a program."""
        parts = pieces(line)
        if not all("=" in part for part in parts) or "\n" in line:
            return False
        inputs = self.place.inputs if self.place else ()
        gives = (_gives(part) or _name_given(part) in inputs for part in parts)
        return all(gives) or any(map(self._claims, parts))

    def _claims(self, part: str) -> bool:
        place = self.place
        if place is None:
            return False
        graph = place.asked.program.graph
        if _OF_A_NAME.match(part) and part.partition("=")[0].strip() not in place.inputs:
            return True
        return is_claim(graph, part) or (not _gives(part) and may_be(graph, part))

    def _node_meant(self, line: str) -> str | None:
        """The node of the program that a line names, or of which it names the gradient: `b`, `db`, `dJ/db`."""
        if self.place is None:
            return None
        program, found = self.place.asked.program, _GRADIENT.fullmatch(line)
        graph, bundles = program.graph, program.bundles
        known = frozenset(graph.index if bundles is None else (group.name for group in bundles.told()))
        names = [line, *([found[2]] if found and found[1] in (None, graph.names[graph.output]) else [])]
        whole = names if bundles is None else [name.partition("[")[0] for name in names]
        return next((name for name in whole if name in known), None)

    def _named(self, name: str) -> int:
        """The numbers of one node, or, where there are none, the derivatives."""
        place = self._here(name)
        if not place.missing:
            return self._command("eval", f"--only {quoted(name)}")
        return self._command("diff", f"--wrt {quoted(name)}" if name in place.inputs else "")

    def _values(self, line: str) -> int:
        place = self._here(line)
        parts = pieces(line)
        if any(map(self._claims, parts)):
            return self._command("check", line)
        words = bindings_of(parts)
        if any(RANGE in word for word in words):
            return self._command("eval", shlex.join(words))
        values: dict[str, str] = {}
        for word in words:
            name = _name_given(word)
            if name in values:
                raise given_twice(name, Span(Source("line", line), line.rfind(word), len(word)))
            values[name] = word
        return self._go(place.moved(values))

    def _program(self, text: str) -> int:
        """A new program as it is typed, with its values behind it."""
        if text.isalpha() and len(text) > 2 and (meant := command_meant(text, [*self._commands, *OWN_WORDS])):
            raise GradxError("usage", f"there is no command {text}", hint=f"did you mean {meant}?")
        words: list[str] = []
        if text[0] in "\"'":
            text, *words = _words(text)
        while (found := _VALUE_BEHIND.search(text)) and _gives(found[1]):
            words.insert(0, found[1])
            text = text[: found.start()]
        return self.open(_AT.sub("", text) if words else text, words)

    def _command(self, name: str, rest: str) -> int:
        """A command of gradx, with the program and its values put in."""
        own = pieces(rest) if name == "check" and "--" not in rest and '"' not in rest else _words(rest)
        if name in WITHOUT_PROGRAM:
            return self._ask([name, *own, *self._options])
        own = _as_options(name, own, self.place.given if self.place else ())
        claims = name != "check" or any("=" in word for word in own[1:])
        if name in WITH_PROGRAM and claims and own and _is_expression(own[0]):
            return self._whole([name, *own])
        place = self._here(name)
        if name == "explore" and not any(word.startswith(("--output", "--steps")) for word in own):
            raise GradxError("usage", "this is gradx explore", hint="explore --output page.html writes a page")
        if name == "plot" and (bare := place.given.intersection(own)):
            raise GradxError("binding", f"plot needs a range for {min(bare)}", hint=f"plot {min(bare)}=-3..3")
        # A range of plot's is no value: with both of them the tangent is drawn.
        given = {_name_given(word) for word in own if "=" in word and not (name == "plot" and RANGE in word)}
        is_open = name in POINT_OR_NONE and not given.issuperset(place.missing)
        words = [] if is_open else [word for word in place.words if _name_given(word) not in given]
        text = f" {place.text}" if place.text.startswith("-") else place.text
        return self._ask([name, text, *own, *words, *self._options])

    def _help(self, word: str) -> int:
        if word and word not in self._commands:
            meant = command_meant(word, self._commands)
            hint = f"did you mean help {meant}?" if meant else "help lists what can be typed"
            raise GradxError("usage", f"there is no command {word}", hint=hint)
        is_for_people = word and self._shown.name != "json"
        return self._ask([word, "--help"]) if is_for_people else self._show(page.guide(OWN))

    def _whole(self, words: Sequence[str]) -> int:
        """A command line as a shell has it; one that begins a session goes on in this one."""
        if words[0] == "explore" and not any(word.startswith("-") for word in words):
            return self.open(words[1], words[2:]) if len(words) > 1 else self._command("explore", "")
        return self._ask([*words, *self._options])

    def _undo(self) -> int:
        if len(self._places) < 2:
            raise GradxError("usage", "there is nothing to undo")
        left = self._places.pop()
        return self._shown_at(self._places[-1], left)

    def _save(self, words: Sequence[str]) -> int:
        from pathlib import Path

        from gradx_cli.output import write_file

        place, files = self._here("save"), [word for word in words if word != "--force"]
        if len(files) != 1:
            raise GradxError("usage", "save needs a file's name", hint="save neuron.txt")
        program = place.text if "\n" not in place.text else place.asked.program.reading
        # What is a vector decides what the program means: it stands on the program's line.
        text = (" " if place.has_bundles else "\n").join([program, " ".join(place.words)])
        write_file(Path(files[0]), f"{text}\n", force="--force" in words)
        given = ", ".join(_name_given(word) for word in place.words[:MOST_NAMED])
        rest = f" and {len(place.words) - MOST_NAMED} more" if len(place.words) > MOST_NAMED else ""
        wrote = f"the program and the values of {given}{rest}" if given else "the program; no values are given"
        note = f"{files[0]} has {wrote}; gradx explore < {quoted(files[0])} goes on from there"
        return self._show(page.noted(place.asked.program, note))

    def _go(self, place: Place) -> int:
        before = self._places[-1]
        self._places.append(place)
        return self._shown_at(place, before)

    def _shown_at(self, place: Place, before: Place) -> int:
        """What is different at a place from what was before."""
        program = place.asked.program
        if place.has_bundles:
            unused = [word for name, word in place.values.items() if name not in {*place.given, *before.values}]
            return self._command("eval", " ".join(map(quoted, unused)))
        if place.missing:
            return self._show(page.waiting(program, place.missing, ()))
        is_same = before.text == place.text and not before.missing and before.row.value is not None
        old = before if is_same else None
        self._show(page.answer(place.row, program, place.point.warnings, partial(_explored, place, old)))
        return 0 if place.row.proved is not False else 1

    def _show(self, answer: Answer) -> int:
        self._shown.show(answer)
        return 0

    def _here(self, line: str) -> Place:
        if self.place is None:
            span = Span(Source("line", line), 0, len(line))
            raise GradxError("usage", "there is no program yet", hint="type one: 3*(a+b*c) a=5 b=3 c=2", span=span)
        return self.place

    @property
    def _options(self) -> Sequence[str]:
        """How every answer is to be shown."""
        shown = self._shown
        chosen = {"--json": shown.json, "--ascii": shown.ascii, "--quiet": shown.quiet}
        chosen[f"--format={shown.format}"] = shown.format != DEFAULT
        return [option for option, is_on in chosen.items() if is_on]

    def _of_one_program(self, lines: Sequence[str]) -> int:
        """How many of the lines make one program, or are one line of another kind: 1 at least."""
        end = next((k for k, line in enumerate(lines) if self._split(line.strip())[0]), len(lines))
        first = lines[0].strip()
        if end < 2 or not first or (self.place is not None and self._is_about_names(first)):
            return 1
        known = frozenset(self.place.values if self.place else ())
        while end > 1:
            try:
                read("\n".join(lines[:end]), known)
            except GradxError as error:
                span = error.problem.span
                end = max(1, min(end - 1, span.line - 1 if span else 1))
            else:
                break
        return end


def _explored(place: Place, before: Place | None) -> tuple[Exploration, Exploration | None]:
    return place.exploration, before.exploration if before else None


def _plain_values(line: str, place: Place) -> dict[str, str] | None:
    """The values in a line that gives inputs their numbers and holds nothing else; None for another line. A script
    writes thousands of them."""
    words = line.split()
    values = {word.partition("=")[0]: word for word in words}
    is_plain = len(values) == len(words) and place.inputs.issuperset(values) and not place.has_bundles
    if not is_plain or not all(map(_PLAIN_VALUE.fullmatch, words)) or RANGE in line:
        return None
    return values


def _gives(word: str) -> bool:
    """Whether a word gives a name a number, a range of them, a vector or a matrix."""
    name, equals, value = word.partition("=")
    if not equals or not is_name(meant_name(name.strip())):
        return False
    return is_value(word) or begins_bundle(value) or RANGE in value


def _is_expression(word: str) -> bool:
    """Whether a word can only be a program: no option, no name, no value."""
    return not (word.startswith("-") or set("=<>").intersection(word) or is_name(word) or is_value(f"x={word}"))


def _name_given(word: str) -> str:
    name = word.partition("=")[0].strip()
    return normal_name(name) if name else ""


def _words(text: str) -> list[str]:
    """The words of a line, as a shell takes them apart."""
    try:
        return shlex.split(text)
    except ValueError:
        at = max(text.find('"'), text.find("'"))
        span = Span(Source("line", text), at, 1)
        raise GradxError(
            "usage", "a quotation mark is not closed", hint="close it, or leave it out", span=span
        ) from None


def _as_options(command: str, words: Sequence[str], names: Collection[str]) -> list[str]:
    """The words of a command with options for what stands alone: `descend 0.1 20`, `nudge b 0.5`, `diff b`."""
    numbers, named = iter(NUMBERS.get(command, ())), NAMES.get(command)
    found = []
    for before, word in zip(["", *words], words, strict=False):
        if before.startswith("--"):
            found.append(word)
        elif command in NUMBERS and is_value(f"x={word}"):
            found.append(f"{next(numbers, '')}{word}")
        else:
            found.append(f"{named}={word}" if named and word in names else word)
    return found
