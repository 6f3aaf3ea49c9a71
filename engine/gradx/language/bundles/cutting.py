"""The tokens of a program with bundles, in one spelling.

What people write in several ways is put into one here, so that there is one grammar: bars are `norm( )`, `Σ_{i=1}^{n}`
is `sum(i=1..n, …)`, blanks between the numbers of a bracket are
commas, a statement for each value of an index is a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, chain

from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.rows import EACH
from gradx.language.bundles.token import CLOSERS, OPENERS, Placed, Token, deepens, ends_operand, matching
from gradx.language.tokens import NAME, NAME_PATTERN, NUMBER, SUPERSCRIPTS, SYMBOLS, sort

_WORDS = {"Σ": "sum", "sum": "sum", "Π": "prod", "prod": "prod"}
_SMALL = {"ᵢ": "i", "ⱼ": "j", "ₖ": "k"}
_BELOW = re.compile(r"\w_([ijk])\Z")
"""What is below a name, and tells which index a sum without one runs over: `Σ w_i x_i`."""
_APPLIED = frozenset(("log", "ln", "exp", "sqrt"))
"""Functions that a sum or a name may stand behind without parentheses: `y_k log p_k`."""
_STATEMENT_ENDS = frozenset((";", "\n", ""))


@cache
def _pattern() -> re.Pattern[str]:
    symbols = "|".join(re.escape(symbol) for symbol in SYMBOLS if len(symbol) > 1)
    number = r"(?:[0-9]++(?:\.(?![.*/^])[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"
    return re.compile(
        rf"[ \t]*+(?:{NAME_PATTERN}|\.\.\.?|…|\.[-+*/^]|{symbols}|{number}|⁻?[{SUPERSCRIPTS}]++|\Z|(?s:.))"
    )


def cut(source: Source, text: str, lengths: Mapping[str, int]) -> Placed:
    """The tokens of `text` (see `tokens.spelled`). `lengths`: those of vectors that have a value. Raises `GradxError`
    for a bracket that may be read in two ways, and for a loop."""
    tokens = _bars(_scanned(source, text))
    if "for" in text or "len" in text:
        from gradx.language.bundles import generators

        tokens = generators.written_out(source, tokens, lengths)
    tokens = _statements(_sums(_applied(tokens)))
    tokens = _spaced(source, tokens)
    found = Placed(tuple(token.text for token in tokens), tuple(token.end for token in tokens))
    found.starts = tuple(token.start for token in tokens)
    return found


def _scanned(source: Source, text: str) -> list[Token]:
    found: list[Token] = []
    for match in _pattern().finditer(text.translate({ord("∑"): "Σ", ord("∏"): "Π"})):
        piece = match[0].lstrip(" \t")
        begin = match.end() - len(piece)
        if piece == "×" and source.text[begin : begin + 1] in "·⋅\u0387":
            piece = "·"
        piece = piece[1] if piece in (".-", ".+") else piece
        if piece == "∞" and found and found[-1].text == "_" and found[-1].end == begin:
            piece, begin = "_inf", found.pop().start
        if piece in ("₁", "₂") and found and found[-1].text in ("‖", "||") and found[-1].end == begin:
            piece = f"_{'₁₂'.index(piece) + 1}"
        if piece in _SMALL and found and found[-1].end == begin and sort(found[-1].text) == NAME:
            before = found.pop()
            low = "" if re.search("[^ΣΠ]_[ijk]+$", before.text) else "_"
            piece, begin = f"{before.text}{low}{_SMALL[piece]}", before.start
        found.append(Token(piece, begin, match.end()))
        if not piece:
            break
    return found


def _bars(tokens: Sequence[Token]) -> list[Token]:
    """`‖x‖` and `||x||` as `norm(x)`, `‖x‖_1` as `norm(x, 1)`."""
    found: list[Token] = []
    open_bars = [0]
    skip = False
    for k, token in enumerate(tokens):
        if skip:
            skip = False
            continue
        if token.text in OPENERS:
            open_bars.append(0)
        elif token.text in CLOSERS and len(open_bars) > 1:
            open_bars.pop()
        if token.text not in ("‖", "||"):
            found.append(token)
        elif open_bars[-1] and found and ends_operand(found[-1].text):
            open_bars[-1] -= 1
            behind = tokens[k + 1]
            if re.fullmatch(r"_[12F]|_inf", behind.text) and behind.start == token.end:
                skip = True
                if behind.text != "_F":
                    found += [Token(",", token.start, token.end), Token(behind.text[1:], behind.start + 1, behind.end)]
                token = Token(token.text, token.start, behind.end)
            found.append(Token(")", token.start, token.end))
        else:
            open_bars[-1] += 1
            found += [Token("norm", token.start, token.end), Token("(", token.end, token.end)]
    return found


def _applied(tokens: Sequence[Token]) -> list[Token]:
    """`log p_k` as log(p_k), where nothing goes on behind the name."""
    found: list[Token] = []
    for k, token in enumerate(tokens):
        before = tokens[k - 1].text if k else ""
        behind = tokens[k + 1].text if token.text else ""
        is_name = bool(token.text) and sort(token.text) == NAME and token.text.partition("_")[0] not in _WORDS
        goes_on = not behind or behind in "+-*/;,)]}\n" or behind in (".*", "./", "⊙")
        if before in _APPLIED and is_name and goes_on and token.text not in _APPLIED:
            found += [Token("(", token.start, token.start), token, Token(")", token.end, token.end)]
        else:
            found.append(token)
    return found


def _sums(tokens: list[Token]) -> list[Token]:
    """`Σ_{i=1}^{n} E`, `Σ_i E` and `\\sum_{i=1}^{n} E` as `sum(i=1..n, E)`, the innermost first."""
    for k in range(len(tokens) - 1, -1, -1):
        word, low, index = tokens[k].text.partition("_")
        if word in _WORDS and not low and tokens[k + 1].text != "(" and (word != "sum" or tokens[k - 1].text == "\\"):
            index = next((found[1] for token in tokens[k:] if (found := _BELOW.search(token.text))), "")
        if word in _WORDS and (low or index):
            tokens = _one_sum(tokens, k, word, index)
    return tokens


def _one_sum(tokens: list[Token], k: int, word: str, index: str) -> list[Token]:
    at = k + 1
    if index:
        first = [Token(index, tokens[k].end - 1, tokens[k].end)]
    elif tokens[at].text in ("{", "("):
        close = matching(tokens, at)
        if close == len(tokens) - 1:
            return tokens
        first, at = tokens[at + 1 : close], close + 1
    else:
        return tokens
    if tokens[at].text == "^":
        if tokens[at + 1].text in ("{", "("):
            close = matching(tokens, at + 1)
            if close == len(tokens) - 1:
                return tokens
            last, at = tokens[at + 2 : close], close + 1
        else:
            last, at = [tokens[at + 1]], min(at + 2, len(tokens) - 1)
        if not first or not last:
            return tokens
        if len(first) == 1:
            first = [*first, Token("=", first[0].end, first[0].end), Token("1", first[0].end, first[0].end)]
        first = [*first, Token("..", last[0].start, last[0].start), *last]
    end = _end_of_product(tokens, at)
    begin = k - 1 if k and tokens[k - 1].text == "\\" else k
    head = [Token(_WORDS[word], tokens[begin].start, tokens[k].end), Token("(", tokens[k].end, tokens[k].end)]
    place = tokens[end - 1].end
    body = tokens[at:end]
    comma = Token(",", tokens[at].start, tokens[at].start)
    behind = [Token(")", place, place)]
    if len(first) > 2 and all(token.text == "," for token in first[1::2]):
        further = [[*head, token, comma] for token in first[2::2]]
        first, body, behind = first[:1], [*chain(*further), *body], behind * len(first[::2])
    if begin and tokens[begin - 1].text in _APPLIED:
        head, behind = [Token("(", head[0].start, head[0].start), *head], behind * 2
    return [*tokens[:begin], *head, *first, comma, *body, *behind, *tokens[end:]]


def _end_of_product(tokens: Sequence[Token], k: int) -> int:
    """The token behind the product that begins at k: the next + or -, or what ends it anyway."""
    at = k
    while at < len(tokens):
        text = tokens[at].text
        if text in OPENERS:
            at = matching(tokens, at)
        elif (
            text in CLOSERS
            or text in (",", ";", "", "=", "<", ">", "..")
            or (text == "\n" and at > k)
            or (text in "+-" and at > k and ends_operand(tokens[at - 1].text))
        ):
            return at
        at += 1
    return len(tokens) - 1


def _statements(tokens: list[Token]) -> list[Token]:
    """`y[i=1..3] = E` as `y = each(i=1..3, E)`."""
    found: list[Token] = []
    at, begins = 0, True
    while at < len(tokens):
        token = tokens[at]
        indexed = begins and sort(token.text) == NAME if token.text else False
        if indexed and tokens[at + 1].text == "[" and tokens[min(at + 3, len(tokens) - 1)].text == "=":
            close = matching(tokens, at + 1)
            if close + 1 < len(tokens) and tokens[close + 1].text == "=":
                end = _end_of_statement(tokens, close + 2)
                opening, closing = tokens[at + 1], tokens[close]
                equals = Token("=", opening.start, opening.start)
                head = [token, equals, Token(EACH, opening.start, opening.end), Token("(", opening.end, opening.end)]
                body = tokens[close + 2 : end]
                place = tokens[end - 1].end
                found += [*head, *tokens[at + 2 : close], Token(",", closing.start, closing.end), *body]
                found.append(Token(")", place, place))
                at = end
                continue
        begins = token.text in (";", "\n") or (begins and token.text == "")
        found.append(token)
        at += 1
    return found


def _end_of_statement(tokens: Sequence[Token], k: int) -> int:
    depths = accumulate(deepens(tokens[at].text) for at in range(k, len(tokens)))
    ends = (at for at, depth in enumerate(depths, k) if tokens[at].text in _STATEMENT_ENDS and depth <= 0)
    return next(ends, len(tokens) - 1)


def _spaced(source: Source, tokens: Sequence[Token]) -> list[Token]:
    """Commas for blanks, and semicolons for newlines, in brackets that hold entries."""
    found: list[Token] = []
    rows: list[bool | None] = []  # of each open bracket whether its row has commas; None where it holds no entries
    for k, token in enumerate(tokens):
        before = tokens[k - 1] if k else Token("", 0, 0)
        has_comma = rows[-1] if rows else None
        if token.text == "\n" and has_comma is not None:
            if before.text in (",", ";", "[", "\n") or tokens[k + 1].text in ("]", ";", "\n"):
                continue
            token = Token(";", token.start, token.end)
        if token.text == ";" and has_comma is not None:
            rows[-1] = _has_comma(tokens, k + 1)
        elif has_comma is not None and token.start > before.end and _begins_entry(source, tokens, k, has_comma):
            found.append(Token(",", before.end, token.start))
        if token.text in OPENERS:
            is_subscript = token.start == before.end and (ends_operand(before.text) or before.text == "^")
            rows.append(_has_comma(tokens, k + 1) if token.text == "[" and not is_subscript else None)
        elif token.text in CLOSERS and rows:
            rows.pop()
        found.append(token)
    return found


def _has_comma(tokens: Sequence[Token], k: int) -> bool:
    """Whether the row of a bracket that begins at k has commas."""
    depth = 0
    for token in tokens[k:]:
        if not depth and token.text in (",", ";", "]", "", "\n"):
            return token.text == ","
        depth += deepens(token.text)
    return False


def _begins_entry(source: Source, tokens: Sequence[Token], k: int, has_comma: bool) -> bool:
    """Whether an entry begins with token k, which stands behind a blank, in a row that has commas or none."""
    before, token, behind = tokens[k - 1], tokens[k], tokens[k + 1] if k + 1 < len(tokens) else tokens[k]
    if not ends_operand(before.text):
        return False
    place = Span(source, token.start, token.end - token.start)
    is_tight = behind.start == token.end
    if has_comma and not (is_tight and token.text in ("+", "-", "−") and sort(before.text) == NUMBER):
        return False
    if token.text in ("+", "-", "−"):
        if is_tight and not has_comma:
            return True
        left, sign, right = before.text, token.text, behind.text
        apart = ", " if has_comma else " "
        hint = f"[{left}{apart}{sign}{right}] has two entries, [{left}{sign}{right}] has one"
        message = f"`{left} {sign} {right}` in brackets may be one entry or two"
        raise GradxError("syntax", message, hint=hint, span=place)
    kind = sort(token.text)
    if kind == NAME and token.text not in ("pi", "π", "e"):
        left, right = before.text, token.text
        hint = f"write [{left}, {right}] for two entries, [{left}*{right}] for a product"
        if behind.text == "(":
            hint = f"commas between all entries: [{left}, {right}(…)]"
        raise GradxError("syntax", "between blanks in brackets stand numbers only", hint=hint, span=place)
    return token.text == "[" or (kind in (NUMBER, NAME) and token.text not in (".*", "./", ".^"))
