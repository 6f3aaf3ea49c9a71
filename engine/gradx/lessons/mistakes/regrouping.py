"""A formula with one pair of parentheses more, less, or elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from gradx.table import TABLE

MOST_TOKENS: Final = 60

_OPERATORS: Final = "+-*/^(,"


def regrouped(words: Sequence[str], *, fewer: bool) -> Iterator[str]:
    """The texts that come of the tokens `words`, each once: with a pair more or a call that ends elsewhere, or with a
    pair `fewer`, which may stand elsewhere."""
    if len(words) > MOST_TOKENS:
        return
    found: set[str] = set()
    for text in _with_fewer(words) if fewer else _with_more(words):
        if text not in found:
            found.add(text)
            yield text


def _with_fewer(words: Sequence[str]) -> Iterator[str]:
    plain = [(k, end) for k, end in _pairs(words).items() if not _is_call(words, k)]
    without = [[*words[:k], *words[k + 1 : end], *words[end + 1 :]] for k, end in plain]
    yield from (" ".join(words) for words in without)
    for base in without:
        yield from _with_a_pair(base)


def _with_more(words: Sequence[str]) -> Iterator[str]:
    yield from _with_a_pair(words)
    yield from _as_fractions(words)
    for k, end in _pairs(words).items():
        if not _is_call(words, k):
            continue
        rest = [*words[:end], *words[end + 1 :]]
        for at in range(k + 2, len(rest) + 1):
            if at != end and _is_whole(rest[k + 1 : at]):
                yield " ".join([*rest[:at], ")", *rest[at:]])


def _as_fractions(words: Sequence[str]) -> Iterator[str]:
    """Sums above and below a line that is typed as a slash: `1 - y/1 - a` as `(1 - y)/(1 - a)`."""
    for k in (k for k, word in enumerate(words) if word == "/"):
        above = [n for n in range(k - 2) if (not n or words[n - 1] in _OPERATORS) and _is_sum(words[n:k])]
        below = [n for n in range(k + 4, len(words) + 1) if _is_sum(words[k + 1 : n])]
        for start, end in itertools.product(above, below):
            yield " ".join(
                [*words[:start], "(", *words[start:k], ")", "/", "(", *words[k + 1 : end], ")", *words[end:]]
            )


def _is_sum(words: Sequence[str]) -> bool:
    return _is_whole(words) and words[0] not in "*/^),+" and not {"+", "-"}.isdisjoint(words[1:])


def _with_a_pair(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words)):
        if start and words[start - 1] not in _OPERATORS:
            continue
        for end in range(start + 2, len(words) + 1):
            if words[start] not in "*/^),+" and _is_whole(words[start:end]):
                yield " ".join([*words[:start], "(", *words[start:end], ")", *words[end:]])


def _is_call(words: Sequence[str], k: int) -> bool:
    return k > 0 and words[k - 1].isidentifier() and words[k - 1] in TABLE


def _pairs(words: Sequence[str]) -> dict[int, int]:
    """Where each opening parenthesis is closed."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for k, word in enumerate(words):
        if word == "(":
            waiting.append(k)
        elif word == ")" and waiting:
            found[waiting.pop()] = k
    return found


def _is_whole(words: Sequence[str]) -> bool:
    """Whether the parentheses in a part close each other, and it does not end in an operator."""
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return False
    return depth == 0 and words[-1] not in _OPERATORS
