"""Functions without parentheses, their powers, and logarithms with a base: `sin 2x`, `tan^2x`, `log_2 x`, `√x`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from gradx.language.diagnosis import INVERSES
from gradx.language.tokens import normal_name
from gradx.language.typed.asking import refused
from gradx.language.typed.edits import Edits
from gradx.language.typed.lexer import NAME, NUMBER, RAISED, Token, partners
from gradx.language.typed.questions import Questions
from gradx.language.typed.runs import is_base
from gradx.table import CALLABLE, SHARED_NAMES

CONSTANTS = frozenset(("pi", "π"))
_POWERS = frozenset(("^", "**"))
_BASE_BESIDE = "the number behind `log` may be its base, or a factor"
_ROOTS = {"√": "√", "∛": "cbrt"}


class _Argument(NamedTuple):
    """Tokens `start` to `end` (that one too). `open`: it stood in no parenthesis. `blank`: it stood apart."""

    start: int
    end: int
    open: bool = True


class Calls:
    """The calls of a list of tokens (see `splitting`), from the last to the first, so that an inner one is known."""

    def __init__(self, found: Sequence[Token], known: Set[str], questions: Questions) -> None:
        self._found = found
        self._known = known
        self._questions = questions
        self._edits = Edits(found)
        self._partners = partners(found)
        self._ends: dict[int, int] = {}

    def made(self) -> list[Token]:
        """The tokens with every call in parentheses."""
        for k in range(len(self._found) - 1, -1, -1):
            if self._is_function(k):
                self._call(k)
            elif self._found[k].text in _ROOTS:
                self._root(k)
        return self._edits.made()

    def _token(self, k: int) -> Token | None:
        return self._found[k] if 0 <= k < len(self._found) else None

    def _text(self, k: int) -> str:
        return self._found[k].text if 0 <= k < len(self._found) else ""

    def _is_function(self, k: int) -> bool:
        token = self._token(k)
        if token is None or token.kind != NAME:
            return False
        if is_base(token.text) and normal_name(token.text) not in self._known:
            return True
        name = token.text
        if name not in CALLABLE or name in self._known:
            return False
        return name not in SHARED_NAMES or self._text(k + 1) == "("

    def _call(self, k: int) -> None:
        behind, power = self._power(k)
        if self._has_base_beside(k) and self._questions.ask(_BASE_BESIDE, self._found[k].place):
            self._edits.rename(k, f"log{self._text(k + 1)}")
            self._edits.drop(k + 1, k + 2)
            behind = k + 2
        argument = self._argument(k, behind, raised=power is not None)
        if argument is None:
            return
        if power is not None and behind > k + 1 and self._is_inverse(k, power):
            self._inverse(k, power, behind, argument)
            return
        self._write(k, argument)
        if power is not None and (argument.open or not self._is_plain(power)):
            self._edits.move_behind(argument.end, *power)
        self._ends[k] = argument.end

    def _has_base_beside(self, k: int) -> bool:
        """`log 10 x`, where the 10 may have been a subscript."""
        operand = self._token(k + 2)
        is_apart = operand is not None and operand.blank and (operand.kind == NAME or operand.text == "(")
        return self._found[k].text == "log" and self._text(k + 1) in ("2", "10") and is_apart

    def _is_plain(self, power: tuple[int, int]) -> bool:
        """Whether the language reads this power between a function and its parenthesis."""
        start, end = power
        return self._found[start].kind == RAISED or (end - start == 2 and self._found[start + 1].kind == NUMBER)

    def _write(self, k: int, argument: _Argument) -> None:
        """The parentheses of a call, and the base of a logarithm."""
        name = self._found[k].text
        if argument.open:
            self._edits.before(argument.start, "(")
            self._edits.behind(argument.end, ")")
        if is_base(name) and name not in CALLABLE:
            base = name.partition("_")[2]
            known = {"10": "log10", "2": "log2", "e": "log"}.get(base)
            if known:
                self._edits.rename(k, known)
            else:
                self._edits.rename(k, "log")
                self._edits.before(k, "(")
                self._edits.behind(argument.end, "/", "log", "(", base, ")", ")")

    def _power(self, k: int) -> tuple[int, tuple[int, int] | None]:
        """Where the argument of the function at k begins, and the power that stands before it."""
        at = k + 1
        token = self._token(at)
        if token is None:
            return at, None
        end = at
        if token.kind == RAISED:
            end = at + 1
        elif token.text in _POWERS:
            end = self._exponent(at + 1)
        elif self._is_lost_inverse(k):
            end = at + 2
        if end == at or self._token(end) is None:
            return at, None
        first = self._found[end]
        if first.kind not in (NAME, NUMBER) and first.text not in ("(", *_ROOTS):
            return at, None
        return end, (at, end)

    def _is_lost_inverse(self, k: int) -> bool:
        """`tan-1 x`, whose superscript was lost."""
        sign, one = self._found[k + 1], self._token(k + 2)
        glued = one is not None and one.text == "1" and not (sign.blank or one.blank)
        return glued and sign.text == "-" and self._found[k].text in INVERSES

    def _exponent(self, at: int) -> int:
        """Where the exponent that begins at `at` ends."""
        sign = self._text(at) in ("-", "+")
        at += sign
        token = self._token(at)
        if token is None:
            return at
        if token.text == "(":
            return self._partners.get(at, at - 1) + 1
        if token.kind == NUMBER or (token.kind == NAME and not self._is_function(at)):
            return at + 1
        if self._is_function(at) and at in self._ends:
            return self._ends[at] + 1
        return at - sign

    def _is_inverse(self, k: int, power: tuple[int, int]) -> bool:
        written = "".join(token.text for token in self._found[power[0] : power[1]])
        return written in ("⁻¹", "^-1", "**-1", "^(-1)", "**(-1)", "-1") and self._found[k].text in INVERSES

    def _inverse(self, k: int, power: tuple[int, int], behind: int, argument: _Argument) -> None:
        name = self._found[k].text
        message = f"`{name}^-1` may be the inverse function or a power"
        place = (self._found[k].place[0], self._found[behind - 1].place[1])
        inverse = self._questions.ask(message, place) == 0
        self._edits.drop(*power)
        self._write(k, argument)
        if inverse:
            self._edits.rename(k, INVERSES[name])
        else:
            self._edits.before(k, "(", "1", "/")
            self._edits.behind(argument.end, ")")
        self._ends[k] = argument.end

    def _argument(self, k: int, at: int, *, raised: bool) -> _Argument | None:
        """What the function at k takes, from `at` on; None where nothing is there to take."""
        first = self._token(at)
        if first is None:
            return None
        row = CALLABLE.get(self._found[k].text)
        if first.text != "(" and row is not None and row.arity != 1:
            return None
        if first.text == "(":
            close = self._partners.get(at)
            return None if close is None else _Argument(at, close, open=False)
        start = at
        if first.text in ("-", "+") and first.blank and self._token(at + 1) and not self._found[at + 1].blank:
            at += 1
        if self._is_function(at) or self._text(at) in _ROOTS:
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
        if self._found[at].kind == NUMBER:
            end = at
            at += 1
        while self._text(at) in CONSTANTS:
            end = at
            at += 1
            if self._text(at) == "*" and self._found[at].run == self._found[end].run >= 0:
                at += 1
        token = self._token(at)
        if token is None or token.kind != NAME or self._is_function(at):
            return end
        end = at
        while (
            self._text(end + 1) == "*" and self._found[end + 1].run == token.run >= 0 and not self._is_function(end + 2)
        ):
            end += 2
        return end

    def _raised_argument(self, k: int, end: int, *, raised: bool) -> int:
        """The end of an argument that is raised itself."""
        token = self._token(end + 1)
        if token is None or not (token.kind == RAISED or token.text in _POWERS):
            return end
        last = end + 1 if token.kind == RAISED else self._exponent(end + 2) - 1
        glued = not self._found[k + 1].blank and not raised and self._found[k].kind == NAME
        if glued and self._found[k].run >= 0:
            message = "the power may be that of the argument or that of the function"
            if self._questions.ask(message, (self._found[k].place[0], self._found[last].place[1])):
                return end
        return last

    def _bounded(self, k: int, argument: _Argument) -> _Argument | None:
        """The argument, if what stands behind it leaves no doubt that it ends there."""
        end = argument.end
        behind, further = self._token(end + 1), self._token(end + 2)
        if behind is None:
            return argument
        name = self._found[k].text
        message = f"it is not clear how far the argument of `{name}` goes"
        if behind.text in ("/", "*") and further is not None and behind.run < 0:
            if behind.blank or further.blank or self._is_function(end + 2) or further.text in _ROOTS:
                return argument
            if further.kind not in (NAME, NUMBER) and further.text != "(":
                return argument
            if self._same(argument, end + 2):
                return argument
            last = self._partners.get(end + 2, end + 2)
            return self._either(message, argument, last)
        if (behind.kind in (NAME, NUMBER) and not self._is_function(end + 1)) or behind.text == "(":
            if behind.kind == NAME and behind.run >= 0 and behind.run == self._found[end].run:
                return argument
            last = self._partners.get(end + 1, end + 1)
            return self._either(message, argument, last)
        return argument

    def _same(self, argument: _Argument, at: int) -> bool:
        """Whether the divisor is what the argument is: `tanx/x` is no tangent of 1."""
        return argument.start == argument.end and self._text(argument.start) == self._text(at)

    def _either(self, message: str, argument: _Argument, last: int) -> _Argument:
        place = (self._found[argument.start].place[0], self._found[last].place[1])
        return argument._replace(end=last) if self._questions.ask(message, place) else argument

    def _root(self, k: int) -> None:
        """`√` and `∛` take one number, name, call or parenthesis."""
        token = self._found[k]
        first = self._token(k + 1)
        if first is None:
            return
        if first.text == "(":
            end, bare = self._partners.get(k + 1), False
            if end is None:
                return
        elif self._is_function(k + 1) or first.text in _ROOTS:
            inner = self._ends.get(k + 1)
            if inner is None:
                return
            end, bare = inner, True
        elif first.kind in (NAME, NUMBER):
            end, bare = k + 1, True
            if self._text(k + 2) == "*" and self._found[k + 2].run == first.run >= 0:
                end = self._run_under(k)
        else:
            raise refused(
                f"`{token.text}` needs what stands under the root", token.place, "write √(x + 1) or cbrt(x + 1)"
            )
        if token.text == "∛":
            self._edits.rename(k, "cbrt")
        if bare and (token.text == "∛" or end > k + 1):
            self._edits.before(k + 1, "(")
            self._edits.behind(end, ")")
        self._ends[k] = end

    def _run_under(self, k: int) -> int:
        """How much of a run of letters stands under the root."""
        last = k + 1
        while self._text(last + 1) == "*" and self._found[last + 1].run == self._found[k + 1].run:
            last += 2
        message = "it is not clear how much stands under the root"
        return (
            last if self._questions.ask(message, (self._found[k].place[0], self._found[last].place[1])) == 0 else k + 1
        )
