"""Bars as abs; and what is not read but has one meaning, which is offered: `x!`, `30°`, `sin(x`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final

from gradx.language.operators import RELATIONS
from gradx.language.suggestions import listed
from gradx.language.typed.lexer import (
    CLOSING,
    NAME,
    NUMBER,
    OPENING,
    RAISED,
    SIGN,
    Edits,
    Token,
    arguments_of,
    at_top,
    filled,
    partners,
)
from gradx.language.typed.mapped import Questions, refused
from gradx.table import CALLABLE


def with_calls(found: Sequence[Token]) -> list[Token]:
    """The tokens with `abs(` and `)` for bars. Raises `AskedError` where a bar has no partner, or may have two."""
    made: list[Token] = []
    open_bars: list[list[int]] = [[]]
    for k, token in enumerate(found):
        if token.text == "|":
            operand = bool(made) and (made[-1].kind in (NAME, NUMBER, RAISED) or made[-1].text == ")")
            function = bool(made) and len(made[-1].text) > 1 and made[-1].text in CALLABLE
            if open_bars[-1] and operand and not function:
                _check(found, k, open_bars[-1])
                open_bars[-1].pop()
                made.append(token.made(")"))
            else:
                open_bars[-1].append(k)
                made += [token.made("abs", NAME, blank=True), token.made("(")]
        else:
            made.append(token)
            if token.text in ("(", "[", "{"):
                open_bars.append([])
            elif token.text in (")", "]", "}") and len(open_bars) > 1:
                _check_bar(found, open_bars.pop())
    for left in open_bars:
        _check_bar(found, left)
    return made


def _check(bars: Sequence[Token], k: int, waiting: Sequence[int]) -> None:
    """`|a|b|c|` may be two products."""
    goes_on = any(token.kind in (NAME, NUMBER) or token.text == "(" for token in bars[k + 1 : k + 2])
    if goes_on and sum(token.text == "|" for token in bars[k + 1 :]) > len(waiting) - 1:
        raise refused("these bars can be paired in two ways", bars[k].place, "write abs(x) for |x|")


def _check_bar(bars: Sequence[Token], left: Sequence[int]) -> None:
    if left:
        raise refused("this bar is never closed", bars[left[-1]].place, "write abs(x) for |x|")


def offered(found: Sequence[Token], known: Set[str], questions: Questions) -> list[Token]:
    """The tokens with what is offered in place of what is not read; each is a question with one answer."""
    found = _transposed(_conditions(_formulas(found, known, questions), known, questions), known, questions)
    return _closed(_behind_operands(_norms(_constants(found, known, questions), questions), questions), questions)


def _constants(found: Sequence[Token], known: Set[str], questions: Questions) -> Sequence[Token]:
    """`Pi`, and with it `E`, as Wolfram's language writes them."""
    first = next((token for token in found if token.text in ("Pi", "PI")), None)
    if first is None or known & {"Pi", "PI"}:
        return found
    questions.ask("`pi` is written with a small letter; `Pi` may be a name", first.place, 1)
    meant = {"Pi": "pi", "PI": "pi", "E": "e"}
    return [token._replace(text=meant.get(token.text, token.text)) for token in found]


_LAST, _FIRST = (f"(-(§{y} * log(§{p}) + (1 - §{y}) * log(1 - §{p})))" for p, y in ((0, 1), (1, 0)))
_FORMULAS: Final = listed(
    "mse squared_error mse_loss mean_squared_error: (§0 - §1)^2 | mae l1_loss mean_absolute_error: abs(§0 - §1) | "
    "smooth_l1_loss huber_loss: where(abs(§0 - §1) < 1, (§0 - §1)^2/2, abs(§0 - §1) - 1/2) | "
    f"bce binary_cross_entropy: {_LAST} | cross_entropy log_loss binary_crossentropy: {_LAST} or {_FIRST} | "
    "binary_cross_entropy_with_logits: (softplus(§0) - (§1)*(§0)) | "
    "sigmoid_cross_entropy_with_logits: (softplus(§1) - (§0)*(§1))"
)
"""What is no function here and has a formula of two arguments: several where nothing says which is the prediction."""


def _formulas(found: Sequence[Token], known: Set[str], questions: Questions) -> Sequence[Token]:
    """Calls of what has a formula, the last first."""
    for k in range(len(found) - 2, -1, -1):
        name = found[k].text.lower()
        if name not in _FORMULAS or found[k + 1].text != "(" or found[k].text in known:
            continue
        close = partners(found).get(k + 1)
        arguments = [] if close is None else arguments_of(found[k + 2 : close])
        if close is None or len(arguments) != 2:
            continue
        templates = _FORMULAS[name].split(" or ")
        message = f"`{found[k].text}` is no function here; it has a formula"
        template = templates[questions.ask(message, found[k].place, len(templates))]
        opening, closing = found[k].made("("), found[k].made(")")
        whole = [each if len(each) < 2 else [opening, *each, closing] for each in arguments]
        found = [*found[:k], *filled(template, whole, found[k]), *found[close + 1 :]]
    return found


def _conditions(found: Sequence[Token], known: Set[str], questions: Questions) -> Sequence[Token]:
    """`x*(x > 0)`, where a comparison is a number; around the condition of a where the parentheses are left out."""
    if not any(token.text in RELATIONS for token in found):
        return found
    edits = Edits(found)
    for start, end in edits.partners.items():
        inside = [token.text for token in found[start + 1 : end]]
        compared = [k for sign in RELATIONS for k in at_top(inside, sign)]
        before = edits.token(start - 1)
        is_call = before.kind == NAME and not found[start].blank and len(before.text) > 1
        if len(compared) != 1 or is_call or at_top(inside, ","):
            continue
        if before.text == "(" and edits.text(start - 2) == "where" and edits.text(end + 1) == ",":
            edits.drop(start, start + 1)
            edits.drop(end, end + 1)
            continue
        questions.ask("a comparison is no number here; a where makes it 1 or 0", edits.place(start, end), 1)
        if before.text in {"I", "1"} - known and not found[start].blank:
            edits.drop(start - 1, start)
        edits.before(start, "where")
        edits.before(end, ",", "1", ",", "0")
    return edits.made()


def _transposed(found: Sequence[Token], known: Set[str], questions: Questions) -> Sequence[Token]:
    """`w^T x`: a transpose, or a power."""
    raised = [k for k in range(1, len(found)) if found[k].text == "T" and found[k - 1].text in ("^", "**")]
    if not raised or "T" in known or len(raised) < sum(token.text == "T" for token in found):
        return found
    message = "`T` may be a transpose, which a number does not have, or an exponent"
    if questions.ask(message, found[raised[0]].place):
        questions.whole["T"] = None
        return found
    return [token for k, token in enumerate(found) if k not in raised and k + 1 not in raised]


def _norms(found: Sequence[Token], questions: Questions) -> list[Token]:
    made: list[Token] = []
    open_norm = False
    for before, token in pairwise([Token("", SIGN, (0, 0)), *found]):
        if token.text != "‖":
            is_which = before.text == "‖" and not open_norm and token.text in ("_1", "_2", "_F")
            made += [] if is_which else [token]
            continue
        if open_norm:
            made.append(token.made(")"))
        else:
            message = "a norm is that of a vector with its values, as in x=[1 2]; of a number it is abs"
            questions.ask(message, token.place, 1)
            made += [token.made("abs", NAME, blank=True), token.made("(")]
        open_norm = not open_norm
    return made


def _behind_operands(found: Sequence[Token], questions: Questions) -> list[Token]:
    """`x!` and `30°`."""
    if not any(token.text in ("!", "°") for token in found):
        return list(found)
    edits = Edits(found)
    opened = {end: start for start, end in edits.partners.items()}
    for k, token in enumerate(found):
        if token.text not in ("!", "°") or k == 0:
            continue
        start = opened.get(k - 1, k - 1)
        if found[k - 1].kind not in (NAME, NUMBER) and start == k - 1:
            continue
        edits.drop(k, k + 1)
        if token.text == "!":
            questions.ask("there are no factorials here; gamma(n + 1) is n!", token.place, 1)
            edits.before(start, "gamma", "(")
            edits.behind(k, "+", "1", ")")
        else:
            questions.ask("angles are in radians here", token.place, 1)
            edits.before(start, "(")
            edits.behind(k, "*", "pi", "/", "180", ")")
    return edits.made()


def _closed(found: list[Token], questions: Questions) -> list[Token]:
    """One parenthesis too few at the end, or one too many there."""
    waiting: list[Token] = []
    for k, token in enumerate(found):
        if token.text in OPENING:
            waiting.append(token)
        elif token.text in CLOSING:
            if waiting:
                waiting.pop()
            elif k == len(found) - 1 and k:
                questions.ask("this `)` closes nothing", token.place, 1)
                return found[:-1]
            else:
                return found
    if len(waiting) != 1 or found[-1] is waiting[0]:
        return found
    end = found[-1].place[1]
    questions.ask("this parenthesis is never closed", waiting[0].place, 1)
    return [*found, Token(OPENING[waiting[0].text], SIGN, (end, end))]
