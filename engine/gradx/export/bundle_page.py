"""A program of bundles, and the matrix forms of its gradients, as a file of a library of arrays: one function, and the
file's check of itself.

`Z = W x + b` becomes `Z = W @ x + b`, `dW = dZ x^T` becomes `dW = dZ @ x.T`; what runs over an index is a comprehension
or a loop. A vector is an array of one column, and what is 1×1 a number without axes: nothing is guessed from shapes at
run time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent

from gradx.bundle import NUMBER, Bundles, Run, Shape, shape_text
from gradx.derive.bundle_backprop import gradient_formulas
from gradx.derive.bundle_indices import Formula
from gradx.derive.bundle_terms import ShapedTrees
from gradx.derive.matrix_forms import matrix_forms
from gradx.export.array_text import ArrayText, Words, no_arrays
from gradx.export.languages.python import TOLERANCE
from gradx.export.routine import LONGEST_READING_CHARACTERS, Identifiers, Language
from gradx.language.bundles.rows import EACH
from gradx.language.bundles.steps import ReadBundles, Step
from gradx.language.bundles.typesetting import formula_latex
from gradx.language.latex import latex_name
from gradx.language.program import Program

Numbers = tuple[Mapping[str, float], float, Mapping[str, float]]
"""What gradx found at a point: the entries of the inputs by their names, the value, the entries of the gradient."""


def bundle_page(program: Program, target: Language, wrt: Collection[str], expected: Numbers | None = None) -> str:
    """The source text of a program of bundles: its value, and its gradient for the inputs `wrt`.

    Operations without a name are written into the statements that need them.
    GradxError("usage") where something cannot be written with whole arrays.
    """
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    output, reading = program.graph.names[program.graph.output], program.shortened(LONGEST_READING_CHARACTERS)
    own, arrays = _identifiers(bundles, target), target.arrays
    assert arrays is not None
    words = Words(target, arrays, bundles, own)
    writer, name = _Writer(words, bundles), own[output]
    inputs = {group.name: group.shape for group in bundles.groups if group.is_input}
    lines = [f'"""{reading}: the value, and the gradient by name."""']
    for each, shape in inputs.items():
        lines.append(f"{own[each]} = array({own[each]}{'' if shape == NUMBER else f', {shape[0]}, {shape[1]}'})")
    lines += [f"{own[each]} = {size}" for each, size in bundles.sizes.items()]
    lines += ["# forward pass", *(text for step in bundles.steps for text in writer.forward(step).texts)]
    formulas = gradient_formulas(bundles, output, named_alone=True)
    lines += ["# backprop", *(text for each in writer.backward(formulas, output, wrt) for text in each.texts)]
    slopes = ", ".join(f"{each!r}: {own[f'd{each}']}" for each in inputs if each in wrt)
    body = indent("\n".join([*lines, f"return {name}, {{{slopes}}}"]), "    ")
    said = [f"{each} is {shape_text(shape)}" for each, shape in inputs.items() if shape != NUMBER]
    shapes = f"{', '.join(said)}; a vector is one column." if said else ""
    definitions = words.definitions.values()
    parts = [
        f'"""{reading}\n\nThe value and the gradient, written by gradx. {shapes}'.rstrip() + '\n"""\n',
        "import math\n\n" * any("math." in text for text in (body, *definitions)) + arrays.start,
        *("\n" + text for text in definitions),
        f"\ndef {name}({', '.join(own[each] for each in inputs)}):\n{body}\n",
    ]
    if expected is not None:
        parts.append(_check(name, bundles, expected, wrt, arrays.flat))
    return "\n".join(parts)


def _check(name: str, bundles: Bundles, expected: Numbers, wrt: Collection[str], flat: str) -> str:
    """Lines that hold the function against gradx's numbers, entry by entry."""
    point, value, slopes = expected
    given = ", ".join(repr(numbers) for numbers in bundles.nested(point).values())
    gradient = ", ".join(f"{own!r}: {numbers!r}" for own, numbers in bundles.nested(slopes).items() if own in wrt)
    lines = [
        "",
        'if __name__ == "__main__":',
        f"    value, gradient = {name}({given})",
        f'    pairs = [("the value", value, {value!r})]',
        f"    for name, expected in {{{gradient}}}.items():",
        '        pairs.append(("the gradient of " + name, gradient[name], expected))',
        "    count = 0",
        "    for what, found, expected in pairs:",
        f"        found, expected = {flat.format('found')}, {flat.format('expected')}",
        "        count += len(expected)",
        "        largest = max(1, *map(abs, expected))",
        f"        if not all(abs(x - y) <= {TOLERANCE}*largest for x, y in zip(found, expected, strict=True)):",
        '            raise SystemExit(f"{what} is {found} here, and {expected} in gradx")',
        '    print(f"{count} numbers are those of gradx")',
        "",
    ]
    return "\n".join(lines)


def bundle_latex(program: Program, wrt: Collection[str]) -> str:
    """The statements of a program of bundles and the matrix forms of its gradients, one under the other."""
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    output = program.graph.names[program.graph.output]
    names = {group.name for group in bundles.bundles}, {group.name for group in bundles.numbers}
    rows = [
        f"{latex_name(group.name)} &= {formula_latex(group.expression or '', output, *names)}"
        for group in bundles.groups
        if group.is_given and not group.is_input
    ]
    forms = matrix_forms(bundles, output)
    for name in wrt:
        if not forms.get(name) and name != output:
            raise no_arrays(f"the gradient of {name}")
    for name in (*(group.name for group in reversed(bundles.groups) if group.is_given and not group.is_input), *wrt):
        for form in forms.get(name) or ():
            left, right = (formula_latex(text, output, *names) for text in (form.target, form.named))
            rows.append(f"{left} &{'+' if form.adds else ''}= {right}")
    head = f"% {program.shortened(LONGEST_READING_CHARACTERS)}\n% The value and the gradient, written by gradx."
    body = " \\\\\n".join(f"  {row}" for row in rows)
    return f"{head}\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n"


@dataclass(frozen=True, slots=True)
class Lines:
    """Statements, one after the other, of which the last ones may be inside of a loop; `name` is what they make and
    `reads` are the names that they need, both as the program has them, gradients as `dNAME`."""

    name: str
    texts: tuple[str, ...]
    reads: frozenset[str]


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

    def forward(self, step: Step) -> Lines:
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
            return self._lines(step.name, self._sequence(step, text, root.inputs[-1]))
        if is_each and not at:
            return self._lines(step.name, [f"{own} = {text.grid(ranges, root.inputs[-1])}"])
        return self._lines(step.name, [f"{own} = {text.text(root.inputs[-1] if at else step.root).text}"])

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
