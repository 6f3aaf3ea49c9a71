"""The scope of a function's body: its parameters, and what the program around it has assigned before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gradx.errors import GradxError, Kind
from gradx.language import diagnosis
from gradx.language.constants import LABELS
from gradx.language.functions import Extent, Free, Function, Literal, Outer, Template


class Around(Protocol):
    """The program around a body, as far as it has been read."""

    values: dict[str, int]
    functions: dict[str, Function]

    def is_operation(self, i: int, /) -> bool: ...
    def constant_or_use(self, name: str, span: Extent, called: bool) -> float | None: ...
    def error(self, kind: Kind, message: str, span: Extent, hint: str | None = None) -> GradxError: ...


class Body:
    """The scope of a function's body."""

    def __init__(self, reader: Around, parameters: tuple[str, ...], name: str) -> None:
        self.template = Template(parameters)
        self.values = {p: i for i, p in enumerate(parameters)}
        self.functions = reader.functions
        self.operation = self.template.operation
        self._reader = reader
        self._name = name

    def literal(self, value: float, span: Extent, label: str | None = None) -> int:
        return self.template.add(Literal(value, label, span))

    def call(self, function: Function, inputs: Sequence[int], span: Extent) -> int:
        return self.template.call(function, inputs)

    def unknown(self, name: str, span: Extent, called: bool) -> int:
        reader = self._reader
        if name == self._name and called:
            message = f"`{diagnosis.brief(name)}` calls itself"
            raise reader.error("name", message, span, "a function's body cannot call the function")
        node = reader.values.get(name)
        if node is not None and reader.is_operation(node):
            step = self.values[name] = self.template.add(Outer(node))
            return step
        value = reader.constant_or_use(name, span, called)
        if value is not None:
            return self.literal(value, span, LABELS[name])
        step = self.values[name] = self.template.add(Free(name, span))
        return step
