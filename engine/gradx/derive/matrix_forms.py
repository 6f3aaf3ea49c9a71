"""The gradient of every bundle as formulas of the language, as text: `dW = dZ x^T`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gradx.bundle import Boxes
from gradx.derive.bundle_backprop import gradient_formulas
from gradx.derive.bundle_indices import NO_LOOPS, Formula
from gradx.derive.bundle_terms import text
from gradx.language.bundles.steps import ReadBundles

LONGEST = 600
"""A longer formula tells nobody anything."""


class Form(NamedTuple):
    """`target = formula`, or `target += formula` for all values of the indices (`adds`); `named` is the same in the
    program's own names. The target is the gradient's `part` for all values of the indices `loops`."""

    target: str
    adds: bool
    formula: str
    named: str
    part: tuple[str, ...] = ()
    loops: Boxes = NO_LOOPS

    @property
    def sign(self) -> str:
        return "+=" if self.adds else "="


def matrix_forms(bundles: ReadBundles, output: str) -> dict[str, tuple[Form, ...] | None]:
    """For each group its gradient as formulas, None where it has none that can be written."""
    full = gradient_formulas(bundles, output, named_alone=False)
    short = gradient_formulas(bundles, output, named_alone=True)
    primed = "T" in bundles.by_name or "T" in bundles.sizes
    found: dict[str, tuple[Form, ...] | None] = {}
    for group in bundles.groups:
        written, own = (_texts(every.get(group.name), primed=primed) for every in (full, short))
        if group.name == output or not written or (own is None and group.is_given):
            found[group.name] = None
            continue
        same = own is not None and [form[:2] for form in own] == [form[:2] for form in written]
        pairs = zip(written, own if same and own else written, strict=True)
        found[group.name] = tuple(form._replace(named=other.formula) for form, other in pairs)
    return found


def _texts(formulas: Sequence[Formula] | None, *, primed: bool) -> list[Form] | None:
    """The formulas as they are written; none where one is too long."""
    if formulas is None:
        return None
    found = []
    for one in formulas:
        said = text(one.term, primed=primed)
        if len(said) > LONGEST:
            return None
        found.append(Form(one.target, one.adds, said, said, tuple(map(text, one.part)), one.loops))
    return found
