"""Command lines as people guess them: an expression without a command, other words for one, `help eval`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gradx.errors import GradxError, UnclearError
from gradx.language.program import Program, read
from gradx.language.tokens import meant_name
from gradx.lessons.claims.claim import is_claim
from gradx_cli.arguments import begins_bundle, is_example, is_value
from gradx_cli.commands import COMMANDS
from gradx_cli.synonyms import close, command_called
from gradx_cli.typed_words import bindings_of

_WITHOUT_VALUE = (
    "json no-symbolic quiet ascii exit-zero unfold force strict maximise minimise interactive no-answers no-follow help"
)
FLAGS: Final = frozenset(["--", *(f"--{name}" for name in _WITHOUT_VALUE.split())])
"""Options that take no value, with whichever command."""


def _options_behind(words: Sequence[str]) -> Sequence[str]:
    """The command line `--json eval x^2` with the options behind the command, or behind the expression."""
    if not words[0].startswith("--") or words[0] == "--version":
        return words
    takes = [word.startswith("--") and "=" not in word and word not in FLAGS for word in words]
    for k, word in enumerate(words):
        is_value = k > 0 and takes[k - 1]
        is_command = word in COMMANDS and not (is_value and words[k + 1 : k + 2] and words[k + 1] in COMMANDS)
        is_first = not word.startswith("--") and not is_value
        if is_command or (is_first and FLAGS.issuperset(words[:k])):
            return [word, *words[:k], *words[k + 1 :]]
        if is_first:
            break
    return words


def meant(words: Sequence[str]) -> list[str]:
    """The command line that was meant by `words`, of which the first is no command."""
    words = _options_behind(words)
    if words[0] in COMMANDS:
        return list(words)
    first, rest = words[0], list(words[1:])
    if first in ("-V", "-v", "version") and not rest:
        return ["--version"]
    if first in ("help", "man", "-?", "-h", "?") and all(word in COMMANDS for word in rest):
        return [*rest[:1], "--help"]
    synonym = _of_expression(rest) if rest and first.lower() in ("gradient", "grad") else command_called(first)
    if synonym == "examples":
        return rest if rest and rest[0] in ("functions", "examples") else [synonym, *rest]
    if first.lower() in ("hessian", "second") and rest:
        return ["diff", *rest, "--order=2"]
    if synonym and rest and not (len(first) == 1 and is_value(rest[0])):
        return [synonym, *rest]
    if first.startswith("--") or not first.strip() or (first.isalpha() and len(first) > 2 and close(first, COMMANDS)):
        return list(words)
    if rest and re.fullmatch("[a-z]{2,}(?:-[a-z]+)*", first) and re.search(r"[()^*+/]", rest[0]) and "=" not in rest[0]:
        return list(words)
    return list(filter(None, [_of_expression(words), *words]))


def _is_slip(first: str, program: Program, bound: frozenset[str]) -> bool:
    """Whether a word is rather a command that does not exist than a formula: nothing but one long name."""
    return first.isalpha() and len(first) > 2 and first in program.graph.index and first not in bound


def _of_expression(words: Sequence[str]) -> str:
    """The command for an expression with what stands behind it."""
    if is_example(words[0]) or any(word.partition("=")[0] == "--data" for word in words):
        return "eval"
    if is_value(words[0]) and all("=" in word or word.startswith("--") for word in words):
        return "eval"
    if any(begins_bundle(word.partition("=")[2]) for word in words[1:]):
        return "eval"
    behind = bindings_of([word for word in words[1:] if not word.startswith("--")])
    names = frozenset(word.partition("=")[0].strip() for word in behind if "=" in word)
    try:
        program = read(words[0], names)
    except GradxError as error:
        return "check" if isinstance(error, UnclearError) and error.command == "gradx check" else "diff"
    if _is_slip(words[0], program, names):
        return ""
    if any(_is_claim(program, word) for word in behind):
        return "check"
    inputs = {program.graph.names[i] for i in program.graph.inputs}
    bound = {meant_name(name) for name in names} | set(program.defaults)
    return "eval" if inputs <= bound or (len(inputs) == 1 and behind) else "diff"


def _is_claim(program: Program, word: str) -> bool:
    if is_claim(program.graph, word):
        return True
    if "=" not in word or is_value(word):
        return False
    from gradx.lessons.claims.written import may_be

    return may_be(program.graph, word)
