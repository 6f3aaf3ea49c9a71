"""What a primitive is: one row of the table in `gradx.table`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from gradx.numbers import Arithmetic, Relation, S

LOOSE, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
"""How tight a text binds: a sum looser than a product, a product looser than a sign, …; what is closed, an atom."""

AS_THE_WHOLE = -1
"""Of an argument: as tight as the operation itself has to bind there, which adds nothing to it."""


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
    """Where a primitive has a value: `words` completes "log needs …", `holds` tests the arguments.

    `wishes` says of arguments without a value what each would have to be, alone; "" for one that may stay. Without it
    the one argument has to be what `words` says.
    """

    words: str
    holds: Callable[..., bool]
    wishes: Callable[..., tuple[str, ...]] | None = None


class Writing(NamedTuple):
    """How an operation is written: a template for `str.format`, how tight it binds, how tight each argument must.

    A template with one place takes all the arguments there, with commas between them. `needs` may end early: an
    argument without a need stands between brackets or commas, where anything may.
    """

    template: str
    binds: int = ATOM
    needs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One row. The table's docstring says what each field is; `row` makes one."""

    name: str
    arity: int | None
    value: Value
    partials: tuple[Partial, ...] | AllPartials
    names: tuple[str, ...]
    shared_name: bool
    domain: Domain | None
    boundaries: Boundaries | None
    convention: str | None
    linear: bool
    exact: bool
    zero_at: tuple[int, ...]
    root: int | None
    log_base: int | None
    piecewise: bool
    jumps: bool
    relation: Relation | None
    written: tuple[Partial | None, ...] | AllPartials
    text: Writing
    latex: Writing
    sample: tuple[tuple[float, float], ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the arguments are called where one of any number is to be named: those of the rule for the value."""
        from inspect import signature

        names = list(signature(self.value).parameters)[1:]
        return ("a", "b") if self.arity is None else tuple(names)

    @property
    def conditions(self) -> int:
        """How many arguments, the first ones, only choose a branch: no derivative flows through them."""
        return 0 if self.relation is None else 2

    def local_partials(self, m: Arithmetic[S], v: S, xs: Sequence[S], wanted: Sequence[bool]) -> list[S | None]:
        """The local partials at `xs`, None for the arguments that are not `wanted`."""
        if callable(self.partials):
            found = self.partials(m, v, *xs)
            return [w if want else None for w, want in zip(found, wanted, strict=True)]
        return [rule(m, v, *xs) if want else None for rule, want in zip(self.partials, wanted, strict=True)]

    def written_partial(self, m: Arithmetic[S], v: S, xs: Sequence[S], slot: int) -> S:
        """The local partial for one argument, as a course writes it where that is another way."""
        if callable(self.written):
            return self.written(m, v, *xs)[slot]
        written = self.written[slot] if len(self.written) == len(xs) else None
        if written is not None:
            return written(m, v, *xs)
        partial = self.local_partials(m, v, xs, [k == slot for k in range(len(xs))])[slot]
        assert partial is not None
        return partial

    def branches(self, m: Arithmetic[S], xs: Sequence[S]) -> tuple[bool, bool] | None:
        """For a `where`: whether each of its last two arguments may be taken, both where `m` leaves it open. None for
        any other primitive."""
        if self.relation is None:
            return None
        yes, no = m.number(1.0), m.number(0.0)
        taken = m.where(self.relation, xs[0], xs[1], yes, no)
        surely, surely_not = bool(taken == yes), bool(taken == no)
        return not surely_not, not surely

    def __repr__(self) -> str:
        return f"<{self.name}>"


def row(
    name: str,
    value: Callable[..., object],
    *partials: Callable[..., object],
    together: Callable[..., object] | None = None,
    names: tuple[str, ...] = (),
    shared_name: bool = False,
    domain: Domain | None = None,
    boundaries: Callable[..., object] | None = None,
    convention: str | None = None,
    linear: bool = False,
    exact: bool = False,
    zero_at: tuple[int, ...] = (),
    root: int | None = None,
    log_base: int | None = None,
    piecewise: bool = False,
    jumps: bool = False,
    relation: Relation | None = None,
    written: tuple[Callable[..., object] | None, ...] | Callable[..., object] = (),
    text: Writing | None = None,
    latex: Writing | str | None = None,
    sample: tuple[tuple[float, float], ...] | None = None,
) -> Primitive:
    """A row with one rule per argument, or one for all of them, of any number, `together`.

    The casts say that a lambda over (m, x, y) is a rule for its own arity.
    """
    if isinstance(latex, str):
        latex = Writing(latex)
    return Primitive(
        name,
        None if together else len(partials),
        cast(Value, value),
        cast("tuple[Partial, ...] | AllPartials", together or partials),
        (name, *names),
        shared_name,
        domain,
        cast("Boundaries | None", boundaries),
        convention,
        linear,
        exact,
        zero_at,
        root,
        log_base,
        piecewise,
        jumps,
        relation,
        cast("tuple[Partial | None, ...] | AllPartials", written),
        text or Writing(name + "({})"),
        latex or Writing(r"\operatorname{{" + name.replace("_", r"\_") + r"}}\left({}\right)"),
        sample or ((-3.0, 3.0),) * (len(partials) or 2),
    )
