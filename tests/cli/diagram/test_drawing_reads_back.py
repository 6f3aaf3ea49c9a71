"""Every drawing says exactly which box feeds which: read back, it gives the wires that were drawn."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradx_cli.drawing.boxes import Diagram, Label, Wire
from gradx_cli.drawing.text import draw


@st.composite
def diagrams(draw_from, most_inputs: int = 5, most_operations: int = 14):
    """Any graph: operations with one to four arguments, the same one twice as well, used or not."""
    inputs = draw_from(st.integers(1, most_inputs))
    labels = [Label(f"x{i}", None, "1", "-2.5") for i in range(inputs)]
    wires = []
    for target in range(inputs, inputs + draw_from(st.integers(1, most_operations))):
        length = draw_from(st.integers(1, 20))
        labels.append(Label(f"v{target}", "f" * length, "3", None))
        near = st.integers(max(0, target - 4), target - 1)
        arguments = draw_from(st.lists(near | st.integers(0, target - 1), min_size=1, max_size=4))
        wires += [Wire(source, target) for source in arguments]
    return Diagram(tuple(labels), tuple(wires), gradients=draw_from(st.booleans()))


def edges(diagram: Diagram) -> Counter[tuple[str, str]]:
    return Counter((diagram.labels[w.source].name, diagram.labels[w.target].name) for w in diagram.wires)


@pytest.mark.slow
@pytest.mark.parametrize("ascii_only", [False, True])
@settings(max_examples=100, deadline=None)
@given(diagram=diagrams())
def test_the_wires_read_back_are_the_wires_drawn(read_back, ascii_only, diagram):
    text = draw(diagram, None, ascii_only=ascii_only).plain
    seen = read_back(text)
    assert sorted(frame.name for frame in seen.frames) == sorted(label.name for label in diagram.labels)
    assert seen.edges == edges(diagram)
    assert not seen.leaving
    assert text.isascii() == ascii_only


@pytest.mark.slow
@pytest.mark.parametrize("ascii_only", [False, True])
@settings(max_examples=40, deadline=None)
@given(diagram=diagrams(), width=st.integers(30, 120))
def test_bands_lose_no_wire(read_back, ascii_only, diagram, width):
    drawing = draw(diagram, width, ascii_only=ascii_only)
    seen = read_back(drawing.plain)
    assert sorted(frame.name for frame in seen.frames) == sorted(label.name for label in diagram.labels)
    assert seen.edges == edges(diagram)
    assert set(seen.leaving) == seen.coming


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(diagram=diagrams(most_inputs=15, most_operations=45))
def test_large_graphs_read_back(read_back, diagram):
    assert read_back(draw(diagram, None).plain).edges == edges(diagram)
