"""A page of help: the text, then a panel for each group of arguments, options and commands, all on the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from gradx_cli.surroundings import WIDEST_HELP, columns
from gradx_cli.width import folded, pieces

Context: TypeAlias = Any
"""Typer's methods take a context of a class that has no public name."""

Rows = list[tuple[str, str]]
"""What is typed, and what it says."""


def show(command: TyperCommand | TyperGroup, ctx: Context) -> None:
    """Write the help of a command, or of the menu."""
    console = Console(width=columns("TERMINAL_WIDTH"), highlight=False, emoji=False)
    if console.width > WIDEST_HELP:
        console.width = WIDEST_HELP
    usage = " ".join(command.collect_usage_pieces(ctx))
    console.print(Padding(Text.assemble(("Usage:", "yellow"), f" {ctx.command_path} {usage}"), (1, 1)))
    said = Text.from_markup((command.help or "").strip())
    console.print(Padding(Text("\n").join(_hung(said.split("\n", allow_blank=True), console.width - 2)), (0, 1, 1, 1)))
    panels = _panels(command, ctx)
    room = max(len(name) for rows in panels.values() for name, _ in rows)
    for title, rows in panels.items():
        console.print(_panel(title, rows, min(room, 2 * console.width // 5)))
    if command.epilog:
        console.print(Padding(Text(command.epilog), 1))


def _hung(lines: Iterable[Text], room: int) -> Iterator[Text]:
    """The lines of a help; of an example without room the rest stands deeper than its beginning."""
    for line in lines:
        words = line.plain.strip()
        if line.plain.startswith("  ") and len(line) > room:
            first, *rest = folded(pieces(words, room - 6), room - 6)
            yield from (Text("  " + first), *(Text(" " * 6 + part) for part in rest))
        else:
            yield line


def _panels(command: TyperCommand | TyperGroup, ctx: Context) -> dict[str, Rows]:
    """The rows of each group, in the order in which the groups come up."""
    panels: dict[str, Rows] = {"Arguments": [], "Options": []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None:
            group = getattr(param, "rich_help_panel", None) or f"{param.param_type_name.capitalize()}s"
            panels.setdefault(group, []).append((record[0], " ".join(record[1].split())))
    if isinstance(command, TyperGroup):
        listed = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        panels["Commands"] = [(name, found.help or "") for name, found in listed if found]
    return {title: rows for title, rows in panels.items() if rows}


def _panel(title: str, rows: Rows, room: int) -> Panel:
    table = Table(box=None, show_header=False, expand=True, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=room, style="bold cyan")
    table.add_column(ratio=1)
    for name, says in rows:
        table.add_row(Text(name), Text(says))
    return Panel(table, box=box.ROUNDED, title=title, title_align="left", border_style="dim")
