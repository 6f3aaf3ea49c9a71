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
from gradx_cli.commands import COMMANDS

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
    answer = python(engine, "-m", "gradx_cli", "eval", "cospi(x)", "x=0.3", "--format", "text")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "All 2 gradients are proved, 1 by bounded difference quotients; SymPy agrees." in answer.stdout
    assert "did you mean cospi?" in python(engine, "-m", "gradx_cli", "eval", "cosspi(x)", "x=1").stderr


@pytest.mark.slow
def test_and_its_tests_notice_a_wrong_partial(engine: Path) -> None:
    assert ROW
    wrong = ROW[1].replace("-(m.pi() * m.sin(m.pi() * x))", "m.pi() * m.sin(m.pi() * x)")
    assert wrong != ROW[1]
    add(engine, wrong)
    assert walked(engine)[1] == 2


def file(head: str) -> str:
    """The file in the documents that begins with these words."""
    found = re.search(rf'```python\n("""{head}.*?)```', DOCUMENT, re.DOTALL)
    assert found
    return found[1]


def test_the_file_in_the_documents_is_all_that_a_format_takes(
    gradx_inside: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "titles.py").write_text(file("The titles"), "utf-8")
    monkeypatch.setattr(renderers, "__path__", [*renderers.__path__, str(tmp_path)])
    monkeypatch.chdir(tmp_path)
    for name, words in WORDS.items():
        answer = gradx_inside(name, *words, "--format", "titles")
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith("J = x^2") or name not in TITLED
    assert "titles" in renderers.formats()


ANSWERS = ROOT / "tests" / "cases" / "grade"

WORDS: dict[str, tuple[str, ...]] = {
    "eval": ("x^2", "x=3", "--no-symbolic"),
    "diff": ("x^2", "x=3"),
    "explain": ("x^2", "x=3"),
    "nudge": ("x^2", "x", "x=3"),
    "graph": ("x^2", "x=3"),
    "explore": ("x^2", "x=3", "--format", "text"),
    "cost": ("x^2",),
    "check": ("x^2", "dx=2*x", "--no-symbolic"),
    "plot": ("x^2", "--over", "x=-1..1"),
    "descend": ("x^2", "x=3", "--steps", "3"),
    "export": ("x^2", "x=3", "--to", "c"),
    "quiz": ("x^2", "--count", "1"),
    "grade": (str(ANSWERS / "google_forms.csv"), "--key", str(ANSWERS / "key.csv")),
    "functions": ("tanh",),
    "examples": (),
}
TITLED = {"eval", "diff", "explain", "cost", "plot", "descend"}


def test_every_command_is_tried() -> None:
    assert WORDS.keys() == COMMANDS.keys()


def test_the_file_in_the_documents_is_all_that_a_command_takes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cli", tmp_path / "cli", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "cli" / "gradx_cli" / "commands" / "value.py").write_text(file("gradx value"), "utf-8")
    said = python(tmp_path / "cli", "-m", "gradx_cli", "value", "a*b + 1", "a=2", "b=3", "--format", "text")
    assert (said.returncode, said.stdout.strip(), said.stderr) == (0, "J = a*b + 1 = 7.", "")
    said = python(tmp_path / "cli", "-m", "gradx_cli", "value", "a*b + 1", "a=2", "b=3", "--format", "json")
    assert '"value":7' in said.stdout.replace(" ", "")
    said = python(tmp_path / "cli", "-m", "gradx_cli", "--help")
    assert re.search(r"value +what a program is worth\.", said.stdout)


DEEP = """
from gradx.language.program import read
from gradx.numbers.depths import Depth, Depths
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
graph = read("u = a*b; exp(u + 1)*a").graph
run = forward(graph, Depths(), {i: Depth(0) for i in graph.inputs})
back = backprop(graph, Depths(), run)
print({graph.names[i]: run.values[i].steps for i in graph.shown})
print({graph.names[i]: back.adjoints[i].steps > 0 for i in graph.inputs})
"""


def test_the_file_in_the_documents_is_all_that_a_number_system_takes(engine: Path) -> None:
    (engine / "gradx" / "numbers" / "depths.py").write_text(file("Numbers that only"), "utf-8")
    said = python(engine, "-c", DEEP)
    assert said.stderr == ""
    assert said.stdout.splitlines() == [
        "{'a': 0, 'b': 0, 'u': 1, 'v1': 2, 'v2': 3, 'J': 4}",
        "{'a': True, 'b': True}",
    ]
