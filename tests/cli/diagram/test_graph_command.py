"""`gradx graph` as it is used: on a terminal, in a pipe, into files, as JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

PROGRAM = "u = b*c; v = a + u; J = 3v"
POINT = ("a=5", "b=3", "c=2")
COURSES = json.loads((Path(__file__).parents[2] / "cases" / "courses.json").read_text("utf-8"))["cases"]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def test_json_has_nodes_edges_and_local_partials(gradx):
    answer = gradx("graph", PROGRAM, *POINT, "--json")
    assert (answer.code, answer.err) == (0, "")
    result = json.loads(answer.out)
    assert (result["schema"], result["command"], result["expression"]) == ("gradx/1", "graph", PROGRAM)
    assert result["reading"] == "u = b*c; v = a + u; J = 3*v"
    assert result["warnings"] == []
    nodes = {node["name"]: node for node in result["nodes"]}
    assert [node["name"] for node in result["nodes"]][:3] == ["b", "c", "a"]
    assert nodes["b"] == {"name": "b", "kind": "input", "definition": None, "value": 3.0, "gradient": 6.0}
    assert nodes["v"] == {"name": "v", "kind": "operation", "definition": "a + u", "value": 11.0, "gradient": 3.0}
    edges = {(edge["from"], edge["to"]): edge["local"] for edge in result["edges"]}
    assert edges == {("b", "u"): 2.0, ("c", "u"): 3.0, ("a", "v"): 1.0, ("u", "v"): 1.0, ("v", "J"): 3.0}


def test_json_keeps_both_edges_of_a_square(gradx):
    edges = json.loads(gradx("graph", "x*x", "x=3", "--json").out)["edges"]
    assert [(edge["from"], edge["to"], edge["local"]) for edge in edges] == [("x", "J", 3.0)] * 2


@pytest.mark.parametrize("case", COURSES[::3], ids=lambda case: case["id"])
def test_json_has_the_numbers_of_the_courses(gradx, case):
    bindings = [f"{name}={value!r}" for name, value in case["point"].items()]
    result = json.loads(gradx("graph", case["expression"], *bindings, "--json").out)
    nodes = {node["name"]: node for node in result["nodes"]}
    for name, expected in case["nodes"].items():
        assert nodes[name]["value"] == pytest.approx(expected["value"], rel=1e-12)
        assert nodes[name]["gradient"] == pytest.approx(expected["gradient"], rel=1e-12)
    received = Counter()
    for edge in result["edges"]:
        received[edge["from"]] += nodes[edge["to"]]["gradient"] * edge["local"]
    for name, gradient in received.items():
        assert gradient == pytest.approx(nodes[name]["gradient"], rel=1e-12), "a gradient is the sum over its edges"


def test_without_a_point_json_has_no_numbers(gradx):
    result = json.loads(gradx("graph", PROGRAM, "--json").out)
    assert result["point"] is None
    assert {node["value"] for node in result["nodes"]} == {None}
    assert {edge["local"] for edge in result["edges"]} == {None}


def test_step_stops_backprop(gradx):
    result = json.loads(gradx("graph", PROGRAM, *POINT, "--step", "2", "--json").out)
    assert result["active"] == "v"
    gradients = {node["name"]: node["gradient"] for node in result["nodes"]}
    assert gradients == {"J": 1.0, "v": 3.0, "u": None, "a": None, "b": None, "c": None}
    drawn = gradx("graph", PROGRAM, *POINT, "--step=2").out
    assert "step 2 of 6: backprop is at v, dv = 3; next is a" in drawn
    assert drawn.count("← d") == 2


def test_steps_come_in_the_order_in_which_explain_tells_them(gradx):
    program = ("z = w*x + b; a = tanh(z); J = (a - x)^2*w", "w=1", "x=2", "b=3")
    steps = [step["node"] for step in json.loads(gradx("explain", *program, "--json").out)["steps"]]
    active = [
        json.loads(gradx("graph", *program, "--json", f"--step={k}").out)["active"] for k in range(1, len(steps) + 1)
    ]
    assert active == steps


def test_step_past_the_end_and_step_without_values(gradx):
    late = gradx("graph", PROGRAM, *POINT, "--step", "7")
    assert (late.code, late.out) == (2, "")
    assert "--step 6" in late.err
    assert "whole number" in gradx("graph", PROGRAM, *POINT, "--step", "-1").err
    bare = gradx("graph", PROGRAM, "--step", "1")
    assert bare.code == 2
    assert "no value" in bare.err


def test_a_pipe_has_one_band_and_columns_are_kept_to(gradx, read_back):
    whole = gradx("graph", PROGRAM, *POINT).out
    assert not read_back(whole).leaving
    narrow = gradx("graph", PROGRAM, *POINT, env={"COLUMNS": "50"}).out
    assert max(map(len, narrow.splitlines())) <= 50
    assert "brackets" in narrow
    seen = read_back(narrow.partition("→")[0].rstrip())
    assert set(seen.leaving) == seen.coming != set()


def test_too_narrow_for_a_box_says_how_to_see_it(gradx):
    narrow = gradx("graph", "1234567.5*x", "x=1.23457e-300", env={"COLUMNS": "16"}).out
    assert "1.23457e-300" in narrow
    assert "--output graph.svg" in " ".join(narrow.split())


def test_colours_add_nothing_but_colour(gradx):
    plain = gradx("graph", PROGRAM, *POINT, env={"COLUMNS": "80"}).out
    coloured = gradx("graph", PROGRAM, *POINT, env={"COLUMNS": "80", "FORCE_COLOR": "1"}).out
    assert ESCAPES.sub("", coloured) == plain
    assert "\x1b[91m← du = 3" in coloured
    assert "\x1b[36m= 6" in coloured


def test_ascii(gradx, read_back):
    for answer in (
        gradx("graph", PROGRAM, *POINT, "--ascii"),
        gradx("graph", PROGRAM, *POINT, env={"PYTHONIOENCODING": "ascii"}),
    ):
        assert answer.out.isascii()
        drawing = "\n".join(line for line in answer.out.splitlines() if "->   " not in line and "backward" not in line)
        assert read_back(drawing).edges == Counter(
            {("b", "u"): 1, ("c", "u"): 1, ("a", "v"): 1, ("u", "v"): 1, ("v", "J"): 1}
        )


@pytest.mark.parametrize(
    ("name", "begins"), [("a.svg", "<svg"), ("a.dot", "digraph"), ("a.mmd", "flowchart LR"), ("a.TXT", " ")]
)
def test_files_by_their_ending(gradx, tmp_path, name, begins):
    answer = gradx("graph", PROGRAM, *POINT, "--output", name)
    assert (answer.code, answer.out) == (0, "")
    text = (tmp_path / name).read_text("utf-8")
    assert text.startswith(begins)
    assert "u = b*c = 6" in re.sub(r"<[^>]*>|#42;", lambda m: "*" if m[0] == "#42;" else "", text)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG\r\n"), ("a.pdf", b"%PDF-")])
def test_images_and_what_was_written_is_said(gradx, tmp_path, name, begins):
    written = []
    for theme in ("light", "dark", "light"):
        answer = gradx("graph", PROGRAM, *POINT, "--output", name, "--force", "--theme", theme, "--title", "$x_{$ <b>")
        assert (answer.code, answer.out, answer.err) == (0, "", f"wrote {name}, 6 nodes\n")
        written.append((tmp_path / name).read_bytes())
    assert written[0].startswith(begins)
    assert written[0] == written[2] != written[1]


def test_a_title_that_the_font_lacks_is_not_drawn_as_boxes(gradx, tmp_path):
    answer = gradx("graph", PROGRAM, "--title", "標 題", "--output", "a.png")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: the font of an image has no sign 標\nhint: ")
    assert gradx("graph", PROGRAM, "--title", "標 題", "--output", "a.svg").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_the_title_is_the_reading_or_what_is_asked_for(gradx, tmp_path):
    for words, expected in (((), "u = b*c; v = a + u; J = 3*v"), (("--title", "A <card>\x1b"), "A <card>\\x1b")):
        assert gradx("graph", PROGRAM, "--output", "a.svg", "--force", *words).code == 0
        drawing = ElementTree.fromstring((tmp_path / "a.svg").read_text("utf-8"))
        assert drawing[0].text == expected
        assert expected in ["".join(line.itertext()) for line in drawing.iter("{http://www.w3.org/2000/svg}text")]


def test_without_matplotlib_the_error_names_the_extra(tmp_path):
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from gradx_cli.app import main\n"
        "sys.exit(main(['graph', 'x^2', '--output', sys.argv[1]]))"
    )
    for name, expected in (("a.png", 2), ("a.pdf", 2), ("a.svg", 0)):
        words = [sys.executable, "-c", code, name]
        done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=60)
        assert done.returncode == expected
        assert ("gradx[image]" in done.stderr) == bool(expected)
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_an_existing_file_needs_force(gradx, tmp_path):
    (tmp_path / "a.svg").write_text("mine")
    answer = gradx("graph", PROGRAM, "--output", "a.svg")
    assert answer.code == 2
    assert "--force" in answer.err
    assert (tmp_path / "a.svg").read_text() == "mine"
    assert gradx("graph", PROGRAM, "--output", "a.svg", "--force").code == 0
    assert (tmp_path / "a.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("name", ["a.gif", "a", "", "folder.svg", "nowhere/a.svg", "/dev/full", "/", "a.html", "-rf"])
def test_a_file_that_cannot_be(gradx, tmp_path, name):
    (tmp_path / "folder.svg").mkdir()
    answer = gradx("graph", PROGRAM, "--output", name)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert answer.err.count("\n") <= 6
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]


def test_a_large_graph_is_described_and_not_drawn(gradx):
    answer = gradx("graph", "+".join(f"x{k}*y" for k in range(500)))
    assert answer.code == 0
    assert "1,500 nodes: 501 inputs and 999 operations; 1,998 wires; the longest way to the output takes 500 steps" in (
        answer.out
    )
    assert "--output graph.svg" in answer.out
    assert "┌" not in answer.out
    assert answer.out.count("\n") < 8


@pytest.mark.slow
def test_json_of_a_hundred_thousand_nodes(gradx):
    text = "+".join(f"x{k}*y" for k in range(33_333))
    result = json.loads(gradx("graph", "-", "--json", stdin=text).out)
    assert len(result["nodes"]) == 33_334 + 66_665
    assert len(result["edges"]) == 2 * 66_665


def test_warnings_go_to_the_other_channel(gradx):
    answer = gradx("graph", "x^2", "x=3", "y=1")
    assert "y" in answer.err
    assert answer.err.startswith("warning: ")
    assert "J = x^2 = 9" in answer.out
