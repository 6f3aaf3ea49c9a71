"""Functions without parentheses, their powers, and logarithms with a base: `sin 2x`, `tan^2x`, `log_2 x`, `√x`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from gradx.language.diagnosis import INVERSES
from gradx.language.typed.lexer import NAME, NUMBER, POWERS, RAISED, Edits, Token, is_base
from gradx.language.typed.mapped import Questions, refused
from gradx.table import CALLABLE

CONSTANTS = frozenset(("pi", "π"))
_BASE_BESIDE = "the number behind `log` may be its base, or a factor"
_ROOTS = {"√": "√", "∛": "cbrt"}


class _Argument(NamedTuple):
    """Tokens `start` to `end` (that one too). `open`: it stood in no parenthesis. `blank`: it stood apart."""

    start: int
    end: int
    open: bool = True


class Calls(Edits):
    """The calls of a list of tokens (see `splitting`), from the last to the first, so that an inner one is known."""

    def __init__(self, found: Sequence[Token], known: Set[str], questions: Questions) -> None:
        super().__init__(found)
        self._known = known
        self._questions = questions
        self._ends: dict[int, int] = {}

    def made(self) -> list[Token]:
        """The tokens with every call in parentheses."""
        for k in range(len(self.found) - 1, -1, -1):
            if self._is_function(k):
                self._call(k)
            elif self.found[k].text in _ROOTS:
                self._root(k)
        return super().made()

    def _is_function(self, k: int) -> bool:
        return self.calls_builtin(k, self._known)

    def _call(self, k: int) -> None:
        behind, power = self._power(k)
        if self._has_base_beside(k) and self._questions.ask(_BASE_BESIDE, self.found[k].place):
            self.rename(k, f"log{self.text(k + 1)}")
            self.drop(k + 1, k + 2)
            behind = k + 2
        argument = self._argument(k, behind, raised=power is not None)
        if argument is None:
            return
        if power is not None and behind > k + 1 and self._is_inverse(k, power):
            self._inverse(k, power, behind, argument)
            return
        self._write(k, argument)
        if power is not None and (argument.open or not self._is_plain(power)):
            self.move_behind(argument.end, *power)
        self._ends[k] = argument.end

    def _has_base_beside(self, k: int) -> bool:
        """`log 10 x`, where the 10 may have been a subscript."""
        operand = self.token(k + 2)
        is_apart = operand.blank and (operand.kind == NAME or operand.text == "(")
        return self.found[k].text == "log" and self.text(k + 1) in ("2", "10") and is_apart

    def _is_plain(self, power: tuple[int, int]) -> bool:
        """Whether the language reads this power between a function and its parenthesis."""
        start, end = power
        return self.found[start].kind == RAISED or (end - start == 2 and self.found[start + 1].kind == NUMBER)

    def _write(self, k: int, argument: _Argument) -> None:
        """The parentheses of a call, and the base of a logarithm."""
        name = self.found[k].text
        if argument.open:
            self.enclose(argument.start, argument.end)
        if is_base(name) and name not in CALLABLE:
            base = name.partition("_")[2]
            known = {"10": "log10", "2": "log2", "e": "log"}.get(base)
            if known:
                self.rename(k, known)
            else:
                self.rename(k, "log")
                self.before(k, "(")
                self.behind(argument.end, "/", "log", "(", base, ")", ")")

    def _power(self, k: int) -> tuple[int, tuple[int, int] | None]:
        """Where the argument of the function at k begins, and the power that stands before it."""
        at = end = k + 1
        token = self.token(at)
        if token.kind == RAISED:
            end = at + 1
        elif token.text in POWERS:
            end = self._exponent(at + 1)
        elif self._is_lost_inverse(k):
            end = at + 2
        first = self.token(end)
        is_operand = first.kind in (NAME, NUMBER) or first.text in ("(", *_ROOTS)
        return (end, (at, end)) if is_operand and end > at else (at, None)

    def _is_lost_inverse(self, k: int) -> bool:
        """`tan-1 x`, whose superscript was lost."""
        sign, one = self.token(k + 1), self.token(k + 2)
        glued = (sign.text, one.text) == ("-", "1") and not (sign.blank or one.blank)
        return glued and self.found[k].text in INVERSES

    def _exponent(self, at: int) -> int:
        """Where the exponent that begins at `at` ends."""
        sign = self.text(at) in ("-", "+")
        at += sign
        token = self.token(at)
        if token.text == "(":
            return self.partners.get(at, at - 1) + 1
        if token.kind == NUMBER or (token.kind == NAME and not self._is_function(at)):
            return at + 1
        if self._is_function(at) and at in self._ends:
            return self._ends[at] + 1
        return at - sign if token.text else at

    def _is_inverse(self, k: int, power: tuple[int, int]) -> bool:
        written = "".join(token.text for token in self.found[power[0] : power[1]])
        return written in ("⁻¹", "^-1", "**-1", "^(-1)", "**(-1)", "-1") and self.found[k].text in INVERSES

    def _inverse(self, k: int, power: tuple[int, int], behind: int, argument: _Argument) -> None:
        name = self.found[k].text
        message = f"`{name}^-1` may be the inverse function or a power"
        inverse = self._questions.ask(message, self.place(k, behind - 1)) == 0
        self.drop(*power)
        self._write(k, argument)
        if inverse:
            self.rename(k, INVERSES[name])
        else:
            self.before(k, "(", "1", "/")
            self.behind(argument.end, ")")
        self._ends[k] = argument.end

    def _argument(self, k: int, at: int, *, raised: bool) -> _Argument | None:
        """What the function at k takes, from `at` on; None where nothing is there to take."""
        first = self.token(at)
        row = CALLABLE.get(self.found[k].text)
        if first.text != "(" and row is not None and row.arity != 1:
            return None
        if first.text == "(":
            close = self.partners.get(at)
            return None if close is None else _Argument(at, close, open=False)
        start = at
        if first.text in ("-", "+") and first.blank and self.text(at + 1) and not self.found[at + 1].blank:
            at += 1
        if self._is_function(at) or self.text(at) in _ROOTS:
            end = self._ends.get(at)
            return None if end is None else _Argument(start, end)
        end = self._factors(at)
        if end < at:
            return None
        end = self._raised_argument(k, end, raised=raised)
        argument = _Argument(start, end)
        return self._bounded(k, argument)

    def _factors(self, at: int) -> int:
        """The last token of the number and the letters that stand at `at`; before it where there are none."""
        end = at - 1
        if self.token(at).kind == NUMBER:
            end = at
            at += 1
        while self.text(at) in CONSTANTS:
            end = at
            at += 1
            if self.text(at) == "*" and self.found[at].run == self.found[end].run >= 0:
                at += 1
        token = self.token(at)
        if token.kind != NAME or self._is_function(at):
            return end
        end = at
        while (
            self.text(end + 1) == "*" and self.found[end + 1].run == token.run >= 0 and not self._is_function(end + 2)
        ):
            end += 2
        return end

    def _raised_argument(self, k: int, end: int, *, raised: bool) -> int:
        """The end of an argument that is raised itself."""
        token = self.token(end + 1)
        if token.kind != RAISED and token.text not in POWERS:
            return end
        last = end + 1 if token.kind == RAISED else self._exponent(end + 2) - 1
        glued = not self.found[k + 1].blank and not raised and self.found[k].kind == NAME
        if glued and self.found[k].run >= 0:
            message = "the power may be that of the argument or that of the function"
            if self._questions.ask(message, self.place(k, last)):
                return end
        return last

    def _bounded(self, k: int, argument: _Argument) -> _Argument | None:
        """The argument, if what stands behind it leaves no doubt that it ends there."""
        end = argument.end
        behind, further = self.token(end + 1), self.token(end + 2)
        at = end + 1
        if behind.text in ("/", "*") and behind.run < 0:
            at = end + 2
            # `tanx/x` is no tangent of 1.
            is_same = argument.start == end and self.text(end) == further.text
            if behind.blank or further.blank or is_same or not self._is_plain_operand(at):
                return argument
        elif not self._is_plain_operand(at) or (behind.kind == NAME and behind.run == self.found[end].run >= 0):
            return argument
        last = self.partners.get(at, at)
        message = f"it is not clear how far the argument of `{self.found[k].text}` goes"
        further_too = self._questions.ask(message, self.place(argument.start, last))
        return argument._replace(end=last) if further_too else argument

    def _is_plain_operand(self, k: int) -> bool:
        """Whether token k is a number, a name of no function or a parenthesis."""
        return self.text(k) == "(" or (self.token(k).kind in (NAME, NUMBER) and not self._is_function(k))

    def _root(self, k: int) -> None:
        """`√` and `∛` take one number, name, call or parenthesis."""
        token = self.found[k]
        first = self.token(k + 1)
        if not first.text:
            return
        if first.text == "(":
            end = self.partners.get(k + 1)
        elif self._is_function(k + 1) or first.text in _ROOTS:
            end = self._ends.get(k + 1)
        elif first.kind in (NAME, NUMBER):
            end = self._run_under(k)
        else:
            hint = "write √(x + 1) or cbrt(x + 1)"
            raise refused(f"`{token.text}` needs what stands under the root", token.place, hint)
        if end is None:
            return
        if token.text == "∛":
            self.rename(k, "cbrt")
        if first.text != "(" and (token.text == "∛" or end > k + 1):
            self.enclose(k + 1, end)
        self._ends[k] = end

    def _run_under(self, k: int) -> int:
        """How much of a run of letters stands under the root."""
        last = k + 1
        while self.text(last + 1) == "*" and self.found[last + 1].run == self.found[k + 1].run >= 0:
            last += 2
        message = "it is not clear how much stands under the root"
        return k + 1 if last > k + 1 and self._questions.ask(message, self.place(k, last)) else last
