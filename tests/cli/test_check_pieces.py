"""How the claims and bindings of a line of homework are told apart."""

from __future__ import annotations

import pytest

from gradx_cli.batch import pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dx = 2*x", ["dx = 2*x"]),
        ("dx = 2*x dy = 3", ["dx = 2*x", "dy = 3"]),
        ("dx=2*x, dy=3; dz=4", ["dx=2*x", "dy=3", "dz=4"]),
        ("du/db = c  dJ / dc = b", ["du/db = c", "dJ / dc = b"]),
        ("∂J/∂w₁ = x ∂J/∂b = 1", ["∂J/∂w₁ = x", "∂J/∂b = 1"]),
        ("dx = where(x == 1, 2, 3) dy = 1", ["dx = where(x == 1, 2, 3)", "dy = 1"]),
        ("dx = max(x, y), dy = 1", ["dx = max(x, y)", "dy = 1"]),
        ("x=1 y = 1 / 3, z=-2", ["x=1", "y = 1 / 3", "z=-2"]),
        ("x=0,5", ["x=0,5"]),
        ("2*x dx = 3", ["2*x", "dx = 3"]),
        ("2*x", ["2*x"]),
        ("d^2J/dx^2 = 6*x^2 y''=x ∂²J/∂x∂y=1", ["d^2J/dx^2 = 6*x^2", "y''=x", "∂²J/∂x∂y=1"]),
        ("  ", []),
        ("w[1]=2 w^[2]=3", ["w[1]=2", "w^[2]=3"]),
    ],
)
def test_pieces(text: str, found: list[str]) -> None:
    assert pieces(text) == found
