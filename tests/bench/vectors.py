"""40 programs with vectors and matrices: every gradient of `gradx eval`, against NumPy, PyTorch and JAX.

    python vectors.py              # gradx's gradients against those of the libraries that are here, as JSON
    python vectors.py LIBRARY      # the gradients of one library, run by a Python that has it

Each program stands here twice, as gradx reads it and as Python code of a library. PyTorch and JAX differentiate it in
their own reverse mode, in binary64; NumPy by the complex step, which loses no digits to a difference.
Source: Squire & Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40, 1998.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP = 1e-30


class Row(NamedTuple):
    """`inputs`: `X=5x3`, with `+` behind it if positive, `?` if labels of 0 and 1."""

    gradx: str
    inputs: str
    python: str


ROWS = (
    Row("z = X w + b; a = sigmoid(z); J = -mean(y*log(a) + (1 - y)*log(1 - a))", "X=6x3 w=3x1 b=1x1 y=6x1?",
        "z = X @ w + b; a = sigmoid(z); J = -mean(y*log(a) + (1 - y)*log(1 - a))"),
    Row("J = sum((X w + b - y)^2)/10 + λ/10*sum(w^2)", "X=5x3 w=3x1 b=1x1 y=5x1 λ=1x1+",
        "J = sum((X @ w + b - y)**2)/10 + λ/10*sum(w**2)"),
    Row("Z1 = W1 X + b1; A1 = tanh(Z1); Z2 = W2 A1 + b2; A2 = sigmoid(Z2); J = -mean(Y*log(A2) + (1 - Y)*log(1 - A2))",
        "W1=4x2 b1=4x1 W2=1x4 b2=1x1 X=2x7 Y=1x7?",
        "A1 = tanh(W1 @ X + b1); A2 = sigmoid(W2 @ A1 + b2); J = -mean(Y*log(A2) + (1 - Y)*log(1 - A2))"),
    Row("P = softmax(W2 relu(W1 X + b1) + b2, axis=0); J = -sum(Y*log(P))/8",
        "W1=6x5 b1=6x1 W2=3x6 b2=3x1 X=5x8 Y=3x8?",
        "P = softmax(W2 @ relu(W1 @ X + b1) + b2, 0); J = -sum(Y*log(P))/8"),
    Row("z = W x + b; p = softmax(z); L = -sum(y*log(p))", "W=4x3 x=3x1 b=4x1 y=4x1?",
        "p = softmax(W @ x + b, 0); J = -sum(y*log(p))"),
    Row("J = mean(logsumexp(X W, axis=1) - sum(Y*(X W), axis=1))", "X=6x4 W=4x3 Y=6x3?",
        "J = mean(logsumexp(X @ W, 1) - sum(Y*(X @ W), 1))"),
    Row("S = Q K^T/sqrt(3); A = softmax(S, axis=1); O = A V; J = sum((O - Y)^2)", "Q=4x3 K=5x3 V=5x2 Y=4x2",
        "A = softmax(Q @ K.T/3**0.5, 1); J = sum((A @ V - Y)**2)"),
    Row("J = 1/2*norm(A x - b)^2", "A=5x3 x=3x1 b=5x1", "J = norm(A @ x - b)**2/2"),
    Row("x^T A x", "x=4x1 A=4x4", "J = item(x.T @ A @ x)"),
    Row("x^T A y/(‖x‖ ‖y‖)", "x=4x1 A=4x3 y=3x1", "J = item(x.T @ A @ y)/(norm(x)*norm(y))"),
    Row("u^T v/(‖u‖ ‖v‖)", "u=5x1 v=5x1", "J = item(u.T @ v)/(norm(u)*norm(v))"),
    Row("(x^T A x)/(x^T x)", "x=4x1 A=4x4", "J = item(x.T @ A @ x)/item(x.T @ x)"),
    Row("trace(A B)", "A=3x4 B=4x3", "J = trace(A @ B)"),
    Row("trace(A^T X B X^T)", "A=3x3 X=3x4 B=4x4", "J = trace(A.T @ X @ B @ X.T)"),
    Row("trace((X - A)^T (X - A)) + norm(X - B)", "X=3x4 A=3x4 B=3x4", "J = trace((X - A).T @ (X - A)) + norm(X - B)"),
    Row("sum((U V^T - M)^2) + λ*(norm(U)^2 + norm(V)^2)", "U=4x2 V=5x2 M=4x5 λ=1x1+",
        "J = sum((U @ V.T - M)**2) + λ*(norm(U)**2 + norm(V)**2)"),
    Row("sum(A B C)", "A=2x3 B=3x4 C=4x2", "J = sum(A @ B @ C)"),
    Row("sum(A^3 ⊙ B/C)", "A=3x3 B=3x3 C=3x3+", "J = sum(A**3*B/C)"),
    Row("sum((u v^T - M)^2)", "u=3x1 v=4x1 M=3x4", "J = sum((u @ v.T - M)**2)"),
    Row("logsumexp(A x)", "A=5x3 x=3x1", "J = item(logsumexp(A @ x, 0))"),
    Row("sum(exp(-X^2/2))*prod(p)", "X=3x4 p=4x1+", "J = sum(exp(-X**2/2))*prod(p)"),
    Row("mean(X, axis=0) w + sum(mean(X, axis=1)^2)", "X=4x3 w=3x1",
        "J = item(mean(X, 0) @ w) + sum(mean(X, 1)**2)"),
    Row("mu = mean(Z, axis=1); s = mean((Z - mu)^2, axis=1); N = (Z - mu)/sqrt(s + 1e-8); J = sum(C*(g*N + b))",
        "Z=3x6 g=3x1 b=3x1 C=3x6",
        "mu = mean(Z, 1); s = mean((Z - mu)**2, 1); N = (Z - mu)/sqrt(s + 1e-8); J = sum(C*(g*N + b))"),
    Row("Z = (X - mean(X, axis=0))/sqrt(mean((X - mean(X, axis=0))^2, axis=0)); sum(Z[1,:]^3)", "X=5x3",
        "c = X - mean(X, 0); J = sum((c/sqrt(mean(c**2, 0)))[0:1, :]**3)"),
    Row("sum(where(abs(r) < 1, r^2/2, abs(r) - 1/2))", "r=8x1", "J = sum(where(abs(r) < 1, r**2/2, abs(r) - 0.5))"),
    Row("mean(max(0, 1 - y*(X w))) + 0.01*w·w", "X=6x3 w=3x1 y=6x1",
        "J = mean(relu(1 - y*(X @ w))) + 0.01*sum(w*w)"),
    Row("max(A x) + min(A x) + norm(x, 1)", "A=5x3 x=3x1", "J = max(A @ x) + min(A @ x) + sum(abs(x))"),
    Row("x[1]*sum(x[2..4]^2) + W[2,3]*sum(W[:,1])*sum(W[1,:])", "x=4x1 W=3x3",
        "J = x[0, 0]*sum(x[1:4]**2) + W[1, 2]*sum(W[:, 0:1])*sum(W[0:1, :])"),
    Row("θ^T [1; x] + sum([x; 2*y]^2)", "θ=4x1 x=3x1 y=2x1",
        "J = θ[0, 0] + item(θ[1:].T @ x) + sum(x**2) + sum((2*y)**2)"),
    Row("sum(i=1..5, (w*x[i] + b - y[i])^2)/10", "w=1x1 b=1x1 x=5x1 y=5x1", "J = sum((w*x + b - y)**2)/10"),
    Row("sum(i=1..3, a[i]*sum(j=1..4, W[i,j]*x[j]))", "a=3x1 W=3x4 x=4x1", "J = item(a.T @ W @ x)"),
    Row("sum(i=1..4, (x[i+1] - x[i])^2)", "x=5x1", "J = sum((x[1:] - x[:-1])**2)"),
    Row("y[i=1..4] = sum(k=1..3, w[k]*x[i+k-1]); J = sum(tanh(y)^2)", "w=3x1 x=6x1",
        "J = sum(tanh(w[0]*x[0:4] + w[1]*x[1:5] + w[2]*x[2:6])**2)"),
    Row("Z[i=1..3, j=1..3] = sum(a=1..2, b=1..2, F[a,b]*X[i+a-1, j+b-1]); J = sum(relu(Z))", "F=2x2 X=4x4",
        "J = sum(relu(F[0, 0]*X[:3, :3] + F[0, 1]*X[:3, 1:] + F[1, 0]*X[1:, :3] + F[1, 1]*X[1:, 1:]))"),
    Row("h[t=1..4] = tanh(u*h[t-1] + w*x[t] + b); J = (h[4] - y)^2/2", "u=1x1 w=1x1 b=1x1 x=4x1 h0=1x1 y=1x1",
        "h = h0\nfor t in range(4): h = tanh(u*h + w*x[t, 0] + b)\nJ = (h - y)**2/2"),
    Row("h[t=1..3] = tanh(U h[t-1] + W X[:,t] + b); J = sum((h3 - y)^2)", "U=2x2 W=2x3 X=3x3 b=2x1 h0=2x1 y=2x1",
        "h = h0\nfor t in range(3): h = tanh(U @ h + W @ X[:, t:t + 1] + b)\nJ = sum((h - y)**2)"),
    Row("f = sigmoid(Wf x + Uf h); c = f*c0 + (1 - f)*tanh(Wc x); J = sum(c^2)",
        "Wf=3x2 Uf=3x3 Wc=3x2 x=2x1 h=3x1 c0=3x1",
        "f = sigmoid(Wf @ x + Uf @ h); J = sum((f*c0 + (1 - f)*tanh(Wc @ x))**2)"),
    Row("p = sigmoid(z); L = prod(i=1..4, where(y[i] > 0.5, p[i], 1 - p[i])); J = -log(L)", "z=4x1 y=4x1?",
        "p = sigmoid(z); J = -log(prod(where(y > 0.5, p, 1 - p)))"),
    Row("sum(sin(X) ⊙ cos(X^T)) + sum(sqrt(Y)*log(Y))", "X=3x3 Y=2x3+",
        "J = sum(sin(X)*cos(X.T)) + sum(sqrt(Y)*log(Y))"),
    Row("J = norm(W2 relu(W1 relu(W0 X)))^2/20 + 0.1*(sum(W0^2) + sum(W1^2) + sum(W2^2))", "W0=5x4 W1=5x5 W2=2x5 X=4x6",
        "J = norm(W2 @ relu(W1 @ relu(W0 @ X)))**2/20 + 0.1*(sum(W0**2) + sum(W1**2) + sum(W2**2))"),
)  # fmt: skip


Inputs = dict[str, NDArray[np.float64]]


def inputs_of(k: int) -> Inputs:
    """The inputs of row k: numbers that are drawn, with a seed of their own."""
    rng = np.random.default_rng(k)
    found: Inputs = {}
    for word in ROWS[k].inputs.split():
        name, _, size = word.partition("=")
        rows, columns = map(int, size.rstrip("+?").split("x"))
        drawn = rng.normal(size=(rows, columns))
        if size.endswith("+"):
            drawn = 0.2 + rng.random((rows, columns))
        found[name] = (drawn > 0).astype(float) if size.endswith("?") else drawn.round(6)
    return found


def by_gradx(k: int) -> Inputs:
    """What the command answers."""
    words = [f"{name}={written(array)}" for name, array in inputs_of(k).items()]
    command = [sys.executable, "-m", "gradx_cli", "eval", ROWS[k].gradx, *words, "--json", "--exit-zero"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)["gradients"]
    return {name: np.reshape(answer[name], array.shape) for name, array in inputs_of(k).items()}


def written(array: NDArray[np.float64]) -> str:
    if array.size == 1:
        return repr(float(array[0, 0]))
    rows = [" ".join(repr(float(x)) for x in row) for row in array]
    return f"[[{rows[0]}]]" if len(rows) == 1 else f"[{'; '.join(rows)}]"


def value(python: str, functions: Mapping[str, object], inputs: Mapping[str, object]) -> Any:
    """J, as the code of a row computes it with a library's functions; a 1x1 array is a number in it."""
    names = {**functions, **inputs}
    exec(python.replace("; ", "\n"), names)
    return names["J"]


def by_numpy(k: int) -> Inputs:
    """By the complex step: J at x + ih has h·dJ/dx for its imaginary part."""
    inputs = inputs_of(k)
    found = {name: np.empty_like(array) for name, array in inputs.items()}
    for name, array in inputs.items():
        for at in np.ndindex(array.shape):
            moved = {other: x.astype(complex) for other, x in inputs.items()}
            moved[name][at] += 1j * STEP
            single = {other: x[0, 0] if x.size == 1 else x for other, x in moved.items()}
            found[name][at] = np.imag(value(ROWS[k].python, numpy_functions(), single)) / STEP
    return found


def numpy_functions() -> dict[str, Callable[..., Any]]:
    def along(reduce: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, axis=None: reduce(x, axis=axis, keepdims=axis is not None)

    def logsumexp(x: Any, axis: int) -> Any:
        top = np.max(x.real, axis=axis, keepdims=True)
        return top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))

    def where(chosen: Any, then: Any, otherwise: Any) -> Any:
        return np.where(chosen, then, otherwise)

    return {
        **{name: getattr(np, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos", "trace")},
        "sum": along(np.sum), "mean": along(np.mean), "prod": np.prod, "where": where, "item": lambda x: x[0, 0],
        "abs": lambda x: np.where(x.real >= 0, x, -x), "relu": lambda x: np.where(x.real > 0, x, 0),
        "max": lambda x: x.ravel()[x.real.argmax()], "min": lambda x: x.ravel()[x.real.argmin()],
        "norm": lambda x: np.sqrt(np.sum(x * x)), "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "logsumexp": logsumexp, "softmax": lambda x, axis: np.exp(x - logsumexp(x, axis)),
    }  # fmt: skip


def by_torch(k: int) -> Inputs:
    import torch

    def along(reduce: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, axis=None: reduce(x) if axis is None else reduce(x, dim=axis, keepdim=True)

    functions = {
        **{name: getattr(torch, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos", "trace", "prod")},
        **{name: getattr(torch, name) for name in ("abs", "relu", "max", "min", "where", "sigmoid", "softmax")},
        "sum": along(torch.sum), "mean": along(torch.mean), "norm": torch.linalg.norm, "item": lambda x: x[0, 0],
        "logsumexp": lambda x, axis: torch.logsumexp(x, axis, keepdim=True),
    }  # fmt: skip
    inputs = {name: torch.tensor(array, requires_grad=True) for name, array in inputs_of(k).items()}
    single = {name: x[0, 0] if x.numel() == 1 else x for name, x in inputs.items()}
    value(ROWS[k].python, functions, single).backward()
    return {name: np.zeros(x.shape) if x.grad is None else x.grad.numpy() for name, x in inputs.items()}


def by_jax(k: int) -> Inputs:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def along(reduce: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, axis=None: reduce(x, axis=axis, keepdims=axis is not None)

    functions = {
        **{name: getattr(jnp, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos", "trace", "prod")},
        **{name: getattr(jnp, name) for name in ("abs", "max", "min", "where")},
        "sum": along(jnp.sum), "mean": along(jnp.mean), "norm": jnp.linalg.norm, "item": lambda x: x[0, 0],
        "sigmoid": jax.nn.sigmoid, "softmax": jax.nn.softmax, "relu": jax.nn.relu,
        "logsumexp": lambda x, axis: jax.nn.logsumexp(x, axis=axis, keepdims=True),
    }  # fmt: skip

    def of(inputs: Mapping[str, Any]) -> Any:
        return value(ROWS[k].python, functions, {n: x[0, 0] if x.size == 1 else x for n, x in inputs.items()})

    return {name: np.asarray(x) for name, x in jax.grad(of)(inputs_of(k)).items()}


LIBRARIES = {"numpy": by_numpy, "torch": by_torch, "jax": by_jax}


def main() -> None:
    if len(sys.argv) == 2:
        function = LIBRARIES[sys.argv[1]]
        rows = [{name: array.tolist() for name, array in function(k).items()} for k in range(len(ROWS))]
        print(json.dumps({"version": version(sys.argv[1]), "rows": rows}))
        return
    import peers

    ours = [by_gradx(k) for k in range(len(ROWS))]
    print(json.dumps({name: compared(peers.answers_of(__file__, name), ours) for name in LIBRARIES}))


def compared(theirs: dict[str, Any] | None, ours: list[Inputs]) -> dict[str, object] | None:
    """How many programs and gradients, and the farthest that one is from the other's, relatively to the largest of its
    bundle (and to 1 where that is smaller); None for a library that is not here."""
    if theirs is None:
        return None
    farthest = 0.0
    for mine, other in zip(ours, theirs["rows"], strict=True):
        for name, array in mine.items():
            off = np.abs(array - np.array(other[name])).max()
            farthest = max(farthest, float(off / max(1.0, np.abs(array).max())))
    count = sum(array.size for mine in ours for array in mine.values())
    return {"version": theirs["version"], "programs": len(ours), "gradients": count, "farthest": farthest}


if __name__ == "__main__":
    main()
