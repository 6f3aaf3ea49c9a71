"""What other programs and people call the options and commands: the words they guess."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_GUESSED: Final = {
    "rate": "lr alpha learning-rate learningrate eta step-size stepsize",
    "steps": "epochs epoch iterations iteration iters iter niter max-iter maxiter max-steps",
    "tolerance": "tol atol rtol",
    "over": "range domain interval xrange x-range xlim from limits",
    "points": "samples resolution",
    "eps": "epsilon h delta nudge",
    "wrt": "respect-to with-respect-to variables variable vars var params parameters",
    "output": "out save save-as o",
    "data": "dataset",
    "digits": "precision prec decimals places",
    "no-symbolic": "no-sympy nosympy nosymbolic",
    "ascii": "plain no-unicode",
}
OPTIONS: Final = {word: option for option, words in _GUESSED.items() for word in words.split()}
"""The option that a word was meant to be."""

OWNERS: Final = {
    **dict.fromkeys(("rate", "steps", "tolerance"), ("descend",)),
    **dict.fromkeys(("over", "points"), ("plot",)),
    "data": ("eval",),
    "output": ("graph", "plot", "export"),
}
"""The commands that have an option, where not all have it."""

_CALLED: Final = {
    "eval": ("evaluate calc compute run value", "calculate solve"),
    "diff": ("derivative derive differentiate deriv d/dx", "gradient grad"),
    "explain": ("backprop backpropagate chain", "backward chainrule why trace steps"),
    "nudge": ("", "perturb poke wiggle finite-difference"),
    "graph": ("draw tree show", "network dag diagram"),
    "cost": ("", "complexity time count"),
    "check": ("verify test prove", "compare"),
    "plot": ("", "chart curve figure"),
    "descend": ("train minimize minimise optimize optimise gd", "descent fit sgd"),
    "functions": ("", "function funcs primitives table"),
    "examples": ("list example", "demo demos samples"),
}
"""Other words for each command: those that are as good as its name, and those that a hint knows."""

CUTOFF: Final = 0.75
"""How near a word has to be to another one to be taken for a slip."""


def option_word(name: str) -> str:
    """The option's name, without dashes, that `name` is or was meant to be."""
    plain = name.lstrip("-").lower().replace("_", "-")
    return OPTIONS.get(plain, plain)


def option_meant(name: str, options: Collection[str]) -> str | None:
    """The one of `options` (`--rate`) that `name` was perhaps meant to be."""
    word = f"--{option_word(name)}"
    if word in options:
        return word
    close = get_close_matches(name, list(options), 1, CUTOFF)
    return close[0] if close else None


def command_called(word: str) -> str | None:
    """The command of which `word` is as good a name as its own."""
    return next((name for name, (same, _) in _CALLED.items() if word.lower() in same.split()), None)


def command_meant(word: str, commands: Collection[str]) -> str | None:
    """The one of `commands` that `word` was perhaps meant to be."""
    lower = word.lower()
    for name, words in _CALLED.items():
        if lower == name or lower in " ".join(words).split():
            return name
    close = get_close_matches(lower, list(commands), 1, CUTOFF) if word.isalpha() and len(word) > 2 else []
    return close[0] if close else None
