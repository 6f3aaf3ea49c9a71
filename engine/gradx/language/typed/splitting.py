"""Every run of letters of a text, read."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from gradx.language.suggestions import meant_function, word_of_another_language
from gradx.language.tokens import normal_name
from gradx.language.typed import runs, words
from gradx.language.typed.lexer import NAME, NUMBER, Token, is_called, is_operand_start, kind_of
from gradx.language.typed.questions import AskedError, Questions
from gradx.language.typed.runs import Setting
from gradx.language.typed.statements import heads


def setting_of(found: Sequence[Token], known: Set[str], *, code: bool, latex: bool) -> Setting:
    """What is known in a text: what it assigns and defines, too; and the letters that stand alone in it."""
    named = heads(found)
    assigned = {head.name for head in named if head.parameters is None}
    parameters = {name for head in named for name in head.parameters or ()}
    letters = {
        token.text
        for k, token in enumerate(found)
        if token.kind == NAME and len(token.text) == 1 and not is_called(found, k)
    }
    indexed = any(_FIRST.fullmatch(token.text) for token in found)
    return Setting(frozenset(known | assigned | parameters), frozenset(letters | parameters), code, latex, indexed)


_FIRST = re.compile(r"(?:[^\W\d_][01])+")
"""Letters with the first of all indices: the others are indices, too."""


def split(found: Sequence[Token], setting: Setting, questions: Questions) -> list[Token]:
    """The tokens with the parts of every run; what stands before `=` stays as it is."""
    kept = {k for head in heads(found) for k in range(head.start, head.end)}
    defined = {head.name for head in heads(found) if head.parameters is not None}
    made: list[Token] = []
    for k, token in enumerate(found):
        if token.kind != NAME or k in kept or normal_name(token.text) in defined:
            made.append(token)
            continue
        behind = found[k + 1] if k + 1 < len(found) else None
        ahead = is_operand_start(behind) or (behind is not None and (behind.text in "^-√∛" or behind.kind == "raised"))
        called = is_called(found, k)
        choice = runs.read(token.text, setting, called=called, ahead=ahead)
        if called and len(token.text) > 1:
            _check_called(token, choice.options[0], setting)
        if len(choice.options) > 1 and (token.text,) in choice.options and token.text.isalpha():
            hint = word_of_another_language(token.text, " x" if ahead else "")
            if hint:
                raise AskedError(f"`{token.text}` is not a name here", token.place, (), hint)
        glued = k > 0 and found[k - 1].kind == NUMBER and not token.blank
        if glued and token.text in words.ENGLISH_PAIRS and len(choice.options) > 1:
            choice = runs.Choice(choice.options[1:])  # `2at^2`: no word is glued to a number
        pick = questions.ask(choice.question, token.place, len(choice.options)) if len(choice.options) > 1 else 0
        option = choice.options[pick]
        if len(choice.options) > 1 and option == (token.text,):
            questions.whole[token.text] = None
        if len(option) == 1:
            made.append(token._replace(text=option[0]))
            continue
        number = len(made)
        made += [Token(t, kind_of(t), token.place, token.blank and not n, number) for n, t in enumerate(option)]
    return made


def _check_called(token: Token, reading: runs.Tokens, setting: Setting) -> None:
    """Refuse a call of what is a function elsewhere, or nearly one here: `Si(x)` is no product of S and i(x)."""
    is_known = normal_name(reading[-1]) in setting.known or words.function(reading[-1]) is not None
    hint = None if is_known else meant_function(token.text)
    if hint:
        raise AskedError(f"`{token.text[:40]}` is not a function", token.place, (), hint)
