"""Which inputs a descent moves where nobody says: the parameters, and not the data."""

from __future__ import annotations

import re

from gradx.language.program import Program

DATA = re.compile(r"[xy]_?\d*")
"""The names of inputs and labels: x, y, x1, y_2."""


BUNDLE_DATA = re.compile(r"[xyXY]_?\d*")
"""The same of vectors and matrices: X holds examples."""


def parameters(program: Program) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs that move, and those that are held: data by their name (x, y), and what the program itself gives.
    All move where nothing else would be left."""
    names = [program.graph.names[i] for i in program.graph.inputs]
    data = DATA if program.bundles is None else BUNDLE_DATA
    moving = tuple(n for n in names if not data.fullmatch(n.partition("[")[0]) and n not in program.defaults)
    if not moving:
        return tuple(names), ()
    moved = set(moving)
    return moving, tuple(name for name in names if name not in moved)
