"""The page of `diff` for a program with bundles: the matrix form of each gradient, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradx.point.bundle_report import BundleReport, bundle_reports
from gradx.point.exploration import Exploration
from gradx.point.held_forms import Forms
from gradx_cli.answer import Answer, Medium, Record
from gradx_cli.blocks import GAP, Block, Item, Items, Sentence, Title
from gradx_cli.escape import safe
from gradx_cli.pages.bundle_numbers import Gradients, backward, matrix_form, point
from gradx_cli.pages.conclusion import conclusion, opening, title, value_record
from gradx_cli.terminal import LONGEST_TITLE


def answer(exploration: Exploration, wanted: Sequence[str], digits: int) -> Answer:
    """The gradients of the groups `wanted` as equations, as an object, one a row."""
    reports = {report.group.name: report for report in bundle_reports(exploration, every=True)}
    told, chosen = Gradients(exploration, digits), [reports[name] for name in wanted]

    def page(medium: Medium) -> Iterator[Block]:
        yield from (GAP, Title(title(exploration, digits, None if medium.whole else LONGEST_TITLE)), GAP)
        needed = _below(wanted, told.forms)
        below = [report for report in backward(list(reports.values())) if report.group.name in needed]
        yield from told.written(chosen, medium)
        if below:
            yield from (GAP, Sentence("where", "quiet"))
            yield from told.written(below, medium)
        judged = [item for item in conclusion(exploration) if item.mark]
        yield from (GAP, Items([*_formless(chosen, told.forms), *judged]))

    rows = [_derivative(told, report) for report in chosen]
    record = {
        **opening("diff", exploration),
        "value_verdict": value_record(exploration.value_verdict),
        "point": point(reports.values()),
        "derivatives": rows,
    }
    alone = (f"{safe(name)} {safe(form.named)}" for name in wanted for form in told.forms.get(name, ()))
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


def _formless(reports: Sequence[BundleReport], forms: Forms) -> Iterator[Item]:
    for report in reports:
        if report.group.name not in forms:
            yield Item(
                "!",
                f"d{safe(report.group.name)} has no matrix form here; its numbers are those of backprop",
                "doubtful",
            )


def _derivative(told: Gradients, report: BundleReport) -> Record:
    own = told.own(report)
    return {
        "of": told.output,
        "wrt": [report.group.name],
        "order": 1,
        "formula": own[0].named if len(own) == 1 and not own[0].adds else None,
        "matrix_form": matrix_form(own),
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
