"""gradx explore --steps, and the step at which explain and graph stop."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gradx.lessons.examples import EXAMPLES


@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", [example.name for example in EXAMPLES])
def test_slides_are_the_steps_of_graph_and_equally_large(gradx_inside: Any, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "slides"
    done = gradx_inside("explore", f"@{name}", "--steps", str(folder))
    pages = sorted(folder.iterdir())
    assert (done.code, done.out) == (0, "")
    assert f"wrote {len(pages)} pictures into" in done.err
    sizes = {re.search(r'width="([\d.]+)" height="([\d.]+)"', one.read_text("utf-8")) for one in pages}
    assert len({found.groups() for found in sizes if found}) == 1
    k = len(pages) // 2
    alone = tmp_path / "alone.svg"
    gradx_inside("graph", f"@{name}", "--step", str(k), "--output", str(alone))
    assert pages[k].read_bytes() == alone.read_bytes()


def test_explain_stops_where_graph_stops(gradx: Any) -> None:
    words = ("u = b*c; v = a + u; J = 3v", "a=5", "b=3", "c=2")
    nodes = [step["node"] for step in json.loads(gradx("explain", *words, "--json").out)["steps"]]
    for k in range(len(nodes) + 1):
        steps = json.loads(gradx("explain", *words, "--json", "--step", str(k)).out)["steps"]
        assert [step["node"] for step in steps] == nodes[:k]
        drawn = json.loads(gradx("graph", *words, "--json", "--step", str(k)).out)
        assert drawn["active"] == (nodes[k - 1] if k else None)
    for more, said in (
        (("--step", "7"), "the last step is --step 6"),
        (("--step", "1", "--wrt", "b"), "--wrt without"),
    ):
        answer = gradx("explain", *words, *more)
        assert (answer.code, answer.out, said in answer.err) == (2, "", True)


def test_a_folder_with_something_in_it_is_left_alone(gradx: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("", "utf-8")
    answer = gradx("explore", "x^2", "x=1", "--steps", str(tmp_path))
    assert (answer.code, "is not empty" in answer.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
