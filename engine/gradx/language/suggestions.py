"""Did you mean: what a name that means nothing here was perhaps meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from gradx.errors import GradxError, Source
from gradx.language.constants import CONSTANTS
from gradx.language.foreign import FOREIGN, UNKNOWN
from gradx.table import CALLABLE

LONGEST: Final = 40
"""A longer name is not a slip, and is not looked at."""

_CONDITION: Final = "conditions are not joined: put a where into another: where(x > 0, where(y > 0, a, b), b)"
_WORDS: Final = {
    **dict.fromkeys(("and", "or", "not", "xor"), _CONDITION),
    **dict.fromkeys(("if", "then", "else"), "write where(x > 0, a, b)"),
    **dict.fromkeys(("nan", "inf", "infinity", "oo"), "every number is finite here; write a large number"),
    **dict.fromkeys(("deg", "degree", "degrees"), "angles are in radians: write x*pi/180 for x degrees"),
    **dict.fromkeys(("return", "let", "def", "var", "const"), "leave it out: u = b*c names a step"),
}  # fmt: skip
"""Words that are no input's name unless it is given a value."""

_INFIX_WORDS: Final = {
    "mod": "write x % y", "div": "write floor(x/y)", "times": "write x*y", "plus": "write x + y", "over": "write x/y",
    "int": "integrals are not known here; write what is to be differentiated",
    "lim": "limits are not known here; write what is to be differentiated",
}  # fmt: skip
"""Words that are no input's name where an operand follows them."""


Pieces = tuple[str, ...]

DEFINE: Final = "define it first: g(x) = …; a product is written with *"


def function_hint(name: str) -> str:
    """What to write for a call of `name`, which is no function."""
    name = name if len(name) <= LONGEST else "f"
    return meant_function(name) or DEFINE.replace("g(x)", f"{name}(x)")


def same_function(name: str) -> str:
    """The function that takes the same arguments as the function of another language, `name` itself if none does."""
    hint = re.fullmatch(r"write (\w+)\(([a-z]+(?:, [a-z]+)*)\)", FOREIGN.get(name.lower(), ""))
    row = CALLABLE.get(hint[1]) if hint else None
    return hint[1] if hint and row and row.arity in (None, hint[2].count(",") + 1) else name


def meant_function(name: str) -> str | None:
    """The hint for a name that was clearly meant to be a function."""
    if len(name) > LONGEST:
        return None
    lower = name.lower() if name.isascii() else name
    foreign = FOREIGN.get(name) or FOREIGN.get(lower)
    if foreign:
        return foreign
    if name in UNKNOWN:
        return f"{UNKNOWN[name]} not known here; define it first, {name}(x) = …, if it can be written with what is"
    if lower in CALLABLE or lower == "where":
        return f"did you mean {lower}? Small and capital letters differ"
    slip = slip_of(lower, [*CALLABLE, "where"]) if lower not in UNKNOWN else None
    return f"did you mean {slip}?" if slip else None


def slip_of(name: str, words: Collection[str]) -> str | None:
    """The word that `name` is with one slip of the hand, where there is one alone: two letters in the wrong order, one
    typed twice, left out inside or wrong inside. One more or less at an end makes another function (sinc, erfi, sind),
    and of three letters a wrong one may too (cis)."""
    found = [word for word in words if len(word) > 2 and _is_slip(name, word)]
    return found[0] if len(found) == 1 else None


def _is_slip(name: str, word: str) -> bool:
    first = next((k for k, (a, b) in enumerate(zip(name, word, strict=False)) if a != b), min(len(name), len(word)))
    behind, rest = name[first:], word[first:]
    if len(name) == len(word):
        if behind[2:] == rest[2:] and behind[:2] == rest[1::-1]:
            return True
        return behind[1:] == rest[1:] and len(word) > 4 and 0 < first < len(word) - 1
    if len(name) == len(word) + 1:
        return behind[1:] == rest and name[first : first + 1] == name[first - 1 : first] if first else False
    return len(name) + 1 == len(word) > 4 and behind == rest[1:] and 0 < first < len(name)


def close_name(name: str, names: Collection[str]) -> str | None:
    """The one of `names` that `name` was perhaps meant to be."""
    if len(name) > LONGEST:
        return None
    from difflib import get_close_matches

    for other in names:
        if other.lower() == name.lower():
            return other
    close = get_close_matches(name, [n for n in names if len(n) <= LONGEST], 1, 0.7) if len(name) > 2 else []
    return close[0] if close else None


def as_product(name: str, names: Collection[str]) -> str | None:
    """`b*c` for `bc` where b and c are among `names` or constants; `x*sin(x)` for `xsinx`. As few factors as can be."""
    if not 2 <= len(name) <= LONGEST:
        return None
    known = {*names, *CONSTANTS}
    best = fewest_pieces(name, lambda piece, _: piece in known)
    if best[-1] and len(best[-1]) > 1:
        return "*".join(best[-1])
    for start, factors in enumerate(best[:-1]):
        for end in range(len(name) - 1, start + 1, -1):
            if factors is not None and name[start:end] in CALLABLE and name[end:] in {*names, "pi"}:
                return "*".join([*factors, f"{name[start:end]}({name[end:]})"])
    return None


def fewest_pieces(word: str, is_piece: Callable[[str, Pieces], bool]) -> list[Pieces | None]:
    """What a word is made of up to each of its letters, in as few pieces as can be; None where that cannot be.

    `is_piece` is given a piece and those before it.
    """
    best: list[Pieces | None] = [()]
    for end in range(1, len(word) + 1):
        found: Pieces | None = None
        for start, before in enumerate(best):
            is_shorter = before is not None and (found is None or len(before) + 1 < len(found))
            if before is not None and is_shorter and is_piece(word[start:end], before):
                found = (*before, word[start:end])
        best.append(found)
    return best


def word_of_another_language(name: str, behind: str) -> str | None:
    """What to write instead of a word that means something elsewhere; `behind` is the text that follows it."""
    hint = _WORDS.get(name.lower())
    if hint is None and re.match(r"[ \t]+[\w(.]", behind):
        hint = _INFIX_WORDS.get(name.lower()) or meant_function(name)
    return hint


def swallowed_power(name: str, names: Collection[str]) -> str | None:
    """`x^2` for `x2` where x is among `names`: what is left when a shell takes a ^ away."""
    base = name.rstrip("0123456789")
    power = name[len(base) :]
    return f"{base}^{power}" if power > "1" and base in names and len(name) <= LONGEST else None


def tried(error: GradxError, read: Callable[[Source], object]) -> GradxError:
    """The error, without "did you mean sin?" where that, written in the place of what is wrong, cannot be read."""
    problem = error.problem
    meant = re.search(r"did you mean ([^?…]+)\?", problem.hint or "")
    if meant is None or problem.span is None:
        return error
    (name, text), offset, length = problem.span
    try:
        read(Source(name, text[:offset] + meant[1] + text[offset + length :]))
    except GradxError as other:
        span = other.problem.span
        if span is not None and span.offset <= offset + len(meant[1]):
            return GradxError(problem.kind, problem.message, hint=DEFINE, span=problem.span)
    return error
