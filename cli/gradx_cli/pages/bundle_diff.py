"""The page of `diff` for a program with bundles: the matrix form of each gradient, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, partial

from gradx.derive.matrix_forms import Form
from gradx.point.bundle_report import BundleReport, bundle_reports
from gradx.point.exploration import Exploration
from gradx.point.held_forms import Forms, held_forms
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Equations, Item, Items, Sentence, Title
from gradx_cli.escape import safe
from gradx_cli.notation import TextNotation
from gradx_cli.pages.bundle_gradients import DEFAULT_DIGITS, MOST_DIGITS, Set, backward, equations, sentence
from gradx_cli.pages.conclusion import conclusion, title, value_record
from gradx_cli.terminal import LONGEST_TITLE


def answer(exploration: Exploration, wanted: Sequence[str], digits: int) -> Answer:
    """The gradients of the groups `wanted` as equations, as an object, one a row."""
    reports = {report.group.name: report for report in bundle_reports(exploration, every=True)}
    most = MOST_DIGITS if digits == DEFAULT_DIGITS else digits
    forms = cache(partial(held_forms, exploration))

    def page(medium: Medium) -> Iterator[Block]:
        yield from (GAP, Title(title(exploration, digits, None if medium.whole else LONGEST_TITLE)), GAP)
        below = [report for report in backward(list(reports.values())) if report.group.name in _below(wanted, forms())]
        yield from _written(exploration, [reports[name] for name in wanted], forms(), most, medium)
        if below:
            yield from (GAP, Sentence("where", "quiet"))
            yield from _written(exploration, below, forms(), most, medium)
        judged = [item for item in conclusion(exploration) if item.mark]
        yield from (GAP, Items([*_formless([reports[name] for name in wanted], forms()), *judged]))

    rows = [_derivative(exploration, reports[name], forms().get(name, ())) for name in wanted]
    record = {
        **head("diff", exploration.program, exploration.warnings),
        "output": exploration.graph.names[exploration.graph.output],
        "value": exploration.value,
        "value_verdict": value_record(exploration.value_verdict),
        "point": {r.group.name: r.nested(r.values) for r in reports.values() if r.group.is_input},
        "derivatives": rows,
    }
    alone = (f"{safe(name)} {safe(form.named)}" for name in wanted for form in forms().get(name, ()))
    return Answer(page, [record], map(_row, rows), exploration.warnings, alone)


def _below(wanted: Sequence[str], forms: Forms) -> set[str]:
    """The groups whose gradients the forms of those that are wanted need."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        words = {word for form in forms.get(waiting.pop(), ()) for word in re.findall(r"\bd(\w+)", form.named)}
        new = (words & forms.keys()) - found - set(wanted)
        found |= new
        waiting += new
    return found


def _written(
    exploration: Exploration, reports: Sequence[BundleReport], forms: Forms, digits: int, medium: Medium
) -> Iterator[Block]:
    pairs = [(report, forms.get(report.group.name, ())) for report in reports]
    if medium.notation is TextNotation:
        yield Equations([row for report, own in pairs for row in equations(report, own, digits)], "backward")
    elif medium.document:
        yield from (sentence(report, own, digits) for report, own in pairs)
    else:
        as_set = Set(exploration)
        yield Equations([as_set.equation(report, own, digits) for report, own in pairs], "backward")


def _formless(reports: Sequence[BundleReport], forms: Forms) -> Iterator[Item]:
    for report in reports:
        if report.group.name not in forms:
            yield Item(
                "!",
                f"d{safe(report.group.name)} has no matrix form here; its numbers are those of backprop",
                "doubtful",
            )


def _derivative(exploration: Exploration, report: BundleReport, own: Sequence[Form]) -> Record:
    return {
        "of": exploration.graph.names[exploration.graph.output],
        "wrt": [report.group.name],
        "order": 1,
        "formula": own[0].named if len(own) == 1 and not own[0].adds else None,
        "matrix_form": [selected(form, "target", "adds", "formula", "named") for form in own] or None,
        "shape": list(report.group.shape),
        "value": report.nested(report.gradients),
        "status": report.status,
    }


def _row(derivative: Record) -> Record:
    forms = derivative["matrix_form"] or []
    assert isinstance(forms, list)
    said = "; ".join(f"{form['target']} {'+=' if form['adds'] else '='} {form['named']}" for form in forms)
    wrt = derivative["wrt"]
    assert isinstance(wrt, list)
    return {"of": derivative["of"], "wrt": wrt[0], "matrix_form": said or None, "status": derivative["status"]}
