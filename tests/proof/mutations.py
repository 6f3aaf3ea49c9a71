"""Every small change to a module: mutmut's (its operators, but those on strings, which are messages here), and another
relation, None returned, a statement dropped, two arguments swapped."""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

ENGINE = Path(__file__).parents[2] / "engine"
SEED = 20_170_801
_TYPES = ("Callable", "Literal", "Generic", "NDArray", "tuple", "dict", "frozenset", "list")


class Mutant(NamedTuple):
    """One change to one file: `lines` it stands on (first and last of the node, then of its statement)."""

    module: str
    number: int
    lines: tuple[tuple[int, int], tuple[int, int]]
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.module}:{self.lines[0][0]}#{self.number}"


_RELATIONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}


def _relation(node: cst.SimpleString) -> Iterable[cst.SimpleString]:
    swapped = _RELATIONS.get(str(node.evaluated_value))
    if swapped:
        yield node.with_changes(value=f'"{swapped}"')


def _returned(node: cst.Return) -> Iterable[cst.Return]:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
        yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))


def _dropped(node: cst.BaseSmallStatement) -> Iterable[cst.Pass]:
    is_text = isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString)
    if isinstance(node, cst.Expr | cst.AugAssign | cst.Raise | cst.Continue | cst.Break | cst.Del) and not is_text:
        yield cst.Pass()


_IN_ANY_ORDER = ("max", "min")


def _swapped(node: cst.Call) -> Iterable[cst.Call]:
    args = node.args if not (isinstance(node.func, cst.Name) and node.func.value in _IN_ANY_ORDER) else ()
    for k in range(len(args) - 1):
        if not (args[k].keyword or args[k + 1].keyword or args[k].star or args[k + 1].star):
            one, two = args[k], args[k + 1]
            changed = [*args[:k], one.with_changes(value=two.value), two.with_changes(value=one.value), *args[k + 2 :]]
            yield node.with_changes(args=changed)


OPERATORS: list[tuple[type, Callable[[cst.CSTNode], Iterable[cst.CSTNode]]]] = [
    *((kind, operator) for kind, operator in mutation_operators if operator is not operator_string),
    (cst.SimpleString, _relation),
    (cst.Return, _returned),
    (cst.BaseSmallStatement, _dropped),
    (cst.Call, _swapped),
]

_LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.Assert)
"""What mypy reads and Python does not, and what only says what holds."""


def _says_nothing(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether a change is one of a type's name, or takes away `strict=…`, which only says what holds."""
    if isinstance(old, cst.Assign | cst.AnnAssign) and isinstance(old.value, cst.Subscript):
        return isinstance(old.value.value, cst.Name) and old.value.value.value in _TYPES
    if isinstance(old, cst.Call) and isinstance(new, cst.Call):
        return any(_is_strict(arg) and arg not in new.args for arg in old.args)
    return False


def _is_strict(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict"


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider, ParentNodeProvider)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _LEFT_ALONE) or _is_strict(node) or self._is_typing(node):
            return False
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self.found += ((node, changed) for changed in operator(node) if not _says_nothing(node, changed))
        return True

    def _is_typing(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.If) and isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING":
            return True
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in ("cast", "TypeVar"):
            for arg in node.args[1:]:
                arg.visit(self)
            return True
        if isinstance(node, cst.ClassDef):
            return any(isinstance(base.value, cst.Name) and base.value.value == "Protocol" for base in node.bases)
        return isinstance(node, cst.Subscript) and isinstance(node.value, cst.Name) and node.value.value in _TYPES


def path_of(module: str) -> Path:
    return (ENGINE / module.replace(".", "/")).with_suffix(".py")


@functools.cache
def text_of(module: str) -> str:
    """The source, as it is when it is asked for first."""
    return path_of(module).read_text(encoding="utf-8")


def mutants(module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of the file; some may not compile."""
    text = text_of(module).encode()
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    finder = _Finder()
    wrapper.visit(finder)
    lines, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
    spans = wrapper.resolve(ByteSpanPositionProvider)
    found: list[Mutant] = []
    seen = {text}
    for old, new in finder.found:
        span, after = spans[old], wrapper.module.code_for_node(new)
        source = text[: span.start] + after.encode() + text[span.start + span.length :]
        if source in seen:
            continue
        seen.add(source)
        statement = old
        while not isinstance(statement, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            statement = parents[statement]
        places = tuple((lines[n].start.line, lines[n].end.line) for n in (old, statement))
        before = text[span.start : span.start + span.length].decode()
        found.append(Mutant(module, len(found), places, before, after, source.decode()))
    return found


def sampled(found: Sequence[Mutant], count: int) -> list[Mutant]:
    """At most `count` of them that compile, in the order of the file; always the same ones."""
    chosen: list[Mutant] = []
    for mutant in random.Random(SEED).sample(found, len(found)):
        if len(chosen) == count:
            break
        with contextlib.suppress(SyntaxError):
            compile(mutant.source, mutant.module, "exec", dont_inherit=True)
            chosen.append(mutant)
    return sorted(chosen, key=lambda mutant: mutant.number)


def identities(found: Sequence[Mutant]) -> dict[str, str]:
    """A name for a mutant that stays while the code around it changes: the change and which of its like it is."""
    counts: dict[str, int] = {}
    ids = {}
    for m in found:
        line = m.source.splitlines()[m.lines[0][0] - 1].strip()
        text = f"{m.module}|{m.before}|{m.after}|{line}"
        counts[text] = counts.get(text, 0) + 1
        ids[m.name] = f"{text}|{counts[text]}"
    return ids
