"""Claims of whole gradients, `dW = dZ x^T`: held against backprop at many points, entry by entry, and what went wrong.

A claim that is not the gradient is compared with what each usual slip gives: a sign, a mean that was forgotten, a
factor of the chain rule left out, a product the wrong way round, a matrix that was taken for a symmetric one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from gradx.bundle import NUMBER, Bundles, Group
from gradx.derive.matrix_forms import Form, matrix_forms
from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.names import RUN_OF_LETTERS
from gradx.language.bundles.steps import ReadBundles
from gradx.language.program import Program
from gradx.language.suggestions import close_name
from gradx.lessons.bundle_mistakes import BundleClaim, BundleMistake, is_right, misshapen, mistake_of
from gradx.lessons.bundle_points import BundleFormula, Point, gradient_of, points_around, points_of_shares
from gradx.lessons.bundle_shapes import larger
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Options, judged
from gradx.sweeps.forward import forward

NO_DERIVATIVE = ("kink", "edge", "jump", "vertical")


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
        names = [group.name for group in bundles.groups if group.is_given]
        close = close_name(name, names)
        message = (
            f"{word!r} claims no gradient" if group else f"the program has no {name}, whose gradient that would be"
        )
        hint = (
            f"did you mean d{close}?" if close else f"write {', '.join(f'd{each}' for each in names[:8])} = a formula"
        )
        raise GradxError("claim", message, hint=hint, span=Span(source, 0, max(1, len(head.rstrip()))))
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


def check_bundles(program: Program, point: Mapping[str, float], claims: Sequence[BundleClaim]) -> list[BundleChecked]:
    """The claims, checked at `point` (every entry's value by its name) and at points around it.

    Raises `GradxError` for a claim that cannot be read.
    """
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    found = points_around(program, point)
    points = found.points
    forms = matrix_forms(bundles, program.graph.names[program.graph.output])
    results = []
    for claim in claims:
        own = forms.get(claim.group.name.partition("[")[0])
        smooth = _smooth(program, point, points, claim.group)
        skipped = len(points) - len(smooth)
        said = [f"{' and '.join(found.held)} held"] * bool(found.held)
        said += ["no derivative at the point given"] * bool(skipped)
        result = _checked(program, bundles, smooth, claim, own)
        result = replace(result, skipped=skipped, remark="; ".join(said) or None)
        result = _of_shares(program, bundles, point, result, own)
        results.append(_of_one(program, point, result) if result.status == "correct" else result)
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


def _of_shares(
    program: Program, bundles: ReadBundles, point: Mapping[str, float], result: BundleChecked,
    forms: Sequence[Form] | None,
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


def _of_one(program: Program, point: Mapping[str, float], result: BundleChecked) -> BundleChecked:
    """A claim that is right; what is said of it where a layer of two units, or a batch of two rows, makes it wrong."""
    name = result.claim.group.name
    for more in larger(program, point) if not result.claim.group.is_number else ():
        bundles = more.program.bundles
        assert isinstance(bundles, ReadBundles)
        group, points = bundles.by_name.get(name), points_around(more.program, more.point).points
        if group is None or not points or is_right(bundles, result.claim.text, group, points):
            continue
        own = matrix_forms(bundles, more.program.graph.names[more.program.graph.output]).get(name)
        correct = _correct(bundles, group, points, own)
        if correct is not None:
            said = f"right only because {more.said}: with two, {correct} is right, and this is not"
            return replace(result, remark="; ".join(filter(None, (result.remark, said))))
    return result


def _checked(
    program: Program, bundles: ReadBundles, points: Sequence[Point], claim: BundleClaim, forms: Sequence[Form] | None
) -> BundleChecked:
    group = claim.group
    if not points:
        return BundleChecked(claim, "undecided", 0, 0, None, None, None)
    correct = _correct(bundles, group, points, forms)
    try:
        formula = BundleFormula(bundles, claim.text, points[0].numbers, claim.source.name)
    except GradxError as error:
        if error.problem.kind != "shape":
            raise _moved(_no_name(bundles, error) if error.problem.kind == "binding" else error, claim) from None
        return BundleChecked(claim, "wrong", 1, 0, correct, None, BundleMistake("shape", error.problem.message))
    if formula.shape != group.shape:
        return BundleChecked(claim, "wrong", 1, 0, correct, None, misshapen(bundles, points, claim, formula.shape))
    tried = formula.along(points)
    for point, numbers in tried:
        if not formula.agrees(bundles, group, point, numbers):
            # Far out tanh and its like are all but constant: what leads to a formula is seen where they are not.
            near = [(p, at) for p, at in tried if point.is_far or not p.is_far]
            mistake = mistake_of(program, bundles, [p for p, _ in near], claim, [at for _, at in near], forms or ())
            difference = _difference(bundles, group, numbers, point)
            return BundleChecked(claim, "wrong", len(tried), 0, correct, difference, mistake)
    beside = formula.beside(bundles, points)
    for point, numbers in beside:
        if not formula.agrees(bundles, group, point, numbers):
            difference = _difference(bundles, group, numbers, point)
            return BundleChecked(claim, "wrong", len(tried) + len(beside), 0, correct, difference, None)
    return BundleChecked(claim, "correct", len(tried) + len(beside), 0, correct, None, None)


def _no_name(bundles: Bundles, error: GradxError) -> GradxError:
    """An error of a claim in which a name stands that the program does not have."""
    span = error.problem.span
    assert span is not None
    name = span.source.text[span.offset : span.offset + span.length]
    if (error.problem.hint or "").startswith(RUN_OF_LETTERS):
        return error
    close = close_name(name, {mark + known for known in bundles.by_name for mark in ("", "d")})
    listed = ", ".join(group.name for group in bundles.groups if group.is_given)
    hint = f"did you mean {close}?" if close else f"its names are {listed}, and dNAME is the gradient of each"
    return GradxError("claim", f"`{name}` is no name of the program", hint=hint, span=span)


def _difference(bundles: Bundles, group: Group, numbers: Sequence[float], point: Point) -> Difference:
    """The entry that is farthest off; one without a value is farther than all others."""
    actual = gradient_of(bundles, point.numbers, group)
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


def _correct(bundles: ReadBundles, group: Group, points: Sequence[Point], forms: Sequence[Form] | None) -> str | None:
    """The matrix form, where it is one formula and worth the gradient; of an entry that of the whole, and the entry."""
    whole, _, place = group.name.partition("[")
    if not forms or len(forms) != 1 or forms[0].target != f"d{whole}":
        return None
    formula = f"({forms[0].named})[{place}" if place else forms[0].named
    return formula if is_right(bundles, formula, group, points) else None
