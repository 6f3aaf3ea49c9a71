"""SVG, DOT and Mermaid: well-formed, complete, and nothing in them that a name could break out of."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from xml.etree import ElementTree

import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.point.exploration import Options, explore
from gradx_cli.drawing.flowcharts import dot, mermaid
from gradx_cli.drawing.model import Diagram, Label, Wire
from gradx_cli.drawing.svg import svg
from gradx_cli.pages.graph_files import content
from gradx_cli.pages.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"
NETWORK = (
    "z1 = w1*x1 + w2*x2; a1 = tanh(z1); z2 = w3*x1 + w4*x2; a2 = tanh(z2);"
    "z3 = w5*a1 + w6*a2; a3 = sigmoid(z3); J = 1/2*(a3 - y)^2"
)
NETWORK_POINT = {"w1": 1, "x1": 2, "w2": -1, "x2": 0.5, "w3": 0.5, "w4": 0.25, "w5": 1.5, "w6": -0.25, "y": 1}
PROGRAMS = {
    "chain": ("sin(cos(exp(sqrt(x))))", {"x": 4}),
    "fan-out": ("b = a + a; c = b + b", {"a": 1}),
    "diamond": ("u = sin(x); v = cos(x); J = u*v", {"x": 1}),
    "crossing": ("(a*x)*(a*y) + (b*x)*(b*y)", {"a": 1, "b": 2, "x": 3, "y": 4}),
    "branches": ("where(x < 0, log(x), x^2) % 3", {"x": 2}),
    "network": (NETWORK, NETWORK_POINT),
}

HOSTILE = '"]; }<script>alert(1)</script>\\&--> #quot; `x` <!-- {{x}} | \\'
"""No name can hold such a thing; a writer that let it through would be one change of the language away from a hole."""

hostile = Diagram(
    (Label(HOSTILE, None, HOSTILE, HOSTILE), Label("J", HOSTILE, "1", None)), (Wire(0, 1, HOSTILE),), gradients=True
)


def picture(text: str, point: dict[str, float]) -> Picture:
    program = read(text)
    return Picture(program, explore(program, point, Options(checks="none")))


def edges(text: str) -> Counter[tuple[str, str]]:
    graph = read(text).graph
    known = set(graph.shown)
    return Counter(
        (graph.names[j], graph.names[i]) for i in graph.operations for j in graph.nodes[i].inputs if j in known
    )


def number(text: str | None) -> float:
    assert text is not None
    return float(text)


def wires_of(drawing: ElementTree.Element) -> Counter[tuple[str, str]]:
    """Which box's path ends at which box's arrow: a net is a path of its own, which begins at its box."""
    boxes = {}
    for group in drawing.findall(f"{SVG}g/{SVG}g"):
        frame = group.find(f"{SVG}rect")
        name = group.find(f"{SVG}text/{SVG}tspan")
        assert frame is not None
        assert name is not None
        tips = [path.get("d", "") for path in group.findall(f"{SVG}path")]
        boxes[name.text or ""] = (frame, [re.findall(r"M([\d.]+) ([\d.]+)l", tip)[0] for tip in tips])
    found: Counter[tuple[str, str]] = Counter()
    for net in drawing.findall(f"{SVG}g/{SVG}path[@class='wire']"):
        strokes = re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", net.get("d", ""))
        begins = [(float(x), float(y)) for x, y, _ in strokes]
        ends = [(float(end), float(y)) for _, y, end in strokes]
        (source,) = [
            name
            for name, (frame, _) in boxes.items()
            if any(
                abs(x - number(frame.get("x")) - number(frame.get("width"))) < 0.01
                and 0 < y - number(frame.get("y")) < number(frame.get("height"))
                for x, y in begins
            )
        ]
        for name, (_, tips) in boxes.items():
            for x, y in tips:
                if any(0 < float(x) - a < 12 and abs(float(y) - b) < 0.01 for a, b in ends):
                    found[source, name] += 1
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_svg_has_every_box_number_and_wire(name):
    text, point = PROGRAMS[name]
    shown = picture(text, point)
    drawing = ElementTree.fromstring(content(shown, ".svg"))
    words = ["".join(line.itertext()) for line in drawing.iter(f"{SVG}text")]
    assert shown.exploration is not None
    for node in shown.exploration.nodes:
        if node.value is None:
            assert any(line.startswith(f"{node.name} = ") and line.endswith("not taken") for line in words)
        else:
            assert any(line.startswith(f"{node.name} = ") and line.endswith(f"= {node.value:.6g}") for line in words)
            assert f"← d{node.name} = {node.gradient:.6g}" in words
    assert wires_of(drawing) == edges(text)


@pytest.mark.parametrize("name", ["crossing", "network"])
def test_svg_leaves_a_gap_where_wires_cross(name):
    text, point = PROGRAMS[name]
    drawing = ElementTree.fromstring(content(picture(text, point), ".svg"))
    nets = [path.get("d", "") for path in drawing.findall(f"{SVG}g/{SVG}path[@class='wire']")]
    level = [(k, *map(float, s)) for k, net in enumerate(nets) for s in re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", net)]
    upright = [
        (k, *map(float, s)) for k, net in enumerate(nets) for s in re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", net)
    ]
    passed = 0
    for net, x, top, bottom in upright:
        for other, left, y, right in level:
            if other != net and top < y < bottom:
                assert not left - 3 < x < right + 3
                passed += any(k == other and y2 == y and a > x > right for k, a, y2, _ in level)
    assert passed >= 1, "there is a crossing, and the wire goes on behind it"


def test_svg_stays_inside_its_page_and_its_boxes_apart():
    drawing = ElementTree.fromstring(content(picture(NETWORK, NETWORK_POINT), ".svg"))
    width, height = number(drawing.get("width")), number(drawing.get("height"))
    frames = [
        tuple(number(frame.get(key)) for key in ("x", "y", "width", "height"))
        for frame in drawing.findall(f"{SVG}g/{SVG}g/{SVG}rect")
    ]
    assert len(frames) == 24
    for at, (x, y, w, h) in enumerate(frames):
        assert x >= 0
        assert x + w < width
        assert y + h < height
        for x2, y2, w2, h2 in frames[at + 1 :]:
            assert x + w < x2 or x2 + w2 < x or y + h < y2 or y2 + h2 < y


def test_svg_is_legible_on_light_and_dark_pages_and_needs_nothing_else():
    text = content(picture("x*x", {"x": 3}), ".svg")
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"href|url\(|@import|<script|http(?!://www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("name", PROGRAMS)
def test_dot_says_the_same_edges_to_graphviz(name):
    if not shutil.which("dot"):
        pytest.skip("Graphviz is not installed")
    text, point = PROGRAMS[name]
    written = content(picture(text, point), ".dot")
    done = subprocess.run(["dot", "-Tplain"], input=written.encode(), capture_output=True, timeout=30, check=True)
    assert done.stderr == b""
    names = re.findall(r'(n\d+) \[label="([^ ]+) =', written)
    drawn = Counter(re.findall(r"^edge (n\d+) (n\d+)", done.stdout.decode(), re.MULTILINE))
    assert Counter({(dict(names)[a], dict(names)[b]): count for (a, b), count in drawn.items()}) == edges(text)


def test_dot_takes_any_text():
    if not shutil.which("dot"):
        pytest.skip("Graphviz is not installed")
    done = subprocess.run(["dot", "-Tplain"], input=dot(hostile).encode(), capture_output=True, timeout=30, check=True)
    assert done.stderr == b""
    assert re.findall(r"^edge (n\d+) (n\d+)", done.stdout.decode(), re.MULTILINE) == [("n0", "n1")]
    assert len(re.findall(r"^node ", done.stdout.decode(), re.MULTILINE)) == 2


@pytest.mark.parametrize("name", PROGRAMS)
def test_mermaid_lists_every_node_and_edge(name):
    text, point = PROGRAMS[name]
    lines = content(picture(text, point), ".mmd").splitlines()
    assert lines[0] == "flowchart LR"
    names = dict(re.match(r'  (n\d+)\["([^ ]+) =', line).groups() for line in lines if '["' in line)
    ends = [re.fullmatch(r'  (n\d+) -->(?:\|"[^"|]*"\|)? (n\d+)', line) for line in lines if "-->" in line]
    assert Counter((names[end[1]], names[end[2]]) for end in ends if end) == edges(text)
    assert all(ends)


def test_mermaid_quotes_whatever_could_be_a_sign():
    for line in mermaid(hostile).splitlines()[1:3]:
        label = re.fullmatch(r'  n\d\["(.*)"\]', line)
        assert label
        assert not re.search(r'["<>`{}|\\&]', label[1].replace("<br/>", ""))
        assert not re.search(r"#(?!\d+;)", label[1])


def test_svg_takes_any_text():
    drawing = ElementTree.fromstring(svg(hostile, HOSTILE, HOSTILE))
    assert len(list(drawing.iter())) == len(list(ElementTree.fromstring(svg(hostile, "a", "b")).iter()))
    assert "".join(drawing.itertext()).count("<script>") >= 4


@pytest.mark.parametrize(("ending", "largest"), [(".txt", 500), (".svg", 5000)])
def test_what_is_too_large_to_be_drawn_says_what_is_not(ending, largest):
    program = read("+".join(["x"] * (largest + 2)))
    with pytest.raises(GradxError) as error:
        content(Picture(program), ending)
    assert error.value.problem.kind == "size"
    assert "--output" in (error.value.problem.hint or "")
    assert content(Picture(program), ".dot").count("->") == 2 * (largest + 1)


def test_wires_that_are_too_long_to_be_drawn_are_refused_before_memory_goes():
    """A thousand inputs, all used again at the very end of a chain of thousands."""
    names = [f"x{k}" for k in range(900)]
    chain = ";".join(f"v{k} = sin({f'v{k - 1}' if k else '+'.join(names)})" for k in range(2000))
    with pytest.raises(GradxError, match="too long"):
        content(Picture(read(f"{chain}; J = v1999*({'+'.join(names)})")), ".svg")


@pytest.mark.slow
def test_hundreds_of_nodes_are_drawn_as_svg():
    program = read(";".join(f"v{k} = w{k}*x + sin({f'v{k - 1}' if k else 'x'})" for k in range(120)))
    drawing = ElementTree.fromstring(content(Picture(program), ".svg"))
    assert wires_of(drawing) == edges(program.source.text)
