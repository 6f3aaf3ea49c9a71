"""`gradx descend` as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_table_goes_from_the_first_step_to_the_last(gradx: Any) -> None:
    answer = gradx("descend", "(w - 3)^2", "w=0", "--rate", "0.25", "--steps", "10")
    assert (answer.code, answer.err) == (0, "")
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["step", "w", "J", "dJ/dw"] in rows
    assert ["0", "0", "9", "-6"] in rows
    assert ["5", "2.90625", "0.0087890625", "-0.1875"] in rows
    assert ["10", "2.997070312", "8.583068848e-6", "-0.005859375"] in rows
    assert "stopped after 10 steps" in answer.out


def test_it_stops_where_it_has_converged(gradx: Any) -> None:
    # The gradient is 6/2^n: first below 1e-9 at n = 33.
    answer = gradx("descend", "(w - 3)^2", "w=0", "--rate", "0.25", "--steps", "500")
    assert "converged after 33 steps: no |dJ| is above 1e-9" in answer.out
    answer = gradx("descend", "(w - 3)^2", "w=0", "--rate", "0.25", "--steps", "500", "--tolerance", "0.1")
    assert "converged after 6 steps: no |dJ| is above 0.1" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("(w - 3)^2", "w=3"), "✓ converged after 0 steps: no |dJ| is above 1e-9; it is a minimum"),
        (
            ("-(w^2)", "w=0"),
            "! came to rest after 0 steps, and not at a minimum: no |dJ| is above 1e-9; it is a maximum",
        ),
        (("relu(w*2)", "w=-1"), "it is a plateau: J does not change near it"),
        (("(sigmoid(w) - 1)^2", "w=50"), "it is a plateau: J changes by no more than 1e-38 near it"),
        (("w^4 - 3*w^3 + 2", "w=0"), "along w J rises on one side and falls on the other"),
        (("x^2 - y^2", "x=1", "y=0"), "it is a saddle: J rises along x and falls along y"),
        (("-(w^2)", "w=0", "--maximise"), "✓ converged after 0 steps: no |dJ| is above 1e-9; it is a maximum"),
    ],
)
def test_it_says_what_it_came_to_rest_at(gradx: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx("descend", *words, env={"COLUMNS": "200"})
    assert answer.code == 0
    assert said in answer.out
    assert ("✓" in answer.out) is said.startswith("✓")


def test_a_bounce_is_named_and_both_its_places_are_shown(gradx: Any) -> None:
    answer = gradx("descend", "x^2", "x=3", "--rate", "1", env={"COLUMNS": "200"})
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["99", "-3", "9", "-6"] in rows
    assert ["100", "3", "9", "6"] in rows
    assert "! bounces: after 100 steps J goes back and forth between 9 at x = -3 and 9 at x = 3" in answer.out
    answer = gradx("descend", "abs(x)", "x=1", "--rate", "0.3", env={"COLUMNS": "200"})
    assert "between 0.1 at x = 0.1 and 0.2 at x = -0.2" in answer.out
    assert "would have held" not in answer.out
    *_, end = lines(gradx("descend", "abs(x)", "x=1", "--rate", "0.3", "--json").out)
    assert (end["at"], [b["point"]["x"] for b in end["bounce"]]) == ("bounce", pytest.approx([0.1, -0.2]))


def test_a_smaller_rate_that_falls_is_named(gradx: Any) -> None:
    answer = gradx("descend", "w^4 - 3*w^2 + w", "w=0.646", "--rate", "5", env={"COLUMNS": "200"})
    assert "without end" not in answer.out
    assert "would have held" in answer.out
    assert "without end" in gradx("descend", "log(w)", "w=3", "--rate", "1", env={"COLUMNS": "200"}).out


def test_data_is_held_and_it_says_so(gradx: Any) -> None:
    answer = gradx("descend", "@logistic", "--steps", "2")
    assert "minimise over w1, w2, b, rate 0.1" in answer.out
    assert "held as data: x1, x2, y (--wrt names the inputs that move)" in answer.out
    *_, end = lines(gradx("descend", "@logistic", "--steps", "2", "--json").out)
    assert end["held"] == ["x1", "x2", "y"]
    assert {name: end["point"][name] for name in end["held"]} == {"x1": 1.5, "x2": 2.0, "y": 1.0}
    *_, end = lines(gradx("descend", "@logistic", "--steps", "2", "--wrt", "x1", "--json").out)
    assert sorted(end["gradient"]) == ["x1"]


def test_a_line_of_json_a_step_and_one_at_the_end(gradx: Any) -> None:
    answer = gradx("descend", "w^2 + c", "w=3", "c=1", "--wrt", "w", "--rate", "0.25", "--steps", "2", "--json")
    *steps, end = lines(answer.out)
    assert [(s["step"], s["point"], s["value"], s["gradient"]) for s in steps] == [
        (0, {"w": 3.0, "c": 1.0}, 10.0, {"w": 6.0}),
        (1, {"w": 1.5, "c": 1.0}, 3.25, {"w": 3.0}),
        (2, {"w": 0.75, "c": 1.0}, 1.5625, {"w": 1.5}),
    ]
    assert end["done"] is True
    assert (end["reason"], end["steps"], end["rate"]) == ("steps", 2, 0.25)
    assert (end["schema"], end["command"], end["expression"]) == ("gradx/1", "descend", "w^2 + c")
    assert (end["reading"], end["warnings"]) == ("J = w^2 + c", [])


def test_a_divergence_names_the_rate_that_would_have_held(gradx: Any) -> None:
    answer = gradx("descend", "w^2", "w=3", "--rate", "1.1")
    assert answer.code == 1
    assert "diverged" in answer.out
    assert "a rate of 0.9 would have held" in answer.out
    assert "2/2 = 1" in answer.out
    assert gradx("descend", "w^2", "w=3", "--rate", "1.1", "--exit-zero").code == 0


def test_a_number_that_overflows_is_not_called_worse(gradx: Any) -> None:
    """e^x falls from e to 0, which is better: it is x that ran away."""
    answer = gradx("descend", "exp(x)", "x=1", "--rate", "1e308", "--steps", "3")
    assert answer.code == 1
    assert "diverged: after 1 step x overflows; a rate of" in answer.out
    answer = gradx("descend", "cbrt(x + 1)", "x=-1", "--rate", "1", "--steps", "3")
    assert "worse than at the start" not in answer.out


def test_a_divergence_in_json(gradx: Any) -> None:
    answer = gradx("descend", "w^4", "w=3", "--rate", "1", "--json")
    assert answer.code == 1
    *steps, end = lines(answer.out)
    assert steps[-1]["value"] == "inf"
    assert end["reason"] == "diverged"
    assert end["curvature"] == pytest.approx(108, rel=1e-6)
    assert end["rate_limit"] == pytest.approx(2 / 108, rel=1e-6)
    assert end["holding_rate"] == 0.01


def test_leaving_the_domain(gradx: Any) -> None:
    answer = gradx("descend", "log(w)", "w=3", "--rate", "1")
    assert answer.code == 1
    assert "left the domain after 5 steps: log(w) has no value at w = -1.2" in answer.out
    *_, end = lines(gradx("descend", "log(w)", "w=3", "--rate", "1", "--json").out)
    assert end["reason"] == "domain"
    assert end["left_at"]["w"] == pytest.approx(-1.2399943)


def test_starting_outside_the_domain_is_an_error(gradx: Any) -> None:
    answer = gradx("descend", "log(w)", "w=-1")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[1:3] == ["  log(w)", "  ^^^^^^"]


def test_rates_run_side_by_side(gradx: Any) -> None:
    answer = gradx("descend", "w^2", "w=3", "--rate", "0.25", "--rate", "2", "--steps", "3")
    assert answer.code == 1
    rows = [line.split() for line in answer.out.splitlines()]
    for row in (["0", "9", "9"], ["1", "2.25", "81"], ["2", "0.5625", "729"], ["3", "0.140625", "6561"]):
        assert row in rows
    assert "rate 0.25: stopped after 3 steps" in answer.out
    assert "rate 2: diverged" in answer.out


def test_rates_in_json_follow_each_other(gradx: Any) -> None:
    found = lines(gradx("descend", "w^2", "w=3", "--rate", "0.1", "--rate", "0.2", "--steps", "1", "--json").out)
    assert [(line["rate"], line.get("step"), line.get("done")) for line in found] == [
        (0.1, 0, None), (0.1, 1, None), (0.1, None, True), (0.2, 0, None), (0.2, 1, None), (0.2, None, True),
    ]  # fmt: skip


def test_uphill(gradx: Any) -> None:
    *_, end = lines(gradx("descend", "3 - (w - 1)^2", "w=0", "--maximise", "--rate", "0.25", "--json").out)
    assert end["reason"] == "converged"
    assert (end["point"]["w"], end["value"]) == (pytest.approx(1, abs=1e-8), 3.0)
    assert gradx("descend", "w^2", "w=1", "--maximise", "--minimise").code == 2


@pytest.mark.parametrize(
    ("option", "value"),
    [("--rate", "0"), ("--rate", "-1"), ("--rate", "inf"), ("--rate", "x"), ("--steps", "0"), ("--steps", "1.5"),
     ("--steps", "1e13"), ("--tolerance", "-1"), ("--wrt", "z")],
)  # fmt: skip
def test_an_option_that_cannot_be_is_an_error(gradx: Any, option: str, value: str) -> None:
    answer = gradx("descend", "w^2", "w=3", option, value)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert option in answer.err


def test_without_inputs_there_is_nothing_to_descend(gradx: Any) -> None:
    answer = gradx("descend", "2 + 3")
    assert answer.code == 2
    assert "error: there is nothing to descend" in answer.err


@pytest.mark.parametrize("columns", ["20", "40", "60", "80", "120"])
def test_no_number_is_cut_whatever_the_width(gradx: Any, columns: str) -> None:
    words = ("descend", "(a - 1/3)^2 + 10*(b + 2/7)^2", "a=3", "b=2", "--rate", "0.01", "--steps", "7")
    answer = gradx(*words, env={"COLUMNS": columns})
    assert max(map(len, answer.out.split("\n\n  J\n")[0].splitlines()[4:])) <= max(int(columns), 24)
    for n in range(8):
        # Each coordinate comes nearer to the minimum by 1 - rate*curvature at every step.
        a, b = 1 / 3 + (3 - 1 / 3) * 0.98**n, -2 / 7 + (2 + 2 / 7) * 0.8**n
        for number in (a, b, (a - 1 / 3) ** 2 + 10 * (b + 2 / 7) ** 2, 2 * (a - 1 / 3), 20 * (b + 2 / 7)):
            assert any(f"{number:.{digits}g}" in answer.out for digits in (10, 8, 6))


def test_ascii_is_ascii_and_nothing_is_coloured_in_a_pipe(gradx: Any) -> None:
    answer = gradx("descend", "w^2", "w=3", "--rate", "0.1", "--rate", "0.3", "--ascii")
    assert answer.out.isascii()
    assert "* rate 0.1" in answer.out
    assert "\x1b" not in gradx("descend", "w^2", "w=3").out
    assert "\x1b[" in gradx("descend", "w^2", "w=3", env={"FORCE_COLOR": "1"}).out


ENDLESS = (
    "descend",
    "(1-x)^2 + 100*(y-x^2)^2",
    "x=-1.2",
    "y=1",
    "--rate",
    "1e-5",
    "--steps",
    "1e11",
    "--tolerance",
    "0",
)


@pytest.mark.skipif(os.name == "nt", reason="a Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize("json_lines", [False, True], ids=["table", "json"])
def test_an_interruption_shows_what_there_is(tmp_path: Path, json_lines: bool) -> None:
    out = tmp_path / "out"
    with out.open("wb") as stream:
        words = [sys.executable, "-m", "gradx_cli", *ENDLESS, *(["--json"] if json_lines else [])]
        process = subprocess.Popen(words, stdout=stream, stderr=subprocess.PIPE)
        assert process.stderr is not None
        if json_lines:
            while out.stat().st_size < 10_000 and process.poll() is None:
                time.sleep(0.05)
        else:
            assert b"step" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    if json_lines:
        *steps, end = lines(out.read_text())
        assert (end["reason"], end["steps"]) == ("interrupted", steps[-1]["step"])
        assert [step["step"] for step in steps] == list(range(len(steps)))
    else:
        assert "interrupted after" in out.read_text()


def test_neither_numpy_nor_a_plot_is_loaded_for_json(gradx: Any) -> None:
    code = (
        "import sys; from gradx_cli.app import main; main(['descend', 'w^2', 'w=3', '--json']);"
        "print(sorted({'numpy', 'plotext', 'rich', 'sympy'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stderr.strip() == "[]"


def test_a_network_and_its_data_from_a_file_are_stepped_as_numpy_steps_them(
    gradx: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    w, b, x, y = rng.normal(size=(30, 120)) / 12, np.zeros((30, 1)), rng.normal(size=(120, 40)), rng.random((30, 40))
    np.savez("d.npz", W=w, b=b, X=x, Y=y)
    program = "A = tanh(W X + b); J = sum((A - Y)^2)/40"  # 30·40 products of 120 terms: 290,000 operations
    words = [f"{name}=@d.npz:{name}" for name in "WbXY"]
    answer = gradx("descend", program, *words, "--rate", "0.05", "--steps", "30", "--json")
    assert answer.code == 0
    last = lines(answer.out)[-1]
    for _ in range(30):
        a = np.tanh(w @ x + b)
        d = (a - y) / 20 * (1 - a**2)
        w, b = w - 0.05 * d @ x.T, b - 0.05 * d.sum(axis=1, keepdims=True)
    a = np.tanh(w @ x + b)
    d = (a - y) / 20 * (1 - a**2)
    assert last["value"] == pytest.approx(((a - y) ** 2).sum() / 40, rel=1e-9)
    np.testing.assert_allclose(last["point"]["W"], w, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(last["gradient"]["b"], d.sum(axis=1), rtol=1e-9, atol=1e-12)
    assert last["held"] == ["X", "Y"]
    refused = gradx("eval", program, *words)
    assert (refused.code, "more than 200,000 operations" in refused.err) == (2, True)
