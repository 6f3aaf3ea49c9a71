"""The options that commands share, each declared once. Long names only: `-o*x` is an expression."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer.models import ArgumentInfo, OptionInfo

from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import RANGE, read_binding
from gradx.language.diagnosis import brief
from gradx_cli.answer import Answer
from gradx_cli.arguments import Request, SetAside, no_word, request
from gradx_cli.inputs import shown
from gradx_cli.renderers import DEFAULT, formats, show
from gradx_cli.synonyms import close
from gradx_cli.terminal import tell, terminal, warn

if TYPE_CHECKING:
    from gradx_cli.waiting import Window

MOST_DIGITS = 1000


def number(option: str, text: str) -> float:
    """The finite number that an option was given, as a constant expression: `0.001`, `1e-3`, `1/8`, `-pi`.

    GradxError("usage") with a caret where it is not one.
    """
    place = Span(Source(option, text), 0, len(text)) if text else None
    try:
        value = read_binding(f"value={text}").value
    except GradxError as error:
        message = f"{option} needs a number" + (f", and {brief(text)!r} is not one" if text else "")
        raise GradxError("usage", message, hint=error.problem.hint, span=place) from None
    if not math.isfinite(value):
        raise GradxError("usage", f"{option} needs a finite number", span=place)
    return value


Reads = Callable[[str, str], object]
"""What reads the text that an option of that name was given."""


def whole(least: int, most: int | None = None, *, expression: bool = False, hint: str | None = None) -> Reads:
    """What reads a whole number from `least` to `most` (None: any): `100`; an `expression`: `10^6` too.

    GradxError("usage") with a caret where it is not one.
    """

    def read(option: str, text: str) -> int:
        value = number(option, text) if expression or (text.isascii() and text.isdigit()) else math.nan
        if not value.is_integer() or value < least or (most is not None and value > most):
            extent = f"{least} on" if most is None else f"{least} to {most:,}"
            message = f"{option} needs a whole number from {extent}, and {brief(text)!r} is not one"
            place = Span(Source(option, text), 0, len(text)) if text else None
            raise GradxError("usage", message, hint=hint, span=place)
        return int(value)

    return read


BOUNDS: dict[str, Callable[[float], bool]] = {
    "above 0": lambda x: x > 0,
    "0 or more": lambda x: x >= 0,
    "from 0 to below 1": lambda x: 0 <= x < 1,
}


def real(bound: str, hint: str | None = None) -> Reads:
    """What reads a number within one of `BOUNDS`; the `hint` says what a usual one is."""

    def read(option: str, text: str) -> float:
        found = number(option, text)
        if not BOUNDS[bound](found):
            raise GradxError("usage", f"{option} must be {bound}, and {text} is not", hint=hint)
        return found

    return read


def path(option: str, text: str) -> Path:
    """The name of a file. Path("") would be the working folder."""
    if not text:
        raise GradxError("usage", f"{option} needs a file's name, and an empty one is none")
    return Path(text)


def one_of(names: Sequence[str], otherwise: Mapping[str, str] = MappingProxyType({})) -> Reads:
    """What reads one of these names, or what else they are called."""

    def read(option: str, text: str) -> str:
        name = otherwise.get(text.lower(), text.lower())
        if name not in names:
            raise GradxError("usage", f"{option} does not know {brief(text)!r}", hint=f"it can be {either(names)}")
        return name

    return read


def either(names: Sequence[str]) -> str:
    """`a, b or c`."""
    return f"{', '.join(names[:-1])} or {names[-1]}"


def option(
    name: str,
    says: str,
    metavar: str | None = None,
    *,
    reads: Reads | None = None,
    completes: Callable[[str], object] | None = None,
    panel: str | None = None,
    default: bool = False,
) -> OptionInfo:
    """An option of a command: what the help says of it, what stands there for its value, what reads that.

    `default`: the help names its default. Under the `panel` of that name.
    """
    found: OptionInfo = typer.Option(
        name, parser=_parser(name, reads), autocompletion=completes, metavar=metavar, show_default=default, help=says,
        rich_help_panel=panel,
    )  # fmt: skip
    return found


def argument(
    metavar: str, says: str, *, reads: Reads | None = None, completes: Callable[[str], object] | None = None
) -> ArgumentInfo:
    """Words of a command that stand behind no option, in the same way."""
    found: ArgumentInfo = typer.Argument(
        metavar=metavar, parser=_parser(metavar, reads), autocompletion=completes, show_default=False, help=says
    )
    return found


def _parser(name: str, reads: Reads | None) -> Callable[[object], object] | None:
    return None if reads is None else lambda text: reads(name, str(text))


def file_option(name: str, says: str, metavar: str = "FILE", panel: str | None = None) -> OptionInfo:
    """An option that names a file or a folder."""
    return option(name, says, metavar, reads=path, panel=panel)


def _examples(incomplete: str) -> list[tuple[str, str]]:
    """The examples' names and what they teach, once somebody has typed the mark that they begin with."""
    from gradx.lessons.examples import EXAMPLES, MARK

    if not incomplete.startswith(MARK):
        return []
    names = ((MARK + example.name, example.teaches) for example in EXAMPLES)
    return [(name, teaches) for name, teaches in names if name.startswith(incomplete)]


PROGRAM = (
    "What to differentiate: an expression, or statements separated by ';'. '-' reads it from standard input, "
    "@neuron is an example (gradx examples lists them)."
)
Expression = Annotated[str | None, argument("EXPR", PROGRAM, completes=_examples)]
Words = Annotated[list[str] | None, argument("[NAME=VALUE]...", "The inputs' values: x=3 y=1/3 z=pi/4.")]
File = Annotated[Path | None, file_option("--file", "Read the program from FILE.")]
Json = Annotated[bool, option("--json", "One JSON object, with all digits.", panel="Output")]
ALONE = "The answer alone, a line each (x 6), where a command has such a one."
Quiet = Annotated[bool, option("--quiet", ALONE, panel="Output")]
THESE_NODES = "Of the nodes show the inputs, the named ones, or these: inputs, named or a,z."
Only = Annotated[str | None, option("--only", THESE_NODES, "NODES", panel="Output")]
Unfold = Annotated[bool, option("--unfold", "With vectors and matrices: a row for each operation.", panel="Output")]
NUDGE = real("above 0", "the usual nudge is --eps 0.001")
Epsilon = Annotated[float, option("--eps", "The nudge's size.", "NUMBER", reads=NUDGE, default=True)]
SETTLING = "The nudge's size, 0.001 if not given. Several give a table of how the slope settles."
Epsilons = Annotated[list[float] | None, option("--eps", SETTLING, "NUMBER", reads=NUDGE)]
COUNTING = "The inputs that count, as in --wrt w,b. Default: all of them."
Wrt = Annotated[list[str] | None, option("--wrt", COUNTING, "NAMES")]
A_ROW_EACH = (
    "A row of answers for every row of a CSV or Parquet file (-: CSV from standard input): its columns are named "
    'like inputs, or as in x=@"Height (cm)".'
)
DataFile = Annotated[Path | None, file_option("--data", A_ROW_EACH)]
Strict = Annotated[bool, option("--strict", "Stop at the first cell of --data that cannot be used.")]
Proof = Annotated[str | None, option("--proof", "The proof of this node's gradient.", "NODE")]
Checks = Annotated[
    Literal["auto", "all", "none"],
    option("--checks", "How many of the gradients to check.", panel="Checks", default=True),
]
NoSymbolic = Annotated[bool, option("--no-symbolic", "Do not ask SymPy.", panel="Checks")]
Digits = Annotated[
    int,
    option("--digits", "Significant digits to show.", "N", reads=whole(1, MOST_DIGITS), panel="Output", default=True),
]
Ascii = Annotated[bool, option("--ascii", "Draw with ASCII characters only.", panel="Output")]
ExitZero = Annotated[bool, option("--exit-zero", "Exit code 0 where it would be 1.", panel="Output")]


_ENDINGS = {"md": "markdown", "txt": "text", "tex": "latex", "htm": "html", "jsonl": "json", "chart": DEFAULT}
"""What formats are called by the ends of their files; `chart` is what `plot` called the one for a terminal."""


def _format(_option: str, text: str, others: Sequence[str] = ()) -> str:
    """The format of that name. `others`: a command's own."""
    known = [*formats(), *others]
    name = _ENDINGS.get(text.lower(), text.lower())
    if name not in known:
        meant = close(name, known, 0.6)
        hint = f"did you mean {meant}?" if meant else f"it can be {either(known)}"
        if name in ("png", "svg", "pdf"):
            hint = f"gradx graph and gradx plot write pictures: --output picture.{name}"
        if name in ("dot", "mermaid", "mmd"):
            hint = f"gradx graph writes it: --output graph.{name.replace('mermaid', 'mmd')}"
        raise GradxError("usage", f"there is no format {brief(name)!r}", hint=hint)
    return name


def _formats(incomplete: str) -> list[str]:
    return [name for name in formats() if name.startswith(incomplete)]


EVERY = "A format that every command has"


def format_option(says: str, others: Sequence[str] = ()) -> OptionInfo:
    """An option for a format that every command has, or one of the `others` that only this one has."""
    reads, completes = partial(_format, others=others), None if others else _formats
    return option("--format", says, "FORMAT", reads=reads, completes=completes, panel="Output", default=True)


Format = Annotated[str, format_option(f"{either(formats())}.")]
Output = Annotated[Path | None, file_option("--output", "Write to FILE; its ending says how.", panel="Output")]
FIRST_STEPS = "--step 0 is the forward pass alone, --step 1 the first step of backprop"
Step = Annotated[int | None, option("--step", "Stop backprop after K nodes.", "K", reads=whole(0, hint=FIRST_STEPS))]
FOR_PAGES = "A picture for a light page or a dark one. Default: an .svg is as the page it is in, others are light."
Theme = Annotated[Literal["light", "dark"] | None, option("--theme", FOR_PAGES, panel="Output")]
Force = Annotated[bool, option("--force", "Overwrite FILE where it exists.", panel="Output")]


@dataclass(frozen=True, eq=False, repr=False)
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
        from gradx_cli.waiting import Window

        return Window(terminal(self.ascii))

    def show(self, answer: Answer) -> None:
        """Write the answer in the format that is asked for."""
        if self.quiet and answer.alone is not None and not self.json:
            screen = terminal(self.ascii)
            screen.write(answer.alone)
        else:
            show(answer, self.name, ascii=self.ascii)


@dataclass(frozen=True, eq=False, repr=False)
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
        return request(self.expression, self.words, self.file, command, set_aside, known, as_program)


@dataclass(frozen=True, eq=False, repr=False)
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
        from gradx_cli.output import write_file

        if self.output is not None:
            write_file(self.output, content, force=self.force)
            tell(f"wrote {shown(self.output)}, {what}")

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
