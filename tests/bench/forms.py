"""The size of derivatives beside the book's, on tests/cases/forms.json: gradx's, and those of SymPy and of the algebra
systems that this machine has, as each gives them and simplified by it.

python tests/bench/forms.py
"""

from __future__ import annotations

import ast
import json
import math
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sympy
from algebra_systems import Task, derivatives, on_this_machine

from gradx.language.program import read
from gradx.lessons.diff import Differentiation, implicit
from gradx.symbolic.derivation import System
from gradx.symbolic.formula import UnwritableError, text_of

CASES = Path(__file__).parents[1] / "cases" / "forms.json"
Row = dict[str, Any]


def operations(formula: str) -> int:
    tree = ast.parse(re.sub(r"\bwhere\(", "W(", formula.replace("^", "**")), mode="eval")
    return sum(isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call) for node in ast.walk(tree))


def by_gradx(row: Row) -> str | None:
    graph = read(row["program"]).graph
    wrt = [graph.index[name] for name in row["wrt"]]
    if row["task"] == "implicit":
        found = implicit(graph, graph.index[row["of"]], wrt)
    else:
        of = graph.index[row["of"]] if row["of"] else graph.output
        found = Differentiation(graph).derivative(of, wrt, row["in"])
    return found.formula.text if found.formula else None


def by_sympy(row: Row, simplify: Callable[[sympy.Expr], sympy.Expr]) -> str | None:
    graph = read(row["program"]).graph
    system = System(graph)
    nodes = system.expanded({}, range(len(graph.nodes)))
    wrt = [system.symbol(graph.index[name]) for name in row["wrt"]]
    if row["task"] == "implicit":
        y = system.symbol(graph.index[row["of"]])
        slope = sympy.idiff(nodes[graph.output], y, wrt[0], len(wrt))
    else:
        slope = sympy.diff(nodes[graph.index[row["of"]] if row["of"] else graph.output], *wrt)
    try:
        return text_of(simplify(slope), system.m, graph.source)
    except UnwritableError:
        return None


WAYS: dict[str, Callable[[Row], str | None]] = {
    "gradx diff": by_gradx,
    "SymPy diff": lambda row: by_sympy(row, lambda e: e),
    "SymPy diff, simplify": lambda row: by_sympy(row, sympy.simplify),
    "SymPy diff, factor": lambda row: by_sympy(row, sympy.factor),
}


def main() -> None:
    rows: list[Row] = [row for row in json.loads(CASES.read_text("utf-8")) if row["in"] == "inputs"]
    for way in WAYS.values():
        way(rows[0])
    print(f"{len(rows)} rows in the inputs alone")
    middle = None
    for name, way in WAYS.items():
        sizes, times = [], []
        for row in rows:
            start = time.process_time()
            text = way(row)
            times.append(time.process_time() - start)
            sizes.append(size(text, row))
        middle = middle or statistics.median(times)
        print(f"{shares(name, sizes)}   median time {statistics.median(times) / middle:.1f} x")
    tasks = [task(row) for row in rows]
    for name in on_this_machine():
        texts = derivatives(name, tasks)
        print(shares(name, [size(text, row) for text, row in zip(texts, rows, strict=True)]))


def size(text: str | None, row: Row) -> float:
    """As a multiple of the book's; infinite where there is no formula that can be read."""
    try:
        count = operations(text) if text else math.inf
    except SyntaxError:
        return math.inf
    return count / row["operations"] if row["operations"] else 1.0 if count == 0 else math.inf


def shares(name: str, sizes: list[float]) -> str:
    short, close = (sum(size <= most for size in sizes) / len(sizes) for most in (1, 1.25))
    return f"{name:22} as short {short:4.0%}   within 1.25 x {close:4.0%}"


def task(row: Row) -> Task:
    graph = read(row["program"]).graph
    of = graph.index[row["of"]] if row["of"] and row["task"] != "implicit" else graph.output
    y = graph.index[row["of"]] if row["task"] == "implicit" else None
    return Task(graph, of, [graph.index[name] for name in row["wrt"]], y)


if __name__ == "__main__":
    main()
