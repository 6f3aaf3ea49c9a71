"""A check: every claim judged, proved by SymPy where it can be, and where it is wrong, the mistake.

SymPy is asked about all claims first and heard last, so that it works while the numbers are compared. It can only add
to what the numbers say: a proof to a claim that agrees, a doubt where it finds a difference that they do not show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gradx.graph import Graph
from gradx.language.bindings import Binding, Point
from gradx.language.differentials import written_higher
from gradx.language.program import Program
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.judging import Counterexample, Judged, Proof, Status, judge_claim
from gradx.lessons.mistakes.mistake import Mistake, find_mistake
from gradx.point.exploration import Paged
from gradx.point.typed import Number, typed_point
from gradx.symbolic.witness import Equality, SymbolicWitness

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


@dataclass(frozen=True, slots=True, repr=False)
class Solved(Paged):
    """The claims of one program, checked; `at_point`: values were given."""

    program: Program
    results: tuple[Checked, ...]
    warnings: tuple[str, ...]
    at_point: bool

    @property
    def all_right(self) -> bool:
        """Whether every claim is proved, or agrees wherever it was compared."""
        return all(result.status == "correct" for result in self.results)

    def written(self, result: Checked, formula: str) -> str:
        """What `result` is about with `formula` in place of the claim: `dx = 2*x`, `du/db = c`."""
        return f"{self.named(result)} = {' '.join(formula.split())}"

    def named(self, result: Checked) -> str:
        """What `result` is about: `dx`, `du/db`, `d^2J/dx^2`."""
        graph, claim = self.program.graph, result.claim
        if claim.order > 1:
            return written_higher(graph, claim.of, claim.along)
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
) -> Solved:
    """`claims`, checked; at `point`, which `bindings` make, too where there is one. Raises as `check` does."""
    exact = None if point is None else typed_point(program.graph, bindings, point.values)
    read_as = (remark for claim in claims for remark in claim.remarks)
    warnings = (*program.remarks, *read_as, *(point.warnings if point else ()))
    return Solved(program, check(program, claims, exact, witness), warnings, exact is not None)


def check(
    program: Program,
    claims: Sequence[Claim],
    point: Mapping[int, Number] | None = None,
    witness: SymbolicWitness | None = None,
) -> tuple[Checked, ...]:
    """Check `claims`, at `point` (see `typed_point`) too where there is one. `witness` is a running SymPy, if any.

    Raises GradxError("domain") where the point lies outside the domain.
    """
    graph = program.graph
    first = [i for i, claim in enumerate(claims) if claim.order == 1]
    questions = {i: witness.ask_equal(graph, claims[i].of, claims[i].wrt, claims[i].formula) for i in first if witness}
    verdicts = [_judged(graph, claim, point) for claim in claims]
    mistakes = [_mistake(graph, judged) for judged in verdicts]
    heard = [NOT_ASKED] * len(claims)
    for i, question in questions.items():
        heard[i] = witness.equality(question, SYMPY_SECONDS) if witness else NOT_ASKED
    at_point = point is not None
    found = tuple(_joined(*known, at_point) for known in zip(verdicts, mistakes, heard, strict=True))
    return _with_formulas(graph, found) if any(checked.status == "wrong" for checked in found) else found


def _with_formulas(graph: Graph, found: Sequence[Checked]) -> tuple[Checked, ...]:
    """With the formula that `diff` shows for each claim that is wrong."""
    from gradx.lessons.diff import Differentiation

    formulas = Differentiation(graph)
    made = []
    for checked in found:
        claim = checked.claim
        formula = formulas.short(claim.of, *(claim.along or (claim.wrt,))) if checked.status == "wrong" else None
        made.append(replace(checked, correct_formula=formula.text) if formula else checked)
    return tuple(made)


def _judged(graph: Graph, claim: Claim, point: Mapping[int, Number] | None) -> Judged:
    if claim.order > 1:
        from gradx.lessons.higher_order import judge_higher

        return judge_higher(graph, claim, point)
    judged = judge_claim(graph, claim, point)
    if judged.status != "wrong" or judged.reason or len(graph.operations) <= MOST_OPERATIONS:
        return judged
    return replace(judged, reason=f"in more than {MOST_OPERATIONS:,} operations the mistake is not looked for")


def _mistake(graph: Graph, judged: Judged) -> Mistake | None:
    if judged.status != "wrong" or len(graph.operations) > MOST_OPERATIONS or judged.claim.order > 1:
        return None
    return find_mistake(Dependence.of(graph, judged.claim.of, judged.claim.wrt), judged)


def _joined(judged: Judged, mistake: Mistake | None, heard: Equality, at_point: bool) -> Checked:
    """The numbers' word and SymPy's, together."""
    status, reason = judged.status, judged.reason
    proof: Proof | None = "numeric" if status == "correct" else None
    only_here = judged.claim.is_number and at_point
    if heard.equal and not only_here:
        if status == "correct" or (status == "undecided" and not at_point):
            status, proof, reason = "correct", "symbolic", reason if status == "correct" else None
        elif status == "wrong":
            status, mistake = "undecided", None
            reason = "SymPy proves it, and yet the numbers differ at the point shown"
    elif heard.equal is False and status == "correct" and not only_here:
        status, proof = "undecided", None
        reason = "it agrees wherever it was compared, and yet SymPy finds a point at which it differs"
    points, skipped, shown = judged.points, judged.skipped, judged.counterexample
    return Checked(judged.claim, status, proof, points, skipped, reason, heard.formula, shown, mistake)
