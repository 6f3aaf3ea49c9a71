"""gradx check of a page that says what the nodes of the program are: `z = 0.75`, `a = sigmoid(z) = 0.679`."""

from __future__ import annotations

import json

import pytest
from conftest import Run

SQUARE = "z = w*x + b; J = z^2"
AT = ("w=1", "x=2", "b=3")
NEURON = "z = w*x + b; a = sigmoid(z); J = (a - y)^2"


def test_a_value_of_a_node_is_checked(gradx: Run) -> None:
    answer = gradx("check", SQUARE, *AT, "z = 7", "dz = 10", "dw = 20", "--no-symbolic")
    assert (answer.code, answer.err) == (1, "")
    assert "✗ z = 7 is wrong: at w = 1, x = 2, b = 3 it is 7, the value is 5\n" in answer.out
    assert "✓ dw = 20" in answer.out
    right = gradx("check", SQUARE, *AT, "z = 5", "J=25", "dz = 10", "--no-symbolic")
    assert (right.code, right.err, right.out.count("✓")) == (0, "", 3)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a = 0.679", 0),  # 1/(1 + e^-0.75) is 0.67917869917539297…
        ("a ≈ 0.67918", 0),
        ("a = 1/(1 + exp(-0.75)) = 0.679", 0),
        ("a = 0.678", 1),
        ("a = 0.68", 1),  # two digits, and no page of numbers
        ("a = 1/(1 + exp(0.75)) = 0.679", 1),
        ("a = sigmoid(w*x + b)", 0),
        ("a = sigmoid(w*x)", 1),
    ],
)
def test_a_value_is_right_to_the_digits_written(gradx: Run, line: str, code: int) -> None:
    assert gradx("check", NEURON, "w=0.3", "x=0.5", "b=0.6", "y=1", line, "--no-symbolic").code == code


def test_two_decimals_are_enough_on_a_page_of_numbers(gradx: Run) -> None:
    page = ("z = 0.75", "a = 0.68", "da = -0.64")
    assert gradx("check", NEURON, "w=0.3", "x=0.5", "b=0.6", "y=1", *page, "--no-symbolic").code == 0


def test_what_follows_from_a_wrong_value_is_no_mistake_of_its_own(gradx: Run) -> None:
    answer = gradx("check", SQUARE, *AT, "z = 7", "J = 49", "dz = 14", "dw = dz*x", "dx = 9", "--json", "--no-symbolic")
    found = [(claim["status"], claim["given"], claim["blamed"]) for claim in json.loads(answer.out)["claims"]]
    follows = ("wrong", "correct", False)
    assert found == [("wrong", "wrong", True), follows, follows, follows, ("wrong", "wrong", True)]


def test_what_is_worked_out_from_a_rounded_value_is_right(gradx: Run) -> None:
    page = ("z = 0.761", "a = 0.682", "da = -0.636")  # 2*(0.682 - 1); 2*(sigmoid(0.7612) - 1) is -0.63677…
    answer = gradx("check", NEURON, "w=0.31", "x=0.52", "b=0.6", "y=1", *page, "--no-symbolic")
    assert answer.code == 0
    assert "worked out from the rounded numbers above: the derivative is -0.6367715799" in answer.out
    wrong = gradx("check", NEURON, "w=0.31", "x=0.52", "b=0.6", "y=1", *page[:2], "da = -0.626", "--no-symbolic")
    assert wrong.code == 1


def test_a_value_needs_the_inputs_values(gradx: Run) -> None:
    answer = gradx("check", SQUARE, "z = 5", "dz = 2*z", "--no-symbolic")
    assert answer.code == 1
    assert "a value for a node needs the inputs' values: w=… x=… b=…" in answer.out
    assert "✓ dz = 2*z" in answer.out
    assert gradx("check", SQUARE, "z = w*x + b", "dz = 2*z", "--no-symbolic").code == 0


def test_the_object_of_a_value(gradx: Run) -> None:
    (claim,) = json.loads(gradx("check", SQUARE, *AT, "z = 7", "--json", "--no-symbolic").out)["claims"]
    assert (claim["of"], claim["wrt"], claim["order"], claim["along"]) == ("z", None, 0, "")
    assert claim["counterexample"] == {"point": {"w": 1.0, "x": 2.0, "b": 3.0}, "claimed": 7.0, "actual": 5.0}


def test_an_input_is_given_and_no_claim(gradx: Run) -> None:
    answer = gradx("check", "c = 2; z = c*x", "c=5", "x=3", "z = 15", "dx = 5", "--no-symbolic")
    assert (answer.code, answer.out.count("✓"), "c = 5" in answer.out) == (0, 2, False)


def test_a_value_where_the_node_has_none_is_an_error(gradx: Run) -> None:
    answer = gradx("check", "z = log(x); J = 3*z", "x=-1", "z = 4")
    assert answer.code == 2
    assert "log needs an argument above 0" in answer.err
