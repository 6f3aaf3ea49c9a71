"""One program, read from text, its value and all gradients, once: the seconds that one library takes, as JSON.

    python one_shot.py LIBRARY OPERATIONS
    python one_shot.py LIBRARY --file FILE      # once, without a warm-up: to be timed as a whole process

Every library gets the same statements. gradx reads them; for the others Python compiles and runs them with that
library's numbers, which is how they are used. What is timed is from the text to the last gradient.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.setrecursionlimit(10_000_000)

INPUTS = 10
POINT = [0.5 + k / 20 for k in range(INPUTS)]
Result = tuple[float, list[float]]


def gradx(text: str) -> Result:
    from gradx.language.program import read
    from gradx.numbers.float64 import FLOAT64
    from gradx.sweeps.backprop import backprop
    from gradx.sweeps.forward import forward

    graph = read(text).graph
    point = {i: POINT[int(graph.names[i].removeprefix("x"))] for i in graph.inputs}
    run = forward(graph, FLOAT64, point)
    adjoints = backprop(graph, FLOAT64, run).adjoints
    gradients = {graph.names[i]: adjoints[i] for i in point}
    return run.values[graph.output], [gradients.get(f"x{k}", 0.0) for k in range(INPUTS)]


def python_names(functions: dict[str, Callable[..., object]], inputs: list[object]) -> dict[str, object]:
    return {**functions, **{f"x{k}": x for k, x in enumerate(inputs)}}


def micrograd(text: str) -> Result:
    from micrograd.engine import Value

    def tanh(x: Value) -> Value:
        out = Value(math.tanh(x.data), (x,), "tanh")
        out._backward = lambda: setattr(x, "grad", x.grad + (1 - out.data**2) * out.grad)
        return out

    def sin(x: Value) -> Value:
        out = Value(math.sin(x.data), (x,), "sin")
        out._backward = lambda: setattr(x, "grad", x.grad + math.cos(x.data) * out.grad)
        return out

    inputs = [Value(x) for x in POINT]
    names = python_names({"sin": sin, "tanh": tanh}, list(inputs))
    exec(compile(text, "program", "exec"), names)
    names["J"].backward()  # type: ignore[attr-defined]
    return names["J"].data, [x.grad for x in inputs]  # type: ignore[attr-defined]


def autograd(text: str) -> Result:
    import autograd.numpy as np
    from autograd import value_and_grad

    code = compile(text, "program", "exec")

    def f(x: object) -> object:
        names = python_names({"sin": np.sin, "tanh": np.tanh}, [x[k] for k in range(INPUTS)])  # type: ignore[index]
        exec(code, names)
        return names["J"]

    value, gradient = value_and_grad(f)(np.array(POINT))
    return float(value), [float(g) for g in gradient]


def casadi(text: str) -> Result:
    import casadi as ca

    x = ca.SX.sym("x", INPUTS)
    names = python_names({"sin": ca.sin, "tanh": ca.tanh}, [x[k] for k in range(INPUTS)])
    exec(compile(text, "program", "exec"), names)
    value, gradient = ca.Function("f", [x], [names["J"], ca.gradient(names["J"], x)])(POINT)
    return float(value), [float(g) for g in gradient.full().ravel()]


def sympy(text: str) -> Result:
    import sympy as sp

    inputs = sp.symbols(f"x:{INPUTS}", real=True)
    names = python_names({"sin": sp.sin, "tanh": sp.tanh}, list(inputs))
    exec(compile(text, "program", "exec"), names)
    point = dict(zip(inputs, POINT, strict=True))
    output: sp.Expr = names["J"]
    return float(output.evalf(subs=point)), [float(output.diff(x).evalf(subs=point)) for x in inputs]


def symengine(text: str) -> Result:
    import symengine as se

    inputs = se.symbols([f"x{k}" for k in range(INPUTS)])
    names = python_names({"sin": se.sin, "tanh": se.tanh}, list(inputs))
    exec(compile(text, "program", "exec"), names)
    output = names["J"]
    found = se.LambdifyCSE(inputs, [output, *(output.diff(x) for x in inputs)])(POINT)  # type: ignore[attr-defined]
    return float(found[0]), [float(g) for g in found[1:]]


def ddx(text: str) -> Result:
    import ddx as d

    def model() -> object:
        inputs = [d.var(f"x{k}") for k in range(INPUTS)]
        names = python_names({"sin": d.sin, "tanh": d.tanh}, list(inputs))
        exec(compile(text, "program", "exec"), names)
        return names["J"]

    value, gradient = d.equation(model).jacobian(POINT)
    return float(value), [float(g) for g in gradient]


def xad(text: str) -> Result:
    import xad.math as xm
    from xad.adj_1st import Real, Tape

    inputs = [Real(x) for x in POINT]
    with Tape() as tape:
        tape.registerInputs(inputs)
        tape.newRecording()
        names = python_names({"sin": xm.sin, "tanh": xm.tanh}, list(inputs))
        exec(compile(text, "program", "exec"), names)
        output = names["J"]
        tape.registerOutput(output)
        output.derivative = 1.0  # type: ignore[attr-defined]
        tape.computeAdjoints()
        return output.value, [x.derivative for x in inputs]  # type: ignore[attr-defined]


def hyperjet(text: str) -> Result:
    import hyperjet as hj

    inputs = hj.D10Scalar.variables(POINT)
    names = python_names({"sin": lambda x: x.sin(), "tanh": lambda x: x.tanh()}, list(inputs))
    exec(compile(text, "program", "exec"), names)
    output = names["J"]
    return float(output.f), [float(g) for g in output.g]  # type: ignore[attr-defined]


def torch(text: str) -> Result:
    import torch

    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in POINT]
    names = python_names({"sin": torch.sin, "tanh": torch.tanh}, list(inputs))
    exec(compile(text, "program", "exec"), names)
    names["J"].backward()  # type: ignore[attr-defined]
    return float(names["J"]), [0.0 if x.grad is None else float(x.grad) for x in inputs]  # type: ignore[arg-type]


def jax(text: str) -> Result:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    code = compile(text, "program", "exec")

    def f(x: object) -> object:
        names = python_names({"sin": jnp.sin, "tanh": jnp.tanh}, [x[k] for k in range(INPUTS)])  # type: ignore[index]
        exec(code, names)
        return names["J"]

    value, gradient = jax.value_and_grad(f)(jnp.array(POINT))
    return float(value), [float(g) for g in gradient]


def ddx_text(text: str) -> Result:
    """One expression, which this library reads itself."""
    import ddx as d

    equation = d.equation(text)
    value, gradient = equation.jacobian([POINT[int(name.removeprefix("x"))] for name in equation.symbols])
    slopes = dict(zip(equation.symbols, gradient, strict=True))
    return float(value), [float(slopes.get(f"x{k}", 0.0)) for k in range(INPUTS)]


def compile_only(text: str) -> Result:
    compile(text, "program", "exec")
    return math.nan, []


def compile_terms(text: str) -> Result:
    """One long sum, term by term: whole it is too deep for `compile`."""
    for term in text.split(" + sin("):
        compile(f"sin({term.removeprefix('sin(')}", "term", "eval")
    return math.nan, []


LIBRARIES: dict[str, Callable[[str], Result]] = {
    "gradx": gradx,
    "compile": compile_only,
    "compile of its terms": compile_terms,
    "ddx, from the text": ddx_text,
    "micrograd": micrograd,
    "autograd": autograd,
    "casadi": casadi,
    "sympy": sympy,
    "symengine": symengine,
    "ddx": ddx,
    "xad": xad,
    "hyperjet": hyperjet,
    "torch": torch,
    "jax": jax,
}


def main() -> None:
    run = LIBRARIES[sys.argv[1]]
    if sys.argv[2] == "--file":
        value, gradients = run(Path(sys.argv[3]).read_text(encoding="utf-8"))
        print(json.dumps({"value": value, "gradients": gradients}))
        return
    from programs import statements

    run(statements(300))  # imports and warm-up
    text = statements(int(sys.argv[2]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    value, gradients = run(text)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "value": value, "gradients": gradients, "mebibytes": (peak - before) / 1024}))


if __name__ == "__main__":
    main()
