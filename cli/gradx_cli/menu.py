"""The Typer app: a group whose commands are imported when they are used, and command lines as people type them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import Parameter, Signature, cleandoc, signature
from pathlib import Path
from typing import Annotated, Any, TypeAlias, cast, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from gradx.errors import GradxError
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli.arguments import request
from gradx_cli.arranging import arrange, unknown_option
from gradx_cli.commands import COMMANDS
from gradx_cli.escape import quoted
from gradx_cli.inputs import shown
from gradx_cli.options import common

Context: TypeAlias = Any
"""Typer's methods take a context of a class that has no public name."""

WITHOUT_EFFECT = "Accepted for scripts, without effect here"
"""What the help says of the common options that a command has no use for."""

ORDER = (
    "file", "data", "checks", "no_symbolic", "output", "force", "json", "format", "quiet", "only", "unfold", "digits",
    "ascii", "exit_zero",
)  # fmt: skip
"""The options that commands share, as the help lists them behind a command's own."""

GIVEN = "gradx.given"
"""Where a context keeps the options of a command line, as they were given."""
SHOWING = (
    "--json", "--format", "--quiet", "--ascii", "--exit-zero", "--digits", "--no-symbolic", "--data", "--file",
    "--from",
)  # fmt: skip
"""Options that say how an answer is shown, or whose content a hint names itself."""

START = """\
gradx takes a formula apart: what each part is worth, how the output depends on
it, and whether that can be trusted.

  gradx eval "3*(a+b*c)" a=5 b=3 c=2         every value and gradient, checked
  gradx explain "3*(a+b*c)" a=5 b=3 c=2      where the gradients come from
  gradx check "sin(3*x+1)" dx="cos(3*x+1)"   is your own derivative right?

  gradx examples      programs to try, as in gradx explain @neuron
  gradx --help        every command
  gradx eval --help   what one of them takes
"""


class Command(TyperCommand):
    """A command whose expressions may begin with a dash."""

    def format_help(self, ctx: Context, formatter: Any) -> None:
        from gradx_cli.help_page import show

        show(self, ctx)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        options = {name: not getattr(p, "is_flag", False) for p in self.get_params(ctx) for name in p.opts}
        words = list(args)
        arranged = arrange(args, {n: v for n, v in options.items() if n.startswith("--")})
        ctx.meta[GIVEN] = [word for word in arranged[: arranged.index("--")] if not word.startswith(SHOWING)]
        try:
            return super().parse_args(ctx, arranged)
        except GradxError as error:
            raise with_point(error, f"gradx {self.name}", words) from None

    def invoke(self, ctx: Context) -> Any:
        """Run the command. What a hint offers in its place bears its options, too."""
        try:
            return super().invoke(ctx)
        except GradxError as error:
            raise with_options(error, f"gradx {self.name}", ctx.meta.get(GIVEN, ())) from None


class Unread(TyperCommand):
    """A row of the table of commands: imports its command when that is used, and not for the overview."""

    def make_context(self, info_name: str | None, args: list[str], parent: Context = None, **extra: Any) -> Context:
        return load(self.name or "").make_context(info_name, args, parent, **extra)


class Menu(TyperGroup):
    """The commands of the table, and a hint where the first word is none of them."""

    def format_help(self, ctx: Context, formatter: Any) -> None:
        from gradx_cli.help_page import show

        show(self, ctx)

    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Unread | None:
        row = COMMANDS.get(cmd_name)
        return Unread(cmd_name, help=row.help) if row else None

    def answer(self, words: Sequence[str], witness: SymbolicWitness | None) -> int:
        """Run the command line and return its exit code. GradxError for what cannot be used, in Typer's words too."""
        try:
            code = self.main(args=list(words), prog_name="gradx", standalone_mode=False, obj=witness)
        except typer.Abort:
            raise KeyboardInterrupt from None
        except SystemExit as end:
            # Typer ends the program itself where standard output was closed early; main() decides on the code for that.
            if isinstance(end.__context__, BrokenPipeError):
                raise end.__context__ from None
            raise
        except Exception as error:
            message = getattr(error, "format_message", None)
            if message is None:
                raise
            said, context = message().rstrip("."), getattr(error, "ctx", None)
            hint = f"{context.command_path} --help" if context else None
            raise GradxError("usage", said[:1].lower() + said[1:], hint=hint) from None
        return code if isinstance(code, int) else 0

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if args and not ctx.resilient_parsing and args[0] not in COMMANDS:
            own = {name: True for param in self.get_params(ctx) for name in param.opts}
            if args[0].partition("=")[0] not in own:
                raise _no_command(args, own)
        return super().parse_args(ctx, args)


def load(name: str) -> Any:
    """The command of that name, imported and ready to parse its words."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    command = import_module(f"gradx_cli.commands.{name}").command
    app.command(name, cls=Command, help=_described(command))(_spread(command))
    loaded = get_command(app)
    loaded.params.sort(key=lambda param: ORDER.index(param.name) if param.name in ORDER else -1)
    own = {param.name for param in loaded.params}
    left = signature(common).parameters.keys() - own
    if "expression" in own and left:
        idle = _idle(left)
        loaded.params += idle
        loaded.epilog = f"{WITHOUT_EFFECT}: {', '.join(param.opts[0] for param in idle)}."
    return loaded


def _spread(command: Callable[..., int]) -> Callable[..., int]:
    """The command as Typer wants it: in place of a record that it takes the fields of that, a parameter each."""
    hints = get_type_hints(command, include_extras=True)
    records: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters = [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=types[field.name])
        for record in records.values()
        for types in [get_type_hints(record, include_extras=True)]
        for field in fields(record)
    ]
    parameters += [
        param.replace(kind=Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, param in signature(command).parameters.items()
        if name not in records
    ]

    def with_records(**given: Any) -> int:
        made = {
            name: record(**{field.name: given.pop(field.name) for field in fields(record)})
            for name, record in records.items()
        }
        return command(**made, **given)

    with_records.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return with_records


def _idle(names: Collection[str]) -> list[Any]:
    """The common options that a command does not declare: it accepts them, and they have no effect there."""
    app = typer.Typer(add_completion=False)
    app.command()(common)
    left: list[Any] = [param for param in get_command(app).params if param.name in names]
    for param in left:
        param.expose_value = False
        param.hidden = True
    return left


def run(words: Sequence[str], witness: SymbolicWitness | None) -> int:
    """Run the command line; see `Menu.answer`."""
    app = typer.Typer(
        cls=Menu, pretty_exceptions_enable=False, context_settings={"help_option_names": ["--help", "-h"]}
    )
    if "_GRADX_COMPLETE" in os.environ or "--install-completion" in words:
        prepare(words, os.environ)
    app.callback(invoke_without_command=True, help=_described(gradx))(gradx)
    return cast(Menu, get_command(app)).answer(words, witness)


def gradx(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False
) -> None:
    """Derivatives you can check: values, gradients, and why they are what they are.

    [bold]Examples[/bold]

      gradx eval "3*(a+b*c)" a=5 b=3 c=2
      gradx check "sin(3*x+1)" dx="cos(3*x+1)"

    Every command has a --help of its own, which begins with examples.
    """
    if version:
        from gradx import __version__

        print(f"gradx {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        _start()


def _start() -> None:
    """Write what `gradx` alone says; on a narrow terminal what a command shows stands below it."""
    from gradx_cli.terminal import terminal

    screen = terminal()
    for at, paragraph in enumerate(START.rstrip().split("\n\n")):
        lines = paragraph.splitlines()
        screen.write([""] if at else [])
        if screen.width is None or max(map(len, lines)) <= screen.width:
            screen.write(lines)
            continue
        for line in lines if paragraph.startswith(" ") else [" ".join(lines)]:
            command, *says = line.strip().split("   ", 1)
            indent = line[: len(line) - len(line.lstrip())]
            screen.write(indent + part for part in screen.folded(command, len(indent)))
            screen.write(f"      {part.strip()}" for text in says for part in screen.folded(text.strip(), 6))


def _described(command: Callable[..., object]) -> str:
    """The help of a command: its docstring, from the source where Python was told to forget docstrings (-OO)."""
    text = command.__doc__
    if text is None:
        import ast
        from inspect import getsource

        with suppress(OSError, SyntaxError):
            (definition,) = ast.parse(getsource(command)).body
            text = ast.get_docstring(definition) if isinstance(definition, ast.FunctionDef) else None
    return _unwrapped(text or "")


def _unwrapped(text: str) -> str:
    """A docstring as help text: a paragraph is one line, but for lines that begin with blanks (examples)."""
    lines: list[str] = []
    for line in cleandoc(text).splitlines():
        if lines and lines[-1].strip() and line.strip() and not line.startswith(" "):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _no_command(words: Sequence[str], own: dict[str, bool]) -> GradxError:
    first = words[0]
    if first.startswith("--"):
        return unknown_option(first, own)
    from gradx_cli.synonyms import command_meant

    if first in ("help", "man", "?") and words[1:]:
        unknown = next((word for word in words[1:] if word not in COMMANDS), words[1])
        meant = command_meant(unknown, COMMANDS)
        hint = f"gradx {meant} --help" if meant else "gradx --help lists the commands"
        return GradxError("usage", f"there is no command {unknown}", hint=hint)
    meant = command_meant(first, COMMANDS)
    if meant:
        hint = _tried(meant, words[1:]) or f"did you mean gradx {meant}?"
        return GradxError("usage", f"there is no command {first}", hint=hint)
    hint = _tried("eval", words) or _tried("diff", words) or "gradx --help lists the commands"
    return GradxError("usage", f"{first!r} is not a command" if first else "the first word is empty", hint=hint)


def _tried(name: str, words: Sequence[str]) -> str | None:
    """The command line, if it can be read up to the point at which a command begins to work."""
    try:
        given = load(name).make_context(name, list(words)).params
        asked = request(given.get("expression"), given.get("words"), given.get("file"), command=f"gradx {name}")
        asked.point() if name == "eval" else asked.point_if_bound()
    except (GradxError, typer.Exit, typer.BadParameter):
        return None
    return " ".join(["gradx", name, *map(quoted, words)])


def with_options(error: GradxError, command: str, options: Sequence[str]) -> GradxError:
    """The error, every whole line of this command in its hint with these options."""
    kind, message, hint, span = error.problem
    given = "".join(f" {quoted(option)}" for option in options)
    offered = re.sub(rf"\b{command}(?= (?:[\"']|--data ))", lambda line: line[0] + given, hint or "")
    return error if offered == (hint or "") else GradxError(kind, message, hint=offered, span=span)


def with_point(error: GradxError, command: str, words: Sequence[str]) -> GradxError:
    """The error about an option's value; where that is a decimal with a comma, the whole line with a point for it."""
    kind, message, _, span = error.problem
    if span is None or not re.fullmatch(r"[-+]?[0-9]+,[0-9]+", span.source.text):
        return error
    comma = span.source.text
    line = [word.replace(comma, comma.replace(",", ".")) for word in words]
    return GradxError(kind, message, hint=" ".join([command, *map(quoted, line)]), span=span)


VARIABLE = "_GRADX_COMPLETE"
_ASKED = re.compile("(complete|source)_(bash|zsh|fish|powershell|pwsh)")
_PLACE = re.compile("[0-9]{1,6}")
_SHOWN_INSTEAD = "gradx --show-completion prints it, to be put where your shell reads it"


def prepare(words: Sequence[str], environment: MutableMapping[str, str]) -> None:
    """Refuse what Typer could not make sense of; GradxError.

    Bash ends a word at `@`: what it hands over as `@ neur` was typed as `@neur`, and is put together again.
    """
    if words and words[0] == "--install-completion":
        _check_home(environment)
    asked = environment.get(VARIABLE)
    if not asked:
        return
    if not _ASKED.fullmatch(asked):
        hint = f"it is for shells, which set it to complete_bash, complete_zsh, ...: unset {VARIABLE}"
        raise GradxError("usage", f"the variable {VARIABLE} asks for no completion that there is", hint=hint)
    if asked != "complete_bash":
        return
    typed, place = environment.get("COMP_WORDS"), environment.get("COMP_CWORD", "")
    if typed is None or not _PLACE.fullmatch(place):
        raise GradxError("usage", f"{VARIABLE}={asked} needs COMP_WORDS and the number of a word in COMP_CWORD")
    environment["COMP_WORDS"], found = re.subn(r"(\s@)\s(?=\S)", r"\1", typed, count=1)
    environment["COMP_CWORD"] = str(max(0, int(place) - found))


def _check_home(environment: MutableMapping[str, str]) -> None:
    """GradxError where the home folder, into which the completion is written, is none or takes no files."""
    home = Path(environment.get("HOME", "~")).expanduser() if os.name != "nt" else Path.home()
    if not home.is_absolute() or not home.is_dir() or not os.access(home, os.W_OK):
        name = shown(home) if environment.get("HOME", "~") else "an empty name"
        said = f"the completion is installed in the home folder, and {name} is no folder that can be written to"
        raise GradxError("file", said, hint=_SHOWN_INSTEAD)
