"""`name=value` arguments, ranges of values (`x=0..1:0.25`), and a program's inputs at a point."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from gradx.errors import GradxError, Source, Span
from gradx.graph import GraphBuilder
from gradx.language import diagnosis
from gradx.language.constants import CONSTANTS, LABELS, constant_value
from gradx.language.diagnosis import brief
from gradx.language.functions import WHERE_NAME, Extent, Function
from gradx.language.parser import ExpressionParser
from gradx.language.program import Program, read
from gradx.language.tokens import LONGEST_EXACT, NAME_PATTERN, identifier, normal_name, numbers_rounded, shown, spelled
from gradx.table import CALLABLE, SHARED_NAMES

RANGE: Final = ".."
"""What stands between the first number of a range and the last: `x=1..3`."""

_TARGET: Final = re.compile(rf"[ \t]*+({NAME_PATTERN})[ \t]*+=")


_SECOND: Final = rf"[,; \t\n][,; \t\n]*+({NAME_PATTERN}[ \t]*+=(?!=))"
"""A binding behind a value."""


class Binding(NamedTuple):
    """One input's value. `source` is the argument as it was typed."""

    name: str
    value: float
    source: Source


class Point(NamedTuple):
    """A value for every input of a graph, in the graph's order."""

    values: dict[str, float]
    warnings: tuple[str, ...] = ()


def read_binding(text: str) -> Binding:
    """Read `x=-2`, `x=1/3`, `w[1]=pi/4`.

    Raises `GradxError` of kind "binding": no name, a reserved name, no value, a value that is not a finite constant.
    """
    source = Source("binding", text)
    try:
        plain = spelled(source)
        target = _TARGET.match(plain)
        if target is None:
            raise _no_name(source, plain)
        name = normal_name(target[1])
        source = Source(f"binding {name}", text)
        _check_reserved(name, source, target.span(1))
        return Binding(name, _value(source, plain, target.end()), source)
    except GradxError as error:
        problem = error.problem
        hint = _in_our_notation(text) if problem.span and problem.span.offset > text.find("=") else None
        raise GradxError("binding", problem.message, hint=hint or problem.hint, span=problem.span) from None


def given_twice(name: str, place: Span) -> GradxError:
    """What is said of a name that is bound twice."""
    message = f"`{diagnosis.brief(name)}` has two values"
    return GradxError("binding", message, hint="leave one of them out", span=place)


def bind(
    program: Program, bindings: Sequence[Binding], command: str = "gradx eval", words: Sequence[str] = ()
) -> Point:
    """The program's inputs at the bindings' values, defaults for the rest.

    A binding that no input answers to is a warning. Raises `GradxError` of kind "binding" for a name bound twice and
    for inputs without a value; the hint is then the `command` that would work (with its other `words`), or what the
    name was perhaps meant to be.
    """
    given: dict[str, Binding] = {}
    for binding in bindings:
        if binding.name in given:
            raise given_twice(binding.name, Span(binding.source, 0, len(binding.source.text)))
        given[binding.name] = binding
    graph = program.graph
    values = dict(program.defaults)
    values.update((name, binding.value) for name, binding in given.items())
    names = [graph.names[i] for i in graph.inputs]
    missing = [i for i in graph.inputs if graph.names[i] not in values]
    if missing:
        raise _missing(program, missing, given, command, words)
    typed = " ".join([binding.source.text for binding in bindings])
    rounded = numbers_rounded(typed) if len(typed) >= LONGEST_EXACT or "-" in typed else ()
    point = {name: values[name] for name in names}
    unused = [
        f"{diagnosis.brief(name)} is not used: the program has no such input" for name in given if name not in point
    ]
    return Point(point, (*rounded, *unused))


def _in_our_notation(text: str) -> str | None:
    """The hint for a value in another notation, if it has a value."""
    value = text.partition("=")[2]
    if value.startswith("=") or value.rstrip().endswith((",", ";")):
        return None
    try:
        meant = read(value).reading.removeprefix("J = ")
        _value(Source("binding", meant), spelled(Source("binding", meant)), 0)
    except GradxError:
        return None
    return f"write {meant}" if meant != value.strip() else None


class _Constants:
    """The scope of a binding's value: no names but the constants of the language."""

    values: Mapping[str, int] = {}
    functions: Mapping[str, Function] = {}

    def __init__(self, source: Source) -> None:
        self.builder = GraphBuilder(source)
        self.literal = self.builder.literal
        self.operation = self.builder.operation
        self._source = source

    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int:  # pragma: no cover
        raise AssertionError("a binding's value has no functions of its own")

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        if name in CONSTANTS:
            return self.literal(CONSTANTS[name], span, LABELS[name])
        message = f"a value is a number or a constant expression, and `{diagnosis.brief(name)}` is a name"
        hint = "write a number, or an expression such as 1/3 or pi/4"
        if name.lower() in ("nan", "inf", "infinity", "oo"):
            message, hint = f"`{name}` is not a finite number", "every input needs a finite value"
        elif called:
            _, message, _, _, advice = diagnosis.not_a_function(name, *span)
            hint = advice or hint
        raise _unreadable(self._source, message, hint, *span)


def _value(source: Source, plain: str, at: int) -> float:
    brief = diagnosis.brief
    if not plain[at:].strip():
        raise _unreadable(source, "the value is missing", f"write {brief(plain.strip())}2", at)
    if RANGE in plain[at:]:
        hint = "gradx eval gives a row of answers for every number of a range; here a value is one number"
        raise _unreadable(source, "a range is more than one number", hint, at, len(plain) - at)
    several = re.compile(_SECOND).search(plain, at) if "=" in plain[at:] else None
    if several:
        each = f"{brief(plain[: several.start()])} {brief(plain[several.start(1) :])}"
        hint = f"give each input an argument of its own: {each}"
        raise _unreadable(source, "a value is one expression", hint, several.start(), len(several[0]))
    if plain.endswith((",", ";")):
        hint = f"leave it out: {brief(plain.rstrip(',; '))}"
        raise _unreadable(source, f"`{plain[-1]}` does not end a binding", hint, len(plain) - 1)
    if plain[at] == "=":
        raise _unreadable(source, "a binding has one `=`", f"write {brief(plain[:at] + plain[at + 1 :])}", at)
    scope = _Constants(source)
    parser = ExpressionParser(source, plain, at)
    parsed = parser.expression(0, scope)
    rest = parser.tokens.start(parsed.rest)
    if plain[rest:].strip(" \t\n"):
        hint = "give each binding an argument of its own: a=5 b=3"
        raise _unreadable(source, "a value is one expression", hint, rest)
    return constant_value(scope.builder, parsed.node)


def _unreadable(source: Source, message: str, hint: str | None, at: int, length: int = 1) -> GradxError:
    return GradxError("binding", message, hint=hint, span=Span(source, at, length))


def _no_name(source: Source, plain: str) -> GradxError:
    name, equals, _ = plain.partition("=")
    if not equals:
        message, hint, length = "a binding is a name, =, and a value", "write x=3", max(1, len(plain))
    elif not name.strip():
        message, hint, length = "a name is missing before =", "write x=3", 1
    elif name.strip() == "π":
        message, hint, length = "`π` is always the circle constant", "choose another name", len(name)
    else:
        message, hint, length = "this is not a name", _name_hint(name), len(name)
    return _unreadable(source, message, hint, 0, length)


def _name_hint(name: str) -> str:
    text = name.strip()
    if text[0] in "'\"":
        return "leave the quotes out, or use double quotes: in Windows' cmd single quotes are part of the text"
    if identifier().fullmatch(text.lstrip("-")):
        return f"a binding has no dash before it: {diagnosis.brief(text.lstrip('-'))}=3"
    bad = next((c for c in text if not identifier().fullmatch(f"x{c}") and not c.isascii()), None)
    if bad is not None:
        return f"{shown(bad)} cannot be part of a name; names are letters a to z, Greek letters, digits and _"
    return "a name is letters, digits and _, with a letter first: x=3, w1=0.5"


def _check_reserved(name: str, source: Source, place: tuple[int, int]) -> None:
    message = "`pi` is always the circle constant" if name == "pi" else f"`{name}` is the name of a function"
    if (name in CALLABLE and name not in SHARED_NAMES) or name in (WHERE_NAME, "pi"):
        raise _unreadable(source, message, "choose another name for the input", place[0], place[1] - place[0])


def _missing(
    program: Program, missing: Sequence[int], given: Mapping[str, Binding], command: str, words: Sequence[str]
) -> GradxError:
    """The words for inputs without a value: a name that means something else if there is one, else all of them."""
    graph = program.graph
    absent = {graph.names[i] for i in missing}
    known = {*given, *program.defaults, *(n for n in graph.index if n not in absent)}
    unused = [name for name in given if name not in graph.index]
    for i in missing:
        name = graph.names[i]
        hint = _as_power(program, i, known, given, command) or _meant(name, known, unused, _typed(program, i)[1])
        if hint:
            message = f"`{diagnosis.brief(name)}` is not a known name"
            return GradxError("binding", message, hint=hint, span=graph.span(i))
    names = [diagnosis.brief(graph.names[i]) for i in missing]
    shown_names = names if len(names) <= 8 else [*names[:7], f"{len(names) - 7} more"]
    listed = " and ".join(filter(None, (", ".join(shown_names[:-1]), shown_names[-1])))
    message = f"{listed} {'has' if len(missing) == 1 else 'have'} no value"
    hint = _complete(program, missing, given, command, words)
    return GradxError("binding", message, hint=hint, span=graph.span(missing[0]))


def _as_power(program: Program, i: int, known: set[str], given: Mapping[str, Binding], command: str) -> str | None:
    """The command for an input such as x2 where x alone has a value, and what stands there may be a power."""
    from gradx.language import suggestions

    name, text = program.graph.names[i], program.source.text
    if re.search(rf"\([^()=]*\b{name}\b[^()=]*\)\s*=", text):
        return None
    power = suggestions.swallowed_power(name, known) if _typed(program, i)[0] == name else None
    if power is None:
        return None
    powers = re.sub(rf"(?<!\w){name}(?!\w)", power, text)
    words = " ".join(_argument(given[n].source.text) for n in given)
    is_short = len(text) <= 120 and text.isprintable() and '"' not in text
    meant = " ".join(filter(None, (command, f'"{powers}"', words))) if is_short else power
    return f"did you mean {meant}? Windows' cmd swallows a ^ outside of double quotes"


def _typed(program: Program, i: int) -> tuple[str, str]:
    """Input i where it first stands, and some of the text behind it."""
    span, text = program.graph.span(i), program.source.text
    end = span.offset + span.length
    return text[span.offset : end], text[end : end + 40]


def _meant(name: str, known: set[str], unused: Sequence[str], behind: str) -> str | None:
    """What a name that has no value was perhaps meant to be."""
    from gradx.language import suggestions

    product = suggestions.as_product(name, known)
    if product:
        return f"a run of letters is one name; did you mean {product}?"
    if name in SHARED_NAMES:
        return f"the function is {name}(x), with its parenthesis directly after it; or give the input a value: {name}=1"
    value = f"or give it a value: {diagnosis.brief(name)}=1"
    if name.startswith("d") and re.match(r"[ \t]*+/[ \t]*+d\w", behind):
        return f"a derivative is not part of an expression, gradx eval shows it for every node; {value}"
    word = suggestions.word_of_another_language(name, behind)
    if word:
        return word if word.endswith("?") else f"{word}; {value}"
    close = suggestions.close_name(name, unused)
    return f"did you mean {close}? It has a value, and the program has no such input" if close else None


def _complete(
    program: Program, missing: Sequence[int], given: Mapping[str, Binding], command: str, words: Sequence[str]
) -> str:
    """The command that would work, if it fits into a line; 1 stands for the values that are not known."""
    added = " ".join(f"{program.graph.names[i]}=1" for i in missing[:8])
    text = program.source.text
    if program.bundles is not None:
        return f"give it a value behind the others: {added}"
    is_line = len(text) <= 120 and text.isprintable() and not set(text + "".join(words)) & set('"$`\\!')
    if len(missing) > 8 or not is_line:
        return f"give every input a value: {added if len(added) < 80 else 'x=1'}{' …' if len(missing) > 8 else ''}"
    words = [*words, *(given[name].source.text for name in given if name in program.graph.index)]
    return " ".join((command, f'"{text}"', *map(_argument, words), added))


def _argument(text: str) -> str:
    return text if re.fullmatch(r"[\w.=+\-/]+", text) else f'"{text}"'


MOST_ROWS = 100_000
"""A grid of more rows is refused."""

WHOLE = 1e-9
"""So near to a whole number of steps, the last one ends at the end of the range: three thirds are 1."""


def read_range(text: str) -> Sequence[Binding]:
    """A binding for each number of `x=1..3` (1, 2, 3) or `x=0..1:0.25`, from the first number up to the second.

    The numbers are those of the decimals as they are written: three steps of 0.1 are 0.3. Raises `GradxError` of kind
    "binding" for what is no range, "size" for one of more than `MOST_ROWS` numbers.
    """
    head, _, extent = text.partition("=")
    first, _, behind = extent.partition(RANGE)
    last, colon, stride = behind.partition(":")
    at = len(head) + 1
    low = _number(text, at, first)
    high = _number(text, at + len(first) + len(RANGE), last)
    step = _number(text, len(text) - len(stride), stride) if colon else Fraction(1)
    name = read_binding(text[:at] + first).name
    place = Span(Source(f"binding {name}", text), at, len(extent))
    if low >= high:
        by = f"{colon}{stride}" if step > 0 else f":{stride.strip().removeprefix('-')}" if step else ""
        hint = None if low == high else f"write {brief(f'{name}={last}{RANGE}{first}{by}')}"
        raise GradxError("binding", "a range goes from a smaller number to a larger one", hint=hint, span=place)
    if step <= 0:
        raise GradxError("binding", "the step of a range is above 0", hint=f"as in {name}=0..1:0.25", span=place)
    steps = (high - low) / step
    whole = round(steps)
    if abs(steps - whole) <= WHOLE * max(whole, 1) and whole:
        step = (high - low) / whole
        steps = Fraction(whole)
    if steps < 1:
        tenth = f"{float(high - low) / 10:.3g}"
        hint = f"say how far apart the numbers are: {brief(f'{name}={first}{RANGE}{last}')}:{tenth}"
        raise GradxError("binding", "the step is longer than the range", hint=hint, span=place)
    count = int(steps) + 1
    if count > MOST_ROWS:
        raise too_many(count, place)
    values = (float(low + k * step) for k in range(count))
    return [Binding(name, value, Source(f"binding {name}", f"{name}={value!r}")) for value in values]


def evenly(numbers: Sequence[str]) -> str | None:
    """The range that these numbers are, as `1..3` for 1, 2, 3; None where they are none."""
    at = [Fraction(number.strip()) for number in numbers]
    step = at[1] - at[0]
    if step <= 0 or any(right - left != step for left, right in pairwise(at)):
        return None
    by = "" if step == 1 else f":{float(step)}"
    return f"{numbers[0].strip()}{RANGE}{numbers[-1].strip()}{by}"


def too_many(rows: int, place: Span | None = None) -> GradxError:
    """The error for a grid of so many rows."""
    message = f"{rows:,} rows are more than the {MOST_ROWS:,} that ranges may give"
    return GradxError("size", message, hint="take a longer step: x=0..1:0.25", span=place)


def _number(text: str, at: int, part: str) -> Fraction:
    """The number that stands at `at`, as the shortest decimal that is its float64."""
    head = text[: text.index("=") + 1]
    try:
        return Fraction(repr(read_binding(head + part).value))
    except GradxError as error:
        problem = error.problem
        if problem.span is not None and problem.span.offset < len(head) and part.strip():
            raise
        message, hint = problem.message, problem.hint
        if not part.strip():
            message = "a range has a number on either side of its points"
            hint = "as in x=1..3, or with a step x=0..1:0.25"
        elif part.strip().endswith((",", ";")):
            hint = f"leave it out: {brief(text.rstrip(',; '))}"
        elif "=" in part:
            hint = "give each input an argument of its own: x=1..3 y=2"
        place = Span(Source("binding", text), at, max(1, len(part)))
        raise GradxError("binding", message, hint=hint, span=place) from None
