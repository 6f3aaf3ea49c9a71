"""A program's names as identifiers of other languages."""

from __future__ import annotations

import re
import unicodedata

_INDEX = re.compile(r"\^?\[([0-9]+)(?:,([0-9]+))?\]")


def plain_identifier(name: str) -> str:
    """A name as letters, digits and `_`: `w_1` for w^[1], `W_1_2` for W[1,2], x1 for x₁; Greek letters stay."""
    whole = unicodedata.normalize("NFKC", _INDEX.sub(_index, name))
    return "".join(letter if letter.isalnum() or letter == "_" else f"u{ord(letter):x}" for letter in whole)


def _index(match: re.Match[str]) -> str:
    return "".join(f"_{part}" for part in match.groups() if part)


def ascii_identifier(name: str) -> str:
    """The same with Greek letters by their names: `beta1` for β₁, `Delta` for Δ."""
    return "".join(map(_spelled, plain_identifier(name)))


def _spelled(letter: str) -> str:
    if letter.isascii():
        return letter
    words = unicodedata.name(letter, f"u{ord(letter):x}").split()
    return words[-1].capitalize() if "CAPITAL" in words else words[-1].lower()
