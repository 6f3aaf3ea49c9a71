"""`gradx plot` as a user runs it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest


def plotted(gradx: Any, *words: str) -> dict[str, Any]:
    answer = gradx("plot", *words, "--json")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_the_numbers_of_a_curve(gradx: Any) -> None:
    found = plotted(gradx, "x^2 + c", "--over", "x=-1..3", "--points", "5", "x=1", "c=2")
    assert found["over"] == "x"
    assert found["x"] == [-1, 0, 1, 2, 3]
    assert found["value"] == [3, 2, 3, 6, 11]
    assert found["derivative"] == [-2, 0, 2, 4, 6]
    assert found["tangent"] == {"at": 1, "value": 3, "slope": 2}
    assert found["secant"]["slope"] == pytest.approx(2.001)
    assert found["breaks"] == []
    assert (found["schema"], found["command"], found["warnings"]) == ("gradx/1", "plot", [])
    assert (found["expression"], found["reading"]) == ("x^2 + c", "J = x^2 + c")


def test_where_there_is_no_value_there_is_null(gradx: Any) -> None:
    found = plotted(gradx, "log(x)/(x - 1)", "--over", "x=-1..2", "--points", "4")
    assert found["value"][:3] == [None, None, None]
    assert found["derivative"][:3] == [None, None, None]
    assert found["value"][3] == pytest.approx(0.6931471805599453)
    assert found["tangent"] is None
    assert [(b["at"], b["kind"]) for b in found["breaks"]] == [(0, "pole"), (1, "hole")]


def test_an_overflow_is_not_a_hole(gradx: Any) -> None:
    assert plotted(gradx, "exp(x)", "--over", "x=0..1000", "--points", "2")["value"] == [1, "inf"]


def test_a_default_is_the_point_of_the_tangent(gradx: Any) -> None:
    assert plotted(gradx, "x = 3; x^2", "--over", "x=0..5", "--points", "3")["tangent"]["slope"] == 6


def test_csv_has_a_row_a_point_and_empty_cells(gradx: Any) -> None:
    answer = gradx("plot", "1/x", "--over", "x=-1..1", "--points", "3", "--format", "csv")
    assert list(csv.reader(answer.out.splitlines())) == [
        ["x", "value", "derivative"], ["-1.0", "-1.0", "-1.0"], ["0.0", "", ""], ["1.0", "1.0", "-1.0"],
    ]  # fmt: skip


def test_the_drawing_has_curve_slope_and_tangent(gradx: Any) -> None:
    answer = gradx("plot", "x^2", "--over", "x=-3..3", "x=1", "--ascii")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.isascii()
    assert "tangent at x = 1: 1 + 2*(x - 1), slope 2" in answer.out
    assert "secant of the nudge by 0.001: slope 2.001" in answer.out
    above, below = answer.out.split("dJ/dx")
    assert "*" in above
    assert "-" in above.split("J\n")[1]
    assert "*" in below


def columns_drawn(chart: str) -> list[int]:
    """The columns of a chart in which something of the curve is drawn."""
    rows = [row.split("|", 1)[-1].split("+", 1)[-1] for row in chart.splitlines() if "|" in row or "+" in row]
    return sorted({k for row in rows[:-1] for k, sign in enumerate(row) if sign == "*"})


@pytest.mark.sampled(4)
@pytest.mark.parametrize("columns", ["60", "80", "120"])
@pytest.mark.parametrize("text", ["x^2*1000", "x^3/1000", "sin(x)", "-exp(5*x)"])
def test_both_panels_share_one_gutter_and_a_zero_line(gradx: Any, text: str, columns: str) -> None:
    for ascii_only, side, zero in (((), "│", "┄"), (("--ascii",), "|", ".")):
        lines = gradx("plot", text, "--over", "x=-3..3", *ascii_only, env={"COLUMNS": columns}).out.splitlines()
        axes = {
            re.search(f"[{side}┤]|[+](?=[. *]|$)", line).start()
            for line in lines
            if re.match(" *-?[0-9.e+-]* *[┤│|]", line)
        }
        assert len(axes) == 1
        assert sum(bool(re.match(f" *0[┤+].*{re.escape(zero * 3)}", line)) for line in lines) == 2


def test_the_curve_is_drawn_over_its_tangent(gradx: Any, tmp_path: Path) -> None:
    """At a touch of the third order both are on the same dots, and the curve's are seen."""
    drawn = gradx("plot", "2*x", "--over", "x=-1..1", "x=0", "--ascii").out
    above = drawn.partition("dJ/dx")[0]
    assert "-" not in re.sub("-?[0-9.]+[+]|[+]-.*|-[0-9.]*", "", above).replace("J = 2*x", "")
    assert above.count("*") > 40
    gradx("plot", "2*x", "--over", "x=-1..1", "x=0", "--output", str(tmp_path / "a.svg"))
    image = (tmp_path / "a.svg").read_text("utf-8")
    assert image.index("stroke: #862e9c") < image.index("stroke: #ad5700") < image.index("stroke: #0b7285")


@pytest.mark.parametrize("text", ["floor(x)", "sign(x)", "where(x < 0, -1, 1)", "acot(x)"])
def test_a_jump_is_not_drawn_as_a_wall(gradx: Any, text: str) -> None:
    out = gradx("plot", text, "--over", "x=-0.9..0.9", "--ascii", "--points", "400").out
    chart = out.split("J\n", 1)[1].split("dJ/dx")[0].split("J\n")[-1]
    stars = [row.count("*") for row in chart.splitlines() if "*" in row]
    # A wall would put a single star into each of the rows between the two levels.
    assert all(count > 2 for count in stars)


def test_a_pole_does_not_flatten_the_curve(gradx: Any) -> None:
    out = gradx("plot", "1/x", "--over", "x=-3..3", "--ascii").out
    chart = out.split("dJ/dx")[0]
    assert sum("*" in row for row in chart.splitlines()) >= 12
    assert "! pole at x = 0" in out


def test_nothing_to_draw_is_said(gradx: Any) -> None:
    answer = gradx("plot", "sqrt(-x^2 - 1)", "--over", "x=-1..1")
    assert answer.code == 0
    assert "! J has no finite value at any of these points" in answer.out


def test_many_breaks_are_counted(gradx: Any) -> None:
    out = gradx("plot", "tan(10*x)", "--over", "x=-3..3").out
    assert "! 20 poles, at x = -2.98451, -2.67035, -2.35619, …, 2.98451" in out


@pytest.mark.parametrize("columns", ["30", "60", "80", "200"])
def test_the_drawing_fits_the_screen(gradx: Any, columns: str) -> None:
    out = gradx("plot", "sin(x)", "--over", "x=-3..3", env={"COLUMNS": columns}).out
    assert max(map(len, out.splitlines())) <= int(columns)


@pytest.mark.parametrize("columns", [40, 50, 60])
def test_what_is_said_below_a_drawing_fits_the_screen(gradx: Any, columns: int) -> None:
    answer = gradx("plot", "sin(x)/x", "x=1.23456", env={"COLUMNS": str(columns)})
    assert max(map(len, answer.out.splitlines())) <= columns
    assert "secant of the nudge" in answer.out


def test_the_zero_line_is_a_grey_that_is_seen_on_dark_and_light(gradx: Any) -> None:
    answer = gradx("plot", "sin(x)", env={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert "\x1b[38;5;244m┄" in answer.out
    assert "\x1b[90m" not in answer.out


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1", "FORCE_COLOR": "1"}, {}, {"TERM": "dumb"}])
def test_no_colours_where_none_are_wanted(gradx: Any, environment: dict[str, str]) -> None:
    assert "\x1b" not in gradx("plot", "x", "--over", "x=0..1", env=environment).out


def test_colours_are_the_terminals_own(gradx: Any) -> None:
    out = gradx("plot", "x", "--over", "x=0..1", env={"FORCE_COLOR": "1"}).out
    # The terminal's own sixteen, and dim for a grey, are readable on dark and on light; no background is painted.
    assert "\x1b[36m" in out
    assert set(re.findall(r"\x1b\[([\d;]*)m", out)) <= {"0", "2", *map(str, range(30, 38)), *map(str, range(90, 98))}


@pytest.mark.parametrize(
    ("over", "place"),
    [("x", "--over"), ("x=3", "--over"), ("x=3..1", "below"), ("x=1..1", "below"),
     ("x=0,5..1", "0.5"), ("x=..1", "--over"), ("z=0..1", "z is not an input"), ("x=0..inf", "finite"),
     ("x=-1e308..1e308", "farther")],
)  # fmt: skip
def test_a_range_that_is_none_is_an_error(gradx: Any, over: str, place: str) -> None:
    answer = gradx("plot", "x^2", "--over", over)
    assert (answer.code, answer.out) == (2, "")
    assert place in answer.err


@pytest.mark.parametrize("points", ["1", "0", "-5", "1.5", "99999999999"])
def test_a_number_of_points_that_is_none_is_an_error(gradx: Any, points: str) -> None:
    answer = gradx("plot", "x^2", "--over", "x=0..1", "--points", points)
    assert answer.code == 2
    assert "--points needs a whole number" in answer.err


def test_without_a_range_of_several_inputs_the_hint_has_one(gradx: Any) -> None:
    answer = gradx("plot", "w^2*x")
    assert answer.code == 2
    assert "--over w=-3..3" in answer.err


@pytest.mark.slow
def test_an_svg_is_well_formed_and_holds_the_text(gradx: Any, tmp_path: Path) -> None:
    answer = gradx("plot", "abs(x)/x + x", "--over", "x=-3..3", "x=1", "--output", "curve.svg")
    assert (answer.code, answer.out, answer.err) == (0, "", "wrote curve.svg, x from -3 to 3\n")
    root = ElementTree.parse(tmp_path / "curve.svg").getroot()
    texts = "".join(root.itertext())
    assert root.tag.endswith("svg")
    for text in ("J = abs(x)/x + x", "dJ/dx", "tangent: slope 1", "jump at x = 0"):
        assert text in texts
    before = (tmp_path / "curve.svg").read_bytes()
    assert gradx("plot", "x", "--over", "x=0..1", "--output", "curve.svg").code == 2
    assert (tmp_path / "curve.svg").read_bytes() == before
    assert gradx("plot", "abs(x)/x + x", "--over", "x=-3..3", "x=1", "--output", "curve.svg", "--force").code == 0
    assert (tmp_path / "curve.svg").read_bytes() == before


def test_an_svg_has_a_dark_side_and_a_theme_has_one_side(gradx: Any, tmp_path: Path) -> None:
    """Every colour of the light image has its counterpart; with a theme there is nothing to choose."""
    images = {}
    for theme in ((), ("--theme", "light"), ("--theme", "dark")):
        words = ("relu(x)/x + abs(x - 2)", "--over", "x=-3..3", "x=1", "--output", "a.svg", "--force")
        assert gradx("plot", *words, *theme).code == 0
        images[theme[-1:]] = (tmp_path / "a.svg").read_text("utf-8")
    both, light, dark = images.values()
    drawn, _, rules = both.partition("<style>@media (prefers-color-scheme: dark)")
    used = set(re.findall(r"(?:fill|stroke): #\w{6}", drawn))
    assert len(used) > 6
    assert used <= set(re.findall(r'style\*="([^"]*)"', rules))
    assert light.count("prefers-color-scheme") == dark.count("prefers-color-scheme") == 0
    assert not used & set(re.findall(r"(?:fill|stroke): #\w{6}", dark))


def test_a_png_is_a_png(gradx: Any, tmp_path: Path) -> None:
    assert gradx("plot", "1/x", "--over", "x=-3..3", "--output", "curve.png").code == 0
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_another_ending_is_an_error_before_any_work(gradx: Any) -> None:
    answer = gradx("plot", "x", "--over", "x=0..1", "--output", "curve.gif")
    assert answer.code == 2
    assert ".svg .png" in answer.err


def test_without_matplotlib_the_error_names_the_extra(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from gradx_cli.app import main\n"
        "sys.exit(main(['plot', 'x', '--over', 'x=0..1', '--output', 'a.svg']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=30)
    assert done.returncode == 2
    assert "hint: pip install matplotlib " in done.stderr
    assert not (tmp_path / "a.svg").exists()


def test_the_help_names_the_extra(gradx: Any) -> None:
    assert "gradx[image]" in gradx("plot", "--help").out


def test_importing_the_engine_loads_no_numpy() -> None:
    code = (
        "import sys, gradx, gradx.lessons.curves.curve, gradx.lessons.descents.descent; print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "False"


@pytest.mark.sampled(2)
@pytest.mark.parametrize("words", [("1e308*x", "--over", "x=-10..10"), ("1.7e308 + 0*x", "--over", "x=0..1")])
def test_what_is_too_far_away_to_be_drawn_is_left_out(gradx: Any, words: tuple[str, ...], tmp_path: Path) -> None:
    drawn = gradx("plot", *words)
    assert (drawn.code, drawn.err) == (0, "")
    written = gradx("plot", *words, "--output", "a.svg")
    ends = words[-1].partition("=")[2].split("..")
    assert (written.code, written.err) == (0, f"wrote a.svg, x from {ends[0]} to {ends[1]}\n")


def test_a_picture_that_is_cut_says_so(gradx: Any) -> None:
    said = "float64 overflows at some of these points, and the picture is cut"
    assert said in gradx("plot", "exp(x)", "--over", "x=0..800").out
    assert said not in gradx("plot", "exp(x)", "--over", "x=0..8").out
    assert said not in gradx("plot", "1/x", "--over", "x=-1..1").out


def test_a_point_outside_of_the_picture_is_said_to_be_there(gradx: Any) -> None:
    said = "the point lies outside of the picture"
    assert said in gradx("plot", "x^2", "--over", "x=-3..3", "x=5").out
    assert said not in gradx("plot", "x^2", "--over", "x=-3..3", "x=1").out
