"""Sums as Python and Julia write them: `sum(w*x[i] for i in range(n))`, `sum([a*b for a, b in zip(x, y)])`.

Each is put in the place of tokens, as `sum(i=1..n, w*x[i])`. Python counts from 0: a range begins one later where its
index is a whole subscript wherever it stands, else every subscript is one more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.rows import SPELLINGS, SUMS
from gradx.language.bundles.token import CLOSERS, OPENERS, Token, deepens, ends_operand, matching

_COUNTED: Final = {"⟦": "[", "⟧": "]"}
"""Brackets whose subscripts count from 1 already, while what stands around them is looked at."""
_LETTERS: Final = "ijklmnpqrs"


class _Clause(NamedTuple):
    """`for i in range(n)`: its index, its first and its last value as tokens (none: the whole length), the names that
    stand for entries, and whether it counts from 0."""

    counter: str
    ends: tuple[Sequence[Token], Sequence[Token]] | None
    entries: Mapping[str, str]
    from_zero: bool


def written_out(source: Source, tokens: list[Token], lengths: Mapping[str, int]) -> list[Token]:
    """The tokens with every sum over a range as the language has it. `lengths`: those of vectors that have a value.

    Raises `GradxError` for what is no such sum.
    """
    tokens = _measured(tokens, lengths)
    while (k := next((k for k, token in enumerate(tokens) if token.text == "for"), -1)) >= 0:
        tokens = _Sum(source, tokens, k, lengths).made()
    return [token._replace(text=_COUNTED.get(token.text, token.text)) for token in tokens]


def _measured(tokens: Sequence[Token], lengths: Mapping[str, int]) -> list[Token]:
    """`len(x)` as a number."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        name = found[-2].text if len(found) > 3 else ""
        if token.text == ")" and name in lengths and [t.text for t in found[-4:-2]] in (["len", "("], ["length", "("]):
            found[-4:] = [Token(str(lengths[name]), found[-4].start, token.end)]
    return found


class _Sum:
    """One sum, whose first `for` is token k."""

    def __init__(self, source: Source, tokens: list[Token], k: int, lengths: Mapping[str, int]) -> None:
        self._source, self._tokens, self._for, self._lengths = source, tokens, k, lengths
        self._taken = {token.text for token in tokens}

    def made(self) -> list[Token]:
        tokens = self._tokens
        opening = self._opening(self._for)
        closing = matching(tokens, opening)
        first, behind = opening, closing + 1
        if tokens[opening].text == "[" and tokens[closing].text == "]":
            first, behind = opening - 1, closing + 2
        name = tokens[first - 1].text if first > 0 else ""
        is_sum = SPELLINGS.get(name, name) in SUMS and tokens[first].text == "(" and tokens[behind - 1].text == ")"
        if not is_sum:
            raise self._failure()
        body = tokens[opening + 1 : self._for]
        clauses = [self._clause(part) for part in self._parts(self._for, closing)]
        shifted = {
            clause.counter
            for clause in clauses
            if clause.from_zero and not clause.entries and _is_whole(body, clause.counter)
        }
        place = tokens[first].end
        heads = [token for clause in clauses for token in _head(clause, clause.counter in shifted, place)]
        if any(clause.from_zero for clause in clauses):
            body = self._counted(body, shifted)
        entries = {
            name: (bundle, "⟦", clause.counter, *(("+", "1") if clause.from_zero else ()), "⟧")
            for clause in clauses
            for name, bundle in clause.entries.items()
        }
        body = [made for token in body for made in _entry(token, entries.get(token.text, (token.text,)))]
        return [*tokens[: first + 1], *heads, *body, *tokens[behind - 1 :]]

    def _failure(self) -> GradxError:
        token = self._tokens[self._for]
        hint = "write it for whole vectors, as in sum((w*x - y)^2), or as sum(i=1..n, w[i]*x[i])"
        place = Span(self._source, token.start, token.end - token.start)
        return GradxError("syntax", "a loop is not read here", hint=hint, span=place)

    def _opening(self, k: int) -> int:
        """The bracket that token k stands in."""
        depth = 0
        for at in range(k - 1, -1, -1):
            depth -= deepens(self._tokens[at].text)
            if depth < 0:
                return at
        raise self._failure()

    def _parts(self, k: int, end: int) -> Iterator[Sequence[Token]]:
        """The clauses from `for` on, without that word."""
        starts = [at for at in range(k, end) if self._tokens[at].text == "for"]
        return (self._tokens[start + 1 : after] for start, after in pairwise([*starts, end]))

    def _clause(self, part: Sequence[Token]) -> _Clause:
        words = [token.text for token in part]
        if "in" not in words or "if" in words:
            raise self._failure()
        at = words.index("in")
        names = [word for word in words[:at] if word not in ("(", ")", ",")]
        over, inside = part[at + 1 :], part[at + 3 : -1]
        listed = [token.text for token in inside if token.text != ","]
        called = words[at + 1] if len(words) > at + 2 and words[at + 2] == "(" and words[-1] == ")" else ""
        if len(names) == 1 and called == "range":
            return _Clause(names[0], self._range(inside), {}, from_zero=True)
        if len(names) == 1 and len(over) >= 3 and over[1].text == ":":
            return _Clause(names[0], (over[:1], over[2:]), {}, from_zero=False)
        if len(names) == 1 and len(over) == 1 and over[0].text.isidentifier():
            return self._through(names, [over[0].text], over[0])
        if called == "zip" and len(names) == len(listed) > 1:
            return self._through(names, listed, over[0])
        if called == "enumerate" and len(names) == 2 and len(listed) == 1:
            whole = self._through(names[1:], listed, over[0])
            return whole._replace(counter=names[0], from_zero=True, ends=self._all(listed[0], over[0], first=0))
        raise self._failure()

    def _range(self, inside: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
        """The first and the last value of Python's range."""
        commas = [k for k, token in enumerate(inside) if token.text == ","]
        if len(commas) > 1 or not inside:
            raise self._failure()
        at = inside[0]
        first = inside[: commas[0]] if commas else [Token("0", at.start, at.start)]
        return first, _plus(inside[commas[0] + 1 :] if commas else inside, -1)

    def _through(self, names: Sequence[str], bundles: Sequence[str], at: Token) -> _Clause:
        """A loop through entries, which gets an index of its own."""
        index = next((letter for letter in _LETTERS if letter not in self._taken), "")
        if not index or not all(name.isidentifier() for name in bundles):
            raise self._failure()
        self._taken.add(index)
        return _Clause(index, self._all(bundles[0], at), dict(zip(names, bundles, strict=True)), from_zero=False)

    def _all(self, bundle: str, at: Token, first: int = 1) -> tuple[Sequence[Token], Sequence[Token]] | None:
        length = self._lengths.get(bundle)
        if length is None:
            if first == 0:
                raise self._failure()
            return None
        return [Token(str(first), at.start, at.end)], [Token(str(length - 1 + first), at.start, at.end)]

    def _counted(self, body: Sequence[Token], shifted: set[str]) -> list[Token]:
        """Subscripts that count from 0 as ones that count from 1; those whose index begins one later do already."""
        made: list[Token] = []
        waiting: list[int] = []
        for k, token in enumerate(body):
            if token.text in OPENERS:
                is_subscript = token.text == "[" and k > 0 and _is_beside(body[k - 1], token)
                if is_subscript and made[-1].text == "⟧":
                    made[-1] = Token(",", made[-1].start, token.end)  # W[i][j]
                    waiting.append(len(made))
                    continue
                waiting.append(len(made) + 1 if is_subscript else 0)
                token = token._replace(text="⟦") if is_subscript else token
            elif waiting and waiting[-1] and token.text in (",", *CLOSERS):
                made[waiting[-1] :] = self._one_more(made[waiting[-1] :], shifted)
                waiting[-1] = len(made) + 1
            if token.text in CLOSERS and waiting and waiting.pop():
                token = token._replace(text="⟧")
            made.append(token)
        return made

    def _one_more(self, part: Sequence[Token], shifted: set[str]) -> Sequence[Token]:
        if any(token.text in (":", "..") for token in part) or not part or part[0].text == "-":
            raise self._failure()
        return part if len(part) == 1 and part[0].text in shifted else _plus(part, 1)


def _head(clause: _Clause, is_shifted: bool, place: int) -> Iterator[Token]:
    """`i = 1 .. n ,` at a place."""
    ends = () if clause.ends is None else tuple(_plus(end, int(is_shifted)) for end in clause.ends)
    first, last = ([token.text for token in end] for end in ends) if ends else ([], [])
    texts = [clause.counter, *(("=", *first, "..", *last) if ends else ()), ","]
    yield from (Token(text, place, place) for text in texts)


def _plus(part: Sequence[Token], number: int) -> Sequence[Token]:
    if not number:
        return part
    last = part[-1]
    if re.fullmatch("[0-9]+", last.text) and (len(part) == 1 or (len(part) > 2 and part[-2].text in ("+", "-"))):
        number += int(last.text) * (-1 if len(part) > 2 and part[-2].text == "-" else 1)
        if len(part) == 1 and number >= 0:
            return [last._replace(text=str(number))]
        part = part[:-2]
    if not number:
        return part
    sign = "+" if number > 0 else "-"
    return [*part, Token(sign, last.end, last.end), Token(str(abs(number)), last.end, last.end)]


def _is_beside(before: Token, token: Token) -> bool:
    return before.end == token.start and ends_operand(before.text)


def _is_whole(body: Sequence[Token], index: str) -> bool:
    """Whether an index is a whole subscript wherever it stands."""
    inside: list[bool] = []
    found = False
    for k, token in enumerate(body):
        if token.text in OPENERS:
            inside.append(token.text == "[" and k > 0 and _is_beside(body[k - 1], token))
        elif token.text in CLOSERS and inside:
            inside.pop()
        elif token.text == index:
            found = True
            around = k > 0 and body[k - 1].text in ("[", ",") and body[k + 1].text in ("]", ",")
            if not (around and inside and inside[-1]):
                return False
    return found


def _entry(token: Token, texts: Sequence[str]) -> Iterator[Token]:
    """A name that stands for an entry, as the texts of that entry; any other token as it is."""
    yield token._replace(text=texts[0])
    yield from (Token(text, token.end, token.end) for text in texts[1:])
