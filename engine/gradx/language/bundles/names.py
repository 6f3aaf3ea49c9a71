"""What names mean in a program with bundles: inputs, what statements have made, entries of vectors, sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradx.bundle import NUMBER, Shape, shape_text
from gradx.errors import GradxError, Kind, Source, Span
from gradx.graph import GraphBuilder
from gradx.language import diagnosis
from gradx.language.bundles.lowering import Cells
from gradx.language.bundles.rows import FUNCTIONS, SPELLINGS
from gradx.language.bundles.scopes import Scopes, lengths
from gradx.language.bundles.shapes import is_matrix
from gradx.language.bundles.tree import Tree
from gradx.language.bundles.values import Value
from gradx.language.constants import CONSTANTS, LABELS
from gradx.language.functions import Extent, is_factor
from gradx.table import CALLABLE, SHARED_NAMES

_ENTRY = re.compile(r"(.*?[^0-9])([0-9]+)")
_LISTED = re.compile(r"=[ \t]*(?:\[|@|(?:zeros|ones|eye)\()")

Read = tuple[Sequence[Tree], Scopes]
"""A statement's tree, and what its indices are."""


def entry_names(name: str, shape: Shape) -> tuple[str, ...]:
    """`x[1]`, `x[2]`; `W[1,1]`, `W[1,2]`; of a number the name."""
    rows, columns = shape
    if shape == NUMBER:
        return (name,)
    if columns == 1:
        return tuple(f"{name}[{i + 1}]" for i in range(rows))
    return tuple(f"{name}[{i + 1},{j + 1}]" for i in range(rows) for j in range(columns))


RUN_OF_LETTERS = "a run of letters is one name"

MOST_LETTERS = 24
"""So many letters of a name may be that of a bundle before another name."""


class Names:
    """The names of one program while it is built. `values` are those that are bound, `sized` the names that stand for
    whole numbers, `ends` those of them at the end of a range or in a shape. `is_closed`: every name has a value."""

    def __init__(
        self, source: Source, builder: GraphBuilder, values: Mapping[str, Value], *, is_closed: bool = False
    ) -> None:
        self._source, self._builder, self._is_closed = source, builder, is_closed
        self.values = dict(values)
        self.known: dict[str, Cells] = {}
        self.inputs: dict[str, Cells] = {}
        self.defaults: dict[str, Value] = {}
        self.sizes: dict[str, int] = {}
        self.sized: set[str] = set()
        self.ends: set[str] = set()
        self.read: list[Read] = []
        self.singles: set[str] = set()
        """Numbers that a statement made for the one value of its index."""

    def error(self, kind: Kind, message: str, span: Extent, hint: str | None = None) -> GradxError:
        return GradxError(kind, message, hint=hint, span=Span(self._source, *span))

    def is_value(self, name: str) -> bool:
        return name in self.known or name in self.values or name in self.defaults

    def is_listed(self, name: str) -> bool:
        value = self.values.get(name)
        text = "" if value is None else value.span.source.text
        # The values of a formula, of a program that was read, stand in no text.
        return value is not None and (not text or _LISTED.search(text) is not None)

    def owner(self, name: str) -> str | None:
        """The group that a name, or the entry of that name, belongs to."""
        found = _ENTRY.fullmatch(name)
        if name in self.known or found is None:
            return name if name in self.known else None
        return found[1] if self.indexed(found[1]) is not None else None

    def is_size(self, name: str) -> bool:
        return name in self.sized and name not in self.known

    def bundle(self, name: str) -> Cells | None:
        """The bundle of that name; None for a number, or nothing."""
        cells = self.known.get(name)
        if cells is None and name in self.values and self.values[name].shape != NUMBER:
            found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._source.text)
            place = (found.start(), len(name)) if found else (0, 0)
            cells = self._input(name, self.values[name].shape, place)
        return cells if cells is not None and not cells.is_number else None

    def indexed(self, name: str) -> Cells | None:
        """What a subscript of the name looks into: a bundle, or a number that is the only one of its list."""
        is_one = name in self.singles or (name in self.values and self.is_listed(name))
        return self.bundle(name) or (self.cells(name, (0, 0)) if is_one else None)

    def cells(self, name: str, span: Extent, called: bool = False) -> Cells:
        """What a name is worth; a new input where it is none yet."""
        if name in self.known:
            return self.known[name]
        if called and name not in CONSTANTS:
            self._check_called(name, span)
        if name in self.values:
            return self._input(name, self.values[name].shape, span)
        if name in CONSTANTS:
            return Cells(NUMBER, (self._builder.literal(CONSTANTS[name], span, LABELS[name]),))
        entry = self._entry(name, span)
        if entry is None:
            self._check_product(name, span)
        if entry is None and self._is_closed:
            raise self.error("binding", f"{name} has no value", span, f"give it one: {name}=1")
        return entry or self._input(name, NUMBER, span)

    def _check_product(self, name: str, span: Extent) -> None:
        """Refuse `Ax` where A is a bundle and x has a value: a run of letters is one name."""
        known = {*self.values, *self.known}
        splits = ((name[:k], name[k:]) for k in range(1, min(len(name), MOST_LETTERS)))
        found = next((f"{a} {b}" for a, b in splits if {a, b} <= known and (self.bundle(a) or self.bundle(b))), None)
        if found is not None and span[1]:
            hint = f"{RUN_OF_LETTERS}; did you mean {found}?"
            raise self.error("binding", f"`{name}` is not a known name", span, hint)

    def _check_called(self, name: str, span: Extent) -> None:
        if is_factor(name) and (name in self.values or len(name) == 1):
            return
        text = self._source.text
        kind, message, _, _, hint = diagnosis.called_unknown(text, name, span, set(self.values))
        raise self.error(kind, message, span, hint)

    def _entry(self, name: str, span: Extent) -> Cells | None:
        """`w1` of a vector `w`; None where there is none."""
        found = _ENTRY.fullmatch(name)
        text = self._source.text[span[0] : sum(span)]
        base = self.indexed(found[1]) if found else None
        if found is None or base is None:
            return None
        k, whole = int(found[2]), found[1]
        if is_matrix(base.shape):
            digits = found[2]
            entry = f"{whole}[{digits[0]},{digits[1]}]" if len(digits) == 2 else f"{whole}[1,2]"
            hint = f"an entry is {entry}, a row {whole}[{digits[:1]},:], a column {whole}[:,{digits[:1]}]"
            raise self.error("index", f"{whole} is {shape_text(base.shape)}: {text} is no entry of it", span, hint)
        if 1 <= k <= len(base.nodes):
            return Cells(NUMBER, (base.nodes[k - 1],))
        if k == 0 and "[" not in text:
            return None
        at = text.find(found[2])
        place = (span[0] + at, len(found[2])) if "[" in text else span
        hint = f"indices start at 1: {whole}[1]" if k == 0 else f"the last one is {whole}[{len(base.nodes)}]"
        count = "1 entry" if base.is_number else f"{len(base.nodes)} entries"
        raise self.error("index", f"{whole} has {count}, and there is no {k}", place, hint)

    def _input(self, name: str, shape: Shape, span: Extent) -> Cells:
        if name in CALLABLE and name not in SHARED_NAMES:
            raise self.error("name", f"`{name}` is the name of a function", span, f"write {name}(x)")
        if name in (*FUNCTIONS, *SPELLINGS) and name not in self.values:
            hint = f"write {SPELLINGS.get(name, name)}(x), with the parenthesis directly behind it"
            raise self.error("name", f"`{name}` is a function of vectors and matrices", span, hint)
        nodes = tuple(self._builder.input(entry, span) for entry in entry_names(name, shape))
        self.known[name] = self.inputs[name] = Cells(shape, nodes)
        return self.known[name]

    def default(self, name: str, value: Value, place: Extent) -> None:
        """An input with a value of its own, which a binding overrides."""
        self.defaults[name] = value
        if name not in self.values:
            self.values[name] = value
        self._input(name, self.values[name].shape, place)

    def declare(self, name: str, dims: Sequence[tuple[str, Extent]], place: Extent) -> None:
        """The shape of an input: checked against its value; sizes in it become known."""
        value = self.values.get(name)
        known = [int(text) if text.isdigit() else self._known_size(text) for text, _ in dims]
        if value is None:
            self._singly(name, self._declared_alone(dims, known), place)
            return
        shape = value.shape
        wanted = (known[0], known[1] if len(known) == 2 else 1)
        if len(known) == 2 and value.is_list and wanted[0] == 1 and wanted[1] != 1:
            shape = (1, len(value.numbers))
            self.values[name] = replace(value, shape=shape, is_list=False)
        if any(have != want for have, want in zip(shape, wanted, strict=True) if want is not None):
            raise self._otherwise(dims, wanted, value, shape)
        for (text, _), have in zip(dims, shape, strict=False):
            if not text.isdigit():
                self.sizes[text] = have

    def _otherwise(
        self, dims: Sequence[tuple[str, Extent]], wanted: tuple[int | None, int | None], value: Value, shape: Shape
    ) -> GradxError:
        name = value.name
        said = "x".join(text for text, _ in dims)
        sizes = [f"{text} = {self.sizes[text]}" for text, _ in dims if text in self.sizes]
        message = f"{name} is declared {said}{f' ({chr(44).join(sizes)})' if sizes else ''}, and its value is "
        message += "a number" if shape == NUMBER else shape_text(shape)
        rows, columns = wanted
        like = f"zeros({rows or shape[0]})" if columns == 1 else f"zeros({rows or shape[0]},{columns or shape[1]})"
        return GradxError("shape", message, hint=f'a value of that shape is "{name}={like}"', span=value.span)

    def _known_size(self, name: str) -> int | None:
        if name in self.sizes:
            return self.sizes[name]
        value = self.values.get(name)
        if value is not None and value.shape == NUMBER and value.numbers[0].is_integer():
            self.sizes[name] = int(value.numbers[0])
            return self.sizes[name]
        return None

    def _declared_alone(self, dims: Sequence[tuple[str, Extent]], known: Sequence[int | None]) -> Shape:
        """The shape of an input without a value."""
        for (text, place), size in zip(dims, known, strict=True):
            if size is None:
                raise self.error("index", f"the size {text} has no value", place, f"give it one: {text}=3")
        rows = known[0] or 1
        return rows, (known[1] or 1) if len(known) == 2 else 1

    def _singly(self, name: str, shape: Shape, place: Extent) -> None:
        """An input whose entries are given one by one: x1=…, x[2]=…"""
        entries = [f"{name}{k + 1}" for k in range(len(entry_names(name, shape)))]
        given = [self.values.pop(entry, None) for entry in entries] if 1 in shape else []
        values = [value for value in given if value is not None]
        if not values or len(values) != len(entries):
            size = str(shape[0]) if shape[1] == 1 else f"{shape[0]},{shape[1]}"
            said, hint = f"{name} has", f'give it one: "{name}=zeros({size})"'
            if values:
                lacking = [entry for entry, value in zip(entries, given, strict=True) if value is None]
                said = f"{', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'}"
                hint = f"give each a value: {lacking[0]}=1"
            raise self.error("binding", f"{said} no value", place, hint)
        numbers, texts = tuple(v.numbers[0] for v in values), tuple(v.texts[0] for v in values)
        self.values[name] = Value(name, shape, numbers, texts, values[0].span)

    def check_entries(self) -> None:
        """Refuse `w1=5` beside a vector `w`: it would be its entry, given twice."""
        for name, value in self.values.items():
            found = _ENTRY.fullmatch(name)
            base = self.values.get(found[1]) if found else None
            if found is None or base is None or base.shape == NUMBER or is_matrix(base.shape) or found[2] == "0":
                continue
            message = f"{name} is {found[1]}[{found[2]}], which {found[1]} gives already"
            source = value.span.source
            place = Span(source, 0, max(1, source.text.find("=")))
            raise GradxError("binding", message, hint=f"leave {name} out, or give {found[1]} another name", span=place)

    def size(self, name: str, tree: Tree) -> int:
        """The whole number that a name stands for: bound, else the length that an index runs through."""
        found = self._known_size(name)
        if found is not None:
            return found
        value = self.values.get(name)
        if value is not None:
            if value.shape != NUMBER:
                message = f"{name} is {shape_text(value.shape)}, and an index or the end of a range is a whole number"
                raise self.error("index", message, tree.span, f"a function takes parentheses: f({name})")
            message = f"{name} ends a range or is an index, and needs a whole number: {name} = {value.texts[0]}"
            raise self.error("index", message, tree.span, f"give it one: {name}={len(value.numbers) + 2}")
        if name in self.known:
            message = f"{name} is computed, and an index or the end of a range is a whole number that is known"
            raise self.error("index", message, tree.span, f"write the number itself, or bind {name}=3")
        run = dict(self._lengths(name))
        if len(set(run.values())) > 1:
            said = " and ".join(f"{base} has {length}" for base, length in run.items())
            raise self.error("index", f"the size {name} is not one number: {said}", tree.span, f"give it one: {name}=3")
        if run:
            self.sizes[name] = next(iter(run.values()))
            return self.sizes[name]
        if name in self.ends:
            hint = f"give it one, {name}=3, or let its index run through a vector"
            raise self.error("index", f"the size {name} has no value", tree.span, hint)
        hint = f"let it run in a sum, sum({name}=1..n, …), or give it a value: {name}=1"
        raise self.error("index", f"index {name} runs nowhere here", tree.span, hint)

    def _lengths(self, size: str) -> Iterator[tuple[str, int]]:
        """What the indices that run up to a size run through, and how long that is."""
        for nodes, scopes in self.read:
            for index in scopes.indices:
                ends = nodes[index].inputs
                if len(ends) == 2 and nodes[ends[1]].form == "name" and nodes[ends[1]].word == size:
                    yield from lengths(nodes, scopes, index, self.indexed).items()
