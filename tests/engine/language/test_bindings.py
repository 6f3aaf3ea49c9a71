"""`name=value` arguments, and what is missing, double or not used."""

from __future__ import annotations

import math

import pytest
from told import problem_raised

from gradx.errors import GradxError, Problem
from gradx.language.bindings import Point, bind, read_binding
from gradx.language.program import read


def bound(text: str, *bindings: str, command: str = "gradx eval") -> Point:
    """As the command does it."""
    given = [read_binding(b) for b in bindings]
    return bind(read(text, frozenset(b.name for b in given)), given, command)


def problem_of(text: str, *bindings: str) -> Problem:
    problem = problem_raised(lambda: bound(text, *bindings))
    assert problem.kind == "binding"
    return problem


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("x=-2", "x", -2),
        ("x=+1", "x", 1),
        ("x=1/3", "x", 1 / 3),
        ("x=pi/4", "x", math.pi / 4),
        ("x=π", "x", math.pi),
        ("x=e", "x", math.e),
        ("x=sin(1)", "x", math.sin(1)),
        ("x=½", "x", 0.5),
        ("x=−2", "x", -2),
        ("x = 2^3 # eight", "x", 8),
        ("x=1e-400", "x", 0),
        ("w[1]=3", "w1", 3),
        ("w₁=3", "w1", 3),
        ("µ=3", "μ", 3),
        ("lambda=3", "lambda", 3),
        ("gamma=3", "gamma", 3),
        ("x＝3", "x", 3),
        ("x=where(1 > 2, log(-1), 5)", "x", 5),
    ],
)
def test_a_binding(text: str, name: str, value: float) -> None:
    binding = read_binding(text)
    assert (binding.name, binding.value, binding.source.text) == (name, value, text)
    assert binding.source.name == f"binding {name}"


@pytest.mark.parametrize(
    ("text", "source", "marked", "offset", "message", "hint"),
    [
        ("x", "binding", "x", 0, "a name, =, and a value", "x=3"),
        ("", "binding", "", 0, "a name, =, and a value", "x=3"),
        ("=1", "binding", "=", 0, "a name is missing", "x=3"),
        ("π=1", "binding", "π", 0, "circle constant", "another name"),
        ("1=2", "binding", "1", 0, "not a name", "a letter first"),
        ("x y=2", "binding", "x y", 0, "not a name", "a letter first"),
        ("'x=1'", "binding", "'x", 0, "not a name", "double quotes"),
        ("😀=1", "binding", "😀", 0, "not a name", "`😀` cannot be part of a name"),
        ("w₁2=1", "binding", "w₁2", 0, "not a name", "a letter first"),
        ("[red]x=1", "binding", "[red]x", 0, "not a name", "a letter first"),
        ("\x1b[31mx=1", "binding", "\x1b", 0, "U+001B (escape)", "take it out"),
        ("sin=3", "binding sin", "sin", 0, "name of a function", "another name"),
        ("where=3", "binding where", "where", 0, "name of a function", "another name"),
        ("pi=3", "binding pi", "pi", 0, "circle constant", "another name"),
        ("x=", "binding x", "", 2, "missing", "x=2"),
        ("x=nan", "binding x", "nan", 2, "not a finite number", "finite"),
        ("x=-inf", "binding x", "inf", 3, "not a finite number", "finite"),
        ("x=1e400", "binding x", "1e400", 2, "too large", "1.8e308"),
        ("x=9^9^9", "binding x", "9^9^9", 2, "too large", "1.8e308"),
        ("x=1/0", "binding x", "1/0", 2, "division by zero", "change these numbers"),
        ("x=0,5", "binding x", ",", 3, "a comma", "use a point: 0.5"),
        ("x==1", "binding x", "=", 2, "one `=`", "write x=1"),
        ("x=1,y=2", "binding x", ",y=", 3, "one expression", "x=1 y=2"),
        ("x=1; y = 2", "binding x", "; y =", 3, "one expression", "x=1 y = 2"),
        ("x=1 y=2", "binding x", " y=", 3, "one expression", "x=1 y=2"),
        ("x=1,", "binding x", ",", 3, "does not end", "x=1"),
        ("x=1,000", "binding x", ",", 3, "a comma", "1000 for thousands"),
        ("x=|-3|", "binding x", "|", 2, "`|`", "write abs(-3)"),
        (r"x=\frac{1}{2}", "binding x", r"\frac", 2, "LaTeX", "write 1/2"),
        ("x=math.pi/2", "binding x", "math", 2, "a name", "write pi/2"),
        ("x=|y|", "binding x", "|", 2, "`|`", "abs(x) for |x|"),
        ("-x=3", "binding", "-x", 0, "not a name", "no dash before it: x=3"),
        ("x=1=2", "binding x", "=", 3, "`=`", ""),
        ("x=1_000", "binding x", "1_", 2, "`_`", "1000"),
        ("x=0x10", "binding x", "0x", 2, "hexadecimal", "16"),
        ("x=1j", "binding x", "j", 3, "`j` is a name", "1/3"),
        ("x=True", "binding x", "True", 2, "`True` is a name", "1/3"),
        ("x=y", "binding x", "y", 2, "`y` is a name", "1/3"),
        ("x=sine(1)", "binding x", "sine", 2, "`sine` is not a function", "sin(1)"),
        ("x=gamma", "binding x", "gamma", 2, "`gamma` is a name", "1/3"),
        ("x=[1]", "binding x", "[", 2, "`[`", ""),
        ("x=１", "binding x", "１", 2, "`１`", "write 1"),
        ("x=1;import os", "binding x", ";", 3, "one expression", "a=5 b=3"),
        ("x=1\n2", "binding x", "\n", 3, "one expression", "a=5 b=3"),
        ("x=\x1b[31m1", "binding", "\x1b", 2, "U+001B (escape)", "take it out"),
    ],
)
def test_no_binding(text: str, source: str, marked: str, offset: int, message: str, hint: str) -> None:
    with pytest.raises(GradxError) as caught:
        read_binding(text)
    problem = caught.value.problem
    assert problem.kind == "binding"
    assert message in problem.message
    assert hint in (problem.hint or "")
    assert problem.span is not None
    assert problem.span.source.text == text
    assert problem.span.source.name == source
    assert (text[problem.span.offset :][: problem.span.length], problem.span.offset) == (marked, offset)


def test_a_point_is_in_the_order_of_the_graph() -> None:
    point = bound("b*a + c", "a=1", "c=3", "b=2")
    assert list(point.values.items()) == [("b", 2), ("a", 1), ("c", 3)]
    assert point.warnings == ()


def test_a_binding_overrides_a_default() -> None:
    assert bound("a = 5; b = 3; a*b", "a=7").values == {"a": 7, "b": 3}


def test_a_binding_that_nothing_uses_is_a_warning() -> None:
    point = bound("x^2", "x=1", "y=2", "J=3")
    assert point.warnings == (
        "y is not used: the program has no such input",
        "J is not used: the program has no such input",
    )


@pytest.mark.parametrize(
    ("text", "bindings", "marked", "message", "hint"),
    [
        ("3*(a+b*c)", ("a=5", "b=3"), "c", "c has no value", 'gradx eval "3*(a+b*c)" a=5 b=3 c=1'),
        ("a+b+c", ("b=1/3", "y=2"), "a", "a and c have no value", 'gradx eval "a+b+c" b=1/3 a=1 c=1'),
        ("x+y", ("x=2 + 1",), "y", "y has no value", 'gradx eval "x+y" "x=2 + 1" y=1'),
        ("w₁x", ("x=1",), "w₁", "w1 has no value", 'gradx eval "w₁x" x=1 w1=1'),
        ("x^2 # $5", (), "x", "x has no value", "give every input a value: x=1"),
        ("x\n", (), "x", "x has no value", "give every input a value: x=1"),
        ("+".join("abcdefghijk"), ("a=1",), "b", "b, c, d, f", "b=1 c=1"),
        ("x2 + 1", ("x=3",), "x2", "`x2` is not", 'gradx eval "x^2 + 1" x=3? Windows\' cmd swallows a ^'),
        ("x₂ + 1", ("x=3",), "x₂", "x2 has no value", "gradx eval"),
        ("gamma*x", ("x=3",), "gamma", "`gamma` is not", "gamma(x)"),
        ("weight*2", ("wieght=3",), "weight", "`weight` is not", "did you mean wieght?"),
        ("x", ("X=3",), "x", "`x` is not", "did you mean X?"),
        ("x" * 60, ("x=3",), "x" * 60, "x" * 18 + "…" + "x" * 18 + " has no value", "gradx eval"),
    ],
)
def test_missing(text: str, bindings: tuple[str, ...], marked: str, message: str, hint: str) -> None:
    problem = problem_of(text, *bindings)
    assert message in problem.message
    assert hint in (problem.hint or "")
    assert problem.span is not None
    assert problem.span.source.name == "program"
    assert text[problem.span.offset :][: problem.span.length] == marked


def test_many_missing_inputs_are_counted() -> None:
    problem = problem_of("+".join(f"a{k}" for k in range(100)))
    assert problem.message == "a0, a1, a2, a3, a4, a5, a6 and 93 more have no value"
    assert len(problem.hint or "") < 100


def test_the_command_that_works_does() -> None:
    problem = problem_of("a*b + w[1]", "a=1/3", "unused=2")
    assert problem.hint is not None
    _, text, given = problem.hint.split('"')
    assert bound(text, *given.split()).warnings == ()


def test_the_hint_names_the_command_that_was_asked() -> None:
    with pytest.raises(GradxError) as caught:
        bound("x", command="gradx nudge")
    assert caught.value.problem.hint == 'gradx nudge "x" x=1'


def test_a_name_bound_twice() -> None:
    problem = problem_of("w1", "w1=1", "w₁=2")
    assert problem.message == "`w1` has two values"
    assert problem.span is not None
    assert problem.span.source.text == "w₁=2"


def test_known_names_may_be_spelled_as_they_were_typed() -> None:
    assert read("w1(1 + x)", frozenset({"w[1]", "not a name"})).reading == "J = w1*(1 + x)"
