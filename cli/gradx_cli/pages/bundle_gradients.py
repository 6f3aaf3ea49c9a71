"""Gradients of vectors and matrices as equations: the matrix form, then the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from gradx.bundle import Group
from gradx.derive.matrix_forms import Form
from gradx.language.bundles.typesetting import formula_latex
from gradx.language.latex import latex_name
from gradx.point.bundle_report import BundleReport
from gradx.point.exploration import Exploration
from gradx.point.held_forms import Forms, held_forms
from gradx_cli.answer import Medium, Record, selected
from gradx_cli.blocks import Block, Equation, Equations, Sentence
from gradx_cli.escape import safe
from gradx_cli.notation import TextNotation
from gradx_cli.pages.bundle_numbers import bmatrix, in_line, matrices

DEFAULT_DIGITS, MOST_DIGITS = 10, 6


def backward(reports: Sequence[BundleReport]) -> list[BundleReport]:
    """The output first, then the operations back to the first, then the inputs."""
    operations = [report for report in reports if not report.group.is_input]
    return [*reversed(operations), *(report for report in reports if report.group.is_input)]


def matrix_form(own: Sequence[Form]) -> list[Record] | None:
    """The forms of a gradient as an object holds them."""
    return [selected(form, "target", "adds", "formula", "named") for form in own] or None


class Gradients:
    """Those of an exploration, their numbers with so many digits: fewer than usual where nobody asked for any."""

    def __init__(self, exploration: Exploration, digits: int) -> None:
        self.exploration = exploration
        self.digits = MOST_DIGITS if digits == DEFAULT_DIGITS else digits
        self.output = exploration.graph.names[exploration.graph.output]

    @cached_property
    def forms(self) -> Forms:
        """The matrix forms of each gradient that has some: a whole, or parts that are added."""
        return held_forms(self.exploration)

    def own(self, report: BundleReport) -> Sequence[Form]:
        """The forms of one gradient."""
        return self.forms.get(report.group.name, ())

    def written(
        self,
        reports: Sequence[BundleReport],
        medium: Medium,
        further: Callable[[BundleReport], Iterable[Equation]] = lambda _: (),
    ) -> Iterator[Block]:
        """As equations, on pages without a width in a line each, else as formulas and matrices of LaTeX. `further` are
        equations that stand behind one where these are text."""
        if medium.notation is TextNotation:
            rows = [row for report in reports for row in (*self._equations(report), *further(report))]
            yield Equations(rows, "backward")
        elif medium.document:
            yield from map(self._sentence, reports)
        else:
            yield Equations(list(map(self._set, reports)), "backward")

    def _equations(self, report: BundleReport) -> Iterator[Equation]:
        """`dW = dZ x^T = [1 2]`; of several forms each, and then the numbers."""
        own = self.own(report)
        numbers = in_line(report.group, report.gradients, self.digits)
        sheet = matrices(report.group, report.gradients, self.digits)
        if len(own) == 1 and not own[0].adds:
            yield Equation(safe(own[0].target), (safe(own[0].named), numbers), matrices=sheet)
            return
        for form in own:
            yield Equation(safe(form.target), (safe(form.named),), sign=form.sign)
        yield Equation(f"d{safe(report.group.name)}", (numbers,), matrices=sheet)

    def _sentence(self, report: BundleReport) -> Sentence:
        said = [f"{form.target} {form.sign} {form.named}" for form in self.own(report)]
        said.append(f"d{report.group.name} = {in_line(report.group, report.gradients, self.digits)}")
        return Sentence(safe("; ".join(said)))

    def _set(self, report: BundleReport) -> Equation:
        own, numbers = self.own(report), bmatrix(report.group, report.gradients, self.digits)
        chain = [self.formula(own[0].named)] if len(own) == 1 and not own[0].adds else []
        return Equation(self.quotient(report.group), (*chain, numbers))

    @cached_property
    def _names(self) -> tuple[set[str], set[str]]:
        bundles = self.exploration.program.bundles
        assert bundles is not None
        return {group.name for group in bundles.bundles}, {group.name for group in bundles.numbers}

    def formula(self, text: str) -> str:
        """A formula in LaTeX."""
        return formula_latex(text, self.output, *self._names)

    def quotient(self, group: Group) -> str:
        """The gradient of a group in LaTeX."""
        return rf"\frac{{\partial {latex_name(self.output)}}}{{\partial {latex_name(group.name)}}}"


def doubts(reports: Sequence[BundleReport]) -> Iterator[Block]:
    """Each gradient that is not proved right, and in how many entries."""
    for report in reports:
        if report.status not in ("agree", "unchecked") and report.group.is_given:
            of = len(report.counted)
            where = "" if of == 1 else f" in {report.count} of {of} entries"
            yield Sentence(f"d{safe(report.group.name)}: {report.status}{where}", "doubtful", "!", aside=True)
