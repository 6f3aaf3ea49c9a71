"""Bindings as people type them: `x = 3` in several words, `x:3`, `at x=3`, `x=3, y=2` in one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.language.tokens import is_name, meant_name

_BEFORE = frozenset(("at", "for", "when", "where", "with"))
_SEVERAL = re.compile(r"[,;]?\s+(?=[^\W\d]\w*\s*=(?!=))|[,;](?=[^\W\d]\w*\s*=(?!=))")
_ONE = re.compile(r"\s*([^\W\d]\w*)\s*=\s*([^=,;\s]+)\s*")


def bindings_of(words: Sequence[str]) -> list[str]:
    """The words, each binding as one `name=value`; what is none stays as it is."""
    found: list[str] = []
    rest = list(reversed(_joined(words)))
    while rest:
        word = rest.pop()
        if word in _BEFORE and rest and "=" in rest[-1]:
            continue
        stripped = re.sub(r"\A\s*(?:at|for|when|where|with)\s+(?=[^\W\d]\w*\s*=)", "", word)
        parts = _SEVERAL.split(stripped)
        if len(parts) > 1 and all(_ONE.fullmatch(part) and part.count("(") == part.count(")") for part in parts):
            found += parts
        elif stripped != word and _ONE.fullmatch(stripped):
            found.append(stripped)
        else:
            name, colon, value = word.partition(":")
            plain = colon and is_name(meant_name(name)) and re.fullmatch(r"[-+]?[\w.*/^()]+", value)
            found.append(f"{name}={value}" if plain else word)
    return found


def _joined(words: Sequence[str]) -> list[str]:
    """`x`, `=`, `3` and their like as one word."""
    found: list[str] = []
    k = 0
    while k < len(words):
        word = words[k]
        behind = words[k + 1] if k + 1 < len(words) else ""
        if is_name(meant_name(word)) and behind == "=" and k + 2 < len(words):
            found.append(f"{word}={words[k + 2]}")
            k += 3
        elif (is_name(meant_name(word)) and behind.startswith("=") and len(behind) > 1) or (
            word.endswith("=") and is_name(meant_name(word[:-1])) and behind and "=" not in behind
        ):
            found.append(word + behind)
            k += 2
        else:
            found.append(word)
            k += 1
    return found


def with_points(value: str) -> list[str]:
    """What a value with commas may mean: one with a point, or the first of several."""
    parts = value.split(",")
    if len(parts) < 2 or not all(part.strip().lstrip("+-").replace(".", "", 1).isdigit() for part in parts):
        return []
    return [".".join(parts)] if len(parts) == 2 else [part.strip() for part in parts]
