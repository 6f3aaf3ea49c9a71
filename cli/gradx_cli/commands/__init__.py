"""The commands: a file each, and nothing imported until one is used.

A command is a file in this folder with a function `command`; `docs/extending.md` says how one is written. A row here
gives it its place in the overview, and SymPy from the start.
"""

from __future__ import annotations

import os
from typing import NamedTuple


class Row(NamedTuple):
    """A command's line in the overview, and whether it asks SymPy (then started first of all)."""

    help: str
    symbolic: bool = False


LISTED: dict[str, Row] = {
    "eval": Row("Every node's value and gradient, checked.", symbolic=True),
    "diff": Row("The formula of the derivative, of any order, proved."),
    "explain": Row("Backprop from right to left, step by step."),
    "nudge": Row("One small change, carried through every node it moves."),
    "graph": Row("The computation graph, drawn."),
    "explore": Row("A prompt, or one page, on which the program moves."),
    "cost": Row("Why backprop: N+P steps against N*P."),
    "check": Row("Is this hand-made derivative right?", symbolic=True),
    "plot": Row("The function, its derivative, the tangent."),
    "descend": Row("Gradient descent, step by step."),
    "export": Row("Value and gradient as code of another language."),
    "quiz": Row("Problems with proved answers."),
    "grade": Row("A sheet of answers, graded with feedback."),
    "functions": Row("Every function, with its domain and derivative."),
    "examples": Row("Programs to try: @neuron and others."),
}


def _unlisted() -> dict[str, Row]:
    """The commands of other files; their help is what stands behind the colon in the first line."""
    places = {
        file.removesuffix(".py"): os.path.join(folder, file) for folder in __path__ for file in os.listdir(folder)
    }
    names = sorted(name for name in places.keys() - LISTED if not name.startswith("_") and places[name].endswith(".py"))
    return {name: Row(_head(places[name])) for name in names}


def _head(path: str) -> str:
    from linecache import getline

    return getline(path, 1).partition(": ")[2].rstrip('"\n')


COMMANDS = LISTED | _unlisted()
