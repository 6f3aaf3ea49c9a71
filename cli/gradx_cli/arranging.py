"""The words of a command line in the order in which Typer reads them: options first, as whatever they were typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradx.errors import GradxError
from gradx_cli.arguments import is_value
from gradx_cli.escape import quoted
from gradx_cli.renderers import formats
from gradx_cli.synonyms import LETTERS, OWNERS, WORDS, option_called, option_meant, option_word


def arrange(words: Sequence[str], options: Mapping[str, bool]) -> list[str]:
    """The words with options first, then `--`, then everything else, so that `-x**2` is a word and not an option.

    `options` maps each declared option to whether it takes a value. A value may begin with a dash (`--eps -1`). A lone
    `-h` is an option, and behind the first word what other programs call one (`-o`, `--lr`); any other word with one
    dash is not. GradxError("usage") for an unknown `--word`.
    """
    before: list[str] = []
    after: list[str] = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word == "--":
            after += reversed(rest)
            break
        if word == "-h":
            before.append("--help")
        elif _is_input(word, options):
            after.append(word[2:])
        elif rest and _is_input(f"{word}={rest[-1]}", options):
            after.append(f"{word[2:]}={rest.pop()}")
        elif word.startswith("--") or (after and word in LETTERS):
            if word in WORDS and word not in options and rest:
                after.append(rest.pop())
            else:
                before.append(_option(word, rest, options))
        else:
            after.append(word)
    return [*before, "--", *after]


def _is_input(word: str, options: Mapping[str, bool]) -> bool:
    """Whether a word is `--w=2`, the value of an input called by one letter as if it were an option."""
    name, equals, _ = word.partition("=")
    is_short = bool(equals) and re.fullmatch(r"--[^\W\d_]_?[0-9]*", name) is not None
    return is_short and name not in options and is_value(word[2:])


def _option(word: str, rest: list[str], options: Mapping[str, bool]) -> str:
    if word.partition("=")[0] not in options:
        value = rest[-1] if rest and "=" not in word else ""
        meant = option_called(word, options)
        if meant is None:
            raise unknown_option(f"{word}={value}" if is_value(f"x={value}") else word, options)
        word = meant
    name, equals, _ = word.partition("=")
    if options[name] and not equals:
        if not rest:
            raise GradxError("usage", f"{name} needs a value after it")
        return f"{name}={rest.pop()}"
    if equals and not options[name]:
        raise GradxError("usage", f"{name} takes no value", hint=f"write {name} alone")
    return word


def of_commands(names: Sequence[str]) -> str:
    """`gradx eval, diff and descend`."""
    return f"gradx {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"


def unknown_option(word: str, options: Mapping[str, bool]) -> GradxError:
    """The error for a `--word` that is not declared."""
    name, bare = word.partition("=")[0], word.lstrip("-")
    meant = option_meant(name, [*options, "--help"])
    owners = OWNERS.get(option_word(name))
    if bare in formats():
        hint = f"did you mean --format {bare}?"
    elif name in WORDS:
        hint = "a point stands behind the expression: x=3"
    elif meant:
        hint = f"did you mean {meant}?"
    elif owners:
        hint = f"--{option_word(name)} is an option of {of_commands(owners)}"
    elif "color" in bare or "colour" in bare:
        hint = "NO_COLOR=1 before the command takes colours away, FORCE_COLOR=1 asks for them"
    elif is_value(bare):
        hint = f"an input's value has no dashes before it: {quoted(bare)}; --help lists the options"
    else:
        hint = f"--help lists the options; an expression that starts with -- goes after a lone --: -- {quoted(word)}"
    return GradxError("usage", f"there is no option {name}", hint=hint)
