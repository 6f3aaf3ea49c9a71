"""What other programs and people call the options and commands: the words they guess.

Of each, the words that are as good as its own name, which are read; and those that a hint alone knows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

_GUESSED: Final = {
    "rate": ("lr alpha eta learning-rate learningrate step-size stepsize", ""),
    "steps": ("epochs epoch iterations iteration iters iter niter max-iter maxiter max-steps", ""),
    "tolerance": ("tol", "atol rtol"),
    "batch": ("batch-size batchsize mini-batch minibatch", ""),
    "over": ("range domain interval xrange x-range xlim", "from limits"),
    "points": ("samples", "resolution"),
    "eps": ("epsilon", "h delta nudge"),
    "wrt": ("respect-to with-respect-to variable variables var vars param params parameter parameters", ""),
    "output": ("out outfile save save-as", "o"),
    "data": ("dataset", ""),
    "digits": ("precision prec", "decimals places"),
    "no-symbolic": ("no-sympy nosympy nosymbolic", ""),
    "ascii": ("no-unicode", "plain"),
    "to": ("lang language", "target"),
    "format": ("as", "style"),
}
_SAME: Final = {word: option for option, (same, _) in _GUESSED.items() for word in same.split()}
"""The option of which a word is as good a name as its own."""
OPTIONS: Final = _SAME | {word: option for option, (_, hinted) in _GUESSED.items() for word in hinted.split()}
"""The option that a word was meant to be."""

LETTERS: Final = {"-o": "--output", "-j": "--json", "-q": "--quiet"}
"""Short options of other programs that mean one thing, behind an expression."""
WORDS: Final = frozenset(("--at", "--point", "--claim"))
"""What is put before a word that needs nothing before it: `--at x=3`."""

OWNERS: Final = {
    **dict.fromkeys(("rate", "tolerance", "momentum", "reduce", "on"), ("descend",)),
    "batch": ("check", "descend"),
    "seed": ("quiz", "descend"),
    "steps": ("descend", "explore"),
    **dict.fromkeys(("over", "points"), ("plot",)),
    "data": ("eval", "diff", "descend"),
    "output": ("graph", "explore", "plot", "export", "grade", "eval"),
    "to": ("export",),
}
"""The commands that have an option, where not all have it."""

_CALLED: Final = {
    "eval": ("evaluate calc calculate compute run value", ""),
    "diff": ("derivative derive differentiate deriv partial jacobian d/dx d", "gradient grad tangent"),
    "explain": ("backprop backpropagate chain", "backward chainrule why trace steps"),
    "nudge": ("", "perturb poke wiggle finite-difference"),
    "graph": ("draw tree show", "network dag diagram"),
    "explore": ("interactive", "animate page web play"),
    "cost": ("", "complexity time count"),
    "check": ("verify test prove", "compare"),
    "plot": ("", "chart curve figure"),
    "descend": ("train minimize minimise optimize optimise gd gradient-descent", "descent fit sgd"),
    "functions": ("", "function funcs primitives table"),
    "examples": ("list example", "demo demos samples"),
}
CUTOFF: Final = 0.75
"""How near a word has to be to another one to be taken for a slip."""


def close(word: str, words: Collection[str], cutoff: float = CUTOFF) -> str | None:
    """The one of `words` that `word` nearly is."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(words), 1, cutoff)), None)


def option_word(name: str) -> str:
    """The option's name, without dashes, that `name` is or was meant to be."""
    return OPTIONS.get(_plain(name), _plain(name))


def _plain(name: str) -> str:
    return name.lstrip("-").lower().replace("_", "-")


def option_called(word: str, options: Collection[str]) -> str | None:
    """The one of `options` that `word` (`--lr=0.1`, `-o`) says in other words, with the value that stands in it."""
    name, equals, value = word.partition("=")
    option = LETTERS.get(name) or f"--{_SAME.get(_plain(name), '')}"
    return option + equals + value if option in options else None


def option_meant(name: str, options: Collection[str]) -> str | None:
    """The one of `options` (`--rate`) that `name` was perhaps meant to be."""
    word = f"--{option_word(name)}"
    if word in options:
        return word
    return close(name, options) if len(_plain(name)) > 2 else None


def command_called(word: str) -> str | None:
    """The command of which `word` is as good a name as its own."""
    return next((name for name, (same, _) in _CALLED.items() if word.lower() in same.split()), None)


def command_meant(word: str, commands: Collection[str]) -> str | None:
    """The one of `commands` that `word` was perhaps meant to be."""
    lower = word.lower()
    for name, words in _CALLED.items():
        if lower == name or lower in " ".join(words).split():
            return name
    return close(lower, commands) if word.isalpha() and len(word) > 2 else None
