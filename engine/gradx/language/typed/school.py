"""School writing: letters side by side, functions without parentheses, bars, brackets of every shape."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import accumulate, pairwise

from gradx.language.typed.bars import with_calls
from gradx.language.typed.calls import Calls
from gradx.language.typed.doubts import Doubts
from gradx.language.typed.guesses import offered
from gradx.language.typed.lexer import NAME, Token
from gradx.language.typed.questions import Questions
from gradx.language.typed.splitting import setting_of, split
from gradx.table import CALLABLE

_BRACKETS = {"[": "(", "{": "(", "]": ")", "}": ")"}


def written_out(
    found: Sequence[Token], known: Set[str], questions: Questions, *, code: bool = False, latex: bool = False
) -> list[Token]:
    """The tokens of a text as tokens of the language, with every answer that `questions` gives.

    Raises `AskedError` for a call of what is no function, for units, for bars without a partner.
    """
    plain = found if _is_no_formula(found) else [t._replace(text=_BRACKETS.get(t.text, t.text)) for t in found]
    plain = offered(with_calls(plain), known, questions)
    setting = setting_of(plain, known, code=code, latex=latex)
    plain = split(plain, setting, questions)
    plain = Doubts(plain, setting, questions).made()
    return Calls(plain, setting.known, questions).made()


def _is_no_formula(found: Sequence[Token]) -> bool:
    """Whether brackets are a template's or a program's: around the whole of a text `{x}`, or an index `x[x]`."""
    depths = list(accumulate((token.text == "{") - (token.text == "}") for token in found))
    if found and found[0].text == "{" and 0 not in depths[:-1]:
        return True
    pairs = pairwise(found)
    return any(
        before.kind == NAME and behind.text == "[" and not behind.blank and before.text not in CALLABLE
        for before, behind in pairs
    )
