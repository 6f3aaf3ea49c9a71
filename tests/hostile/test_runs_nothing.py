"""A run opens no socket, starts nothing but SymPy's process, makes no code of its input, and writes no file unasked.

What it compiles is a tape: register numbers, digits, signs and functions of the arithmetic.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile.listening import MARK
from hostile.tape_words import strange_words, strange_words_of_arrays

ROOT = Path(__file__).parents[2]

PROGRAM = f"{MARK}2 = sin({MARK})^2; J{MARK} = {MARK}2*exp({MARK}) + relu({MARK})"
POINT = f"{MARK}=1/2"

RUN = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from hostile.listening import listen
import gradx.symbolic.process as process
report = sys.argv.pop(1)
process._MAIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); " \\
    "from hostile.listening import listen; listen(sys.argv.pop(1)); " + process._MAIN
started = process.command
extra = [{str(Path(__file__).parents[1])!r}, report + ".sympy"]
process.command = lambda: [w for word in started() for w in [word, *(extra if word == process._MAIN else [])]]
listen(report)
from gradx_cli.app import main
sys.exit(main())
"""

DESCENT = ("descend", PROGRAM, POINT, "--rate", "0.001", "--steps", "50")
"""Long enough to be compiled."""

COMMANDS = [
    *(
        ("eval", PROGRAM, POINT, "--format", form)
        for form in ("table", "text", "json", "csv", "markdown", "latex", "html")
    ),
    ("explain", PROGRAM, POINT),
    ("nudge", PROGRAM, MARK, POINT),
    ("graph", PROGRAM, POINT),
    ("cost", PROGRAM, POINT),
    ("check", PROGRAM, f"d{MARK}2=exp({MARK})", f"d{MARK}={MARK}"),
    ("plot", PROGRAM, "--over", f"{MARK}=-1..1"),
    ("descend", PROGRAM, POINT, "--rate", "0.1", "--steps", "5"),
    DESCENT,
    ("eval", f"__import__('os').system('{MARK}')", POINT),
    ("eval", PROGRAM, f"{MARK}=__import__('os').system('{MARK}')"),
    ("check", PROGRAM, f"d{MARK}=__import__('os').system('{MARK}')"),
    ("eval", PROGRAM, POINT, "--wrt", "eval(1)"),
]

MAKE_CODE = {
    "importlib", "_frozen_importlib", "ast", "collections", "dataclasses", "inspect", "typing", "enum", "functools",
    "annotationlib", "mpmath", "numpy", "plotext", "matplotlib", "sympy",
}  # fmt: skip
"""Who makes code of what the author of a module wrote: modules themselves, named tuples, data classes, annotations, and
libraries when they are imported. None of it may bear the mark."""

OF_LIBRARIES = {
    "ctypes.dlopen": "/plotext/", "ctypes.dlsym": "/plotext/", "os.putenv": "OPENBLAS", "os.unsetenv": "OPENBLAS",
    "pathlib.Path.glob": "/plotext/",
}  # fmt: skip
"""What libraries do to load their own machine code."""

OF_TAPES = "gradx.export.compiled"


def events(tmp_path: Path, words: tuple[str, ...]) -> tuple[list[list[str]], list[list[str]]]:
    """What happens in gradx, and in SymPy's process, from before gradx is imported until the end."""
    report = tmp_path / "report"
    folder = tmp_path / "folder"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", RUN, str(report), *words],
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        capture_output=True,
        timeout=50,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    sympy = tmp_path / "report.sympy"
    return tuple(  # type: ignore[return-value]
        [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        for path in (report, sympy)
    )


def unexpected(found: list[list[str]]) -> list[list[str]]:
    """Events that nothing in gradx explains."""
    left = []
    for event, by, what in found:
        if event in ("compile", "exec") and what != "marked" and by.partition(".")[0] in MAKE_CODE:
            continue
        if by == OF_TAPES and event == "compile" and not strange_words(what):
            continue
        if by == OF_TAPES and event == "exec" and what != "marked":
            continue
        if (event == "open" and what == os.devnull) or OF_LIBRARIES.get(event, "\0") in what:
            continue
        left.append([event, by, what])
    return left


@pytest.mark.sampled(10)
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words)[:40])
def test_a_run_does_nothing_but_what_it_is_for(tmp_path: Path, words: tuple[str, ...]) -> None:
    in_gradx, in_sympy = events(tmp_path, words)
    processes = [what for event, _, what in in_gradx if event == "subprocess.Popen"]
    assert len(processes) <= 1
    assert all(" -c " in command and "gradx.symbolic.worker" in command for command in processes)
    how = (["subprocess.Popen"], ["os.kill"], ["os.posix_spawn", "subprocess"])  # the last on Python 3.13
    rest = [found for found in unexpected(in_gradx) if found[:1] not in how and found[:2] not in how]
    assert rest == []
    assert unexpected(in_sympy) == []
    assert os.listdir(tmp_path / "folder") == []


def test_a_long_descent_compiles_its_tape_and_nothing_else(tmp_path: Path) -> None:
    in_gradx, _ = events(tmp_path, DESCENT)
    (tape,) = [what for event, by, what in in_gradx if event == "compile" and by == OF_TAPES]
    assert re.match(r"def run\(r[0-9]+\):\n", tape)
    assert MARK not in tape


def test_a_descent_over_whole_arrays_compiles_nothing_of_its_program(tmp_path: Path) -> None:
    x, w, hidden = f"{MARK}X", f"{MARK}W", f"{MARK}A"
    program = f"{hidden} = relu({x} {w}); J{MARK} = mean(sigmoid({hidden})^2) + norm({w})/2"
    values = (f"{x}=ones(40,20)", f"{w}=eye(20)")
    in_gradx, _ = events(tmp_path, ("descend", program, *values, "--rate", "0.1", "--steps", "3", "--wrt", w))
    (text,) = [what for event, by, what in in_gradx if event == "compile" and by == OF_TAPES]
    assert MARK not in text
    definitions, start, body = text.partition("def run(")
    assert definitions == "def relu(x):\n    return maximum(0, x)\n\n"
    assert strange_words_of_arrays(start + body.replace("relu(", "maximum(")) == set()


def test_only_one_file_compiles_anything() -> None:
    makers = set()
    names = ("compile", "exec", "eval", "__import__")
    for path in [*(ROOT / "engine").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]:
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if any(name in text for name in names) else ():
            if isinstance(node, ast.Name) and node.id in names:
                makers.add((path.stem, node.id))
    assert makers == {("compiled", "compile"), ("compiled", "exec")}


def test_a_drawing_is_the_one_file_that_is_written(tmp_path: Path) -> None:
    in_gradx, _ = events(tmp_path, ("graph", PROGRAM, POINT, "--output", "drawing.svg"))
    written = [what for event, _, what in in_gradx if event == "open" and what != os.devnull]
    assert len(written) == 1
    assert Path(written[0]).name.startswith(".gradx-")
    assert Path(written[0]).parent == tmp_path / "folder"
    assert os.listdir(tmp_path / "folder") == ["drawing.svg"]


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (f"eval('{MARK} = 1' and '1 if 0 else \"{MARK}\"')", "compile"),
        (f"exec('{MARK} = 1')", "exec"),
        (f"compile('{MARK}', '<tape>', 'exec')", "compile"),
        (f"from gradx.export.compiled import function_of; function_of(['{MARK}'], (), ())", "compile"),
        (f"from gradx.export.compiled import function_of; function_of(['{MARK}'], (), ())", "exec"),
        ("from gradx.export.compiled import function_of; function_of(['r'], ['r.clear()'], ())", "compile"),
        ("import socket; socket.socket()", "socket.__new__"),
        ("import os; os.system('true')", "os.system"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("open('made', 'w').close()", "open"),
        ("import os; os.mkdir('made')", "os.mkdir"),
    ],
)
def test_what_must_not_happen_would_be_heard(tmp_path: Path, code: str, event: str) -> None:
    listen = RUN.partition("listen(report)")[0] + f"listen(report)\n{code}"
    subprocess.run([sys.executable, "-c", listen, str(tmp_path / "report")], cwd=tmp_path, check=True, timeout=50)
    heard = [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]
    assert event in {found[0] for found in unexpected(heard)}
