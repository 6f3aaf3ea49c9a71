"""School writing: letters side by side, functions without parentheses, and what they leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import accumulate, pairwise
from typing import Final

from gradx.language.diagnosis import SUBSCRIPT
from gradx.language.suggestions import function_hint, meant_function
from gradx.language.tokens import normal_name
from gradx.language.typed.calls import Calls
from gradx.language.typed.guesses import offered, with_calls
from gradx.language.typed.lexer import NAME, NUMBER, POWERS, RAISED, Edits, Token, at_top, heads, is_operand_start
from gradx.language.typed.mapped import AskedError, Questions, refused
from gradx.language.typed.runs import Setting, setting_of, split
from gradx.table import CALLABLE

_INDEXED: Final = re.compile(r"([^\W\d_])([0-9]+)")
_UNITS: Final = frozenset(["km", "cm", "mm", "kg", "Hz", "kHz", "kN", "kW", "mph", "kPa", "MPa", "kJ", "mol", "km/h"])
_COUNTED: Final = (
    "apples|oranges|bananas|people|persons|students|children|dollars|euros|cents|pounds|items|cookies|books|cars|pieces"
    "|hours|minutes|seconds|days|weeks|months|years|(?:kilo|centi|milli)?(?:met(?:er|re)|gram|lit(?:er|re))s|feet|inches"
    "|miles|yards|gallons|ounces|tons|percent|watts|volts|amps|joules|newtons|pascals|hertz|kelvin|celsius|degrees"
    "|radians|moles|bytes|bits|units"
)
"""What is counted or measured, in words."""
_QUOTIENTS: Final = frozenset(
    ["m/s", "km/h", "ft/s", "mi/h", "m/h", "m/min", "g/L", "g/l", "g/mL", "J/s", "J/K", "N/m", "W/m", "C/s"]
)


class Doubts(Edits):
    """One pass over tokens whose runs are split (see `runs`)."""

    def __init__(self, found: Sequence[Token], setting: Setting, questions: Questions) -> None:
        super().__init__(found)
        self._setting = setting
        self._questions = questions
        self._defined = {head.name for head in heads(found) if head.parameters is not None}
        self._heads = {k for head in heads(found) for k in range(head.start, head.end)}
        self._separating = self._arguments()
        self._names = {token.text for token in found}
        self._values = {
            normal_name(token.text)
            for k, token in enumerate(found)
            if token.kind == NAME and k not in self._heads and not self.is_called(k)
        }

    def made(self) -> list[Token]:
        """The tokens with what was decided written out."""
        for k, token in enumerate(self.found):
            if token.text in POWERS:
                self._exponent(k)
            elif token.text == "/":
                self._divisor(k)
            elif token.kind == NAME and k not in self._heads:
                self._name(k)
            elif token.text == "," and k not in self._separating and self._is_decimal(k):
                self._comma(k)
        return super().made()

    def _is_function(self, k: int) -> bool:
        name = self.text(k)
        if name == "where":
            return name not in self._setting.known
        is_defined = bool(name) and name not in CALLABLE and normal_name(name) in self._defined
        return is_defined or self.calls_builtin(k, self._setting.known)

    def _run_end(self, k: int) -> int:
        """The last token of the factors that stand side by side from k on without a blank, with their powers."""
        end = k
        while True:
            if self._is_function(end) and self.text(end + 1) == "(":
                end = self.partners.get(end + 1, end + 1)
            elif self.text(end) == "(":
                end = self.partners.get(end, end)
            behind = self.token(end + 1)
            if not behind.text or behind.blank:
                return end
            if behind.text == "*" and behind.run >= 0 and behind.run == self.found[end].run:
                end += 2
            elif (
                behind.kind in (NAME, NUMBER)
                or behind.text in ("(", "√")
                or self.text(end) == "√"
                or (behind.kind == RAISED and end > k)
            ):
                end += 1
            elif behind.text == "^" and end > k and self.text(end + 2):
                end += 2
            else:
                return end

    def _exponent(self, k: int) -> None:
        at = k + 1 + (self.text(k + 1) in ("-", "+"))
        first, behind = self.token(at), self.token(at + 1)
        is_base = self._is_number(k - 1) or (self.text(k - 1) == "e" and "e" not in self._setting.known)
        if first.kind == NUMBER:
            if first.text == "1" and behind.text == "/" and not behind.blank and self._is_number(at + 2):
                self._root(k, at)
            elif not behind.blank and is_operand_start(behind) and is_base:
                self._decide(k + 1, self._run_end(at), "it is not clear how far the exponent goes", explicit=at)
        elif first.kind == NAME and first.run >= 0:
            end = self._run_end(at)
            if any(token.text == "*" for token in self.found[at : end + 1]):
                self._decide(k + 1, end, "it is not clear how far the exponent goes", explicit=-1)

    def _root(self, k: int, at: int) -> None:
        """`x^1/2`, `x^-1/2`: an exponent of a half, or half of the first power."""
        place = self.place(max(k - 1, 0), at + 2)
        if self._questions.ask("it is not clear how far the exponent goes", place) == 0:
            self.enclose(k + 1, at + 2)
        elif at == k + 1:
            self.drop(k, at + 1)
        else:
            self.enclose(k + 1, at)

    def _is_number(self, k: int) -> bool:
        return self.token(k).kind == NUMBER

    def _divisor(self, k: int) -> None:
        first, behind = self.token(k + 1), self.token(k + 2)
        is_factor = not behind.blank and (behind.kind == NAME or behind.text == "√")
        if first.kind == NUMBER and is_factor:
            if self._questions.lean() == 0:
                self.behind(k + 1, "*")
            else:
                self.enclose(k + 1, self._run_end(k + 1))
        elif first.kind == NAME and (first.run >= 0 or self.text(k + 2) == "√") and not self._is_function(k + 1):
            self._decide(k + 1, self._run_end(k + 1), "it is not clear how far the divisor goes", explicit=-1)
            self._radicand(k + 2)
        else:
            self._radicand(k + 1)

    def _radicand(self, k: int) -> None:
        """`√2π` in a divisor, of which more than the 2 may stand under the root."""
        if self.text(k) == "√" and self._is_number(k + 1):
            end = self._run_end(k + 1)
            if end > k + 1:
                self._decide(k + 1, end, "it is not clear how much stands under the root", explicit=-1)

    def _decide(self, start: int, end: int, message: str, *, explicit: int) -> None:
        """Tokens `start` to `end` together, or each for itself. `explicit`: where a `*` is then put."""
        if self._questions.ask(message, self.place(max(start - 2, 0), end)) == 0:
            self.enclose(start, end)
        elif explicit >= 0:
            self.behind(explicit, "*")

    def _name(self, k: int) -> None:
        token = self.found[k]
        before = self.token(k - 1)
        if token.text[0] == "_" and not token.blank and (before.kind == RAISED or before.text == ")"):
            message, hint = SUBSCRIPT
            raise refused(message, token.place, hint)
        if before.kind == NUMBER and token.blank:
            self._unit(k)
        if self.is_called(k) and not self._is_function(k):
            self._called(k)
        match = _INDEXED.fullmatch(token.text)
        if match is None or int(match[2]) < 2 or token.text in self._setting.known or self._setting.code:
            return
        glued = before.kind == NUMBER and not token.blank
        siblings = {f"{match[1]}{index}" for index in ("0", "1")}
        if (glued or match[1] in self._setting.known) and siblings.isdisjoint(self._names):
            question = f"`{token.text}` may be a name, or a power whose superscript was lost"
            raised = self.text(k + 1) in POWERS
            pick = self._questions.ask(question, token.place, 3 if raised else 2)
            if pick == 0 or (pick == 1 and raised):
                self.rename(k, match[1])
                self.behind(k, "*" if pick else "^", match[2])
            else:
                self._questions.whole[token.text] = None

    def _unit(self, k: int) -> None:
        """`3 cm` and `3 apples`, of which nothing else is said; `3 m/s`, of whose letters nothing is."""
        token = self.found[k]
        run = [t.text for t in self.found[k : k + 3] if t.run == token.run and t.text != "*"] if token.run >= 0 else []
        alone = sum(other.text == token.text for other in self.found) == 1 and token.text not in self._setting.known
        if "".join(run) in _UNITS or (alone and re.fullmatch(_COUNTED, token.text)):
            raise refused("units are not read here", token.place, "leave them out: everything is a number")
        unit = "".join(other.text for other in self.found[k : k + 3])
        glued = not any(other.blank for other in self.found[k + 1 : k + 3])
        if unit in _QUOTIENTS and glued and not self._setting.code and self._setting.known.isdisjoint(unit.split("/")):
            message = f"`{unit}` may be a unit, which is not read here, or a quotient"
            self._questions.ask(message, self.place(k, k + 2), 1)

    def _called(self, k: int) -> None:
        """A name before a parenthesis that is no function: a product, if it is surely a value."""
        token = self.found[k]
        name = normal_name(token.text)
        if name in ("pi", "π", "e") or self._is_value(k, name):
            return
        message = f"`{name[:40]}` is not a function"
        close = self.partners.get(k + 1, k)
        commas = any(token.text == "," for token in self.found[k:close])
        is_letter = len(name.rstrip("0123456789")) == 1 and name not in ("f", "g", "h")
        if is_letter and not commas and not meant_function(name):
            self._questions.ask(f"{message}, and may be a factor", token.place, 1)
            self.behind(k, "*")
            return
        raise AskedError(message, token.place, (), function_hint(name))

    def _is_value(self, k: int, name: str) -> bool:
        short = len(name.rstrip("0123456789")) == 1
        if name in self._setting.known:
            return short or self.found[k].run >= 0
        if not short or name in ("f", "g", "h"):
            return False
        return name in self._values

    def _is_decimal(self, k: int) -> bool:
        """Whether a comma stands directly between two numbers."""
        before, behind = self.token(k - 1), self.token(k + 1)
        return before.kind == behind.kind == NUMBER and not behind.blank

    def _arguments(self) -> set[int]:
        """The commas that stand directly in the parenthesis of a name."""
        texts = [token.text for token in self.found]
        calls = [(k, end) for k, end in self.partners.items() if self.token(k - 1).kind == NAME and texts[k] == "("]
        return {k + 1 + comma for k, end in calls for comma in at_top(texts[k + 1 : end], ",")}

    def _comma(self, k: int) -> None:
        before, behind = self.found[k - 1], self.found[k + 1]
        digits = behind.text
        thousands = len(digits) == 3 and digits.isdigit() and before.text != "0"
        place, answers = self.place(k - 1, k + 1), 2 if thousands else 1
        pick = self._questions.ask("a decimal has a point, not a comma", place, answers)
        self.drop(k, k + 2)
        self.rename(k - 1, before.text + ("" if thousands and not pick else ".") + digits)


_BRACKETS = {"[": "(", "{": "(", "]": ")", "}": ")"}


def written_out(
    found: Sequence[Token], known: Set[str], questions: Questions, *, code: bool = False, latex: bool = False
) -> list[Token]:
    """The tokens of a text as tokens of the language, with every answer that `questions` gives.

    Raises `AskedError` for a call of what is no function, for units, for bars without a partner.
    """
    plain = found if _is_no_formula(found) else [t._replace(text=_BRACKETS.get(t.text, t.text)) for t in found]
    plain = offered(with_calls(plain), known, questions)
    setting = setting_of(plain, known, code=code, latex=latex)
    plain = split(plain, setting, questions)
    plain = Doubts(plain, setting, questions).made()
    return Calls(plain, setting.known, questions).made()


def _is_no_formula(found: Sequence[Token]) -> bool:
    """Whether brackets are a template's or a program's: around the whole of a text `{x}`, or an index `x[x]`."""
    depths = list(accumulate((token.text == "{") - (token.text == "}") for token in found))
    if found and found[0].text == "{" and 0 not in depths[:-1]:
        return True
    pairs = pairwise(found)
    return any(
        before.kind == NAME and behind.text == "[" and not behind.blank and before.text not in CALLABLE
        for before, behind in pairs
    )
