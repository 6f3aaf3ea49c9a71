"""Trees of bundles as expressions of a library of arrays: `W x` as `W @ x`, `x[i]` as `x[i - 1, 0]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gradx.bundle import NUMBER, Bundles, Group, Shape
from gradx.derive.bundle_terms import is_transpose
from gradx.errors import GradxError
from gradx.export.routine import Language
from gradx.export.tape_code import Arrays, Names, Text, literal_text, operation_text, tape_code, written_text
from gradx.graph import below
from gradx.language.bundles.rows import PRODUCTS, SCALAR_OF
from gradx.language.bundles.tree import Tree
from gradx.language.constants import CONSTANTS
from gradx.primitive import ATOM, PRODUCT, SIGN, Primitive, Writing
from gradx.sweeps.recording import Recorder

_SIGNS = {"+": "+", "-": "-", "*": "*", "/": "divide", "neg": "neg"}
_MATRIX_PRODUCT = Writing("{} @ {}", PRODUCT, (PRODUCT, SIGN))
_TRANSPOSE = Writing("{}.T", ATOM, (ATOM,))
_ENTRY = re.compile(r"(.*?[^0-9])([0-9]+)")


def no_arrays(what: str) -> GradxError:
    """The error for what has no formula of arrays."""
    hint = "--to python, c and javascript have it entry by entry"
    return GradxError("usage", f"{what} cannot be written with whole arrays", hint=hint)


@dataclass
class Words:
    """What expressions of one file share: identifiers of names (values, and gradients as `dNAME`), and what is found on
    the way: the definitions that are needed, and the names that were read."""

    target: Language
    arrays: Arrays
    bundles: Bundles
    identifiers: Mapping[str, str]
    definitions: dict[str, str] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)

    def named(self, name: str) -> str:
        self.reads.add(name)
        return self.identifiers[name]

    def group(self, name: str) -> Group | None:
        """The group that a name is, or that a name is the gradient of."""
        own = self.bundles.by_name
        return own.get(name) or (own.get(name[1:]) if name[:1] == "d" else None)


class ArrayText:
    """The expressions of one tree: `shapes` are those of its nodes for one value of their indices, `at` numbers for
    indices that do not run."""

    def __init__(
        self,
        words: Words,
        nodes: Sequence[Tree],
        shapes: Mapping[int, Shape],
        ranges: Mapping[int, tuple[int, int]] | None = None,
        at: Mapping[str, int] | None = None,
    ) -> None:
        self._words, self._nodes, self._shapes = words, nodes, shapes
        self._ranges, self._at = ranges or {}, at or {}
        self._found: dict[int, Text] = {}
        self._plain: set[int] = set()
        self._whole: dict[int, int] = {}

    def text(self, root: int) -> Text:
        """The node `root`; a number without axes where its shape is that of a number."""
        for k in below((root,), lambda i: self._nodes[i].inputs):
            if k not in self._found:
                self._found[k] = self._of(k, self._nodes[k])
        return self._found[root]

    def put(self, k: int, name: str) -> Text:
        """The node k, which is `name` from here on."""
        found = self.text(k)
        self._found[k] = Text(name)
        return found

    def _of(self, k: int, tree: Tree) -> Text:
        if tree.form == "apply" and all(i in self._plain for i in tree.inputs):
            self._plain.add(k)
            self._fold(k, tree)
        if tree.form == "number":
            return self._literal(k, tree.number)
        if tree.form == "name":
            return self._name(k, tree.word)
        if tree.form in ("entry", "layer"):
            return self._entry(k, tree)
        if tree.form == "apply":
            return self._applied(k, tree)
        if tree.form == "call":
            return self._called(k, tree)
        return self._bracket(k, tree) if tree.form == "bracket" else Text("")

    def _literal(self, k: int, x: float) -> Text:
        self._plain.add(k)
        if x.is_integer():
            self._whole[k] = int(x)
        return literal_text(x, self._words.target.spelling)

    def _fold(self, k: int, tree: Tree) -> None:
        """What an index with a known value comes to."""
        assert tree.row is not None
        known = [self._whole[i] for i in tree.inputs if i in self._whole]
        if len(known) == len(tree.inputs) and tree.row.name in ("+", "-", "*"):
            a, b = known
            self._whole[k] = a + b if tree.row.name == "+" else a - b if tree.row.name == "-" else a * b

    def _shape(self, k: int) -> Shape:
        return self._shapes.get(k, NUMBER)

    def _name(self, k: int, word: str) -> Text:
        words = self._words
        if word in self._at:
            return self._literal(k, float(self._at[word]))
        if words.group(word) is not None:
            return Text(words.named(word))
        found = _ENTRY.fullmatch(word)
        if found and words.group(found[1]) is not None:
            return self._cell(found[1], int(found[2]))
        if word in CONSTANTS and word not in words.bundles.sizes and word not in words.identifiers:
            return self._literal(k, CONSTANTS[word])
        self._plain.add(k)
        return Text(words.identifiers.get(word) or words.target.identifier(word))

    def _cell(self, name: str, k: int) -> Text:
        group = self._words.group(name)
        assert group is not None
        if group.shape == NUMBER:
            return Text(self._words.named(name))
        return Text(f"{self._words.named(name)}[{f'0, {k - 1}' if group.shape[0] == 1 else f'{k - 1}, 0'}]")

    def _applied(self, k: int, tree: Tree) -> Text:
        row, xs = tree.row, [self._found[i] for i in tree.inputs]
        assert row is not None
        shapes = [self._shape(i) for i in tree.inputs]
        if is_transpose(tree, self._nodes, self._shapes):
            return self._transposed(xs[0], shapes[0])
        if row in PRODUCTS and NUMBER not in shapes:
            return self._product(xs, shapes, self._shape(k))
        return self._entrywise(SCALAR_OF.get(row, row), tree, xs)

    def _transposed(self, x: Text, shape: Shape) -> Text:
        if shape == NUMBER:
            return x
        return Text(x.text[:-2]) if x.binds == ATOM and x.text.endswith(".T") else written_text(_TRANSPOSE, [x], "({})")

    def _product(self, xs: Sequence[Text], shapes: Sequence[Shape], shape: Shape) -> Text:
        """A product of matrices; where it comes to a number the sum of products entry by entry."""
        (a, b), (left, right) = xs, shapes
        if shape != NUMBER:
            return written_text(_MATRIX_PRODUCT, xs, "({})")
        if left != right:
            a, b = (self._transposed(a, left), b) if left[0] == 1 else (a, self._transposed(b, right))
        return self._reduced("sum", self._times(a, b))

    def _times(self, a: Text, b: Text) -> Text:
        return operation_text("*", [a, b], self._words.target.spelling)

    def _reduced(self, name: str, x: Text, axis: int | None = None) -> Text:
        arrays = self._words.arrays
        along = "" if axis is None else arrays.along.format(axis)
        return Text(arrays.functions[name].format(x.text, along))

    def _entrywise(self, row: Primitive, tree: Tree, xs: Sequence[Text]) -> Text:
        """A row of the table as the library writes it: one operation, or a function of its own."""
        spelling, target = self._words.target.spelling, self._words.target
        if row.name in _SIGNS:
            return operation_text(_SIGNS[row.name], xs, spelling)
        if row.name == "identity":
            return xs[0]
        exponent = self._nodes[tree.inputs[1]].number if row.name == "^" else 0.0
        if exponent.is_integer() and exponent >= 2 and spelling.whole_power and tree.inputs[1] in self._plain:
            return written_text(spelling.whole_power, xs, "({})")
        plain = [i in self._plain for i in tree.inputs]
        bare = len(xs) if all(plain) else row.conditions if all(plain[: row.conditions]) else 0
        if self._words.arrays.tensor != "{}":
            wrapped = [Text(self._words.arrays.tensor.format(x.text)) for x in xs[:bare]]
            xs = [*wrapped, *xs[bare:]]
        recorder = Recorder()
        inputs = [recorder.input() for _ in xs]
        tape = recorder.tape([row.value(recorder.arithmetic, *inputs)])
        self._words.definitions.update(target.needed({instruction.operation for instruction in tape.instructions}))
        if len(tape.instructions) == 1 and not tape.literals:
            first = tape.instructions[0]
            return operation_text(first.operation, [xs[tape.inputs.index(i)] for i in first.inputs], spelling)
        names = row.parameters if row.arity is not None else [f"x{k}" for k in range(len(xs))]
        code = tape_code(tape, spelling, Names(dict(zip(tape.inputs, names, strict=True)), {}))
        lines = [*code.assignments, f"return {code.outputs[0]}"]
        name = target.identifier(row.names[0] if row.names else row.name)
        self._words.definitions[name] = f"def {name}({', '.join(names)}):\n" + "".join(
            f"    {line}\n" for line in lines
        )
        return Text(f"{name}({', '.join(x.text for x in xs)})")

    def _called(self, k: int, tree: Tree) -> Text:
        ranges = [i for i in tree.inputs if self._nodes[i].form == "range"]
        arguments = [i for i in tree.inputs if self._nodes[i].form not in ("axis", "range")]
        x, shape, arrays = self._found[arguments[-1]], self._shape(k), self._words.arrays
        if ranges:
            return self._gathered(tree.word, ranges, x)
        if tree.word == "eye":
            return Text(arrays.eye.format(x.text)) if shape != NUMBER else Text("1")
        if tree.word in ("zeros", "ones"):
            sizes = [self._found[i].text for i in arguments]
            return self._filled(tree.word, shape, [*sizes, "1"][:2])
        shapes = [self._shape(i) for i in arguments]
        if tree.word == "dot":
            xs = [self._found[i] for i in arguments]
            if NUMBER in shapes:
                return self._times(*xs)
            return self._product(xs, shapes, shape)
        axes = [self._nodes[self._nodes[i].inputs[0]] for i in tree.inputs if self._nodes[i].form == "axis"]
        axis = int(axes[0].number) if axes else None
        return self._of_whole(tree.word, self._found[arguments[0]], shapes, shape, axis)

    def _of_whole(self, name: str, x: Text, shapes: Sequence[Shape], shape: Shape, axis: int | None) -> Text:
        arrays = self._words.arrays
        if name == "norm" and len(shapes) > 1:
            return self._reduced("sum", operation_text("absolute", [x], self._words.target.spelling))
        if name in ("softmax", "logsumexp"):
            along = axis if axis is not None else 0 if shapes[0][1] == 1 else 1
            if name in arrays.definitions:
                self._words.definitions[name] = arrays.definitions[name]
            said = arrays.functions[name].format(x.text, axis=along)
            return Text(f"{said}[0, 0]" if shape == NUMBER else said)
        return self._reduced(name, x, None if shape == NUMBER else axis)

    def _filled(self, name: str, shape: Shape, sizes: Sequence[str]) -> Text:
        if shape == NUMBER:
            return Text("1" if name == "ones" else "0")
        return Text(self._words.arrays.filled.format(name, *sizes))

    def ends(self, i: int) -> tuple[str, str]:
        """What the index of a range begins with, and what it stays below."""
        if not self._nodes[i].inputs:
            first, last = self._ranges[i]
            return str(first), str(last + 1)
        first_text, last_text = (self._found[j] for j in self._nodes[i].inputs)
        return first_text.text, _shifted(last_text.text, 1)

    def loop(self, i: int) -> str:
        """`for i in range(1, 4)`."""
        first, behind = self.ends(i)
        return f"for {self._words.target.identifier(self._nodes[i].word)} in range({first}, {behind})"

    def _gathered(self, name: str, ranges: Sequence[int], body: Text) -> Text:
        loops = " ".join(self.loop(i) for i in ranges)
        if name == "sum":
            return Text(f"sum({body.text} {loops})")
        if name == "prod":
            return Text(f"math.prod({body.text} {loops})")
        if name == "mean":
            counts = [f"({behind} - {first})" for first, behind in map(self.ends, ranges)]
            return Text(f"sum({body.text} {loops})/({'*'.join(counts)})", PRODUCT)
        raise no_arrays(f"{name} over an index")

    def _bracket(self, k: int, tree: Tree) -> Text:
        xs, arrays = [self._found[i] for i in tree.inputs], self._words.arrays
        shapes, shape = [self._shape(i) for i in tree.inputs], self._shape(k)
        if shape == NUMBER or (len(xs) == 1 and len(shapes) == 1 and shapes[0] == shape):
            return xs[0]
        if all(one == NUMBER for one in shapes):
            columns = shape[1]
            rows = [xs[i : i + columns] for i in range(0, len(xs), columns)]
            self._define("block", arrays.grid)
            return Text(arrays.grid.format(_rows(rows)))
        if len(tree.counts) == 1:
            xs = [x if one[0] == 1 else self._transposed(x, one) for x, one in zip(xs, shapes, strict=True)]
        self._define("block", arrays.block)
        return Text(arrays.block.format(_rows([[x] for x in xs])))

    def _define(self, name: str, template: str) -> None:
        if template.startswith(name):
            self._words.definitions[name] = self._words.arrays.definitions[name]

    def grid(self, ranges: Sequence[int], body: int) -> str:
        """An array of a number for every value of one or two indices."""
        text = self.text(body).text
        for i in ranges:
            for end in self._nodes[i].inputs:
                self.text(end)
        if len(ranges) > 2 or self._shape(body) != NUMBER:
            raise no_arrays("a statement for every value of an index that makes whole bundles")
        inner = f"[{text} {self.loop(ranges[1])}]" if len(ranges) == 2 else f"[{text}]"
        self._define("block", self._words.arrays.grid)
        return self._words.arrays.grid.format(f"[{inner} {self.loop(ranges[0])}]")

    def _entry(self, k: int, tree: Tree) -> Text:
        base, subscripts = tree.inputs[0], tree.inputs[1:]
        word = self._nodes[base].word if self._nodes[base].form == "name" else ""
        group = self._words.group(word)
        shape = self._shapes.get(base) if group is None else group.shape
        if tree.form == "layer" or (word and group is None):
            return self._of_names(word, self._index(subscripts[0]))
        assert shape is not None
        text = self._found[base].fitting(ATOM, "({})") if group is None else self._words.named(word)
        if shape == NUMBER:
            return self._or_start(word, subscripts, text)
        pieces = self._subscripts(subscripts, shape, is_number=self._shape(k) == NUMBER)
        return self._or_start(word, subscripts, f"{text}[{pieces}]")

    def subscripts(self, roots: Sequence[int], shape: Shape, *, is_number: bool) -> str:
        """Subscripts of an array of that shape, `i - 1, j - 1`; `is_number`: of one entry."""
        for root in roots:
            for i in self._nodes[root].inputs if self._nodes[root].form == "part" else (root,):
                self.text(i)
        return self._subscripts(roots, shape, is_number=is_number)

    def _subscripts(self, subscripts: Sequence[int], shape: Shape, *, is_number: bool) -> str:
        pieces = [self._subscript(i, is_number=is_number) for i in subscripts]
        if len(pieces) == 1:
            other = "0" if is_number else ":"
            pieces = [*pieces, other] if shape[1] == 1 else [other, *pieces]
        return ", ".join(pieces)

    def _index(self, i: int) -> str:
        return str(self._whole[i]) if i in self._whole else self._found[i].text

    def _subscript(self, i: int, *, is_number: bool) -> str:
        """A subscript counted from 0: one entry, or a part where the whole is no number."""
        tree = self._nodes[i]
        if tree.form == "whole":
            return "0" if is_number else ":"
        first, last = (self._index(j) for j in (tree.inputs if tree.form == "part" else (i, i)))
        return _shifted(first, -1) if is_number else f"{_shifted(first, -1)}:{last}"

    def _or_start(self, word: str, subscripts: Sequence[int], text: str) -> Text:
        """`w[i]`, which is `w0` where i is 0 and there is such a name."""
        start = f"{word}0"
        if len(subscripts) > 1 or self._words.group(start) is None:
            return Text(text)
        index = self._index(subscripts[0])
        if index.isdigit():
            return Text(self._words.named(start)) if index == "0" else Text(text)
        return Text(f"({self._words.named(start)} if {index} == 0 else {text})")

    def _of_names(self, word: str, index: str) -> Text:
        """`w[i]` of names w1, w2, w3: that name, or the one of a tuple of all."""
        if index.isdigit():
            return Text(self._words.named(f"{word}{index}"))
        known = (_ENTRY.fullmatch(name) for name in self._words.bundles.by_name)
        numbers = sorted(int(found[2]) for found in known if found and found[1] == word.removeprefix("d"))
        names = [self._words.named(f"{word}{k}") for k in range(numbers[0], numbers[-1] + 1)]
        return Text(f"({', '.join(names)},)[{_shifted(index, -numbers[0])}]")


_LAST = re.compile(r"(.+) ([+-]) ([0-9]+)")


def _shifted(text: str, by: int) -> str:
    """A whole number, larger by a known one: `i - 1` for `i`, `i` for `i + 1`."""
    if text.isdigit():
        return str(int(text) + by)
    found = _LAST.fullmatch(text)
    if found:
        text, by = found[1], by + int(f"{found[2]}{found[3]}")
    return text if not by else f"{text} {'-' if by < 0 else '+'} {abs(by)}"


def _rows(rows: Sequence[Sequence[Text]]) -> str:
    return f"[{', '.join('[' + ', '.join(x.text for x in row) + ']' for row in rows)}]"
