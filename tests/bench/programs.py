"""The programs that are timed: one random program as statements that gradx and Python both read."""

from __future__ import annotations

import random

WINDOW = 50
"""A statement uses names at most this far back, so that a program is as deep as it is long."""


def statements(operations: int, inputs: int = 10, seed: int = 1) -> str:
    """`operations` statements of one operation each over x0, x1, …; the last one is the output. Values stay near 1."""
    generator = random.Random(seed)
    names = [f"x{k}" for k in range(inputs)]
    lines = []
    for k in range(operations - 1):
        recent = names[-WINDOW:]
        a, b = generator.choice(recent), generator.choice(recent)
        kind = generator.random()
        if kind < 0.3:
            lines.append(f"t{k} = {a} * {b}" if kind < 0.15 else f"t{k} = {a} - {b}")
        elif kind < 0.6:
            lines.append(f"t{k} = {a} + {b}")
        else:
            lines.append(f"t{k} = {'sin' if kind < 0.8 else 'tanh'}({a})")
        names.append(f"t{k}")
    tail = " + ".join(dict.fromkeys((*names[-3:],)))
    lines.append(f"J = {tail}")
    return "\n".join(lines)


def wide(inputs: int, operations: int) -> str:
    """A sum of `operations` products over `inputs` inputs: the same work for few inputs and for many."""
    lines = [f"t{k} = x{k % inputs} * x{(k + 1) % inputs}" for k in range(operations // 2)]
    return "; ".join(lines) + "; J = " + " + ".join(f"t{k}" for k in range(operations // 2))
