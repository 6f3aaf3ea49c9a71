"""Claims of whole gradients, `dW = dZ x^T`: held against backprop at many points, entry by entry, and what went wrong.

A claim that is not the gradient is compared with what each usual slip gives: a sign, a mean that was forgotten, a
factor of the chain rule left out, a product the wrong way round, a matrix that was taken for a symmetric one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from gradx.bundle import NUMBER, Bundles, Group, Shape, shape_text
from gradx.derive.matrix_forms import matrix_forms
from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.reading import Formula, read_formula
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.values import Value
from gradx.language.program import Program
from gradx.lessons.bundle_points import Numbers, Point, points_around, points_of_shares
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Options, judged
from gradx.sweeps.forward import forward

CLOSE = 1e-8
"""As near as two numbers must be, relatively to the largest of their bundle."""

TINY = 1e-12
"""A gradient that is no larger is 0."""

NO_DERIVATIVE = ("kink", "edge", "jump", "vertical")

BundleKind = Literal[
    "shape", "missing-transpose", "wrong-order", "missing-sum", "missing-mean", "assumes-symmetric", "wrong-sign",
    "missing-inner-derivative", "constant-factor",
]  # fmt: skip


class BundleClaim(NamedTuple):
    """`dW = FORMULA`: whose gradient, the formula, and the word that says so."""

    group: Group
    text: str
    source: Source


class BundleMistake(NamedTuple):
    kind: BundleKind
    message: str


class Difference(NamedTuple):
    """An entry in which a claim is not the gradient, and the point: the values given, or some near them."""

    entry: str
    claimed: float
    actual: float
    point: Point


@dataclass(frozen=True, slots=True)
class BundleChecked:
    """A claim and what is known of it. `correct_formula` is the matrix form where there is one."""

    claim: BundleClaim
    status: Literal["correct", "wrong", "undecided"]
    points: int
    skipped: int
    correct_formula: str | None
    difference: Difference | None
    mistake: BundleMistake | None
    remark: str | None = None
    """What was held, and which points decide nothing."""


def read_claim(bundles: Bundles, word: str) -> BundleClaim:
    """Read `dW=FORMULA`. GradxError("claim") where it names no node."""
    head, equals, text = word.partition("=")
    name = head.strip().removeprefix("d")
    source = Source(f"claim {name}", word)
    group = bundles.by_name.get(name) or _entry(bundles, name)
    if not equals or not head.strip().startswith("d") or group is None or not text.strip():
        known = ", ".join(f"d{group.name}" for group in bundles.groups[:8])
        message = f"{word!r} claims no gradient"
        raise GradxError("claim", message, hint=f"write {known} = a formula", span=Span(source, 0, max(1, len(head))))
    return BundleClaim(group, text.strip(), source)


def _entry(bundles: Bundles, name: str) -> Group | None:
    """One entry, `w[2]` or `w2`, as a number of its own."""
    place = re.fullmatch(r"(\w*[^\W\d])([0-9]+)", name)
    wanted = f"{place[1]}[{place[2]}]" if place else name.replace(" ", "")
    for group in bundles.groups:
        if wanted.startswith(f"{group.name}["):
            for name, node in zip(group.names, group.entries, strict=True):
                if name == wanted:
                    return replace(group, name=wanted, shape=NUMBER, entries=(node,), indices=())
    return None


def _gradient(bundles: Bundles, numbers: Numbers, group: Group) -> Sequence[float]:
    """The gradient of a group, or of an entry of one, at a point."""
    found = numbers.get(f"d{group.name}")
    if found is not None:
        return found
    owner = next(each for each in bundles.groups if group.entries[0] in each.entries)
    return [numbers[f"d{owner.name}"][owner.entries.index(group.entries[0])]]


def check_bundles(program: Program, point: Mapping[str, float], claims: Sequence[BundleClaim]) -> list[BundleChecked]:
    """The claims, checked at `point` (every entry's value by its name) and at points around it.

    Raises `GradxError` for a claim that cannot be read.
    """
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    found = points_around(program, point)
    points, held = found.points, found.held
    forms = matrix_forms(bundles, program.graph.names[program.graph.output])
    results = []
    for claim in claims:
        own = forms.get(claim.group.name)
        smooth = _smooth(program, point, points, claim.group)
        result = _checked(program, bundles, smooth, claim, own)
        result = _remarked(result, held, len(points) - len(smooth))
        results.append(_of_shares(program, bundles, point, result, own))
    return results


def _smooth(program: Program, point: Mapping[str, float], points: Sequence[Point], group: Group) -> Sequence[Point]:
    """The points, without the one that is given where an entry of the group has no derivative there."""
    if not points or not points[0].is_given:
        return points
    graph = program.graph
    at = {i: point[graph.names[i]] for i in graph.inputs}
    judgement = judged(graph, forward(graph, FLOAT64, at), at, group.entries, Options(), ())[1]
    bent = any(judgement.gradients[i].status in NO_DERIVATIVE for i in group.entries)
    return points[1:] if bent else points


def _remarked(result: BundleChecked, held: Sequence[str], skipped: int) -> BundleChecked:
    said = [f"{' and '.join(held)} held"] * bool(held)
    said += ["no derivative at the point given"] * bool(skipped)
    return replace(result, skipped=skipped, remark="; ".join(said) or None)


def _of_shares(
    program: Program, bundles: ReadBundles, point: Mapping[str, float], result: BundleChecked,
    forms: Sequence[object] | None,
) -> BundleChecked:  # fmt: skip
    """A claim that is right wherever labels sum to 1, as `p - y` of a softmax, is right, and what was held is said; so
    is a slip that leads to it there."""
    if result.status != "wrong" or result.difference is None:
        return result
    for found, held in points_of_shares(program, point, result.claim.group.name.partition("[")[0]):
        again = _checked(program, bundles, found.points, result.claim, forms)
        if again.status == "correct" or (result.mistake is None and again.mistake is not None):
            return replace(again, skipped=result.skipped, remark=held)
    return result


class _Formula:
    """A formula of values and gradients, to be evaluated at many points."""

    def __init__(self, bundles: Bundles, text: str, numbers: Numbers, source: str = "formula") -> None:
        self.values = list(_values(bundles, numbers))
        self._read: Formula = read_formula(text, self.values, source)
        self.shape: Shape = self._read.shape

    def at(self, numbers: Numbers) -> list[float]:
        graph = self._read.graph
        at = {}
        for i in graph.inputs:
            name, _, place = graph.names[i].partition("[")
            at[i] = numbers[name][self._index(name, place)] if name in numbers else self._read.point[i]
        run = forward(graph, FLOAT64, at)
        return [run.values[i] for i in self._read.nodes]

    def _index(self, name: str, place: str) -> int:
        if not place:
            return 0
        shape = next(value.shape for value in self.values if value.name == name)
        row, _, column = place.rstrip("]").partition(",")
        return int(row) - 1 if not column else (int(row) - 1) * shape[1] + int(column) - 1


def _values(bundles: Bundles, numbers: Numbers) -> Iterator[Value]:
    nowhere = Span(Source("formula", ""), 0, 0)
    for group in bundles.groups:
        if group.is_whole:
            for name in (group.name, f"d{group.name}"):
                own = tuple(numbers[name])
                yield Value(name, group.shape, own, tuple(map(repr, own)), nowhere)
    for name, size in bundles.sizes.items():
        yield Value(name, NUMBER, (float(size),), (str(size),), nowhere)


def _checked(
    program: Program,
    bundles: ReadBundles,
    points: Sequence[Point],
    claim: BundleClaim,
    forms: Sequence[object] | None,
) -> BundleChecked:
    group = claim.group
    if not points:
        return BundleChecked(claim, "undecided", 0, 0, None, None, None)
    correct = _correct(bundles, group, points, forms)
    try:
        formula = _Formula(bundles, claim.text, points[0].numbers, claim.source.name)
    except GradxError as error:
        if error.problem.kind != "shape":
            raise _moved(error, claim) from None
        return BundleChecked(claim, "wrong", 1, 0, correct, None, BundleMistake("shape", error.problem.message))
    if formula.shape != group.shape:
        one = "a number" if formula.shape == NUMBER else shape_text(formula.shape)
        other = "a number" if group.shape == NUMBER else shape_text(group.shape)
        message = f"the gradient of {group.name} is {other}, as {group.name} is, and {claim.text} is {one}"
        return BundleChecked(claim, "wrong", 1, 0, correct, None, BundleMistake("shape", message))
    wanted = [_gradient(bundles, point.numbers, group) for point in points]
    got = [formula.at(point.numbers) for point in points]
    for point, numbers, actual in zip(points, got, wanted, strict=True):
        if not _same(numbers, actual):
            difference = _difference(group, numbers, actual, point)
            mistake = _mistake(program, bundles, points, claim, got)
            return BundleChecked(claim, "wrong", len(points), 0, correct, difference, mistake)
    return BundleChecked(claim, "correct", len(points), 0, correct, None, None)


def _difference(group: Group, numbers: Sequence[float], actual: Sequence[float], point: Point) -> Difference:
    """The entry that is farthest off; one without a value is farther than all others."""
    off = [abs(x - y) if math.isfinite(x) else math.inf for x, y in zip(numbers, actual, strict=True)]
    worst = off.index(max(off))
    return Difference(group.names[worst], numbers[worst], actual[worst], point)


def _moved(error: GradxError, claim: BundleClaim) -> GradxError:
    """An error in a formula as one in the claim that holds it."""
    problem = error.problem
    at = claim.source.text.index("=") + 1
    at += len(claim.source.text[at:]) - len(claim.source.text[at:].lstrip())
    span = problem.span and Span(claim.source, at + problem.span.offset, problem.span.length)
    return GradxError("claim", problem.message, hint=problem.hint, span=span)


def _correct(bundles: ReadBundles, group: Group, points: Sequence[Point], forms: Sequence[object] | None) -> str | None:
    """The matrix form, where it is one formula and worth the gradient."""
    if not forms or len(forms) != 1:
        return None
    form = forms[0]
    named, target = getattr(form, "named", ""), getattr(form, "target", "")
    if target != f"d{group.name}":
        return None
    try:
        formula = _Formula(bundles, named, points[0].numbers)
    except GradxError:
        return None
    same = formula.shape == group.shape and all(
        _same(formula.at(point.numbers), _gradient(bundles, point.numbers, group)) for point in points
    )
    return named if same else None


def _same(numbers: Sequence[float], others: Sequence[float]) -> bool:
    largest = max((abs(x) for x in others), default=0.0)
    return all(abs(x - y) <= CLOSE * max(largest, 1e-300) for x, y in zip(numbers, others, strict=True))


def _mistake(
    program: Program,
    bundles: ReadBundles,
    points: Sequence[Point],
    claim: BundleClaim,
    got: Sequence[Sequence[float]],
) -> BundleMistake | None:
    """The usual slip that leads to the claim."""
    group = claim.group
    wanted = [_gradient(bundles, point.numbers, group) for point in points]
    pairs = list(zip(got, wanted, strict=True))
    if all(_same([-x for x in numbers], actual) for numbers, actual in pairs):
        return BundleMistake("wrong-sign", "it has the wrong sign")
    factor = _factor(pairs)
    if factor is not None:
        return _of_factor(bundles, factor)
    for other in bundles.groups:
        name = f"d{other.name}"
        if other.name == group.name or other.shape != group.shape:
            continue
        if all(_same(numbers, point.numbers[name]) for numbers, point in zip(got, points, strict=True)):
            said = _said(other)
            message = f"it is the gradient of {said}: the derivative of {said} by {group.name} is missing"
            return BundleMistake("missing-inner-derivative", message)
    turned = _turned(bundles, points, claim, wanted)
    if turned is not None:
        return turned
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


def _of_factor(bundles: Bundles, factor: float) -> BundleMistake:
    lengths = {length for group in bundles.groups for length in (*group.shape, len(group.entries))} - {1}
    lengths |= set(bundles.sizes.values())
    for length in sorted(lengths):
        if length > 1 and math.isclose(factor, length, rel_tol=1e-6):
            name = next((f" ({size})" for size, value in bundles.sizes.items() if value == length), "")
            return BundleMistake("missing-mean", f"it is {length} times too large: the mean divides by {length}{name}")
    return BundleMistake("constant-factor", f"it is {factor:.6g} times the gradient")


def _turned(
    bundles: Bundles, points: Sequence[Point], claim: BundleClaim, wanted: Sequence[Sequence[float]]
) -> BundleMistake | None:
    """A transpose that is missing, or a product the wrong way round."""
    for kind, text in _variants(claim.text):
        try:
            formula = _Formula(bundles, text, points[0].numbers)
        except GradxError:
            continue
        if formula.shape == claim.group.shape and all(
            _same(formula.at(point.numbers), actual) for point, actual in zip(points, wanted, strict=True)
        ):
            said = (
                "a transpose is missing or too many"
                if kind == "missing-transpose"
                else "the product is the wrong way round"
            )
            return BundleMistake(kind, f"{said}: {text} would be right")
    return None


_WORD = re.compile(r"(?<![\w.])([^\W\d]\w*)(\^T|'|\.T|ᵀ)?(?![\w(\[])")


def _variants(text: str) -> Iterator[tuple[BundleKind, str]]:
    """The claim with one transpose more or less, with two factors swapped, with what stands entry by entry as a matrix
    product."""
    for match in _WORD.finditer(text):
        name, mark = match[1], match[2]
        turned = name if mark else f"{name}^T"
        yield "missing-transpose", text[: match.start()] + turned + text[match.end() :]
    matches = list(_WORD.finditer(text))
    for one, other in pairwise(matches):
        between = text[one.end() : other.start()]
        if between.strip() in ("", "@", "*", ".*", "⊙", "·"):
            swapped = f"{other[0]} @ {one[0]}"
            yield "wrong-order", text[: one.start()] + swapped + text[other.end() :]
    yield "missing-transpose", f"({text})^T"


def _symmetric_alone(
    program: Program, bundles: ReadBundles, points: Sequence[Point], claim: BundleClaim
) -> BundleMistake | None:
    """A claim that is right where every square matrix is symmetric."""
    square = [g.name for g in bundles.groups if g.is_input and g.shape[0] == g.shape[1] > 1]
    if not square:
        return None
    first = points[0].numbers
    point = {name: x for g in bundles.groups if g.is_input for name, x in zip(g.names, first[g.name], strict=True)}
    formula = _Formula(bundles, claim.text, first)
    tried = points_around(program, point, symmetric=True).points
    if tried and all(_same(formula.at(p.numbers), _gradient(bundles, p.numbers, claim.group)) for p in tried):
        said = " and ".join(square)
        return BundleMistake(
            "assumes-symmetric", f"it is right only where {said} {'is' if len(square) == 1 else 'are'} symmetric"
        )
    return None
