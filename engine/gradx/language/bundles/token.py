"""Tokens with places of their own, and what brackets and operands they make."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from gradx.language.tokens import NAME, NUMBER, SUPERSCRIPT, Tokens, sort

CLOSERS, OPENERS = frozenset(")]}"), frozenset("([{")
TRANSPOSES = frozenset(("'", "ᵀ", "⊤", "’", "′"))


class Token(NamedTuple):
    """A token with both its ends: what was put in has the place of what it stands for."""

    text: str
    start: int
    end: int


class Placed(Tokens):
    """Tokens that know where they begin: what was put in is not as long as its place."""

    starts: tuple[int, ...]

    def start(self, k: int) -> int:
        return self.starts[k]


def ends_operand(token: str) -> bool:
    """Whether an operand may end with this token."""
    if not token:
        return False
    kind = sort(token)
    return (
        token in (")", "]")
        or token in TRANSPOSES
        or kind in (NAME, SUPERSCRIPT)
        or (kind == NUMBER and not token.startswith("..") and token not in (".*", "./", ".^"))
    )


def deepens(token: str) -> int:
    """How many brackets more are open behind a token than before it."""
    return (token in OPENERS) - (token in CLOSERS)


def matching(tokens: Sequence[Token], k: int) -> int:
    """The token that closes token k; the last where none does."""
    depths = accumulate(deepens(tokens[at].text) for at in range(k, len(tokens)))
    return next((at for at, depth in enumerate(depths, k) if not depth), len(tokens) - 1)
