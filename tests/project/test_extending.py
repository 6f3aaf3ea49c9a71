"""docs/extending.md, done: its row goes into a copy of the engine, and the tests that walk the table are run on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradx_cli import renderers

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "extending.md").read_text("utf-8")
ROW = re.search(r"```python\n(row\(.*?)\n```", DOCUMENT, re.DOTALL)
WALKS = ("tests/engine/test_primitives.py", "tests/engine/symbolic/test_symbolic_table.py")


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A copy of the engine, to be changed."""
    shutil.copytree(ROOT / "engine", tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "engine"


def add(engine: Path, row: str) -> None:
    """Put a row beside its relatives."""
    table = engine / "gradx" / "table.py"
    before, place, after = table.read_text("utf-8").partition('    row("tanh"')
    assert place
    table.write_text(f"{before}    {row},\n{place}{after}", "utf-8")


def python(engine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with that engine in place of the project's."""
    environment = {**os.environ, "PYTHONPATH": str(engine), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, encoding="utf-8", env=environment, cwd=ROOT, timeout=50
    )


def walked(engine: Path) -> tuple[int, int]:
    """How many tests of cospi passed and failed."""
    said = python(engine, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "cospi", *WALKS).stdout
    passed, failed = (re.search(rf"(\d+) {word}", said) for word in ("passed", "failed"))
    return int(passed[1]) if passed else 0, int(failed[1]) if failed else 0


@pytest.mark.slow
def test_the_row_in_the_documents_is_all_that_a_function_takes(engine: Path) -> None:
    assert ROW
    add(engine, ROW[1])
    passed, failed = walked(engine)
    assert (passed >= 4, failed) == (True, 0)
    answer = python(engine, "-m", "gradx_cli", "eval", "cospi(x)", "x=1", "--format", "text")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "All 2 gradients are proved by difference quotients with a bounded remainder; SymPy agrees." in answer.stdout
    assert "did you mean cospi?" in python(engine, "-m", "gradx_cli", "eval", "cosspi(x)", "x=1").stderr


@pytest.mark.slow
def test_and_its_tests_notice_a_wrong_partial(engine: Path) -> None:
    assert ROW
    wrong = ROW[1].replace("-(m.pi() * m.sin(m.pi() * x))", "m.pi() * m.sin(m.pi() * x)")
    assert wrong != ROW[1]
    add(engine, wrong)
    assert walked(engine)[1] == 2


FORMAT = re.search(
    r"```python\n(\"\"\"The titles.*?)```", (ROOT / "docs" / "extending.md").read_text("utf-8"), re.DOTALL
)


def test_the_file_in_the_documents_is_all_that_a_format_takes(
    gradx_inside: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert FORMAT
    (tmp_path / "titles.py").write_text(FORMAT[1], "utf-8")
    monkeypatch.setattr(renderers, "__path__", [*renderers.__path__, str(tmp_path)])
    for command in (("eval", "x^2", "x=3"), ("explain", "x^2", "x=3"), ("cost", "x^2")):
        assert gradx_inside(*command, "--format", "titles").out.startswith("J = x^2")
    assert "titles" in renderers.formats()
