"""Programs: a text, read plainly or as it was typed, and what it was read as."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from gradx import collection
from gradx.errors import GradxError, Note, Source, UnclearError
from gradx.graph import Graph
from gradx.language import printer, tokens
from gradx.language.reader import OUTPUT, Reader

if TYPE_CHECKING:
    from gradx.bundle import Bundles

LONGEST_REPR = 100
"""Characters of a program that its `repr` shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Program:
    """A text that was read. `defaults`: the inputs that have a value already; `remarks`: what a reader should know;
    `wrt`: the inputs by which the text asks for a derivative. `is_signed`: the reading lists the inputs, since some
    name in it would be read otherwise: J(w, yb) = w*yb. `bundles`: the nodes that are
    vectors and matrices, None where none are."""

    source: Source
    graph: Graph
    defaults: dict[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    is_signed: bool = False
    bundles: Bundles | None = None

    @cached_property
    def reading(self) -> str:
        """The program as gradx understood it, one statement after the other; reading it again gives the same graph."""
        if self.bundles is not None:
            return self.bundles.reading
        return printer.reading(self.graph, self.defaults, signed=self.is_signed)

    @property
    def is_open(self) -> bool:
        """Whether an input has no value of its own."""
        return any(self.graph.names[i] not in self.defaults for i in self.graph.inputs)

    def shortened(self, longest: int) -> str:
        """`reading`; where that has more than `longest` characters, its two ends alone."""
        if self.bundles is not None:
            text = self.bundles.reading
            return text if len(text) <= longest else f"{text[: longest // 2]} … {text[-(longest // 2) :]}"
        return printer.shortened(self.graph, self.defaults, longest, signed=self.is_signed)

    def __str__(self) -> str:
        return self.reading

    def __repr__(self) -> str:
        return f"<{self.shortened(LONGEST_REPR)}>"


def read(text: str, known: frozenset[str] = frozenset(), source: str = "program") -> Program:
    """Read a whole program. `known` are the names that bindings give: where `e` is among them it is a variable.

    Raises `GradxError`: "syntax" for text that is not in the language, "name" for a name that is reserved, assigned
    twice or used before it is assigned, "domain" for a default without a finite value, "size" where inlining gets out
    of hand.
    """
    whole = Source(source, text)
    try:
        return _read(whole, known)
    except GradxError as error:
        if "did you mean" not in (error.problem.hint or ""):
            raise
        from gradx.language.suggestions import tried

        raise tried(error, lambda text: Reader(text, known).graph()) from None


def read_plainly(text: str, known: frozenset[str] = frozenset(), source: str = "program") -> Program:
    """Read a program of the language as it is defined, and nothing that is only typed like it. Raises as `read`."""
    return _plainly(Reader(Source(source, text), known))


LONGEST_TYPED = tokens.LONGEST_TYPED


def _read(source: Source, known: frozenset[str]) -> Program:
    """A program read plainly; where that fails or leaves a doubt, as it was typed."""
    is_typed = len(source.text) <= LONGEST_TYPED
    try:
        reader = Reader(source, known)
        program = _plainly(reader)
    except GradxError as error:
        if not is_typed or error.problem.kind not in ("syntax", "name"):
            raise
        try:
            found = _as_typed(source, known)
        except UnclearError as unclear:
            if unclear.meanings:
                raise
            found = None
        if found is None:
            raise error from None
        return found
    if not reader.is_doubtful():
        return program
    if is_typed:
        return _as_typed(source, known) or replace(program, is_signed=not _reads_back(program, known))
    note = Note("a long program: every run of letters is read as one name")
    return replace(program, remarks=(note, *program.remarks))


def _plainly(reader: Reader) -> Program:
    with collection.postponed():
        graph = reader.graph()
    return Program(reader.source, graph, reader.defaults, tuple(reader.remarks))


def _as_typed(source: Source, known: frozenset[str]) -> Program | None:
    """A text that is not plainly of the language, read as it is meant; None where it cannot be read otherwise.

    Raises `GradxError` where it asks, and where it is refused.
    """
    from gradx.language.typed import reading

    found = reading.in_the_language(source, known, partial(_meaning, known))
    if found is None:
        return None
    try:
        program = read_plainly(found.text.text, known | frozenset(found.wrt), source.name)
    except GradxError as error:
        if error.problem.kind in ("syntax", "name") and "\\" not in source.text:
            return None
        raise reading.moved_error(error, source, found.text) from None
    program = replace(program, is_signed=not _reads_back(program, known))
    program = replace(program, source=source, graph=reading.moved(program.graph, source, found.text), wrt=found.wrt)
    other = f", not {found.other}" if found.other else ""
    by = f"{other}, differentiated by {', '.join(found.wrt)}" if found.wrt else other
    if not set(found.wrt) <= program.graph.index.keys():
        by += ", which does not stand in it"
    note = Note(f"read as {program.shortened(LONGEST_NOTE).removeprefix(f'{OUTPUT} = ')}{by}")
    return replace(program, remarks=(note, *program.remarks))


def _reads_back(program: Program, known: frozenset[str]) -> bool:
    """Whether the reading says nothing else when it is typed: code gives names of two letters, as in w*yb."""
    names = [program.graph.names[i] for i in program.graph.inputs]
    if not any(map(tokens.may_be_several, names)) or len(program.reading) > LONGEST_TYPED:
        return True
    from gradx.language.typed import reading

    try:
        return reading.in_the_language(Source("program", program.reading), known, partial(_meaning, known)) is None
    except GradxError:
        return False


def _meaning(known: frozenset[str], text: str, is_written: bool) -> str | None:
    """How a hint writes what `text` means, which `is_written` in the language or not; None where it cannot be read."""
    try:
        program = read_plainly(text, known) if is_written else read(text, known)
        reading = program.reading.removeprefix(f"{OUTPUT} = ") if ";" not in program.reading else program.reading
        again = Reader(Source("program", reading), known)
        again.graph()
    except GradxError:
        return None
    return " ".join(text.split()) if again.is_doubtful() else reading


LONGEST_NOTE = 400
"""Of a longer reading a note shows the two ends."""
