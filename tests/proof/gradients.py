"""The statistical proof of the verdict: random expressions through the same code as `gradx eval`, right rules and
broken ones; a third of the points are on or beside a boundary.

    python tests/proof/gradients.py [--expressions 100000] [--seed 20261210] [--faulty 20000] [--enclosures 1000000]

Every verdict on an input is held against a second judge that shares nothing with it: the status, the one-sided slopes,
the exact value, the interval that is said to hold it. Prints a table; exit code 1 where a promise is broken.
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
from proof.boundary_expressions import boundary_expression
from proof.enclosures import enclosure, enclosures
from proof.independent import Finding, as_float, at_the_decimals, found_by_limits
from proof.random_expressions import Expression, expression, mp, point
from proof.rule_faults import Fault, faults

from gradx.errors import GradxError
from gradx.language.program import Program, read
from gradx.point.exploration import Exploration, NodeReport, Options, explore
from gradx.point.verdict import Verdict

Tally = Counter[str]
Point = dict[str, float]
SUBNORMAL = 2.0**-1022

MOST_UNDECIDED = {"off": 0.0002, "on": 0.01}
"""Of the gradients off every boundary, and of those on one."""

MOST_INEXACT = 0.01
LEAST_PROVED = 0.995
LEAST_CALLED_WRONG = 0.99

ERROR = mp.mpf(10) ** -22
"""Of the second judge's slopes, relatively."""

NO_NUMBER = frozenset({"undecided", "unchecked"})


def right_rules(seed: int, count: int) -> tuple[Tally, list[str]]:
    """Explore `count` expressions that have a value; tally verdicts and broken promises."""
    generator = random.Random(seed)
    tally: Tally = Counter()
    broken: list[str] = []
    while tally["expressions"] < count:
        if meant := generator.random() < 1 / 3:
            candidate, at = boundary_expression(generator)
        else:
            candidate, at = expression(generator, generator.randint(2, 5)), point(generator)
        names = sorted({step for step in candidate.program if isinstance(step, str)})
        if not names:
            continue
        try:
            found = _explored(read(candidate.text), at, None)
        except Exception as error:
            broken.append(f"a fault of gradx: {type(error).__name__}: {candidate.text} at {at}")
            continue
        if found is None:
            tally["without a value"] += 1
            if found_by_limits(candidate, at, names[0]).status not in {None, "no value"}:
                broken.append(f"said to have no value: {candidate.text} at {at}")
            continue
        tally["expressions"] += 1
        tally["expressions built on a boundary"] += meant
        findings = {name: found_by_limits(candidate, at, name) for name in names}
        place = "on" if any(finding.touches for finding in findings.values()) else "off"
        _tallied(found, place, meant, tally)
        _value_held(candidate, at, found.value_verdict, findings[names[0]], tally, broken)
        for node in found.nodes:
            if node.verdict.status == "disagree":
                broken.append(f"called wrong: d{node.name} of {candidate.text} at {at}: {node.verdict.reason}")
            elif node.kind == "input":
                _held(candidate, at, node, findings[node.name], tally, broken)
    return tally, broken


def _tallied(found: Exploration, place: str, meant: bool, tally: Tally) -> None:
    tally[f"value {found.value_verdict.status}"] += 1
    for node in found.nodes:
        if node.value is None:  # in a branch that is not taken
            continue
        status = node.verdict.status
        tally["gradients"] += 1
        tally[f"gradients {place} a boundary"] += 1
        tally[f"{status} {place}"] += 1
        tally["proved"] += node.verdict.is_proved
        tally["ordinary gradients"] += not meant
        tally["ordinary inexact"] += not meant and status == "inexact"


def _value_held(
    candidate: Expression, at: Point, verdict: Verdict, finding: Finding, tally: Tally, broken: list[str]
) -> None:
    """A value is that of the float64 numbers, or of the decimals as they were typed."""
    if finding.value is None or verdict.exact is None:
        return
    tally["values held"] += 1
    exact = mp.mpf(verdict.exact)
    if _same(exact, finding.value):
        return
    typed = at_the_decimals(candidate, at, next(iter(at))).value
    if typed is not None and _same(exact, typed):
        tally["values held at the decimals as typed"] += 1
    else:
        broken.append(f"not the value: {candidate.text} at {at}: {verdict.exact}, not {_shown(finding.value)}")


def _held(
    candidate: Expression, at: Point, node: NodeReport, finding: Finding, tally: Tally, broken: list[str]
) -> None:
    """Hold the verdict on an input against what the second judge found."""
    verdict = node.verdict
    what = f"d{node.name} of {candidate.text} at {at}: {verdict.status} {_numbers(verdict)}"
    if finding.status is None:
        tally["not held (the second judge does not settle)"] += 1
        return
    if finding.status == "no value":
        broken.append(f"no value there: {what}")
    elif verdict.status not in NO_NUMBER:
        tally[f"held {finding.status}"] += 1
        if not _is_true(verdict, finding):
            if verdict.status == "agree" and _is_true(verdict, at_the_decimals(candidate, at, node.name)):
                tally["held at the decimals as typed"] += 1
            else:
                broken.append(f"not so: {what}; it is {finding.status} {_told(finding)}")
        elif verdict.status == "agree" and _is_off(node.gradient, finding.exact):
            tally["agree, and float64 is off"] += 1
            if _is_off(node.gradient, at_the_decimals(candidate, at, node.name).exact):
                broken.append(f"float64 is off: {what}, float64 has {node.gradient}")
    interval = enclosure(verdict)
    if interval is not None and finding.exact is not None:
        held = interval.holds(finding.exact, ERROR)
        typed = None if held else at_the_decimals(candidate, at, node.name).exact
        held = held or (typed is not None and interval.holds(typed, ERROR))
        tally["enclosures held" if held else "enclosures missed"] += 1
        if not held:
            broken.append(f"not enclosed: {what}: {interval} without {_shown(finding.exact)}")


def _is_true(verdict: Verdict, finding: Finding) -> bool:
    if finding.status == "smooth":
        return verdict.exact is not None and _same(mp.mpf(verdict.exact), finding.exact)
    sides = zip((verdict.left, verdict.right), (finding.left, finding.right), strict=True)
    return verdict.status == finding.status and all(_same_side(said, as_float(true)) for said, true in sides)


def _same_side(said: float | None, true: float | None) -> bool:
    if said is None or true is None:
        return said is true
    return said == true or abs(said - true) <= 1e-9 * abs(true) + 1e-30


def _is_off(gradient: float | None, exact: mpmath.mpf | None) -> bool:
    """Whether float64's number is none of the true one's: by more than 1e-9 of it, of 1 where that is (nearly) 0."""
    if gradient is None or exact is None:
        return False
    size = abs(exact) if abs(exact) > mp.mpf(10) ** -50 else mp.one
    return bool(abs(gradient - exact) > mp.mpf(10) ** -9 * size)


def _numbers(verdict: Verdict) -> str:
    return verdict.exact or f"({verdict.left}, {verdict.right})"


def _told(finding: Finding) -> str:
    return f"({as_float(finding.left)}, {as_float(finding.right)})" if finding.exact is None else _shown(finding.exact)


def _shown(number: mpmath.mpf) -> str:
    """Twenty digits; Python refuses to write all of some thousands, which mpmath asks for first."""
    with mp.workdps(30):
        return str(mpmath.nstr(+number, 20))


def _same(exact: mpmath.mpf, true: mpmath.mpf) -> bool:
    return bool(abs(exact - true) <= abs(true) * mp.mpf(10) ** -15 + mp.mpf(10) ** -50)


def broken_rules(seed: int, count: int) -> tuple[Tally, list[str]]:
    """Break one rule in each of `count` programs that use it; a gradient that this changes must not be called right."""
    generator = random.Random(seed)
    kinds = list(faults())
    tally: Tally = Counter()
    broken: list[str] = []
    while tally["programs with a broken rule"] < count:
        candidate, at = expression(generator, generator.randint(2, 4)), point(generator)
        program = read(candidate.text)
        right = _explored(program, at, None)
        if right is None:
            continue
        for fault in generator.sample(kinds, 12):
            wrong = _explored(program, at, fault)
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


def _explored(program: Program, at: dict[str, float], fault: Fault | None) -> Exploration | None:
    """The exploration, None where the program has no value at the point (or does not use the broken rule)."""
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


def run(expressions: int, faulty: int, wanted: int, seed: int) -> int:
    """Run all over all processors; print the table; the number of broken promises."""
    shares = 64 if expressions > 1000 else 2
    with multiprocessing.Pool(os.cpu_count()) as pool:
        parts = [
            *pool.starmap(right_rules, _shares(expressions, seed, shares)),
            *pool.starmap(broken_rules, _shares(faulty, seed + 1, shares)),
            *pool.starmap(enclosures, _shares(wanted, seed + 2, shares)),
        ]
    tally: Tally = Counter()
    broken: list[str] = []
    for part, found in parts:
        tally.update(part)
        broken.extend(found)
    kinds = sum(1 for name in tally if name.startswith("kind: "))
    print(f"seed {seed}")
    for name in sorted(tally):
        if not name.startswith("kind: "):
            print(f"  {name:48} {tally[name]:>11,}")
    print(f"  {'kinds of broken rules':48} {kinds:>11,}")
    for line in broken[:40]:
        print("  BROKEN", line)
    return len(broken) + _promises(tally)


def _promises(tally: Tally) -> int:
    """Print every share that is promised; how many are not kept."""
    failed = 0
    promises = [
        *(
            (f"undecided {place}", tally[f"gradients {place} a boundary"], most)
            for place, most in MOST_UNDECIDED.items()
        ),
        ("ordinary inexact", tally["ordinary gradients"], MOST_INEXACT),
    ]
    for name, whole, most in promises:
        failed += _kept(name, tally[name], whole, f"at most {most:.2%}", tally[name] <= most * whole)
    least = [
        ("wrong and called disagree", tally["wrong gradients"], LEAST_CALLED_WRONG),
        ("proved", tally["gradients"], LEAST_PROVED),
    ]
    for name, whole, share in least:
        failed += _kept(name, tally[name], whole, f"at least {share:.2%}", tally[name] >= share * whole)
    return failed


def _kept(name: str, found: int, whole: int, promise: str, kept: bool) -> bool:
    """Whether it is NOT kept; says what it came to."""
    print(f"  {name:48} {found / max(whole, 1):>11.4%}  {promise}{'' if kept else '  BROKEN'}")
    return not kept


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--expressions", type=int, default=100_000)
    parser.add_argument("--faulty", type=int, default=20_000, help="programs with a broken rule")
    parser.add_argument("--enclosures", type=int, default=1_000_000, help="intervals of small programs")
    parser.add_argument("--seed", type=int, default=20_261_210)
    given = parser.parse_args()
    sys.exit(min(1, run(given.expressions, given.faulty, given.enclosures, given.seed)))
