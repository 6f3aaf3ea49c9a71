"""Derivatives by the algebra systems that this machine has, Maxima, Giac and qalc, told a program as one formula."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradx.graph import Graph
from gradx.language.printer import number

CALLS = {
    "identity": "({0})", "neg": "(-({0}))", "sigmoid": "(1/(1+exp(-({0}))))", "softplus": "ln(1+exp({0}))",
    "cbrt": "(({0})^(1/3))", "hypot": "sqrt(({0})^2+({1})^2)", "log": "ln({0})", "log2": "(ln({0})/ln(2))",
    "acsc": "asin(1/({0}))", "asec": "acos(1/({0}))", "acot": "atan(1/({0}))", "log10": "(ln({0})/ln(10))",
    "log1p": "ln(1+({0}))", "expm1": "(exp({0})-1)", "sech": "(1/cosh({0}))",
}  # fmt: skip
PLAIN = [
    "exp",
    "sqrt",
    "abs",
    "sin",
    "cos",
    "tan",
    "sec",
    "csc",
    "cot",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
]


class Task(NamedTuple):
    graph: Graph
    of: int
    wrt: Sequence[int]
    implicit: int | None
    """The input that depends on the others where the program is 0."""


def as_one_formula(graph: Graph, of: int, names: dict[int, str], pi: str, e: str) -> str | None:
    """A node in inputs alone, with parentheses everywhere; None where it needs what these systems do not share."""
    texts: dict[int, str] = {}
    for i in graph.upstream(of):
        node = graph.nodes[i]
        if node.primitive is None:
            literal = node.literal
            texts[i] = names[i] if literal is None else {"pi": pi, "e": e}.get(node.label or "", number(literal))
            continue
        row, arguments = node.primitive.name, [texts[j] for j in node.inputs]
        if row in "+-*/^":
            texts[i] = f"(({arguments[0]}){row}({arguments[1]}))"
        elif row in CALLS or row in PLAIN:
            texts[i] = CALLS.get(row, f"{row}({{0}})").format(*arguments)
        else:
            return None
    return texts[of]


def asked(task: Task, quoted: str, pi: str, e: str) -> str | None:
    """The derivative, as a system is asked for it; the implicit one by the theorem of implicit functions."""
    names = {i: quoted.format(f"u{chr(97 + k)}") for k, i in enumerate(task.graph.inputs)}
    text = as_one_formula(task.graph, task.of, names, pi, e)
    if text is None:
        return None
    if task.implicit is None:
        for j in task.wrt:
            text = f"diff({text},{names[j]})"
        return text
    x, y = names[task.wrt[0]], names[task.implicit]
    slope = text = f"(-diff({text},{x})/diff({text},{y}))"
    for _ in task.wrt[1:]:
        text = f"(diff({text},{x})+{slope}*diff({text},{y}))"
    return text


def by_maxima(tasks: Sequence[Task], form: str) -> list[str | None]:
    texts = [asked(task, "{}", "%pi", "%e") for task in tasks]
    lines = ["display2d:false$", "linel:100000$", "ln(x):=log(x)$"]
    lines += [
        f'errcatch(print(sconcat("ROW{k}:",string({form.format(text)}))))$' for k, text in enumerate(texts) if text
    ]
    return _rows(["maxima", "--very-quiet"], "\n".join(lines), len(tasks))


def by_giac(tasks: Sequence[Task], form: str) -> list[str | None]:
    texts = [asked(task, "{}", "pi", "e") for task in tasks]
    lines = [f'print("ROW{k}:"+string({form.format(text)}));' for k, text in enumerate(texts) if text]
    return _rows(["giac"], "\n".join(lines), len(tasks))


def by_qalc(tasks: Sequence[Task], form: str) -> list[str | None]:
    found: list[str | None] = []
    settings = ("unicode off", "multiplication sign *", "short multiplication off", "approximation exact")
    options = [word for setting in settings for word in ("-s", setting)]
    for task in tasks:
        text = asked(task, '"{}"', "pi", "e")
        command = ["qalc", "-t", "-m", "10000", *options, form.format(text)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60) if text else None
        found.append(_python(done.stdout.strip().splitlines()[-1]) if done and done.stdout.strip() else None)
    return found


WAYS: dict[str, tuple[str, Callable[[Sequence[Task], str], list[str | None]], str]] = {
    "Maxima diff": ("maxima", by_maxima, "{}"),
    "Maxima diff, ratsimp": ("maxima", by_maxima, "ratsimp({})"),
    "Maxima diff, factor": ("maxima", by_maxima, "factor({})"),
    "Giac diff": ("giac", by_giac, "{}"),
    "Giac diff, simplify": ("giac", by_giac, "simplify({})"),
    "Giac diff, factor": ("giac", by_giac, "factor({})"),
    "qalc diff": ("qalc", by_qalc, "{}"),
    "qalc diff, factor": ("qalc", by_qalc, "factor({})"),
}


def on_this_machine() -> list[str]:
    return [way for way, (program, _, _) in WAYS.items() if shutil.which(program)]


def derivatives(way: str, tasks: Sequence[Task]) -> list[str | None]:
    """The formula of each task as Python writes it but for `^`; None where the system has none."""
    _, by, form = WAYS[way]
    return by(tasks, form)


def _rows(command: Sequence[str], text: str, count: int) -> list[str | None]:
    both = subprocess.STDOUT  # Giac prints beside its answers
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=both, text=True, check=False, timeout=600)
    found = dict(re.findall(r"^ROW(\d+):(.*?) *$", done.stdout, re.MULTILINE))
    return [_python(found[str(k)]) if str(k) in found else None for k in range(count)]


def _python(text: str) -> str | None:
    if re.search(r"diff|deriv|undef|error|if|integrate", text):
        return None
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text.replace("'", "").replace('"', "").replace("%", ""))
    return re.sub(r"(?<=[\d)]) (?=[a-z(])", "*", text)
