"""The peers that gradx is timed beside, in an environment of their own, and the card's example as a script for each."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2] / ".bench" / "peers"
PYTHON = HOME / "bin" / "python"
_BY_THEIR_NAMES = ("sympy", "micrograd", "autograd", "casadi", "symengine", "xad", "hyperjet", "torch", "jax", "giacpy")
LIBRARIES = {**dict(zip(_BY_THEIR_NAMES, _BY_THEIR_NAMES, strict=True)), "ddx": "ddx-ad"}
"""What is imported, and the distribution that it comes from."""

SCRIPTS = {
    "sympy": """
from sympy import symbols
a, b, c = symbols("a b c")
J = 3*(a + b*c)
print([J.diff(x).subs({a: 5, b: 3, c: 2}) for x in (a, b, c)])
""",
    "micrograd": """
from micrograd.engine import Value
a, b, c = Value(5.0), Value(3.0), Value(2.0)
J = 3*(a + b*c)
J.backward()
print(a.grad, b.grad, c.grad)
""",
    "autograd": """
import autograd.numpy as np
from autograd import grad
print(grad(lambda x: 3*(x[0] + x[1]*x[2]))(np.array([5.0, 3.0, 2.0])))
""",
    "casadi": """
import casadi as ca
x = ca.SX.sym("x", 3)
print(ca.Function("f", [x], [ca.gradient(3*(x[0] + x[1]*x[2]), x)])([5, 3, 2]))
""",
    "symengine": """
from symengine import symbols
a, b, c = symbols("a b c")
J = 3*(a + b*c)
print([J.diff(x).subs({a: 5, b: 3, c: 2}) for x in (a, b, c)])
""",
    "xad": """
from xad.adj_1st import Real, Tape
x = [Real(5.0), Real(3.0), Real(2.0)]
with Tape() as tape:
    tape.registerInputs(x)
    tape.newRecording()
    J = 3*(x[0] + x[1]*x[2])
    tape.registerOutput(J)
    J.derivative = 1.0
    tape.computeAdjoints()
    print([each.derivative for each in x])
""",
    "hyperjet": """
from hyperjet import D3Scalar
a, b, c = D3Scalar.variables([5.0, 3.0, 2.0])
print((3*(a + b*c)).g)
""",
    "ddx": """
import ddx
print(ddx.equation("3*(a + b*c)").jacobian([5.0, 3.0, 2.0]))
""",
    "torch": """
import torch
x = torch.tensor([5.0, 3.0, 2.0], requires_grad=True)
(3*(x[0] + x[1]*x[2])).backward()
print(x.grad)
""",
    "jax": """
import jax, jax.numpy as np
print(jax.grad(lambda x: 3*(x[0] + x[1]*x[2]))(np.array([5.0, 3.0, 2.0])))
""",
}
"""Value and gradients of 3*(a+b*c) at a=5 b=3 c=2, as shortly as each library allows."""

PROGRAMS = {
    "qalc": ["qalc", "3*(5+3*2)"],
    "giac": ["giac", "diff(3*(a+b*c),b)"],
    "maxima": ["maxima", "--very-quiet", "--batch-string=diff(3*(a+b*c),b);"],
}
"""Peers that are programs of the machine, if it has them."""


def set_up() -> tuple[dict[str, str], list[str]]:
    """The peers that can be imported, with their versions, and a sentence about each that cannot."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    found: dict[str, str] = {}
    skipped: list[str] = []
    for name, distribution in LIBRARIES.items():
        ask = f"from importlib.metadata import version; import {name}; print(version({distribution!r}))"
        answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            command = [str(PYTHON), "-m", "pip", "install", "--quiet", distribution]
            subprocess.run(command, capture_output=True, check=False)
            answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            found[name] = answer.stdout.strip()
        else:
            skipped.append(f"{distribution} could not be installed here")
    skipped += [f"{name} is not on this machine" for name in PROGRAMS if shutil.which(name) is None]
    return found, skipped


def answers_of(script: str, library: str) -> Any:
    """The JSON that a script prints for one library, run where that is; None where it is not."""
    for python in (PYTHON, Path(sys.executable)):
        if python.exists():
            done = subprocess.run([str(python), script, library], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return json.loads(done.stdout)
    return None
