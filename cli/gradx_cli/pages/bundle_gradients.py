"""Gradients of vectors and matrices as equations: the matrix form, then the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.derive.matrix_forms import Form
from gradx.language.bundles.typesetting import formula_latex
from gradx.language.latex import latex_name
from gradx.point.bundle_report import BundleReport
from gradx.point.exploration import Exploration
from gradx_cli.blocks import Block, Equation, Sentence
from gradx_cli.escape import safe
from gradx_cli.pages.bundle_numbers import bmatrix, in_line, matrices

DEFAULT_DIGITS, MOST_DIGITS = 10, 6

Own = Sequence[Form]
"""The forms of one gradient: a whole, or parts that are added."""


def backward(reports: Sequence[BundleReport]) -> list[BundleReport]:
    """The output first, then the operations back to the first, then the inputs."""
    operations = [report for report in reports if not report.group.is_input]
    return [*reversed(operations), *(report for report in reports if report.group.is_input)]


def equations(report: BundleReport, own: Own, digits: int) -> Iterator[Equation]:
    """`dW = dZ x^T = [1 2]`; of several forms each, and then the numbers."""
    numbers = in_line(report.group, report.gradients, digits)
    sheet = matrices(report.group, report.gradients, digits)
    if len(own) == 1 and not own[0].adds:
        yield Equation(safe(own[0].target), (safe(own[0].named), numbers), matrices=sheet)
        return
    for form in own:
        yield Equation(safe(form.target), (safe(form.named),), sign=form.sign)
    yield Equation(f"d{safe(report.group.name)}", (numbers,), matrices=sheet)


def sentence(report: BundleReport, own: Own, digits: int) -> Sentence:
    """The same in one line, for pages without a width."""
    said = [f"{form.target} {form.sign} {form.named}" for form in own]
    said.append(f"d{report.group.name} = {in_line(report.group, report.gradients, digits)}")
    return Sentence(safe("; ".join(said)))


class Set:
    """The same as formulas and matrices of LaTeX."""

    def __init__(self, exploration: Exploration) -> None:
        bundles, graph = exploration.program.bundles, exploration.graph
        assert bundles is not None
        self._output = graph.names[graph.output]
        self._names = {group.name for group in bundles.bundles}, {group.name for group in bundles.numbers}

    def formula(self, text: str) -> str:
        return formula_latex(text, self._output, *self._names)

    def equation(self, report: BundleReport, own: Own, digits: int) -> Equation:
        """A gradient, by its form where that is one."""
        left = rf"\frac{{\partial {latex_name(self._output)}}}{{\partial {latex_name(report.group.name)}}}"
        chain = [self.formula(own[0].named)] if len(own) == 1 and not own[0].adds else []
        return Equation(left, (*chain, bmatrix(report.group, report.gradients, digits)))


def doubts(reports: Sequence[BundleReport]) -> Iterator[Block]:
    """Each gradient that is not proved right, and in how many entries."""
    for report in reports:
        if report.status not in ("agree", "unchecked") and report.group.is_given:
            of = len(report.counted)
            where = "" if of == 1 else f" in {report.count} of {of} entries"
            yield Sentence(f"d{safe(report.group.name)}: {report.status}{where}", "doubtful", "!", aside=True)
