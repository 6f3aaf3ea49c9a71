"""The statistical proof of the verdict: random expressions through the same code as `gradx eval`, right rules and
broken ones.

    python tests/proof/gradients.py [--expressions 100000] [--seed 20261208] [--faulty 20000]

Every gradient of an input that gradx calls right, or whose exact value it gives, is held against an evaluator that
shares nothing with it. Prints a table; exit code 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import mpmath
from proof.random_expressions import Expression, expression, mp, point
from proof.rule_faults import Fault, faults

from gradx.errors import GradxError
from gradx.exploration import Exploration, NodeReport, Options, explore
from gradx.language.program import read

Tally = Counter[str]
SUBNORMAL = 2.0**-1022

REFERENCE_DIGITS = (200, 1500, 4500)
"""The digits at which the other evaluator is asked, until it agrees."""

OTHER_DIGITS = (1511, 1607, 1801, 2003, 2503, 3001)
"""Where it stays with another answer: at these its roundings fall elsewhere (it does not know that cos(π/2) is 0)."""


LOSING = frozenset({"floor", "ceil", "%", "sin", "cos", "tan", "sec", "csc", "cot"})
DEAR = frozenset({"gamma", "lgamma", "digamma", "erf", "gelu"})
MOST_DIGITS = (15_000, 40_000)
"""From further off than one step a staircase is a slope, and beside a number with thousands of digits the sine of a sum
does not move: so many digits are asked for where there is one of these, and no function whose digits are dear."""


def right_rules(seed: int, count: int) -> tuple[Tally, list[str]]:
    """Explore `count` expressions that have a value; tally verdicts and broken promises."""
    generator = random.Random(seed)
    tally: Tally = Counter()
    broken: list[str] = []
    while tally["expressions"] < count:
        candidate, at = expression(generator, generator.randint(2, 5)), point(generator)
        found = _explored(candidate, at, None)
        if found is None:
            continue
        tally["expressions"] += 1
        tally[f"value {found.value_verdict.status}"] += 1
        for node in found.nodes:
            tally["gradients"] += 1
            tally[node.verdict.status] += 1
            if node.verdict.status == "disagree":
                broken.append(f"called wrong: d{node.name} of {candidate.text} at {at}: {node.verdict.reason}")
            elif node.kind == "input":
                _held_against(candidate, at, node.name, found, tally, broken)
    return tally, broken


def _held_against(
    candidate: Expression, at: dict[str, float], name: str, found: Exploration, tally: Tally, broken: list[str]
) -> None:
    verdict = next(node.verdict for node in found.nodes if node.name == name)
    if verdict.exact is None:
        return
    exact = mp.mpf(verdict.exact)
    exact_point = {k: mp.mpf(v) for k, v in at.items()}
    slopes: list[mpmath.mpf] = []
    try:
        for digits in (*REFERENCE_DIGITS, *OTHER_DIGITS):
            slopes.append(candidate.slope(exact_point, name, digits))
            if len(slopes) <= len(REFERENCE_DIGITS) and _same(exact, slopes[-1]):
                break
        asked = {step[0] for step in candidate.program if isinstance(step, tuple)}
        for digits in MOST_DIGITS if asked & LOSING and not asked & DEAR else ():
            if not _same(exact, slopes[-1]):
                slopes.append(candidate.slope(exact_point, name, digits))
    except ValueError:
        tally["not held (no value nearby, or too large)"] += 1
        return
    if not _same(exact, slopes[-1]) and not (slopes[-1] and all(_same(slope, slopes[-1]) for slope in slopes[1:])):
        # Drowned beside a larger number, or another slope at every precision: no witness against anybody.
        tally["not held (the other evaluator does not settle)"] += 1
        return
    tally["held against the other evaluator"] += 1
    if not _same(exact, slopes[-1]):
        broken.append(f"not the slope: d{name} of {candidate.text} at {at}: {verdict.exact}, not {_shown(slopes[-1])}")


def _shown(slope: mpmath.mpf) -> str:
    """Twenty digits; Python refuses to write all of some thousands, which mpmath asks for first."""
    with mp.workdps(30):
        return str(mpmath.nstr(+slope, 20))


def _same(exact: mpmath.mpf, slope: mpmath.mpf) -> bool:
    return bool(abs(exact - slope) <= abs(slope) * mp.mpf(10) ** -15 + mp.mpf(10) ** -50)


def broken_rules(seed: int, count: int) -> tuple[Tally, list[str]]:
    """Break one rule in each of `count` programs that use it; a gradient that this changes must not be called right."""
    generator = random.Random(seed)
    kinds = list(faults())
    tally: Tally = Counter()
    broken: list[str] = []
    while tally["programs with a broken rule"] < count:
        candidate, at = expression(generator, generator.randint(2, 4)), point(generator)
        right = _explored(candidate, at, None)
        if right is None:
            continue
        for fault in generator.sample(kinds, 12):
            wrong = _explored(candidate, at, fault)
            if wrong is None:
                continue
            tally["programs with a broken rule"] += 1
            tally[f"kind: {fault.name}"] += 1
            for before, after in zip(right.nodes, wrong.nodes, strict=True):
                if _changed(before, after.gradient):
                    tally["wrong gradients"] += 1
                    tally[f"wrong and called {after.verdict.status}"] += 1
                    if after.verdict.status == "agree":
                        broken.append(f"passed: {fault.name}: d{after.name} of {candidate.text} at {at}")
    return tally, broken


def _changed(before: NodeReport, after: float | None) -> bool:
    """Whether the fault shows: by more than 1e-7 of the true gradient, outside the subnormal range.

    Where the true gradient is 0, a fault that only changes the rounding residue has changed nothing.
    """
    if before.verdict.exact is None or before.gradient is None or after is None or after != after:
        return False
    true = float(before.verdict.exact)
    if true == 0:
        return abs(after) > 1e-9
    return abs(after - true) > 1e-7 * abs(true) and max(abs(true), abs(after)) > 1e7 * SUBNORMAL


def _explored(candidate: Expression, at: dict[str, float], fault: Fault | None) -> Exploration | None:
    """The exploration, None where the program has no value at the point (or does not use the broken rule)."""
    program = read(candidate.text)
    if not program.graph.inputs:
        return None
    if fault is not None:
        graph = fault.injected(program.graph)
        if graph is None:
            return None
        program = replace(program, graph=graph)
    names = {program.graph.names[i] for i in program.graph.inputs}
    try:
        return explore(program, {k: v for k, v in at.items() if k in names}, Options())
    except GradxError as error:
        if error.problem.kind != "domain":
            raise
        return None


def _shares(total: int, seed: int, shares: int) -> list[tuple[int, int]]:
    return [(seed * 1_000 + k, total // shares + (k < total % shares)) for k in range(shares)]


def run(expressions: int, faulty: int, seed: int) -> int:
    """Run both halves over all processors; print the table; the number of broken promises."""
    shares = 16 if expressions > 1000 else 2
    with multiprocessing.Pool(os.cpu_count()) as pool:
        right = pool.starmap(right_rules, _shares(expressions, seed, shares))
        wrong = pool.starmap(broken_rules, _shares(faulty, seed + 1, shares))
    tally: Tally = Counter()
    broken: list[str] = []
    for part, found in (*right, *wrong):
        tally.update(part)
        broken.extend(found)
    kinds = sum(1 for name in tally if name.startswith("kind: "))
    print(f"seed {seed}")
    for name in sorted(tally):
        if not name.startswith("kind: "):
            print(f"  {name:40} {tally[name]:>9,}  {_share(tally, name)}")
    print(f"  {'kinds of broken rules':40} {kinds:>9,}")
    for line in broken[:20]:
        print("  BROKEN", line)
    undecided, inexact = tally["undecided"] / tally["gradients"], tally["inexact"] / tally["gradients"]
    print(f"  undecided {undecided:.4%} (at most 0.01%), inexact {inexact:.3%} (at most 1%), broken {len(broken)}")
    return len(broken) + (undecided > 1e-4) + (inexact > 1e-2)


def _share(tally: Tally, name: str) -> str:
    whole = tally["gradients"] if name in _STATUSES else 0
    return f"{tally[name] / whole:8.4%}" if whole else ""


_STATUSES = ("agree", "inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided", "unchecked")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--expressions", type=int, default=100_000)
    parser.add_argument("--faulty", type=int, default=20_000, help="programs with a broken rule")
    parser.add_argument("--seed", type=int, default=20_261_208)
    given = parser.parse_args()
    sys.exit(min(1, run(given.expressions, given.faulty, given.seed)))
