"""The symbolic witness, as its asker sees it: SymPy in a process of its own, which may fail in any way it likes.

Nothing here raises: absence, failure and lateness are answers with a reason. A process that was late or broken is
ended, and the next question starts another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple, Self, cast

from gradx.symbolic.process import Late, Lost, Process

if TYPE_CHECKING:
    from gradx.graph import Graph
    from gradx.symbolic.protocol import Answer

DEADLINE_S = 8.0
"""How long an answer may take, counted from the question, or from when SymPy was loaded, where that was later."""

LOADING = 4 / 3
"""How many times as long SymPy may take to load. Eval waits 3 s for an answer, and 5 s is all that it may take."""

LARGEST = 20_000
"""A graph with more nodes than this is not sent to SymPy."""

Status = Literal["done", "timeout", "skipped", "failed"]


class Symbolic(NamedTuple):
    """What SymPy says about one derivative.

    `formula` is text that gradx itself reads, `value` a decimal of up to 25 digits; each may be None, and `reason`
    then says why.
    """

    status: Status | Literal["awaited"]
    formula: str | None = None
    value: str | None = None
    reason: str | None = None


AWAITED = Symbolic("awaited")
"""What stands in the place of an answer until it comes."""


class Equality(NamedTuple):
    """Whether a claimed formula is the derivative: `equal` is True when proved, False when refuted, None when neither.

    `formula` is the derivative itself, where there is one to show.
    """

    equal: bool | None
    formula: str | None = None
    reason: str | None = None


@dataclass(eq=False)
class Question:
    """Something that was asked; the witness gives its answers for it.

    `place` is a graph and a point at which the formulas get values. `loading_s` is how long SymPy may take to load, if
    that is longer than the answer's own deadline lets it.
    """

    number: int
    targets: tuple[int, ...]
    asked_at: float
    place: tuple[Graph, Mapping[int, float]] | None = None
    loading_s: float = 0.0
    failure: Symbolic | None = None
    lines: list[Mapping[str, object]] = field(default_factory=list)


class SymbolicWitness:
    """SymPy in a child process. Not to be shared between threads."""

    def __init__(self, process: Process | None = None, command: Sequence[str] | None = None) -> None:
        """`process` is one that was started already; `command` starts others in place of this Python."""
        self._command = command
        self._process = process
        self._open: dict[int, Question] = {}
        self._count = 0

    @classmethod
    def start(cls, command: Sequence[str] | None = None) -> Self:
        """Start the process and return at once; what it has to load, it loads while this process goes on."""
        return cls(Process(command), command)

    @property
    def pid(self) -> int | None:
        """The process, if there is one."""
        return self._process.pid if self._process else None

    def ask(self, graph: Graph, targets: Sequence[int], point: Mapping[int, float] | None) -> Question:
        """Ask for the derivative of the output along each of `targets`; `answers` waits for it.

        `point` gives every input (by index) its value; without it there are formulas and no values.
        """
        place = None if point is None else (graph, point)
        asked = {"ask": "derivatives", "targets": list(targets), "exact": point is not None}
        return self._send(asked, {"graph": graph}, tuple(targets), place)

    def answers(self, question: Question, deadline: float = DEADLINE_S) -> dict[int, Symbolic]:
        """An answer for every target, as many of them real ones as came within `deadline` seconds.

        They are counted from the question, or from when SymPy was loaded, which may take `LOADING` times as long.
        """
        found: dict[int, Symbolic] = {}
        exact: dict[int, Graph] = {}

        def take(line: Mapping[str, object]) -> bool:
            answer = cast("Answer", line)
            node = answer["node"]
            if node is not None:
                if node not in question.targets or node in found:
                    raise ValueError("an answer that nobody waits for")
                status = cast(Status, answer["status"])
                found[int(node)] = Symbolic(status, answer.get("formula"), reason=answer.get("reason"))
                if sheet := answer.get("exact"):
                    exact[int(node)] = unpacked(sheet)
            return node is None

        if question.place is not None:  # while SymPy is at work
            from gradx.symbolic.formula_value import formula_values
            from gradx.symbolic.protocol import unpacked
        failure = self._collect(question, deadline, take)
        if question.place is not None:
            for i, value in formula_values(*question.place, exact).items():
                found[i] = found[i]._replace(value=value.decimal, reason=value.reason or found[i].reason)
        rest = failure or Symbolic("failed", reason="SymPy gave no answer")
        return {i: found.get(i, rest) for i in question.targets}

    def ask_equal(self, graph: Graph, of: int, wrt: int, claim: Graph) -> Question:
        """Ask whether `claim`, whose inputs are named like nodes of `graph`, is the derivative of `of` along `wrt`."""
        return self._send({"ask": "equal", "of": of, "wrt": wrt}, {"graph": graph, "claim": claim})

    def equality(self, question: Question, deadline: float = DEADLINE_S) -> Equality:
        """The answer to `ask_equal`, within `deadline` seconds of the question."""
        found: list[Equality] = []

        def take(line: Mapping[str, object]) -> bool:
            answer = cast("Answer", line)
            found.append(Equality(answer["equal"], answer["formula"], answer["reason"]))
            return True

        failure = self._collect(question, deadline, take)
        return Equality(None, reason=failure.reason) if failure else found[0]

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process:
            process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(
        self,
        asked: Mapping[str, object],
        graphs: Mapping[str, Graph],
        targets: tuple[int, ...] = (),
        place: tuple[Graph, Mapping[int, float]] | None = None,
    ) -> Question:
        import json

        from gradx.symbolic.protocol import packed

        self._count += 1
        question = Question(self._count, targets, time.monotonic(), place)
        if sum(len(graph.nodes) for graph in graphs.values()) > LARGEST:
            reason = f"SymPy is not asked about more than {LARGEST:,} nodes"
            return replace(question, place=None, failure=Symbolic("skipped", reason=reason))
        request = {"id": question.number, **asked, **{name: packed(graph) for name, graph in graphs.items()}}
        self._process = self._process or Process(self._command)
        self._open[question.number] = question
        self._process.send(json.dumps(request).encode() + b"\n")
        return question

    def _collect(
        self, question: Question, deadline: float, take: Callable[[Mapping[str, object]], bool]
    ) -> Symbolic | None:
        """Hand the answers to one question to `take`, until that says it was the last. What went wrong, or None."""
        try:
            while not question.failure:
                while question.lines:
                    if take(question.lines.pop(0)):
                        self._open.pop(question.number, None)
                        return None
                if not self._process:
                    return Symbolic("failed", reason="SymPy is missing: its process was ended")
                self._sort(self._process.receive(_until(question, self._process, deadline)), question)
            return question.failure
        except Late:
            failure = Symbolic("timeout", reason=f"SymPy had no answer within {deadline:g} s")
        except Lost as error:
            failure = Symbolic("failed", reason=f"SymPy is missing: {error}")
        except (ValueError, KeyError, TypeError):
            failure = Symbolic("failed", reason="SymPy is missing: its process answered with something else")
        self.close()
        self._open.clear()
        return failure

    def _sort(self, line: bytes, question: Question) -> None:
        """Put an answer to the question it is for; the one that is waited for need not be the next in line."""
        import json

        answer = json.loads(line)
        if "absent" in answer:
            question.failure = Symbolic("failed", reason=str(answer["absent"]))
        elif "loaded" not in answer:
            self._open[answer["id"]].lines.append(answer)


def _until(question: Question, process: Process, deadline: float) -> float:
    """Until when to wait for the next line. Until the first has come, SymPy is loading."""
    if process.spoke_at is None:
        return question.asked_at + max(LOADING * deadline, question.loading_s)
    return max(question.asked_at, process.spoke_at) + deadline
