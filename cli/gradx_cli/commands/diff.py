"""gradx diff: what is the derivative of this?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import Point
from gradx.language.tokens import normal_name
from gradx.lessons import diff_answer
from gradx.lessons.diff_answer import Asked, Differentiated
from gradx.point.verdict import EXACT_DIGITS
from gradx_cli.arguments import Request, SetAside, names_of, no_word, unknown_name
from gradx_cli.options import DataFile, Digits, Typed, option, whole
from gradx_cli.pages.diff import answer

MOST_ORDERS = 12

Wrt = Annotated[list[str] | None, option("--wrt", "Along which nodes, as in --wrt w,b. Default: every input.", "NAMES")]
HESSIAN = "The N-th derivative along one input; --order 2 along several: the Hessian."
Order = Annotated[int | None, option("--order", HESSIAN, "N", reads=whole(1, MOST_ORDERS))]
By = Annotated[str | None, option("--by", "One after the other: --by x,y is along x, then along y.", "NAMES")]
Of = Annotated[list[str] | None, option("--of", "Of these nodes; of several: the Jacobian.", "NAMES")]
ImplicitOption = Annotated[
    str | None, option("--implicit", "The derivative of this input where the program is 0.", "NAME")
]
In = Annotated[
    Literal["inputs", "nodes"] | None,
    option("--in", "In the inputs alone, or in the program's names. Default: shorter."),
]
TAYLOR = "The Taylor polynomial of degree N at the point; 1: the tangent line."
TaylorDegree = Annotated[int | None, option("--taylor", TAYLOR, "N", reads=whole(1, MOST_ORDERS))]
Steps = Annotated[bool, option("--steps", "The rules, one step for each operation.")]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which derivatives are wanted, and how they are written."""

    wrt: Wrt = None
    order: Order = None
    by: By = None
    of: Of = None
    implicit: ImplicitOption = None
    taylor: TaylorDegree = None
    place: In = None
    steps: Steps = False


def command(typed: Typed, choice: Choice, *, data: DataFile = None, digits: Digits = 10) -> int:
    """What is the derivative of this?

    [bold]Examples[/bold]

      gradx diff "x^2*sin(x)"
      gradx diff "x^2*sin(x)" x=2 --steps
      gradx diff "z = w*x + b; a = sigmoid(z); L = (a - y)^2/2" --wrt w
      gradx diff "x^2*y^3" --order 2
      gradx diff "x^2 + y^2 = 25" --implicit y
      gradx diff "exp(x)" --taylor 3 x=0
      gradx diff "x^2*sin(x)" x=0..2:0.5

    The formula as a textbook or a course writes it, for every input or those of --wrt: in the inputs alone or in the
    program's names, whichever is shorter. It is shown when it was found equal to the derivative at 20 points, with
    proved bounds. With values the number stands beside it, judged as by eval; a derivative of order n stands only where
    those below it do. For --implicit the last statement may be an equation.

    A range gives a row of numbers for each of its values (x=1..3 is 1, 2, 3; several are a grid), --data one for each
    row of a CSV file, below the formulas.
    """
    if typed.has_many_points(data):
        _rows(typed, choice, data, digits)
        return 0
    asked = _read(typed, choice, no_word if choice.implicit else _is_by, names_of(choice.wrt))
    if asked.program.bundles is not None:
        _of_bundles(typed, asked, choice, digits)
        return 0
    if asked.words and any(re.fullmatch("[0-9]+", word) for word in typed.words or ()):
        hint = "say which: x=2, or --order 2"
        raise GradxError("usage", "a number behind a name may be a point, or an order", hint=hint)
    named = [*(choice.wrt or ()), *(_named(asked.program.graph, word) for word in asked.words if word not in _BY)]
    choice = replace(choice, wrt=named or list(asked.chosen(None) or ()))
    point = asked.point_if_bound()
    if choice.taylor is not None and choice.implicit is None:
        result = _taylor(asked, point, choice, digits)
    else:
        result = _formulas(asked, choice, point, digits)
    typed.show(answer(result, digits))
    return 0


def _of_bundles(typed: Typed, asked: Request, choice: Choice, digits: int) -> None:
    """Gradients of whole vectors and matrices."""
    from gradx.point.exploration import Options, explore
    from gradx_cli.pages.bundle_diff import answer as of_bundles

    others = {
        "--order": choice.order, "--by": choice.by, "--of": choice.of, "--implicit": choice.implicit,
        "--taylor": choice.taylor, "--steps": choice.steps, "--in": choice.place == "inputs" or None,
    }  # fmt: skip
    given = [option for option, value in others.items() if value]
    if given:
        message = f"{given[0]} is for programs of numbers: of vectors and matrices diff shows the gradient"
        raise GradxError("usage", message, hint="leave it out; --wrt says of which")
    bundles, point = asked.program.bundles, asked.point()
    assert bundles is not None
    names = names_of(choice.wrt)
    words = [word for word in asked.words if word not in _BY]
    wanted = bundles.owners([*names, *words]) or tuple(group.name for group in bundles.groups if group.is_input)
    for name in wanted:
        if name not in bundles.by_name:
            nodes = [group.name for group in bundles.groups if group.is_given]
            what = "not a node of the program"
            raise unknown_name("--wrt", ",".join(names), name, what, "the nodes are", nodes)
    inputs = [name for name in wanted if bundles.by_name[name].is_input]
    entries = tuple(entry for name in inputs for entry in bundles.entries_of(name))
    options = Options(wrt=entries if len(inputs) == len(wanted) else None)
    found = explore(asked.program, point.values, options, warnings=point.warnings, bindings=asked.bindings)
    typed.show(of_bundles(found, wanted, digits))


_BY = ("wrt", "by")


def _is_by(graph: Graph, word: str) -> bool:
    """Whether a word says by what, as SymPy and MATLAB do: `gradx diff "x^2*y" x`; `dJ/dx` does too."""
    return word in _BY or (_named(graph, word) in graph.index and len(graph.inputs) > 0)


def _named(graph: Graph, word: str) -> str:
    quotient = re.fullmatch(r"[d∂](\w+)/[d∂](\w+)", word)
    return quotient[2] if quotient and quotient[1] == graph.names[graph.output] else word


def _read(typed: Typed, choice: Choice, set_aside: SetAside, known: Collection[str]) -> Request:
    """The program; with --implicit it may be an equation."""
    if choice.implicit is None:
        return typed.read("gradx diff", set_aside, known)
    nodes = choice.place if choice.place == "nodes" else None
    beside = {"--of": choice.of, "--in nodes": nodes, "--steps": choice.steps, "--taylor": choice.taylor}
    _alone("--implicit", beside)
    return typed.read("gradx diff", set_aside, known, diff_answer.equation)


def _formulas(asked: Request, choice: Choice, point: Point | None, digits: int) -> Differentiated:
    graph = asked.program.graph
    if choice.implicit is None:
        outputs = _nodes(graph, choice.of, "--of") if choice.of else [graph.output]
        along = _nodes(graph, choice.wrt, "--wrt") if choice.wrt else list(graph.inputs)
        wanted = Asked(tuple(outputs), _chains(graph, along, choice.order, choice.by), choice.place, choice.steps)
        return diff_answer.differentiated(asked.program, wanted, point, asked.bindings, digits)
    y = _nodes(graph, [choice.implicit], "--implicit", inputs=True)[0]
    others = [i for i in graph.inputs if i != y]
    along = _nodes(graph, choice.wrt, "--wrt", inputs=True) if choice.wrt else others
    orders = _chains(graph, along, choice.order, choice.by, inputs=True)
    return diff_answer.differentiated_implicitly(asked.program, y, orders, point, asked.bindings, digits)


def _rows(typed: Typed, choice: Choice, data: Path | None, digits: int) -> None:
    """The numbers at many points, below the formulas."""
    from gradx_cli.pages.diff import conclusion, formulas, names, records
    from gradx_cli.pages.rows import Wanted
    from gradx_cli.rows import Rows, is_range, table_of

    _alone("many points", {"--taylor": choice.taylor, "--steps": choice.steps})
    typed, table = table_of(typed, data)
    asked = _read(typed, choice, is_range, table.names if table else ())
    choice = replace(choice, wrt=choice.wrt or list(asked.chosen(None) or ()))
    rows = Rows(asked, table, strict=True)
    result = _formulas(asked, choice, None, digits)
    named = dict(zip(names(result), result.derivatives, strict=True))
    wanted = Wanted(
        "diff",
        list(named),
        diff_answer.derivatives_at(asked.program.graph, named, result.implicit, max(digits, EXACT_DIGITS)),
        digits,
        lambda row: {"numbers": {name: row.gradients.get(name) for name in named}},
        is_of_derivatives=True,
        above=formulas(result, digits),
        items=conclusion(result),
        beside={"derivatives": list(records(result)), "where": list(result.where)},
    )
    typed.show(rows.answer(wanted))


def _alone(option: str, others: Mapping[str, object]) -> None:
    for other, value in others.items():
        if value:
            raise GradxError("usage", f"{other} and {option} do not go together", hint="leave one of them out")


def _taylor(asked: Request, point: Point | None, choice: Choice, digits: int) -> Differentiated:
    beside = {"--of": choice.of, "--by": choice.by, "--order": choice.order, "--in": choice.place}
    _alone("--taylor", beside | {"--steps": choice.steps})
    graph = asked.program.graph
    along = _nodes(graph, choice.wrt, "--wrt", inputs=True) if choice.wrt else list(graph.inputs)
    names = [graph.names[i] for i in along]
    if point is None or not along:
        hint = f"give the point, as in {names[0]}=0" if names else "it has no input"
        raise GradxError("usage", "--taylor needs a number for every input", hint=hint)
    if len(along) > 1:
        raise GradxError("usage", "--taylor is along one input", hint=f"say which: --wrt {names[0]}")
    return diff_answer.expanded(asked.program, along[0], choice.taylor or 1, point, asked.bindings, digits)


def _chains(
    graph: Graph, along: list[int], order: int | None, by: str | None, *, inputs: bool = False
) -> tuple[tuple[int, ...], ...]:
    """Along what each derivative is taken, one after the other."""
    if by is not None:
        if order is not None:
            raise GradxError("usage", "--by and --order do not go together", hint="--by x,x,y says all three")
        return (tuple(_nodes(graph, [by], "--by", inputs=inputs, once=False)),)
    if order is None or order == 1 or len(along) == 1:
        return tuple((i,) * (order or 1) for i in along)
    if order == 2:
        return tuple((i, j) for k, i in enumerate(along) for j in along[k:])
    names = ",".join(graph.names[i] for i in along[:1])
    raise GradxError(
        "usage", f"--order {order} needs one input", hint=f"say which: --wrt {names}, or --by for mixed ones"
    )


def _nodes(graph: Graph, texts: Sequence[str], option: str, *, inputs: bool = False, once: bool = True) -> list[int]:
    """The nodes that an option names. GradxError("name") for a name that is none."""
    allowed = graph.inputs if inputs else graph.shown
    known = {graph.names[i]: i for i in allowed}
    found = []
    for text in texts:
        for part in text.split(","):
            name = part.strip()
            node = known.get(name, known.get(normal_name(name)) if name else None)
            if node is None:
                what, lead = ("an input", "the inputs are") if inputs else ("a node", "the nodes are")
                raise unknown_name(option, text, name, f"not {what} of the program", lead, list(known))
            if not (once and node in found):
                found.append(node)
    return found
