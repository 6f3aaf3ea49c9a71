"""Every kind of text that is no program: its place, its words and what to write instead."""

from __future__ import annotations

import unicodedata

import pytest
from told import problem_of, problem_raised

from gradx.errors import GradxError, Problem
from gradx.language.program import read as read_as_typed
from gradx.language.program import read_plainly as read


def check(text: str, marked: str, offset: int, message: str, hint: str, problem: Problem | None = None) -> None:
    """The caret stands under `marked`, and message and hint hold these words."""
    problem = problem or problem_of(text)
    assert problem.span is not None
    assert problem.span.source.text == text
    assert (text[problem.span.offset :][: problem.span.length], problem.span.offset) == (marked, offset)
    assert message in problem.message
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message", "hint"),
    [
        ("", "", 0, "no expression", "x^2 + 1"),
        (" \n;;\n# nothing", " ", 0, "no expression", "x^2 + 1"),
        ("x+", "", 2, "missing after `+`", "a number, a name"),
        ("x + # more\n", " ", 3, "missing after `+`", "a number, a name"),
        ("x**", "", 3, "missing after `**`", "a number, a name"),
        ("3*(a+", "", 5, "missing after `+`", ""),
        ("where(x >=", "", 10, "missing after `>=`", ""),
        ("J =", "", 3, "missing after `=`", ""),
        ("(\n", "\n", 1, "missing after `(`", ""),
        ("100%", "", 4, "missing after `%`", "p/100"),
        ("*x", "*", 0, "cannot stand at the start", "a number, a name"),
        ("a + * b", "*", 4, "`*` cannot stand after `+`", ""),
        ("x***2", "*", 3, "`*` cannot stand after `**`", ""),
        ("x^^2", "^", 2, "`^` cannot stand after `^`", "one ^"),
        ("**2", "**", 0, "at the start", "a base"),
        ("//", "//", 0, "at the start", "floor(a/b)"),
        ("²", "²", 0, "at the start", "a base"),
        ("(²)", "²", 1, "after `(`", "a base"),
        ("√-x", "-", 1, "`-` cannot stand after `√`", "√(-x)"),
        ("√+x", "+", 1, "`+` cannot stand after `√`", "√(-x)"),
        ("(a,)", ",", 2, "a comma only separates", "0.5"),
        ("max(a,)", ")", 6, "`)` cannot stand after `,`", ""),
        ("()", ")", 1, "`)` cannot stand after `(`", ""),
        ("+)", ")", 1, "closes nothing", "("),
        ("a + b)", ")", 5, "closes nothing", "("),
        ("3*(a+b", "(", 2, "never closed", ")"),
        ("((x)", "(", 0, "never closed", ")"),
        ("sin(x; y", "(", 3, "never closed", ")"),
        ("max(a, (b", "(", 7, "never closed", ")"),
        ("x\n+1", "x", 0, "only the last statement", "parentheses"),
        ("(x + 1); 2", "(x + 1)", 0, "only the last statement", "name it"),
        ("x\\\n+1", "\\", 1, "`\\`", "parentheses"),
    ],
)
def test_structure(text: str, marked: str, offset: int, message: str, hint: str) -> None:
    check(text, marked, offset, message, hint)


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message", "hint"),
    [
        ("|x|", "|", 0, "`|`", "abs(x)"),
        ("x || 1", "||", 2, "`||`", "where(x < 0"),
        ("x && 1", "&&", 2, "`&&`", "where(x > 0"),
        ("x & 1", "&", 2, "`&`", "where"),
        ("5 + !", "!", 4, "`!`", "gamma(n + 1)"),
        ("x // 2", "//", 2, "`//`", "floor(a/b)"),
        ("x == 1", "==", 2, "`==`", "where"),
        ("x > 1", ">", 2, "`>`", "where"),
        ("x ≤ 1", "≤", 2, "`≤`", "where"),
        ("(x > 1)", ">", 3, "`>`", "where"),
        ("max(x > 1, 2)", ">", 6, "`>`", "where"),
        ("where(0 < x < 1, 2, 3)", "<", 12, "one comparison", "where(0 < x, where"),
        ("where((x > 0), 2, 3)", ">", 9, "first argument", "without parentheses"),
        ("where(x > 0, x > 1, 2)", ">", 15, "first argument", "where"),
        ("x = 1 = 2", "=", 6, "`=`", "separated by ;"),
        ("2 = x", "=", 2, "`=`", "equations are not solved"),
        ("u = 1; x + 1 = u", "=", 13, "`=`", "equations are not solved"),
        ("x -> 2", ">", 3, "cannot stand after `-`", "x=3"),
        ("x(1) = 2", "=", 5, "`=`", "u = b*c"),
        ("π = 3", "π", 0, "circle constant", "another name"),
        ("{x", "{", 0, "`{`", "( and )"),
        ("[x, 1]", "[", 0, "`[`", "w[1]"),
        ("w[i]", "[", 1, "`[`", "w[1]"),
        ("w[1][2]", "[", 4, "`[`", "w[1]"),
        ("x]", "]", 1, "`]`", "w[1]"),
        ("'x^2'", "'", 0, "single quote", "cmd"),
        ('"x^2"', '"', 0, "double quote", "cmd"),
        ("f'(x)", "'", 1, "derivative", "gradx eval"),
        ("`x", "`", 0, "backquote", "leave it out"),
        ("a@b", "@", 1, "`@`", "*"),
        ("~x", "~", 0, "`~`", "-"),
        ("\\frac{1", "\\frac", 0, "LaTeX", "a/b"),
        ("a: x", ":", 1, "`:`", ";"),
        ("x.y", ".", 1, "a point", "0.5"),
        ("x.5", ".", 1, "a point", "0.5"),
        ("...", ".", 0, "a point", "0.5"),
        ("x ? 1", "?", 2, "`?`", "where"),
        ("$x +", "$", 0, "`$`", "leave it out"),
        ("∛x", "∛", 0, "`∛`", "cbrt"),
        ("90°", "°", 2, "radians", "pi/180"),
        ("x–1", "–", 1, "minus", "-"),
        ("1⁄2", "⁄", 1, "division", "/"),
        ("a×·b", "·", 2, "cannot stand after", ""),
    ],
)
def test_signs(text: str, marked: str, offset: int, message: str, hint: str) -> None:
    check(text, marked, offset, message, hint)


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message", "hint"),
    [
        ("x ± 1", "±", 2, "two expressions", "each for itself"),
        ("∫x", "∫", 0, "integrals", "differentiated"),
        ("∇x", "∇", 0, "a derivative", "gradx eval"),
        ("x→2", "→", 1, "no expression", "x=3"),
        ("\\sum x", "\\sum", 0, "sums over an index", "x1 + x2"),
        ("\\int x dx", "\\int", 0, "integrals", "differentiated"),
        ("∞", "∞", 0, "infinity", "large"),
        ("∂x", "∂", 0, "derivative", "gradx eval"),
        ("∑x", "∑", 0, "sums over an index", "x1 + x2"),
        ("∏x", "∏", 0, "products over an index", "x1*x2"),
        ("d/dx", "d/dx", 0, "a derivative", "d/dx (x^2)"),
        ("lib.softplus(x)", "lib.softplus", 0, "not a function here", "write softplus("),
    ],
)
def test_what_is_of_another_field(text: str, marked: str, offset: int, message: str, hint: str) -> None:
    check(text, marked, offset, message, hint, problem_raised(lambda: read_as_typed(text)))


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message", "hint"),
    [
        ("0,5", ",", 1, "a comma", "use a point: 0.5"),
        ("0,125", ",", 1, "a comma", "use a point: 0.125"),
        ("1,000", ",", 1, "a comma", "1000 for thousands"),
        ("3*(1,25 + x)", ",", 4, "a comma", "1.25"),
        ("x, y", ",", 1, "a comma", ";"),
        ("1e", "1e", 0, "no digits", "1*e"),
        ("(2e)", "2e", 1, "no digits", "2*e"),
        ("x + 1E ; x", "1E", 4, "no digits", "1*E"),
        ("1e+", "1e+", 0, "no digits", "1e3"),
        ("2e-x", "2e-", 0, "no digits", "2e3"),
        ("1" * 30 + "e+", "1" * 30 + "e+", 0, "no digits", "2e3"),
        ("0x10", "0x", 0, "hexadecimal", "16"),
        ("0X", "0X", 0, "hexadecimal", "0*x"),
        ("1_000", "1_", 0, "`_`", "1000"),
        ("1.2.3", ".", 3, "one point", "1000"),
        ("2 3", "3", 2, "follows another number", "2*3"),
        ("x²3", "3", 2, "follows another number", "2*3"),
        ("√2 3", "3", 3, "follows another number", "2*3"),
        ("x²³ ²", "²", 4, "superscript", "(x²)³"),
        ("w₁2", "2", 2, "a digit follows", "w₁*2"),
        ("1e400", "1e400", 0, "too large", "1.8e308"),
        ("x" + "⁹" * 400, "⁹" * 400, 1, "too large", "1.8e308"),
        ("x + ١", "١", 4, "`١`", "write 1"),
        ("x + ⑤", "⑤", 4, "`⑤`", "write 5"),
        ("x + Ⅻ", "Ⅻ", 4, "is not a digit", "0 to 9"),
        ("x₁₂₃ ₄", "₄", 5, "a subscript", "w₁"),
        ("π₁", "₁", 1, "a subscript", "w₁"),
        ("xₙ", "ₙ", 1, "subscript is made of digits", "w_n"),
        ("xⁿ", "ⁿ", 1, "only digits can be raised", "write ^n for it"),
        ("x⁺²", "⁺", 1, "only digits can be raised", "x^2"),
        ("x⁻", "⁻", 1, "only digits can be raised", "x⁻²"),
        ("ａ + x", "ａ", 0, "`ａ`", "write a"),
        ("é + x", "é", 0, "cannot be part of a name", "a to z"),
        ("e\u0301 + x", "\u0301", 1, "U+0301 (combining acute accent)", "leave it out"),
        ("😀 + 1", "😀", 0, "`😀`", "leave it out"),
    ],
)
def test_numbers_and_letters(text: str, marked: str, offset: int, message: str, hint: str) -> None:
    check(text, marked, offset, message, hint)


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message", "hint"),
    [
        ("sin x", "sin", 0, "parentheses", "sin(x)"),
        ("2 sin 2x", "sin", 2, "parentheses", "sin(2x)"),
        ("sin^2 x", "sin", 0, "parentheses", "sin(x)^2"),
        ("sin^n(x)", "sin", 0, "needs an argument", "sin(x)^n"),
        ("sin * 2", "sin", 0, "needs an argument", "sin(x)"),
        ("x + log", "log", 4, "needs an argument", "log(x)"),
        ("where", "where", 0, "needs an argument", "where(x > 0, a, b)"),
        ("where²(x > 0, 1, 2)", "where", 0, "needs", "where(x > 0, a, b)"),
        ("sin^-1(x)", "sin^-1", 0, "a power or an inverse", "asin(x)"),
        ("sin⁻¹(x)", "sin⁻¹", 0, "a power or an inverse", "asin(x)"),
        ("tanh**-1(x)", "tanh**-1", 0, "a power or an inverse", "atanh(x)"),
        ("ln^-1(x)", "ln^-1", 0, "a power or an inverse", "exp(x)"),
        ("floor^-1(x)", "floor^-1", 0, "a power or an inverse", "1/floor(x)"),
        ("sin^-2(x)", "sin^-2", 0, "a power or an inverse", "sin(x)^-2"),
        ("sin⁻²(x)", "sin⁻²", 0, "a power or an inverse", "sin(x)^-2"),
        ("sin²x", "sin", 0, "parentheses", "sin(x)²"),
        ("sin⁻¹x", "sin⁻¹", 0, "a power or an inverse", "asin(x)"),
        ("sin^-1 x", "sin^-1", 0, "a power or an inverse", "asin(x)"),
        ("min x, 2", "min", 0, "parentheses", "min(a, b)"),
        ("f(a, b) = a*b; f x", "f", 15, "parentheses", "f(a, b)"),
        ("f(a, b) = a*b; f", "f", 15, "needs an argument", "f(a, b)"),
        ("f(a, b) = a*b; f()", "f()", 15, "needs an argument", "f(a, b)"),
        ("sin()", "sin()", 0, "needs an argument", "sin(x)"),
        ("max( )", "max( )", 0, "needs an argument", "max(a, b)"),
        ("hypot()", "hypot()", 0, "needs an argument", "hypot(a, b)"),
        ("where()", "where()", 0, "needs an argument", "where(x > 0, a, b)"),
        ("1 + sin(x, y)", "sin(x, y)", 4, "takes 1 argument, and 2 are given", "sin(x)"),
        ("atan2(x)", "atan2(x)", 0, "takes 2 arguments, and 1 is given", "atan2(y, x)"),
        ("where(x, 1, 2)", "where(x", 0, "is a comparison", "where(x > 0, a, b)"),
        ("where(x)", "where(x)", 0, "is a comparison", "where(x > 0, a, b)"),
        ("where(x > 0)", "where(x > 0)", 0, "no value is given", "where(x > 0, a, b)"),
        ("where(x > 0, 1)", "where(x > 0, 1)", 0, "1 is given", "where(x > 0, a, b)"),
        ("where(x > 0, 1, 2, 3)", "where(x > 0, 1, 2, 3)", 0, "3 are given", "where(x > 0, a, b)"),
        ("zz(x, 2)", "zz", 0, "not a function", "define it first: zz(x) = …"),
        ("x(1, 2)", "x", 0, "not a function", "define it first"),
        ("(x)(1, 2)", ",", 5, "a comma", ""),
        ("k" * 50 + "(1, 2)", "k" * 50, 0, "k" * 18 + "…" + "k" * 18, "f(x) = …"),
    ],
)
def test_functions(text: str, marked: str, offset: int, message: str, hint: str) -> None:
    check(text, marked, offset, message, hint)


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message", "hint"),
    [
        ("sin = 3; x", "sin", 0, "name of a function", "another name"),
        ("sigmoid(z) = z; sigmoid(x)", "sigmoid", 0, "name of a function", "built in"),
        ("gamma(z) = z; x", "gamma", 0, "name of a function", "built in"),
        ("where = 3; x", "where", 0, "a word of the language", "another name"),
        ("pi = 3; x", "pi", 0, "circle constant", "another name"),
        ("f(sin) = 1; x", "sin", 2, "name of a function", "another name"),
        ("f(a, pi) = 1; x", "pi", 5, "circle constant", "another name"),
        ("f(a, # one\n a) = 1; x", "a", 12, "a parameter twice", "its own name"),
        ("f() = 3; x", "f", 0, "no parameters", "g(z) = …"),
        ("u = x; u = 2x; u", "u", 7, "assigned twice", "of its own"),
        ("u = 1; u = 2; u", "u", 7, "assigned twice", "of its own"),
        ("f(z) = z; f = 2; f", "f", 10, "assigned twice", "of its own"),
        ("u = u + 1; u", "u", 0, "in its own definition", "of its own"),
        ("w = 2u; u = x; w", "u", 8, "before it is assigned", "first"),
        ("f(z) = z*u; u = x; f(2)", "u", 12, "before it is assigned", "first"),
        ("f(z) = g(z); g(z) = z; f(x)", "g", 7, "not a function", "before this statement"),
        ("w = e*x; e = 3; w", "e", 9, "before it is assigned", "first"),
        ("f(z) = f(z - 1); f(x)", "f", 7, "calls itself", "cannot call"),
        ("f(z) = f*z; f(x)", "f", 0, "in its own definition", "cannot call itself"),
        ("f(z) = z; f x", "f", 10, "parentheses", "f(x)"),
        ("f(z, y) = z; f(x)", "f(x)", 13, "takes 2 arguments, and 1 is given", "f(z, y)"),
        ("u = e*x; J(e) = u*e", "e", 11, "Euler's number above", "of its own"),
        ("w = 2x; J(w) = w^2", "w", 10, "so it cannot be an input of `J`", "of its own"),
    ],
)
def test_names(text: str, marked: str, offset: int, message: str, hint: str) -> None:
    check(text, marked, offset, message, hint)


@pytest.mark.parametrize(
    ("text", "marked", "offset", "message"),
    [
        ("a = log(1 - 2); a*x", "log(1 - 2)", 4, "log needs an argument above 0, and it is -1"),
        ("a = 1 + 1/0; a*x", "1/0", 8, "division by zero: the divisor is 0"),
        ("a = 2 - 9^9^9; a*x", "2 - 9^9^9", 4, "too large"),
        ("a = where(1 > 0, log(-1), 2); a*x", "log(-1)", 17, "log needs"),
        ("a = sqrt(log(-1)); a*x", "log(-1)", 9, "log needs"),
    ],
)
def test_defaults_need_a_value(text: str, marked: str, offset: int, message: str) -> None:
    check(text, marked, offset, message, "change these numbers" if "large" not in message else "1.8e308")


def test_a_default_drops_the_branch_that_is_not_taken() -> None:
    assert read("a = where(1 < 0, log(-1), 2); a*x").defaults == {"a": 2}


UNSEEN = [c for c in map(chr, (*range(0x20), *range(0x7F, 0xA0))) if c not in "\t\n"] + list(
    "\u00ad\u061c\u180e\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\udc80\udcff\U000e0041"
)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("character", UNSEEN, ids=[f"U+{ord(c):04X}" for c in UNSEEN])
@pytest.mark.parametrize("text", ["x{}+1", "x # {} .\n+1", "f({}a) = 1"])
def test_what_cannot_be_seen_is_refused_by_name(text: str, character: str) -> None:
    whole = text.format(character)
    problem = problem_of(whole)
    assert problem.span is not None
    assert problem.span.offset == whole.index(character)
    assert "byte that is not UTF-8" in problem.message or f"U+{ord(character):04X}" in problem.message
    assert (problem.message + (problem.hint or "")).isprintable()


def test_a_control_character_has_a_name_that_a_reader_knows() -> None:
    assert "U+001B (escape)" in problem_of("x\x1b[31m").message
    assert "U+000D (carriage return)" in problem_of("x\rok").message
    assert "U+202E (right-to-left override)" in problem_of("x\u202e").message


def test_no_message_shows_what_cannot_be_printed() -> None:
    for code in (*range(0x300), *range(0x2000, 0x2300), 0x3000, 0xFFFD, 0xFFFF, 0x10FFFF, 0xE000):
        character = chr(code)
        try:
            read(f"x {character} y", frozenset("xy"))
        except GradxError as error:
            problem = error.problem
            shown = problem.message + (problem.hint or "")
            assert shown.isprintable(), hex(code)
            assert not any(unicodedata.combining(c) for c in shown), hex(code)


def test_a_place_is_counted_in_characters_of_what_was_typed() -> None:
    problem = problem_of("\ufeffu = 𝑥\r\n")
    assert problem.span is not None
    assert (problem.span.offset, problem.span.line, problem.span.column) == (5, 1, 6)
    problem = problem_of("u = 2;\r\nw = 3)")
    assert problem.span is not None
    assert (problem.span.offset, problem.span.line, problem.span.column) == (13, 2, 6)
