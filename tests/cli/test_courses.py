"""The courses' own programs through the real command: every number, and the formulas where the course states them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = json.loads((Path(__file__).parents[1] / "cases" / "courses.json").read_text("utf-8"))


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["id"])
def test_every_number_of_a_course_example(gradx_inside: Any, case: dict[str, Any]) -> None:
    bindings = [f"{name}={value!r}" for name, value in case["point"].items()]
    answer = gradx_inside("eval", case["expression"], *bindings, "--json", "--eps", str(CASES["epsilon"]))
    assert (answer.code, answer.err) == (0, "")
    result = json.loads(answer.out)
    assert result["output"] == case["output"]
    assert result["value"] == pytest.approx(case["value"], rel=1e-12)
    assert result["confirmed"] is True
    nodes = {node["name"]: node for node in result["nodes"]}
    assert nodes.keys() >= case["nodes"].keys()
    for name, expected in case["nodes"].items():
        node = nodes[name]
        assert node["value"] == pytest.approx(expected["value"], rel=1e-12, abs=1e-15), name
        assert node["gradient"] == pytest.approx(expected["gradient"], rel=1e-12, abs=1e-15), name
        nudge = expected.get("nudge", node["nudge"])
        assert node["nudge"]["output"] == pytest.approx(nudge["output"], rel=1e-12, abs=1e-12), name
        assert node["nudge"]["slope"] == pytest.approx(nudge["slope"], rel=1e-9, abs=1e-9), name
        assert node["symbolic"]["status"] == "done", name
        assert float(node["symbolic"]["value"]) == pytest.approx(expected["gradient"], rel=1e-12, abs=1e-15), name
        assert node["symbolic"]["formula"] == expected.get("formula", node["symbolic"]["formula"]), name
        assert node["verdict"]["status"] == "agree", name
