"""The formats: a file each, which bears its name and has a function `render`. Every command has every one of them.

`render(answer, screen)` writes one `Answer`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from gradx_cli.terminal import Terminal, terminal, warn

if TYPE_CHECKING:
    from gradx_cli.answer import Answer

DEFAULT = "table"


def formats() -> list[str]:
    """The names of all formats, the one for a terminal first."""
    files = {file for folder in __path__ for file in os.listdir(folder)}
    names = {file.removesuffix(".py") for file in files if file.endswith(".py") and not file.startswith("_")}
    return [DEFAULT, *sorted(names - {DEFAULT})]


def renderer(name: str) -> Callable[[Answer, Terminal], None]:
    """The `render` of the format of that name, imported with all that it needs."""
    return cast("Callable[[Answer, Terminal], None]", import_module(f"{__name__}.{name}").render)


def show(answer: Answer, name: str, *, ascii: bool = False) -> None:
    """Write the answer in that format. What is worth knowing beside it is in the object, or on standard error."""
    render = renderer(name)
    if name != "json":
        warn(answer.warnings)
    render(answer, terminal(ascii))
