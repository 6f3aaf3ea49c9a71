"""A program of bundles as one tape over whole arrays: its statements forward, its matrix forms backward.

A bundle is an array of two dimensions, a number a float. Rows of the table are recorded entry by entry, as for a curve;
products, reductions, parts and stacks are operations of their own, by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from gradx.bundle import NUMBER, Shape
from gradx.derive.bundle_backprop import gradient_formulas
from gradx.derive.bundle_indices import NO_LOOPS, Formula
from gradx.derive.bundle_terms import Term, is_transpose
from gradx.graph import below
from gradx.language.bundles.rows import PRODUCTS, SCALAR_OF
from gradx.language.bundles.steps import ReadBundles, Step
from gradx.language.bundles.tree import Tree
from gradx.language.constants import CONSTANTS
from gradx.numbers.arrays import ARRAYS, Array
from gradx.sweeps.recording import Player, Quantity, Recorder

Function = Callable[..., Array]


class NoArraysError(Exception):
    """What is no operation of whole arrays here: an index, a tie that `max` may have."""


class Held(NamedTuple):
    """A quantity of the recording, and the shape that it stands for: it may be a row, a column or a number that is
    repeated until it has it."""

    quantity: Quantity
    shape: Shape


class ArrayProgram(NamedTuple):
    """The tape: its inputs are the arrays of `inputs`, in their order, and a 1; its outputs J and the gradients of the
    inputs that were wanted, each of the input's shape, or to be repeated until it has it."""

    tape: Player[Array]
    inputs: tuple[str, ...]


def array_program(bundles: ReadBundles, output: str, wanted: Sequence[str]) -> ArrayProgram | None:
    """The program with the gradients of the inputs `wanted`; None where something in it is no operation of arrays."""
    names = bundles.by_name.keys() | bundles.sizes.keys()
    if any(f"d{name}" in names for name in names):
        return None
    try:
        return _Arrays(bundles).program(output, wanted)
    except NoArraysError:
        return None


class _Arrays:
    """Records a program. `known`: values by their names, gradients as `dNAME`."""

    def __init__(self, bundles: ReadBundles) -> None:
        self._bundles = bundles
        self._recorder = Recorder()
        self._m = self._recorder.arithmetic
        self._functions: dict[str, Function] = {}
        self._extents: dict[int, Shape] = {}
        self._inputs = tuple(group for group in bundles.groups if group.is_input)
        self._known = {group.name: self._input(group.shape) for group in self._inputs}
        self._one = self._recorder.input()
        self._extents[self._one.register] = NUMBER

    def program(self, output: str, wanted: Sequence[str]) -> ArrayProgram:
        for step in self._bundles.steps:
            self._forward(step)
        self._known[f"d{output}"] = Held(self._recorder.number(1.0), NUMBER)
        for name, formulas in gradient_formulas(self._bundles, output, named_alone=False).items():
            if formulas is not None:
                self._backward(name, formulas)
        outputs = [self._named(name).quantity for name in (output, *(f"d{name}" for name in wanted))]
        tape = Player(self._recorder.tape(outputs), ARRAYS, self._functions)
        return ArrayProgram(tape, tuple(group.name for group in self._inputs))

    def _input(self, shape: Shape) -> Held:
        quantity = self._recorder.input()
        self._extents[quantity.register] = shape
        return Held(quantity, shape)

    def _named(self, name: str) -> Held:
        if name not in self._known:
            raise NoArraysError(name)
        return self._known[name]

    def _forward(self, step: Step) -> None:
        """A statement: every node of its tree, and those that are groups under their names."""
        if step.is_sequence or step.indices:
            raise NoArraysError(step.name)
        made: dict[int, Held] = {}
        for k in range(step.first, step.root + 1):
            if k in step.shapes:
                made[k] = self._node(step.nodes, k, step.shapes[k], made)
                if k in step.names:
                    self._known[step.names[k]] = made[k]

    def _backward(self, name: str, formulas: Sequence[Formula]) -> None:
        """The gradient of a group, where its form is one of whole arrays."""
        shape = self._bundles.by_name[name].shape
        try:
            terms = [self._placed(each, shape) for each in formulas]
        except NoArraysError:
            return
        total = sum((term.quantity for term in terms), self._recorder.number(0.0))
        self._known[f"d{name}"] = Held(total, shape)

    def _placed(self, formula: Formula, shape: Shape) -> Held:
        """What a formula adds to a gradient of that shape, with zeros around it where it is one of a part."""
        if formula.loops != NO_LOOPS:
            raise NoArraysError
        term = self._term(formula.term)
        if not formula.part:
            return term
        at = self._part([self._subscript(each.trees.nodes, each.root) for each in formula.part], shape)

        def placed(x: Array) -> Array:
            whole = np.zeros(shape)
            whole[at] = x
            return whole

        return self._special(f"placed{at}{shape}", placed, shape, term.quantity)

    def _term(self, term: Term) -> Held:
        """A term of a form: the nodes below it."""
        trees = term.trees
        made: dict[int, Held] = {}
        for k in below((term.root,), lambda i: trees.nodes[i].inputs):
            if k in trees.shapes and trees.nodes[k].form not in ("part", "whole"):
                made[k] = self._node(trees.nodes, k, trees.shapes[k], made)
        return Held(made[term.root].quantity, term.shape)

    def _node(self, nodes: Sequence[Tree], k: int, shape: Shape, made: Mapping[int, Held]) -> Held:
        tree = nodes[k]
        operands = [made[i] for i in tree.inputs if i in made]
        if tree.form == "number":
            return Held(self._recorder.number(tree.number), NUMBER)
        if tree.form == "name":
            return self._name(tree.word)
        if tree.form in ("entry", "layer"):
            return self._entry(nodes, tree, shape, made)
        if tree.form == "bracket":
            return self._bracket(tree, operands, shape)
        if tree.form == "call":
            return self._call(nodes, tree, operands, shape)
        if tree.form != "apply" or tree.row is None:
            raise NoArraysError(tree.form)
        if is_transpose(tree, nodes, made):
            return self._special("turned", lambda x: x.T, shape, self._whole(operands[0]))
        if tree.row in PRODUCTS and not any(each.shape == NUMBER for each in operands):
            return self._product(operands[0], operands[1], shape)
        row = SCALAR_OF.get(tree.row, tree.row)
        return Held(row.value(self._m, *(each.quantity for each in operands)), shape)

    def _name(self, word: str) -> Held:
        entry = re.fullmatch(r"(.*?[^0-9])([0-9]+)", word)
        if word in self._known:
            return self._known[word]
        if word in self._bundles.sizes:
            return Held(self._recorder.number(float(self._bundles.sizes[word])), NUMBER)
        if entry and entry[1] in self._known:
            base = self._known[entry[1]]
            return self._taken(base, self._part([entry[2]], base.shape), NUMBER)
        if word in CONSTANTS:
            return Held(self._recorder.number(CONSTANTS[word]), NUMBER)
        raise NoArraysError(word)

    def _entry(self, nodes: Sequence[Tree], tree: Tree, shape: Shape, made: Mapping[int, Held]) -> Held:
        base, subscripts = tree.inputs[0], [self._subscript(nodes, i) for i in tree.inputs[1:]]
        word = nodes[base].word
        if base not in made and (word not in self._known or tree.form == "layer" or subscripts == ["0"]):
            return self._named(f"{word}{subscripts[0]}")
        whole = made[base] if base in made else self._known[word]
        return self._taken(whole, self._part(subscripts, whole.shape), shape)

    def _subscript(self, nodes: Sequence[Tree], i: int) -> str:
        """A subscript as text: `2`, `1..3`, `:`."""
        tree = nodes[i]
        if tree.form == "whole":
            return ":"
        if tree.form == "part":
            return "..".join(self._subscript(nodes, end) for end in tree.inputs)
        if tree.form == "number":
            return f"{tree.number:.0f}"
        if tree.form == "name":
            return tree.word
        raise NoArraysError(tree.form)

    def _part(self, subscripts: Sequence[str], shape: Shape) -> tuple[slice, slice]:
        """The rows and the columns that subscripts name."""
        found = []
        for text in subscripts:
            ends = [str(self._bundles.sizes.get(end, end)) for end in text.split("..")]
            if text != ":" and not all(map(str.isdecimal, ends)):
                raise NoArraysError(text)
            found.append(slice(None) if text == ":" else slice(int(ends[0]) - 1, int(ends[-1])))
        if len(found) == 2:
            return found[0], found[1]
        return (found[0], slice(None)) if shape[1] == 1 else (slice(None), found[0])

    def _taken(self, base: Held, at: tuple[slice, slice], shape: Shape) -> Held:
        if shape == NUMBER:
            return self._special(f"entry{at}", lambda x: x[at].item(), shape, self._whole(base))
        return self._special(f"part{at}", lambda x: x[at], shape, self._whole(base))

    def _bracket(self, tree: Tree, operands: Sequence[Held], shape: Shape) -> Held:
        columns = shape[1]
        if all(each.shape == NUMBER for each in operands):
            numbers = [each.quantity for each in operands]
            return self._special(f"entries{shape}", lambda *xs: np.reshape(xs, shape), shape, *numbers)
        wholes = [self._whole(each) for each in operands]
        if len(tree.counts) == 1:
            return self._special(f"rows{shape}", lambda *xs: np.stack([np.ravel(x) for x in xs]), shape, *wholes)
        return self._special(
            f"stacked{shape}", lambda *xs: np.concatenate([np.reshape(x, (-1, columns)) for x in xs]), shape, *wholes
        )

    def _product(self, a: Held, b: Held, shape: Shape) -> Held:
        """A product of matrices; where it comes to a number the sum of products entry by entry."""
        if shape == NUMBER:
            return self._special("inner", np.vdot, NUMBER, self._whole(a), self._whole(b))
        if a.shape[1] == 1:
            return Held(a.quantity * b.quantity, shape)
        return self._special("@", np.matmul, shape, self._whole(a), self._whole(b))

    def _call(self, nodes: Sequence[Tree], tree: Tree, operands: Sequence[Held], shape: Shape) -> Held:
        name = tree.word
        if any(nodes[i].form == "range" for i in tree.inputs):
            raise NoArraysError(name)
        if name in ("zeros", "ones"):
            return Held(self._recorder.number(float(name == "ones")), shape)
        if name == "eye":
            return self._special(f"eye{shape}", lambda x: np.eye(shape[0]) * x, shape, self._one)
        if name == "dot":
            a, b = operands
            if NUMBER in (a.shape, b.shape):
                return Held(a.quantity * b.quantity, shape)
            return self._product(a, b, shape)
        axis = next((int(nodes[nodes[i].inputs[0]].number) for i in tree.inputs if nodes[i].form == "axis"), None)
        return self._reduced(name, operands, shape, axis)

    def _reduced(self, name: str, operands: Sequence[Held], shape: Shape, axis: int | None) -> Held:
        z = operands[0]
        if name in ("sum", "mean"):
            count = z.shape[0] * z.shape[1] if axis is None else z.shape[axis]
            total = self._summed(z, shape, axis, count)
            return total if name == "sum" else Held(self._m.divide(total.quantity, self._m.number(float(count))), shape)
        if name == "norm" and len(operands) == 2 and operands[1].quantity.known == 1:
            absolute = Held(self._m.absolute(z.quantity), z.shape)
            return self._summed(absolute, shape, None, z.shape[0] * z.shape[1])
        along = None if shape == NUMBER and name != "softmax" else axis
        if name not in WHOLE:
            raise NoArraysError(name)
        function = WHOLE[name]
        return self._special(f"{name}{along}", lambda x: function(x, along), shape, self._whole(z))

    def _summed(self, z: Held, shape: Shape, axis: int | None, count: int) -> Held:
        extent = self._extent(z.quantity)
        if extent == NUMBER:
            return Held(z.quantity * float(count), shape)
        if shape == NUMBER:
            return self._special("sum", partial(np.add.reduce, axis=None), shape, self._whole(z))
        return self._special(f"sum{axis}", partial(np.add.reduce, axis=axis, keepdims=True), shape, self._whole(z))

    def _whole(self, held: Held) -> Quantity:
        """A quantity of all the entries that it stands for."""
        shape = held.shape
        if self._extent(held.quantity) == shape:
            return held.quantity
        return self._special(f"filled{shape}", lambda x: np.full(shape, x), shape, held.quantity).quantity

    def _special(self, name: str, function: Function, shape: Shape, *quantities: Quantity) -> Held:
        """An operation that no row of the table is."""
        if all(quantity.known is not None for quantity in quantities):
            # What is known is computed by a recording itself, which knows the operations of numbers alone.
            quantities = (self._recorder.named("*", quantities[0], self._one), *quantities[1:])
        quantity = self._recorder.named(name, *quantities)
        self._functions[name] = function
        self._extents[quantity.register] = shape
        return Held(quantity, shape)

    def _extent(self, quantity: Quantity) -> Shape:
        """The shape that a register has when it runs."""
        extents, operands = self._extents, self._recorder.operands
        for register in below(
            (quantity.register,), lambda k: () if k in extents else [q.register for q in operands(k)]
        ):
            if register not in extents:
                shapes = [extents[q.register] for q in operands(register)] or [NUMBER]
                extents[register] = max(rows for rows, _ in shapes), max(columns for _, columns in shapes)
        return extents[quantity.register]


def _logsumexp(x: Array, axis: int | None) -> Array:
    top = np.maximum.reduce(x, axis=axis, keepdims=True)
    found = top + np.log(np.add.reduce(np.exp(x - top), axis=axis, keepdims=True))
    return np.asarray(found[0, 0] if axis is None else found)


def _softmax(x: Array, axis: int | None) -> Array:
    raised = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    return np.asarray(raised / np.add.reduce(raised, axis=axis, keepdims=True))


WHOLE: Mapping[str, Callable[[Array, int | None], Array]] = {
    "norm": lambda x, axis: np.asarray(np.linalg.norm(x)),
    "prod": lambda x, axis: np.asarray(np.prod(x, axis=axis, keepdims=axis is not None)),
    "trace": lambda x, axis: np.asarray(np.trace(x)),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
}
"""Functions of whole bundles. `max` and `min` are not among them: where several entries are the largest, their form is
not the gradient."""
