"""The usual slips in claims of whole gradients: what a claim that is wrong would be right for, and what it is with one
thing changed, as somebody would have written it who had not slipped there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Literal, NamedTuple

from gradx.bundle import NUMBER, Bundles, Group, Shape, shape_text
from gradx.derive.bundle_terms import NOWHERE, is_transpose
from gradx.derive.matrix_forms import Form
from gradx.errors import GradxError, Source
from gradx.language.bundles.rows import BESIDE, ENTRYWISE, MATRIX, PRODUCTS, TRANSPOSED
from gradx.language.bundles.statements import Statements
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.tree import Tree, Trees, texts
from gradx.language.program import Program
from gradx.lessons.bundle_points import BundleFormula, Point, gradient_of, points_around, same, symmetric
from gradx.table import TABLE

TINY = 1e-12
"""A gradient that is no larger is 0."""

BundleKind = Literal[
    "shape", "missing-transpose", "wrong-order", "missing-sum", "missing-mean", "assumes-symmetric", "wrong-sign",
    "missing-inner-derivative", "constant-factor", "missing-term", "extra-term",
]  # fmt: skip


class BundleClaim(NamedTuple):
    """`dW = FORMULA`: whose gradient, the formula, and the word that says so."""

    group: Group
    text: str
    source: Source


class BundleMistake(NamedTuple):
    kind: BundleKind
    message: str


def is_right(bundles: Bundles, text: str, group: Group, points: Sequence[Point]) -> bool:
    """Whether a formula is the gradient of the group at all points."""
    try:
        formula = BundleFormula(bundles, text, points[0].numbers)
    except GradxError:
        return False
    return formula.shape == group.shape and all(
        formula.agrees(bundles, group, point, numbers) for point, numbers in formula.along(points)
    )


def misshapen(bundles: Bundles, points: Sequence[Point], claim: BundleClaim, shape: Shape) -> BundleMistake:
    """A formula of another shape than the gradient; what sum or transpose of it would be right."""
    one = "a number" if shape == NUMBER else shape_text(shape)
    other = "a number" if claim.group.shape == NUMBER else shape_text(claim.group.shape)
    message = f"the gradient of {claim.group.name} is {other}, as {claim.group.name} is, and {claim.text} is {one}"
    repairs = (*(f"sum({claim.text}{along})" for along in (", axis=1", ", axis=0", "")), f"({claim.text})^T")
    right = next((text for text in repairs if is_right(bundles, text, claim.group, points)), None)
    return BundleMistake("shape", f"{message}: {right} would be right" if right else message)


def mistake_of(
    program: Program,
    bundles: ReadBundles,
    points: Sequence[Point],
    claim: BundleClaim,
    got: Sequence[Sequence[float]],
    forms: Sequence[Form],
) -> BundleMistake | None:
    """The usual slip that leads to the claim."""
    group = claim.group
    wanted = [gradient_of(bundles, point.numbers, group) for point in points]
    pairs = list(zip(got, wanted, strict=True))
    if all(same([-x for x in numbers], actual) for numbers, actual in pairs):
        return BundleMistake("wrong-sign", "it has the wrong sign")
    factor = _factor(pairs)
    if factor is not None:
        return _of_factor(program, bundles, factor, claim.text)
    for other in bundles.groups:
        name = f"d{other.name}"
        if other.name == group.name or other.shape != group.shape:
            continue
        if all(same(numbers, point.numbers[name]) for numbers, point in zip(got, points, strict=True)):
            said = _said(other)
            message = f"it is the gradient of {said}: the derivative of {said} by {group.name} is missing"
            return BundleMistake("missing-inner-derivative", message)
    found = _one_of_a_sum(bundles, points, claim, got, forms) or _edited(bundles, points, claim, forms)
    if found is not None:
        return found
    return _symmetric_alone(program, bundles, points, claim)


def _said(group: Group) -> str:
    return group.name if group.is_given else group.expression or group.name


def _factor(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float | None:
    """The number that the claim is too large by, everywhere the same; None where there is none."""
    entries = [(x, y) for numbers, actual in pairs for x, y in zip(numbers, actual, strict=True)]
    if not all(math.isfinite(x) for x, _ in entries) or any(abs(y) <= TINY < abs(x) for x, y in entries):
        return None
    ratios = [x / y for x, y in entries if abs(y) > TINY]
    if not ratios or any(abs(ratio - ratios[0]) > 1e-6 * abs(ratios[0]) for ratio in ratios) or not ratios[0]:
        return None
    return ratios[0]


def _of_factor(program: Program, bundles: Bundles, factor: float, text: str) -> BundleMistake:
    lengths = {length for group in bundles.groups for length in (*group.shape, len(group.entries))} - {1}
    lengths |= set(bundles.sizes.values())
    for length in sorted(lengths):
        if _has_mean(bundles, program.source.text) and math.isclose(factor, length, rel_tol=1e-6):
            name = next((f" ({size})" for size, value in bundles.sizes.items() if value == length), "")
            return BundleMistake("missing-mean", f"it is {length} times too large: the mean divides by {length}{name}")
        if _has_mean(bundles, text) and math.isclose(factor * length, 1, rel_tol=1e-6):
            message = f"it is {length} times too small: a sum is not divided by {length}"
            return BundleMistake("missing-sum", message)
    return BundleMistake("constant-factor", f"it is {factor:.6g} times the gradient")


def _has_mean(bundles: Bundles, text: str) -> bool:
    """Whether a mean stands in a text, or what divides by the name of a size or by a number of them."""
    return "mean(" in text or any(re.search(rf"/[ (]*(?:\d*\*?)?{re.escape(size)}\b", text) for size in bundles.sizes)


_SUM = re.compile(r"sum\(((?:\w+=[^,]+, )+)(.*)\)")


def _one_of_a_sum(
    bundles: Bundles, points: Sequence[Point], claim: BundleClaim, got: Sequence[Sequence[float]], forms: Sequence[Form]
) -> BundleMistake | None:
    """A claim that is what one row, one column or one value of an index gives, where the gradient is their sum."""
    own = claim.group.entries[0]
    whole = (group for group in bundles.groups if group.is_whole and own not in group.entries)
    others = sorted(whole, key=lambda group: not group.is_given)
    for (sign, minus), other in product(((1, ""), (-1, "minus ")), others):
        gradients = [point.numbers[f"d{other.name}"] for point in points]
        for what, cells in _lines(claim.group.shape, other):
            pairs = zip(got, gradients, strict=True)
            if all(same(numbers, [sign * gradient[cell] for cell in cells]) for numbers, gradient in pairs):
                message = f"it is {minus}{what} of the gradient of {_said(other)}: the sum over all is missing"
                return BundleMistake("missing-sum", message)
    match = _SUM.fullmatch(forms[0].named) if len(forms) == 1 and claim.group.shape == NUMBER else None
    if match is None:
        return None
    runs = match[1].removesuffix(", ")
    try:
        terms = BundleFormula(bundles, f"terms_[{runs}] = {match[2]}", points[0].numbers)
    except GradxError:
        return None
    every = [terms.at(point.numbers) for point in points]
    for k in range(len(every[0])):
        if all(same(numbers, [values[k]]) for numbers, values in zip(got, every, strict=True)):
            message = f"it is one of {len(every[0])} terms alone: the sum over {runs} is missing"
            return BundleMistake("missing-sum", message)
    return None


def _lines(shape: Shape, whole: Group) -> Iterator[tuple[str, list[int]]]:
    """The columns, rows or entries of a group that have a shape, each with its cells."""
    rows, columns = whole.shape
    if shape == (rows, 1) and columns > 1 < rows:
        yield from ((f"column {j + 1}", [i * columns + j for i in range(rows)]) for j in range(columns))
    if shape == (1, columns) and rows > 1 < columns:
        yield from ((f"row {i + 1}", [i * columns + j for j in range(columns)]) for i in range(rows))
    if shape == NUMBER and rows * columns > 1:
        yield from ((f"entry {k + 1}", [k]) for k in range(rows * columns))


def _edited(
    bundles: Bundles, points: Sequence[Point], claim: BundleClaim, forms: Sequence[Form]
) -> BundleMistake | None:
    """A claim that is right with one thing changed, or with one term of the gradient more."""
    names = [mark + name for name in bundles.by_name for mark in ("", "d")]
    for edit in edits(claim.text, names):
        if is_right(bundles, edit.text, claim.group, points):
            return BundleMistake(edit.kind, f"{edit.said}: {edit.text} would be right")
    for term in terms_of(forms[0].named) if len(forms) == 1 else ():
        if is_right(bundles, f"({claim.text}) + {term}", claim.group, points):
            return BundleMistake("missing-term", f"a term is missing: {term}")
    return None


def _symmetric_alone(
    program: Program, bundles: ReadBundles, points: Sequence[Point], claim: BundleClaim
) -> BundleMistake | None:
    """A claim that is right where square matrices are symmetric: as few of them as that takes."""
    first = points[0].numbers
    point = {name: x for g in bundles.groups if g.is_input for name, x in zip(g.names, first[g.name], strict=True)}
    formula = BundleFormula(bundles, claim.text, first)

    def is_right_where(names: Sequence[str]) -> bool:
        tried = points_around(program, point, keep=partial(symmetric, bundles, names)).points
        return bool(tried) and all(
            same(numbers, gradient_of(bundles, p.numbers, claim.group)) for p, numbers in formula.along(tried)
        )

    square = [g.name for g in bundles.groups if g.is_input and g.shape[0] == g.shape[1] > 1]
    if not square or not is_right_where(square):
        return None
    for name in square[::-1]:
        fewer = [other for other in square if other != name]
        square = fewer if is_right_where(fewer) else square
    said = f"{' and '.join(square)} {'is' if len(square) == 1 else 'are'} symmetric"
    return BundleMistake("assumes-symmetric", f"it is right only where {said}")


_PLUS, _MINUS = TABLE["+"], TABLE["-"]
_TURNED = ("name", "entry", "layer", "apply", "call", "bracket")
"""Forms that may be a matrix."""

EditKind = Literal["missing-transpose", "wrong-order", "wrong-sign", "extra-term"]


class Edit(NamedTuple):
    """A formula with one thing changed, and what was wrong if it is right."""

    kind: EditKind
    said: str
    text: str


def edits(text: str, known: Iterable[str]) -> Iterator[Edit]:
    """One transpose more or less, one product turned round, one sign changed, one term left out. `known`: the names
    that have a value. Raises as `read_formula`."""
    trees = Trees()
    root = next(iter(Statements(Source("claim", text), trees, known))).root
    nodes = trees.nodes[: root + 1]
    for k, tree in enumerate(nodes):
        if tree.form in _TURNED:
            is_turned = is_transpose(tree, nodes, ())
            turned = _in_place(nodes, k, nodes[tree.inputs[0]]) if is_turned else _with_transpose(nodes, k)
            yield Edit("missing-transpose", "a transpose is missing or too many", turned)
    for k, tree in enumerate(nodes):
        if tree.row in (*PRODUCTS, TABLE["*"], ENTRYWISE):
            row = BESIDE if tree.row is BESIDE else MATRIX
            swapped = _in_place(nodes, k, tree._replace(row=row, inputs=tree.inputs[::-1]))
            yield Edit("wrong-order", "the product is the wrong way round", swapped)
    for k, tree in enumerate(nodes):
        if tree.row in (_PLUS, _MINUS):
            other = _MINUS if tree.row is _PLUS else _PLUS
            for row, inputs in ((other, tree.inputs), (_MINUS, tree.inputs[::-1])):
                yield Edit("wrong-sign", "a sign is wrong", _in_place(nodes, k, tree._replace(row=row, inputs=inputs)))
    for k, tree in enumerate(nodes):
        if tree.row in (_PLUS, _MINUS):
            yield Edit("extra-term", "a term is too many", _in_place(nodes, k, nodes[tree.inputs[0]]))


def terms_of(text: str) -> list[str]:
    """The terms that a formula adds, each with its sign."""
    trees = Trees()
    root = next(iter(Statements(Source("formula", text), trees))).root
    written = texts(trees.nodes, 0, root)
    found, waiting = [], [(root, "")]
    while waiting:
        k, sign = waiting.pop()
        tree = trees.nodes[k]
        if tree.row in (_PLUS, _MINUS):
            a, b = tree.inputs
            waiting += [(b, sign if tree.row is _PLUS else "" if sign else "-"), (a, sign)]
        else:
            found.append(f"-({written[k][0]})" if sign else written[k][0])
    return found


def _in_place(nodes: Sequence[Tree], k: int, tree: Tree) -> str:
    """The formula with another node in the place of one."""
    return _written([*nodes[:k], tree, *nodes[k + 1 :]])


def _with_transpose(nodes: Sequence[Tree], k: int) -> str:
    """The formula with the transpose of a node in its place: nodes behind it are one farther."""
    later = (each._replace(inputs=tuple(i + (i >= k) for i in each.inputs)) for each in nodes[k + 1 :])
    return _written([*nodes[: k + 1], Tree("apply", (k,), NOWHERE, TRANSPOSED), *later])


def _written(nodes: Sequence[Tree]) -> str:
    return texts(nodes, 0, len(nodes) - 1)[len(nodes) - 1][0]
