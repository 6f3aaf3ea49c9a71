"""The programs that are timed: random programs that gradx and Python both read."""

from __future__ import annotations

import random

WINDOW = 50
"""A statement uses names at most this far back, so that a program is as deep as it is long."""

FRESH = 0.2
"""How often an operand is an input."""

LARGEST = 3.0
"""What could become larger than this is squeezed by tanh or sin, so that a long program stays finite."""


def statements(operations: int, inputs: int = 10, seed: int = 1) -> str:
    """`operations` statements over x0, x1, …, all but the last of one operation; the last one is the output."""
    generator = random.Random(seed)
    names = [f"x{k}" for k in range(inputs)]
    bounds = dict.fromkeys(names, 1.0)
    lines = []
    for k in range(operations - 1):
        recent = names[-WINDOW:]
        # An input now and then: however deep the program, neither its value nor its gradients die away.
        a = generator.choice(names[:inputs] if generator.random() < FRESH else recent)
        b = generator.choice(recent)
        sign = generator.choice("*-++")
        bound = bounds[a] * bounds[b] if sign == "*" else bounds[a] + bounds[b]
        name = f"t{k}"
        if bound > LARGEST or generator.random() < 0.4:
            lines.append(f"{name} = {generator.choice(('sin', 'tanh'))}({a})")
            bound = 1.0
        else:
            lines.append(f"{name} = {a} {sign} {b}")
        bounds[name] = bound
        names.append(name)
    lines.append(f"J = {' + '.join(names[-3:])}")
    return "\n".join(lines)


def formula(operations: int, inputs: int = 10, seed: int = 1) -> str:
    """One expression of about as many operations: a sum of quotients over x0, x1, …"""
    generator = random.Random(seed)

    def name() -> str:
        return f"x{generator.randrange(inputs)}"

    return " + ".join(f"sin({name()}*{name()})/(1 + {name()}*{name()})" for _ in range(max(1, operations // 6)))


def wide(inputs: int, operations: int) -> str:
    """A sum of `operations` products over `inputs` inputs: the same work for few inputs and for many."""
    lines = [f"t{k} = x{k % inputs} * x{(k + 1) % inputs}" for k in range(operations // 2)]
    return "; ".join(lines) + "; J = " + " + ".join(f"t{k}" for k in range(operations // 2))


def layered(inputs: int, operations: int) -> str:
    """About so many mixed operations over ten sums of products, in which every input has a part."""
    sums = [" + ".join(f"x{k}*x{(k + 1) % inputs}" for k in range(part, inputs, 10)) for part in range(10)]
    layer = [f"h{part} = {total}" for part, total in enumerate(sums)]
    return "\n".join([*layer, statements(operations - 2 * inputs).replace("x", "h")])


def names_in(inputs: int) -> list[str]:
    return [f"x{k}" for k in range(inputs)]
