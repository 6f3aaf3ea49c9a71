"""What other languages and books write otherwise: read as they mean it, asked, or refused with what is true."""

from __future__ import annotations

import pytest

from gradx.errors import GradxError, UnclearError
from gradx.language.bindings import read_range
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import read_value
from gradx.language.program import read


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("x*x*x/6.0f", "x*x*x/6"),
        ("1.0f/(1.0f+exp(-x))", "1/(1 + exp(-x))"),
        ("2.0F*x", "2*x"),
        ("expf(1e-3f*x)", "exp(0.001*x)"),
        ("pow(x, 2)*3UL", "x^2*3"),
        ("auto y = 3u * x;", "3*x"),
        ("y <- 2L*x", "2*x"),
        ("3.0_f32 * x.powi(2)", "3*x^2"),
        ("2.0f64*x", "2*x"),
        ("1_f32*x", "1*x"),
        ("1.0d0*x", "1*x"),
        ("2.5D-1*x**2 + 1.0d0", "0.25*x^2 + 1"),
        ("0.5_dp*x", "0.5*x"),
        # No C: there the letter is a factor.
        ("3u + 2L", "3*u + 2*L"),
        ("0.5f + f*x", "0.5*f + f*x"),
        ("2L**2", "2*L^2"),
        ("Sin[2L]", "sin(2*L)"),
        ("2.5fx", "2.5*f*x"),
        ("0.5 f x", "0.5*f*x"),
        ("2.5m", "2.5*m"),
        # A name that stands alone is one behind a number too.
        ("f = 2*y; 3.0f*x", "2*y; J = 3*f*x"),
        ("F = 2; 3.0F*x", "2; J = 3*F*x"),
        ("d0 = 2*y; 3.0d0*x", "2*y; J = 3*d0*x"),
        ("1.0f + f*x", "1*f + f*x"),
        ("f(x)=x^2; 6.0f(x)", "6*x^2"),
        ("powf(x, 2.0f)*2u + u", "x^2*2*u + u"),
    ],
)
def test_a_number_keeps_what_its_language_writes_behind_it(text: str, reading: str) -> None:
    assert read(text).reading.partition(" = ")[2] == reading


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("0.5f*x", ("0.5*x", "0.5*f*x")),
        ("1e-3f*x", ("0.001*x", "0.001*f*x")),
        ("2.5d-3*x", ("0.0025*x", "2.5*d - 3*x")),
        ("2.0D+3*x", ("2000*x", "2*D + 3*x")),
        ("1d0*x", ("1*x", "1*d0*x")),
    ],
)
def test_a_letter_behind_a_number_may_be_a_factor(text: str, meanings: tuple[str, ...]) -> None:
    with pytest.raises(UnclearError) as caught:
        read(text)
    assert caught.value.meanings == meanings


def test_a_letter_with_a_value_is_a_factor_in_code_too() -> None:
    assert read("6.0f*x", frozenset(("f", "x"))).reading == "J = 6*f*x"
    assert read("powf(x, 2.0f)*2u", frozenset(("u", "x"))).reading == "J = x^2*2*u"


def test_a_letter_with_a_value_is_a_factor() -> None:
    assert read("0.5f*x", frozenset("f")).reading == "J = 0.5*f*x"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("=MOD(A1,3)", "A1 % 3"),
        ("=MOD(A1;3)", "A1 % 3"),
        ("=A1*MOD(B1,2)+10%", "A1*(B1 % 2) + 10/100"),
        ("=A1^MOD(B1,2)", "A1^(B1 % 2)"),
        ("=MOD(A1+B1,C1)*20%", "(A1 + B1) % C1*(20/100)"),
        ("Piecewise[{{x^2, x > 0}}, 0]", "where(x > 0, x^2, 0)"),
        ("Piecewise[{{x^2, x > 0}}]", "where(x > 0, x^2, 0)"),
        ("Piecewise[{{x^2, x > 0}, {x, x < -1}}, 1]", "where(x > 0, x^2, where(x < -1, x, 1))"),
        ("Piecewise[{{x^2, x > 0}, {-x, True}}]", "where(x > 0, x^2, -x)"),
        ("Piecewise((x**2, x > 0), (0, True))", "where(x > 0, x^2, 0)"),
        ("Piecewise(((x+1)*(x+2), (x > 0)), (0, True))", "where(x > 0, (x + 1)*(x + 2), 0)"),
        ("(x > 0) ? x : 0", "where(x > 0, x, 0)"),
    ],
)
def test_sheets_and_cases_are_read_as_they_are_meant(text: str, reading: str) -> None:
    assert read(text).reading == f"J = {reading}"


@pytest.mark.parametrize("text", [r"A \ b", r"A\b", r"A\(b + 1)", r"2\x", r"y = A \ b; y^2"])
def test_a_left_division_is_no_product(text: str) -> None:
    with pytest.raises(GradxError, match="divides from the left"):
        read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"J = sum(A \ b)", ["A=[1 2;3 4]", "b=[1 2]"]),
        (r"J = sum(A\b)", ["A=[1 2;3 4]", "b=[1 2]"]),
        (r"J = sum(A\(b + b))", ["A=[1 2;3 4]", "b=[1 2]"]),
        (r"u = A\rhs; J = norm(u)", ["A=[1 2;3 4]", "rhs=[1 2]"]),
        (r"J = sum((A'*A) \ (A'*b))", ["A=[1 2;3 4]", "b=[1 2]"]),
    ],
)
def test_a_left_division_of_matrices_is_refused(text: str, words: list[str]) -> None:
    with pytest.raises(GradxError, match="divides from the left"):
        read_bundles(text, [read_value(word) for word in words])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"J = w^\top \ x", ["w=[1 2]", "x=[3 4]"]),
        (r"J = \mathbf{w} \cdot \mathbf{x}", ["w=[1 2]", "x=[3 4]"]),
        (r"J = sum(\alpha \beta)", ["α=[1 2]", "β=3"]),
        (r"J = sum(sin.(x) .+ x.^2)", ["x=[1 2]"]),
    ],
)
def test_what_is_laid_out_in_latex_or_has_julias_dots_is_read(text: str, words: list[str]) -> None:
    assert read_bundles(text, [read_value(word) for word in words]).program.bundles is not None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("J = Total[x^2]", "write sum(x^2)"),
        ("J = Total[Sin[x]]", "write sum(sin(x))"),
        ("J = Tr[Transpose[A].A]", "write trace(transpose(A) A)"),
        ("J = Norm[x]", "write norm(x)"),
    ],
)
def test_brackets_around_a_vector_call_nothing(text: str, hint: str) -> None:
    with pytest.raises(GradxError, match="is no entry") as caught:
        read_bundles(text, [read_value("x=[1 2]"), read_value("A=[1 2;3 4]")])
    assert caught.value.problem.hint == hint


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("f(x, y) = x y; f_x", "x"),
        ("f(x, y) = x*y; f_y", "y"),
        ("f(x,y) = x^2*y, f_{x}", "x"),
        ("f(x,y) = x^2*y\nf_x", "x"),
        ("z = x^2*y; z_x", "x"),
        ("u(x, t) = sin(x - t); find u_t", "t"),
        (r"\frac{d}{d\theta} \theta^2", "θ"),
        (r"\frac{\partial}{\partial \theta_{1}} (\theta_1 x)", "θ_1"),
        (r"\frac{\partial}{\partial \hat{y}_i} (\hat{y}_i - y_i)^2", "y_hat_i"),
        (r"\frac{d}{d\mathbf{w}} \mathbf{w}^2", "w"),
        ("d/dtheta (theta^2)", "theta"),
        ("J = theta^2; dJ/dtheta", "theta"),
    ],
)
def test_a_derivative_is_asked_for_by_its_letter(text: str, by: str) -> None:
    program = read(text)
    assert program.wrt == (by,)
    assert by in program.graph.index


@pytest.mark.parametrize("text", ["y = w*x + b; L = (y - y_t)^2", "f(x) = x^2; f_t", "y = w*x; y_t", "f(x) = x*f_0"])
def test_a_letter_below_a_name_is_a_name(text: str) -> None:
    assert read(text).wrt == ()


def test_a_letter_below_a_name_that_has_a_value_is_a_part_of_it() -> None:
    assert read("f(x) = x^2; f_x", frozenset(["f_x"])).reading == "J = f_x"


@pytest.mark.parametrize("text", ["f(x,y) = x*y; f_x + f_y", r"\frac{d\hat{y}}{dx}", r"1 + \frac{d}{dx} x^2"])
def test_a_derivative_is_no_part_of_an_expression(text: str) -> None:
    with pytest.raises(GradxError, match="a derivative is not part of an expression"):
        read(text)


@pytest.mark.parametrize(
    ("text", "meaning", "rest"),
    [
        (r"\frac{d^2}{dx^2} x^3", "x^3", "--order 2"),
        (r"\frac{d^{2}}{dx^{2}} (x^3)", "x^3", "--order 2"),
        (r"\frac{\mathrm{d}^3}{\mathrm{d}x^3} x^5", "x^5", "--order 3"),
        (r"\frac{d^2}{d\theta^2} \theta^3", "θ^3", "--order 2"),
        (r"\frac{\partial^2}{\partial x \partial y} (x^2 y)", "x^2*y", "--by x,y"),
        ("∂²/∂x² (x^2 y)", "x^2*y", "--wrt x --order 2"),
        ("d^3/dx^3 x^5", "x^5", "--order 3"),
        ("d2/dx2 x^3", "x^3", "--order 2"),
        (r"y = x^3; \frac{d^2 y}{dx^2}", "y = x^3", "--wrt x --order 2"),
        ("f(x,y) = x^2 y; f_{xy}", "f = x^2*y", "--by x,y"),
        ("u(x, t) = sin(x - t); u_tt", "u = sin(x - t)", "--by t,t"),
    ],
)
def test_the_order_of_a_derivative_stands_beside_the_function(text: str, meaning: str, rest: str) -> None:
    with pytest.raises(UnclearError) as caught:
        read(text)
    assert (caught.value.meanings, caught.value.command, caught.value.rest.strip()) == ((meaning,), "gradx diff", rest)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("x * (x > 0)", ("x*where(x > 0, 1, 0)",)),
        ("(x > 0) * x", ("where(x > 0, 1, 0)*x",)),
        ("I(x > 0)", ("where(x > 0, 1, 0)",)),
        ("x*(x>=0) + 0.1*x*(x<0)", ("x*where(x >= 0, 1, 0) + 0.1*x*where(x < 0, 1, 0)",)),
        ("F.mse_loss(w*x, t)", ("(w*x - t)^2",)),
        ("F.l1_loss(y, t)", ("abs(y - t)",)),
        ("F.binary_cross_entropy(p, y)", ("-(y*log(p) + (1 - y)*log(1 - p))",)),
        ("F.binary_cross_entropy_with_logits(z, y)", ("softplus(z) - y*z",)),
        ("cross_entropy(p, y)", ("-(y*log(p) + (1 - y)*log(1 - p))", "-(p*log(y) + (1 - p)*log(1 - y))")),
        ("‖W‖_F^2", ("abs(W)^2",)),
    ],
)
def test_what_is_no_function_here_is_offered_as_a_formula(text: str, meanings: tuple[str, ...]) -> None:
    with pytest.raises(UnclearError) as caught:
        read(text)
    assert caught.value.meanings == meanings


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("F.cross_entropy(z, y)", "taken of vectors", "logsumexp(z) - dot(y, z)"),
        ("nn.CrossEntropyLoss()(z, y)", "taken of vectors", "logsumexp(z) - dot(y, z)"),
        (r"\sum_{i=1}^n x_i^2", "need their values", "x=[1 2 3]"),
        ("∏ xᵢ", "need their values", "x=[1 2 3]"),
        ("Π_i x_i", "need their values", "x=[1 2 3]"),
        ("1_000*x", "no `_` in it", "write 1000"),
        ("2_x", "directly behind a name", "x_1"),
    ],
)
def test_a_refusal_says_what_is_true(text: str, said: str, hint: str) -> None:
    with pytest.raises(GradxError, match=said) as caught:
        read(text)
    assert hint in (caught.value.problem.hint or "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x=1..0:-0.5", "x=0..1:0.5"),
        ("x=3..1:-1/2", "x=1..3:1/2"),
        ("x=2..1:0.5", "x=1..2:0.5"),
        ("x=3..1:0", "x=1..3"),
    ],
)
def test_a_range_that_is_hinted_at_is_read(text: str, hint: str) -> None:
    with pytest.raises(GradxError) as caught:
        read_range(text)
    assert caught.value.problem.hint == f"write {hint}"
    assert len(read_range(hint)) > 1


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"\left\{\begin{array}{ll} x^2 & x<0 \\ x & x\geq 0 \end{array}\right.", "where(x < 0, x^2, x)"),
        (r"\begin{cases} x\sin(1/x), & x\neq 0\\ 0, & x=0\end{cases}", "where(x != 0, x*sin(1/x), 0)"),
        (r"\begin{dcases} 0 & x=0\\ \max(x,1), & x\ne0\end{dcases}", "where(x == 0, 0, max(x, 1))"),
        ("𝟙[x>0]·x", "where(x > 0, 1, 0)*x"),
        ("1[x > 0] x^2", "where(x > 0, 1, 0)*x^2"),
        ("ℓ = (ŷ − y)²", "(y_hat - y)^2"),
        ("3⨯x", "3*x"),
        ("(double)1/x", "1/x"),
        ("y = (float) a/b", "a/b"),
        ("DSQRT(x)*DEXP(-x)", "sqrt(x)*exp(-x)"),
        ("the product of x^2 and sin(x)", "x^2*sin(x)"),
        ("the product of x and y", "x*y"),
        ("difference between a and b", "a - b"),
        (r"\alpha w_jxyz", "α*w_j*x*y*z"),
        (r"\alpha y_pred", "α*y_pred"),
        ("max(0,5;x)", "max(0.5, x)"),
        ("x&sup2; &minus; 3&middot;x&#178;", "x^2 - 3*x^2"),
        ("x↑2", "x^2"),
        ("x**2 if x else 0", "where(x != 0, x^2, 0)"),
        ("minus x", "-x"),
        ("sine of x^2", "sin(x^2)"),
        ("absolute value of x^3", "abs(x^3)"),
        ("sine of cos(x)", "sin(cos(x))"),
        ("sine of 0.5x", "sin(0.5*x)"),
        ("log base 2 of 1.5", "log2(1.5)"),
        ("(x as f64).sin()", "sin(x)"),
        ("x mod 2π", "x % (2*pi)"),
        ("x mod 2 pi", "x % (2*pi)"),
        ("x mod sqrt(2)", "x % sqrt(2)"),
        ("x mod 1e-1", "x % 0.1"),
        ("x mod 3 mod 2", "x % 3 % 2"),
        ("the product of x and 2.5", "x*2.5"),
        ("&frac12;x", "0.5*x"),
        ("√[3](x + 1)", "root(x + 1, 3)"),
        ("µx", "μ*x"),
        ("f(x_) := x^2", "x^2"),
        ("y = mx + c; m=2", "2; y = m*x + c"),
        ("where(x>0;1;2)", "where(x > 0, 1, 2)"),
        ("import math\ny = math.sin(x)\nprint(y)", "sin(x)"),
        ("a = x**2; b = a + 1; print(a)", "x^2; b = a + 1; J = a"),
    ],
)
def test_it_is_read_as_it_is_meant(text: str, reading: str) -> None:
    assert read(text).reading.partition(" = ")[2] == reading


@pytest.mark.parametrize(
    ("text", "reading", "wrt"),
    [
        ("syms x y; f = x^2*y; diff(f, y)", "x^2*y", ("y",)),
        ("∂z/∂x, z = x^2y", "x^2*y", ("x",)),
        ("∂f/∂y of x^2 y^3", "x^2*y^3", ("y",)),
        ("if y = 3x^2 what is dy/dx", "3*x^2", ("x",)),
        ("how do I differentiate x^2 ln x", "x^2*ln(x)", ()),
        ("can you find the derivative of x^2*y with respect to y please?", "x^2*y", ("y",)),
        ("pls help derivative of sin(x^2)", "sin(x^2)", ()),
    ],
)
def test_a_derivative_is_asked_for(text: str, reading: str, wrt: tuple[str, ...]) -> None:
    program = read(text)
    assert (program.reading.partition(" = ")[2], program.wrt) == (reading, wrt)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("Math.exp(2.0d-3*x)", ("exp(0.002*x)", "exp(2 - 3*x)")),
        ("f'(x) ≈ 2*x", ("2*x",)),
        (r"f'(x) \approx 2x", ("2*x",)),
        ("(x^2)'", ("x^2",)),
        ("(sin x)'", ("sin(x)",)),
        ("square root of x^2 + 1", ("sqrt(x^2) + 1", "sqrt(x^2 + 1)")),
        ("sine of x squared", ("sin(x^2)",)),
        ("2Acos(x)", ("2*acos(x)", "2*A*cos(x)")),
        ("𝟙(x > 0)·x", ("where(x > 0, 1, 0)*x",)),
        ("the sum of x and y squared", ("(x + y)^2", "x + y^2")),
        ("(x + 1) cubed plus 1", ("(x + 1)^3 + 1",)),
    ],
)
def test_what_may_be_meant_is_offered(text: str, meanings: tuple[str, ...]) -> None:
    with pytest.raises(UnclearError) as caught:
        read(text)
    assert caught.value.meanings == meanings


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("inv(x)", "write 1/x"),
        ("Total[x^2]", "write x1 + x2 + x3"),
        ("x**2 + 2j", "what is to be differentiated"),
        ("2i.^2", "what is to be differentiated"),
        ("0x1F", "write 31"),
        ("x*2 if x", "where"),
        ("$x^2$ and $y$", "where"),
        ("f(x)=x^2, g(x)=x^3", "define it first"),
        ("x'", "gradx eval shows it"),
        ("tangent of x^2 at 3", "--taylor 1 x=3"),
        ("find the equation of the tangent line to x^2 at x = 3", "--taylor 1 x=3"),
        ("the sum of x and y/2", "every product with *"),
    ],
)
def test_a_refusal_says_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(GradxError) as caught:
        read(text)
    assert hint in (caught.value.problem.hint or "")


@pytest.mark.parametrize("name", ["x_ijkl", "x_ctrl", "x_ij"])
def test_a_name_that_has_a_value_stands_in_latex_without_braces(name: str) -> None:
    assert read(rf"\alpha {name}", frozenset((name,))).reading == f"J = α*{name}"
