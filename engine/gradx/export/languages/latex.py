"""LaTeX: the lines of forward pass and backprop, one under the other, for `amsmath`."""

from __future__ import annotations

import math

from gradx.export.languages.python import number
from gradx.export.routine import Language, Routine
from gradx.export.tape_code import Spelling
from gradx.language.latex import as_in_textbooks, latex_name, latex_number
from gradx.primitive import ATOM, LOOSE, POWER, PRODUCT, Writing
from gradx.row_shape import rows_by_operation
from gradx.table import TABLE, WHERE

_FORMS = {
    **{name: row.latex for name, row in rows_by_operation().items() if row.name in TABLE},
    "power": Writing("{}^{{{}}}", POWER, (ATOM, LOOSE)),
    "exp": Writing(r"\exp\left({}\right)"),
    "log2": Writing(r"\log_{{2}}\left({}\right)"),
    "lgamma": Writing(r"\ln\Gamma\left({}\right)"),
    "trigamma": Writing(r"\psi_1\left({}\right)"),
    **{row.name: row.latex._replace(binds=LOOSE) for row in WHERE.values()},
}
"""As the table writes its rows, but for what is easier to read in long lines."""


def _number(x: float) -> str:
    if math.isfinite(x):
        text, binds = latex_number(number(x).replace("e+", "e"))
        return rf"\left({text}\right)" if binds in (PRODUCT, POWER) else text
    return r"\text{nan}" if x != x else r"-\infty" if x < 0 else r"\infty"


def _page(routine: Routine) -> str:
    lines = [line for section in routine.body.sections for line in section.lines]
    slopes = [
        (rf"\frac{{\partial {routine.name}}}{{\partial {latex_name(name)}}}", text)
        for name, text in zip(routine.wrt, routine.gradient, strict=True)
    ]
    rows = [*((line.name, line.text) for line in lines), *slopes]
    if routine.hessian:
        entries = r" \\ ".join(" & ".join(map(as_in_textbooks, row)) for row in routine.hessian)
        rows.append((rf"\nabla^2 {routine.name}", rf"\begin{{bmatrix}} {entries} \end{{bmatrix}}"))
    body = " \\\\\n".join(f"  {left} &= {as_in_textbooks(right)}" for left, right in rows)
    head = f"% {routine.reading}\n% {routine.told}, written by gradx."
    return f"{head}\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n"


LANGUAGE = Language(
    "LaTeX",
    Spelling(_FORMS, _number, "t_{{{}}}", brackets=r"\left({}\right)"),
    {},
    {},
    latex_name,
    frozenset(),
    _page,
    r"\mathrm{d}",
    formulas=True,
)
