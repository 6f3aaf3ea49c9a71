"""Functions of whole bundles: what each makes of its arguments, and why it refuses them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NoReturn

from gradx.bundle import NUMBER, shape_text
from gradx.language.bundles.lowering import Cells
from gradx.language.bundles.rows import DOT, SUMS
from gradx.language.bundles.scopes import Context
from gradx.language.bundles.shapes import MisfitError, factor, is_matrix
from gradx.language.bundles.tree import Tree

MOST_ENTRIES = 1_000_000
"""Entries that a bundle may have."""


def called(of: Context, tree: Tree, cells: Sequence[Cells]) -> Cells:
    """What a function of bundles makes of its arguments."""
    name, lowering, span = tree.word, of.lowering, tree.span
    if name in ("zeros", "ones", "eye"):
        return _filled(of, tree)
    arguments = [i for i in tree.inputs if of.nodes[i].form != "axis"]
    texts = [of.text[i] for i in arguments]
    if name == "dot":
        if len(cells) != 2:
            raise MisfitError("dot takes two bundles", "write dot(w, x)", "syntax")
        return lowering.apply(DOT, cells, span, texts)
    axis = _axis(of, tree)
    if name == "norm":
        return _norm(of, tree, cells)
    if len(cells) != 1:
        _refuse_arguments(of, tree, arguments)
    z, text = cells[0], texts[0]
    if z.is_number:
        if not _is_of_bundles(of, z.nodes[0]):
            _refuse_number(of, name, text, arguments[0])
        if name in ("sum", "mean", "prod", "max", "min", "trace"):
            # Of one row, or one example: what is 1x1 is its own sum.
            return z
    if name == "trace":
        return _trace(of, z, text, tree)
    if name in ("softmax", "logsumexp"):
        if axis is None and is_matrix(z.shape):
            hint = f"{name}({text}, axis=0) of each column, {name}({text}, axis=1) of each row"
            raise MisfitError(f"{text} is {shape_text(z.shape)}: {name} of a matrix needs an axis", hint)
        return lowering.softmax(z, axis, span) if name == "softmax" else lowering.along(name, z, axis, span)
    return lowering.along(name, z, axis, span)


def _is_of_bundles(of: Context, node: int) -> bool:
    """Whether a number is made of entries of bundles, or of a bundle of one entry: the sum of a batch of one."""
    builder = of.lowering.builder
    seen, waiting = {node}, [node]
    while waiting:
        i = waiting.pop()
        name = builder.name_of(i)
        if not builder.is_operation(i) and (name.endswith("]") or of.known.is_listed(name)):
            return True
        waiting += [k for k in builder.node(i).inputs if k not in seen]
        seen.update(builder.node(i).inputs)
    return False


def _axis(of: Context, tree: Tree) -> int | None:
    for i in tree.inputs:
        if of.nodes[i].form == "axis":
            axis = of.runs.whole(of.nodes[i].inputs[0], {})
            if axis not in (0, 1):
                place = of.nodes[of.nodes[i].inputs[0]].span
                hint = "axis=0 goes down the columns, axis=1 along the rows"
                of.fail("shape", f"there is no axis {axis}", place, hint)
            if tree.word in ("norm", "trace", "dot"):
                of.fail("shape", f"{tree.word} has no axis", of.nodes[i].span)
            return axis
    return None


def _refuse_arguments(of: Context, tree: Tree, arguments: Sequence[int]) -> NoReturn:
    name = tree.word
    if not arguments:
        raise MisfitError(f"{name} takes one bundle", f"write {name}(x)", "syntax")
    text = of.text[arguments[0]]
    if len(arguments) == 2 and of.text[arguments[1]] in ("0", "1"):
        hint = f"{name}({text}, axis=0) goes down the columns, {name}({text}, axis=1) along the rows"
        of.fail("shape", f"{name} takes its axis by name", of.nodes[arguments[1]].span, hint)
    if name in SUMS:
        hint = f"write {name}({text}, axis=0), or {name}(i=1..n, …) over an index"
        of.fail("shape", f"{name} takes one bundle", of.nodes[arguments[1]].span, hint)
    raise MisfitError(f"{name} takes one bundle", f"write {name}({text})", "syntax")


def _refuse_number(of: Context, name: str, text: str, node: int) -> NoReturn:
    said = text if text.replace("_", "").isalnum() and not text[0].isdigit() else "x"
    hint = f'give it several: "{said}=[1 2 3]", or run over an index: {name}(i=1..3, …)'
    of.fail("shape", f"{text} is a number, and {name} works on a vector or a matrix", of.nodes[node].span, hint)


def _filled(of: Context, tree: Tree) -> Cells:
    """`zeros(4)`, `ones(2, 3)`, `eye(3)`."""
    sizes = [of.runs.whole(i, {}) for i in tree.inputs]
    most = 1 if tree.word == "eye" else 2
    if not 1 <= len(sizes) <= most or min(sizes) < 1:
        hint = f"write {tree.word}({'3' if most == 1 else '4) or ' + tree.word + '(2, 3'})"
        raise MisfitError(f"{tree.word} takes its size", hint)
    if math.prod(sizes) > MOST_ENTRIES:
        raise MisfitError(f"{tree.word} of so many entries is too large", f"at most {MOST_ENTRIES:,}", "size")
    rows = sizes[0]
    columns = rows if tree.word == "eye" else sizes[1] if len(sizes) == 2 else 1
    zero, one = (of.lowering.literal(x, tree.span) for x in (0.0, 1.0))
    if tree.word == "eye":
        return Cells((rows, columns), tuple(one if i == j else zero for i in range(rows) for j in range(columns)))
    return Cells((rows, columns), (zero if tree.word == "zeros" else one,) * (rows * columns))


def _norm(of: Context, tree: Tree, cells: Sequence[Cells]) -> Cells:
    z, text = cells[0], of.text[tree.inputs[0]]
    kind = of.text[tree.inputs[1]] if len(cells) == 2 else "2"
    if len(cells) > 2 or kind not in ("1", "2"):
        hint = f"norm({text}) is the 2-norm, norm({text}, 1) the 1-norm"
        if kind in ("inf", "oo", "∞"):
            hint = f"the largest of all is max(abs({text}))"
        elif kind.isdigit() and kind != "0":
            hint += f"; that of {kind} is sum(abs({text})^{kind})^(1/{kind})"
        of.fail("shape", f"there is no norm {kind} here", of.nodes[tree.inputs[-1]].span, hint)
    if len(cells) == 2 and is_matrix(z.shape):
        said, hint = "the 1-norm of a matrix may be two things", f"sum(abs({text})) adds all entries"
        if kind == "2":
            said = "the 2-norm of a matrix, its largest singular value, is not known here"
            hint = f"norm({text}) is the root of the sum of all squares"
        raise MisfitError(f"{text} is {shape_text(z.shape)}: {said}", hint)
    return of.lowering.along("norm1" if kind == "1" else "norm", z, None, tree.span)


def _trace(of: Context, z: Cells, text: str, tree: Tree) -> Cells:
    rows, columns = z.shape
    if rows != columns:
        hint = f"sum({text}) adds all entries; {factor(text)}^T {factor(text)} is square"
        raise MisfitError(f"{text} is {shape_text(z.shape)}: a trace needs a square matrix", hint)
    return Cells(NUMBER, (of.lowering.sum([z.nodes[k * columns + k] for k in range(rows)], tree.span),))
