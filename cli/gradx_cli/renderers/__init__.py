"""The formats: a file each, which bears its name and has a function `render`. Every command has every one of them.

`render(answer, screen)` writes one `Answer`.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from gradx_cli.terminal import Terminal, terminal, warn

if TYPE_CHECKING:
    from gradx_cli.answer import Answer

DEFAULT = "table"


class Renderer(Protocol):
    """A file in this folder."""

    def render(self, answer: Answer, screen: Terminal) -> None:
        """Write the answer."""


def formats() -> list[str]:
    """The names of all formats, the one for a terminal first."""
    files = {file for folder in __path__ for file in os.listdir(folder)}
    names = {file.removesuffix(".py") for file in files if file.endswith(".py") and not file.startswith("_")}
    return [DEFAULT, *sorted(names - {DEFAULT})]


def renderer(name: str) -> Renderer:
    """The format of that name, imported with all that it needs."""
    return cast(Renderer, import_module(f"{__name__}.{name}"))


def show(answer: Answer, name: str, *, ascii: bool = False) -> None:
    """Write the answer in that format. What is worth knowing beside it is in the object, or on standard error."""
    found = renderer(name)
    if name != "json":
        warn(answer.warnings)
    found.render(answer, terminal(ascii))
