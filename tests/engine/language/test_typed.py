"""What is typed and pasted: read as it is meant, asked where it has several meanings, refused where it has none."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradx.errors import GradxError, Note, UnclearError
from gradx.language.bindings import bind, read_binding
from gradx.language.latex import GREEK_WORDS
from gradx.language.program import LONGEST_TYPED, Program, read, read_plainly
from gradx.language.typed import around, reading
from gradx.language.typed.mapped import AskedError, Rewritten
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward

CASES = Path(__file__).parents[2] / "cases"
ROWS: list[dict[str, Any]] = [
    row
    for file in ("typed.jsonl", "typed_more.jsonl")
    for line in (CASES / file).read_text("utf-8").splitlines()
    if (row := json.loads(line))["kind"] not in ("claims", "commands")
]
ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde"}


def plain_name(name: str) -> str:
    """One spelling of a name: ŷ and y_hat, w_1 and w1, lambda and λ."""
    plain = "".join(ACCENTS.get(c, c) for c in unicodedata.normalize("NFD", name)).replace("_", "")
    word = plain.rstrip("0123456789")
    return GREEK_WORDS.get(word, "λ" if word == "lam" else word) + plain[len(word) :]


def value_at(program: Program, point: dict[str, float]) -> float:
    """The value of a program whose names may be spelled otherwise than the point's."""
    values = {plain_name(name): value for name, value in point.items()}
    graph = program.graph
    run = forward(graph, FLOAT64, {i: values[plain_name(graph.names[i])] for i in graph.inputs})
    return run.values[graph.output]


def names(program: Program) -> list[str]:
    """The inputs' names."""
    return [program.graph.names[i] for i in program.graph.inputs]


def rows(policy: str) -> list[Any]:
    return [pytest.param(row, id=row["id"]) for row in ROWS if row["policy"] == policy]


LETTERS = "x y 2 3x sinx sin xy e ln 1/2 x2 t d D( lim b) e^2x log pi .5 3. f(x) sqrt ( ) ^ ^2 / * - + a expf( dL/dw"
PIECES = [*LETTERS.split(), " "]


SUMS = ("la151", "la152")
"""Sums over an index, which are refused as yet."""


@pytest.mark.parametrize("row", [row for row in rows("read") if row.id not in SUMS])
def test_what_has_one_meaning_is_read(row: dict[str, Any]) -> None:
    program = read(row["text"])
    assert value_at(program, row["point"]) == pytest.approx(row["value"], rel=1e-9)
    assert read(program.reading).graph == program.graph


@pytest.mark.parametrize("row", rows("ask"))
def test_what_has_several_is_asked(row: dict[str, Any]) -> None:
    if row["unique"]:
        with suppress(GradxError):
            assert value_at(read(row["text"]), row["point"]) == pytest.approx(row["offer_values"][0], rel=1e-9)
            return
    with pytest.raises(UnclearError) as caught:
        read(row["text"])
    point = row["point"]
    programs = [read(meaning) for meaning in caught.value.meanings]
    found = [value_at(p, point) for p in programs if set(map(plain_name, names(p))) <= set(map(plain_name, point))]
    wanted = [any(value == pytest.approx(offer, rel=1e-9) for value in found) for offer in row["offer_values"]]
    assert any(wanted) if row["offers_any"] else all(wanted)


@pytest.mark.parametrize("row", rows("refuse"))
def test_what_is_not_of_the_language_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(GradxError):
        read(row["text"])


@pytest.mark.parametrize("row", [row for row in rows("ask") if row.values[0].get("bound_meaning")])
def test_bindings_answer_a_question(row: dict[str, Any]) -> None:
    program = read(row["text"], frozenset(row["bound_point"]))
    bindings = [read_binding(f"{name}={value!r}") for name, value in row["bound_point"].items()]
    assert value_at(program, bind(program, bindings).values) == pytest.approx(row["bound_value"], rel=1e-9)


@pytest.mark.parametrize(
    "text", ["3*(a + b*c)", "z = w*x + b; a = tanh(z)", "sin^2(x)", "x^2y", "2e^x", "rate*(1 - rate)"]
)
def test_plain_language_has_no_note(text: str) -> None:
    assert not any(isinstance(remark, Note) for remark in read(text).remarks)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("x^2 sinx", "read as x^2*sin(x)"),
        ("1/2x", "read as 1/2*x, not 1/(2*x)"),
        ("exp(-x²/2σ²)", "read as exp(-x^2/2*σ^2), not exp(-x^2/(2*σ^2))"),
        ("d/dx (x^2 y)", "read as x^2*y, differentiated by x"),
        (r"\frac{x}{y}", "read as x/y"),
    ],
)
def test_what_was_added_is_said(text: str, note: str) -> None:
    assert [remark for remark in read(text).remarks if isinstance(remark, Note)] == [note]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        (r"\frac{1}{x} + \foo{x}", "`\\foo` is not known here", r"\foo"),
        ("2 + 3x2", "`x2` may be a name", "x2"),
        ("1 + f(x)", "`f` is not a function", "f"),
        ("x + sin^-1 x", "inverse function or a power", "sin^-1"),
        ("“3 + abc”", "one name or a product", "abc"),
        ("1/2√", "`√` needs what stands under the root", "√"),
    ],
)
def test_a_caret_stands_under_what_was_typed(text: str, message: str, marked: str) -> None:
    with pytest.raises(GradxError) as caught:
        read(text)
    problem = caught.value.problem
    assert message in problem.message
    assert problem.span is not None
    assert problem.span.source.text == text
    assert text[problem.span.offset :][: problem.span.length] == marked


@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=6).map("".join))
def test_a_formula_alone_is_read_as_with_all_that_words_may_add(text: str) -> None:
    """By the short way for letters, numbers and functions, and by the way for any text."""

    def said(read: Callable[[str, frozenset[str], int], Rewritten], pick: int) -> object:
        try:
            found = read(text, frozenset(), pick)
        except (AskedError, GradxError) as error:
            return repr(error)
        return "".join(found.text.text.split()), found.wrt, found.asked, found.whole, found.leant

    for pick in (0, 1):
        assert said(reading.rewritten, pick) == said(around.rewritten, pick)


@pytest.mark.parametrize("known", ["σ", "sigma"])
def test_a_sigma_that_has_a_value_is_no_function(known: str) -> None:
    assert read(r"\sigma (x+1)", frozenset((known,))).reading == "J = σ*(x + 1)"
    assert read(r"\sigma (x+1)").reading == "J = sigmoid(x + 1)"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("integrate(x^2, x)", "integrals"),
        ("Integrate[x^2, x]", "integrals"),
        (r"\int x^2 dx", "integrals"),
        ("limit(sin(x)/x, x, 0)", "limits"),
        ("Limit[Sin[x]/x, x -> 0]", "limits"),
        ("solve(x^2 - 1, x)", "equations"),
        ("Solve[x^2 == 1, x]", "equations"),
        ("cmath.exp(1j*x)", "complex numbers"),
    ],
)
def test_another_field_is_refused_by_its_name(text: str, field: str) -> None:
    with pytest.raises(GradxError) as caught:
        read(text)
    assert caught.value.problem.message.startswith(field)


def test_a_node_has_its_place_in_what_was_typed() -> None:
    text = r"\sin(x) + \frac{x}{3}"
    graph = read(text).graph
    span = graph.span(graph.index["x"])
    assert text[span.offset :][: span.length] == "x"


def test_a_long_text_is_read_plainly_and_says_so() -> None:
    text = " + ".join(["xy"] * LONGEST_TYPED)
    program = read(text)
    assert program.graph == read_plainly(text).graph
    assert any("one name" in remark for remark in program.remarks)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"\frac{x}{2}!", None),
        (r"w_{1}x_{1}+b_{12}", "w_1*x_1 + b_12"),
        (r"W^{[1]}x", "W1*x"),
        (r"\sigma z", "σ*z"),
        (r"\max\{0, z\}", "max(0, z)"),
        (r"\lfloor x \rfloor", "floor(x)"),
        (r"\operatorname{rate} x", "rate*x"),
        (r"\Gamma\varphi\alpha", "Γ*φ*α"),
        (r"u = b c; J = \frac{1}{2}u", "u = b*c; J = 1/2*u"),
        ("g(z) = |z|; g(x)", "abs(x)"),
        ("=x^2", "x^2"),
        ("y := x^2", "y = x^2"),
        ("{x + 1}*2", "(x + 1)*2"),
        ("x – y", "x - y"),
        (r"(\hat{y}_i - y_i)^2", "(y_hat_i - y_i)^2"),
        (r"\hat y_1^2 + \bar{x}_{2}", "y_hat_1^2 + x_bar_2"),
        (r"\vec{x}_1 y + \boldsymbol{\theta}_1", "x_1*y + θ_1"),
        (r"\theta _1 x^{2}_{1}", "θ_1*x_1^2"),
        (r"\sigma^2_1 a^{[1]}_2", "σ_1^2*a1_2"),
        (r"x^{n+1}_{i} + \frac{1}{2}", "x_i^(n + 1) + 1/2"),
        (r"\operatorname{log}_2 x", "log2(x)"),
        ("=MOD(A1,3)", "A1 % 3"),
        ("=MOD(-A1,3)+10%", "-A1 % 3 + 10/100"),
        ("Piecewise[{{x^2, x > 0}, {-x, x < -1}}, 5]", "where(x > 0, x^2, where(x < -1, -x, 5))"),
        ("Piecewise[{{x^2, x > 0}}]", "where(x > 0, x^2, 0)"),
        ("Piecewise[{{x^2, x > 0}, {-x, True}}]", "where(x > 0, x^2, -x)"),
        ("Mod[x, 3] + Erf[x]", "x % 3 + erf(x)"),
        ("torch.nn.functional.relu(x)", "relu(x)"),
        ("np.fmod(x, 3)", "fmod(x, 3)"),
        ("np.mod(x, 3)", "x % 3"),
        ("np.exp(yb) + w", "J(yb, w) = exp(yb) + w"),
        ("sine(x)", "sin(x)"),
        ("sine x", "sin(x)"),
        ("cosec x", "csc(x)"),
        ("log₃ x", "log(x)/log(3)"),
        ("3 width + 2 height", "3*width + 2*height"),
        ("2 sigma + 3 pi", "2*sigma + 3*pi"),
        ("3 meters + meters^2", "3*meters + meters^2"),
        ("cuberoot(x)", "cbrt(x)"),
        ("eˣ", "e^x"),
        ("let y = x^2", "y = x^2"),
        ("y = x if x > 0 else -x", "y = where(x > 0, x, -x)"),
        ("where(x > 0, |x|, x)", "where(x > 0, abs(x), x)"),
        ("x2^2 if x2 > 0 else 1 if x2 > -1 else 0", "where(x2 > 0, x2^2, where(x2 > -1, 1, 0))"),
    ],
)
def test_what_is_pasted_is_read(text: str, reading: str | None) -> None:
    if reading is None:
        with pytest.raises(UnclearError):
            read(text)
    else:
        program = read(text)
        assert program.reading.removeprefix("J = ") == reading
        assert (read(program.reading).graph, read(program.reading).reading) == (program.graph, program.reading)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x and y", "where(x > 0"),
        ("inf x", "finite"),
        ("3+4i", '"3 + 4*i"'),
        ("3 m/s", '"3*m/s"'),
        ("Si(x)", "the sine integral is not known"),
        ("foobar(x)", "define it first"),
        ("factorial(x)", "gamma(n + 1)"),
        ("a(b + c)", '"a*(b + c)"'),
        ("rate(1 + x)", "written with *"),
        ("hello world", "a*b"),
        ("5 kg", "leave them out"),
        ("F.cross_entropy(z, y)", "logsumexp(z) - dot(y, z)"),
        ("F.binary_cross_entropy_with_logits(z, y)", '"softplus(z) - y*z"'),
        ("F.mse_loss(y, t)", '"(y - t)^2"'),
        ("UnitStep[x]", "where(x >= 0, 1, 0)"),
    ],
)
def test_what_is_none_of_it_gets_a_hint_of_its_own(text: str, hint: str) -> None:
    with pytest.raises(GradxError) as caught:
        read(text)
    assert hint in (caught.value.problem.hint or "")
