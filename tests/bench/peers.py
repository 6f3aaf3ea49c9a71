"""The peers that gradx is timed beside, in an environment of their own, and the card's example as a script for each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2] / ".bench" / "peers"
PYTHON = HOME / "bin" / "python"
ALWAYS = ("sympy", "micrograd", "autograd", "casadi")
ON_REQUEST = ("torch", "jax")

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
    "maxima": ["maxima", "--very-quiet", "--batch-string=diff(3*(a+b*c),b);"],
}
"""Peers that are programs of the machine, if it has them."""


def set_up() -> tuple[dict[str, str], list[str]]:
    """The peers that can be imported, with their versions, and a sentence about each that cannot."""
    everything = os.environ.get("PEERS") == "all"
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
    found: dict[str, str] = {}
    skipped: list[str] = []
    for name in (*ALWAYS, *(ON_REQUEST if everything else ())):
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", name], check=False)
        ask = f"from importlib.metadata import version; import {name}; print(version({name!r}))"
        answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            found[name] = answer.stdout.strip()
        else:
            skipped.append(f"{name} could not be installed from PyPI here")
    if not everything:
        skipped.append("PyTorch and JAX are measured with PEERS=all")
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
