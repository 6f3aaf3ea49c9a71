"""What SymPy's process answers: the formula of each derivative, and whether a claim is proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast

from sympy import Expr

from gradx.graph import Graph
from gradx.numbers.sympy import SymbolicArithmetic, TooLargeError
from gradx.symbolic.derivation import NoFormulaError, NotAskedError, System
from gradx.symbolic.formula import UnwritableError, exact_graph, text_of
from gradx.symbolic.protocol import Fields, Request, Sheet, packed, unpacked

BRIEF = 40
"""A formula with more characters than this is shown in terms of the named nodes, where that is shorter."""


def answers(request: Mapping[str, object]) -> Iterator[Fields]:
    """The answers to one request, each as soon as it is found."""
    if request["ask"] == "derivatives":
        yield from _derivatives(cast(Request, request))
    else:
        from gradx.symbolic.equality import judged

        try:
            yield judged(cast(Request, request))
        except Exception as error:
            yield {"equal": None, "formula": None, "reason": failure(error)["reason"]}


def failure(error: Exception) -> Fields:
    """What stands in place of an answer when SymPy, or this process, cannot give one."""
    if isinstance(error, NotAskedError):
        return {"status": "skipped", "reason": str(error)}
    if isinstance(error, TooLargeError):
        return {"status": "skipped", "reason": "a constant in it is too large to be held exactly"}
    if isinstance(error, NoFormulaError):
        reason = str(error)
    elif isinstance(error, RecursionError):
        reason = "it is nested too deeply for SymPy"
    elif isinstance(error, MemoryError):
        reason = "SymPy ran out of memory"
    else:
        reason = f"SymPy failed ({type(error).__name__})"
    return {"status": "failed", "reason": reason}


def _derivatives(request: Request) -> Iterator[Fields]:
    """One answer for each target, and a last one whose node is None."""
    graph = unpacked(request["graph"])
    system = System(graph)
    targets = request["targets"]
    try:
        slope_along = system.prepared(targets)
    except Exception as error:
        failed = failure(error)
        yield from ({"node": i, **failed} for i in targets)
        targets = []
    in_names = _InNames(graph, targets)
    for i in targets:
        try:
            slope = slope_along(i)
            text, reason = in_names.formula(i, slope, system.m)
            exact = _exact(slope, system.m) if request["exact"] else None
            yield {"node": i, "status": "done", "formula": text, "exact": exact, "reason": reason}
        except Exception as error:
            yield {"node": i, **failure(error)}
    yield {"node": None}


def _exact(slope: Expr, m: SymbolicArithmetic) -> Sheet | None:
    try:
        return packed(exact_graph(slope, m.literals))
    except UnwritableError:
        return None


class _InNames:
    """Formulas of one graph: in terms of its inputs, or, where those are long, of the nodes that the user named."""

    def __init__(self, graph: Graph, targets: list[int]) -> None:
        self._graph = graph
        self._together = [i for i in targets if graph.nodes[i].primitive is None or i in graph.named]
        self._names = bool(graph.named - {graph.output})

    def formula(self, i: int, slope: Expr, m: SymbolicArithmetic) -> tuple[str | None, str | None]:
        """The text, or why there is none."""
        text = reason = None
        try:
            text = text_of(slope, m, self._graph.source)
        except UnwritableError as error:
            reason = str(error)
        if not self._names or (text is not None and len(text) <= BRIEF):
            return text, reason
        try:
            system, slopes = self._shared if i in self._together else self._read([i])
            other = text_of(slopes[i], system.m, self._graph.source)
        except (UnwritableError, NoFormulaError):
            return text, reason
        return (other, None) if text is None or len(other) < len(text) else (text, reason)

    @cached_property
    def _shared(self) -> tuple[System, Mapping[int, Expr]]:
        return self._read(self._together)

    def _read(self, targets: list[int]) -> tuple[System, Mapping[int, Expr]]:
        system = System(self._graph)
        return system, system.slopes(targets)
