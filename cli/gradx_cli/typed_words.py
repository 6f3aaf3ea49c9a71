"""Bindings as people type them: `x = 3` in several words, `x:3`, `at x=3`, `{x: 3, y: 2}`, `x=3 and y=2`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final
from unicodedata import east_asian_width, normalize

from gradx.errors import GradxError, UnclearError
from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.language.latex import GREEK_WORDS
from gradx.language.program import read
from gradx.language.tokens import NAME_PATTERN, is_name, meant_name
from gradx_cli.escape import quoted

_LEAD: Final = r"(?:at|for|when|where|with|given|and|&)"
_VALUE: Final = r"[-+]?[\w.*/^()]+(?:[eE*/][-+][\w.*/^()]+)*"
_BEFORE: Final = re.compile(rf"\s*{_LEAD}\s+(?={NAME_PATTERN}\s*=)")
_AROUND: Final = re.compile(r"\s*(?:\{(?P<a>.*)\}|\((?P<b>.*)\)|\[(?P<c>.*)\])\s*", re.DOTALL)
_SIGN: Final = r"(?:=|:|->|→)"
_BETWEEN: Final = re.compile(rf"\s*(?:[,;]|\s{_LEAD}\s|\s)\s*(?={NAME_PATTERN}\s*{_SIGN})")
_ONE: Final = re.compile(rf"\s*({NAME_PATTERN})\s*{_SIGN}\s*({_VALUE})\s*[,;]?\s*")
_LISTS: Final = re.compile(rf"\s*\(({NAME_PATTERN}(?:\s*,\s*{NAME_PATTERN})+)\)\s*=\s*\(([^()]*)\)\s*")
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?,?")


def bindings_of(words: Sequence[str]) -> list[str]:
    """The words, each binding as one `name=value`; what is none stays as it is."""
    found: list[str] = []
    rest = list(reversed([*map(_named, _joined([*map(_narrow, words)]))]))
    while rest:
        word = rest.pop()
        lists = _LISTS.fullmatch(word)
        if lists and lists[1].count(",") == lists[2].count(","):
            rest += [
                f"{n.strip()}={v.strip()}" for n, v in zip(*(side.split(",") for side in lists.groups()), strict=True)
            ]
            continue
        if re.fullmatch(_LEAD, word) and rest and ("=" in rest[-1] or _NUMBER.fullmatch(rest[-1])):
            continue
        around = _AROUND.fullmatch(word)
        inner = _BEFORE.sub("", around[around.lastgroup or 0] if around else word, count=1)
        parts = _BETWEEN.split(inner)
        each = [_ONE.fullmatch(part) for part in parts]
        changed = inner != word or len(parts) > 1 or any(sign in word for sign in (":", "->", "→", ";", ","))
        if changed and all(each) and all(part.count("(") == part.count(")") for part in parts):
            found += [f"{meant_name(one[1])}={one[2]}" for one in each if one]
        else:
            found.append(word)
    return found


def _narrow(word: str) -> str:
    """A word without letters and signs of full width."""
    return "".join(normalize("NFKC", c) if east_asian_width(c) == "F" else c for c in word)


def _named(word: str) -> str:
    """The word, its name as the expression reads it: ŷ and \\hat{y} are y_hat, w^{[1]} is w1."""
    name, equals, value = word.partition("=")
    if not equals or is_name(meant_name(name.strip())) or not re.search(r"[^\x00-\x7f]|[\\{]", name):
        return word
    try:
        program = read(name)
    except GradxError:
        return word
    found = program.reading.partition(" = ")[2]
    return f"{found}={value}" if is_name(found) and not program.wrt else word


def _joined(words: Sequence[str]) -> Iterator[str]:
    """`x`, `=`, `3` and their like as one word."""
    k = 0
    while k < len(words):
        word, behind = words[k], words[k + 1] if k + 1 < len(words) else ""
        names = is_name(meant_name(word))
        if names and behind == "=" and k + 2 < len(words):
            yield f"{word}={words[k + 2]}"
            k += 3
        elif (names and behind.startswith("=") and len(behind) > 1) or (
            word.endswith("=") and is_name(meant_name(word[:-1])) and behind and "=" not in behind
        ):
            yield word + behind
            k += 2
        else:
            yield word
            k += 1


def with_points(value: str) -> list[str]:
    """What a value with commas may mean: one with a point, or the first of several."""
    parts = value.split(",")
    if len(parts) < 2 or not all(part.strip().lstrip("+-").replace(".", "", 1).isdigit() for part in parts):
        return []
    return [".".join(parts)] if len(parts) == 2 else [part.strip() for part in parts]


def meanings(value: str) -> list[str]:
    """What a value in another notation may mean: 90° is 90*pi/180."""
    try:
        read(value)
    except UnclearError as error:
        return list(error.meanings)
    except GradxError:
        pass
    return []


def with_command(error: GradxError, command: str, words: Sequence[str], known: Collection[str] = ()) -> GradxError:
    """A question whose answers are offered with the command that was given, and with its words. An answer without a
    name that is given a value, or is one of `known`, is none."""
    if not isinstance(error, UnclearError):
        return error
    problem, behind = error.problem, "".join(f" {quoted(word)}" for word in words)
    given = [meant_name(word.partition("=")[0].strip()) for word in words if "=" in word]
    able = [meaning for meaning in error.meanings if _holds(meaning, known)]
    error.meanings = tuple(meaning for meaning in able if _holds(meaning, given)) or tuple(able)
    return GradxError(
        problem.kind,
        problem.message,
        hint=error.offered(command, behind, partial(_lacking, given, command == "gradx eval")),
        span=problem.span,
    )


def _lacking(given: Sequence[str], is_needed: bool, text: str) -> str:
    """The values that a program needs beside those that are given, if any are or all `is_needed`; 1 stands for them."""
    try:
        program = read(text, frozenset(given))
    except GradxError:
        return ""
    inputs = [program.graph.names[i] for i in program.graph.inputs]
    missing = [name for name in inputs if name not in (*given, *program.defaults)]
    is_started = bool(given) and len(missing) < len(inputs)
    return "".join(f" {name}=1" for name in missing) if is_needed or is_started else ""


def _holds(text: str, names: Collection[str]) -> bool:
    """Whether all of these names stand in a program."""
    try:
        return set(names) <= read(text, frozenset(names)).graph.index.keys()
    except GradxError:
        return False


def spelled_in(graph: Graph, binding: Binding) -> Binding:
    """The binding with its name as the program spells it: `theta` is θ where that stands there, w_1 is w1."""
    plain = binding.name.replace("_", "")
    same = [graph.names[i] for i in graph.inputs if graph.names[i].replace("_", "") == plain]
    if len(same) == 1:
        return binding._replace(name=same[0])
    for word, letter in GREEK_WORDS.items():
        for name, other in ((word, letter), (letter, word)):
            index = binding.name.removeprefix(name)
            if (not index or index.isdigit() or index[0] == "_") and f"{other}{index}" in graph.index:
                return binding._replace(name=f"{other}{index}") if binding.name.startswith(name) else binding
    return binding
