"""The code in the document on rows of data runs, where what it imports is installed."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)


def imports(block: str) -> set[str]:
    return set(re.findall(r"^import (\w+)", block, re.MULTILINE)) - {"gradx"}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: "+".join(sorted(imports(block))))
def test_code_in_the_document_runs(block: str, tmp_path: Path) -> None:
    for name in imports(block):
        pytest.importorskip(name, reason="what the code is for")
    (tmp_path / "rows.csv").write_text("x,y\n1.0,0\n-0.5,1\n2.5,1\n")
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    if "polars" in imports(block):
        import polars as pl

        found = pl.read_parquet(tmp_path / "answers.parquet")
        assert found.columns == ["x", "y", "L", "dw", "db"]
        slopes = [(1 / (1 + math.exp(-0.5 * x)) - y) * x for x, y in ((1.0, 0), (-0.5, 1), (2.5, 1))]
        assert found["dw"].to_list() == pytest.approx(slopes, rel=1e-14)
