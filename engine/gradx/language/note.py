"""A remark on how a text was read, apart from the warnings beside it."""

from __future__ import annotations


class Note(str):
    """A remark on how a text was read."""

    __slots__ = ()
