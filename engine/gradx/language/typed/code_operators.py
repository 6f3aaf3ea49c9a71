"""How other languages group powers, signs and remainders: `-A1^2` is (-A1)^2 in a sheet, `x % 2` is fmod in C."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final, NamedTuple

from gradx.language.typed.lexer import CLOSING, NAME, POWERS, SIGN, Edits, Token, is_operand_start

_SIGNS: Final = ("-", "+")


class Rules(NamedTuple):
    """`left_powers`: a^b^c is (a^b)^c. `sheet`: a sign before a power goes first, and `10%` is a hundredth of 10.
    `truncates`: the remainder has the sign of what is divided."""

    left_powers: bool = False
    sheet: bool = False
    truncates: bool = False


def grouped(found: Sequence[Token], rules: Rules) -> list[Token]:
    """The tokens of code with parentheses where this language would group otherwise."""
    merged = _with_remainders(found)
    if not any(token.text in (*POWERS, "%", "%%") for token in merged):
        return merged
    return _Operators(merged, rules).made()


def _with_remainders(found: Sequence[Token]) -> list[Token]:
    """The tokens with R's `%%` as one."""
    made: list[Token] = []
    for token in found:
        if token.text == "%" and made and made[-1].text == "%" and not token.blank:
            made[-1] = made[-1]._replace(text="%%", place=(made[-1].place[0], token.place[1]))
        else:
            made.append(token)
    return made


class _Operators(Edits):
    def __init__(self, found: Sequence[Token], rules: Rules) -> None:
        super().__init__(found)
        self._rules = rules
        self._starts = {end: start for start, end in self.partners.items()}

    def made(self) -> list[Token]:
        seen: set[int] = set()
        for k, token in enumerate(self.found):
            if token.text in POWERS and k not in seen and (self._rules.left_powers or self._rules.sheet):
                seen |= self._power(k)
            elif token.text == "%" and self._rules.sheet and not is_operand_start(self.token(k + 1)):
                self.before(self._start(k - 1), "(")
                self.rename(k, "/")
                self.behind(k, "100", ")")
            elif token.text == "%" and self._rules.truncates:
                self.before(self._chain_start(k - 1, ("*", "/", "%", *POWERS)), "fmod", "(")
                self.rename(k, ",")
                self.behind(self._power_end(k + 1), ")")
            elif token.text == "%%":
                self.before(self._signed(self._chain_start(k - 1, ("%%", *POWERS))), "(")
                self.rename(k, "%")
                self.behind(self._power_end(k + 1), ")")
        return super().made()

    def _power(self, k: int) -> set[int]:
        """A chain of powers, and the places of its signs."""
        start = self._start(k - 1)
        if self._rules.sheet and self._signed(start) < start:
            start = self._signed(start)
            self.enclose(start, k - 1)
        chain, end = {k}, self._end(self._behind_signs(k + 1))
        while self.text(end + 1) in POWERS and self._rules.left_powers:
            self.enclose(start, end)
            chain.add(end + 1)
            end = self._end(self._behind_signs(end + 2))
        return chain

    def _end(self, k: int) -> int:
        """The last token of the operand that begins at k."""
        if k < len(self.found) and self.found[k].kind == NAME and self.text(k + 1) == "(":
            k = k if self.found[k + 1].blank else k + 1
        end = self.partners.get(k, k)
        while self._rules.sheet and self.text(end + 1) == "%":
            end += 1
        return end

    def _start(self, k: int) -> int:
        """The first token of the operand that ends with token k."""
        while self._rules.sheet and self.text(k) == "%":
            k -= 1
        start = self._starts.get(k, k)
        is_call = start < k and start > 0 and self.found[start - 1].kind == NAME and not self.found[start].blank
        return max(start - is_call, 0)

    def _behind_signs(self, k: int) -> int:
        while self.text(k) in _SIGNS:
            k += 1
        return k

    def _signed(self, start: int) -> int:
        """Where the signs before an operand begin, of which the first is no difference."""
        first = start
        while first > 0 and self.text(first - 1) in _SIGNS:
            first -= 1
        before = self.token(first - 1)
        is_free = before.kind == SIGN and before.text not in (*CLOSING, "%")
        return first if is_free else min(first + 1, start)

    def _chain_start(self, k: int, operators: Container[str]) -> int:
        """Where what ends with token k begins, a chain of these operators."""
        start = self._start(k)
        while True:
            signed = self._signed(start)
            if signed == 0 or self.text(signed - 1) not in operators:
                return start
            start = self._start(signed - 2)

    def _power_end(self, k: int) -> int:
        end = self._end(self._behind_signs(k))
        while self.text(end + 1) in POWERS:
            end = self._end(self._behind_signs(end + 2))
        return end
