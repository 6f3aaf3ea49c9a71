"""LaTeX: the lines of forward pass and backprop, one under the other, for `amsmath`."""

from __future__ import annotations

import math
from typing import get_args

from gradx.export.languages.python import number
from gradx.export.routine import Language, Routine
from gradx.export.tape_code import SIGNS, Spelling
from gradx.language.latex import as_in_textbooks, latex_name, latex_number
from gradx.numbers import Relation
from gradx.primitive import ATOM, LOOSE, POWER, PRODUCT, Writing

_FUNCTIONS = {
    **{name: rf"\{name}" for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "log": r"\ln",
    "log2": r"\log_{{2}}",
    "log10": r"\log_{{10}}",
    "maximum": r"\max",
    "minimum": r"\min",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "sigmoid": r"\sigma",
    "gamma": r"\Gamma",
    "digamma": r"\psi",
    "trigamma": r"\psi_1",
    "lgamma": r"\ln\Gamma",
    **{
        name: rf"\operatorname{{{{{name}}}}}"
        for name in (
            "expm1",
            "log1p",
            "asinh",
            "acosh",
            "atanh",
            "atan2",
            "hypot",
            "erf",
            "erfc",
            "softplus",
            "sign",
            "logaddexp",
        )
    },
}
_RELATIONS = {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}


_CASES = r"\begin{{cases}} {2} & \text{{if }} {0} RELATION {1} \\ {3} & \text{{otherwise}} \end{{cases}}"

_FORMS = {
    **SIGNS,
    "*": Writing(r"{} \cdot {}", PRODUCT, (PRODUCT, POWER)),
    "divide": Writing(r"\frac{{{}}}{{{}}}", POWER),
    "power": Writing("{}^{{{}}}", POWER, (ATOM, LOOSE)),
    "modulo": Writing(r"{} \bmod {}", PRODUCT, (PRODUCT, POWER)),
    "sqrt": Writing(r"\sqrt{{{}}}"),
    "cbrt": Writing(r"\sqrt[3]{{{}}}"),
    "absolute": Writing(r"\left|{}\right|"),
    "floor": Writing(r"\left\lfloor {} \right\rfloor"),
    "ceil": Writing(r"\left\lceil {} \right\rceil"),
    **{name: Writing(rf"{text}\left({{}}\right)") for name, text in _FUNCTIONS.items()},
    **{
        f"where{relation}": Writing(_CASES.replace("RELATION", _RELATIONS.get(relation, relation)), LOOSE)
        for relation in get_args(Relation)
    },
}


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
    what = "The value, the gradient and the Hessian" if routine.hessian else "The value and the gradient"
    head = f"% {routine.reading}\n% {what}, written by gradx."
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
