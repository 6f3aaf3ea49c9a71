"""A program of bundles, and the matrix forms of its gradients, as lines of a library of arrays.

`Z = W x + b` becomes `Z = W @ x + b`, `dW = dZ x^T` becomes `dW = dZ @ x.T`; what runs over an index is a comprehension
or a loop. A vector is an array of one column, and what is 1×1 a number without axes: nothing is guessed from shapes at
run time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradx.bundle import NUMBER, Run, Shape
from gradx.derive.bundle_backprop import gradient_formulas
from gradx.derive.bundle_indices import Formula
from gradx.derive.bundle_terms import ShapedTrees
from gradx.export.array_text import ArrayText, Words, no_arrays
from gradx.export.routine import Identifiers, Language
from gradx.language.bundles.rows import EACH
from gradx.language.bundles.steps import ReadBundles, Step
from gradx.language.program import Program


@dataclass(frozen=True, slots=True)
class Lines:
    """Statements, one after the other, of which the last ones may be inside of a loop; `name` is what they make and
    `reads` are the names that they need, both as the program has them, gradients as `dNAME`."""

    name: str
    texts: tuple[str, ...]
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class BundleCode:
    """`identifiers` of the program's names and of `dNAME`; `inputs` with their shapes; `sizes` are whole numbers.
    `definitions` are functions that the lines call."""

    identifiers: Mapping[str, str]
    inputs: Mapping[str, Shape]
    sizes: Mapping[str, int]
    forward: Sequence[Lines]
    backward: Sequence[Lines]
    definitions: Sequence[str]


def bundle_code(program: Program, target: Language, wrt: Collection[str], *, by_operation: bool = False) -> BundleCode:
    """The statements of `program`, and the gradients of the inputs `wrt`, in a language of arrays.

    Operations without a name are written into the statements that need them; `by_operation`: each has its own line,
    and a number in place of a name.
    GradxError("usage") where something cannot be written with whole arrays.
    """
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    output = program.graph.names[program.graph.output]
    identifiers = _identifiers(bundles, target)
    if by_operation:
        identifiers = {name: f"r{k}" for k, name in enumerate(identifiers)}
    assert target.arrays is not None
    words = Words(target, target.arrays, bundles, identifiers)
    writer = _Writer(words, bundles)
    written = writer.operations if by_operation else writer.forward
    forward = [lines for step in bundles.steps for lines in written(step)]
    formulas = gradient_formulas(bundles, output, named_alone=not by_operation)
    backward = list(writer.backward(formulas, output, wrt))
    inputs = {group.name: group.shape for group in bundles.groups if group.is_input}
    return BundleCode(words.identifiers, inputs, bundles.sizes, forward, backward, list(words.definitions.values()))


def _identifiers(bundles: ReadBundles, target: Language) -> dict[str, str]:
    """Identifiers of the names and of their gradients, each its own."""
    chosen = Identifiers(target, ("array", "block", "tensor", "math"))
    names = [group.name for group in bundles.groups]
    return {name: chosen(name) for name in dict.fromkeys((*names, *bundles.sizes, *(f"d{name}" for name in names)))}


class _Writer:
    def __init__(self, words: Words, bundles: ReadBundles) -> None:
        self._words, self._bundles = words, bundles

    def _lines(self, name: str, texts: Sequence[str]) -> Lines:
        reads = frozenset(self._words.reads - {name})
        self._words.reads.clear()
        return Lines(name, tuple(texts), reads)

    def operations(self, step: Step) -> Iterator[Lines]:
        """A statement over no index, an operation a line."""
        if step.is_sequence or step.indices:
            raise no_arrays("a statement over an index")
        text = ArrayText(self._words, step.nodes, step.shapes, step.ranges)
        for k, name in sorted(step.names.items()):
            own = self._words.identifiers[name]
            yield self._lines(name, [f"{own} = {text.put(k, own).text}"])

    def forward(self, step: Step) -> Iterator[Lines]:
        """A statement."""
        words, nodes = self._words, step.nodes
        at: dict[str, int] = {}
        root = nodes[step.root]
        is_each = root.form == "call" and root.word == EACH
        ranges = [i for i in root.inputs if nodes[i].form == "range"] if is_each else []
        group = self._bundles.by_name[step.name]
        if step.is_sequence and not group.indices:
            at = {nodes[ranges[0]].word: int(step.name[len(step.name.rstrip("0123456789")) :])}
        shapes = step.shapes or next(
            each.shapes for each in self._bundles.steps if each.root == step.root and each.shapes
        )
        if is_each and len(group.entries) == 1 and group.indices:
            at = {run.name: run.first for run in group.indices}
        text = ArrayText(words, nodes, shapes, step.ranges, at)
        own = words.identifiers[step.name]
        if step.is_sequence and group.indices and not at:
            texts = self._sequence(step, text, root.inputs[-1])
        elif is_each and not at:
            texts = [f"{own} = {text.grid(ranges, root.inputs[-1])}"]
        else:
            texts = [f"{own} = {text.text(root.inputs[-1] if at else step.root).text}"]
        yield self._lines(step.name, texts)

    def _sequence(self, step: Step, text: ArrayText, body: int) -> list[str]:
        """A recurrence of numbers, one after the other."""
        arrays, run = self._words.arrays, self._bundles.by_name[step.name].indices[0]
        own, name = self._words.identifiers[step.name], self._words.target.identifier(run.name)
        put = arrays.put.format(own, f"{name} - 1, 0", text.text(body).text)
        return [
            f"{own} = {arrays.filled.format('zeros', run.last, 1)}",
            f"for {name} in range({run.first}, {run.last + 1}):",
            f"    {put}",
        ]

    def backward(
        self, formulas: Mapping[str, Sequence[Formula] | None], output: str, wrt: Collection[str]
    ) -> Iterator[Lines]:
        """The gradients that those of `wrt` need, from the output back."""
        written = {}
        for name, own in formulas.items():
            if own is not None and name != output:
                written[name] = self._gradient(name, own)
        needed, waiting = set(wrt), list(wrt)
        while waiting:
            name = waiting.pop()
            if name == output:
                continue
            if name not in written:
                raise no_arrays(f"the gradient of {name}")
            found = {read[1:] for read in written[name].reads if read[1:] in formulas and read not in formulas}
            waiting += found - needed
            needed |= found
        yield from (lines for name, lines in written.items() if name in needed)

    def _gradient(self, name: str, formulas: Sequence[Formula]) -> Lines:
        """`dW = …`, or zeros to which parts are added."""
        words, group = self._words, self._bundles.by_name[name]
        own = words.identifiers[f"d{name}"]
        texts: list[str] = []
        for formula in formulas:
            text = self._term(formula)
            if not formula.part:
                copied = words.arrays.copied.format(text) if len(formulas) > 1 and group.shape != NUMBER else text
                texts.append(f"{own} = {copied}")
                continue
            if not texts:
                zeros = words.arrays.filled.format("zeros", *group.shape)
                texts.append(f"{own} = {'0' if group.shape == NUMBER else zeros}")
            texts += self._added(own, group.shape, formula, text)
        return self._lines(f"d{name}", texts)

    def _term(self, formula: Formula) -> str:
        trees: ShapedTrees = formula.term.trees
        return ArrayText(self._words, trees.nodes, trees.shapes).text(formula.term.root).text

    def _added(self, own: str, shape: Shape, formula: Formula, text: str) -> list[str]:
        trees = formula.term.trees
        if len(formula.loops) > 1:
            raise no_arrays(f"d{formula.name}, whose indices end where others are,")
        roots = [term.root for term in formula.part]
        is_cell = not any(trees.nodes[root].form in ("part", "whole") for root in roots)
        pieces = ArrayText(self._words, trees.nodes, trees.shapes).subscripts(
            roots, shape, is_number=is_cell and formula.term.shape == NUMBER
        )
        ranges = [f"range({run.first}, {run.last + 1})" for run in formula.loops[0]]
        if f"d{formula.name}" in self._words.reads:
            # A recurrence goes back: what comes later gives to what came before.
            ranges = [f"reversed({each})" for each in ranges]
        lines = [f"for {self._index(run)} in {each}:" for run, each in zip(formula.loops[0], ranges, strict=True)]
        is_number = shape == NUMBER
        added = f"{own} = {own} + {text}" if is_number else self._words.arrays.added.format(own, pieces, text)
        return ["    " * k + line for k, line in enumerate([*lines, added])]

    def _index(self, run: Run) -> str:
        return self._words.target.identifier(run.name)
