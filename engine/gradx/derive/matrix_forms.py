"""The gradient of every bundle as formulas of the language, as text: `dW = dZ x^T`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gradx.derive.bundle_backprop import Formula, gradient_formulas
from gradx.derive.bundle_terms import text
from gradx.language.bundles.steps import ReadBundles

LONGEST = 400
"""A longer formula tells nobody anything."""


class Form(NamedTuple):
    """`target = formula`, or `target += formula` for all values of the indices (`adds`); `named` is the same in the
    program's own names."""

    target: str
    adds: bool
    formula: str
    named: str


def matrix_forms(bundles: ReadBundles, output: str) -> dict[str, tuple[Form, ...] | None]:
    """For each group its gradient as formulas, None where it has none that can be written."""
    full = _texts(gradient_formulas(bundles, output, named_alone=False))
    short = _texts(gradient_formulas(bundles, output, named_alone=True))
    found: dict[str, tuple[Form, ...] | None] = {}
    for group in bundles.groups:
        written, own = full.get(group.name), short.get(group.name)
        if group.name == output or not written or own is None:
            if not group.is_given and written:
                found[group.name] = tuple(Form(t, a, f, f) for t, a, f in written)
            else:
                found[group.name] = None
            continue
        same = len(own) == len(written) and all(a[:2] == b[:2] for a, b in zip(own, written, strict=True))
        pairs = zip(written, own if same else written, strict=True)
        found[group.name] = tuple(Form(t, adds, said, other[2]) for (t, adds, said), other in pairs)
    return found


def _texts(found: Mapping[str, Sequence[Formula] | None]) -> dict[str, list[tuple[str, bool, str]] | None]:
    """The formulas as they are written; none where one is too long."""
    texts = {
        name: None if formulas is None else [(one.target, one.adds, text(one.term)) for one in formulas]
        for name, formulas in found.items()
    }
    return {
        name: None if own is None or any(len(said) > LONGEST for _, _, said in own) else own
        for name, own in texts.items()
    }
