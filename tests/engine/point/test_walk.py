"""The walk of the chain rule hands a 0 on, too: what stands behind a step that is flat there may jump or end."""

from __future__ import annotations

import pytest

from gradx.language.program import read
from gradx.point.exploration import explore

LONG = "; ".join(["a0 = t", *(f"a{k} = a{k - 1} + 0.01*cos(a{k - 1})" for k in range(1, 101))])
"""So long that all gradients are proved in one walk."""


@pytest.mark.parametrize(
    ("steps", "x", "status", "left", "right"),
    [
        ("f = floor(floor(x) + 0.5)", 2, "jump", "inf", "0"),
        ("f = floor(0.75*sign(x) + 0.5)", 0, "jump", "inf", "inf"),
        ("f = max(0.75*sign(x), 0.5)", 0, "jump", "0", "inf"),
        ("f = clip(2*ceil(x), 1, 5)", 0, "jump", "0", "inf"),
        ("f = floor(sqrt(x) + 0.5)", 0, "edge", None, "0"),
        ("f = ceil(asin(x))", 1, "edge", "0", None),
        ("f = floor(x)*floor(0.25)", 3, "agree", None, None),
    ],
)
def test_behind_a_flat_step_what_is_not_smooth_stays_so(
    steps: str, x: float, status: str, left: str | None, right: str | None
) -> None:
    exploration = explore(read(f"{LONG}; {steps}; J = a100 + f"), {"t": 0.3, "x": x})
    verdict = exploration["x"].verdict
    assert exploration["a7"].verdict.proof is not None
    assert exploration["a7"].verdict.proof.method == "chain"
    assert verdict.status == status
    sides = [None if side is None else float(side) for side in (verdict.left, verdict.right)]
    assert sides == [None if side is None else float(side) for side in (left, right)]
    assert exploration.proved is (status == "agree")
