"""What a primitive is: one row of the table in `gradx.primitives`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from gradx.arithmetic import Arithmetic, Relation, S, holds


class Value(Protocol):
    def __call__(self, m: Arithmetic[S], /, *xs: S) -> S: ...


class Partial(Protocol):
    def __call__(self, m: Arithmetic[S], v: S, /, *xs: S) -> S: ...


class AllPartials(Protocol):
    def __call__(self, m: Arithmetic[S], v: S, /, *xs: S) -> list[S]: ...


class Boundaries(Protocol):
    def __call__(self, m: Arithmetic[S], /, *xs: S) -> tuple[S, ...]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """Where a primitive has a value: `words` completes "log needs …", `holds` tests the arguments."""

    words: str
    holds: Callable[..., bool]


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One row. The table's docstring says what each field is."""

    name: str
    arity: int | None
    value: Value
    partials: tuple[Partial, ...] | AllPartials
    domain: Domain | None = None
    boundaries: Boundaries | None = None
    convention: str | None = None
    written: tuple[Partial | None, ...] = ()
    latex: str = ""
    sample: tuple[tuple[float, float], ...] = ((-3.0, 3.0),)
    relation: Relation | None = None
    names: tuple[str, ...] = field(default=())
    piecewise: bool = False
    jumps: bool = False

    def local_partials(self, m: Arithmetic[S], v: S, xs: Sequence[S], wanted: Sequence[bool]) -> list[S | None]:
        """The local partials at `xs`, None for the arguments that are not `wanted`."""
        if callable(self.partials):
            found = self.partials(m, v, *xs)
            return [w if want else None for w, want in zip(found, wanted, strict=True)]
        return [rule(m, v, *xs) if want else None for rule, want in zip(self.partials, wanted, strict=True)]

    def branches(self, xs: Sequence[S]) -> tuple[bool, bool] | None:
        """For a `where` at comparable `xs`: which of its last two arguments is taken. None for any other primitive."""
        if self.relation is None:
            return None
        yes = holds(self.relation, cast(float, xs[0]), cast(float, xs[1]))
        return (yes, not yes)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def row(
    name: str,
    value: Callable[..., object],
    *partials: Callable[..., object],
    names: tuple[str, ...] = (),
    domain: Domain | None = None,
    boundaries: Callable[..., object] | None = None,
    convention: str | None = None,
    written: tuple[Callable[..., object] | None, ...] = (),
    latex: str = "",
    sample: tuple[tuple[float, float], ...] | None = None,
    relation: Relation | None = None,
    piecewise: bool = False,
    jumps: bool = False,
) -> Primitive:
    """A row with one rule per argument. The casts say that a lambda over (m, x, y) is a rule for its own arity."""
    return Primitive(
        name,
        len(partials),
        cast(Value, value),
        cast("tuple[Partial, ...]", partials),
        domain,
        cast("Boundaries | None", boundaries),
        convention,
        cast("tuple[Partial | None, ...]", written),
        latex or r"\operatorname{{" + name.replace("_", r"\_") + r"}}\left({}\right)",
        sample or ((-3.0, 3.0),) * len(partials),
        relation,
        (name, *names),
        piecewise,
        jumps,
    )
