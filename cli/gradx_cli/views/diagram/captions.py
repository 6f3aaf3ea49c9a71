"""The lines around a drawing: what it shows, what its signs mean, how far backprop has come."""

from __future__ import annotations

from gradx_cli.escape import safe
from gradx_cli.views.diagram.contents import DIGITS, Picture
from gradx_cli.views.numbers import shown

LONGEST_NAME = 24
LONGEST_TITLE = 200


def title(picture: Picture) -> str:
    """`J = 3*(a + b*c)`."""
    return safe(picture.program.shortened(LONGEST_TITLE))


def legend(picture: Picture) -> str:
    """What the signs mean; "" where there are no numbers."""
    if picture.exploration is None:
        return ""
    signs = "→ values forward   ← gradients backward"
    if not picture.graph.inputs:
        return signs
    first, output = _name(picture, picture.graph.inputs[0]), _name(picture, picture.graph.output)
    return f"{signs}: d{first} is d{output}/d{first}"


def progress(picture: Picture) -> str:
    """Where backprop stands, for a lecture that goes through it; "" where it has not been stopped."""
    if picture.step is None:
        return ""
    visits = picture.visits
    head = f"step {picture.step} of {len(visits)}: "
    following = visits[picture.step] if picture.step < len(visits) else None
    if picture.active is None:
        return f"{head}the values are there, backprop begins at {_name(picture, visits[0])}"
    gradient = picture.numbers[picture.active][1]
    reached = f"backprop is at {_name(picture, picture.active)}"
    if gradient is not None:
        reached += f", d{_name(picture, picture.active)} = {shown(gradient, DIGITS)}"
    return f"{head}{reached}; " + ("that was the last" if following is None else f"next is {_name(picture, following)}")


def _name(picture: Picture, node: int) -> str:
    return _cut(safe(picture.graph.names[node]), LONGEST_NAME)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
