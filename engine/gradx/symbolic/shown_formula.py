"""A derivative of SymPy's as it is shown: with literals as they are written, in the smallest form that costs little."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import E, Expr, Pow, Symbol, factor_terms, powsimp, together

from gradx.numbers.sympy import SymbolicArithmetic, written
from gradx.symbolic.sympy_text import UnwritableError, formula, size

TIDY = 40
"""A formula with more leaves than this is shown as SymPy made it."""

WRITTEN = 400
"""A formula with more leaves than this is not shown."""


def as_written(expression: Expr, literals: Mapping[Symbol, float]) -> Expr:
    """`expression` with its literals as they are written: 0.1 is one tenth, `e` Euler's number, `pi` stays a symbol."""
    meanings = {s: E if s.name == "e" else written(x) for s, x in literals.items() if s.name != "pi"}
    return expression.xreplace(meanings) if meanings else expression


def text_of(derivative: Expr, m: SymbolicArithmetic) -> str:
    """The formula, in the smallest of a few forms that cost little. Raises UnwritableError."""
    if size(derivative) > WRITTEN:
        raise UnwritableError("the formula is too long to be read")
    euler = "e" if any(symbol.name == "e" for symbol in m.literals) else "exp(1)"
    plain = as_written(derivative, m.literals)
    forms = [plain]
    if not plain.is_Atom and size(plain) <= TIDY:
        forms = [together(plain), factor_terms(plain), plain]
        if any(not power.exp.is_number for power in plain.atoms(Pow)):
            forms.append(powsimp(plain))
    return formula(min(forms, key=size), euler)
