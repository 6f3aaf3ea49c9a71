"""School writing: letters side by side, functions without parentheses, bars, brackets of every shape."""

from __future__ import annotations

from collections.abc import Sequence, Set

from gradx.language.typed.bars import with_calls
from gradx.language.typed.calls import Calls
from gradx.language.typed.doubts import Doubts
from gradx.language.typed.guesses import offered
from gradx.language.typed.lexer import SIGN, Token
from gradx.language.typed.questions import Questions
from gradx.language.typed.splitting import setting_of, split

_BRACKETS = {"[": "(", "{": "(", "]": ")", "}": ")"}


def written_out(
    found: Sequence[Token], known: Set[str], questions: Questions, *, code: bool = False, latex: bool = False
) -> list[Token]:
    """The tokens of a text as tokens of the language, with every answer that `questions` gives.

    Raises `AskedError` for a call of what is no function, for units, for bars without a partner.
    """
    plain = [
        token._replace(text=_BRACKETS.get(token.text, token.text)) if token.kind == SIGN else token for token in found
    ]
    plain = offered(with_calls(plain), known, questions)
    setting = setting_of(plain, known, code=code, latex=latex)
    plain = split(plain, setting, questions)
    plain = Doubts(plain, setting, questions).made()
    return Calls(plain, setting.known, questions).made()
