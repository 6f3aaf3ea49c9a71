"""The one result that every view reads: a program explored at a point.

`explore` sweeps forward and back in float64, nudges every node, asks SymPy, and has every gradient and the value
judged: proved, as far as the budget goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.language.printer import definition
from gradx.language.program import Program
from gradx.numbers.float64 import FLOAT64
from gradx.point.nudge import Nudge, nudge_column
from gradx.point.verdict import EXACT_DIGITS, FAINTEST, Checks, Judgement, Verdict, unjudged
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, forward
from gradx.symbolic.witness import AWAITED, Question, Symbolic, SymbolicWitness

if TYPE_CHECKING:
    from flint import arb

    from gradx.bundle import Bundles

SYMBOLIC_FOR_ALL = 20
"""Up to this many operations SymPy is asked for every node, beyond it for inputs and named nodes."""

SYMBOLIC_SIZE, SYMBOLIC_EFFORT = 2_000, 4_000
"""Beyond this many operations SymPy is not asked at all, nor where its answers would keep the rest waiting."""

SYMBOLIC_SECONDS, SYMBOLIC_SECONDS_OF_SOME, SYMBOLIC_LOADING_S = 3.0, 1.0, 4.0
"""How long it is waited for once it is loaded, where it is asked for every node and where it is not; and how long for
it to load."""

SILENT = Symbolic("skipped", reason="SymPy is asked for inputs and named nodes only in a graph of this size")
TOO_MUCH = Symbolic("skipped", reason="SymPy is not asked about a graph of this size: its answers would be late")
"""What is said of a node of a large graph that nobody named, and of all nodes where SymPy is not asked at all."""

MOST_GRADIENTS = 6
READING_CHARACTERS = 100
"""Gradients, and characters of the program, that stand in one line."""

LONGEST_EXPONENT = 6
DIFFERENT = 1e-20
"""SymPy's value, of 25 digits, is another number where it is off by more than this, relatively."""


class Options(NamedTuple):
    """What an exploration does: the nudge's size, the inputs that count (None: all), which witnesses are heard, and how
    many digits of exact numbers are wanted."""

    epsilon: float = 0.001
    wrt: tuple[str, ...] | None = None
    checks: Checks = "auto"
    digits: int = EXACT_DIGITS


@dataclass(frozen=True, slots=True)
class NodeReport:
    """Everything that is known of one node. `value` and `gradient` are None in a branch that is not taken.

    `exact_value` is the value to `Options.digits` digits (None in a large graph, unless more digits are asked for).
    """

    graph: Graph = field(repr=False)
    index: int
    value: float | None
    gradient: float | None
    nudge: Nudge | None
    symbolic: Symbolic
    verdict: Verdict
    exact_value: str | None = None

    @property
    def name(self) -> str:
        return self.graph.names[self.index]

    @property
    def kind(self) -> Literal["input", "operation"]:
        return "input" if self.graph.primitives[self.index] is None else "operation"

    @property
    def definition(self) -> str | None:
        """The operation on its inputs' names (`3*v2`); None for an input. Written when it is asked for."""
        return None if self.kind == "input" else definition(self.graph, self.index)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the nodes it reads, constants left out, each once."""
        names = self.graph.names
        return tuple({names[j]: None for j in self.graph.operands.of(self.index) if names[j]})


class Paged:
    """A result that has a page."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """What a notebook shows: HTML and its style, by what is installed as `html` in the entry points `gradx.pages`.

        None where there is nothing, or nothing that knows this result: a notebook then shows `repr`.
        """
        from importlib.metadata import entry_points

        makers = entry_points(group="gradx.pages", name="html")
        return next((str(page) for maker in makers if (page := maker.load()(self)) is not None), None)

    def _mime_(self) -> tuple[str, str]:
        """The same for marimo: what it is, and the text."""
        page = self._repr_html_()
        return ("text/plain", repr(self)) if page is None else ("text/html", page)


@dataclass(frozen=True, eq=False, repr=False)
class Exploration(Paged):
    """A program, its values, gradients and witnesses at one point. `nodes` stand inputs first, then in topological
    order; `counted` are the same by number. `symbolic` is what SymPy said of some of them, `silence` stands for
    the others.

    `confirmed` is True where every checked gradient and the value agree and nothing is left unchecked, False where one
    does not, else None.
    """

    program: Program
    graph: Graph
    point: dict[str, float]
    options: Options
    forward: Forward[float]
    backprop: Backprop[float]
    counted: tuple[int, ...]
    judgement: Judgement
    symbolic: Mapping[int, Symbolic]
    silence: Symbolic
    value: float
    value_verdict: Verdict
    warnings: tuple[str, ...]
    confirmed: bool | None

    @cached_property
    def nodes(self) -> tuple[NodeReport, ...]:
        """What is known of every node."""
        return self.reports(self.counted)

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The inputs that count."""
        return tuple(takewhile(set(self.graph.inputs).__contains__, self.counted))

    def reports(self, nodes: Iterable[int]) -> tuple[NodeReport, ...]:
        """What is known of these nodes."""
        return tuple(map(self.report, nodes))

    def report(self, i: int) -> NodeReport:
        """What is known of node i. Of a program a million nodes long few are asked for."""
        value, gradient = self.numbers(i)
        nudge, exact = (None, None) if value is None else (self.nudges.get(i), self.judgement.values.get(i))
        symbolic = self.symbolic.get(i, self.silence)
        return NodeReport(self.graph, i, value, gradient, nudge, symbolic, self.judgement.gradients[i], exact)

    def numbers(self, i: int) -> tuple[float, float] | tuple[None, None]:
        """Value and gradient of node i, None in a branch that is not taken."""
        run = self.forward
        if i in run.dropped or (i in run.faults and self.graph.output not in run.faults):
            return None, None
        return run.values[i], self.backprop.adjoints[i]

    @cached_property
    def nudges(self) -> dict[int, Nudge]:
        """What a nudge does, of as many nodes as the evaluations allow."""
        adjoints, verdicts = self.backprop.adjoints, self.judgement.gradients
        return nudge_column(self.graph, self.forward, self.counted, adjoints, verdicts, self.options.epsilon)

    @property
    def proved(self) -> bool | None:
        """Whether every number shown is proved to be right: False where one is not, None where one was not judged."""
        return self.confirmed

    @property
    def gradients(self) -> dict[str, float | None]:
        """The gradient of the output along each input that counts."""
        return {self.graph.names[i]: self.numbers(i)[1] for i in self.inputs}

    def __getitem__(self, name: str) -> NodeReport:
        """The report on one node. Raises KeyError where none of that name is reported."""
        i = self.graph.index[name]
        if i not in self.judgement.gradients:
            raise KeyError(name)
        return self.report(i)

    def __repr__(self) -> str:
        shown = list(self.gradients.items())
        some = [f"d{name} = {gradient}" for name, gradient in shown[:MOST_GRADIENTS]]
        verdicts = Counter(verdict.status for verdict in self.judgement.gradients.values())
        counts = (f"{count} {'proved' if status == 'agree' else status}" for status, count in verdicts.items())
        said = "proved" if self.proved else ", ".join(counts)
        rest = ", …" if len(shown) > len(some) else ""
        reading = self.program.shortened(READING_CHARACTERS)
        return f"<{reading} = {self.value}: {', '.join(some)}{rest}; {said}>"


def explore(
    program: Program,
    point: Mapping[str, float],
    options: Options | None = None,
    witness: SymbolicWitness | None = None,
    warnings: Sequence[str] = (),
    bindings: Sequence[Binding] = (),
    early: Callable[[Exploration], None] | None = None,
) -> Exploration:
    """Explore `program` with its inputs at `point` (name to value). `witness` is a running SymPy, None to do without;
    `bindings` say how the inputs were typed. Before SymPy is waited for, `early` gets all the rest.

    Raises GradxError("domain") where the output has no value there, ("name") for an unknown name in `options.wrt`.
    """
    options = options or Options()
    graph = program.graph
    at = {i: point[graph.names[i]] for i in graph.inputs}
    counted = _counted(graph, options.wrt, program.bundles)
    asked = _asked(graph, counted) if witness is not None else []
    question = witness.ask(graph, asked, at) if witness is not None and asked else None
    run = forward(graph, FLOAT64, at)
    back, judgement = judged(graph, run, at, counted, options, bindings)
    warned = (*program.remarks, *warnings, *judgement.remarks)

    def found(symbolic: Mapping[int, Symbolic], silence: Symbolic) -> Exploration:
        value, confirmed = run.values[graph.output], judgement.confirmed
        return Exploration(
            program, graph, dict(point), options, run, back, tuple(counted), judgement, symbolic, silence,
            value, judgement.value, warned, confirmed,
        )  # fmt: skip

    if early is not None and question is not None:
        early(found(dict.fromkeys(asked, AWAITED), SILENT))
    answers, silence = _answers(witness, question, is_whole=len(asked) == len(counted))
    held = {i: _held_against(answer, judgement.slopes[i]) for i, answer in answers.items() if i in judgement.slopes}
    return found(answers | held, silence)


def judged(
    graph: Graph,
    run: Forward[float],
    at: Mapping[int, float],
    counted: Sequence[int],
    options: Options,
    bindings: Sequence[Binding],
) -> tuple[Backprop[float], Judgement]:
    """Backprop, and what is proved of the value and of the gradients of the nodes `counted`.

    Raises GradxError("domain") where the output has no value.
    """
    back, nothing = backprop(graph, FLOAT64, run), options.checks == "none"
    if nothing and graph.output not in run.faults:
        return back, unjudged(counted, run)
    from gradx.point.judge import Judge
    from gradx.point.typed import typed_point

    values = {graph.names[i]: x for i, x in at.items()}
    everything, digits = options.checks == "all", options.digits
    judge = Judge(graph, run, at, lambda: typed_point(graph, bindings, values), everything=everything, digits=digits)
    judge.require_value()
    return back, unjudged(counted, run) if nothing else judge.judgement(back, counted)


def _counted(graph: Graph, wrt: tuple[str, ...] | None, bundles: Bundles | None) -> list[int]:
    """The nodes that are reported: the inputs of `wrt` (None: all), then the operations, those alone that a reader
    meets where there are `bundles`."""
    if bundles is not None:
        met = frozenset(bundles.shown)
        operations = [i for i in graph.operations if i in met]
    else:
        operations = list(graph.operations)
    if wrt is None:
        return [*graph.inputs, *operations]
    names = {graph.names[i]: i for i in graph.inputs}
    for name in wrt:
        if name not in names:
            known = ", ".join(names) or "none"
            raise GradxError("name", f"--wrt names {name}, which is not an input", hint=f"the inputs are {known}")
    return [i for i in graph.inputs if graph.names[i] in wrt] + operations


def _asked(graph: Graph, counted: Sequence[int]) -> list[int]:
    size = len(graph.operations)
    if size <= SYMBOLIC_FOR_ALL:
        return list(counted)
    if size > SYMBOLIC_SIZE:
        return []
    inputs = set(graph.inputs)
    asked = [i for i in counted if i in inputs or i in graph.named]
    return asked if _effort(graph, asked) <= SYMBOLIC_EFFORT else []


def _effort(graph: Graph, asked: Sequence[int]) -> int:
    """What SymPy has to do, roughly: for each node that is asked for, the operations behind it that bend."""
    rows, constant, operands = graph.primitives, graph.constant, graph.operands
    bends = (
        row is not None and not row.linear and sum(not constant[j] for j in operands.of(i)) > (row.name == "*")
        for i, row in enumerate(rows)
    )
    bent = list(accumulate(bends))
    return sum(bent[-1] - bent[i] for i in asked)


def _answers(
    witness: SymbolicWitness | None, question: Question | None, *, is_whole: bool
) -> tuple[dict[int, Symbolic], Symbolic]:
    """What SymPy said, and what is said of the nodes of which it was not asked."""
    if witness is None:
        return {}, Symbolic("skipped", reason="SymPy was not asked")
    if question is None:
        return {}, TOO_MUCH
    question.loading_s = SYMBOLIC_LOADING_S
    return witness.answers(question, SYMBOLIC_SECONDS if is_whole else SYMBOLIC_SECONDS_OF_SOME), SILENT


def _held_against(symbolic: Symbolic, slope: arb) -> Symbolic:
    """SymPy's answer, with a word where its formula is worth another number than the one that is proved."""
    if symbolic.value is None or len(symbolic.value.partition("e")[2]) > LONGEST_EXPONENT:
        return symbolic
    from gradx.numbers.balls import decimal
    from gradx.numbers.decimals import short

    other = decimal(symbolic.value)
    if abs(other - slope).abs_lower() <= DIFFERENT * other.abs_upper() + FAINTEST:
        return symbolic
    reason = f"SymPy's formula is worth {short(other)} here, and {short(slope)} is proved"
    return symbolic._replace(value=None, reason=reason)
