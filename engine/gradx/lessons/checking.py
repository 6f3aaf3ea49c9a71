"""A check: every claim judged, proved by SymPy where it can be, and where it is wrong, the mistake.

SymPy is asked about all claims first and heard last, so that it works while the numbers are compared. It can only add
to what the numbers say: a proof to a claim that agrees, a doubt where it finds a difference that they do not show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.bindings import Binding, Point
from gradx.language.printer import written_higher
from gradx.language.program import Program
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.judging import Counterexample, Judged, Proof, Status, judge_claim
from gradx.lessons.claims.jumps import jumps_alone
from gradx.lessons.claims.lines import Assumption
from gradx.lessons.claims.standing import PageOfClaims, Standing
from gradx.lessons.claims.trial import hold_at
from gradx.point.exploration import Paged
from gradx.point.typed import Number, typed_point
from gradx.symbolic.witness import Equality, SymbolicWitness

if TYPE_CHECKING:
    from gradx.lessons.claims.answers import Answers
    from gradx.lessons.mistakes.faults import Mistake

SYMPY_SECONDS = 3.0
READING_CHARACTERS = 100
"""Characters of a program that stand in a line."""

MOST_OPERATIONS = 2_000
"""In a larger program the mistake behind a wrong claim is not looked for: each way to err is tried on all of it."""

NOT_ASKED = Equality(None, reason="SymPy was not asked")


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim and what is known of it: see `Judged`. `correct_formula` of a wrong claim is the one that `diff` shows,
    else SymPy's, None where there is none."""

    claim: Claim
    status: Status
    proof: Proof | None
    points: int
    skipped: int
    reason: str | None
    correct_formula: str | None
    counterexample: Counterexample | None
    mistake: Mistake | None
    given: Status = "undecided"
    blamed: bool = False
    uses: tuple[str, ...] = ()
    right_where: str | None = None
    course_formula: str | None = None
    step_formula: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Solved(Paged):
    """The claims of one program, checked; `at_point`: values were given."""

    program: Program
    results: tuple[Checked, ...]
    warnings: tuple[str, ...]
    at_point: bool
    assumptions: tuple[str, ...] = ()

    @property
    def all_right(self) -> bool:
        """Whether every claim is proved, or agrees wherever it was compared, and follows from what stands above."""
        return all(result.status == "correct" and result.given == "correct" for result in self.results)

    @property
    def blamed(self) -> tuple[Checked, ...]:
        """The lines in which it went wrong."""
        return tuple(result for result in self.results if result.blamed)

    def written(self, result: Checked, formula: str) -> str:
        """What `result` is about with `formula` in place of the claim: `dx = 2*x`, `du/db = c`, `w := w - alpha*dw`."""
        sign = ":=" if result.claim.is_update else "="
        return f"{self.named(result)} {sign} {' '.join(formula.split())}"

    def named(self, result: Checked) -> str:
        """What `result` is about: `dx`, `du/db`, `d^2J/dx^2`."""
        graph, claim = self.program.graph, result.claim
        if claim.is_value:
            return graph.names[claim.of]
        if claim.order > 1:
            return written_higher(graph, claim.of, claim.along)
        if claim.is_update:
            return graph.names[claim.wrt]
        of = "" if claim.of == graph.output else f"d{graph.names[claim.of]}/"
        return f"{of}d{graph.names[claim.wrt]}"

    def __repr__(self) -> str:
        said = (f"{self.written(result, result.claim.text)} is {result.status}" for result in self.results)
        return f"<{self.program.shortened(READING_CHARACTERS)}: {', '.join(said)}>"


def solve(
    program: Program,
    claims: Sequence[Claim],
    bindings: Sequence[Binding],
    point: Point | None,
    witness: SymbolicWitness | None,
    assumptions: Sequence[Assumption] = (),
    answers: Answers | None = None,
) -> Solved:
    """`claims`, in order, checked where the `assumptions` hold; at `point`, which `bindings` make, too where there is
    one. Raises as `check` does."""
    exact = None if point is None else typed_point(program.graph, bindings, point.values)
    read_as = (remark for claim in claims for remark in claim.remarks)
    warnings = (*program.remarks, *read_as, *(point.warnings if point else ()))
    found = check(program, claims, exact, witness, assumptions, answers)
    return Solved(program, found, warnings, exact is not None, tuple(assumed.text for assumed in assumptions))


def check(
    program: Program,
    claims: Sequence[Claim],
    point: Mapping[int, Number] | None = None,
    witness: SymbolicWitness | None = None,
    assumptions: Sequence[Assumption] = (),
    answers: Answers | None = None,
) -> tuple[Checked, ...]:
    """Check `claims`, at `point` (see `typed_point`) too where there is one. `witness` is a running SymPy, if any, and
    `answers` are what is known of the program from other pages about it.

    Raises GradxError("domain") where the point lies outside the domain.
    """
    graph = program.graph
    if point is not None:
        _require(graph, assumptions, point)
        claims = _at_point(claims)
    plain = (i for i, claim in enumerate(claims) if claim.order == 1 and not claim.is_update)
    first = [i for i in plain if not jumps_alone(graph, claims[i])]  # which SymPy takes for nothing at a point
    questions = {i: witness.ask_equal(graph, claims[i].of, claims[i].wrt, claims[i].formula) for i in first if witness}
    page = PageOfClaims(graph, claims, answers)
    lines = [_line(page, k, point, assumptions) for k in range(len(claims))]
    heard = [NOT_ASKED] * len(claims)
    for i, question in questions.items():
        heard[i] = witness.equality(question, SYMPY_SECONDS) if witness else NOT_ASKED
    assumed = bool(assumptions) or any(claim.where for claim in claims)
    found = [_joined(*known, at_point=point is not None, assumed=assumed) for known in zip(lines, heard, strict=True)]
    return _with_formulas(page.answers, found) if any(c.blamed or c.status == "wrong" for c in found) else tuple(found)


def _require(graph: Graph, assumptions: Sequence[Assumption], point: Mapping[int, Number]) -> None:
    """GradxError where the page assumes what is not so at the point that is given."""
    for assumed in assumptions:
        if not hold_at(graph, [assumed], point):
            place = Span(Source("assumption", assumed.text), 0, len(assumed.text))
            message = "this is assumed, and does not hold at the values given"
            raise GradxError("claim", message, hint="leave it out, or give other values", span=place)


def _at_point(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of a page at a point, with what is said in numbers marked as such."""
    found: list[Claim] = []
    for claim in claims:
        is_at_point = claim.order < 2 and (claim.is_number or any(found[j].is_at_point for j in claim.uses))
        found.append(replace(claim, is_at_point=is_at_point))
    if len(found) == 1 or not all(claim.is_at_point or claim.is_update for claim in found):
        return found
    return [replace(claim, is_in_numbers=claim.is_number) for claim in found]


def _line(page: PageOfClaims, k: int, point: Mapping[int, Number] | None, assumptions: Sequence[Assumption]) -> Checked:
    claim, graph = page.claims[k], page.graph
    if claim.is_update:
        from gradx.lessons.mistakes.updates import judge_update

        judged, standing, mistake = judge_update(page, k, point, assumptions)
        return _checked(judged, standing, None, mistake)
    judged = _judged(graph, claim, point, assumptions)
    standing = page.add(judged)
    judged = page.judged[k]
    if not standing.blamed:
        return _checked(judged, standing)
    from gradx.lessons.claims.answers import right_where
    from gradx.lessons.mistakes.mistake import diagnosed

    where = right_where(judged.trials) if judged.status == "wrong" else None
    silent = where is not None and not claim.uses and not _is_right_by_nothing(judged)
    silent |= judged.status == "wrong" and (judged.is_by_rounding or not judged.trials)
    silent |= claim.is_number and claim.equals is not None and page.judged[claim.equals].status == "correct"
    if silent or len(graph.operations) > MOST_OPERATIONS or claim.order != 1:
        return _checked(judged, standing, where)
    mistake = diagnosed(page, k)
    if mistake is not None and mistake.helper is not None:
        if mistake.message in page.helpers:  # what is wrong with a helper is blamed where it is used first
            return _checked(judged, Standing("correct", blamed=False), where)
        page.helpers.add(mistake.message)
    return _checked(judged, standing, where, mistake)


def _is_right_by_nothing(judged: Judged) -> bool:
    """Whether the claim is right only where it and the derivative are 0, and is not 0 itself."""
    both = all(trial.exact.contains(0) for trial in judged.trials if trial.agrees)
    return both and not all(trial.claimed.contains(0) for trial in judged.trials)


def _with_formulas(answers: Answers, found: Sequence[Checked]) -> tuple[Checked, ...]:
    """With the formula that `diff` shows for each claim that is wrong, and the course's."""
    made = []
    for k, checked in enumerate(found):
        claim = checked.claim
        if claim.order < 1 or claim.is_update or not (checked.blamed or checked.status == "wrong"):
            made.append(checked)
            continue
        formula = answers.formulas.short(claim.of, *(claim.along or (claim.wrt,)))
        course = step = None
        if claim.order == 1:
            above = {c.claim.wrt for c in found[:k] if c.claim.of == claim.of and not c.claim.is_update}
            course = answers.course(claim.of, claim.wrt)
            step = answers.step(claim.of, claim.wrt, above)
        right = formula.text if formula and checked.status == "wrong" else checked.correct_formula
        made.append(replace(checked, correct_formula=right, course_formula=course, step_formula=step))
    return tuple(made)


def _judged(
    graph: Graph, claim: Claim, point: Mapping[int, Number] | None, assumptions: Sequence[Assumption]
) -> Judged:
    assumptions = (*assumptions, *claim.where)
    if point is not None and not hold_at(graph, claim.where, point):
        point = None
    if claim.order > 1:
        from gradx.lessons.higher_order import judge_higher

        return judge_higher(graph, claim, point, assumptions)
    judged = judge_claim(graph, claim, point, assumptions)
    if judged.status != "wrong" or judged.reason or len(graph.operations) <= MOST_OPERATIONS:
        return judged
    return replace(judged, reason=f"in more than {MOST_OPERATIONS:,} operations the mistake is not looked for")


def _checked(judged: Judged, standing: Standing, where: str | None = None, mistake: Mistake | None = None) -> Checked:
    """One claim as the numbers have it."""
    claim = judged.claim
    proof: Proof | None = "numeric" if judged.status == "correct" else None
    uses = tuple(claim.own.graph.names[i].replace("_d", "/d") for i in claim.own.uses) if claim.own else ()
    return Checked(
        claim, judged.status, proof, judged.points, judged.skipped, judged.reason, None, judged.counterexample,
        mistake, standing.given, standing.blamed, uses, where,
    )  # fmt: skip


def _joined(found: Checked, heard: Equality, *, at_point: bool, assumed: bool) -> Checked:
    """The numbers' word and SymPy's, together; `at_point`: values were given, `assumed`: something is assumed."""
    found = replace(found, correct_formula=heard.formula)
    status, only_here = found.status, at_point and (found.claim.is_number or found.claim.is_at_point)
    if only_here or heard.equal is None:
        return found
    if heard.equal and (status == "correct" or (status == "undecided" and not at_point)):
        known = replace(found, status="correct", proof="symbolic", reason=found.reason if status == "correct" else None)
    elif heard.equal and status == "wrong":
        differ = "the numbers differ at the point shown" if found.counterexample else found.reason
        reason = f"SymPy proves it, and yet {differ}"
        known = replace(found, status="undecided", reason=reason, mistake=None, right_where=None)
    elif not heard.equal and status == "correct" and not assumed:
        reason = "it agrees wherever it was compared, and yet SymPy finds a point at which it differs"
        known = replace(found, status="undecided", proof=None, reason=reason)
    else:
        return found
    is_one = known.status == status or found.given != status
    return known if is_one else replace(known, given=known.status, blamed=False)
