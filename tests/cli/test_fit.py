"""`gradx descend --data` as a user runs it: parameters fitted to the rows of a file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Array = NDArray[np.float64]

LINE, LOGISTIC = "(w*x + b - y)^2", "z = w1*x1 + w2*x2 + b; L = softplus(z) - y*z"


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def written(path: Path, names: Sequence[str], columns: Sequence[Sequence[object]]) -> Path:
    rows = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    path.write_text("\n".join((",".join(names), *rows)) + "\n", "utf-8")
    return path


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """Four points near y = 2*x."""
    return written(tmp_path / "line.csv", "xy", ([1, 2, 4, 5], [2.1, 3.9, 8.2, 9.9]))


@pytest.fixture(scope="module")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Array, Array]:
    """3,000 rows of two features and a label that overlaps."""
    rng = np.random.Generator(np.random.PCG64(7))
    features = rng.normal(size=(3000, 2))
    labels = (rng.random(3000) < 1 / (1 + np.exp(-(features @ [0.5, -1.0] + 0.3)))).astype(float)
    path = tmp_path_factory.mktemp("data") / "flowers.csv"
    columns = (*(list(map(repr, column)) for column in features.T.tolist()), labels.astype(int).tolist())
    return written(path, ("x1", "x2", "y"), columns), features, labels


def newton(features: Array, labels: Array) -> Array:
    """The maximum of the likelihood, by Newton's method: the outside control."""
    design = np.column_stack([features, np.ones(len(labels))])
    found = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ found))
        found = found - np.linalg.solve(
            design.T @ (design * (chance * (1 - chance))[:, None]), design.T @ (chance - labels)
        )
    return found


@pytest.mark.parametrize(
    "words",
    [("--rate", "4"), ("--rate", "0.5", "--momentum", "0.9"), ("--rate", "0.5", "--batch", "64", "--seed", "3"),
     ("--rate", "0.1", "--batch", "100", "--momentum", "0.9")],
    ids=["whole", "momentum", "mini-batches", "both"],
)  # fmt: skip
def test_logistic_regression_comes_to_the_maximum_of_the_likelihood(
    gradx: Any, flowers: tuple[Path, Array, Array], words: tuple[str, ...]
) -> None:
    path, features, labels = flowers
    answer = gradx(
        "descend", LOGISTIC, "--data", str(path), "w1=0", "w2=0", "b=0", "--steps", "20000", *words, "--json"
    )
    assert (answer.code, answer.err) == (0, "")
    *steps, end = lines(answer.out)
    assert end["reason"] == "converged"
    assert [end["point"][name] for name in ("w1", "w2", "b")] == pytest.approx(newton(features, labels), abs=1e-8)
    assert (end["data"]["rows"], end["data"]["skipped"], end["data"]["columns"]) == (3000, 0, ["x1", "x2", "y"])
    assert end["data"]["proof"] == {"rows": 16, "gradients": 48, "proved": 48, "reason": None, "sums_agree": True}
    # At 0 every chance is a half: J is the logarithm of 2.
    assert steps[0]["value"] == pytest.approx(np.log(2), rel=1e-15)
    residuals = 0.5 - labels
    assert steps[0]["gradient"]["w1"] == pytest.approx((residuals * features[:, 0]).mean(), rel=1e-12)
    assert steps[0]["gradient"]["b"] == pytest.approx(residuals.mean(), rel=1e-12)


@pytest.mark.parametrize("reduce", ["mean", "sum"])
def test_linear_regression_solves_the_normal_equations(gradx: Any, line: Path, reduce: str) -> None:
    rate = "0.05" if reduce == "mean" else "0.0125"
    answer = gradx(
        "descend",
        LINE,
        "--data",
        str(line),
        "w=0",
        "b=0",
        "--reduce",
        reduce,
        "--rate",
        rate,
        "--steps",
        "4000",
        "--json",
    )
    *_, end = lines(answer.out)
    # By hand: the means are 3 and 6.025, Sxy = 19.9, Sxx = 10; w = 1.99, b = 0.055, and the squares sum to 0.0665.
    assert (end["point"]["w"], end["point"]["b"]) == (pytest.approx(1.99, abs=1e-8), pytest.approx(0.055, abs=1e-8))
    assert end["value"] == pytest.approx(0.0665 if reduce == "sum" else 0.0665 / 4, rel=1e-9)


def test_a_step_is_the_rate_times_the_velocity(gradx: Any, line: Path) -> None:
    words = ("descend", LINE, "--data", str(line), "w=0", "b=0", "--rate", "1/64", "--momentum", "1/2", "--steps", "3")
    steps = lines(gradx(*words, "--json").out)[:-1]
    x, y = np.array([1, 2, 4, 5.0]), np.array([2.1, 3.9, 8.2, 9.9])
    at, velocity = np.zeros(2), np.zeros(2)
    for step in steps:
        assert [step["point"]["w"], step["point"]["b"]] == pytest.approx(at.tolist(), rel=1e-12)
        left = at[0] * x + at[1] - y
        velocity = velocity / 2 + np.array([(2 * left * x).mean(), (2 * left).mean()])
        at = at - velocity / 64


def test_the_page_says_what_the_rows_were(gradx: Any, line: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(line.parent)
    answer = gradx(
        "descend", LINE, "--data", "line.csv", "w=0", "b=0", "--steps", "2", "--rate", "0.01", env={"COLUMNS": "160"}
    )
    assert (answer.code, answer.err) == (0, "")
    assert "minimise over w, b, rate 0.01" in answer.out
    assert "J stands for its mean over 4 rows of line.csv; its columns x, y are data" in answer.out
    assert ["0", "0", "0", "46.2175", "-46.1", "-12.05"] in [row.split() for row in answer.out.splitlines()]
    assert (
        "✓ at the start all 8 gradients of 4 rows are proved, and NumPy's sums over them are right to 1e-12"
        in answer.out
    )


def test_what_is_bound_moves_and_wrt_chooses(gradx: Any, line: Path) -> None:
    words = ("descend", "(w*x + b + c - y)^2", "--data", str(line), "w=0", "b=0", "c=1", "--steps", "1", "--json")
    *_, end = lines(gradx(*words, "--wrt", "b").out)
    assert (list(end["gradient"]), end["held"]) == (["b"], ["w", "c"])
    assert end["point"]["c"] == 1.0
    refused = gradx(*words, "--wrt", "x")
    assert (refused.code, "x is a column of" in refused.err) == (2, True)


def test_rows_with_a_bad_cell_are_skipped_counted_and_told(gradx: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "bad.csv", "xy", ([1, 2, 3, 4, 5, "n/a"], [2.1, 3.9, "", 8.2, 9.9, 1]))
    words = ("descend", LINE, "--data", str(path), "w=0", "b=0", "--steps", "1")
    *_, end = lines(gradx(*words, "--json").out)
    assert (end["data"]["rows"], end["data"]["skipped"], end["value"] > 0) == (4, 2, True)
    assert end["data"]["refused"][0] == "line 4, column 2 (y) is empty"
    assert end["data"]["refused"][1].startswith("line 7, column 1 (x)")
    assert "! 2 rows skipped: line 4, column 2 (y) is empty; line 7" in gradx(*words, env={"COLUMNS": "200"}).out
    strict = gradx(*words, "--strict")
    assert (strict.code, strict.out) == (2, "")
    assert "error: line 4, column 2 (y) is empty" in strict.err


def test_labels_and_other_headings_are_read_and_told(gradx: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", ("Größe", "bought"), ([1, 2, 3], ["no", "yes", "yes"]))
    words = (
        "descend",
        "(w*x - y)^2",
        "x=@Größe",
        "y=@bought",
        "--data",
        str(path),
        "w=0",
        "--rate",
        "0.05",
        "--steps",
        "500",
    )
    *_, end = lines(gradx(*words, "--json").out)
    assert end["point"]["w"] == pytest.approx(5 / 14, abs=1e-8)
    assert end["notes"] == ["no is read as 0", "yes is read as 1"]
    assert "yes is read as 1" in gradx(*words).out


def test_a_row_outside_the_domain_is_named(gradx: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", "x", ([1, 2, 3],))
    at_start = gradx("descend", "log(w*x - 1.5)", "--data", str(path), "w=1")
    assert (at_start.code, at_start.out) == (2, "")
    assert at_start.err.startswith("error: no value or no finite gradient in row 1: ")
    assert "log(w*x - 1.5)" in at_start.err
    later = gradx(
        "descend", "-log(3 - w*x)", "--data", str(path), "w=0.5", "--rate", "1", "--maximise", env={"COLUMNS": "200"}
    )
    assert later.code == 1
    assert "left the domain after 0 steps: log(3 - w*x) has no value at w = 1.63333" in later.out
    assert "2 of 3 rows have no value or no finite gradient, the first is row 2" in later.out
    *_, end = lines(
        gradx("descend", "-log(3 - w*x)", "--data", str(path), "w=0.5", "--rate", "1", "--maximise", "--json").out
    )
    assert (end["reason"], end["steps"]) == ("domain", 0)


def test_a_branch_that_is_not_taken_has_no_say(gradx: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", "x", ([-1, 2, 3],))
    *_, end = lines(
        gradx(
            "descend",
            "where(x > 0, log(x), 0)*w + w^2",
            "--data",
            str(path),
            "w=1",
            "--rate",
            "0.1",
            "--steps",
            "900",
            "--json",
        ).out
    )
    assert end["reason"] == "converged"
    assert end["point"]["w"] == pytest.approx(-np.log(6) / 6, abs=1e-9)


def test_rows_at_a_kink_are_counted(gradx: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "k.csv", "x", ([1, 1, 2],))
    answer = gradx(
        "descend", "abs(w - x)", "--data", str(path), "w=1", "--steps", "1", "--rate", "3", env={"COLUMNS": "250"}
    )
    # The gradient is -1/3, and w comes to 2: there the third row is at its kink.
    assert "! at the last point in 1 row a function is at a kink, a jump or an edge" in answer.out
    assert "! at the start 1 of 3 gradients of 3 rows are proved (dw in row 1: " in answer.out
    words = ("descend", "abs(w - x)", "--data", str(path), "w=1", "--steps", "1", "--rate", "3", "--json")
    assert lines(gradx(*words).out)[-1]["data"]["at_boundary"] == 1


def test_a_divergence_says_above_which_rate_a_step_overshoots(gradx: Any, line: Path) -> None:
    words = ("descend", LINE, "--data", str(line), "w=0", "b=0", "--steps", "40", "--json")
    answer = gradx(*words, "--rate", "0.2")
    *_, end = lines(answer.out)
    assert (answer.code, end["reason"]) == (1, "diverged")
    limit = end["rate_limit"]
    assert f"a step overshoots above 2/{end['curvature']:.4g} = {limit:.4g}" in end["message"]
    for rate, falls in ((limit * 0.999, True), (limit * 1.001, False)):
        first, second, *_ = lines(gradx(*words, "--rate", repr(rate)).out)
        assert (second["value"] < first["value"]) is falls


def test_parameters_are_saved_with_all_digits_and_gone_on_from(gradx: Any, line: Path) -> None:
    saved = line.parent / "fit.json"
    words = ("descend", LINE, "--data", str(line), "--rate", "0.03", "--json")
    answer = gradx(*words, "w=0", "b=0", "--steps", "10", "--save", str(saved))
    assert (answer.code, answer.err.startswith("wrote ")) == (0, True)
    *_, end = lines(answer.out)
    assert json.loads(saved.read_text("utf-8")) == {
        "program": "J = (w*x + b - y)^2",
        "parameters": end["point"],
    }
    on = lines(gradx(*words, "--from", str(saved), "--steps", "10").out)
    through = lines(gradx(*words, "w=0", "b=0", "--steps", "20").out)
    assert on[-1]["point"] == through[-1]["point"]
    again = gradx(*words, "w=0", "b=0", "--save", str(saved))
    assert (again.code, again.out) == (2, "")
    assert "exists already" in again.err
    assert gradx(*words, "w=0", "b=0", "--save", str(saved), "--force").code == 0
    twice = gradx(*words, "--from", str(saved), "w=1")
    assert (twice.code, "`w` has two values" in twice.err) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "has no parameters"),
        ('{"parameters": {"w": "x"}}', "w is not a number"),
        ("{}", "has no parameters"),
        ('{"w": NaN}', "p.json: w is not finite"),
    ],
)
def test_a_file_that_holds_no_parameters_is_an_error(
    gradx_inside: Any, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "p.json"
    path.write_text(content, "utf-8")
    answer = gradx_inside("descend", "(w - 3)^2", "--from", str(path))
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_name_that_the_program_lacks_is_told(gradx_inside: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('{"w": 1, "v": 2}', "utf-8")
    answer = gradx_inside("descend", "(w - 3)^2", "--from", str(path), "--steps", "1")
    assert (answer.code, "p.json: v is not used: the program has no such input" in answer.err.replace("\n", "")) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--batch", "2"), "error: --batch is for sums over rows"),
        (("--momentum", "0.9"), "error: --momentum is for sums over rows"),
        (("--on", "dask"), "error: --on is for sums over rows"),
        (("--seed", "3"), "error: --seed is for sums over rows"),
        (("--data", "{line}", "--seed", "3"), "error: --seed is for mini-batches"),
        (("--data", "-", "--on", "dask"), "error: standard input cannot go to Dask's workers"),
        (("--data", "{line}", "--save", "no/such.json"), "error: cannot write no/such.json"),
        (("--data", "{line}", "--momentum", "1"), "error: --momentum must be from 0 to below 1"),
        (("--data", "{line}", "--batch", "0"), "error: --batch needs a whole number"),
        (("--data", "{line}", "--reduce", "max"), "--reduce"),
        (("--data", "{line}", "x=1"), "error: `x` is a column of"),
        (("--data", "{line}", "--on", "here"), "error: --on cannot be 'here'"),
        (("--data", "no.csv"), "error: cannot read no.csv"),
        (("--data", "{line}", "--save", "a.json", "--rate", "1", "--rate", "2"), "error: --save keeps one descent"),
    ],
)
def test_what_does_not_fit_together_is_an_error(
    gradx_inside: Any, line: Path, words: tuple[str, ...], said: str
) -> None:
    words = tuple(word.replace("{line}", str(line)) for word in words)
    answer = gradx_inside("descend", LINE, "w=0", "b=0", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) <= 6


def test_a_file_without_a_column_of_the_program_or_a_usable_row(gradx_inside: Any, tmp_path: Path) -> None:
    other = written(tmp_path / "o.csv", "uv", ([1], [2]))
    assert "is an input of the program" in gradx_inside("descend", LINE, "w=0", "b=0", "--data", str(other)).err
    empty = written(tmp_path / "e.csv", "xy", (["", ""], [1, 2]))
    answer = gradx_inside("descend", LINE, "w=0", "b=0", "--data", str(empty))
    assert (answer.code, "error: no row has a number in every column" in answer.err) == (2, True)
    assert "line 2, column 1 (x) is empty" in answer.err.replace("\n", " ")
    bare = gradx_inside("descend", LINE, "w=0", "b=0", "--data", str(written(tmp_path / "n.csv", "xy", ((), ()))))
    assert (bare.code, "n.csv has names and no numbers" in bare.err) == (2, True)
    missing = gradx_inside(
        "descend", "(w*x + b - v)^2", "w=0", "b=0", "--data", str(written(tmp_path / "l.csv", "x", ([1],)))
    )
    assert missing.code == 2
    assert f'hint: gradx descend --data {tmp_path / "l.csv"} "(w*x + b - v)^2" w=0 b=0 v=1' in missing.err.replace(
        "\n      ", " "
    )


@pytest.mark.skipif(os.name == "nt", reason="a Ctrl-C cannot be sent to one process there")
def test_an_interruption_keeps_the_best(tmp_path: Path, line: Path) -> None:
    # With much momentum J goes up and down, and the best is kept.
    saved = tmp_path / "best.json"
    words = [
        "descend",
        LINE,
        "--data",
        str(line),
        "w=0",
        "b=0",
        "--rate",
        "0.05",
        "--momentum",
        "0.95",
        "--steps",
        "1e9",
    ]
    words += ["--tolerance", "0", "--json", "--save", str(saved)]
    out = tmp_path / "out"
    with out.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-m", "gradx_cli", *words], stdout=stream, stderr=subprocess.PIPE)
        while out.stat().st_size < 20_000 and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    *steps, end = lines(out.read_text())
    best = min(steps, key=lambda step: float(step["value"]))
    assert (end["reason"], end["value"], end["point"]) == ("interrupted", best["value"], best["point"])
    assert json.loads(saved.read_text("utf-8"))["parameters"] == best["point"]


def test_the_same_seed_draws_the_same_batches(gradx: Any, flowers: tuple[Path, Array, Array]) -> None:
    words = (
        "descend",
        LOGISTIC,
        "--data",
        str(flowers[0]),
        "w1=0",
        "w2=0",
        "b=0",
        "--batch",
        "50",
        "--steps",
        "70",
        "--json",
    )
    one, two, other = (gradx(*words, "--seed", seed).out for seed in ("1", "1", "2"))
    assert one == two
    first, second = lines(one), lines(other)
    assert first[0]["value"] == second[0]["value"]
    assert first[1]["point"] != second[1]["point"]


def test_a_mini_batch_of_all_rows_is_a_whole_step(gradx: Any, line: Path) -> None:
    words = ("descend", LINE, "--data", str(line), "w=0", "b=0", "--rate", "0.05", "--steps", "2000", "--json")
    whole, batch = (lines(gradx(*words, *more).out)[-1] for more in ((), ("--batch", "4")))
    assert (batch["steps"], batch["point"]) == (whole["steps"], whole["point"])


def test_rows_come_from_standard_input(gradx: Any, line: Path) -> None:
    words = ("descend", LINE, "w=0", "b=0", "--steps", "3", "--rate", "0.01", "--json")
    piped = gradx(*words, "--data", "-", stdin=line.read_bytes())
    assert lines(piped.out)[-1]["point"] == lines(gradx(*words, "--data", str(line)).out)[-1]["point"]


def test_a_hint_keeps_the_options_and_names_the_numbers_once(gradx_inside: Any, line: Path) -> None:
    lacking = gradx_inside("descend", LINE, "--data", str(line), "--rate", "0.01", "--steps", "3", "w=0").err
    assert f'hint: gradx descend --rate=0.01 --steps=3 --data {line} "{LINE}" w=0 b=1' in lacking.replace(
        "\n      ", " "
    )
    saved = line.parent / "f.json"
    saved.write_text('{"w": 1.5}', "utf-8")
    hint = gradx_inside("descend", "(w*u - t)^2", "--from", str(saved), "--rate", "0.01").err.splitlines()[-1]
    assert hint == 'hint: gradx descend --rate=0.01 "(w*u - t)^2" w=1.5 u=1 t=1'


def test_why_a_row_has_no_gradient_is_what_its_judge_says(gradx_inside: Any, tmp_path: Path) -> None:
    path = str(written(tmp_path / "k.csv", "x", ([0, 1, 2],)))
    edge = gradx_inside("descend", "sqrt(w*x)", "--data", path, "w=1").err
    assert "row 1: dw: float64 has no number for the gradient here (0 × ∞ or ∞ − ∞)" in edge
    assert "row 2: the value is too large" in gradx_inside("descend", "w*exp(1000*x)", "--data", path, "w=1").err
    outside = gradx_inside("descend", "log(w*x)", "--data", path, "w=1").err
    assert "hint: leave such rows out, or choose values that make w*x above 0" in outside
    assert "none is left to move" in gradx_inside("descend", "x^2", "--data", path, "w=1").err


def test_words_of_one_column_of_each_rate_and_of_a_batch_of_all_rows(gradx_inside: Any, tmp_path: Path) -> None:
    path = str(written(tmp_path / "k.csv", "x", ([3],)))
    words = ("descend", "(w*x - 1)^2", "--data", path, "w=1", "--format", "text")
    one = gradx_inside(*words, "--batch", "9", "--rate", "0.01", "--steps", "1").out
    assert "its column x is data" in one
    assert "the gradient of 1 row is proved" in one
    assert "mini-batch" not in one
    # J = (3*w - 1)^2 at w = 1 - 12*rate after a step.
    two = gradx_inside(*words, "--rate", "0.01", "--rate", "1", "--steps", "1").out
    assert "J goes from 4 to 2.6896 in 1 step at rate 0.01; J goes from 4 to 1156 in 1 step at rate 1" in two
