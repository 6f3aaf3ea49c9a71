"""A text as it was typed, read: what it says in the language, or the question that it leaves, or why it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradx.columns import Places
from gradx.errors import GradxError, Kind, Source, Span, UnclearError
from gradx.language.tokens import FOREIGN_NUMBER, spelled
from gradx.language.typed.lexer import text_of, tokens
from gradx.language.typed.mapped import AskedError, Mapped, Questions, Rewritten
from gradx.language.typed.school import written_out

if TYPE_CHECKING:
    from gradx.graph import Graph

MOST_ANSWERS = 4
_SIGNS: Final = "write every product with *, every power with ^, every call with ( )"
LONGEST_HINT = 200
"""A longer meaning does not become a hint."""


def rewritten(text: str, known: frozenset[str], pick: int = 0) -> Rewritten:
    """The text in the language, every question that it leaves answered by its answer number `pick`.

    Raises `AskedError` for what is not of the language, and for a question whose answers are written out already.
    """
    if _MORE.search(_ELEMENTARY.sub(" ", text)):
        from gradx.language.typed import around

        return around.rewritten(text, known, pick)
    questions = Questions(pick)
    found = written_out(tokens(Mapped.whole(text)), known, questions)
    return questions.answered(text_of(found))


_ELEMENTARY: Final = re.compile("(?:sinh?|cosh?|tanh?|exp|log|ln|sqrt|sec|csc|cot)(?!f)")
_MORE: Final = re.compile(
    r"\A[ \t]*\*|[^A-Za-z0-9+\-*/^(). \t]|[A-Za-z]{4}|[A-Za-z]{2}[ \t(]|[ \t][A-Za-z]{2}|\.(?![0-9])|\*\*|//"
    rf"|{FOREIGN_NUMBER}|d[2-9]"
    r"|[dD][A-Za-z]?[ \t]*[/(_^]|lim|int|D[A-Za-z]|(?<![A-Za-z0-9)])[a-h]\)|\A[ \t]*[0-9]+[.)]"
)
"""What may be more than letters, numbers and functions side by side: words, a derivative, LaTeX, code, a point."""


def in_the_language(
    source: Source, known: frozenset[str], meaning: Callable[[str, bool], str | None]
) -> Rewritten | None:
    """What a text says, None where it says what it said before.

    `meaning` reads a text and answers how it is to be written in a hint (the text itself where the flag says so), None
    where it cannot be read. Raises `UnclearError` for a text with several meanings, `GradxError` for what is refused.
    """
    text = source.text
    try:
        commented = re.search(r"(?<!&)#", text) is not None and not text.lstrip().startswith("##")
        found = rewritten(spelled(source) if commented else text, known)
        other = rewritten(text, known, 1) if found.leant and not found.asked else None
    except AskedError as asked:
        raise _error(source, asked, meaning) from None
    except GradxError:
        return None
    if found.asked:
        raise _unclear(source, known, found, meaning)
    same = "".join(found.text.text.split()) == "".join(text.split())
    if other is not None:
        found = found._replace(other=meaning(other.text.text, True))
    return None if same and not found.wrt else found


def _error(source: Source, asked: AskedError, meaning: Callable[[str, bool], str | None]) -> GradxError:
    span = _span(source, asked.place)
    meanings = tuple(filter(None, (meaning(text, False) for text in asked.meanings)))
    if meanings:
        return UnclearError(asked.message, meanings, span, asked.command, asked.rest)
    kind: Kind = "name" if asked.message.endswith("is not a function") else "syntax"
    return GradxError(kind, asked.message, hint=asked.hint or _SIGNS, span=span)


def _unclear(
    source: Source, known: frozenset[str], first: Rewritten, meaning: Callable[[str, bool], str | None]
) -> UnclearError:
    """The error that asks."""
    answers = max((question.answers for question in first.asked), default=1)
    answers = max(answers, 2) if first.leant else answers
    found: dict[str, None] = {}
    for pick in range(min(answers, MOST_ANSWERS)):
        try:
            answer = first if pick == 0 else rewritten(source.text, known, pick)
        except AskedError:
            continue
        text = meaning(_with_names(answer), True)
        if text is not None and len(text) <= LONGEST_HINT:
            found[text] = None
    question = first.asked[0]
    span = _span(source, question.place)
    return UnclearError(question.message, tuple(found), span)


def _span(source: Source, place: tuple[int, int]) -> Span:
    start = min(place[0], max(len(source.text) - 1, 0))
    return Span(source, start, max(1, place[1] - start))


def _with_names(answer: Rewritten) -> str:
    """The text of an answer in which runs of letters are names: as parameters they are, without being bound."""
    text = answer.text.text
    if not answer.whole:
        return text
    start = max(text.rfind(separator) for separator in ";\n") + 1
    head, equals, body = text[start:].partition("=")
    names = ", ".join(answer.whole)
    if not equals:
        return f"{text[:start]}J({names}) = {head.strip()}"
    name, parenthesis, parameters = head.strip().partition("(")
    listed = f"{parameters.rstrip(' )')}, {names}" if parenthesis else names
    return f"{text[:start]}{name.strip()}({listed}) = {body.strip()}"


def moved(graph: Graph, source: Source, typed: Mapped) -> Graph:
    """The graph of a rewritten text, its nodes at their places in what was typed."""
    places = Places()
    for start, length in zip(graph.places.starts, graph.places.lengths, strict=True):
        places.add(*typed.place(start, length))
    return replace(graph, source=source, places=places)


def moved_error(error: GradxError, source: Source, typed: Mapped) -> GradxError:
    """The error about a rewritten text, at its place in what was typed."""
    kind, message, hint, span = error.problem
    if span is not None and span.source.name == source.name:
        span = Span(source, *typed.place(span.offset, span.length))
    return GradxError(kind, message, hint=hint, span=span)
