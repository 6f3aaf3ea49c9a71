"""Wrong answers that somebody would give: what a broken rule leads to, told back by `check` under its own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

from gradx.errors import GradxError
from gradx.language.program import Program, read_plainly
from gradx.lessons.checking import check
from gradx.lessons.claims.claim import Claim, read_claim
from gradx.lessons.mistakes.wrong_formulas import WrongFormula, wrong_formulas
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward

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
    points = _points(program)
    known = [_worth(program, answer, points)]
    found: list[Distractor] = []
    spare: list[Distractor] = []
    candidates = islice(wrong_formulas(program, wrt, of), MOST_TRIED)
    while len(found) < most + _MORE and (batch := list(islice(candidates, _AT_ONCE))):
        for told in _told(program, of, wrt, batch):
            worth = _worth(program, told.formula, points)
            if all(_differ(worth, other) for other in known):
                known.append(worth)
                (spare if told.kind in {each.kind for each in found} else found).append(told)
    chosen = found if len(found) <= most else draw.sample(found, most)
    return chosen + spare[: most - len(chosen)]


def _told(program: Program, of: int, wrt: int, batch: Sequence[WrongFormula]) -> list[Distractor]:
    """What `check` says of formulas, each with the mistake it was made by: those that it tells back as that."""
    made = [(wrong, claim_of(program, of, wrt, wrong.formula)) for wrong in batch]
    known = [(wrong, claim) for wrong, claim in made if claim is not None]
    results = check(program, [claim for _, claim in known])
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


def _points(program: Program) -> list[dict[str, float]]:
    """Points, always the same, at which everything is worked out to be compared."""
    draw = Random(_SEED)
    names = [program.graph.names[i] for i in program.graph.inputs]
    ranges = ((0.2, 0.9), (-2.0, 2.0), (0.5, 3.0), (-0.9, 0.9))
    return [{name: draw.uniform(*ranges[k % len(ranges)]) for name in names} for k in range(POINTS)]


def _worth(program: Program, formula: str, points: Sequence[dict[str, float]]) -> list[float | None]:
    """What a formula in the program's names is worth at the points; None where program or formula has no value."""
    graph = program.graph
    own = read_plainly(formula, frozenset(graph.index)).graph
    found: list[float | None] = []
    for point in points:
        run = forward(graph, FLOAT64, {i: point[graph.names[i]] for i in graph.inputs})
        values = {i: run.values[graph.index[own.names[i]]] for i in own.inputs}
        claimed = forward(own, FLOAT64, values)
        bad = graph.output in run.faults or own.output in claimed.faults
        found.append(None if bad else claimed.values[own.output])
    return found


def _differ(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    """Whether two formulas differ at every point at which both have a value, and these are several."""
    pairs = [(x, y) for x, y in zip(one, other, strict=True) if x is not None and y is not None]
    return len(pairs) >= _LEAST and all(abs(x - y) > _VISIBLE * max(abs(x), abs(y), 1e-3) for x, y in pairs)
