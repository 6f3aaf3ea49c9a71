"""The formulas that mistakes lead to: the same rules, broken over sums instead of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from gradx.derive.expression import UNWRITABLE, Sum
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.mistakes.faults import FAR_FETCHED, KINDS, Fault, Kind, Numbers
from gradx.lessons.mistakes.mistake import all_faults

MOST_FORMULAS: Final = 60


@dataclass(frozen=True, slots=True)
class WrongFormula:
    """A formula that is not the derivative, and the mistake that leads to it."""

    kind: Kind
    formula: str


def wrong_formulas(answers: Answers, of: int, wrt: int) -> Iterator[WrongFormula]:
    """The formulas that natural mistakes lead to instead of d(node `of`)/d(node `wrt`), natural ones first.

    None is the derivative itself, none comes twice, and they are always the same. In the program's names, in the form
    that costs a reader least.
    """
    dependence = Dependence.of(answers.graph, of, wrt)
    if not answers.is_small or wrt not in dependence.graph.upstream(of):
        return
    sweep = answers.sweep(of, wrt)
    found: set[str] = {sweep.exact.key}
    texts: set[str] = set()
    for fault in sorted(all_faults(dependence), key=_naturally):
        if fault.doubt >= FAR_FETCHED or len(found) > MOST_FORMULAS:
            return
        wrong = _broken(fault, cast("Numbers", sweep))
        if wrong is UNWRITABLE or not wrong.terms or wrong.key in found:
            continue
        found.add(wrong.key)
        text = answers.written(wrong)
        if text is not None and text not in texts and text != answers.course(of, wrt):
            texts.add(text)
            yield WrongFormula(fault.kind, text)


def _naturally(fault: Fault) -> tuple[int, int]:
    return fault.doubt, KINDS.index(fault.kind)


def _broken(fault: Fault, sweep: Numbers) -> Sum:
    try:
        return cast("Sum", fault.derivative(sweep))
    except (ArithmeticError, ValueError, AttributeError, TypeError):
        return UNWRITABLE
