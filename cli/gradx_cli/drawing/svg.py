"""Pictures as SVG: the graph, self-contained, light or dark or as the reader's own page is; and lines in a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from gradx_cli.drawing import PALETTES, Theme
from gradx_cli.drawing.boxes import Diagram
from gradx_cli.drawing.curves import UPWARDS, Plot, Point, ticks
from gradx_cli.drawing.sketch import LEGEND_PX, LOCAL_PX, TIP_PX, TITLE_PX, Part, Step, Text, sketch
from gradx_cli.numbers import shown

NO_MARK: Mapping[str, str] = {}

_SIZES = "".join(
    f".{voice} {{ font-size: {size:g}px }}\n"
    for voice, size in (("title", TITLE_PX), ("legend", LEGEND_PX), ("local", LOCAL_PX))
)


def svg(
    diagram: Diagram,
    title: str,
    legend: str,
    *,
    embedded: bool = False,
    marked: bool = False,
    theme: Theme | None = None,
    other_legends: Sequence[str] = (),
) -> str:
    """An SVG document. `title` (above the drawing, and read out) and `legend` (below it) are safe text.

    `embedded`: a part of an HTML page, which names no namespace and has the title. `marked`: boxes, wires and what
    stands on wires say whose they are (`data-node`, `data-from`: positions of labels), for a script. Without a theme it
    is light or dark as the reader's browser is. `other_legends` have room too.
    """
    page = sketch(diagram, "" if embedded else title, legend, alone=not embedded, other_legends=other_legends)
    width, height = _n(page.width), _n(page.height)
    size = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height, "role": "img"}
    root = Element("svg", ({} if embedded else {"xmlns": "http://www.w3.org/2000/svg"}) | size)
    SubElement(root, "title").text = title
    rules = Path(__file__).with_suffix(".css").read_text("utf-8")
    SubElement(root, "style").text = f"\n{_colors(theme)}{rules}{_SIZES}"
    SubElement(root, "rect", {"class": "page", "width": "100%", "height": "100%"})
    drawn = SubElement(root, "g")
    for wire in page.wires:
        SubElement(drawn, "path", {"class": "wire", "d": _path(wire.steps)} | _mark("data-from", wire.source, marked))
        for x, y in wire.joints:
            SubElement(drawn, "circle", {"class": "joint", "cx": _n(x), "cy": _n(y), "r": "3"})
    for part in page.parts:
        _draw_part(SubElement(drawn, "g", _mark("data-node", part.node, marked and part.frame is not None)), part)
    for text in page.texts:
        _draw_text(drawn, text, _mark("data-node", text.node, marked))
    for element in (*root, *drawn):
        element.tail = "\n"
    return tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _mark(name: str, node: int | None, marked: bool) -> dict[str, str]:
    return {name: str(node)} if marked and node is not None else {}


def _colors(theme: Theme | None) -> str:
    """The palette as variables."""
    said = {
        name: "; ".join(f"--{role}: {color}" for role, color in colors.items()) for name, colors in PALETTES.items()
    }
    if theme is not None:
        return f"svg {{ color-scheme: {theme}; {said[theme]} }}\n"
    dark = f"@media (prefers-color-scheme: dark) {{ svg {{ {said['dark']} }} }}"
    return f"svg {{ color-scheme: light dark; {said['light']} }}\n{dark}\n"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _path(steps: Iterable[Step]) -> str:
    """The strokes; a level or upright line is written as one."""
    written = []
    last = (0.0, 0.0)
    for letter, points in steps:
        x, y = points[-1]
        if letter == "L" and y == last[1]:
            written.append(f"H{_n(x)}")
        elif letter == "L" and x == last[0]:
            written.append(f"V{_n(y)}")
        else:
            written.append(letter + " ".join(f"{_n(a)} {_n(b)}" for a, b in points))
        last = (x, y)
    return "".join(written)


def _draw_part(group: Element, part: Part) -> None:
    if part.frame is not None:
        x, y, width, height, state = part.frame
        kind = "box" if state == "plain" else f"box {state}"
        place = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height), "rx": "4"}
        SubElement(group, "rect", {"class": kind} | place)
    for text in part.texts:
        _draw_text(group, text)
    length, half = TIP_PX
    for x, y in part.tips:
        tip = f"M{_n(x)} {_n(y)}l-{_n(length)} -{_n(half)}v{_n(2 * half)}z"
        SubElement(group, "path", {"class": "tip", "d": tip})


def _draw_text(group: Element, line: Text, mark: Mapping[str, str] = NO_MARK) -> None:
    """One line of text, as wide as it is meant to be whatever font the reader has."""
    place = {"x": _n(line.x), "y": _n(line.y), "textLength": _n(line.width), "lengthAdjust": "spacingAndGlyphs", **mark}
    if line.ends:
        place["text-anchor"] = "end"
    text = SubElement(group, "text", place)
    for piece, voice in line.pieces:
        SubElement(text, "tspan", {"class": voice}).text = piece


WIDTH, HEIGHT = 720.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 12.0, 40.0


def chart_svg(plot: Plot) -> Iterator[str]:
    """The lines of an `svg` element; what it says (`described` is read out) must be safe text."""
    (left, right), (low, high) = plot.x, plot.y

    def at(point: Point) -> tuple[str, str]:
        across, up = (point[0] - left) / (right - left), (point[1] - low) / (high - low)
        return _n(LEFT + across * (WIDTH - LEFT - RIGHT)), _n(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM))

    root = Element("svg", {"class": "chart", "role": "img", "viewBox": f"0 0 {_n(WIDTH)} {_n(HEIGHT)}"})
    SubElement(root, "title").text = plot.described
    for place in ticks(left, right, 7):
        across, _ = at((place, low))
        _draw_tick(root, f"M{across} {_n(TOP)}V{_n(HEIGHT - BOTTOM)}", "below", across, _n(HEIGHT - BOTTOM + 18), place)
    for place in ticks(low, high, UPWARDS):
        _, down = at((left, place))
        beside = _n(float(down) + 4)
        _draw_tick(root, f"M{_n(LEFT)} {down}H{_n(WIDTH - RIGHT)}", "beside", _n(LEFT - 8), beside, place)
    SubElement(root, "text", {"class": "axis", "x": _n(WIDTH / 2), "y": _n(HEIGHT - 4)}).text = plot.over
    for line, part in plot.parts():
        path = "".join(f"{'L' if k else 'M'}{' '.join(at(point))}" for k, point in enumerate(part))
        SubElement(root, "path", {"class": f"pen pen-{line.pen}", "d": path})
    for mark in plot.seen():
        across, down = at(mark.at)
        kind = f"mark pen-{mark.pen}{' hollow' if mark.hollow else ''}"
        SubElement(root, "circle", {"class": kind, "cx": across, "cy": down, "r": "5"})
    for element in root:
        element.tail = "\n"
    yield from tostring(root, encoding="unicode").splitlines()


def _draw_tick(root: Element, path: str, where: str, x: str, y: str, place: float) -> None:
    kind = "grid zero" if place == 0 else "grid"
    SubElement(root, "path", {"class": kind, "d": path})
    SubElement(root, "text", {"class": f"tick {where}", "x": x, "y": y}).text = shown(place, 6)
