"""The page of `explain` for a program with bundles: forward a line a statement, backward a formula a gradient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gradx.bundle import Group, Shape, shape_text
from gradx.language.latex import latex_name
from gradx.point.bundle_report import BundleReport, bundle_reports
from gradx.point.exploration import Exploration
from gradx_cli.answer import Answer, Medium, Record, selected
from gradx_cli.blocks import GAP, Block, Equation, Equations, Heading, Sentence, Title
from gradx_cli.escape import safe
from gradx_cli.notation import TextNotation
from gradx_cli.numbers import shown
from gradx_cli.pages.bundle_numbers import Gradients, bmatrix, called, doubts, in_line, matrices, point
from gradx_cli.pages.bundle_numbers import backward as in_order
from gradx_cli.pages.bundle_picture import BundlePicture
from gradx_cli.pages.conclusion import opening, title
from gradx_cli.terminal import LONGEST_TITLE

PRODUCT = re.compile(r"(\w+)(\^T)? (\w+)(\^T)?")
"""A matrix product: of the first from either side one entry is written out."""

LONGEST_SUM = 2
"""Terms that are written out; of more the first and the last."""


def answer(exploration: Exploration, digits: int, step: int | None = None) -> Answer:
    """Both passes, whole bundles at a time; the steps as an object; a row a term. Backprop stops where the picture of
    that `step` does."""
    forward = list(bundle_reports(exploration))
    backward = _stopped(exploration, in_order(forward), step)
    told = Gradients(exploration, digits)

    def page(medium: Medium) -> Iterator[Block]:
        longest = None if medium.whole else LONGEST_TITLE
        there, back = ([report for report in reports if report.group.is_given] for reports in (forward, backward))
        yield from (GAP, Title(title(exploration, digits, longest)), GAP)
        yield Heading("forward →", "Forward pass", "forward")
        yield from _forward(told, there, medium)
        yield from (GAP, Heading("backward ←", "Backpropagation, from right to left", "backward"))
        yield from told.written(back, medium, _entries(told, there))
        doubtful = list(doubts(forward))
        yield from [GAP, *doubtful] if doubtful else ()

    return Answer(page, _records(told, forward, backward), _rows(told, backward), exploration.warnings)


def _stopped(exploration: Exploration, backward: list[BundleReport], step: int | None) -> list[BundleReport]:
    """What backprop has reached after so many boxes of the picture."""
    if step is None:
        return backward
    picture = BundlePicture(exploration.program, exploration, step)
    reached = {picture.called(box) for box in picture.visits[:step]}
    return [report for report in backward if report.group.name in reached]


def _forward(told: Gradients, reports: Sequence[BundleReport], medium: Medium) -> Iterator[Block]:
    """The values, and what each is made of; see `Gradients.written`."""
    is_text, rows = medium.notation is TextNotation, []
    for report in reports:
        group, expression = report.group, report.group.expression or ""
        numbers = in_line(group, report.values, told.digits)
        if medium.document:
            what = "" if group.is_input else f" = {expression}"
            yield Sentence(safe(f"{group.name}{what} = {numbers}"))
        elif is_text:
            chain = (numbers,) if group.is_input else (safe(expression), numbers)
            rows.append(Equation(called(group), chain, matrices=matrices(group, report.values, told.digits)))
        else:
            number = bmatrix(group, report.values, told.digits)
            chain = (number,) if group.is_input else (told.formula(expression), number)
            rows.append(Equation(latex_name(group.name), chain))
    if not medium.document:
        yield Equations(rows, "forward", airy=not is_text)


def _entries(told: Gradients, reports: Sequence[BundleReport]) -> Callable[[BundleReport], Iterator[Equation]]:
    """What writes an entry of a matrix product out: of the first that begins with a value, and with a gradient."""
    known = {report.group.name: report for report in reports}
    written_out: set[bool] = set()

    def entries(report: BundleReport) -> Iterator[Equation]:
        own = told.own(report)
        entry = _entry(report, own[0].named, known, told.digits) if len(own) == 1 else None
        is_value_first = bool(own) and re.split(r"[ ^]", own[0].named)[0] in known
        if entry is not None and is_value_first not in written_out:
            written_out.add(is_value_first)
            yield entry

    return entries


class _Factor(NamedTuple):
    """One side of a matrix product, as it stands in a formula."""

    group: Group
    numbers: Sequence[float | None]
    mark: str
    is_transposed: bool

    @property
    def shape(self) -> Shape:
        rows, columns = self.group.shape
        return (columns, rows) if self.is_transposed else (rows, columns)

    def entry(self, row: int, column: int) -> tuple[str, float | None]:
        """The name and the value of an entry, counted from 0."""
        if self.is_transposed:
            row, column = column, row
        k = row * self.group.shape[1] + column
        return safe(self.mark + self.group.names[k]), self.numbers[k]


def _factor_of(name: str, mark: str | None, known: Mapping[str, BundleReport]) -> _Factor | None:
    """The values of a group, or its gradient where the name is `dW`."""
    report = known.get(name) or known.get(name.removeprefix("d"))
    if report is None or report.group.indices:
        return None
    numbers, prefix = (report.values, "") if name in known else (report.gradients, "d")
    return _Factor(report.group, numbers, prefix, mark is not None)


def _entry(report: BundleReport, form: str, known: Mapping[str, BundleReport], digits: int) -> Equation | None:
    """An entry of a matrix product: `dW[1,2] = dZ[1]·x[2] = 2·2 = 4`; of a long sum the first and the last term."""
    match = PRODUCT.fullmatch(form)
    if match is None:
        return None
    left, right = _factor_of(match[1], match[2], known), _factor_of(match[3], match[4], known)
    if left is None or right is None or left.shape[1] != right.shape[0]:
        return None
    inner, shape = left.shape[1], (left.shape[0], right.shape[1])
    if shape != report.group.shape or report.group.is_number:
        return None
    j = min(1, shape[1] - 1)
    terms = [(*left.entry(0, k), *right.entry(k, j)) for k in range(inner)]
    gap = len(terms) > LONGEST_SUM
    terms = [terms[0], terms[-1]] if gap else terms
    symbols = [f"{one}·{other}" for one, _, other, _ in terms]
    numbers = [
        f"{_factor(a, digits) if k else shown(a, digits)}·{_factor(b, digits)}" for k, (_, a, _, b) in enumerate(terms)
    ]
    between = " + … + " if gap else " + "
    value = shown(report.gradients[j], digits)
    name = safe(f"d{report.group.names[j]}")
    return Equation(name, (between.join(symbols), between.join(numbers), value))


def _factor(x: float | None, digits: int) -> str:
    text = shown(x, digits)
    return f"({text})" if text.startswith("-") else text


def _via(formula: str, reports: Sequence[BundleReport]) -> str | None:
    """The node through which a gradient comes back: the first gradient in its formula."""
    names = {report.group.name for report in reports}
    return next((word[1:] for word in re.findall(r"d\w+", formula) if word[1:] in names), None)


def _records(told: Gradients, forward: Sequence[BundleReport], backward: Sequence[BundleReport]) -> Iterator[Record]:
    yield {
        **opening("explain", told.exploration),
        "point": point(forward),
        "steps": [
            {
                "node": report.group.name,
                "gradient": list(report.gradients),
                "shape": list(report.group.shape),
                "terms": [
                    {"via": _via(form.formula, forward), **selected(form, "target", "formula")}
                    for form in told.own(report)
                ],
            }
            for report in backward
        ],
    }


def _rows(told: Gradients, backward: Sequence[BundleReport]) -> Iterator[Record]:
    for report in backward:
        group = report.group
        shape = "" if group.is_number else shape_text(group.shape)
        for form in told.own(report) or (None,):
            yield {
                "node": group.name,
                "shape": shape,
                "formula": form and f"{form.target} {form.sign} {form.formula}",
                "named": form and f"{form.target} {form.sign} {form.named}",
            }
