"""Command lines with vectors and matrices: `"W=[1 2; 3 4]"`, `x=zeros(4)`, `X=@houses.csv`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product

from gradx.bundle import Bundles
from gradx.errors import GradxError, Source, Span
from gradx.export.routine import LANGUAGES
from gradx.language.bindings import RANGE, given_twice, read_binding, read_range
from gradx.language.bundles.reading import Read, read_bundles
from gradx.language.bundles.rows import FUNCTIONS, SPELLINGS
from gradx.language.bundles.values import Value, is_bundle, of_binding, read_value
from gradx.language.constants import CONSTANTS
from gradx.language.tokens import NAME_PATTERN, is_name, meant_name
from gradx.table import CALLABLE
from gradx_cli.bundle_files import from_file
from gradx_cli.escape import quoted
from gradx_cli.numbers import counted

COMMANDS = tuple(
    f"gradx {word}"
    for word in ("eval", "check", "explain", "nudge", "plot", "cost", "descend", "graph", "export", "diff", "explore")
)
"""The commands that take bundles."""

OWN = {"gradx export": LANGUAGES, "gradx diff": ("wrt", "by")}
"""Words of a command's own."""

_MARKS = re.compile(
    r"(?<![\w.\\])(?:sum|mean|prod|norm|dot|softmax|logsumexp|trace|zeros|ones|eye)\(|[ΣΠ∑∏‖@]|\|\||axis[ ]*="
    r"|\\(?:sum|prod)_|\[[^\]0-9]|\[[0-9]+[^\]0-9]|(?:^|[;\n])[ \t]*\w+[ \t]*:|\^T\b|\.T\b|ᵀ|\w'"
)
"""What only a program with bundles has, or one that is close to it."""


_OWN = re.compile(
    r"(?<![\w.\\])(?:sum|mean|prod|norm|dot|softmax|logsumexp|trace|zeros|ones|eye)\("
    r"|(?:^|[;\n])[ \t]*\w+[ \t]*:(?!=)"
)
"""What no program of numbers has: it is one of bundles, with or without their values."""

MOST_LISTED = 8
"""Numbers of a range that a hint writes out."""

MOST_TRIED = 8
"""Ways to take commas for points or brackets that a hint looks at."""

_ENTRY = re.compile(r"[^\W\d]\w*\[[0-9]+,[0-9]+\]")
"""An entry of a matrix."""

_DEFAULT = re.compile(r"=[ \t]*(?:(?:\w+\.(?:array|[tT]ensor)\()?\[|(?:zeros|ones|eye)\()")
"""A vector or a matrix that the program itself holds."""


VALUES = 'gradx eval does, where each of them has a value, as in gradx eval "sum(x^2)" "x=[1 2 3]"'


def may_have_bundles(text: str, words: Sequence[str], command: str) -> bool:
    """Whether a program that cannot be read plainly may be one with bundles: its own, or sums over what words give."""
    if command in COMMANDS and (words or _DEFAULT.search(text)):
        return _MARKS.search(text) is not None
    return _OWN.search(text) is not None


def read(text: str, words: Sequence[str], command: str) -> tuple[Read, tuple[str, ...]]:
    """The program with the values of these words, and the words that are names of its groups.

    Raises `GradxError` for what cannot be read, "usage" where the command takes no bundles.
    """
    if command not in COMMANDS:
        values_alone = [w for w in words if is_bundle(w) or w.partition("=")[2][:1] == "@" or _is_number(w)]
        given = " ".join(map(quoted, values_alone))
        raise GradxError(
            "usage",
            f"{command} does not take vectors and matrices yet",
            hint=f"every value and gradient: gradx eval {quoted(text)} {given}" if given else VALUES,
        )
    text = text if text.isascii() else _plain_names(text)
    values: dict[str, Value] = {}
    claims = tuple(word for word in words if command == "gradx check" and _is_claim(text, word))
    own = tuple(word for word in words if word in OWN.get(command, ()))
    kept = tuple(word for word in words if (is_name(meant_name(word)) or _ENTRY.fullmatch(word)) and word not in own)
    for word in _whole([word for word in words if word not in (*kept, *claims, *own)]):
        if _has_comma(word):
            raise _listed(text, words, word, command)
        value = _value(word)
        if value.name in values:
            raise given_twice(value.name, Span(value.span.source, 0, len(value.span.source.text)))
        values[value.name] = value
    try:
        found = read_bundles(text, values.values(), summed=command == "gradx descend")
    except GradxError as error:
        is_guessed = error.problem.kind == "shape"
        raise (without_values(text, list(values.values()), words, command) if is_guessed else None) or error from None
    assert found.program.bundles is not None
    nodes = found.program.graph.index
    named = tuple(_node(found.program.bundles, word) or word for word in kept)
    for word, name in zip(kept, named, strict=True):
        if name not in found.program.bundles.by_name and name not in nodes:
            raise _no_entry(found.program.bundles, word) or _no_binding(word)
        if command == "gradx nudge" and name not in nodes:
            hint = f"name one of its entries: {found.program.bundles.by_name[name].names[0]}"
            raise GradxError("usage", f"{name} is a bundle, and one number is nudged at a time", hint=hint)
    return found, (*named, *claims, *own)


def _plain_names(text: str) -> str:
    """The text with ŷ as y_hat."""
    from gradx.language.typed.unicode import accents

    return accents(text)


def _node(bundles: Bundles, word: str) -> str | None:
    """The entry that `x₂`, `x2` or `x[2]` is, as the graph calls it."""
    match = re.fullmatch(r"(.*?[^0-9])([0-9]+)", meant_name(word)) if is_name(meant_name(word)) else None
    if match is None or match[1] not in bundles.by_name or meant_name(word) in bundles.by_name:
        return None
    return f"{match[1]}[{match[2]}]"


def _is_claim(text: str, word: str) -> bool:
    """Whether a word claims a gradient: dX= where X stands in the program, and dX does not."""
    match = re.match(r"[ ]*(d([^\W\d]\w*))(\[[0-9, ]+\])?[ ]*=[ ]*", word)
    if match is None:
        return False
    if not (_is_number(word) or is_bundle(word) or word[match.end() :][:1] == "@"):
        return True
    names = set(re.findall(r"[^\W\d]\w*", text))
    known = {match[2], match[2].rstrip("0123456789")}
    return match[1] not in names and not known.isdisjoint(names | {"J"})


def _no_entry(bundles: Bundles, word: str) -> GradxError | None:
    """That `W[3,1]` lies outside of a matrix of 2 rows."""
    name, _, place = word.rstrip("]").partition("[")
    group = bundles.by_name.get(name)
    if group is None or not _ENTRY.fullmatch(word) or group.is_number:
        return None
    rows, columns = group.shape
    if columns == 1:
        message = f"{name} is a vector of {rows}"
    elif not 1 <= int(place.partition(",")[0]) <= rows:
        message = f"{name} has {counted(rows, 'row')}"
    else:
        message = f"{name} has {counted(columns, 'column')}"
    span = Span(Source("argument", word), 0, len(word))
    return GradxError("index", f"{message}: {word} is no entry of it", hint=f"the last is {group.names[-1]}", span=span)


def _is_number(word: str) -> bool:
    try:
        read_binding(word)
    except GradxError:
        return False
    return True


def _no_binding(word: str) -> GradxError:
    hint = 'quote the whole expression, and give each input its value: "x=[1 2 3]"'
    span = Span(Source("argument", word), 0, len(word)) if word else None
    return GradxError("binding", f"{word!r} is not of the form NAME=VALUE", hint=hint, span=span)


_ARRAY = re.compile(r"(=[ ]*)\w+\.(?:array|[tT]ensor)\((\[.*\])\)[ ]*")


def _value(word: str) -> Value:
    word = _ARRAY.sub(r"\1\2", word)
    name, equals, value = word.partition("=")
    if equals and value.lstrip().startswith("@") and is_name(meant_name(name.strip())):
        return from_file(meant_name(name.strip()), word)
    if is_bundle(word):
        return read_value(word)
    if not equals:
        raise _no_binding(word)
    if RANGE in value:
        place = Span(Source(f"binding {name}", word), len(name) + 1, len(value))
        message = "a program of vectors and matrices is taken at one point, and a range is several"
        numbers = " ".join(f"{binding.value:g}" for binding in read_range(word)[:MOST_LISTED])
        raise GradxError("binding", message, hint=f'a vector is written "{name.strip()}=[{numbers}]"', span=place)
    if _BLANKS.fullmatch(value):
        place = Span(Source(f"binding {name}", word), len(name) + 1, len(value))
        hint = f'write "{name.strip()}=[{value.strip()}]"'
        raise GradxError("binding", "several numbers stand in brackets", hint=hint, span=place)
    return of_binding(read_binding(word))


def _listed(text: str, words: Sequence[str], word: str, command: str) -> GradxError:
    """The error for `x=1,2,3`, which may be a vector, or of two numbers one with a comma."""
    lines = islice(product(*map(_without_commas, words)), MOST_TRIED)
    able = [line for line in lines if _is_read(text, line, command)]
    hint = " or ".join(" ".join([command, quoted(text), *map(quoted, line)]) for line in able)
    hint = hint or f'write "{_without_commas(word)[0]}"'
    place = Span(Source(f"binding {word.partition('=')[0]}", word), word.index(","), 1)
    return GradxError("binding", "several numbers stand in brackets", hint=hint, span=place)


_BLANKS = re.compile(r"[ ]*[-+]?[0-9.]+(?:[ ;]+[-+]?[0-9.]+)+[ ]*")
_TUPLE = re.compile(r"[ ]*[({]([^][(){}]*)[)}][ ]*")
"""Numbers in brackets of another language."""


def _has_comma(word: str) -> bool:
    value = word.partition("=")[2]
    return "," in value and (_TUPLE.fullmatch(value) is not None or not set(word) & set("([;@"))


def _without_commas(word: str) -> list[str]:
    from gradx_cli.typed_words import with_points

    name, _, value = word.partition("=")
    in_brackets = _TUPLE.fullmatch(value)
    value, points = (in_brackets[1], []) if in_brackets else (value, with_points(value))
    meant = [f"[{value.strip()}]", *points[: len(points) == 1]]
    return [f"{name.strip()}={each}" for each in meant] if _has_comma(word) else [word]


def _is_read(text: str, words: Sequence[str], command: str) -> bool:
    try:
        read(text, words, command)
    except GradxError:
        return False
    return True


def _whole(words: Sequence[str]) -> Sequence[str]:
    """The words; refused where a shell has split a bracket."""
    for k, word in enumerate(words):
        if "=" in word and word.count("[") > word.count("]"):
            end = next((n for n in range(k + 1, len(words)) if "]" in words[n]), len(words) - 1)
            together = " ".join(words[k : end + 1])
            is_split = together.count("[") <= together.count("]")
            if not is_split:
                together = word + "]" * (word.count("[") - word.count("]"))
            raise GradxError(
                "binding",
                "the bracket is not closed" + ": a shell splits what has blanks" * is_split,
                hint=f'quote it: "{together}"' if is_split else f'close it: "{together}"',
                span=Span(
                    Source(f"binding {word.partition('=')[0]}", word), word.index("["), len(word) - word.index("[")
                ),
            )
    return words


VECTOR, MATRIX = "[1 2 3]", "eye(3)"
"""What stands for a name in small letters and for one in capitals."""


def without_values(text: str, values: Sequence[Value], words: Sequence[str], command: str) -> GradxError | None:
    """That names have no value, with a command that runs; None where vectors of 3 do not make it run."""
    names = _free(text, {value.name for value in values})
    guesses = [f"{name}={MATRIX if name[0].isupper() else VECTOR}" for name in names]
    try:
        found = read_bundles(text, [*values, *map(read_value, guesses)]).program
    except GradxError:
        return None
    assert found.bundles is not None
    inputs = {group.name for group in found.bundles.groups if group.is_input}
    if not names or not inputs.issuperset(names):
        return None
    said = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    message = f"{said} {'has' if len(names) == 1 else 'have'} no value"
    place = re.search(rf"(?<!\w){re.escape(names[0])}(?!\w)", text)
    span = place and Span(Source("program", text), place.start(), len(names[0]))
    given = " ".join(map(quoted, (*words, *guesses)))
    return GradxError("binding", message, hint=f"{command} {quoted(text)} {given}", span=span)


def _free(text: str, known: set[str]) -> list[str]:
    """The names of a text that it does not define, each once."""
    taken = {*known, *CALLABLE, *FUNCTIONS, *SPELLINGS, *CONSTANTS, "T", "axis"}
    taken.update(re.findall(rf"(?:^|[;\n(,])[ \t]*({NAME_PATTERN})[ \t]*=(?!=)", text))
    return [name for name in dict.fromkeys(re.findall(NAME_PATTERN, text)) if name not in taken]
