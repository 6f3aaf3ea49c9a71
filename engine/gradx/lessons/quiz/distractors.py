"""Wrong answers that somebody would give: what a broken rule leads to, told back by `check` under its own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.program import Program, read_plainly
from gradx.lessons.checking import check
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import Claim, read_claim
from gradx.lessons.mistakes.wrong_formulas import WrongFormula, wrong_formulas
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import Forward, forward

MOST_TRIED: Final = 24
"""So many broken rules are tried for one question."""

_AT_ONCE: Final = 4
_MORE: Final = 1
"""So many more than are wanted are looked for, to choose from."""

POINTS: Final = 16
_LEAST: Final = 6
_SEED: Final = 4_711
_VISIBLE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Distractor:
    """A wrong formula, the mistake that leads to it, and the sentence that `check` has for it."""

    formula: str
    kind: str
    message: str


def distractors(program: Program, of: int, wrt: int, answer: str, draw: Random, most: int) -> list[Distractor]:
    """Up to `most` wrong formulas for d(node `of`)/d(node `wrt`), which is `answer`: each differs from it and from all
    others at every point tried, and each is another mistake as long as there are such."""
    points = _points(program.graph)
    known = [_worth(program.graph, answer, points)]
    found: list[Distractor] = []
    spare: list[Distractor] = []
    answers = Answers(program.graph)
    candidates = islice(wrong_formulas(answers, of, wrt), MOST_TRIED)
    while len(found) < most + _MORE and (batch := list(islice(candidates, _AT_ONCE))):
        for told in _told(program, of, wrt, batch, answers):
            worth = _worth(program.graph, told.formula, points)
            if all(_differ(worth, other) for other in known):
                known.append(worth)
                (spare if told.kind in {each.kind for each in found} else found).append(told)
    chosen = found if len(found) <= most else draw.sample(found, most)
    return chosen + spare[: most - len(chosen)]


def _told(program: Program, of: int, wrt: int, batch: Sequence[WrongFormula], answers: Answers) -> list[Distractor]:
    """What `check` says of formulas, each with the mistake it was made by: those that it tells back as that."""
    made = [(wrong, claim_of(program, of, wrt, wrong.formula)) for wrong in batch]
    known = [(wrong, claim) for wrong, claim in made if claim is not None]
    results = check(program, [claim for _, claim in known], answers=answers)
    return [
        Distractor(wrong.formula, mistake.kind, mistake.message)
        for (wrong, _), result in zip(known, results, strict=True)
        if result.status == "wrong" and (mistake := result.mistake) and mistake.kind == wrong.kind
    ]


def claim_of(program: Program, of: int, wrt: int, formula: str) -> Claim | None:
    """The claim that the derivative is `formula`; None where that cannot be read."""
    names, graph = program.graph.names, program.graph
    head = f"d{names[wrt]}" if of == graph.output else f"d{names[of]}/d{names[wrt]}"
    try:
        return read_claim(program, f"{head}={formula}")
    except GradxError:
        return None


def _points(graph: Graph) -> list[Forward[float]]:
    """The program at points, always the same, of its domain, at which formulas are compared."""
    draw = Random(_SEED)
    ranges = ((0.2, 0.9), (-2.0, 2.0), (0.5, 3.0), (-0.9, 0.9))
    points = ({i: draw.uniform(*ranges[k % len(ranges)]) for i in graph.inputs} for k in range(POINTS))
    runs = (forward(graph, FLOAT64, point) for point in points)
    return [run for run in runs if graph.output not in run.faults]


def _worth(graph: Graph, formula: str, points: Sequence[Forward[float]]) -> list[float | None]:
    """What a formula in the program's names is worth at the points; None where it has no value."""
    own = read_plainly(formula, frozenset(graph.index)).graph
    found: list[float | None] = []
    for run in points:
        claimed = forward(own, FLOAT64, {i: run.values[graph.index[own.names[i]]] for i in own.inputs})
        found.append(None if own.output in claimed.faults else claimed.values[own.output])
    return found


def _differ(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    """Whether two formulas differ at every point at which both have a value, and these are several."""
    pairs = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
    return len(pairs) >= _LEAST and all(abs(x - y) > _VISIBLE * max(abs(x), abs(y), 1e-3) for x, y in pairs)
