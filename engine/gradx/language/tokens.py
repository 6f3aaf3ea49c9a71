"""What the characters of a program mean: one pattern for all tokens, and the spellings that mean the same.

Every replacement keeps the length of the text: a place in the text that is read is the same place in what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, repeat
from math import inf
from typing import Final, NamedTuple

from gradx.errors import GradxError, Source, Span

GREEK: Final = "".join(
    c for c in map(chr, range(0x370, 0x400)) if c.isalpha() and c != "π" and unicodedata.normalize("NFKC", c) == c
)
"""The Greek letters of a name. `π` is a token of its own; a variant shape is read as the letter it is a shape of."""

SUBSCRIPTS: Final = "₀₁₂₃₄₅₆₇₈₉"
SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
FRACTIONS: Final = {c: unicodedata.numeric(c) for c in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}


def _ranges(characters: str) -> str:
    """`characters`, which are in order, as ranges for a pattern: those compile faster."""
    found: list[str] = []
    for c in characters:
        if found and ord(c) == ord(found[-1][-1]) + 1:
            found[-1] = found[-1][0] + c
        else:
            found.append(c)
    return "".join("-".join(ends) for ends in found)


LETTER = "A-Za-z_" + _ranges(GREEK)
NAME_PATTERN: Final = f"[{LETTER}][{LETTER}0-9]*+(?:[{SUBSCRIPTS}]++|\\^?\\[[0-9]++\\])?+"
NUMBER_PATTERN = r"(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"

NUMBER, NAME, SYMBOL, SUPERSCRIPT, SEPARATOR, END, OTHER = range(1, 8)
"""The sorts of token."""

SYMBOLS: Final = (
    *("**", "//", "&&", "||", "<=", ">=", "==", "!="),
    *("+", "-", "*", "×", "/", "%", "^", "(", ")", "<", ">", "=", ",", "√", "≤", "≥", "≠"),
)

_TOKEN = re.compile(
    rf"""[ \t]*+(?:
    {NAME_PATTERN}
    |{"|".join(re.escape(symbol) for symbol in SYMBOLS if len(symbol) > 1)}
    |[-+*/(),=;\n]
    |{NUMBER_PATTERN}
    |⁻?[{SUPERSCRIPTS}]++
    |\Z
    |.)""",
    re.VERBOSE,
)
"""White space, then one token. It matches at every place of every text without a comment; what it does not name, the
symbols beyond ASCII and what belongs in no program, is one character (the dot at its end)."""

_SORTS: Final = {
    **dict.fromkeys("0123456789.", NUMBER),
    **dict.fromkeys(filter(str.isalpha, map(chr, range(128))), NAME),
    **dict.fromkeys("_" + GREEK, NAME),
    **dict.fromkeys("⁻" + SUPERSCRIPTS, SUPERSCRIPT),
}
"""The sort of a token by its first character, …"""

_WHOLE: Final = {
    **dict.fromkeys(SYMBOLS, SYMBOL),
    **dict.fromkeys(FRACTIONS, NUMBER),
    **dict.fromkeys(";\n", SEPARATOR),
    "π": NAME,
    "": END,
    ".": OTHER,
    "⁻": OTHER,
}
"""… but for these."""


LONGEST_TYPED = 4_000
"""A longer text is a program, and not what somebody typed or pasted."""

_SEPARATORS = frozenset(";\n")


MANY = 100_000
"""So many tokens have their places in an array: each would be an object."""


class Tokens(NamedTuple):
    """A text cut into tokens, without the white space between them: what they are, and where each ends in the text.

    The last one is empty: the end of the text. (No lists: the garbage collector does not walk a tuple again and again
    once it has seen that it holds nothing to collect; and of many places an array makes no objects.)
    """

    texts: tuple[str, ...]
    ends: Sequence[int]

    def start(self, k: int) -> int:
        """Where token k begins."""
        return self.ends[k] - len(self.texts[k])

    def skip(self, k: int) -> int:
        """The first token from k on that separates no statements."""
        while self.texts[k] in _SEPARATORS:
            k += 1
        return k

    def at(self, offset: int) -> int:
        """The first token behind `offset` (no token lies across it), else the last."""
        return min(bisect_right(self.ends, offset), len(self.ends) - 1)


def scan(text: str, start: int = 0) -> Tokens:
    """The tokens of a text (see `spelled`) from `start` on."""
    pieces = _TOKEN.findall(text, start)
    ends = accumulate(map(len, pieces), initial=start)
    next(ends)
    texts = tuple(map(str.lstrip, pieces, repeat(" \t")))
    if len(pieces) < MANY:
        return Tokens(texts, tuple(ends))
    from array import array

    return Tokens(texts, array("q", ends))


def sort(token: str) -> int:
    """The sort of a token."""
    return _WHOLE.get(token) or _SORTS.get(token[0], OTHER)


@cache
def identifier() -> re.Pattern[str]:
    """A name. (A pattern that few programs need is compiled for those.)"""
    return re.compile(NAME_PATTERN)


@cache
def statement_head() -> re.Pattern[str]:
    """`u =` or `g(x, y) =` at the start of a statement."""
    name, blank = NAME_PATTERN, r"[ \t\n]*+"
    parameters = rf"\({blank}((?:{name}{blank}(?:,{blank}{name}{blank})*+)?+)\)[ \t]*+"
    return re.compile(rf"[ \t]*+({name})[ \t]*+(?:{parameters})?+=(?!=)")


@cache
def powered_call() -> re.Pattern[str]:
    """What follows `sin` in `sin^2(x)`."""
    return re.compile(rf"[ \t]*+(?:(?:\^|\*\*)[ \t]*+({NUMBER_PATTERN})|([{SUPERSCRIPTS}]++))[ \t]*+\(")


_PLAIN_SUFFIX = frozenset("]" + SUBSCRIPTS)
_SUBSCRIPT_DIGITS = str.maketrans(SUBSCRIPTS, "0123456789", "[]^")
_SUPERSCRIPT_DIGITS = str.maketrans(SUPERSCRIPTS + "⁻", "0123456789-")

_GREEK = frozenset(GREEK)

_SAME_LENGTH = {
    **dict.fromkeys(map(chr, (160, 5760, *range(8192, 8203), 8239, 8287, 12288)), " "),
    **{chr(c + 0xFEE0): chr(c) for c in range(0x21, 0x7F) if not chr(c).isalnum()},
    **{
        c: unicodedata.normalize("NFKC", c)
        for c in map(chr, (0xB5, 0x2126, *range(0x370, 0x400)))
        if unicodedata.normalize("NFKC", c) in _GREEK
    },
    **dict.fromkeys("·⋅\u0387", "×"),  # not `*`: two of them are no power
    "÷": "/",
    "−": "-",
}
_SPELLINGS = str.maketrans(_SAME_LENGTH)

_COMMENT = re.compile(r"\#[^\n]*+")

_UNSEEN = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_CONTROL_NAMES = {
    0: "null", 7: "bell", 8: "backspace", 11: "vertical tab", 12: "form feed", 13: "carriage return", 27: "escape",
    127: "delete",
}  # fmt: skip


_SEEN = bytes(range(32, 127)) + b"\n\t"


def spelled(source: Source) -> str:
    """The text of `source` in one spelling, comments blank, as long as it was, with every place where it was.

    Raises `GradxError` for a character that cannot be seen (a control character, a change of writing direction, half
    a surrogate pair), in a comment too.
    """
    text = source.text.replace("\r\n", " \n") if "\r" in source.text else source.text
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    is_seen = text.isascii() and not text.encode("ascii").translate(None, _SEEN)
    unseen = None if is_seen else re.search(_UNSEEN, text)
    if unseen:
        at = unseen.start()
        message = f"{shown(text[at])} does not belong in an expression"
        hint = "take it out; it may have come along with copied text"
        raise GradxError("syntax", message, hint=hint, span=Span(source, at, 1))
    if not text.isascii():
        text = text.translate(_SPELLINGS)
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), text) if "#" in text else text


def normal_name(name: str) -> str:
    """The name that `name` stands for: `w₁`, `w[1]` and `w^[1]` are `w1`."""
    return name.translate(_SUBSCRIPT_DIGITS) if name[-1] in _PLAIN_SUFFIX else name


def meant_name(text: str) -> str:
    """The name that `text`, as it was typed, stands for; `text` itself if it is none."""
    plain = text.translate(_SPELLINGS)
    return normal_name(plain) if is_name(plain) else text


def superscript_number(text: str) -> float:
    """The whole number that superscript digits say."""
    return float(text.translate(_SUPERSCRIPT_DIGITS))


def shown(character: str) -> str:
    """A character as a message may show it: itself in quotes if it can be seen, else by name, never raw."""
    if character.isprintable() and not unicodedata.combining(character):
        return f"`{character}`"
    code = ord(character)
    if 0xD800 <= code < 0xE000:
        return "a byte that is not UTF-8"
    name = _CONTROL_NAMES.get(code) or unicodedata.name(character, "a control character").lower()
    return f"U+{code:04X} ({name})"


def is_name(text: str) -> bool:
    """Whether `text`, in one spelling, is one whole name (`π` is not)."""
    return text not in ("", "π") and sort(text) == NAME and _TOKEN.fullmatch(text) is not None


def names_in(text: str) -> set[str]:
    """The names that stand in a text."""
    return set(map(normal_name, identifier().findall(text)))


_FUNCTIONS: Final = ("sin", "cos", "tan", "sec", "csc", "cot", "ln", "log", "exp", "sqrt", "cbrt", "tg")
_LONG: Final = 4
"""A run of so many letters is one name."""


def may_be_several(name: str) -> bool:
    """Whether a name may be a product, or a function and its argument."""
    if len(name) == 1:
        return False
    if "_" in name:
        return name.startswith(("log_", "ln_", "M_")) or name.count("_") > 1
    letters = name.rstrip("0123456789")
    return 1 < len(letters) < _LONG or any(function in letters for function in _FUNCTIONS) or not letters.isalpha()


def has_index(name: str) -> bool:
    """Whether a name is a letter and a number that may be a power."""
    return name[1:] > "1" and name[1:].isdigit() and name[1:] != "0"


FOREIGN_NUMBER: Final = r"[0-9.](?:[fFij](?!\w)|[dD][-+0-9]|[fiu](?:32|64)|[xX][0-9A-F])"
"""The end of what may be a number of another language: `2.0f`, `1d0`, `2j`, `0xF`. See `typed.code_forms`."""


@cache
def _further() -> re.Pattern[str]:
    number, sign = r"[0-9]+(?:\.[0-9]*)?", r"[ \t]*[-+]?[ \t]*"
    return re.compile(
        rf"{FOREIGN_NUMBER}|[){SUPERSCRIPTS}]_\w|[0-9][ \t]+[A-Za-z]+/[A-Za-z]|(?<!\w)d2[A-Za-z]?/d[A-Za-z]2(?!\w)"
        rf"|[0-9e][ \t]*(?:\^|\*\*){sign}{number}[^\W\d(]|[0-9e]\^{sign}{number}\("
        rf"|/[ \t]*(?:{number}(?:[^\W\d]|√)|[^\W\d]\w*√|√{number}[^\W\d])|[0-9][^\W\d][0-9]"
        r"|[^\W\d][ \t]+[A-Za-z]{3}|[A-Za-z]{3}[ \t]+[^\W\d]|[0-9][ \t]+[a-z]{4}|[ \t]\([a-z]{4,}\)|[ΣΠ]"
        r"|[A-Za-z]{4}[ \t]+[0-9(√]|\((?:double|float)\)"
    )


def may_go_further(text: str) -> bool:
    """Whether it is open how far an exponent goes, or a divisor; a lost superscript; words side by side."""
    return _further().search(text) is not None


def has_odd_exponent(text: str) -> bool:
    """Whether an exponent 1 is divided, or T is one: `x^1/2`, `w^T x`."""
    return re.search(r"(?:\^|\*\*)[ \t]*-?[ \t]*1/[0-9]|\^[ \t]*T(?!\w)", text) is not None


LONGEST_EXACT: Final = 16
"""Every integer of fewer digits is a float64."""

_TYPED: Final = r"#.*|(?<![\w.])((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![.0-9])"
_ZEROS: Final = str.maketrans("123456789E", "0" * 9 + "e")


def numbers_rounded(text: str) -> Iterator[str]:
    """A sentence for each number that no float64 is near, once each: integers with more digits than it holds, and what
    it rounds to 0. A pattern looks at every character, and most programs have no digits in such a row."""
    plain = text.translate(_ZEROS)
    is_doubtful = "e-000" in plain or "0" * LONGEST_EXACT in plain
    found = re.finditer(_TYPED, text) if is_doubtful else ()
    for digits in dict.fromkeys(match[1] for match in found if match[1]):
        value = float(digits)
        vanishes = not value and any(digit in "123456789" for digit in re.split("[eE]", digits)[0])
        if vanishes or (digits.isdigit() and value < inf and int(value) != int(digits)):
            shown = digits if len(digits) <= 40 else f"{digits[:18]}…{digits[-18:]}"
            yield f"{shown} is read as {int(value) if value < 1e40 else value}, the nearest float64"
