"""The proof of `gradx check`: generated homework, every verdict held against what is known, and the mistakes named.

    python tests/proof/homework.py [--problems 2000] [--seed 6] [--symbolic]

Prints a table; exit code 1 where a verdict is wrong, or a kind of mistake is named too seldom.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from proof.homework_problems import Problem, problems

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.lessons.checking import Checked, check
from gradx.lessons.claims.claim import read_claim
from gradx.symbolic.witness import SymbolicWitness

Tally = Counter[str]

NAMED, FIRST = 0.95, 0.85
"""The least share of wrong claims whose slip is named at all, and named first."""

OF_A_NAME = {"missing-inner-derivative": "missing-factor"}
"""What a slip is called where what is missing is the derivative of a named node."""


def marked(seed: int, count: int, symbolic: bool = False) -> tuple[Tally, list[str]]:
    """Check `count` problems; tally what was said, and list the verdicts that are wrong."""
    tally: Tally = Counter()
    broken: list[str] = []
    witness = SymbolicWitness.start() if symbolic else None
    for problem in problems(seed, count):
        try:
            _mark(problem, _checked(problem, witness), tally, broken)
        except GradxError as error:
            broken.append(f"{error.problem.message}: {problem}")
    if witness:
        witness.close()
    return tally, broken


def _checked(problem: Problem, witness: SymbolicWitness | None) -> Checked:
    program = read(problem.program)
    return check(program, [read_claim(program, f"dx={problem.claim}")], None, witness)[0]


def _mark(problem: Problem, answer: Checked, tally: Tally, broken: list[str]) -> None:
    tally["problems"] += 1
    tally["right" if problem.right else "wrong"] += 1
    tally[f"proof {answer.proof}"] += problem.right
    if answer.status != ("correct" if problem.right else "wrong"):
        broken.append(f"{answer.status} ({answer.reason}): {problem}")
    elif not problem.right:
        kind = problem.kind or ""
        named = answer.mistake.kind if answer.mistake else "none"
        tally[f"{kind}: all"] += 1
        first = named in (kind, OF_A_NAME.get(kind))
        tally["first"] += first
        tally[f"{kind}: first"] += first
        if named == kind or (answer.mistake and kind in answer.mistake.also):
            tally["named"] += 1
            tally[f"{kind}: named"] += 1
        else:
            tally[f"{kind}: taken for {named}"] += 1


def run(count: int, seed: int, symbolic: bool) -> int:
    """Mark over all processors; print the table; the number of broken promises."""
    shares = [(seed * 1_000 + k, count // 8 + (k < count % 8), symbolic) for k in range(8)]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        parts = pool.starmap(marked, shares)
    tally: Tally = Counter()
    broken: list[str] = []
    for part, found in parts:
        tally.update(part)
        broken.extend(found)
    for name in sorted(tally):
        print(f"  {name:60} {tally[name]:>7,}")
    for line in broken[:20]:
        print("  BROKEN", line)
    named, first = tally["named"] / tally["wrong"], tally["first"] / tally["wrong"]
    print(f"  wrong verdicts: {len(broken)}")
    print(f"  mistakes named: {named:.1%} (at least {NAMED:.0%}), first: {first:.1%} (at least {FIRST:.0%})")
    return len(broken) + (named < NAMED) + (first < FIRST)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--problems", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--symbolic", action="store_true", help="let SymPy prove what it can")
    given = parser.parse_args()
    sys.exit(min(1, run(given.problems, given.seed, given.symbolic)))
