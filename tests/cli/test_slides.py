"""gradx explore --steps, and the step at which explain and graph stop."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gradx.lessons.examples import EXAMPLES


@pytest.mark.sampled(14)
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


@pytest.mark.parametrize("words", [("@three-steps",), ("@least-squares",), ("@two-layers", "--wrt", "w2")])
def test_explain_stops_where_graph_stops(gradx_inside: Any, words: tuple[str, ...]) -> None:
    def told(command: str, *more: str) -> Any:
        return json.loads(gradx_inside(command, *more, "--json").out)

    nodes = [step["node"] for step in told("explain", *words)["steps"]]
    active = []
    for k in range(len(told("graph", words[0])["nodes"]) + 1):
        active.append(told("graph", words[0], "--step", str(k))["active"])
        reached = [step["node"] for step in told("explain", *words, "--step", str(k))["steps"]]
        assert reached == [node for node in nodes if node in active]
    assert (active[0], reached) == (None, nodes)


def test_a_step_that_is_none_or_is_of_no_pass_is_refused(gradx_inside: Any) -> None:
    for more, said in (
        (("--step", "7"), "the last step is --step 6"),
        (("--step", "1", "--proof", "b"), "leave one of them out"),
    ):
        answer = gradx_inside("explain", "@three-steps", *more)
        assert (answer.code, answer.out, said in answer.err) == (2, "", True)


def test_a_folder_with_something_in_it_is_left_alone(gradx: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("", "utf-8")
    answer = gradx("explore", "x^2", "x=1", "--steps", str(tmp_path))
    assert (answer.code, "is not empty" in answer.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
