"""Gradient descent on one small program with one library: the seconds it takes, from the program to the last step.

    python repeated.py LIBRARY STEPS

Value and gradient at a new point in every step. Every library is used as it is meant to be: what it can prepare once,
it prepares once. Prints one line of JSON.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

RATE = 0.1
START = (0.5, -0.5)

PROGRAM = """
p = log(1 + exp(-w - b))
q = log(1 + exp(b)) - b
r = log(1 + exp(w + b))
s = log(1 + exp(-(2*w + b)))
J = (p + q + r + s + 0.01*w*w + 0.01*b*b)/4
"""

Point = tuple[float, float]
Gradient = Callable[[float, float], Point]


def run(functions: dict[str, Any], w: Any, b: Any) -> Any:
    """J of the program over any library's numbers."""
    names = {**functions, "w": w, "b": b}
    exec(CODE, names)
    return names["J"]


CODE = compile(PROGRAM, "program", "exec")


def descended(gradient: Gradient, steps: int) -> Point:
    w, b = START
    for _ in range(steps):
        slope_w, slope_b = gradient(w, b)
        w, b = w - RATE * slope_w, b - RATE * slope_b
    return w, b


def gradx(steps: int) -> Point:
    from gradx.language.program import read
    from gradx.lessons.descents.descent import Descent, Task

    start = dict(zip(("w", "b"), START, strict=True))
    descent = Descent(Task(read(PROGRAM).graph, start, ("w", "b"), RATE, steps, 0.0))
    last = descent.advance(steps + 1)[-1]
    return last.point[0], last.point[1]


def micrograd(steps: int) -> Point:
    from micrograd.engine import Value

    def exp(x: Value) -> Value:
        out = Value(math.exp(x.data), (x,), "exp")
        out._backward = lambda: setattr(x, "grad", x.grad + out.data * out.grad)
        return out

    def log(x: Value) -> Value:
        out = Value(math.log(x.data), (x,), "log")
        out._backward = lambda: setattr(x, "grad", x.grad + out.grad / x.data)
        return out

    def gradient(w: float, b: float) -> Point:
        x, y = Value(w), Value(b)
        run({"exp": exp, "log": log}, x, y).backward()
        return x.grad, y.grad

    return descended(gradient, steps)


def autograd(steps: int) -> Point:
    import autograd.numpy as np
    from autograd import value_and_grad

    f = value_and_grad(lambda x: run({"exp": np.exp, "log": np.log}, x[0], x[1]))

    def gradient(w: float, b: float) -> Point:
        _, slopes = f(np.array([w, b]))
        return slopes[0], slopes[1]

    return descended(gradient, steps)


def casadi(steps: int) -> Point:
    import casadi as ca

    x = ca.SX.sym("x", 2)
    output = run({"exp": ca.exp, "log": ca.log}, x[0], x[1])
    f = ca.Function("f", [x], [output, ca.gradient(output, x)])

    def gradient(w: float, b: float) -> Point:
        _, slopes = f([w, b])
        return float(slopes[0]), float(slopes[1])

    return descended(gradient, steps)


def sympy(steps: int) -> Point:
    import sympy as sp

    w, b = sp.symbols("w b", real=True)
    output = run({"exp": sp.exp, "log": sp.log}, w, b)
    f = sp.lambdify((w, b), [output, output.diff(w), output.diff(b)], "math", cse=True)
    return descended(lambda w, b: tuple(f(w, b)[1:]), steps)  # type: ignore[arg-type, return-value]


def torch(steps: int) -> Point:
    import torch

    def gradient(w: float, b: float) -> Point:
        x = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
        run({"exp": torch.exp, "log": torch.log}, x[0], x[1]).backward()
        assert x.grad is not None
        return float(x.grad[0]), float(x.grad[1])

    return descended(gradient, steps)


def jax(steps: int) -> Point:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    f = jax.jit(jax.value_and_grad(lambda x: run({"exp": jnp.exp, "log": jnp.log}, x[0], x[1])))

    def gradient(w: float, b: float) -> Point:
        _, slopes = f(jnp.array([w, b]))
        return float(slopes[0]), float(slopes[1])

    return descended(gradient, steps)


LIBRARIES: dict[str, Callable[[int], Point]] = {
    f.__name__: f for f in (gradx, micrograd, autograd, casadi, sympy, torch, jax)
}


def main() -> None:
    library, steps = sys.argv[1], int(sys.argv[2])
    LIBRARIES[library](2)  # imports and warm-up
    start = time.perf_counter()
    point = LIBRARIES[library](steps)
    print(json.dumps({"seconds": time.perf_counter() - start, "gradients": point}))


if __name__ == "__main__":
    main()
