"""What a drawing says, and how: names, operations, numbers, marks; the same in ASCII; within the width."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from gradx.language.program import read
from gradx.point.exploration import Options, explore
from gradx_cli.drawing.text import draw
from gradx_cli.pages.picture import Picture, diagram

COURSES = json.loads((Path(__file__).parents[2] / "cases" / "courses.json").read_text("utf-8"))["cases"]

NETWORK = (
    "z1 = w1*x1 + w2*x2; a1 = tanh(z1); z2 = w3*x1 + w4*x2; a2 = tanh(z2);"
    "z3 = w5*a1 + w6*a2; a3 = sigmoid(z3); J = 1/2*(a3 - y)^2"
)
NETWORK_POINT = {"w1": 1, "x1": 2, "w2": -1, "x2": 0.5, "w3": 0.5, "w4": 0.25, "w5": 1.5, "w6": -0.25, "y": 1}
NETWORK_WIRES = (
    "w1>v1 x1>v1 w2>v2 x2>v2 v1>z1 v2>z1 z1>a1 w3>v3 x1>v3 w4>v4 x2>v4 v3>z2 v4>z2 z2>a2 "
    "w5>v5 a1>v5 w6>v6 a2>v6 v5>z3 v6>z3 z3>a3 a3>v7 y>v7 v7>v8 v8>J"
)

SHAPES = {
    "chain": ("sin(cos(exp(sqrt(x))))", {"x": 4}, "x>v1 v1>v2 v2>v3 v3>J"),
    "fan-out": ("b = a + a; c = b + b", {"a": 1}, "a>b a>b b>c b>c"),
    "diamond": ("u = sin(x); v = cos(x); J = u*v", {"x": 1}, "x>u x>v u>J v>J"),
    "network": (NETWORK, NETWORK_POINT, NETWORK_WIRES),
    "branches": ("where(x < 0, log(x), x^2)", {"x": 2}, "x>v1 x>v2 x>J v1>J v2>J"),
    "one box": ("2 + 3", {}, ""),
    "many arguments": ("max(a, b, a, 3, c, a)", {"a": 1, "b": 2, "c": 3}, "a>J b>J a>J c>J a>J"),
}


def picture(text: str, point: dict[str, float] | None = None, step: int | None = None) -> Picture:
    program = read(text)
    if point is None:
        return Picture(program, None, step)
    return Picture(program, explore(program, point, Options(checks="none")), step)


def wires(text: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(wire.split(">")) for wire in text.split())


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [None, 120, 80, 40])
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_read_back(read_back, shape, width, ascii_only):
    text, point, expected = SHAPES[shape]
    drawing = draw(diagram(picture(text, point)), width, ascii_only=ascii_only)
    seen = read_back(drawing.plain)
    assert seen.edges == wires(expected)
    if width is not None:
        assert max(map(len, drawing.plain.splitlines())) <= drawing.width <= width


@pytest.mark.parametrize("case", COURSES, ids=lambda case: case["id"])
def test_a_course_program_has_its_numbers_in_its_boxes(read_back, case):
    drawn = diagram(picture(case["expression"], case["point"]))
    for width in (None, 80):
        seen = read_back(draw(drawn, width).plain)
        for name, node in case["nodes"].items():
            text = " ".join(seen.frame(name).lines)
            assert text.split(" ← ")[0].endswith(f"= {node['value']:.6g}")
            assert f"← d{name} = {node['gradient']:.6g}" in seen.frame(name).lines
        assert seen.edges == edges_of(case["expression"])


def edges_of(text: str) -> Counter[tuple[str, str]]:
    graph = read(text).graph
    known = set(graph.shown)
    return Counter(
        (graph.names[j], graph.names[i]) for i in graph.operations for j in graph.nodes[i].inputs if j in known
    )


def test_the_first_example_looks_like_this():
    drawing = draw(diagram(picture("u = b*c; v = a + u; J = 3v", {"a": 5, "b": 3, "c": 2})), 80)
    assert drawing.plain == (
        "                ┌──────────┐\n"
        "┌──────────┐    │ a = 5    ├────╮\n"
        "│ b = 3    ├─╮  │ ← da = 3 │    │\n"
        "│ ← db = 6 │ │  └──────────┘    │  ┌────────────────┐  ┌──────────────┐\n"
        "└──────────┘ │  ┌─────────────┐ ╰─▶│ v = a + u = 11 ├─▶│ J = 3*v = 33 │\n"
        "┌──────────┐ ╰─▶│ u = b*c = 6 ├───▶│ ← dv = 3       │  │ ← dJ = 1     │\n"
        "│ c = 2    ├───▶│ ← du = 3    │    └────────────────┘  └──────────────┘\n"
        "│ ← dc = 9 │    └─────────────┘\n"
        "└──────────┘\n"
    )


def test_a_crossing_is_no_joint():
    """x1 and x2 both feed two boxes of the next layer: one crossing at least, however they stand."""
    text = draw(diagram(picture("(a*x)*(a*y) + (b*x)*(b*y)")), None).plain
    assert "─│─" in text
    assert "┼" not in text
    in_ascii = draw(diagram(picture("(a*x)*(a*y) + (b*x)*(b*y)")), None, ascii_only=True).plain
    assert "-|-" in in_ascii


def test_without_a_point_the_operations_stand_alone(read_back):
    seen = read_back(draw(diagram(picture("u = b*c; J = 3u")), None).plain)
    assert seen.frame("u").lines == ["u = b*c", ""]
    assert seen.frame("b").lines == ["b"]
    assert seen.frame("J").lines == ["J = 3*u"]


def test_a_branch_that_is_not_taken_says_so(read_back):
    seen = read_back(draw(diagram(picture("where(x < 0, log(x), x^2)", {"x": 2})), None).plain)
    assert seen.frame("v1").lines == ["v1 = log(x) not taken", ""]
    assert seen.frame("v2").lines == ["v2 = x^2 = 4", "← dv2 = 1"]


class TestStep:
    TEXT, POINT = "u = b*c; v = a + u; J = 3v", {"a": 5.0, "b": 3.0, "c": 2.0}
    ORDER = ("J", "v", "a", "u", "b", "c")

    @pytest.mark.parametrize("step", range(7))
    def test_gradients_appear_one_by_one_from_the_output_on(self, read_back, step):
        text = draw(diagram(picture(self.TEXT, self.POINT, step)), None).plain
        seen = read_back(text)
        known = {frame.name for frame in seen.frames if any("←" in line for line in frame.lines)}
        assert known == set(self.ORDER[:step])
        assert all(" = " in frame.lines[0] for frame in seen.frames), "the values are all there"

    @pytest.mark.parametrize(("corner", "ascii_only"), [("╔", False), ("#", True)])
    def test_the_active_box_is_marked_without_colour(self, read_back, corner, ascii_only):
        drawn = diagram(picture(self.TEXT, self.POINT, 2))
        text = draw(drawn, None, ascii_only=ascii_only).plain
        frame = read_back(text).frame("v")
        assert text.splitlines()[frame.top][frame.left] == corner
        assert draw(diagram(picture(self.TEXT, self.POINT, 0)), None, ascii_only=ascii_only).plain.count(corner) == 0

    def test_nothing_moves_while_a_lecture_goes_through_it(self, read_back):
        places = []
        for step in (*range(7), None):
            seen = read_back(draw(diagram(picture(self.TEXT, self.POINT, step)), 80).plain)
            places.append(sorted((f.name, f.left, f.top, f.right, f.bottom) for f in seen.frames))
        assert all(place == places[0] for place in places)


def test_a_number_is_never_cut_however_narrow(read_back):
    name = "velocity_of_the_very_first_particle"
    text = draw(diagram(picture(f"{name}*3", {name: -1.23456e-30})), 10).plain
    assert "= -1.23456e-30" in text
    assert "= -3.70368e-30" in text
    assert name not in text


def test_long_names_stay_apart(read_back):
    one, other = "a" * 30 + "1", "a" * 30 + "2"
    seen = read_back(draw(diagram(picture(f"u = {one}^2; ({other} + u)*({other} + {one})")), 40).plain)
    assert len({frame.name for frame in seen.frames}) == len(seen.frames)
    assert set(seen.leaving) == seen.coming


def test_greek_names_in_ascii():
    text = draw(diagram(picture("θ = 2φ; θ^2", {"φ": 1})), None, ascii_only=True).plain
    assert text.isascii()
    assert "d\\u03b8 = 4" in text
