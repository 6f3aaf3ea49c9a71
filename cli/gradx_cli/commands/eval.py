"""gradx eval: every node of a program, its value and its gradient, checked."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from gradx.errors import GradxError
from gradx.point.exploration import Exploration, Options, explore
from gradx.point.verdict import EXACT_DIGITS
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli import options
from gradx_cli.answer import Answer
from gradx_cli.arguments import Request, names_of
from gradx_cli.options import Typed
from gradx_cli.renderers import renderer


@dataclass(frozen=True, eq=False, repr=False)
class Explored(Typed):
    """At which point, or points, a program is explored, and how far."""

    eps: options.Epsilon = 0.001
    wrt: options.Wrt = None
    data: options.DataFile = None
    checks: options.Checks = "auto"
    no_symbolic: options.NoSymbolic = False
    digits: options.Digits = 10
    only: options.Only = None
    unfold: options.Unfold = False
    strict: options.Strict = False
    output: options.Output = None
    force: options.Force = False
    exit_zero: options.ExitZero = False

    def options(self, asked: Request) -> Options:
        """What the engine is asked."""
        return Options(self.eps, asked.chosen(self.wrt), self.checks, max(self.digits, EXACT_DIGITS))

    def check_output(self) -> None:
        """GradxError("usage") for a file: at one point there are no rows."""
        if self.output is not None:
            hint = "--format html > page.html writes a page; graph and plot write pictures"
            raise GradxError("usage", "gradx eval writes the rows of --data to a file, and there are none", hint=hint)


def command(context: typer.Context, typed: Explored) -> int:
    """Every node's value and gradient, checked.

    [bold]Examples[/bold]

      gradx eval "3*(a+b*c)" a=5 b=3 c=2
      gradx eval "z = w*x + b; a = tanh(z)" w=1/2 x=2 b=-1
      gradx eval "relu(w*x + b)" w=1 x=2 b=-1 --json
      gradx eval @neuron
      gradx eval "sin(w*x)" w=2 x=0..1:0.25
      gradx eval "w*x + b" --data points.csv b=1 --format csv

    For each input and each operation: what it is, its value, its gradient by backprop, what a small nudge does to the
    output, and SymPy's formula with the numbers put in. The exit code is 1 where a gradient that was checked is not
    proved to be right.

    A range gives a row of answers for each of its numbers (x=1..3 is 1, 2, 3; several are a grid), --data one for each
    row of a CSV or Parquet file: the inputs, the value, the gradients, and what is proved of them. The exit code is
    then 1 where a row is not proved, has no value or is skipped, as a cell cannot be used; the others are answered all
    the same. Of more than 10,000 rows most are computed, and not proved. --output writes them to .csv or .parquet.
    """
    if typed.has_many_points(typed.data):
        return _rows(typed)
    typed.check_output()
    asked = typed.read("gradx eval", known=names_of(typed.wrt))
    found = _bundles(typed, asked) if asked.program.bundles is not None else _nodes(typed, asked, context.obj)
    return 0 if found.confirmed is not False or typed.exit_zero else 1


def _nodes(typed: Explored, asked: Request, witness: SymbolicWitness | None) -> Exploration:
    """A row a node; on a terminal before SymPy was heard, too."""
    witness = None if typed.no_symbolic else witness
    point, options = asked.point(), typed.options(asked)
    # What writes the answer is imported before the exploration, which waits for SymPy.
    from gradx_cli.pages.eval import answer

    renderer(typed.name)
    window = typed.window() if witness is not None else None

    def shown(exploration: Exploration) -> Answer:
        return answer(exploration, typed.digits, asked.only(typed.only))

    early = None if window is None else lambda found: window.draw(shown(found))
    exploration = explore(asked.program, point.values, options, witness, point.warnings, asked.bindings, early)
    (window or typed).show(shown(exploration))
    return exploration


def _bundles(typed: Explored, asked: Request) -> Exploration:
    """A row a vector or matrix."""
    from gradx_cli.pages.folded import answer

    point, options = asked.point(), typed.options(asked)
    exploration = explore(asked.program, point.values, options, None, point.warnings, asked.bindings)
    if asked.words and not typed.unfold:
        hint = f"--unfold {asked.words[0]} gives each of its entries a row"
        raise GradxError("usage", f"{asked.words[0]} is no value: a value is written x=3", hint=hint)
    typed.show(answer(exploration, typed.digits, typed.only, unfold=typed.unfold, whole=asked.words))
    return exploration


def _rows(typed: Explored) -> int:
    """The same at many points, of the inputs alone."""
    from gradx.lessons.rows import gradients
    from gradx_cli.output import ending
    from gradx_cli.pages.rows import Wanted
    from gradx_cli.rows import Rows, is_range, table_of

    typed, table = table_of(typed, typed.data)
    asked = typed.read("gradx eval", is_range, table.names if table else ())
    if typed.output is not None:
        from gradx_cli.tables import ENDINGS

        ending(typed.output, ENDINGS)
        if table is None or asked.words:
            hint = "without it, --format csv > FILE"
            raise GradxError("usage", "--output takes the rows of --data, and a range gives others", hint=hint)
    rows, graph = Rows(asked, table, strict=typed.strict), asked.program.graph
    options = typed.options(asked)
    shown = asked.only(typed.only)
    if shown is not None and typed.only not in ("inputs", "named") and not shown <= set(graph.inputs):
        hint = "--only and --wrt name the inputs whose gradients it has"
        raise GradxError("usage", "a row has the gradients of inputs, and no other nodes", hint=hint)
    wrt = [i for i in graph.inputs if options.wrt is None or graph.names[i] in options.wrt]
    wrt = [i for i in wrt if shown is None or i in shown]
    names = [graph.names[i] for i in wrt]
    wanted = Wanted(
        "eval",
        [f"d{name}" for name in names],
        gradients(graph, options._replace(wrt=tuple(names))),
        typed.digits,
        lambda row: {"gradients": {name: row.gradients.get(f"d{name}") for name in names}},
        wrt,
    )
    if typed.output is not None:
        typed.show(rows.save(wanted, typed.output, force=typed.force))
    elif rows.is_large and typed.name == "csv" and not typed.quiet:
        rows.as_csv(wanted)
    else:
        typed.show(rows.answer(wanted))
    return 1 if rows.has_failed and not typed.exit_zero else 0
