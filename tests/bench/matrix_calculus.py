"""40 expressions of vectors and matrices: what gradx, SymPy and matrixcalculus.org say of each, as a table.

    python tests/bench/matrix_calculus.py    # writes it into docs/matrix_calculus.md

gradx and SymPy are run. What matrixcalculus.org takes is read off its documentation, and not tried.
Source: https://www.matrixcalculus.org/documentation, Laue, Mitterreiter & Giesen.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import sympy
from sympy import (
    HadamardPower,
    HadamardProduct,
    Matrix,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Trace,
    exp,
    log,
    sin,
    symbols,
    tanh,
)

PAGE = Path(__file__).parents[2] / "docs" / "matrix_calculus.md"
LONGEST = 70

HEAD = f"""# Matrix calculus, beside SymPy and matrixcalculus.org

40 expressions, and the derivative by the input named. gradx and SymPy {sympy.__version__} were run by
`tests/bench/matrix_calculus.py`, which wrote this page; SymPy's formula was evaluated at gradx's point, and is called
wrong where it is worth another number. It writes a matrix of ones as 1. matrixcalculus.org was not run: its column says
what its [documentation](https://www.matrixcalculus.org/documentation) has operators for, and how it would be typed.

gradx derives at a point: its shapes and numbers are known, its result is one number, every entry of a gradient is
proved, and the form is held against the entries. The other two derive without a point, for all shapes, and take
results that are vectors (a Jacobian) as well. `–` is what they have no operator or no answer for.

| expression | by | gradx | SymPy | matrixcalculus.org (documented) |
| --- | --- | --- | --- | --- |
"""


class Row(NamedTuple):
    """`values` are gradx's point; `sympy` is code over the symbols below; `other` what would be typed at the third."""

    program: str
    by: str
    values: str
    sympy: str
    other: str


V, W, X, A, B, Y = "v=[1 2]", "w=[1 -2]", "x=[1 2]", "A=[1 2; 3 4]", "B=[2 0; 1 1]", "y=[1 3]"
M = "X=[1 2; 3 5]"
NO_AXIS, NO_ENTRY, NO_INDEX = "– no sum along an axis", "– no entries", "– no indices"
ROWS = (
    Row("w^T x", "x", f"{W} {X}", "(w.T*x).diff(x)", "w'*x"),
    Row("x^T A x", "x", f"{X} {A}", "(x.T*A*x).diff(x)", "x'*A*x"),
    Row("x^T A x", "A", f"{X} {A}", "(x.T*A*x).diff(A)", "x'*A*x"),
    Row("x^T A y", "A", f"{X} {A} {Y}", "(x.T*A*y).diff(A)", "x'*A*y"),
    Row("‖A x - y‖^2", "x", f"{X} {A} {Y}", "((A*x - y).T*(A*x - y)).diff(x)", "norm2(A*x-y)^2"),
    Row("‖A x - y‖^2", "A", f"{X} {A} {Y}", "((A*x - y).T*(A*x - y)).diff(A)", "norm2(A*x-y)^2"),
    Row("‖x‖", "x", X, "sympy.sqrt(Trace(x.T*x)).diff(x)", "norm2(x)"),
    Row("norm(A x - y, 1)", "x", f"{X} {A} {Y}", "(one.T*(A*x - y).applyfunc(sympy.Abs)).diff(x)", "norm1(A*x-y)"),
    Row("w^T x/(‖w‖ ‖x‖)", "x", f"{W} {X}",
        "(Trace(w.T*x)/sympy.sqrt(Trace(w.T*w)*Trace(x.T*x))).diff(x)", "w'*x/(norm2(w)*norm2(x))"),
    Row("(x^T A x)/(x^T x)", "x", f"{X} {A}", "(Trace(x.T*A*x)/Trace(x.T*x)).diff(x)", "(x'*A*x)/(x'*x)"),
    Row("trace(A X)", "X", f"{A} {M}", "Trace(A*X).diff(X)", "tr(A*X)"),
    Row("trace(X^T A X)", "X", f"{A} {M}", "Trace(X.T*A*X).diff(X)", "tr(X'*A*X)"),
    Row("trace(A X B X^T)", "X", f"{A} {M} {B}", "Trace(A*X*B*X.T).diff(X)", "tr(A*X*B*X')"),
    Row("norm(X)", "X", M, "sympy.sqrt(Trace(X.T*X)).diff(X)", "norm2(X)"),
    Row("norm(X - A)^2", "X", f"{M} {A}", "Trace((X - A).T*(X - A)).diff(X)", "norm2(X-A)^2"),
    Row("sum(X)", "X", M, "(one.T*X*one).diff(X)", "sum(X)"),
    Row("sum(A ⊙ X)", "X", f"{A} {M}", "(one.T*HadamardProduct(A, X)*one).diff(X)", "sum(A.*X)"),
    Row("sum(X^3)", "X", M, "(one.T*HadamardPower(X, 3)*one).diff(X)", "sum(X.^3)"),
    Row("sum(exp(A x))", "x", f"{A} {X}", "(one.T*(A*x).applyfunc(exp)).diff(x)", "sum(exp(A*x))"),
    Row("sum(sin(X))", "X", M, "(one.T*X.applyfunc(sin)*one).diff(X)", "sum(sin(X))"),
    Row("y^T tanh(A x)", "A", f"{A} {X} {Y}", "(y.T*(A*x).applyfunc(tanh)).diff(A)", "y'*tanh(A*x)"),
    Row("sum(relu(A x))", "A", f"{A} {X}",
        "(one.T*(A*x).applyfunc(lambda t: sympy.Max(0, t))).diff(A)", "sum(relu(A*x))"),
    Row("log(sum(exp(x)))", "x", X, "log(Trace(one.T*x.applyfunc(exp))).diff(x)", "log(sum(exp(x)))"),
    Row("sum(log(1 + exp(-y*(X w))))", "w", f"{M} {W} {Y}",
        "(one.T*(HadamardProduct(-y, X*w)).applyfunc(lambda t: log(1 + exp(t)))).diff(w)",
        "sum(log(vector(1)+exp(-y.*(X*w))))"),
    Row("sum(sigmoid(X w))", "w", f"{M} {W}",
        "(one.T*(X*w).applyfunc(lambda t: 1/(1 + exp(-t)))).diff(w)", "sum(vector(1)./(vector(1)+exp(-X*w)))"),
    Row("sum((u v^T - X)^2)", "u", f"u=[1 -1] {V} {M}", "Trace((x*v.T - X).T*(x*v.T - X)).diff(x)",
        "norm2(u*v'-X)^2"),
    Row("sum(v ⊙ x/(1 + x^2))", "x", f"{V} {X}",
        "(v.T*x.applyfunc(lambda t: t/(1 + t**2))).diff(x)", "sum(v.*x./(vector(1)+x.^2))"),
    Row("softmax(x)^T y", "x", f"{X} {Y}",
        "(y.T*x.applyfunc(exp)/Trace(one.T*x.applyfunc(exp))).diff(x)", "y'*exp(x)/sum(exp(x)), written out"),
    Row("sum(softmax(X, axis=1) ⊙ A)", "X", f"{M} {A}", "", NO_AXIS),
    Row("sum(mean(X, axis=0)^2)", "X", M, "((one.T*X/n)*(one.T*X/n).T).diff(X)",
        "norm2(X'*vector(1)/2)^2, written out"),
    Row("sum((X - mean(X, axis=0))^2)", "X", M,
        "Trace((X - one*one.T*X/n).T*(X - one*one.T*X/n)).diff(X)", NO_AXIS),
    Row("sum((X + b)^2)", "b", f"{M} b=[1 2]", "Trace((X + x*one.T).T*(X + x*one.T)).diff(x)",
        "norm2(X+b*vector(1)')^2, written out"),
    Row("x[1]*sum(x)", "x", X, "(x[0, 0]*Trace(one.T*x)).diff(x)", NO_ENTRY),
    Row("sum(X[:,1]^2)", "X", M, "((X[:, 0]).T*X[:, 0]).diff(X)", NO_ENTRY),
    Row("max(A x)", "x", f"{A} {X}", "", "– no largest entry"),
    Row("sum(where(x > 1, x^2, x))", "x", X,
        "(one.T*x.applyfunc(lambda t: sympy.Piecewise((t**2, t > 1), (t, True)))).diff(x)", "– no cases"),
    Row("sum(i=1..2, (x[i+1] - x[i])^2)", "x", "x=[1 2 4]",
        "Sum((x[i + 1, 0] - x[i, 0])**2, (i, 0, n - 2)).diff(x[k, 0])", NO_INDEX),
    Row("h[t=1..2] = tanh(u*h[t-1] + x[t]); J = h[2]", "u", f"u=0.5 h0=0.1 {X}",
        "tanh(u*tanh(u*h + x[0, 0]) + x[1, 0]).diff(u)", NO_INDEX),
    Row("log(det(X))", "X", M, "log(sympy.Determinant(X)).diff(X)", "log(det(X))"),
    Row("y^T inv(X) y", "X", f"{M} {Y}", "(y.T*X.inverse()*y).diff(X)", "y'*inv(X)*y"),
)  # fmt: skip


def symbols_of(n: sympy.Expr) -> dict[str, object]:
    i, k = symbols("i k", integer=True, positive=True)
    u, h = symbols("u h")
    columns = {name: MatrixSymbol(name, n, 1) for name in "vwxy"}
    square = {name: MatrixSymbol(name, n, n) for name in "ABX"}
    functions = {
        "Trace": Trace, "HadamardProduct": HadamardProduct, "HadamardPower": HadamardPower, "Sum": Sum,
        "exp": exp, "log": log, "sin": sin, "tanh": tanh, "sympy": sympy,
    }  # fmt: skip
    return {**functions, **columns, **square, "one": OneMatrix(n, 1), "n": n, "i": i, "k": k, "u": u, "h": h}


def by_sympy(row: Row, gradient: Matrix | None) -> str:
    """The derivative that SymPy gives; what it leaves as a derivative, where it stops, and what is wrong, is said."""
    if not row.sympy:
        return "– no such function"
    try:
        found = eval(row.sympy, symbols_of(symbols("n", integer=True, positive=True)))
        found = found.doit() if hasattr(found, "doit") else found
    except Exception as error:
        return f"– {type(error).__name__}"
    text = str(found)
    if "Derivative" in text or "Subs" in text:
        return "– left as a derivative"
    worth = None if gradient is None else value_of(row)
    told = shortened(text)
    if worth is None:
        return f"{told}, not evaluated"
    return told if max(map(abs, Matrix(worth) - gradient)) < 1e-9 else f"wrong: {told}"


def value_of(row: Row) -> list[float] | None:
    """What SymPy's derivative is worth at gradx's point, row by row; None where it cannot be evaluated."""
    known = symbols_of(sympy.Integer(2))
    try:
        found = eval(row.sympy, known)
        for word in words(row.values):
            name, _, text = word.partition("=")
            target = known["x" if name == row.by and row.by in "ub" and "[" in text else name.rstrip("0")]
            numbers = [[float(x) for x in line.split()] for line in text.strip("[]").split(";")]
            array = Matrix(numbers).T if len(numbers) == 1 else Matrix(numbers)
            found = found.subs(target, sympy.ImmutableMatrix(array) if "[" in text else numbers[0][0])
        found = found.doit()
        explicit = found.as_explicit() if hasattr(found, "as_explicit") else found
        return [float(x) for x in sympy.flatten(explicit)] if hasattr(explicit, "shape") else [float(explicit)]
    except Exception:
        return None


def shortened(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[:LONGEST]}…` ({len(text)} characters)"


def by_gradx(row: Row) -> tuple[str, Matrix | None]:
    """The matrix form that `gradx diff` gives for the input, and the numbers, which are proved without one too."""
    command = [sys.executable, "-m", "gradx_cli", "diff", row.program, *words(row.values), "--wrt", row.by]
    command += ["--json", "--exit-zero"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = json.loads(done.stderr)["error"]["message"]
        return f"– {message}", None
    derivative = json.loads(done.stdout)["derivatives"][0]
    forms = derivative["matrix_form"]
    gradient = Matrix(sympy.flatten([derivative["value"]]))
    if not forms:
        return "the numbers, no form", gradient
    return "; ".join(f"`{f['target']} {'+=' if f['adds'] else '='} {f['named']}`" for f in forms), gradient


def words(text: str) -> list[str]:
    return re.findall(r"\w+=(?:\[[^\]]*\]|\S+)", text)


def main() -> None:
    rows = []
    for row in ROWS:
        other = row.other if row.other.startswith("–") else f"`{row.other}`"
        if ", written out" in other:
            other = other.replace(", written out`", "`, written out")
        form, gradient = by_gradx(row)
        cells = (f"`{row.program}`", f"`{row.by}`", form, by_sympy(row, gradient), other)
        rows.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
        print(rows[-1], flush=True)
    PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
