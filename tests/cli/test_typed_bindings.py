"""Names and values as they are typed beside a formula, and code with vectors: read, or asked about."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("J = ½(ŷ − y)²", ["ŷ=3", "y=1"], 2),
        ("J = ½(ŷ − y)²", ["yhat=3", "y=1"], 2),
        (r"\frac{1}{2}(\hat{y} - y)^2", [r"\hat{y}=3", "y=1"], 2),
        ("z^{[1]} = w^{[1]}x + b^{[1]}", ["w^{[1]}=0.5", "x=2", "b^{[1]}=-3"], -2),
        (r"\theta_0 + \theta_1 x", [r"\theta_0=1", r"\theta_1=2", "x=3"], 7),
        ("ｙ＝ｘ＾２＋１", ["ｘ＝２"], 5),
        ("w₁x₁ + b", ["w_1=2", "x_1=3", "b=1"], 7),
        ("x.pow(2).sum()", ["x=[1,2,3]"], 14),
        ("((x*w)**2).mean() + x.max()", ["x=[1,2,3]", "w=3"], 45),
        ("sum((w*x[i] + b - y[i])**2 for i in range(2))/2", ["x=[1,2]", "y=[2,3]", "w=1", "b=0.5"], 0.25),
        ("np.mean([(w*a - b)**2 for a, b in zip(x, y)])", ["x=[1,2]", "y=[2,5]", "w=2"], 0.5),
        ("sum([x**k for k in range(1, 4)])", ["x=2"], 14),
        ("math.sqrt(sum(v**2 for v in x))", ["x=[3,4]"], 5),
        ("x=np.array([1,2,3]); np.sum(x**2)", [], 14),
        ("x = torch.tensor([1., 2.], requires_grad=True)\ny = (x**2).sum()\ny.backward()\nprint(x.grad)", [], 5),
        ("tf.reduce_mean(tf.square(y - x))", ["x=[1,2]", "y=[2,4]"], 2.5),
        ("mean((y .- w .* x).^2)", ["x=[1,2]", "y=[2,4]", "w=1"], 2.5),
        ("f(x, y) = x^2 y^3; ∂f/∂y = ?", ["x=1", "y=2"], 8),
        ("Σᵢ wᵢ xᵢ", ["w=[1,2]", "x=[3,4]"], 11),
        ("Σ w_i x_i", ["w=[1,2]", "x=[3,4]"], 11),
        (r"\sum_i w_i x_i + b", ["w=[1,2]", "x=[3,4]", "b=1"], 12),
        (r"\sum w_{i} x_{i}", ["w=[1,2]", "x=[3,4]"], 11),
        ("½ Σᵢ (yᵢ − ŷᵢ)²", ["y=[1,2]", "ŷ=[3,5]"], 6.5),
        (r"\frac{1}{n}\sum_i (y_i - w x_i)^2", ["y=[1,2]", "x=[3,4]", "w=2", "n=2"], 30.5),
    ],
)
def test_what_has_one_meaning_is_read(gradx: Any, text: str, words: list[str], value: float) -> None:
    answer = gradx("eval", text, *words, "--json", "--no-symbolic")
    assert answer.code in (0, 1)
    assert json.loads(answer.out)["value"] == value


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["eval", "(w[1]*x[1])**2", "w=[1,5]", "x=[1,2]"], 'gradx eval "(w[2]*x[2])^2" "w=[1,5]" "x=[1,2]"'),
        (["eval", "x[0]**2 + 3*x[1]", "x=[1,2]"], 'gradx eval "x[1]^2 + 3*x[2]" "x=[1,2]"'),
        (["diff", "f(x) = x2 + 3x", "x=2"], 'gradx diff "f(x, x2) = x2 + 3 x" x=2 x2=1'),
    ],
)
def test_what_has_several_is_asked_with_whole_commands(gradx: Any, words: list[str], offered: str) -> None:
    answer = gradx(*words)
    assert answer.code == 2
    assert offered in answer.err


def test_what_is_offered_for_a_lost_power_runs(gradx: Any) -> None:
    assert gradx("diff", "f(x, x2) = x2 + 3 x", "x=2", "x2=1").code == 0
    assert "x=2 x2=1" in gradx("diff", "f(x, x2) = x2 + 3 x", "x=2").err
