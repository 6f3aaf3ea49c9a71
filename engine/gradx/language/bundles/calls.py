"""Functions of whole bundles, subscripts and brackets: what each makes of its arguments, and why it refuses them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NoReturn

from gradx.bundle import NUMBER, shape_text
from gradx.language.bundles.lowering import Cells
from gradx.language.bundles.rows import DOT, SUMS
from gradx.language.bundles.scopes import Context
from gradx.language.bundles.shapes import MisfitError, described, factor, is_matrix
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


def entry(of: Context, tree: Tree, cells: Cells | None, at: Mapping[int, int]) -> Cells:
    """The entry or the part of a bundle that subscripts name, where the indices have the values `at`.

    `cells` is None for a name: a bundle, or the first letter of names, w[2] for w2.
    """
    base, subscripts = of.nodes[tree.inputs[0]], tree.inputs[1:]
    name = base.word if base.form == "name" else of.text[tree.inputs[0]]
    if cells is None:
        cells = of.known.indexed(name)
        if cells is None or tree.form == "layer":
            return _named(of, tree, name, at)
        if len(subscripts) == 1 and of.nodes[subscripts[0]].form not in ("part", "whole"):
            k = of.runs.whole(subscripts[0], at)
            if (k == 0 or cells.is_number) and of.known.is_value(f"{name}{k}"):
                return of.known.cells(f"{name}{k}", tree.span)
    elif cells.is_number:
        raise MisfitError(f"{name} is a number, and has no entries", f"leave the subscript out: {name}")
    rows, columns = cells.shape
    if len(subscripts) == 1:
        if is_matrix(cells.shape):
            what = f"{name} is {shape_text(cells.shape)}: one subscript may be a row or a column"
            at_text = of.text[subscripts[0]]
            raise MisfitError(what, f"{name}[{at_text},:] is a row, {name}[:,{at_text}] a column", "index")
        chosen = _chosen(of, subscripts[0], len(cells.nodes), name, at, "entries")
        nodes = tuple(cells.nodes[k] for k in chosen)
        return Cells((len(nodes), 1) if columns == 1 else (1, len(nodes)), nodes)
    if len(subscripts) > 2:
        raise MisfitError(f"{name} has two subscripts, a row and a column", f"write {name}[1,2]", "index")
    down = _chosen(of, subscripts[0], rows, name, at, "rows")
    across = _chosen(of, subscripts[1], columns, name, at, "columns")
    return Cells((len(down), len(across)), tuple(cells.nodes[i * columns + j] for i in down for j in across))


def _named(of: Context, tree: Tree, name: str, at: Mapping[int, int]) -> Cells:
    """`w[i]` where there is no bundle w: the name w1; `W^[l]` likewise."""
    subscripts = tree.inputs[1:]
    if len(subscripts) == 2:
        raise MisfitError(f"{name} is no matrix, and has no entries", f"give it a value: {name}=[1 2; 3 4]", "index")
    node = of.nodes[subscripts[0]]
    if node.form in ("part", "whole"):
        raise MisfitError(f"{name} is no vector, and has no parts", f"give it a value: {name}=[1 2 3]", "index")
    k = of.runs.whole(subscripts[0], at)
    if k < 0:
        raise MisfitError(f"there is no {name}[{k}]", "indices start at 1", "index")
    return of.known.cells(f"{name}{k}", tree.span)


def _chosen(of: Context, i: int, length: int, name: str, at: Mapping[int, int], what: str) -> Sequence[int]:
    """The entries, rows or columns that a subscript names, counted from 0."""
    node = of.nodes[i]
    if node.form == "whole":
        return range(length)
    ends = node.inputs if node.form == "part" else (i, i)
    low, high = (of.runs.whole(end, at) for end in ends)
    for end, k in zip(ends, (low, high), strict=True):
        if not 1 <= k <= length:
            text = of.text[end]
            said = f"{text} = {k}" if text != str(k) else text
            last = f"the last one is {length}"
            hint = "indices start at 1" if k == 0 else f"indices start at 1, and {last}" if k < 0 else last
            count = "1 entry" if (length, what) == (1, "entries") else f"{length} {what if length != 1 else what[:-1]}"
            of.fail("index", f"{name} has {count}, and there is no {said}", of.nodes[end].span, hint)
    if low > high:
        raise MisfitError(f"the part {low}..{high} is empty", f"write {high}..{low}", "index")
    return range(low - 1, high)


def joined(tree: Tree, cells: Sequence[Cells], texts: Sequence[str]) -> Cells:
    """`[a, b; c, d]` of numbers, `[u; v]` of bundles one upon the other, `[[1, 2], [3, 4]]` of rows."""
    rows: list[Sequence[Cells]] = []
    at = 0
    for count in tree.counts:
        rows.append(cells[at : at + count])
        at += count
    if all(cell.is_number for cell in cells):
        return _of_numbers(rows)
    if len(rows) == 1:
        return _nested(rows[0], texts)
    return _stacked(rows, texts)


def _of_numbers(rows: Sequence[Sequence[Cells]]) -> Cells:
    columns = len(rows[0])
    for k, row in enumerate(rows):
        if len(row) != columns:
            count = "1 entry" if len(row) == 1 else f"{len(row)} entries"
            hint = "every row has as many: [1 2; 3 4]"
            raise MisfitError(f"row {k + 1} has {count}, and row 1 has {columns}", hint)
    nodes = tuple(cell.nodes[0] for row in rows for cell in row)
    return Cells((len(nodes), 1) if len(rows) == 1 else (len(rows), columns), nodes)


def _nested(row: Sequence[Cells], texts: Sequence[str]) -> Cells:
    """Lists in a list are the rows of a matrix."""
    if not all(text.startswith("[") for text in texts):
        if len(row) == 1:
            return row[0]
        a, b = texts[:2]
        message = f"[{a}, {b}] of vectors may put them side by side, or one upon the other"
        raise MisfitError(message, f"[{a}; {b}] puts one upon the other; two rows are [{a}^T; {b}^T]")
    lengths = {len(cell.nodes) for cell in row}
    if len(lengths) > 1 or any(is_matrix(cell.shape) for cell in row):
        raise MisfitError("the rows of a matrix have as many entries each", "write [[1, 2], [3, 4]]")
    return Cells((len(row), lengths.pop()), tuple(i for cell in row for i in cell.nodes))


def _stacked(rows: Sequence[Sequence[Cells]], texts: Sequence[str]) -> Cells:
    if any(len(row) > 1 for row in rows):
        hint = "[u; v] puts bundles one upon the other, one in a row"
        raise MisfitError("a row of brackets takes numbers, or one bundle", hint)
    parts = [row[0] for row in rows]
    columns = max(part.shape[1] for part in parts)
    for part, text in zip(parts, texts, strict=True):
        if part.shape[1] != columns:
            hint = "what stands one upon the other has as many columns each"
            raise MisfitError(f"{described(text, part.shape)}, and {columns} columns are stacked here", hint)
    nodes = tuple(i for part in parts for i in part.nodes)
    return Cells((len(nodes) // columns, columns), nodes) if columns > 1 else Cells((len(nodes), 1), nodes)
