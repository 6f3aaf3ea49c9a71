"""Lines in a frame as SVG, for a page that has its colours: the classes `pen` and `pen-curve`, … say what is what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from gradx_cli.drawing.curves import UPWARDS, Line, Mark, Point, Range, clipped, thinned, ticks
from gradx_cli.numbers import shown

WIDTH, HEIGHT = 720.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 12.0, 40.0


class _Frame:
    """Where a point lies on the page."""

    def __init__(self, x: Range, y: Range) -> None:
        self._x = x
        self._y = y

    def __call__(self, point: Point) -> tuple[str, str]:
        across = (point[0] - self._x[0]) / (self._x[1] - self._x[0])
        up = (point[1] - self._y[0]) / (self._y[1] - self._y[0])
        return _n(LEFT + across * (WIDTH - LEFT - RIGHT)), _n(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM))


def chart_svg(
    lines: Sequence[Line], marks: Sequence[Mark], x: Range, y: Range, described: str, over: str
) -> Iterator[str]:
    """The lines of an `svg` element. `described` (read out) and `over` (the name of what goes right) are safe text."""
    root = Element("svg", {"class": "chart", "role": "img", "viewBox": f"0 0 {_n(WIDTH)} {_n(HEIGHT)}"})
    SubElement(root, "title").text = described
    frame = _Frame(x, y)
    _draw_grid(root, frame, x, y)
    SubElement(root, "text", {"class": "axis", "x": _n(WIDTH / 2), "y": _n(HEIGHT - 4)}).text = over
    for line in lines:
        for part in clipped(thinned(line.points, x), y):
            path = "".join(f"{'L' if k else 'M'}{' '.join(frame(point))}" for k, point in enumerate(part))
            SubElement(root, "path", {"class": f"pen pen-{line.pen}", "d": path})
    for mark in marks:
        if x[0] <= mark.at[0] <= x[1] and y[0] <= mark.at[1] <= y[1]:
            across, down = frame(mark.at)
            kind = f"mark pen-{mark.pen}{' hollow' if mark.hollow else ''}"
            SubElement(root, "circle", {"class": kind, "cx": across, "cy": down, "r": "5"})
    for element in root:
        element.tail = "\n"
    yield from tostring(root, encoding="unicode").splitlines()


def _draw_grid(root: Element, frame: _Frame, x: Range, y: Range) -> None:
    for place in ticks(*x, 7):
        across, _ = frame((place, y[0]))
        _draw_tick(root, f"M{across} {_n(TOP)}V{_n(HEIGHT - BOTTOM)}", "below", across, _n(HEIGHT - BOTTOM + 18), place)
    for place in ticks(*y, UPWARDS):
        _, down = frame((x[0], place))
        beside = _n(float(down) + 4)
        _draw_tick(root, f"M{_n(LEFT)} {down}H{_n(WIDTH - RIGHT)}", "beside", _n(LEFT - 8), beside, place)


def _draw_tick(root: Element, path: str, where: str, x: str, y: str, place: float) -> None:
    kind = "grid zero" if place == 0 else "grid"
    SubElement(root, "path", {"class": kind, "d": path})
    SubElement(root, "text", {"class": f"tick {where}", "x": x, "y": y}).text = shown(place, 6)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
