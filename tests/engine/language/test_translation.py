"""What people paste from LaTeX, Python, a spreadsheet or a book: the hint is the same formula as gradx reads it."""

from __future__ import annotations

import pytest
from gradx.language.translation import LONGEST, translated
from told import problem_of

from gradx.language.program import read

LATEX = [
    (r"\frac{1}{2}x", "1/2*x"),
    (r"\frac12 (a-y)^2", "1/2*(a - y)^2"),
    (r"\dfrac{\frac{x}{2}}{3}", "x/2/3"),
    (r"1/\frac{x}{y}", "1/(x/y)"),
    (r"\frac{x}{2}!", "gamma(x/2 + 1)"),
    (r"\frac{1}{1+e^{-z}}", "1/(1 + e^-z)"),
    (r"x^{2}y", "x^2*y"),
    (r"2^{n+1}", "2^(n + 1)"),
    (r"w_{1}x_{1}+b_{12}", "w1*x1 + b12"),
    (r"w_{i} x", "w_i*x"),
    (r"W^{[1]}x", "W1*x"),
    (r"\sqrt{x^2+y^2}", "sqrt(x^2 + y^2)"),
    (r"\sqrt[3]{x}", "cbrt(x)"),
    (r"\sigma(z)", "sigmoid(z)"),
    (r"\sigma\left(w x+b\right)", "sigmoid(w*x + b)"),
    (r"\sigma z", "σ*z"),
    (r"\ln\left(x\right)", "log(x)"),
    (r"\log_2 x + \log_{10}(x)", "log2(x) + log10(x)"),
    (r"\sin^2 x", "sin(x)^2"),
    (r"\sin^{2}(x)", "sin(x)^2"),
    (r"\sin x \cos\theta", "sin(x)*cos(θ)"),
    (r"\cos{x}", "cos(x)"),
    (r"\exp\left(-\frac{x^2}{2}\right)", "exp(-(x^2/2))"),
    (r"\max\{0, z\}", "max(0, z)"),
    (r"\left|x\right| + \lvert y \rvert", "abs(x) + abs(y)"),
    (r"\ln|x|", "log(abs(x))"),
    (r"\lfloor x \rfloor", "floor(x)"),
    (r"a \cdot b \times c \div d", "a*b*c/d"),
    (r"\mathrm{ReLU}(x)", "relu(x)"),
    (r"\operatorname{rate} x", "rate*x"),
    (r"\hat{y} - y", "y_hat - y"),
    (r"2\pi\lambda", "2*pi*λ"),
    (r"\Gamma\varphi\alpha", "Γ*φ*α"),
    (r"$x^2$", "x^2"),
    (r"\(x\,y\)", "x*y"),
    (r"J(w) = w^{2}", "J(w) = w^2"),
    (r"u = b c; J = \frac{1}{2}u", "u = b*c; J = 1/2*u"),
]

OTHERS = [
    ("𝑥² + 𝒚", "x^2 + y"),
    ("𝐽(𝑤) = 𝑤²", "J(w) = w²"),
    ("ｘ＋ｙ", "x + y"),
    ("ℯ^x", "e^x"),
    ("|x| + 2|y|", "abs(x) + 2*abs(y)"),
    ("|x - |y||", "abs(x - abs(y))"),
    ("g(z) = |z|; g(x)", "g(z) = abs(z); g(x)"),
    ("5!", "gamma(5 + 1)"),
    ("(x+1)! + sin(x)!", "gamma(x + 1 + 1) + gamma(sin(x) + 1)"),
    ("=x^2", "x^2"),
    ("y = x^2 =", "y = x^2"),
    ("y := x^2", "y = x^2"),
    ("f(x) := x^2", "f(x) = x^2"),
    ("{x + 1}*2", "(x + 1)*2"),
    ("[x + 1]*2", "(x + 1)*2"),
    ("w [1]", "w1"),
    ("“x^2”", "x^2"),
    ("x – y", "x - y"),
    ("x•y", "x*y"),
    ("x⁄y", "x/y"),
    ("∛x + ∛(y)", "cbrt(x) + cbrt(y)"),
    ("1½x", "(1 + 0.5)*x"),
    ("math.sin(x)", "sin(x)"),
    ("np.maximum(0, x)", "max(0, x)"),
    ("torch.nn.functional.relu(x)", "relu(x)"),
    ("Math.pow(x, 2)*3", "x^2*3"),
    ("fmod(x, 3)", "x % 3"),
    ("log(x, 2)", "log(x)/log(2)"),
    ("Exp[-x^2]", "exp(-x^2)"),
    ("exp^x", "e^x"),
    ("lambda x, y: x*y", "J(x, y) = x*y"),
    ("def f(x): return x**2", "f(x) = x**2"),
    ("let y = x^2", "y = x^2"),
    ("y = x if x > 0 else -x", "y = where(x > 0, x, -x)"),
    ("if x > 0 then x else 0", "where(x > 0, x, 0)"),
    ("y = x > 0 ? x : 0; y", "y = where(x > 0, x, 0); J = y"),
    ("where(x = 0, 1, x)", "where(x == 0, 1, x)"),
    ("where(x => 0, 1, x)", "where(x >= 0, 1, x)"),
    ("where(x <> 0, |x|, x)", "where(x != 0, abs(x), x)"),
]


@pytest.mark.parametrize(("text", "meant"), LATEX + OTHERS)
def test_the_hint_is_the_formula_and_can_be_read(text: str, meant: str) -> None:
    problem = problem_of(text)
    assert problem.hint == f"write {meant}"
    assert problem.span is not None
    assert read(meant).graph.nodes


@pytest.mark.parametrize("text", [text for text, _ in LATEX if "\\" in text])
def test_a_word_of_latex_is_marked_whole(text: str) -> None:
    problem = problem_of(text)
    assert problem.span is not None
    marked = text[problem.span.offset :][: problem.span.length]
    assert marked[0] in "\\{$"
    assert len(marked) == 1 or marked[1:].isalpha()


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{\partial J}{\partial w}", r"\sum_i x_i", r"\begin{align}x\end{align}", r"\frac{x}", r"\frac{x}{",
        r"\frac x y", r"\unknown{x}", r"x\\", "x{2}", "f{x}", "x[i]", "[1, 2]", "|x", "x|", "x & y", "x && y", "y =",
        "f(x) =", "'x^2'", '"x^2"', "10%", "x -> 2", "0,5", "x == 1", "x^^2", "x +", "\\" * 300, "|" * 299, "({[" * 99,
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_translated(text: str) -> None:
    problem = problem_of(text)
    assert problem.hint
    assert problem.hint.removeprefix("write ") not in (text, translated(text))


def test_only_what_can_become_a_hint_is_looked_at() -> None:
    assert translated("|x|" + " " * LONGEST) is None
    assert translated("|x|" + " " * (LONGEST - 3)) is not None
    assert problem_of("|x| + " + " + ".join(f"x{k}" for k in range(50))).hint == "write abs(x) for |x|"
