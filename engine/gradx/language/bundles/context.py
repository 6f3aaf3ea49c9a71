"""What a statement is evaluated in: what names mean around it, and what is known of its own tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gradx.errors import Source
from gradx.language.bundles.lowering import Cells, Lowering
from gradx.language.bundles.scopes import Runs
from gradx.language.bundles.tree import Tree
from gradx.language.functions import Extent


class Known(Protocol):
    """What names mean around a statement."""

    def cells(self, name: str, span: Extent, called: bool = False) -> Cells:
        """What a name is worth; a new input where it is none yet."""

    def bundle(self, name: str) -> Cells | None:
        """The bundle of that name; None for a number, or nothing."""

    def indexed(self, name: str) -> Cells | None:
        """What a subscript of the name looks into: a bundle, or a number that is the only one of its list."""

    def size(self, name: str, tree: Tree) -> int: ...
    def is_size(self, name: str) -> bool: ...
    def is_value(self, name: str) -> bool: ...
    def is_listed(self, name: str) -> bool:
        """Whether the value of a name is that of a bundle: in brackets, or of a file."""

    def owner(self, name: str) -> str | None:
        """The group that a name, or the entry of that name, belongs to."""


class Context(Protocol):
    """A statement while it is evaluated."""

    @property
    def nodes(self) -> Sequence[Tree]: ...
    @property
    def known(self) -> Known: ...
    @property
    def lowering(self) -> Lowering: ...
    @property
    def source(self) -> Source: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def text(self) -> Mapping[int, str]:
        """Every node as it is written."""
