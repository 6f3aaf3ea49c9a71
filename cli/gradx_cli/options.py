"""The options that commands share, each declared once. Long names only: `-o*x` is an expression."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer.models import ArgumentInfo, OptionInfo

from gradx.errors import GradxError
from gradx.language.bindings import RANGE
from gradx.language.diagnosis import brief
from gradx_cli.answer import Answer
from gradx_cli.arguments import Request, SetAside, no_word, number, request, whole_number
from gradx_cli.renderers import DEFAULT, formats, show
from gradx_cli.synonyms import close
from gradx_cli.terminal import terminal, warn

if TYPE_CHECKING:
    from gradx_cli.window import Window

MOST_DIGITS = 1000


def _epsilon(text: object) -> float:
    value = number("--eps", str(text))
    if value <= 0:
        raise GradxError("usage", f"--eps must be above 0, and {text} is not", hint="the usual nudge is --eps 0.001")
    return value


def whole(
    option: str, least: int, most: int | None = None, *, expression: bool = False, hint: str | None = None
) -> Callable[[object], int]:
    """What reads the whole number of an option; see `whole_number`."""
    return lambda text: whole_number(option, str(text), least, most, expression=expression, hint=hint)


def path(option: str) -> Callable[[object], Path]:
    """What reads the name of an option's file. Path("") would be the working folder."""

    def read(text: object) -> Path:
        if not str(text):
            raise GradxError("usage", f"{option} needs a file's name, and an empty one is none")
        return Path(str(text))

    return read


def option(
    name: str,
    says: str,
    metavar: str | None = None,
    *,
    reads: Callable[[str], object] | None = None,
    completes: Callable[[str], object] | None = None,
    panel: str | None = None,
    default: bool = False,
) -> OptionInfo:
    """An option of a command: what the help says of it, what stands there for its value, what reads that.

    `default`: the help names its default. Under the `panel` of that name.
    """
    found: OptionInfo = typer.Option(
        name, parser=reads, autocompletion=completes, metavar=metavar, show_default=default, help=says,
        rich_help_panel=panel,
    )  # fmt: skip
    return found


def argument(
    metavar: str,
    says: str,
    *,
    reads: Callable[[str], object] | None = None,
    completes: Callable[[str], object] | None = None,
) -> ArgumentInfo:
    """Words of a command that stand behind no option, in the same way."""
    found: ArgumentInfo = typer.Argument(
        metavar=metavar, parser=reads, autocompletion=completes, show_default=False, help=says
    )
    return found


def file_option(name: str, says: str, metavar: str = "FILE", panel: str | None = None) -> OptionInfo:
    """An option that names a file or a folder."""
    return option(name, says, metavar, reads=path(name), panel=panel)


def _examples(incomplete: str) -> list[tuple[str, str]]:
    """The examples' names and what they teach, once somebody has typed the mark that they begin with."""
    from gradx.lessons.examples import EXAMPLES, MARK

    if not incomplete.startswith(MARK):
        return []
    names = ((MARK + example.name, example.teaches) for example in EXAMPLES)
    return [(name, teaches) for name, teaches in names if name.startswith(incomplete)]


Expression = Annotated[
    str | None,
    argument(
        "EXPR",
        "What to differentiate: an expression, or statements separated by ';'. '-' reads it from standard input, "
        "@neuron is an example (gradx examples lists them).",
        completes=_examples,
    ),
]
Words = Annotated[list[str] | None, argument("[NAME=VALUE]...", "The inputs' values: x=3 y=1/3 z=pi/4.")]
File = Annotated[Path | None, file_option("--file", "Read the program from FILE.")]
Json = Annotated[bool, option("--json", "One JSON object, with all digits.", panel="Output")]
Quiet = Annotated[
    bool, option("--quiet", "The answer alone, a line each (x 6), where a command has such a one.", panel="Output")
]
Only = Annotated[
    str | None,
    option(
        "--only",
        "Of the nodes show the inputs, the named ones, or these: inputs, named or a,z.",
        "NODES",
        panel="Output",
    ),
]
Unfold = Annotated[bool, option("--unfold", "With vectors and matrices: a row for each operation.", panel="Output")]
Epsilon = Annotated[float, option("--eps", "The nudge's size.", "NUMBER", reads=_epsilon, default=True)]
Epsilons = Annotated[
    list[float] | None,
    option(
        "--eps",
        "The nudge's size, 0.001 if not given. Several give a table of how the slope settles.",
        "NUMBER",
        reads=_epsilon,
    ),
]
Wrt = Annotated[
    list[str] | None, option("--wrt", "The inputs that count, as in --wrt w,b. Default: all of them.", "NAMES")
]
DataFile = Annotated[
    Path | None,
    file_option(
        "--data",
        "A row of answers for every row of a CSV or Parquet file (-: CSV from standard input): its columns are named "
        'like inputs, or as in x=@"Height (cm)".',
    ),
]
Strict = Annotated[bool, option("--strict", "Stop at the first cell of --data that cannot be used.")]
Proof = Annotated[str | None, option("--proof", "The proof of this node's gradient.", "NODE")]
Checks = Annotated[
    Literal["auto", "all", "none"],
    option("--checks", "How many of the gradients to check.", panel="Checks", default=True),
]
NoSymbolic = Annotated[bool, option("--no-symbolic", "Do not ask SymPy.", panel="Checks")]
Digits = Annotated[
    int,
    option(
        "--digits",
        "Significant digits to show.",
        "N",
        reads=whole("--digits", 1, MOST_DIGITS),
        panel="Output",
        default=True,
    ),
]
Ascii = Annotated[bool, option("--ascii", "Draw with ASCII characters only.", panel="Output")]
ExitZero = Annotated[bool, option("--exit-zero", "Exit code 0 where it would be 1.", panel="Output")]


_ENDINGS = {"md": "markdown", "txt": "text", "tex": "latex", "htm": "html", "jsonl": "json", "chart": DEFAULT}
"""What formats are called by the ends of their files; `chart` is what `plot` called the one for a terminal."""


def _format(text: object, others: Sequence[str] = ()) -> str:
    """The format of that name. `others`: a command's own."""
    known = [*formats(), *others]
    name = _ENDINGS.get(str(text).lower(), str(text).lower())
    if name not in known:
        meant = close(name, known, 0.6)
        hint = f"did you mean {meant}?" if meant else f"it can be {', '.join(known[:-1])} or {known[-1]}"
        if name in ("png", "svg", "pdf"):
            hint = f"it can be {', '.join(known[:-1])} or {known[-1]}; gradx graph --output picture.{name} draws one"
        raise GradxError("usage", f"there is no format {brief(name)!r}", hint=hint)
    return name


def format_or(others: Sequence[str], says: str) -> OptionInfo:
    """An option for a format that every command has, or one of those that only this one has."""
    told = f"A format that every command has; {says}."
    return option("--format", told, "FORMAT", reads=lambda text: _format(text, others), panel="Output", default=True)


def _formats(incomplete: str) -> list[str]:
    return [name for name in formats() if name.startswith(incomplete)]


Format = Annotated[
    str,
    option(
        "--format",
        f"{', '.join(formats()[:-1])} or {formats()[-1]}.",
        "FORMAT",
        reads=_format,
        completes=_formats,
        panel="Output",
        default=True,
    ),
]
Output = Annotated[Path | None, file_option("--output", "Write to FILE; its ending says how.", panel="Output")]
Step = Annotated[
    int | None,
    option(
        "--step",
        "Stop backprop after K nodes.",
        "K",
        reads=whole("--step", 0, hint="--step 0 is the forward pass alone, --step 1 the first step of backprop"),
    ),
]
Theme = Annotated[
    Literal["light", "dark"] | None,
    option(
        "--theme",
        "A picture for a light page or a dark one. Default: an .svg is as the page it is in, others are light.",
        panel="Output",
    ),
]
Force = Annotated[bool, option("--force", "Overwrite FILE where it exists.", panel="Output")]


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is to be shown. A command that takes such a record takes its fields as options."""

    json: Json = False
    format: Format = DEFAULT
    ascii: Ascii = False
    quiet: Quiet = False

    @property
    def name(self) -> str:
        """The name of the format."""
        return "json" if self.json else self.format

    def window(self) -> Window | None:
        """Where a page can be drawn over once it stands; None where nobody looks on."""
        if self.name != DEFAULT or self.quiet or not sys.stdout.isatty():
            return None
        from gradx_cli.window import Window

        return Window(terminal(self.ascii))

    def show(self, answer: Answer) -> None:
        """Write the answer in the format that is asked for."""
        if self.quiet and answer.alone is not None and not self.json:
            screen = terminal(self.ascii)
            screen.write(answer.alone)
        else:
            show(answer, self.name, ascii=self.ascii)


@dataclass(frozen=True, slots=True)
class Typed(Shown):
    """The program, the words behind it, and how the answer is to be shown."""

    expression: Expression = None
    words: Words = None
    file: File = None

    def has_many_points(self, data: Path | None) -> bool:
        """Whether inputs have their numbers from a file, or from a range."""
        return data is not None or any(RANGE in word for word in self.words or ())

    def read(
        self,
        command: str,
        set_aside: SetAside = no_word,
        known: Collection[str] = (),
        as_program: Callable[[str], str] = str,
    ) -> Request:
        """The program and its bindings; see `gradx_cli.arguments.request`."""
        return request(
            self.expression,
            self.words,
            self.file,
            command=command,
            set_aside=set_aside,
            known=known,
            as_program=as_program,
        )


@dataclass(frozen=True, slots=True)
class Filed(Typed):
    """The same, and a file that may take the place of the drawing."""

    output: Output = None
    force: Force = False

    def kind(self, endings: Sequence[str]) -> str | None:
        """The ending of the file; see `gradx_cli.output.ending`. None where there is no file."""
        if self.output is None:
            return None
        from gradx_cli.output import ending

        return ending(self.output, endings)

    def save(self, content: str | bytes, what: str) -> None:
        """Write the file (see `gradx_cli.output.write_file`), and say on standard error `what` it holds."""
        import sys

        from gradx_cli.inputs import shown
        from gradx_cli.output import write_file

        if self.output is not None:
            write_file(self.output, content, force=self.force)
            screen = terminal(stream=sys.stderr)
            screen.write([screen.drawn(f"wrote {shown(self.output)}, {what}")])

    def show(self, answer: Answer) -> None:
        if self.output is None or self.name != DEFAULT:
            Typed.show(self, answer)
        else:
            warn(answer.warnings)


def common(
    *,
    eps: Epsilon = 0.001,
    wrt: Wrt = None,
    checks: Checks = "auto",
    no_symbolic: NoSymbolic = False,
    digits: Digits = 10,
    ascii: Ascii = False,
    exit_zero: ExitZero = False,
) -> None:
    """What every command that takes an expression understands, so that a script can pass the same words to all.

    A command that has no use for one of them does not declare it: `gradx_cli.menu` adds it there, read and then left
    alone, under a heading that says so.
    """
