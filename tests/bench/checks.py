"""Eval with its checks against eval without them, and how many points a second a loop answers. Prints both as JSON.

python checks.py [LARGEST]

Processor time of whole processes, the least of some runs in turn; SymPy is not asked, but where it says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

GRADX = str(Path(sys.executable).with_name("gradx"))
SIZES = (10, 100, 1_000, 2_000, 10_000, 30_000, 100_000)
RATIO, POINTS_A_SECOND, POINTS = 1.5, 1_000, 5_000
ASKED_UP_TO = 2_000
CARD = ("3*(a+b*c)", "b=3", "c=2")


def chain(size: int, random: Random) -> str:
    """Steps whose slopes are about 1: what comes out of a long one is neither 0 nor infinite."""
    steps = (f"t{k} = t{k - 1} + {random.randint(-9, 9) / 100}*cos(t{k - 1})" for k in range(1, size // 3 + 1))
    return ";\n".join(["t0 = x + y", *steps])


def products(size: int, random: Random) -> str:
    return " + ".join(f"{random.choice('xyzwuv')}*{random.choice('xyzwuv')}" for _ in range(size // 2))


def logistic(size: int, random: Random) -> str:
    """A loss over rows of data."""
    lines, losses = [], []
    for k in range(max(1, size // 9)):
        lines.append(f"p{k} = 1/(1 + exp(-(w*{random.gauss(0, 1):.3f} + u*{random.gauss(0, 1):.3f} + v)))")
        losses.append(f"log({random.choice(('p{}', '1 - p{}')).format(k)})")
    return ";\n".join([*lines, f"J = -({' + '.join(losses)})"])


def network(size: int, random: Random) -> str:
    """Layers of four units with tanh."""
    lines, before = [], ["x", "y", "z", "w"]
    for k in range(max(1, size // 32)):
        units = [f"h{k}_{j}" for j in range(4)]
        lines += [f"{u} = tanh({' + '.join(f'{random.gauss(0, 0.5):.3f}*{b}' for b in before)})" for u in units]
        before = units
    return ";\n".join([*lines, f"J = {' + '.join(f'{b}^2' for b in before)}"])


PROGRAMS: dict[str, Callable[[int, Random], str]] = {
    "a chain": chain,
    "a sum of products": products,
    "a logistic loss": logistic,
    "a network": network,
}


def spent(command: Sequence[str], stdin: str = os.devnull) -> tuple[float, float]:
    """Seconds of a processor, and on the clock."""
    start = time.perf_counter()
    with open(stdin, encoding="utf-8") as given:
        process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used = os.wait4(process.pid, 0)[2]
    return used.ru_utime + used.ru_stime, time.perf_counter() - start


def row(name: str, size: int, file: str) -> dict[str, object]:
    Path(file).write_text(PROGRAMS[name](size, Random(1)), encoding="utf-8")
    point = [f"{letter}={k / 7 + 0.1:.4f}" for k, letter in enumerate("xyzwuv")]
    command = [GRADX, "eval", "--file", file, *point]
    alone = [*command, "--no-symbolic"]
    pairs = [(spent(alone), spent([*alone, "--checks", "none"])) for _ in range(5 if size <= ASKED_UP_TO else 2)]
    with_checks, without = (min(used for used, _ in runs) for runs in zip(*pairs, strict=True))
    found = json.loads(subprocess.run([*alone, "--json"], stdout=subprocess.PIPE, check=False).stdout)
    verdicts = Counter(node["verdict"]["status"] for node in found["nodes"])
    asked = min(spent(command)[1] for _ in range(2)) if size <= ASKED_UP_TO else None
    clock = min(seconds for (_, seconds), _ in pairs)
    return {
        "what": name, "operations": size, "checked": with_checks, "unchecked": without, "verdicts": verdicts,
        "sympy": asked and asked / clock,
    }  # fmt: skip


def loops() -> list[dict[str, object]]:
    """Points a second, the start taken off."""
    numbers = [f"{k / 1000}" for k in range(POINTS)]
    Path("one.csv").write_text("a\n1\n", encoding="utf-8")
    Path("rows.csv").write_text("\n".join(["a", *numbers]), encoding="utf-8")
    Path("one.txt").write_text("a=1\n", encoding="utf-8")
    Path("lines.txt").write_text("".join(f"a={number}\n" for number in numbers), encoding="utf-8")
    card, prompt = [GRADX, "eval", *CARD, "--json"], [GRADX, "explore", *CARD, "a=5", "--json"]
    ways = {
        "a range": ([*card, f"a=0..{numbers[-1]}:0.001"], os.devnull, [*card, "a=0..1:1"], os.devnull),
        "--data": ([*card, "--data", "rows.csv"], os.devnull, [*card, "--data", "one.csv"], os.devnull),
        "lines of explore --json": (prompt, "lines.txt", prompt, "one.txt"),
    }
    found = []
    for what, (many, given, few, short) in ways.items():
        pairs = [(spent(many, given)[0], spent(few, short)[0]) for _ in range(3)]
        found.append({"what": what, "a_second": POINTS / (min(a for a, _ in pairs) - min(b for _, b in pairs))})
    return found


def main() -> None:
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        rows = [row(name, size, "program.txt") for size in SIZES if size <= largest for name in PROGRAMS]
        print(json.dumps({"rows": rows, "loops": loops()}))


if __name__ == "__main__":
    main()
