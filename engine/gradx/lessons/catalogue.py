"""Every function that a program can call: how, where it has a value, and its derivative, read from the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gradx.derive.formulas import Formula, Gradients
from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.program import read_plainly
from gradx.language.suggestions import close_name
from gradx.primitive import Primitive
from gradx.table import CALLABLE, FUNCTIONS, WHERE

WHERE_CALL: Final = "where(x > y, a, b)"

KINDS: Final = {
    "powers and logarithms": "exp exp2 exp10 expm1 log log2 log10 log1p logb sqrt cbrt root",
    "trigonometric": "sin cos tan sec csc cot asin acos atan asec acsc acot atan2 hypot sinc",
    "hyperbolic": "sinh cosh tanh sech csch coth asinh acosh atanh asech acsch acoth",
    "neural network": "relu leaky_relu relu6 elu selu silu gelu mish sigmoid logsigmoid softplus softsign hardtanh",
    "choices": "abs sign min max clip where>",
    "rounding": "floor ceil fmod",
    "special": "erf erfc normcdf gamma lgamma digamma logaddexp xlogy",
}
"""The rows by kind; one that stands nowhere here is of the last."""

LAST: Final = "others"

_KIND_OF: Final = {name: kind for kind, names in KINDS.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Described:
    """One function. `call` with its arguments' names, `others` what else it is called, `domain` where it has a value.

    `derivatives`: for each argument by which it can be differentiated the local partial in terms of the arguments;
    None for one that programs cannot write. `convention`: what backprop takes where there is none.
    """

    name: str
    kind: str
    call: str
    others: tuple[str, ...]
    domain: str | None
    derivatives: tuple[tuple[str, Formula | None], ...]
    convention: str | None
    graph: Graph


def catalogue() -> tuple[Described, ...]:
    """Every function, one kind after the other, each kind in its order."""
    kinds = [*KINDS, LAST]
    order = {name: k for k, name in enumerate(_KIND_OF)}
    found = [_described(row) for row in (*FUNCTIONS, WHERE[">"])]
    return tuple(sorted(found, key=lambda each: (kinds.index(each.kind), order.get(each.name, len(order)))))


def described(names: Iterable[str]) -> tuple[Described, ...]:
    """The functions of these names, any of theirs, in this order. GradxError("name") for one that is none."""
    return tuple(_described(_row(name)) for name in names)


def _row(name: str) -> Primitive:
    asked = name.removesuffix("()")
    row = WHERE[">"] if asked == "where" else CALLABLE.get(asked)
    if row is None:
        close = close_name(asked, ["where", *CALLABLE])
        lists = "gradx functions lists them"
        hint = f"did you mean {close}? {lists}" if close else lists
        message = f"there is no function {name!r}" if len(name) <= 40 else "there is no function of that name"
        raise GradxError(
            "name", message, hint=hint, span=Span(Source("argument", name), 0, len(name)) if name else None
        )
    return row


def _described(row: Primitive) -> Described:
    spelled = row.text.template.partition("(")[0]
    call = WHERE_CALL if row.relation else f"{spelled}({', '.join(row.parameters)})"
    graph = read_plainly(call).graph
    flowing = graph.arguments[graph.output][row.conditions :]
    formulas = Gradients(graph, in_inputs=True).formulas(flowing)
    return Described(
        row.name if row.relation is None else spelled,
        _KIND_OF.get(row.name, LAST),
        call if row.arity is not None else call.replace(")", ", …)"),
        tuple(name for name in row.names if name != spelled and row.relation is None),
        row.domain.words if row.domain else None,
        tuple((graph.names[i], formulas[i]) for i in flowing),
        row.convention,
        graph,
    )
