"""What an expression is read in: a program's top level, a function's body, a binding's value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gradx.language.functions import Extent, Function
from gradx.primitive import Primitive


class Scope(Protocol):
    """What an expression is built into: what its names mean, and where its nodes go."""

    @property
    def values(self) -> Mapping[str, int]:
        """The names that have a node."""

    @property
    def functions(self) -> Mapping[str, Function]: ...

    def literal(self, value: float, span: Extent, label: str | None = None) -> int: ...
    def operation(self, primitive: Primitive, inputs: Sequence[int], span: Extent) -> int: ...
    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int: ...

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        """The node of a name that is neither in `values` nor a function (`called`: directly before a parenthesis)."""
