"""Length and nesting cost what they weigh: linear time, no recursion, short of memory no limit."""

from __future__ import annotations

import gc

import pytest

from gradx.errors import GradxError
from gradx.language.program import read

N = 100_000


def programs(n: int) -> dict[str, str]:
    """Long programs of every shape, with about n operations, parentheses or names."""
    return {
        "terms": "x" + " + x*2" * (n // 2),
        "parentheses": "(" * n + "x" + ")" * n,
        "products of parentheses": "(x)" * n,
        "unary minuses": "-" * n + "x",
        "roots": "√" * n + "x",
        "powers": "x^" * n + "x",
        "calls": "sin(" * n + "x" + ")" * n,
        "arguments": "max(" + "x, " * n + "x)",
        "branches": "where(x > 0, 1, " * n + "x" + ")" * n,
        "side by side": "x " * n,
        "statements": "u0 = a*b\n" + "\n".join(f"u{k} = u{k - 1}*a + b" for k in range(1, n // 2)),
        "defaults": "".join(f"a{k} = {k}\n" for k in range(n // 4)) + "a1 + a2",
        "calls of a function": "f(z) = z\n" + "f(" * n + "x" + ")" * n,
        "functions": "f0(z) = z + 1\n" + "".join(f"f{k}(z) = f{k - 1}(z)\n" for k in range(1, n // 8)) + "J = x",
        "empty lines": "\n;" * n + "x",
        "comments": "# no\n" * n + "x",
        "blanks": "x" + " " * n + "+1",
        "one long name": "x" * n,
        "one long number": "0." + "3" * n + "x",
    }


LONG = programs(N)


@pytest.mark.sampled(24)
@pytest.mark.parametrize("what", LONG)
def test_a_long_program_is_read_and_printed(what: str) -> None:
    program = read(LONG[what])
    assert len(program.reading) >= len(program.graph.operations)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "text", ["(" * N, "x" * N + "(", "-" * N, "f(" * N + "x", "1" * N, "max(" + "x," * N, "sin" * N + "(", "u = " * N]
)
def test_a_long_text_that_is_no_program_is_refused_as_fast(text: str) -> None:
    with pytest.raises(GradxError) as caught:
        read(text)
    assert len(caught.value.problem.message) < 200
    assert len(caught.value.problem.hint or "") < 200


@pytest.mark.sampled(4)
@pytest.mark.parametrize("what", ["terms", "branches", "statements", "roots"])
def test_a_long_reading_reads_back(what: str) -> None:
    program = read(programs(20_000)[what])
    assert read(program.reading).graph == program.graph


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "text",
    [
        "w₁ = 2; sin(w₁*x)^2 + where(x > 0, x, -x)",
        "f(z) = z^2; g(z, y) = f(z) + y; g(x, 2)",
        "\n".join(f"u{k} = u{k - 1} * x" for k in range(1, 1_000)),
        "\n".join(f"u{k} = u{k - 1}*x + 1" for k in range(1, 1_000)),
    ],
)
def test_what_was_needed_to_read_a_program_goes_with_the_reading(text: str) -> None:
    read(text)
    gc.collect()
    gc.disable()
    try:
        program = read(text)
        assert gc.collect() == 0, "a cycle: it stays until Python looks for cycles, which it may never do"
    finally:
        gc.enable()
    assert program.graph.operations
