"""Lines in a frame as SVG, for a page that has its colours: the classes `pen` and `pen-curve`, … say what is what."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from gradx_cli.drawing.curves import UPWARDS, Plot, Point, ticks
from gradx_cli.numbers import shown

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


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
