"""A derivative of SymPy's as text: as it is shown, with literals as they are written, in the smallest form that costs
little; and as its value is read from, with nothing rounded."""

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
        if _has_open_power(plain):
            forms.append(powsimp(plain))
    return formula(min(forms, key=size), euler)


def exact_text(derivative: Expr) -> str:
    """The formula for reading: a literal in it is the program's own, a number of SymPy's stays exact.

    Read in balls it is worth what the derivative is, read with literals as they are typed what that one is. Raises
    UnwritableError.
    """
    gathered = size(derivative) <= TIDY and _has_open_power(derivative)  # t^n/t has no value at 0, and t^(n - 1) has
    return formula(powsimp(derivative) if gathered else derivative, exact=True)


def _has_open_power(expression: Expr) -> bool:
    return any(not power.exp.is_number for power in expression.atoms(Pow))
