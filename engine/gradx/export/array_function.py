"""A program of bundles as a function of whole arrays: its statements forward, its matrix forms backward, in NumPy.

It is the code that `export` writes, operation by operation, with the arithmetic of `gradx.numbers.arrays` for what goes
entry by entry, and numbers in place of the program's names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gradx.errors import GradxError
from gradx.export.bundles import bundle_code
from gradx.export.compiled import function_of
from gradx.export.languages.numpy import LANGUAGE
from gradx.export.tape_code import SIGNS, Spelling, choices
from gradx.language.bundles.steps import ReadBundles
from gradx.language.program import Program
from gradx.numbers import Arithmetic
from gradx.numbers.arrays import ARRAYS, Array
from gradx.primitive import ATOM, SUM

_NAMES = {name: getattr(ARRAYS, name) for name in vars(Arithmetic) if not name.startswith("_")}
_FORMS = {sign: SIGNS[sign] for sign in ("+", "-", "*", "neg")}
_CHOICES = choices('where("{}", {{}}, {{}}, {{}}, {{}})', ATOM, (SUM,) * 4)
_SPELLING = Spelling({**_FORMS, **_CHOICES}, LANGUAGE.spelling.number)
_ARRAYS = replace(LANGUAGE, spelling=_SPELLING, definitions={}, missing={})
_NO_OPERATION = re.compile(r"\bfor\b|\bnp\.(?:max|min)\(")
"""What is no operation of whole arrays: an index that runs, and the largest of all, whose form is no gradient where
there are several."""


class ArrayFunction(NamedTuple):
    """`run` takes the arrays of `inputs`, in their order, and gives J and the gradients of the inputs that were wanted,
    each of the input's shape, or to be repeated until it has it."""

    run: Callable[..., tuple[Array | float, ...]]
    inputs: tuple[str, ...]


def array_function(program: Program, wanted: Sequence[str]) -> ArrayFunction | None:
    """The program with the gradients of the inputs `wanted`; None where something in it is no operation of arrays."""
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    names = bundles.by_name.keys() | bundles.sizes.keys()
    if any(f"d{name}" in names for name in names):
        return None
    try:
        code = bundle_code(program, _ARRAYS, wanted, by_operation=True)
    except GradxError:
        return None
    output, own = program.graph.names[program.graph.output], code.identifiers
    lines = [text for each in (*code.forward, *code.backward) for text in each.texts]
    if any(map(_NO_OPERATION.search, lines)):
        return None
    known = [f"{own[name]} = {size}" for name, size in code.sizes.items()]
    results = [own[name] for name in (output, *(f"d{name}" for name in wanted))]
    run = function_of(
        [own[name] for name in code.inputs],
        [*known, f"{own[f'd{output}']} = 1.0", *lines],
        results,
        {"np": np, "inf": np.inf, "nan": np.nan, **_NAMES},
        code.definitions,
    )
    return ArrayFunction(run, tuple(code.inputs))
