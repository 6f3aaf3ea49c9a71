"""A text with more in it than a formula as it is written at school: words, a point, a derivative, LaTeX, code."""

from __future__ import annotations

import re
from typing import Final

from gradx.errors import Source
from gradx.language.tokens import spelled
from gradx.language.typed import code_forms, derivatives, points, prose
from gradx.language.typed.lexer import ANY_NAME, text_of, tokens
from gradx.language.typed.mapped import AskedError, Mapped, Questions, Rewritten, rules
from gradx.language.typed.school import written_out
from gradx.language.typed.unicode import plain_characters


def rewritten(text: str, known: frozenset[str], pick: int = 0) -> Rewritten:
    """The text in the language, every question that it leaves answered by its answer number `pick`.

    Raises `AskedError` for what is not of the language, and for a question whose answers are written out already.
    """
    typed = plain_characters(Mapped.whole(text.replace("\r\n", " \n")))
    spelled(Source("program", typed.text))  # refuses what cannot be seen
    typed = typed.sub(_NORM, r"‖\1‖") if "||" in typed.text else typed
    typed = typed.rewritten(_SEMICOLONS) if _SEMICOLONS[1][0].search(typed.text) else typed
    typed, point = points.taken(derivatives.unwrapped(prose.formula(typed)))
    if _STATEMENTS.fullmatch(typed.text):
        typed = typed.sub(_BETWEEN, ";")
    try:
        return _formula(typed, point, known, pick)
    except AskedError as asked:
        if asked.place != point.place:
            asked.meanings = tuple(meaning + points.beside(point) for meaning in asked.meanings)
        raise


def _formula(typed: Mapped, point: points.Point, known: frozenset[str], pick: int) -> Rewritten:
    """The formula that is left of a text, and its point."""
    is_latex = _is_latex(typed.text)
    named = known
    if is_latex:
        from gradx.language.typed import latex

        typed, names = latex.plain(typed, known)
        named |= names
    typed, point = points.taken(typed) if not point.values else (typed, point)
    typed, wrt, beside = derivatives.asked_for(typed, known)
    point = beside if beside.values else point
    questions = Questions(pick)
    form = "" if is_latex or typed.text.isalnum() else code_forms.form(typed.text)
    typed = code_forms.plain_numbers(typed, form, questions, known)
    if form:
        from gradx.language.typed import code

        typed, again, _ = derivatives.asked_for(code.plain(typed, form, questions, known))
        wrt = wrt or again
    typed = prose.checked(typed, known)
    found = written_out(tokens(typed), named | frozenset(wrt), questions, code=bool(form), latex=is_latex)
    read = points.with_values(text_of(found), point, named | frozenset(wrt))
    return questions.answered(read, wrt)


_BETWEEN: Final = re.compile(rf",(?=\s*{ANY_NAME}\s*=(?!=))")
_STATEMENTS: Final = re.compile(rf"\s*{ANY_NAME}\s*=[^,;=]+(?:,\s*{ANY_NAME}\s*=[^,;=]+)+", re.DOTALL)
"""Statements with commas between them."""
_SEMICOLONS: Final = rules((r"(?<=[0-9]),(?=[0-9])", "."), (r";(?=[^()\[\]{}\n]*\))", ","))
"""Where a semicolon separates arguments, as in `max(0,5;x)`, a comma is that of a decimal."""
_NORM: Final = re.compile(r"\|\|\s*([^|]+?)\s*\|\|(?:_2|₂)?")


def _is_latex(text: str) -> bool:
    if (
        "\\" not in text
        and "{" not in text
        and "$" not in text
        and "1[" not in text
        and not ("^" in text and "_" in text)
    ):
        return False
    from gradx.language.typed import latex

    return latex.is_latex(text)
