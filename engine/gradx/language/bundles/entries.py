"""Entries and parts of bundles, and bundles put together of entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradx.bundle import shape_text
from gradx.language.bundles.lowering import Cells
from gradx.language.bundles.scopes import Context
from gradx.language.bundles.shapes import MisfitError, described, is_matrix
from gradx.language.bundles.tree import Tree


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
