"""The parser against the second grammar: random programs, whole and broken.

    python tests/proof/language.py [--programs 10000] [--seed 20261121]

A program must mean the same to both, have the same value, and be the same graph after it was printed and read again; a
broken one must be refused by both or mean the same to both. Prints what it found; exit code 1 at the first difference.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from proof.random_programs import broken, program
from proof.second_grammar import Formula, Reading, RefusedError, UnjudgedError, value

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.program import Program
from gradx.language.program import read_plainly as read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward

OTHER_USE = re.compile(r"\w{2,}[ \t]*[(（][\w ,]*[)）][ \t]*=|\b[fgh][ \t]*=")
"""The second grammar defines no functions but f, g and h, and they are nothing else."""


class DifferenceError(AssertionError):
    """The two grammars do not agree."""


def written_out(graph: Graph) -> Formula:
    """The output as nested operations on inputs."""
    formulas: list[Formula] = []
    for i, node in enumerate(graph.nodes):
        if node.primitive is None:
            formulas.append(graph.names[i] if node.literal is None else node.literal)
        elif node.primitive.name == "identity":
            formulas.append(formulas[node.inputs[0]])
        else:
            formulas.append((node.primitive.name, *(formulas[j] for j in node.inputs)))
    return formulas[graph.output]


def compare(text: str, known: frozenset[str], chance: random.Random) -> str:
    """What became of `text`. Raises `DifferenceError`."""
    mine: Program | None = None
    kind = ""
    try:
        mine = read(text, known)
    except GradxError as error:
        kind = error.problem.kind
        if kind not in ("syntax", "name"):
            return kind
    try:
        other: Reading | None = Reading(text, known)
    except RefusedError:
        other = None
    except UnjudgedError:
        return "not judged"
    if mine is None:
        if other is not None and kind == "syntax":
            raise DifferenceError(f"only the second grammar reads {text!r}")
        return f"refused ({kind})"
    if not {"f", "g", "h"}.isdisjoint(mine.graph.names[i] for i in mine.graph.inputs) or OTHER_USE.search(text):
        return "not judged"
    if other is None:
        raise DifferenceError(f"only the parser reads {text!r}")
    if written_out(mine.graph) != other.output:
        raise DifferenceError(f"{text!r} is {written_out(mine.graph)} and {other.output}")
    check_value(text, mine, other, chance)
    check_reading(text, mine, known)
    return "read"


def check_value(text: str, mine: Program, other: Reading, chance: random.Random) -> None:
    """The same value at a random point, or none for both."""
    graph = mine.graph
    point = {i: mine.defaults.get(graph.names[i], chance.choice((-1.5, 0.25, 1.0, 2.0, 3.0))) for i in graph.inputs}
    run = forward(graph, FLOAT64, point)
    expected = value(other.output, {graph.names[i]: x for i, x in point.items()})
    found = run.values[graph.output]
    if graph.output in run.faults or not math.isfinite(found):
        return
    if math.isfinite(expected) and not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-300):
        raise DifferenceError(f"{text!r} is worth {found!r} and {expected!r}")


def check_reading(text: str, mine: Program, known: frozenset[str]) -> None:
    """Printing and reading again is the identity."""
    names = known | {mine.graph.names[i] for i in mine.graph.inputs}
    again = read(mine.reading, frozenset(names))
    if again.graph != mine.graph or again.defaults != mine.defaults or again.reading != mine.reading:
        raise DifferenceError(f"{text!r} reads back as another graph: {mine.reading!r}")


def run(programs: int, seed: int) -> Counter[str]:
    """Compare `programs` whole programs and as many broken ones."""
    found: Counter[str] = Counter()
    for k in range(programs):
        chance = random.Random(f"{seed}/{k}")
        text = program(chance)
        known = frozenset({"e"}) if chance.random() < 0.1 else frozenset({"x"})
        found["whole: " + compare(text, known, chance)] += 1
        found["broken: " + compare(broken(chance, text), known, chance)] += 1
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--programs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=20261121)
    chosen = options.parse_args()
    try:
        found = run(chosen.programs, chosen.seed)
    except DifferenceError as difference:
        print(difference)
        return 1
    for what, count in sorted(found.items()):
        print(f"{count:8}  {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
