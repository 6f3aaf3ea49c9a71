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
from gradx_cli.drawing import PALETTES
from gradx_cli.drawing.boxes import Diagram, Label, Wire
from gradx_cli.drawing.svg import svg
from gradx_cli.drawing.text import dot, mermaid
from gradx_cli.pages.graph import content
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


def said(part: ElementTree.Element) -> str:
    return " ".join("".join(line.itertext()) for line in part.findall(f"{SVG}text"))


def wires_of(drawing: ElementTree.Element) -> Counter[tuple[str, str]]:
    """Which box's path ends at which box's arrow: a net begins at its box, or at the box's name in brackets."""
    sources: list[tuple[str, float, float, float]] = []
    boxes = []
    for group in drawing.findall(f"{SVG}g/{SVG}g"):
        frame, text = group.find(f"{SVG}rect"), group.find(f"{SVG}text")
        assert text is not None
        if frame is None:
            right = number(text.get("x")) + number(text.get("textLength"))
            sources.append((said(group).strip("()"), right + 4.2, number(text.get("y")) - 9, 9))
            continue
        name = said(group).split(" ")[0]
        x, y, width, height = (number(frame.get(key)) for key in ("x", "y", "width", "height"))
        sources.append((name, x + width, y, height))
        tips = [path.get("d", "") for path in group.findall(f"{SVG}path")]
        boxes.append((name, [re.findall(r"M([\d.]+) ([\d.]+)l", tip)[0] for tip in tips]))
    found: Counter[tuple[str, str]] = Counter()
    for net in drawing.findall(f"{SVG}g/{SVG}path[@class='wire']"):
        strokes = re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", net.get("d", ""))
        begins = [(float(x), float(y)) for x, y, _ in strokes]
        ends = [(float(end), float(y)) for _, y, end in strokes]
        (source,) = [
            name
            for name, right, top, height in sources
            if any(abs(x - right) < 0.02 and 0 < y - top < height for x, y in begins)
        ]
        for name, tips in boxes:
            for x, y in tips:
                if any(0 < float(x) - a < 12 and abs(float(y) - b) < 0.01 for a, b in ends):
                    found[source, name] += 1
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_svg_has_every_box_number_and_wire(name):
    text, point = PROGRAMS[name]
    shown = picture(text, point)
    drawing = ElementTree.fromstring(content(shown, ".svg"))
    boxes = [said(part) for part in drawing.findall(f"{SVG}g/{SVG}g")]
    assert shown.exploration is not None
    for node in shown.exploration.nodes:
        number = "not taken" if node.value is None else f"= {node.value:.6g} ← d{node.name} = {node.gradient:.6g}"
        assert any(box.startswith(f"{node.name} = ") and box.endswith(f" {number}") for box in boxes)
    assert wires_of(drawing) == edges(text)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_local_partial_stands_on_each_arrow(name):
    """Right before the arrow's head and above the wire, where no other wire goes up or down and no box is."""
    text, point = PROGRAMS[name]
    shown = picture(text, point)
    graph = shown.graph
    drawing = ElementTree.fromstring(content(shown, ".svg"))
    locals_on = [
        line for line in drawing.findall(f"{SVG}g/{SVG}text") if line.find(f"{SVG}tspan[@class='local']") is not None
    ]
    tips = {}
    for group in drawing.findall(f"{SVG}g/{SVG}g"):
        for path in group.findall(f"{SVG}path"):
            x, y = map(float, re.findall(r"M([\d.]+) ([\d.]+)l", path.get("d", ""))[0])
            tips[x, y] = said(group).split(" ")[0]
    uprights = [
        tuple(map(float, stroke))
        for net in drawing.findall(f"{SVG}g/{SVG}path[@class='wire']")
        for stroke in re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", net.get("d", ""))
    ]
    frames = [
        tuple(number(frame.get(key)) for key in ("x", "y", "width", "height"))
        for frame in drawing.findall(f"{SVG}g/{SVG}g/{SVG}rect")
    ]
    found = Counter()
    for line in locals_on:
        right, base = number(line.get("x")), number(line.get("y"))
        left = right - number(line.get("textLength"))
        (target,) = [name for (x, y), name in tips.items() if 8 <= x - right < 12 and 2 <= y - base < 6]
        found[target, "".join(line.itertext())] += 1
        assert not any(left < x < right and top < base and bottom > base - 9 for x, top, bottom in uprights)
        assert not any(x < right and left < x + w and y < base and base - 9 < y + h for x, y, w, h in frames)
    expected = Counter()
    for i in graph.operations:
        for slot in range(len(graph.nodes[i].inputs)):
            local = shown.local(i, slot)
            if local is not None:
                expected[graph.names[i], f"{local:.6g}"] += 1
    assert found == expected


def chained(length: int) -> str:
    return "; ".join(f"v{k} = sin({f'v{k - 1}' if k else 'x'}) + w{k}*x" for k in range(length))


def test_a_network_of_59_nodes_is_folded_where_that_makes_its_letters_larger(gradx, tmp_path):
    """In one band its letters would be 1.38 times smaller on a screen of 16:9."""
    units = range(1, 8)
    hidden = "; ".join(f"h{k} = tanh(w{k}*x + b{k})" for k in units)
    text = f"{hidden}; z = {' + '.join(f'v{k}*h{k}' for k in units)}; L = (z - y)^2"
    point = [f"{name}{k}={value}" for k in units for name, value in (("w", k / 4), ("b", 0.1), ("v", (-1) ** k))]
    assert gradx("graph", text, *point, "x=1", "y=2", "--output", "net.svg").err == "wrote net.svg, 59 nodes\n"
    assert "a name in brackets" in (tmp_path / "net.svg").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    ["x", "sin(x)", "u = b*c; v = a + u; J = 3v", NETWORK, chained(6), chained(15), "sin(" * 40 + "x" + ")" * 40],
)
def test_a_picture_is_never_wider_than_a_screen(text):
    drawing = ElementTree.fromstring(content(Picture(read(text)), ".svg"))
    width, height = number(drawing.get("width")), number(drawing.get("height"))
    untitled = ElementTree.fromstring(content(Picture(read(text)), ".svg", headed=""))
    for page in (drawing, untitled):
        assert number(page.get("width")) <= number(page.get("height")) * 16 / 9 + 0.1
    assert wires_of(drawing) == edges(text)
    inside = [element for element in drawing.iter() if element.get("x") is not None]
    assert inside
    for element in inside:
        extent = element.get("width") or element.get("textLength") or "0"
        right = number(element.get("x")) + (0 if element.get("text-anchor") else float(extent))
        assert 0 <= right <= width
        assert 0 <= number(element.get("y")) <= height


def test_a_long_title_stays_on_the_page():
    drawing = ElementTree.fromstring(content(Picture(read("sin(x)")), ".svg", headed="word " * 100 + "x" * 300))
    lines = drawing.findall(f"{SVG}g/{SVG}text")
    assert len(lines) == 2
    assert all(number(line.get("x")) + number(line.get("textLength")) <= number(drawing.get("width")) for line in lines)


def test_a_lecture_moves_no_box():
    program = read(NETWORK)
    found = explore(program, NETWORK_POINT, Options(checks="none"))
    drawn = [content(Picture(program, found, step), ".svg") for step in (1, 5, 20)]
    frames = [re.findall(r'<rect class="box[a-z ]*" (x="[^>]*)', str(text)) for text in drawn]
    assert frames[0] == frames[1] == frames[2]
    counts = [str(text).count('class="local"') for text in drawn]
    assert counts[0] < counts[1] < counts[2]


def luminance(color: str) -> float:
    """Relative luminance, as the Web Content Accessibility Guidelines 2.2 define it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", PALETTES)
def test_every_text_can_be_read(theme):
    colors = PALETTES[theme]
    for behind in ("page", "box"):
        for role in ("ink", "quiet", "forward", "backward", "tangent", "secant"):
            dark, light = sorted((luminance(colors[role]), luminance(colors[behind])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
def test_a_theme_is_the_only_one_in_its_file(theme):
    text = str(content(picture("x*x", {"x": 3}), ".svg", theme=theme))
    assert "prefers-color-scheme" not in text
    assert PALETTES[theme]["page"] in text
    assert PALETTES["dark" if theme == "light" else "light"]["page"] not in text


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
    text = str(content(picture("x*x", {"x": 3}), ".svg"))
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
    done = subprocess.run(
        ["dot", "-Tplain"], input="\n".join(dot(hostile)).encode(), capture_output=True, timeout=30, check=True
    )
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
    for line in list(mermaid(hostile))[1:3]:
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
