"""The diagram as SVG: the text drawing's layout, cell for cell. Self-contained, for light and dark pages alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from gradx_cli.drawing.boxes import Box, Line, boxes
from gradx_cli.drawing.layers import layers
from gradx_cli.drawing.layout import Layout, Net, Place, layout
from gradx_cli.drawing.model import Diagram

Cell = tuple[int, int]

_CELL_WIDTH_PX, _CELL_HEIGHT_PX = 8.4, 19.0
_MARGIN_PX = 16.0
_BEND_PX = 6.0
_GAP_PX = 4.5
_FONT_PX = 14


def svg(diagram: Diagram, title: str, legend: str, *, embedded: bool = False) -> str:
    """An SVG document. `title` (read out, and shown by the browser) and `legend` (below the drawing) are safe text.

    `embedded`: a part of an HTML page, which names no namespace.
    """
    drawn = boxes(diagram)
    pairs = [(wire.source, wire.target) for wire in diagram.wires]
    plan = layout([box.shape for box in drawn], layers(len(drawn), pairs), pairs)
    columns = max(plan.width, len(legend))
    width, height = 2 * _MARGIN_PX + columns * _CELL_WIDTH_PX, 2 * _MARGIN_PX + (plan.height + 1.5) * _CELL_HEIGHT_PX
    size = {"viewBox": f"0 0 {_n(width)} {_n(height)}", "width": _n(width), "height": _n(height), "role": "img"}
    root = Element("svg", ({} if embedded else {"xmlns": "http://www.w3.org/2000/svg"}) | size)
    SubElement(root, "title").text = title
    SubElement(root, "style").text = f"\n{Path(__file__).with_suffix('.css').read_text('utf-8')}"
    SubElement(root, "rect", {"class": "page", "width": "100%", "height": "100%"})
    sketch = SubElement(root, "g", transform=f"translate({_n(_MARGIN_PX)} {_n(_MARGIN_PX)})")
    _draw_wires(sketch, plan)
    for box, place in zip(drawn, plan.places, strict=True):
        _draw_box(sketch, box, place)
    below = SubElement(sketch, "text", {"class": "legend", "x": "0", "y": _n((plan.height + 1) * _CELL_HEIGHT_PX)})
    below.text = legend
    for element in (*root, *sketch):
        element.tail = "\n"
    return tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _x(column: float) -> float:
    """The middle of a column of cells."""
    return (column + 0.5) * _CELL_WIDTH_PX


def _y(row: float) -> float:
    """The middle of a row of cells."""
    return (row + 0.5) * _CELL_HEIGHT_PX


def _draw_box(sketch: Element, box: Box, place: Place) -> None:
    shape = box.shape
    group = SubElement(sketch, "g")
    left, top = _x(place.x), _y(place.y)
    width, height = _n((shape.width - 1) * _CELL_WIDTH_PX), _n((shape.height - 1) * _CELL_HEIGHT_PX)
    kind = "box" if box.state == "plain" else f"box {box.state}"
    frame = {"class": kind, "x": _n(left), "y": _n(top), "width": width, "height": height, "rx": "4"}
    SubElement(group, "rect", frame)
    for row, line in enumerate(box.lines, place.y + 1):
        if any(text.strip() for text, _ in line):
            _draw_line(group, line, (place.x + 2) * _CELL_WIDTH_PX, _y(row))
    for row in place.entries:
        tip = f"M{_n(left)} {_n(_y(row))}l-8 -4.5v9z"
        SubElement(group, "path", {"class": "tip", "d": tip})


def _draw_line(group: Element, line: Line, x: float, y: float) -> None:
    """One line of text, as wide as its cells whatever font the reader has."""
    columns = sum(len(text) for text, _ in line)
    place = {"x": _n(x), "y": _n(y + _FONT_PX * 0.35), "textLength": _n(columns * _CELL_WIDTH_PX)}
    text = SubElement(group, "text", place, lengthAdjust="spacingAndGlyphs")
    for piece, role in line:
        SubElement(text, "tspan", {"class": role}).text = piece


def _draw_wires(sketch: Element, plan: Layout) -> None:
    """A path for each net, and a dot where it forks. Level pieces are broken where an upright of another net passes."""
    uprights = sorted((x, top, bottom, net.source) for net in plan.nets for x, top, bottom in net.upright)
    columns = [x for x, *_ in uprights]
    for net in plan.nets:
        corners, joints = _meetings(net)
        path = []
        for row, left, right in net.level:
            begin = _x(left) + _BEND_PX * ((left, row) in corners)
            for x, top, bottom, source in uprights[bisect_right(columns, left) : bisect_left(columns, right)]:
                if source != net.source and top < row < bottom:
                    path.append(f"M{_n(begin)} {_n(_y(row))}H{_n(_x(x) - _GAP_PX)}")
                    begin = _x(x) + _GAP_PX
            path.append(f"M{_n(begin)} {_n(_y(row))}H{_n(_x(right) - _BEND_PX * ((right, row) in corners))}")
        for x, top, bottom in net.upright:
            begin = _y(top) + _BEND_PX * ((x, top) in corners)
            path.append(f"M{_n(_x(x))} {_n(begin)}V{_n(_y(bottom) - _BEND_PX * ((x, bottom) in corners))}")
        for (x, row), (across, down) in corners.items():
            middle, height = _x(x), _y(row)
            path.append(
                f"M{_n(middle + across * _BEND_PX)} {_n(height)}Q{_n(middle)} {_n(height)}"
                f" {_n(middle)} {_n(height + down * _BEND_PX)}"
            )
        SubElement(sketch, "path", {"class": "wire", "d": "".join(path)})
        for x, row in joints:
            SubElement(sketch, "circle", {"class": "joint", "cx": _n(_x(x)), "cy": _n(_y(row)), "r": "3"})


def _meetings(net: Net) -> tuple[dict[Cell, tuple[int, int]], list[Cell]]:
    """Where the net turns (with the ways it goes on: left -1 or right 1, up -1 or down 1), and where it forks."""
    rightwards = {(left, row) for row, left, _ in net.level}
    leftwards = {(right, row) for row, _, right in net.level}
    corners: dict[Cell, tuple[int, int]] = {}
    joints = []
    for x, top, bottom in net.upright:
        rows = {row for row, left, right in net.level if x in (left, right) and top <= row <= bottom}
        for row in sorted(rows):
            across = ((x, row) in rightwards) - ((x, row) in leftwards)
            down = (row < bottom) - (row > top)
            if across and down:
                corners[x, row] = (across, down)
            else:
                joints.append((x, row))
    return corners, joints
