"""A tape as source text holds registers, digits, signs and functions, and does what the tape does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile.tape_words import FUNCTIONS, strange_words

from gradx.errors import GradxError
from gradx.export.compiled import NAMES, PART, SHORT, compiled
from gradx.export.tape_code import SIGNS, WIDEST_CHARACTERS, Line, Names, Spelling, TapeCode, tape_code
from gradx.language.program import read
from gradx.numbers import Arithmetic, Relation
from gradx.primitive import LOOSE, SUM, Writing
from gradx.sweeps.prepared import guard, record
from gradx.sweeps.recording import Quantity, Recorder, Tape

CASES = Path(__file__).parents[2] / "cases"


def tape_of(text: str) -> Tape:
    """What a descent of a program runs but for its last line: value, gradient and guard."""
    graph = read(text).graph
    recording = record(graph, graph.inputs, {})
    outputs = [recording.value, *recording.gradient]
    return recording.recorder.tape([*outputs, guard(recording.recorder, outputs)])


def source(code: TapeCode) -> str:
    return "\n".join((*code.inputs, *code.assignments, *code.outputs))


def recorded(make: Callable[[Arithmetic[Quantity], Quantity, Quantity], Quantity]) -> Tape:
    recorder = Recorder()
    return recorder.tape([make(recorder.arithmetic, recorder.input(), recorder.input())])


HOSTILE = [
    "exec = eval*2; __import__ = exec + os; J = __import__*globals",
    "r0 = r1*2; r = r0 + nan0*inf1; J = r*def_ + import_",
    "lambda_ = sin(print); J = max(lambda_, open, __builtins__, __class__)*2",
    "β₁ = ½(a−Δ)²; J = softplus(β₁) + where(a > 1, exp(a), 0.5)",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("register", ["r{}", "r[{}]"])
def test_nothing_of_a_program_is_in_its_text(text: str, register: str) -> None:
    tape = tape_of(text)
    assert len(tape.instructions) > 3
    assert strange_words(source(tape_code(tape, Spelling(register=register)))) == []


def test_nothing_of_any_hostile_program_that_can_be_read_is_in_its_text() -> None:
    rows = [json.loads(line) for line in (CASES / "hostile.jsonl").read_text("utf-8").splitlines()]
    seen = 0
    for word in {word for row in rows for word in row["argv"] if isinstance(word, str)}:
        try:
            tape = tape_of(word)
        except GradxError:
            continue
        seen += 1
        assert strange_words(source(tape_code(tape, Spelling()))) == [], word[:100]
    assert seen > 100


@pytest.mark.parametrize(
    "text", ["os.system", "__import__('os')", "'r1'", "r1; import os", "r1 # r2", "0x1f", "é", "f'{r1}'", "1j"]
)
def test_what_is_not_of_a_tape_is_found(text: str) -> None:
    assert strange_words(text) != []


def test_every_function_of_the_arithmetic_has_a_name_and_no_other_thing_has() -> None:
    asked = {name for name in vars(Arithmetic) if not name.startswith("_")}
    assert asked - {"number", "pi", "where", "divide", "modulo"} == FUNCTIONS - {"inf", "nan"}
    assert set(NAMES) == asked | {"inf", "nan"}


@pytest.mark.parametrize(
    "x", [0.1, -0.5, 5e-324, 1.7976931348623157e308, 1e22, 2.0**-1074 * 3, -0.0, math.inf, -math.inf]
)
def test_a_literal_is_the_same_number_to_the_last_bit(x: float) -> None:
    by_product = compiled(recorded(lambda m, a, b: a * m.number(x)))
    by_difference = compiled(recorded(lambda m, a, b: m.number(x) - a))
    assert [*by_product(2.0, 1.0), *by_difference(3.0, 1.0)] == [x * 2.0, x - 3.0]
    assert math.copysign(1.0, by_product(2.0, 1.0)[0]) == math.copysign(1.0, x)


def test_what_is_not_a_number_is_a_literal_too() -> None:
    assert math.isnan(compiled(recorded(lambda m, a, b: a * m.number(math.nan)))(2.0, 1.0)[0])


def test_a_difference_in_a_difference_is_taken_first() -> None:
    run = compiled(recorded(lambda m, a, b: (a - (b - a)) - (-(a * (b + a)))))
    assert run(2.0, 7.0) == (15.0,)
    assert compiled(recorded(lambda m, a, b: m.divide(a, m.divide(b, a) + m.modulo(a, b))))(2.0, 4.0) == (0.5,)


@pytest.mark.parametrize(
    ("relation", "wanted"), [("<", "100"), ("<=", "110"), (">", "001"), (">=", "011"), ("==", "010"), ("!=", "101")]
)
def test_a_choice_is_that_of_its_relation(relation: Relation, wanted: str) -> None:
    run = compiled(recorded(lambda m, a, b: m.where(relation, a, b, m.number(1.0), m.number(0.0))))
    assert [run(x, 2.0)[0] for x in (1.0, 2.0, 3.0)] == [float(digit) for digit in wanted]


def test_what_is_needed_once_stands_where_it_is_needed() -> None:
    code = tape_code(recorded(lambda m, a, b: m.exp(a * b) + a), Spelling())
    assert (code.inputs, code.lines, code.outputs) == (["r0", "r1"], [], ["exp(r0*r1) + r0"])
    code = tape_code(recorded(lambda m, a, b: (a + b) * (a + b)), Spelling())
    assert (code.lines, code.outputs) == ([Line(2, "r2", "r0 + r1")], ["r2*r2"])


def test_another_language_is_another_dictionary() -> None:
    forms = {**SIGNS, "where<": Writing("{} < {} ? {} : {}", LOOSE, (SUM,) * 4)}
    tape = recorded(lambda m, a, b: m.where("<", a, b, m.exp(a), m.number(-0.5) - b) * b)
    assert tape_code(tape, Spelling(forms, register="x{}")).outputs == ["(x0 < x1 ? exp(x0) : -0.5 - x1)*x1"]


def test_a_name_has_a_line_of_its_own_where_it_is_wanted() -> None:
    tape = recorded(lambda m, a, b: m.exp(a * b) + a)
    code = tape_code(tape, Spelling(), Names({0: "a", 2: "u"}, {1: "b", 3: "never"}))
    assert ([line[1:] for line in code.lines], code.outputs) == ([("u", "a*b")], ["exp(u) + a"])


def test_no_more_brackets_than_needed() -> None:
    tape = recorded(lambda m, a, b: m.divide(a * b * a, a - (b - a)) - (a + b) * (-(a + b)))
    assert tape_code(tape, Spelling()).outputs[0].endswith("r0*r1*r0/(r0 - (r1 - r0)) - r7*-r7")


def test_no_expression_nests_deep_and_no_function_is_long() -> None:
    chain = "x" + "".join(f" + sin(x{k})*2" for k in range(3000))
    code = tape_code(tape_of(chain), Spelling())
    assert max(len(line.text) for line in code.lines) <= 2 * WIDEST_CHARACTERS + 20
    deep = "sin(" * 2500 + "x" + ")" * 2500
    wanted = 0.5
    for _ in range(2500):
        wanted = math.sin(wanted)
    assert len(tape_of(deep).instructions) > SHORT > PART
    assert compiled(tape_of(deep))(0.5)[0] == wanted


@pytest.mark.sampled(2)
@pytest.mark.parametrize("count", [300, 3_000])
def test_a_function_takes_as_many_numbers_as_it_is_given(count: int) -> None:
    names = [f"x{k}" for k in range(count)]
    value, *gradient, _ = compiled(tape_of(f"max({', '.join(names)}) + {' + '.join(names)}"))(*map(float, range(count)))
    assert value == count - 1 + count * (count - 1) / 2
    assert gradient == [*[1.0] * (count - 1), 2.0]


def test_what_a_tape_needs_is_given_each_time_and_nothing_stays() -> None:
    tape = tape_of("x" + "".join(f" + sin(x*{k})*y" for k in range(1000)))
    run = compiled(tape)
    assert len(tape.instructions) > SHORT
    first = run(0.5, 2.0)
    run(1.5, -2.0)
    assert run(0.5, 2.0) == first
    with pytest.raises((TypeError, ValueError)):
        run(0.5)
