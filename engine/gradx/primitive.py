"""What a primitive is: one row of the table in `gradx.table`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypedDict, Unpack, cast

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


class Domain(NamedTuple):
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


@dataclass(frozen=True, eq=False, repr=False)
class Primitive:
    """One row. The table's docstring says what each field is; `row` makes one."""

    name: str
    names: tuple[str, ...]
    arity: int | None
    value: Value
    partials: tuple[Partial, ...] | AllPartials
    written: tuple[Partial | None, ...] | AllPartials
    domain: Domain | None
    boundaries: Boundaries | None
    text: Writing
    latex: Writing
    sample: tuple[tuple[float, float], ...]
    shared_name: bool = False
    convention: str | None = None
    linear: bool = False
    exact: bool = False
    piecewise: bool = False
    jumps: bool = False
    root: int | None = None
    log_base: int | None = None
    relation: Relation | None = None

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


class Marks(TypedDict, total=False):
    """What few rows say: the fields of a `Primitive` that have a default."""

    shared_name: bool
    convention: str
    linear: bool
    exact: bool
    piecewise: bool
    jumps: bool
    root: int
    log_base: int
    relation: Relation


Rule = Callable[..., object]
"""A rule of a row, over an arithmetic and as many arguments as the row has."""


def row(
    name: str,
    value: Rule,
    *partials: Rule,
    together: Rule | None = None,
    written: tuple[Rule | None, ...] | Rule = (),
    names: tuple[str, ...] = (),
    domain: Domain | None = None,
    boundaries: Rule | None = None,
    text: Writing | None = None,
    latex: Writing | str | None = None,
    sample: tuple[tuple[float, float], ...] | None = None,
    **marks: Unpack[Marks],
) -> Primitive:
    """A row with one rule per argument, or one for all of them, of any number, `together`.

    The casts say that a lambda over (m, x, y) is a rule for its own arity.
    """
    call = r"\operatorname{{" + name.replace("_", r"\_") + r"}}\left({}\right)"
    return Primitive(
        name,
        (name, *names),
        None if together else len(partials),
        cast(Value, value),
        cast("tuple[Partial, ...] | AllPartials", together or partials),
        cast("tuple[Partial | None, ...] | AllPartials", written),
        domain,
        cast("Boundaries | None", boundaries),
        text or Writing(name + "({})"),
        latex if isinstance(latex, Writing) else Writing(latex or call),
        sample or ((-3.0, 3.0),) * (len(partials) or 2),
        **marks,
    )
