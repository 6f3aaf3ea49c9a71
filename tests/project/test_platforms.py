"""What other systems lack is not needed: nothing imports it on the way in, and without it gradx does its work.

gradx has been run on Linux. What stands here is what can be held from there: modules that Windows lacks are taken away.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gradx.language.program import read
from gradx.symbolic import process
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli.waiting import Interruption

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "engine").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])
MISSING = ("resource", "fcntl", "pwd", "grp", "readline", "syslog")
"""Not termios and tty: plotext imports them here, and msvcrt in their place on Windows."""

POSIX = {*MISSING, "termios", "tty", "select", "pty", "curses", "posix"}
BLOCK = f"import sys; sys.modules.update(dict.fromkeys({MISSING!r}));"


def imported_at_once(tree: ast.Module) -> set[str]:
    """The top-level names of modules that a file imports when it is imported itself."""
    found: set[str] = set()
    rest: list[ast.AST] = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            rest += ast.iter_child_nodes(node)
    return found


def test_no_file_imports_what_only_posix_has() -> None:
    assert len(SOURCES) > 100
    for path in SOURCES:
        text = path.read_text("utf-8")
        if POSIX.intersection(re.findall(r"\w+", text)):
            assert not imported_at_once(ast.parse(text)) & POSIX, path


def test_the_check_sees_an_import() -> None:
    assert imported_at_once(ast.parse("if True:\n import resource\ndef f():\n import fcntl")) == {"resource"}


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "words",
    [
        ("eval", "x^2", "x=3", "--json"),
        ("check", "x^2", "dx=2*x", "--json"),
        ("plot", "x^2", "--over", "x=0..1"),
        ("descend", "x^2", "x=1", "--steps", "3"),
        ("eval", "--file", "program.txt", "x=3", "--no-symbolic"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_works_without_the_modules_that_windows_lacks(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "program.txt").write_text("x^2\r\n", "utf-8")
    code = f"{BLOCK} from gradx_cli.app import main; sys.exit(main({list(words)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_sympy_answers_without_the_modules_that_windows_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_MAIN", f"{BLOCK} {process._MAIN}")
    with SymbolicWitness.start() as witness:
        found = witness.answers(witness.ask(read("w^2").graph, [0], {0: 3.0}), 30)[0]
    assert (found.status, found.formula, found.value) == ("done", "2*w", "6.0")


def test_without_a_process_for_sympy_the_verdict_stands_on_the_limit(tmp_path: Path) -> None:
    code = (
        "import sys; sys.executable = ''; from gradx_cli.app import main;"
        " sys.exit(main(['eval', 'x^2', 'x=3', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path, timeout=60)
    result = json.loads(done.stdout)
    assert (done.returncode, result["confirmed"]) == (0, True)
    assert result["nodes"][0]["symbolic"]["status"] == "failed"


def test_outside_the_first_thread_a_descent_does_without_ctrl_c() -> None:
    asked: list[bool] = []

    def run() -> None:
        with Interruption() as interruption:
            asked.append(interruption.asked)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert asked == [False]


NO_FLINT = "import sys; sys.modules['flint'] = None; from gradx_cli.app import main; sys.exit(main())"


def test_without_flint_one_line_says_what_is_missing_and_values_are_there_without_proofs() -> None:
    words = [sys.executable, "-c", NO_FLINT, "eval", "x^2", "x=3", "--no-symbolic"]
    missing = subprocess.run(words, capture_output=True, encoding="utf-8")
    assert (missing.returncode, missing.stdout) == (70, "")
    assert missing.stderr.startswith("error: python-flint, which the proofs need, cannot be loaded here: install it")
    assert missing.stderr.count("\n") == 1
    unproved = subprocess.run([*words, "--checks", "none", "--json"], capture_output=True, encoding="utf-8")
    found = json.loads(unproved.stdout)
    assert (found["value"], found["nodes"][0]["gradient"], found["proved"]) == (9.0, 6.0, None)
