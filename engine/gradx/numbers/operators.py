"""What `+ - * -x` are for numbers that only remember what they are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Made(ABC):
    """A number that hands every operator on to `made`, under the operator's name in the table."""

    __slots__ = ()

    @abstractmethod
    def made(self, name: str, *xs: Self | float) -> Self: ...

    def __add__(self, other: Self | float, /) -> Self:
        return self.made("+", self, other)

    def __radd__(self, other: float, /) -> Self:
        return self.made("+", other, self)

    def __sub__(self, other: Self | float, /) -> Self:
        return self.made("-", self, other)

    def __rsub__(self, other: float, /) -> Self:
        return self.made("-", other, self)

    def __mul__(self, other: Self | float, /) -> Self:
        return self.made("*", self, other)

    def __rmul__(self, other: float, /) -> Self:
        return self.made("*", other, self)

    def __neg__(self) -> Self:
        return self.made("neg", self)
