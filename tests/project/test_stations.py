"""The way of an expression from argv to table, as docs/architecture.md lists it, and how often it changes files.

A crossing is a call of a Python function of gradx or gradx_cli whose caller is a function in another file of theirs
(sys.setprofile's "call": a generator that goes on counts too). Imports are not counted: the command is run once before.
SymPy is not asked, since how often its process is listened to depends on how fast it is.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import gradx
import gradx_cli

ROOT = Path(__file__).parents[2]
CARD = ("eval", "3*(a+b*c)", "a=5", "b=3", "c=2", "--no-symbolic")
ROOTS = [f"{Path(package.__file__).parent}/" for package in (gradx, gradx_cli)]

MOST_CROSSINGS = 643
"""Half of what there were when they were first counted."""


def function(frame: FrameType | None) -> tuple[str, str] | None:
    """The file of gradx or gradx_cli, `point/exploration`, and the function that a frame runs; None elsewhere."""
    path = frame.f_code.co_filename if frame else ""
    root = next((root for root in ROOTS if path.startswith(root)), None)
    return (path.removeprefix(root).removesuffix(".py"), frame.f_code.co_name) if frame and root else None


def calls(gradx_inside: Any) -> list[tuple[tuple[str, str] | None, tuple[str, str]]]:
    """Every call of the command's, in order: who calls (None: somebody else) and who is called."""
    seen: list[tuple[tuple[str, str] | None, tuple[str, str]]] = []

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        called = function(frame)
        if event == "call" and called:
            seen.append((function(frame.f_back), called))

    gradx_inside(*CARD)
    sys.setprofile(watch)
    try:
        answer = gradx_inside(*CARD)
    finally:
        sys.setprofile(None)
    assert answer.code == 0
    return seen


def test_the_way_changes_files_half_as_often_as_it_did(gradx_inside: Any) -> None:
    crossings = [called for caller, called in calls(gradx_inside) if caller and caller[0] != called[0]]
    assert 100 < len(crossings) <= MOST_CROSSINGS


def test_each_station_of_the_documents_is_visited_once_in_that_order(gradx_inside: Any) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    listed = text.partition("## From a command line to an answer")[2].partition("\n## ")[0]
    stations = re.findall(r"^\d+\. `([\w/]+)\.(\w+)`", listed, re.MULTILINE)
    assert len(stations) >= 10
    visits = Counter(called for _, called in calls(gradx_inside) if called in stations)
    assert list(visits) == stations
    assert set(visits.values()) == {1}
