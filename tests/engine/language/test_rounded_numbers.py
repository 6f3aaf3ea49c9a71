"""A number that no float64 is near is another one, and that is said: of long integers, and of what is rounded to 0."""

from __future__ import annotations

import pytest

from gradx.language.bindings import bind, read_binding
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import read_value
from gradx.language.program import read

FAR = 2**53 + 1


@pytest.mark.parametrize(
    "text",
    [
        f"x - {FAR}",
        f"u = {FAR}*x; u + 1",
        f"x^2 + {FAR}x",
        f"a = {FAR}\na*x",
        f"x + {FAR} + {FAR}",
        f"g(z) = z*{FAR}; g(x)",
    ],
)
def test_it_is_said_what_is_read(text: str) -> None:
    program = read(text)
    assert f"{FAR} is read as {FAR - 1}, the nearest float64" in program.remarks
    assert len([remark for remark in program.remarks if "is read as" in remark]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x + 9007199254740992", "x + 0.1", "0.12345678901234567890*x", "x + 12345678901234567.25", "x*1e23",
        "12345678901234567e3*x", f"x # {FAR}", f"w{FAR}*x", f"x + {2**70}", "x + 9007199254740994",
    ],
)  # fmt: skip
def test_nothing_is_said_of_other_numbers(text: str) -> None:
    assert read(text).remarks == ()


def test_in_a_binding_too() -> None:
    program = read("x - 9007199254740992")
    point = bind(program, [read_binding(f"x={FAR}")])
    assert point.values == {"x": float(FAR - 1)}
    assert point.warnings == (f"{FAR} is read as {FAR - 1}, the nearest float64",)
    assert bind(program, [read_binding(f"x={FAR - 1}")]).warnings == ()


def test_an_endless_one_is_shortened() -> None:
    (remark,) = read("x + " + "9" * 200).remarks
    assert remark == f"{'9' * 18}…{'9' * 18} is read as 1e+200, the nearest float64"


@pytest.mark.parametrize("tiny", ["1e-400", "2.5E-330", "0." + "0" * 330 + "1", ".9e-9999"])
def test_what_float64_rounds_to_0_is_told(tiny: str) -> None:
    said = f"{tiny if len(tiny) <= 40 else tiny[:18] + '…' + tiny[-18:]} is read as 0, the nearest float64"
    assert read(f"x + {tiny}*y").remarks == (said,)
    assert read(f"u = {tiny}*x\nu + 1").remarks == (said,)
    assert bind(read("abs(x)"), [read_binding(f"x={tiny}")]).warnings == (said,)


@pytest.mark.parametrize("text", ["x + 0e-400", "x + 5e-324", "x + 1e-320", "x + 0.0", "x*1e-300", "x + 3e-324"])
def test_nothing_is_said_of_0_and_of_what_is_not(text: str) -> None:
    assert read(text).remarks == ()


def test_of_entries_too() -> None:
    read_whole = read_bundles("J = 1e-400*sum(x)", [read_value("x=[1e-500 2]")])
    assert "1e-400 is read as 0, the nearest float64" in read_whole.program.remarks
    assert bind(read_whole.program, read_whole.bindings).warnings == ("1e-500 is read as 0, the nearest float64",)
