"""A long program's plain statements are read many at a time: what comes of it is what the parser makes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradx.errors import GradxError
from gradx.language.program import read_plainly as read
from gradx.language.reader import LONG

NAMES = ("a", "b", "t1", "t2", "t3", "t4", "u", "v", "x_1", "α", "J", "w1", "w[1]", "w₁", "e", "pi", "π", "sin", "log",
         "where", "g", "h", "beta", "sec", "erf", "dx")  # fmt: skip
NUMBERS = ("2", "0.5", ".5", "3.", "1e3", "2e-3", "1e400", "0", "2x", "1_000", "½")

OTHERS = ("-a", "a + b + t1", "(a + b)", "2*(a)", "a b", "a*\n", "(a\n+ b)", "max(a, b, u)", "3", "", "a = b", "-0.5",
          "a + ", "sin(a", "a)", "√a", "a²", "x # a note", "@", "g(a, b)")  # fmt: skip


def names() -> st.SearchStrategy[str]:
    return st.sampled_from(NAMES)


def operands() -> st.SearchStrategy[str]:
    return st.one_of(names(), names(), st.sampled_from(NUMBERS))


def bodies() -> st.SearchStrategy[str]:
    blank = st.sampled_from(("", " ", "  ", "\t"))
    symbol = st.sampled_from(("+", "-", "*", "/", "^", "%", "**", "//", "×", "==", ""))
    operation = st.builds("".join, st.tuples(operands(), blank, symbol, blank, operands()))
    function = st.sampled_from(("sin", "tanh", "max", "hypot", "relu", "log", "g", "where", "foo", "sec", "sin^2"))
    call = st.builds(lambda f, a, b: f"{f}({b}{a}{b})", function, operands(), blank)
    call_of_two = st.builds(lambda f, a, b, c: f"{f}({a},{c}{b})", function, operands(), operands(), blank)
    other = st.sampled_from(OTHERS)
    return st.one_of(operation, operation, operation, call, call_of_two, operands(), other)


def lines() -> st.SearchStrategy[str]:
    head = st.builds(lambda name, gap: f"{name}{gap}={gap}", names(), st.sampled_from(("", " ")))
    fresh = st.builds(lambda k: f"n{k} = ", st.integers(0, 30))
    statement = st.builds(lambda h, body: h + body, st.one_of(fresh, fresh, fresh, head), bodies())
    return st.one_of(
        statement, statement, statement, st.sampled_from(("", "  ", "g(z) = z^2", "h(z) = z*u", "a = 0.5", "# a note"))
    )


def joined(statements: Sequence[str], separators: Sequence[str], output: str) -> str:
    glued = [s + separators[k % len(separators)] for k, s in enumerate(statements)]
    return "".join(glued) + output


def everything(text: str, known: frozenset[str] = frozenset()) -> object:
    """All that comes of reading: the program, or the error."""
    try:
        program = read(text, known)
    except GradxError as error:
        problem = error.problem
        place = (problem.span.offset, problem.span.length) if problem.span else None
        translated = problem.hint is not None and problem.hint.startswith("write ")  # depends on the length
        return problem.kind, problem.message, None if translated else problem.hint, place
    graph = program.graph
    return graph, graph.named, graph.places.starts, graph.places.lengths, program.defaults, program.remarks


def long(text: str) -> str:
    """The same program, with a note behind it that makes it long."""
    return text + "  #" + "x" * LONG


@pytest.mark.slow
@settings(max_examples=3 * settings().max_examples)
@given(
    st.lists(lines(), max_size=40),
    st.lists(st.sampled_from(("\n", "; ", ";", " ;\n", "\r\n")), min_size=1, max_size=5),
    bodies(),
    st.sampled_from((frozenset[str](), frozenset({"e"}), frozenset({"a", "g"}))),
)
def test_it_does_not_matter_who_reads_a_statement(
    statements: list[str], separators: list[str], output: str, known: frozenset[str]
) -> None:
    text = joined(statements, separators, output)
    assert everything(long(text), known) == everything(text, known)


@pytest.mark.slow
@given(st.data())
def test_nor_where_lines_written_as_gradx_writes_them_are_broken(data: st.DataObject) -> None:
    lines = []
    for k in range(40):
        name = st.sampled_from(("a", "b", "2", "0.5", *(f"n{j}" for j in range(k))))
        symbol = data.draw(st.sampled_from(("+", "-", "*", "/", "^", "%", "sin(", "max(", "relu(")))
        operation = f"{symbol}{data.draw(name)})" if "(" in symbol else f"{data.draw(name)} {symbol} {data.draw(name)}"
        lines.append(f"n{k} = {operation}")
    text = "\n".join([*lines, "n39 + a"])
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text = (
            text[:at] + data.draw(st.sampled_from((*" ()=\n;+n2.eé", ""))) + text[at + data.draw(st.integers(0, 1)) :]
        )
    assert everything(long(text)) == everything(text)


def test_and_for_long_runs_of_plain_ones() -> None:
    plain = [f"n{k} = n{k - 1} * a" if k % 3 else f"n{k} = max(b, {k})" for k in range(1, 60)]
    for other in (
        "g(z) = z^2",
        "a = 0.5",
        "m = g(n7)",
        "n7 = b + 1",
        "q = (n3\n + a)",
        "q = a b",
        "b = 1",
        "q = q + 1",
        "g(z) = z*n20",
        "g(z) = z*n20\nm = g(a)",
        "q = 2 * 3",
        "q = 2.0 * 3",
        "q = sin(2)",
        "q = 2 * a\nr = 2.0 * b\ns = 02 * 2.",
        "q = new * newer\nr = newer * new",
        "q = new * 1e400",
        "q = n7 * n20\nr = n20 * n20",
        "n20 = new * newer\nnewer = a * b",
    ):
        for place in (0, 1, 30, 59):
            text = "\n".join([*plain[:place], other, *plain[place:], "n59 + a"])
            assert everything(long(text)) == everything(text), (other, place)


@pytest.mark.parametrize("line", ["t{k} = x{k} * x{j}", "t{k} = sin(x{k})", "t{k} = {k} * x{j}", "t{k} = x{k} ^ {j}.5"])
def test_nor_where_every_line_has_an_operand_that_is_new(line: str) -> None:
    text = "\n".join([*(line.format(k=k, j=k + 1) for k in range(200)), "t1 + t2"])
    assert everything(long(text)) == everything(text)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("t = b + ", 7),
        ("t = a + pi(", 10),
        ("a = b + b", 0),
        ("t = t + b", 0),
        ("t = 1e400 * b", 4),
        ("sin = b + b", 0),
    ],
)
def test_an_error_in_the_midst_of_plain_statements_has_its_place(statement: str, place: int) -> None:
    before = "".join(f"n{k} = a * b\n" for k in range(500))
    with pytest.raises(GradxError) as error:
        read(before + statement + "\nn1 + n2")
    assert error.value.problem.span is not None
    assert error.value.problem.span.offset == len(before) + place


def test_a_long_program_written_without_spaces_is_the_same_program() -> None:
    spaced = "\n".join(f"n{k} = n{k - 1} * a" if k % 3 else f"n{k} = sin(b)" for k in range(1, 9_000))
    names = "\nn8999 + n1"
    assert read(spaced.replace(" = ", "=").replace(" * ", "*") + names).graph == read(spaced + names).graph


@pytest.mark.parametrize(
    "line",
    [
        *("q = sin(n7 n8", "q = n7 + n8)", "q = sin n7)", "q =(n7 + n8", "q = sin(n7", "q = n7 +", "q = n7 + )"),
        "q = n7 * n8\nq = n8 * n9",
        *("g = n7 * n8", "c = n7 * n8", "n7 = n8 + n9", "q = q + n7", "sin = n7 + n8", "2q = n7 + n8", "q = 2 * 3"),
    ],
)
def test_a_line_of_nearly_five_words_is_left_to_the_parser(line: str) -> None:
    plain = [f"n{k} = n{k - 1} * a" if k % 3 else f"n{k} = sin(b)" for k in range(1, 60)]
    text = "\n".join(["g(z) = z^2", "c = 0.5", *plain, line, "m = n1 + n2", "m + n3"])
    assert everything(long(text)) == everything(text)
