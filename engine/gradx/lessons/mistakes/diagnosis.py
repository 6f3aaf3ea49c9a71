"""The readings in which the mistake behind a line of a page is looked for.

A step first, from the nodes whose derivatives it uses; then the whole way; then carried on from what is wrong above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.judging import rounded_ball
from gradx.lessons.claims.standing import Here, PageOfClaims
from gradx.lessons.claims.sweep import Sweep
from gradx.lessons.mistakes.case import Case
from gradx.lessons.mistakes.faults import Mistake
from gradx.lessons.mistakes.mistake import Reading, find_mistake
from gradx.numbers.balls import precision

if TYPE_CHECKING:
    from flint import arb


def diagnosed(page: PageOfClaims, k: int) -> Mistake | None:
    """The mistake behind line k, which is blamed."""
    claim, judged = page.claims[k], page.judged[k]
    dependence = Dependence.of(page.graph, claim.of, claim.wrt)
    if judged.status == "correct" and not any(page.claims[j].wrt in dependence.between for j in claim.uses):
        return None
    first = [judged.refuting] if judged.refuting is not None else []
    trials = [*first, *(trial for trial in judged.trials if trial is not judged.refuting)]
    here = [Here(page.graph, page.claims, trial) for trial in trials]
    readings = list(_readings(page, k, here))
    return find_mistake(dependence, claim, readings, page.answers, judged.trials)


def _readings(page: PageOfClaims, k: int, here: Sequence[Here]) -> Iterator[Reading]:
    claim = page.claims[k]
    names = {j: name for j in range(k) if (name := _name(page, j))}
    uses = [j for j in page.placeable(k) if j in claim.uses]
    wrong = page.wrong_above(k)
    if claim.is_in_numbers and page.placeable(k):
        yield Reading([c for h in here if (c := _carried(page, k, h, page.placeable(k)))], {})
    if uses:
        yield Reading([c for h in here if (c := _step(page, k, h, uses))], names)
    yield Reading([c for h in here if (c := _step(page, k, h, ()))], names)
    if wrong and not claim.is_in_numbers:
        yield Reading([c for h in here if (c := _carried(page, k, h, wrong))], {})


def _step(page: PageOfClaims, k: int, here: Here, placed: Sequence[int]) -> Case | None:
    """With the true derivatives in the place of the names above; from the nodes in `placed`."""
    with precision(here.trial.bits):
        above = {j: here.true(j) for j in range(k) if page.claims[j].order == 1 and not page.claims[j].is_update}
        sweep = here.trial.sweep
        if placed:
            sweep = sweep.with_placed({page.claims[j].wrt: above[j] for j in placed})
        return _case(page.claims[k], here, here.step(k, above), sweep, above)


def _carried(page: PageOfClaims, k: int, here: Here, lines: Sequence[int]) -> Case | None:
    """With the claims of these lines in place."""
    with precision(here.trial.bits):
        claim = page.claims[k]
        number = here.trial.claimed if claim.is_in_numbers else here.claimed(k)
        return _case(claim, here, number, here.carried(lines), {j: here.claimed(j) for j in range(k)})


def _case(claim: Claim, here: Here, number: arb, sweep: Sweep[arb], above: Mapping[int, arb]) -> Case | None:
    if not number.is_finite() or not sweep.exact.is_finite():
        return None
    half = rounded_ball(claim)[1] if claim.decimals is not None and claim.is_number else None
    return Case(claim, sweep, here.trial.claimed if half is not None else number, here.trial.bits, half, above)


def _name(page: PageOfClaims, j: int) -> str | None:
    """The name that a formula may use line j by."""
    claim, names = page.claims[j], page.graph.names
    name = f"d{names[claim.wrt]}"
    plain = claim.of == page.graph.output and claim.order == 1 and not claim.is_update
    return name if plain and name not in page.graph.index else None
