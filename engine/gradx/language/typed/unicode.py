"""Characters: what mathematics, other keyboards, HTML and Markdown write for the letters and signs of the language."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from unicodedata import normalize

from gradx.language.tokens import FRACTIONS, GREEK, SUBSCRIPTS, SUPERSCRIPTS
from gradx.language.typed.mapped import AskedError, Mapped, joined, rules

_KEPT: Final = frozenset(GREEK + SUBSCRIPTS + SUPERSCRIPTS + "⁻π×÷−√≤≥≠" + "".join(FRACTIONS))

_SIGNS: Final = {
    **dict.fromkeys("‐‑‒–—―➖", "-"), **dict.fromkeys("⁄∕➗", "/"), **dict.fromkeys("•∗⋆∙✖✕⨯⨉", "*"), "➕": "+",
    "∣": "|", "｜": "|", "│": "|", "ℯ": "e", "ⅇ": "e", "㏑": " ln ", "㏒": " log ", "′": "'", "’": "'", "‘": "'",
    "´": "'", "ʹ": "'",
    "″": "''", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "←": "=", "≔": "=", "≦": "<=", "≧": ">=", "⩽": "<=",
    "⩾": ">=", "⌊": " floor(", "⌋": ")", "⌈": " ceil(", "⌉": ")", "\u2028": "\n", "\u2029": "\n",
    "·": "×", "⋅": "×", "\u0387": "×", "ℎ": "h", "ℓ": "l", "ϵ": "ε", "∆": "Δ", "↑": "^", "µ": "μ", "Ω": "Ω", "ƒ": "f",
}  # fmt: skip
_ACCENTS: Final = {"\u0302": "_hat", "\u0304": "_bar", "\u0305": "_bar", "\u0303": "_tilde"}
_LOOKALIKES: Final[dict[str, str]] = dict(zip("асеорхуАВСЕНКМОРТХ", "aceopxyABCEHKMOPTX", strict=True))
"""Cyrillic letters that look like Latin ones."""
_CYRILLIC_WORD: Final = re.compile("[а-яё]{4,}", re.IGNORECASE)
_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u2061\ufe0e\ufe0f")
_RAISED: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᐟᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᵀ]+")
_PLAIN_RAISED: Final = re.compile(f"⁻?[{SUPERSCRIPTS}]+")
_FRACTION: Final = re.compile("(?<![\\w)\\]⁰¹²³⁴⁵⁶⁷⁸⁹])([⁰¹²³⁴⁵⁶⁷⁸⁹]+)[⁄/]([₀₁₂₃₄₅₆₇₈₉]+)")
_INDEX: Final = re.compile("([^\\W\\d_])⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+|[ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ])⁾")
_TOWER: Final = re.compile("([A-Za-z0-9])(⁻?)([ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞ])([⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[⁄/][⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)")
_RADICAL: Final = re.compile("³√|(?<![\\w)\\]])([⁴⁵⁶⁷⁸⁹ⁿ])√[ \t]*(\\w+|\\([^()]*\\))")
"""A root with its index, where that raises nothing."""
_EUCLIDEAN: Final = re.compile("(?<=‖)(?:₂|_2|_\\{2\\})")
_LOWERED: Final = re.compile("[ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+")


def _entity(match: re.Match[str]) -> str:
    from html import unescape

    return unescape(match[0])


_HTML: Final = rules(
    (r"(?i:\s*<sup>(.*?)</sup>)", r"^(\1)"), (r"(?i:<sub>(\w+)</sub>)", r"_\1"),
    (r"(?i:</?(?:i|b|em|strong|code|span)>)", ""), (r"&(?:#[0-9]+|[a-zA-Z]+[0-9]*);", _entity), (r"\\([*_^~])", r"\1"),
)  # fmt: skip
_WRAPPED: Final = re.compile(r"""\A\s*(?:(?:```\w*[ \t]*\n|`+)([^`]*?)\s*`+|"([^"]*)"|'([^']*)')\s*\Z""", re.DOTALL)


def plain_characters(typed: Mapped) -> Mapped:
    """The text in the letters and signs of the language. Raises `AskedError` where a letter only looks like one."""
    if typed.text.isascii() and not set("<&\\`\"'").intersection(typed.text):
        return typed
    typed = typed.rewritten(_HTML)
    foreign = sorted({c for c in _CYRILLIC_WORD.sub("", typed.text) if c in _LOOKALIKES})
    if foreign:
        raise _lookalike(typed, foreign)
    index = _INDEX.search(typed.text)
    if index:
        below, raised = (_INDEX.sub(rf"\1{sign}⁽\2⁾", typed.text) for sign in "_^")
        meanings = tuple(re.sub("⁽(.*?)⁾", lambda m: normalize("NFKC", m[1]), text) for text in (below, raised))
        raise AskedError(f"`{index[0]}` may be an index or a power", typed.at(index), meanings)
    tower = _TOWER.search(typed.text)
    if tower:
        before, behind = typed.text[: tower.start()], typed.text[tower.end() :]
        base, sign = tower[1], "-" * bool(tower[2])
        letter, power = (normalize("NFKC", text).replace("⁄", "/") for text in tower.group(3, 4))
        meanings = (f"{base}^({sign}{letter}^{power})", f"({base}^({sign}{letter}))^{power}")
        message = "it is not clear what the last superscript raises"
        raise AskedError(message, typed.at(tower), tuple(f"{before}{meant}{behind}" for meant in meanings))
    typed = typed.sub(re.compile("∜"), "⁴√")
    typed = typed.sub(_FRACTION, lambda m: f"({normalize('NFKC', m[1])}/{normalize('NFKC', m[2])})")
    typed = typed.sub(_RADICAL, lambda m: rf"root(\2, {normalize('NFKC', m[1])})" if m[1] else "∛")
    typed = typed.sub(re.compile(r"√\[([0-9]+|[a-z])\][ \t]*(\w+|\([^()]*\))"), r"root(\2, \1)")
    typed = typed.sub(_EUCLIDEAN, "").sub(_RAISED, _raised)
    typed = typed.sub(_LOWERED, lambda m: "_" + normalize("NFKC", m[0]))
    pieces = [typed.inserted(_spelled(c, i, typed.text), typed.places[i]) for i, c in enumerate(typed.text)]
    typed = joined(pieces)
    wrapped = _WRAPPED.match(typed.text)
    if wrapped and wrapped.lastindex:
        typed = typed.group(wrapped, wrapped.lastindex)
    return typed


def accents(text: str) -> str:
    """The text with every letter that bears an accent as a name: ŷ is y_hat."""
    return "".join(
        _spelled(c, i, text) if _ACCENTS.keys() & set(normalize("NFD", c)) else c for i, c in enumerate(text)
    )


def _raised(match: re.Match[str]) -> str | None:
    if _PLAIN_RAISED.fullmatch(match[0]):
        return None
    plain = normalize("NFKC", match[0]).replace("−", "-").replace("ᐟ", "/")
    return f"^{plain} " if len(plain) == 1 and plain.isalpha() else f"^({plain})"


def _spelled(character: str, at: int, text: str) -> str:
    """What one character says."""
    if character.isascii() or character in _KEPT:
        return character
    if character in _UNSEEN:
        return ""
    sign = _SIGNS.get(character)
    if sign is not None:
        return sign
    if character in _ACCENTS:
        return _ACCENTS[character] if at and text[at - 1].isalpha() else character
    parts = normalize("NFD", character)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in _ACCENTS:
        return parts[0] + _ACCENTS[parts[1]]
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if kind in ("<font>", "<wide>", "<small>", "<noBreak>") or character.isspace():
        same = normalize("NFKC", character)
        return same if same.isascii() or same in _KEPT else character
    return character


def _lookalike(typed: Mapped, foreign: list[str]) -> AskedError:
    at = typed.text.index(foreign[0])
    meant = "".join(_LOOKALIKES.get(c, c) for c in typed.text)
    letter, name = foreign[0], unicodedata.name(foreign[0]).lower()
    message = f"`{letter}` is a {name}, which looks like `{_LOOKALIKES[letter]}`"
    return AskedError(message, typed.extent(at, at + 1), (meant,))
