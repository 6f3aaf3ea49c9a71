"""A run of letters: one name, a product, or a function with what stands behind it; every run of a text, read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import Final, NamedTuple

from gradx.language.latex import GREEK_WORDS
from gradx.language.suggestions import fewest_pieces, meant_function, same_function, word_of_another_language
from gradx.language.tokens import SUBSCRIPTS, normal_name
from gradx.language.typed.lexer import NAME, NUMBER, Token, heads, is_base, is_called, is_operand_start, kind_of
from gradx.language.typed.mapped import AskedError, Questions
from gradx.table import CALLABLE, SHARED_NAMES

GREEK: Final = frozenset(GREEK_WORDS) | {"varepsilon", "vartheta", "varphi", "lam", "eps"}

_ELEMENTARY: Final = (
    *("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "ln", "log", "exp", "sqrt", "cbrt"),
    *("asin", "acos", "atan", "arcsin", "arccos", "arctan", "tg", "ctg"),
)
GLUED: Final = tuple(sorted(_ELEMENTARY, key=len, reverse=True))
"""The functions that are written without a parenthesis, longest first: `sinx`, `xlnx`."""

_ENGLISH = (
    "cost costs cosy sing sink sins sine tank tang tans logo logs loge login expo expos sect secs seca cots using "
    "basing casing rising losing posing nosing dosing musing fusing hosing easing busing resins rosins stand "
    "stank titans butane blogs clogs slogs flogs scots"
)
ENGLISH: Final = frozenset(_ENGLISH.split())
"""English words that a function and a letter make."""

_PAIRS = "if in is it of or to no so we us do go be by he me my an as at am ok hi"
ENGLISH_PAIRS: Final = frozenset(_PAIRS.split())
"""Pairs of letters that are words."""
NAMES: Final = ENGLISH_PAIRS | {"lr", "id", "wd", "bs"}
"""Pairs of letters that are rather a word or one name."""

_OTHERS: Final = {
    "arcsen": "asin", "senh": "sinh", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "Γ": "gamma",
    "ψ": "digamma", "σ": "sigmoid", "sigma": "sigmoid", "lgam": "lgamma",
}  # fmt: skip
"""Other names of functions, beside those for which a hint says what to write."""


def as_function(word: str) -> str | None:
    """The function that `word` names, in whatever capitals, or in another language of mathematics."""
    if word in CALLABLE or word == "where":
        return word
    lower = word.lower()
    other = _OTHERS.get(word) or _OTHERS.get(lower)
    if other in CALLABLE:
        return other
    if len(word) < 2:
        return None
    if lower in CALLABLE:
        return lower
    if word.isupper() and word[0] == "D" and lower[1:] in CALLABLE:
        return lower[1:]  # Fortran's DEXP
    same = same_function(lower)
    return same if same in CALLABLE else None


Tokens = tuple[str, ...]
"""What a run is read as: names, numbers, functions and signs. A function's argument stands behind it."""


class Setting(NamedTuple):
    """What is known around a run: `known` names, the single `letters` that stand alone, and whose text it is.

    `indexed`: some letters bear a first index, so that the numbers behind others are no powers.
    """

    known: Set[str]
    letters: Set[str]
    code: bool = False
    latex: bool = False
    indexed: bool = False


class Choice(NamedTuple):
    """The ways to read a run; with several the words of the question."""

    options: tuple[Tokens, ...]
    question: str = ""


_INDEXED: Final = re.compile(r"(?:[^\W\d_]_?[0-9]+){2,}")
_PIECE: Final = re.compile(r"[^\W\d_]_?[0-9]+")
_LETTERS: Final = re.compile(rf"([^\W\d_{SUBSCRIPTS}]+)([0-9{SUBSCRIPTS}]*|\^?\[[0-9]+\])")
_MIXED: Final = re.compile(r"[^\W\d_][0-9]+(?:[^\W\d_][0-9]*)*[^\W\d_]|[^\W\d_]{1,2}[0-9]+[^\W\d_]{1,2}")
_LETTER_AND_NUMBER: Final = re.compile(r"([^\W\d_])([0-9]*)")
_FUNCTION: Final = "|".join(GLUED)
_WORD: Final = "|".join(sorted((*GREEK, "pi"), key=len, reverse=True))
_BEFORE: Final = re.compile(rf"[^\W\d_{SUBSCRIPTS}]{{0,2}}?(?={_FUNCTION})")
_CALL: Final = re.compile(rf"({_FUNCTION})([0-9]*)((?!{_FUNCTION})(?:{_WORD}|[^\W\d_{SUBSCRIPTS}])|)")
"""What may stand before a run's first function; a function with a number and a letter or a Greek word behind it."""
_TWO_LOGARITHMS: Final = re.compile("log(?:2|10)[^\\W\\d]")
_LETTER_BASE: Final = re.compile("log[abckn]")
_USUAL: Final = frozenset("xyztuvw")
"""Letters that stand for variables more than for anything else."""
_SHORT: Final = 3
"""A longer run of letters is one name."""


def read(run: str, setting: Setting, *, called: bool, ahead: bool) -> Choice:
    """How a run of letters may be read. `called`: a parenthesis follows directly; `ahead`: something it could take."""
    plain = normal_name(run)
    if run in setting.known or plain in setting.known or run in ("pi", "π", "e"):
        return Choice(((run,),))
    run = plain if plain in CALLABLE else run
    if run == "lg" and (called or (ahead and setting.letters.isdisjoint(run))):
        return Choice((("log10",), ("log2",)), "`lg` is the logarithm of base 10 in some books, of base 2 in others")
    is_short = (len(run) == 2 or run == "sen") and setting.letters.isdisjoint(run)  # `sh x`, `lb x`
    is_long = len(run) > _SHORT and run not in GREEK and run.isalpha()  # `cosec x`, `arctg x`
    is_written = ahead and (is_short or is_long or (len(run) > 1 and run.lower() in GLUED))
    function = as_function(run) if called or run in CALLABLE or is_written else None
    if function and run[0] == "A" and run[1:] in GLUED and not setting.code:
        return Choice(
            ((run.lower(),), ("A", "*", run[1:])), f"`{run}` may be `{run.lower()}`, or `A` times `{run[1:]}`"
        )
    if function and (called or run not in SHARED_NAMES):
        return Choice(((function,),))
    if setting.code:
        return Choice(((run,),))
    if (ahead or called) and _LETTER_BASE.fullmatch(run):
        question = f"`{run}` may be a logarithm with a base, or that of `{run[3]}`"
        return Choice(((f"log_{run[3]}",), ("log", "(", run[3], ")"), ("log", run[3])), question)
    known = None if _TWO_LOGARITHMS.match(run) else _known_split(run, setting, called or ahead)
    if known:
        return Choice((known,))
    glued = _glued(run, setting, called or ahead)
    if glued:
        return glued
    return _letters(run, setting, called or ahead)


def _function_with_index(run: str, function: str, index: str, follows: bool) -> Choice:
    """`log3 x`, `sin2 x`: a base or a power whose place was lost; alone it may be a name."""
    if not index.isascii() and follows and function in ("log", "ln"):
        return Choice(((f"log_{normal_name(f'x{index}')[1:]}",),))
    question = f"`{run}` may be a name, or `{function}` with what was a subscript or a superscript"
    if not follows:
        return Choice(((function, "(", index, ")"), (run,)), question)
    lowered = (f"log_{index}",) if function in ("log", "ln") else (function, "^", index)
    return Choice((lowered, lowered), question)


def _letters(run: str, setting: Setting, follows: bool) -> Choice:
    """A run with no function in it."""
    one = Choice(((run,),))
    if is_base(run) or run in GREEK:
        return one
    if _INDEXED.fullmatch(run):
        return _indexed(run, setting.indexed)
    if _MIXED.fullmatch(run):
        return _mixed(run)
    match = _LETTERS.fullmatch(run)
    if match is None:
        return one
    letters, index = match[1], match[2]
    if letters in GLUED and index:
        return _function_with_index(run, letters, index, follows)
    is_layer = index[:1] in ("^", "[") and letters in setting.known
    if len(letters) == 1 or letters in GREEK or len(letters) > _SHORT or is_layer:
        return one
    product = _product((letter,) for letter in letters)
    if index:
        return _with_index(run, letters, product, index)
    if setting.latex and not (len(letters) == 2 and letters[0] == "d" and letters[1] in setting.letters):
        return Choice((product,))
    pi = letters.find("pi")
    if len(letters) == _SHORT and pi >= 0:
        return Choice((("pi", "*", letters[2]) if pi == 0 else (letters[0], "*", "pi"),))
    question = f"`{run}` may be one name or a product"
    if len(letters) == 2:
        if letters == "ex":
            return Choice((("e", "^", "x"), ("e", "*", "x")), "`ex` may be a power or a product")
        if letters in NAMES or letters[0] == "d" or (letters[0] == "D" and letters[1] in _USUAL):
            return Choice(((run,), product), question)
        return Choice((product,))
    return Choice((product,)) if set(letters) <= set("xyzte") else Choice(((run,), product), question)


def _product(factors: Iterable[Tokens]) -> Tokens:
    return tuple(chain.from_iterable((*factor, "*") for factor in factors))[:-1]


def _with_index(run: str, letters: str, product: Tokens, index: str) -> Choice:
    """Two or three letters with digits behind them."""
    last = product[-1] + index
    if not index.isascii() or index[0] in "^[":
        return Choice(((*product[:-1], last),))
    if len(letters) == _SHORT or letters[0] == "d" or letters in NAMES:
        return Choice(((run,),))
    question = f"`{run}` may be one name, or a product with a power that was lost"
    return Choice(((run,), (*product, "^", index)), question)


def _mixed(run: str) -> Choice:
    """`x2y`: a power that was lost, a name with an index, or one name."""
    pieces = _LETTER_AND_NUMBER.findall(run)
    powers = _product((letter, "^", index) if index else (letter,) for letter, index in pieces)
    names = _product((letter + index,) for letter, index in pieces)
    return Choice((powers, names, (run,)), f"`{run}` may be a product with a power that was lost, or one name")


def _indexed(run: str, indexed: bool) -> Choice:
    """`w1x1`: names with an index each, or powers that were lost."""
    pieces = _PIECE.findall(run)
    names = _product((piece,) for piece in pieces)
    if indexed or "_" in run or all(piece[1:] in ("0", "1") for piece in pieces):
        return Choice((names,))
    powers = _product((piece[0], "^", piece[1:]) for piece in pieces)
    return Choice((names, powers), f"`{run}` may be names with an index, or powers that were lost")


def _known_split(run: str, setting: Setting, argument: bool) -> Tokens | None:
    """The run as known names, functions and constants, in as few pieces as can be, one of them a known name."""
    if not setting.known or len(run) > 40:
        return None

    def is_piece(piece: str, before: Tokens) -> bool:
        if piece.isdigit():  # a function's argument begins with it, if no name is that
            return bool(before) and before[-1] in GLUED
        return piece in setting.known or piece in GLUED or piece in ("pi", "π", "e")

    pieces = fewest_pieces(run, is_piece)[-1]
    if not pieces or len(pieces) < 2 or not any(piece in setting.known for piece in pieces):
        return None
    if pieces[-1] in GLUED and not argument:
        return None
    return tuple(_with_signs(pieces))


def _with_signs(pieces: Tokens) -> Iterator[str]:
    """A `*` between two pieces of which the first is no function."""
    for k, piece in enumerate(pieces):
        if k and pieces[k - 1] not in GLUED and not pieces[k - 1].isdigit():
            yield "*"
        yield piece


def _glued(run: str, setting: Setting, argument: bool) -> Choice | None:
    """The run as functions with one letter, a number and a letter, or a Greek word behind each: `xlnx`, `sin2x`."""
    first = _BEFORE.match(run)
    before = first[0] if first else ""
    if first is None or (len(before) == 2 and not set(before) <= (setting.letters | setting.known)):
        return None
    tokens = [token for letter in before for token in (letter, "*")]
    at, arguments = len(before), list[str]()
    while match := _CALL.match(run, at):
        function, number, letter = match.groups()
        if number and not letter and function != "ln":
            return None
        tokens += [text for text in ("*" if arguments else "", function, number, letter) if text]
        at = match.end()
        if not letter:
            break
        arguments.append(letter)
    return _finished(run, at, tokens, arguments, setting, argument)


def _finished(
    run: str, at: int, tokens: list[str], arguments: list[str], setting: Setting, argument: bool
) -> Choice | None:
    """What `_glued` has read up to `at`, and what is left."""
    rest = run[at:]
    ends_in_function = tokens[-1] in GLUED
    if rest:
        if len(rest) == 1 and rest.isalpha() and len(arguments) == 1 and {rest, *arguments} <= setting.letters | _USUAL:
            head = tokens[:-1]
            asked = ((*head, "(", tokens[-1], ")", "*", rest), (*head, "(", tokens[-1], "*", rest, ")"))
            return Choice(asked, f"`{run}` leaves open how far the argument goes")
        return None
    if ends_in_function and not argument:
        return None
    reading = tuple(tokens)
    if run.lower() in ENGLISH and not set(arguments) & (setting.letters | setting.known):
        return Choice((reading, (run,)), f"`{run}` is a word, or a function and a letter")
    if re.match("a(?:sin|cos|tan)", run) and len(run) > 4:
        other = ("a", "*", tokens[0][1:], *tokens[1:])
        return Choice((reading, other), f"`{run}` may begin with `{tokens[0]}`, or with `a` times `{tokens[0][1:]}`")
    if re.fullmatch("log(?:2|10).", run):
        digits, letter = run[3:-1], run[-1]
        options = ((f"log{digits}", letter), ("log", "(", digits, "*", letter, ")"))
        return Choice(options, f"`{run}` may be two logarithms")
    return Choice((reading,))


def setting_of(found: Sequence[Token], known: Set[str], *, code: bool, latex: bool) -> Setting:
    """What is known in a text: what it assigns and defines, too; and the letters that stand alone in it."""
    named = heads(found)
    assigned = {head.name for head in named if head.parameters is None}
    parameters = {name for head in named for name in head.parameters or ()}
    letters = {
        token.text
        for k, token in enumerate(found)
        if token.kind == NAME and len(token.text) == 1 and not is_called(found, k)
    }
    indexed = any(_FIRST.fullmatch(token.text) for token in found)
    return Setting(frozenset(known | assigned | parameters), frozenset(letters | parameters), code, latex, indexed)


_FIRST = re.compile(r"(?:[^\W\d_][01])+")
"""Letters with the first of all indices: the others are indices, too."""


_CONDITIONAL: Final = frozenset(("if", "then", "else", "and", "or", "not"))
"""Words that are left where a condition or a sentence was not understood."""


def split(found: Sequence[Token], setting: Setting, questions: Questions) -> list[Token]:
    """The tokens with the parts of every run; what stands before `=` stays as it is."""
    kept = {k for head in heads(found) for k in range(head.start, head.end)}
    defined = {head.name for head in heads(found) if head.parameters is not None}
    made: list[Token] = []
    for k, token in enumerate(found):
        if token.kind != NAME or k in kept or normal_name(token.text) in defined:
            made.append(token)
            continue
        behind = found[k + 1] if k + 1 < len(found) else None
        ahead = is_operand_start(behind) or (behind is not None and (behind.text in "^-√∛" or behind.kind == "raised"))
        called = is_called(found, k)
        if token.text in _CONDITIONAL and token.text not in setting.known:
            hint = word_of_another_language(token.text, "")
            raise AskedError(f"`{token.text}` is not a name here", token.place, (), hint)
        choice = read(token.text, setting, called=called, ahead=ahead)
        if called and len(token.text) > 1:
            _check_called(token, choice.options[0], setting)
        if len(choice.options) > 1 and (token.text,) in choice.options and token.text.isalpha():
            hint = word_of_another_language(token.text, " x" if ahead else "")
            if hint:
                raise AskedError(f"`{token.text}` is not a name here", token.place, (), hint)
        glued = k > 0 and found[k - 1].kind == NUMBER and not token.blank
        if glued and token.text in ENGLISH_PAIRS and len(choice.options) > 1:
            choice = Choice(choice.options[1:])  # `2at^2`: no word is glued to a number
        pick = questions.ask(choice.question, token.place, len(choice.options)) if len(choice.options) > 1 else 0
        option = choice.options[pick]
        if len(choice.options) > 1 and option == (token.text,):
            questions.whole[token.text] = None
        if len(option) == 1:
            made.append(token._replace(text=option[0]))
            continue
        number = len(made)
        made += [Token(t, kind_of(t), token.place, token.blank and not n, number) for n, t in enumerate(option)]
    return made


def _check_called(token: Token, reading: Tokens, setting: Setting) -> None:
    """Refuse a call of what is a function elsewhere, or nearly one here: `Si(x)` is no product of S and i(x)."""
    is_known = normal_name(reading[-1]) in setting.known or as_function(reading[-1]) is not None
    hint = None if is_known else meant_function(token.text)
    if hint:
        raise AskedError(f"`{token.text[:40]}` is not a function", token.place, (), hint)
