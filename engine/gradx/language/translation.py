"""What LaTeX, Python and spreadsheets write, in gradx's own notation: for the hint under an error.

Patterns put one spelling for another; then one pass with an explicit stack turns groups, bars and factorials into
calls. The result is a guess: whoever shows it reads it first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from gradx.language.latex import GREEK_WORDS
from gradx.language.suggestions import same_function
from gradx.language.tokens import FRACTIONS, GREEK, NAME_PATTERN, SUBSCRIPTS, SUPERSCRIPTS, identifier
from gradx.table import CALLABLE

LONGEST: Final = 300
"""A longer text is not looked at."""

_Replacement = str | Callable[[re.Match[str]], str]

_LETTER = "A-Za-z" + GREEK
_FUNCTION = "|".join(sorted((name for name, row in CALLABLE.items() if row.arity == 1), key=len, reverse=True))
_ATOM = rf"[0-9.]*[{_LETTER}][{_LETTER}0-9_]*(?:\[[0-9]+\])?|[0-9.]+"
_MODULES = "math|cmath|np|numpy|jnp|jax|torch|nn|functional|F|tf|sp|sympy|special|scipy|Math|Decimal"
_START = r"(^|;)(\s*\w+(?:\([\w, ]*\))?\s*=(?!=))?\s*"
"""Where a statement begins, and the name that it gives."""

_POWER = rf"(?:\s*(\^\s*[0-9]+)\s+|\s*([{SUPERSCRIPTS}]+)\s*|\s+)"
_TWO = r"([^(),]+),([^(),]+)"
_GREEK_LETTERS = GREEK_WORDS | {"varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ", "pi": "pi "}
_MACROS: Final = {
    **{word: f" {letter}" for word, letter in _GREEK_LETTERS.items()},
    **dict.fromkeys(("cdot", "times", "ast"), "*"), "div": "/",
    **dict.fromkeys(("le", "leq", "leqslant"), "<="), **dict.fromkeys(("ge", "geq", "geqslant"), ">="),
    **dict.fromkeys(("ne", "neq"), "!="), "lt": "<", "gt": ">",
    **dict.fromkeys(("vert", "lvert", "rvert"), "|"), **dict.fromkeys(("lbrace", "rbrace"), ""),
    "lfloor": " floor(", "rfloor": ")", "lceil": " ceil(", "rceil": ")",
    **dict.fromkeys(("left", "right", "quad", "qquad", "displaystyle", "big", "Big", "bigl", "bigr"), " "),
}  # fmt: skip


def _macro(match: re.Match[str]) -> str:
    word = match[1]
    return _MACROS.get(word, match[0])


def _styled(match: re.Match[str]) -> str:
    """`\\mathrm{ReLU}`: a name, however it is set."""
    lower = match[1].lower()
    return f" {lower if lower in CALLABLE else match[1]} "


def _subscript(match: re.Match[str]) -> str:
    return f"[{match[1]}]" if match[1].isdigit() else f"_{match[1]} "


_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Replacement], ...]] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # What stands around an expression.
        (r"^\s*=(?!=)|\\[()\[\]]|\$", ""), (r"([-+*/^][^=]*)=\s*$", r"\1"),
        (r"^\s*`(.*)`\s*$", r"\1"),
        (r"^\s*[“‘](.*)[”’]\s*$", r"\1"),
        # Signs.
        (r":=|←", "="), (r"<>", "!="), (r"=>", ">="), (r"=<", "<="), (r"===", "=="),
        (r"[∗•⋆]", "*"), (r"[‐‑‒–—―]", "-"), (r"[⁄∕]", "/"),
        (rf"∛\s*({_ATOM}|(?=\())", lambda m: f" cbrt({m[1]})" if m[1] else " cbrt"),
        (rf"([0-9])([{''.join(FRACTIONS)}])", r"(\1 + \2)"),
        # LaTeX.
        (r"\\[,;:! ]|\\\\", " "),
        (r"\\[{}]", lambda m: {"{": "(", "}": ")"}[m[0][1]]),
        (r"\\[dt]?frac\s*([0-9])\s*([0-9])", r"\\frac{\1}{\2}"),
        (r"\\[dt]frac", r"\\frac"),
        (r"\\(?:operatorname|mathrm|mathbf|mathit|text|textbf|boldsymbol|bm|vec)\*?\{([A-Za-z_]+)\}", _styled),
        (r"\\(hat|bar|tilde|dot)\{([A-Za-z])\}", r"\2_\1 "),
        (r"\\log_(?:\{(10|2)\}|(2))", r"\\log\1\2 "),
        (r"\^\{\[([0-9]+)\]\}", r"^[\1]"), (r"(?<=\w)\s*\^?\s*\[\s*([0-9]+)\s*\]", r"[\1]"),
        (r"_\{([A-Za-z0-9]+)\}", _subscript),
        (r"\\sigma\s*(?=\(|\\left\s*\()", " sigmoid"),
        (r"\\([A-Za-z]+)", _macro),
        (rf"\^\{{(-?(?:[0-9]+|[{_LETTER}]))\}}", r"^\1 "),
        (r"\bexp\s*\^", "e^"),
        (rf"\\({_FUNCTION}){_POWER}({_ATOM})", r" \1(\4)\2\3"),
        (r"\\([a-z0-9]+)", lambda m: f" {m[1]} " if m[1] in CALLABLE and m[1] != "sqrt" else m[0]),
        (rf"\b(?i:({_FUNCTION}))(?=\[)", lambda m: m[1].lower()),
        # Python and its like.
        (rf"\b(?:(?:{_MODULES})\.)+(?=[A-Za-z])", ""),
        (r"^\s*lambda\s+([\w, ]+):\s*", r"J(\1) = "),
        (r"^\s*def\s+(\w+\([\w, ]+\))\s*:\s*(?:return\b)?", r"\1 = "),
        (r"(^|;)\s*(?:return|let|var|const|float|double|auto)\s+", r"\1 "),
        (rf"{_START}([^;=?]+?)\s+if\s+([^;]+?)\s+else\s+([^;=]+?)\s*(?=;|$)", r"\1\2 where(\4, \3, \5)"),
        (rf"{_START}if\s+([^;]+?)\s+then\s+([^;=]+?)\s+else\s+([^;=]+?)\s*(?=;|$)", r"\1\2 where(\3, \4, \5)"),
        (rf"{_START}([^;?:]+?)\s*\?\s*([^;?:]+?)\s*:\s*([^;?:]+?)\s*(?=;|$)", r"\1\2 where(\3, \4, \5)"),
        (r"\bwhere\(([^=<>!,()]+)=(?!=)", r"where(\1=="),
        (rf"\bpow(?:er)?\({_TWO}\)", r"((\1)^(\2))"), (rf"\bmod\({_TWO}\)", r"((\1) % (\2))"),
        (rf"\bln\({_TWO}\)", r"log(\1, \2)"),
        (r"\b([A-Za-z]\w*)(?=\()", lambda m: same_function(m[1])),
    )
)  # fmt: skip

_TOKEN: Final = re.compile(rf"\s+|\\frac|\\sqrt(?:\[3\])?|{NAME_PATTERN}|[0-9.]+|[<>=!]=|.", re.DOTALL)
_AWAITED: Final = {"\\frac": "frac", "\\sqrt": "sqrt", "\\sqrt[3]": "cbrt"}
_BRACKETS: Final = {
    "(": ("(", ")", ")"), "[": ("(", "]", ")"), "{": ("(", "}", ")"), "|": (" abs(", "|", ")"),
    "of |": ("(abs(", "|", "))"), "frac": ("((", "}", ")/"), "under": ("(", "}", "))"),
    "sqrt": (" sqrt(", "}", ")"), "cbrt": (" cbrt(", "}", ")"),
}  # fmt: skip
"""What is written where a group opens, the token that closes it, and what is written then."""

_BEHIND_OPERAND: Final = frozenset(SUPERSCRIPTS + SUBSCRIPTS + "".join(FRACTIONS) + "π")


def translated(text: str) -> str | None:
    """`text` in gradx's notation, or None where nothing in it is known to be another one."""
    if len(text) > LONGEST or "^{(" in text:  # x^{(1)} is the first example, or a power
        return None
    plain = "".join(map(_letter, text))
    for pattern, replacement in _PATTERNS:
        plain = pattern.sub(replacement, plain)
    plain = _Regrouping().text(_TOKEN.findall(plain)) or ""
    return plain if plain.strip() and plain != text else None


def _letter(character: str) -> str:
    """A letter or a digit in mathematical or full-width type as the plain one."""
    kind = unicodedata.decomposition(character).partition(" ")[0]
    plain = unicodedata.normalize("NFKC", character)
    return plain if kind in ("<font>", "<wide>", "<compat>") and len(plain) == 1 else character


class _Group(NamedTuple):
    """An open group: what opened it, and the piece at which it begins."""

    opener: str
    start: int


class _Regrouping:
    """One pass over the tokens: groups as parentheses; fractions, roots, bars and factorials as calls.

    `last` is where the operand begins that has just ended, None where one must begin. `awaited` is what a brace that
    must come next means.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._groups: list[_Group] = []
        self._last: int | None = None
        self._awaited: str | None = None

    def text(self, tokens: list[str]) -> str | None:
        """The tokens regrouped; None where they do not fit together."""
        for token in tokens:
            if token.isspace():
                self._pieces.append(token)
            elif self._awaited is not None and token != "{":
                return None
            elif token in _AWAITED:
                self._awaited = _AWAITED[token]
            elif (
                self._groups
                and token == _BRACKETS[self._groups[-1].opener][1]
                and (token != "|" or self._last is not None)
            ):
                self._close()
            elif token in "([{|":
                if not self._open(token):
                    return None
            elif token == "!" and self._last is not None:
                self._pieces[self._last :] = ["gamma(", "".join(self._pieces[self._last :]).strip(), " + 1)"]
            else:
                self._plain(token)
        return None if self._groups or self._awaited else "".join(self._pieces)

    def _open(self, token: str) -> bool:
        last = self._last
        called = last is not None and self._awaited is None and self._pieces[last] in CALLABLE
        if token in "[{" and last is not None and not called and self._awaited is None:
            return False
        opener = self._awaited or ("of |" if token == "|" and called else token)
        start = last if last is not None and (called or opener == "under") else len(self._pieces)
        self._groups.append(_Group(opener, start))
        self._pieces.append(_BRACKETS[opener][0])
        self._last = self._awaited = None
        return True

    def _close(self) -> None:
        group = self._groups.pop()
        self._pieces.append(_BRACKETS[group.opener][2])
        self._last = group.start
        self._awaited = "under" if group.opener == "frac" else None

    def _plain(self, token: str) -> None:
        if identifier().fullmatch(token) or token[0] in "0123456789.":
            self._last = len(self._pieces)
        elif token not in _BEHIND_OPERAND:
            self._last = None
        self._pieces.append(token)
