"""Settings, limits, variables and streams that are against gradx: what it obeys, says, and ends with."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

KINK = ("eval", "abs(x)", "x=0")
"""An answer of exit code 1."""

ALONE = (*KINK, "--no-symbolic")
"""The same where SymPy's process is not what is looked at."""


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    def is_one_line(self) -> bool:
        """Exit code 2 and one line that says why, with at most a hint below."""
        lines = self.err.splitlines()
        said = lines and lines[0].startswith("error: ") and all(line.startswith("hint: ") for line in lines[1:])
        return bool(self.code == 2 and self.out == "" and said and len(lines) <= 2)


def gradx(
    *words: str,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    before: Callable[[], None] | None = None,
    python: tuple[str, ...] = ("-m", "gradx_cli"),
) -> Ended:
    done = subprocess.run(
        [sys.executable, *python, *words],
        env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
        cwd=cwd,
        preexec_fn=before,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=50,
    )
    assert "Traceback" not in done.stderr.decode()
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


# Settings of matplotlib

IMAGE = ("plot", "x^2", "--over", "x=-1..1", "x=1", "--output", "curve.png", "--force")


@pytest.fixture
def trap(tmp_path: Path) -> dict[str, Path]:
    """Folders with settings that start programs, programs that leave a trace, and a home that is empty."""
    made = {name: tmp_path / name for name in ("work", "settings", "programs", "home")}
    for folder in made.values():
        folder.mkdir()
    for name in ("latex", "fc-list", "system_profiler", "dvipng"):
        program = made["programs"] / name
        program.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\nexit 1\n")
        program.chmod(0o700)
    for folder in (made["settings"], made["settings"] / "matplotlib"):
        folder.mkdir(exist_ok=True)
        (folder / "matplotlibrc").write_text("text.usetex: True\nfigure.dpi: 1\nbackend: nonsense\n")
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"MATPLOTLIBRC": "settings"},
        {"MATPLOTLIBRC": "settings/matplotlibrc"},
        {"MPLCONFIGDIR": "settings"},
        {"XDG_CONFIG_HOME": "settings", "XDG_CACHE_HOME": "home"},
        {"MPLBACKEND": "=nonsense"},
        {"MPLBACKEND": "=module://pwned"},
    ],
    ids=str,
)
def test_an_image_obeys_no_settings_and_writes_nothing_beside_itself(
    trap: dict[str, Path], variables: dict[str, str]
) -> None:
    """The first run obeys a file in the working folder."""
    root = trap["work"].parent
    if not variables:
        (trap["work"] / "matplotlibrc").write_text("text.usetex: True\n")
    (trap["work"] / "pwned.py").write_text(f"open({str(root / 'pwned')!r}, 'w').close()\n")
    before = sorted(root.rglob("*"))
    env = {name: text[1:] if text[0] == "=" else str(root / text) for name, text in variables.items()}
    env |= {"HOME": str(trap["home"]), "PATH": f"{trap['programs']}:{os.environ['PATH']}"}
    assert gradx(*IMAGE, env=env, cwd=trap["work"]) == (0, "", "wrote curve.png, x from -1 to 1\n")
    assert sorted(root.rglob("*")) == sorted([*before, trap["work"] / "curve.png"])
    plain = gradx(*IMAGE, env={"HOME": str(trap["home"])}, cwd=trap["home"])
    assert plain.code == 0
    assert (trap["work"] / "curve.png").read_bytes() == (trap["home"] / "curve.png").read_bytes()


def test_settings_that_never_end_are_not_read(trap: dict[str, Path]) -> None:
    os.mkfifo(trap["work"] / "matplotlibrc")
    assert gradx(*IMAGE, env={"HOME": str(trap["home"])}, cwd=trap["work"]).code == 0


# Limits of the system


def limited(kind: int, size: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        resource.setrlimit(kind, (size, size))

    return limit


@pytest.mark.sampled(9)
@pytest.mark.parametrize("mib", [20, 48, 97, 146, 195, 292])
@pytest.mark.parametrize("words", [KINK, ("check", "x^2", "dx=2*x"), IMAGE[:5], IMAGE], ids=" ".join)
def test_little_memory_is_one_line_or_an_answer_and_leaves_no_core(
    tmp_path: Path, words: tuple[str, ...], mib: int
) -> None:
    found = gradx(*words, cwd=tmp_path, before=limited(resource.RLIMIT_AS, mib << 20))
    memory = found.code == 2 and found.err.startswith("error: there is not enough memory for this\n")
    assert memory or (
        found.code == (1 if words == KINK else 0) and found.err in ("", "wrote curve.png, x from -1 to 1\n")
    )
    assert set(os.listdir(tmp_path)) <= {"curve.png"}


SHORT_OF_A_CHART = """
import re, resource, sys
from gradx_cli.layout import pictures
drawn, left = pictures._frame, int(sys.argv.pop())
def short(chart, screen):
    size = int(re.search(r"VmSize:\\s+([0-9]+)", open("/proc/self/status").read())[1]) << 10
    resource.setrlimit(resource.RLIMIT_AS, (size + (left << 20),) * 2)
    yield from drawn(chart, screen)
pictures._frame = short
from gradx_cli.app import main
sys.exit(main())
"""
"""So many MiB are left when a chart begins."""


@pytest.mark.parametrize("mib", [4, 18, 28])
def test_a_chart_begins_only_where_there_is_room_for_it(mib: int) -> None:
    """What is written in C++ below the chart ends the process where it finds no room."""
    found = gradx("plot", "x^2", "--over", "x=-1..1", str(mib), python=("-c", SHORT_OF_A_CHART))
    assert (found.code, found.err.splitlines()[0]) == (2, "error: there is not enough memory for this")


LONG = "+".join(f"sin(x*{i})*exp(x/{i + 1})" for i in range(20_000))
OUT_OF_TIME = (
    "error: the processor time that the system gives is used up\n"
    "hint: a shorter program, or fewer points, steps or digits, take less\n"
)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("hard", [0, 30], ids=["one limit", "two"])
@pytest.mark.parametrize(
    "words",
    [
        ("eval", "--file", "program", "x=1"),
        ("explain", "--file", "program"),
        ("descend", "exp(-x^2)*lgamma(x)", "x=1", "--steps", "100000000", "--rate", "1e-9"),
        ("plot", "sin(x)*lgamma(x)", "--over", "x=1..9", "--points", "1000000", "--output", "curve.svg"),
    ],
    ids=lambda words: words[0],
)
def test_little_time_is_one_line_and_leaves_no_core(tmp_path: Path, words: tuple[str, ...], hard: int) -> None:
    (tmp_path / "program").write_text(LONG)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CPU, (1, hard or 1))

    found = gradx(*words, cwd=tmp_path, before=limit)
    assert (found.code, found.err[-len(OUT_OF_TIME) :]) == (2, OUT_OF_TIME)
    assert os.listdir(tmp_path) == ["program"]


def test_enough_time_is_the_answer() -> None:
    assert gradx(*ALONE, before=limited(resource.RLIMIT_CPU, 30)).code == 1


BARE = ("-S", "-c", f"import sys; sys.path[1:1] = {sys.path!r}; from gradx_cli.app import main; sys.exit(main())")
"""Without what the environment has Python import at its own start, which needs more open files than gradx."""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("files", [4, 5, 6, 8, 12])
def test_few_open_files_take_sympy_away_and_no_verdict(files: int) -> None:
    assert gradx(*KINK, before=limited(resource.RLIMIT_NOFILE, files), python=BARE).code in (1, 2)


NO_THREADS = """
import _thread, threading, sys
def refuse(*args, **kwargs):
    raise RuntimeError("can't start new thread")
_thread.start_new_thread = threading._start_new_thread = threading._start_joinable_thread = refuse
from gradx_cli.app import main
sys.exit(main())
"""
NO_CHILDREN = """
import _posixsubprocess, subprocess, sys
def refuse(*args, **kwargs):
    raise BlockingIOError(11, "Resource temporarily unavailable")
_posixsubprocess.fork_exec = subprocess._fork_exec = refuse
from gradx_cli.app import main
sys.exit(main())
"""


@pytest.mark.sampled(5)
@pytest.mark.parametrize("without", [NO_THREADS, NO_CHILDREN], ids=["threads", "children"])
@pytest.mark.parametrize(
    ("words", "code"), [(KINK, 1), (("eval", "sin(x)", "x=1"), 0), (("check", "x^2", "dx=2*x"), 0), (IMAGE[:5], 0)]
)
def test_without_threads_or_children_there_is_the_answer(without: str, words: tuple[str, ...], code: int) -> None:
    found = gradx(*words, python=("-c", without))
    assert (found.code, found.err) == (code, "")


def test_the_arithmetic_of_numpy_starts_no_thread() -> None:
    """OpenBLAS interrupts the program where it is refused one."""
    threads = 'print(sum(word.startswith("Threads:\\t1") for word in open("/proc/self/status")))'
    code = f"from gradx_cli.app import main; main(['--version']); import numpy; numpy.ones((99, 99)) @ 1; {threads}"
    found = gradx(python=("-c", code.replace("@ 1", "@ numpy.ones(99)")), env={"OPENBLAS_NUM_THREADS": "64"})
    assert found.out.splitlines()[-1] == "1"


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_file_that_may_not_grow_is_one_line(tmp_path: Path, unbuffered: str) -> None:
    found = gradx(
        *IMAGE[:6],
        "a.svg",
        env={"PYTHONUNBUFFERED": unbuffered},
        cwd=tmp_path,
        before=limited(resource.RLIMIT_FSIZE, 99),
    )
    assert found.is_one_line()
    assert os.listdir(tmp_path) == []


# Streams that take nothing

PROBLEMS = "x^2 | dx = x\nx^3 | dx = 3*x^2\n"


def ended(script: str, *words: str, unbuffered: str = "", stdin: str = "") -> Ended:
    """What bash says of `script`, in which "$@" is the command line."""
    done = subprocess.run(
        ["bash", "-c", script, "bash", sys.executable, "-m", "gradx_cli", *words],
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        input=stdin.encode(),
        capture_output=True,
        timeout=50,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.sampled(17)
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "script", ['"$@" | true; exit ${PIPESTATUS[0]}', '"$@" >&-', '"$@" 2>&- | true; exit ${PIPESTATUS[0]}']
)
@pytest.mark.parametrize(
    ("words", "code"),
    [(ALONE, 1), ((*ALONE, "--json"), 1), (("eval", "x", "x=1"), 0), (("eval", "x"), 2)]
    + [(("check", "--batch", "-", "--format", form), 1) for form in ("table", "csv")],
    ids=str,
)
def test_nobody_listening_changes_no_exit_code(script: str, words: tuple[str, ...], code: int, unbuffered: str) -> None:
    found = ended(script, *words, unbuffered=unbuffered, stdin=PROBLEMS)
    assert found.code == code
    assert code == 2 or found.err == ""


@pytest.mark.sampled(4)
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("script", "code"),
    [
        ('"$@" unused=1 2>/dev/full', 1),
        ('"$@" unused=1 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}', 1),
        ('"$@" --nope 2>/dev/full', 2),
        ('"$@" >/dev/full', 2),
        ('"$@" >/dev/full 2>/dev/full', 2),
    ],
)
def test_a_full_disk_below_a_stream(script: str, code: int, unbuffered: str) -> None:
    found = ended(script, *ALONE, unbuffered=unbuffered)
    assert found.code == code
    assert found.err in ("", "error: cannot write the answer: No space left on device\n")
    assert ("abs" in found.out) == (script == '"$@" unused=1 2>/dev/full')


# Names of files


@pytest.mark.sampled(3)
@pytest.mark.parametrize("option", ["--file", "--output", "--batch"])
def test_an_empty_name_is_no_file(option: str) -> None:
    found = gradx({"--output": "graph"}.get(option, "check"), "x", option, "")
    assert found.is_one_line()
    assert option in found.err


@pytest.mark.sampled(4)
@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("words", [("graph", "x^2", "x=1"), IMAGE[:4]], ids=" ".join)
def test_a_link_to_itself_is_left_alone(tmp_path: Path, words: tuple[str, ...], force: tuple[str, ...]) -> None:
    (tmp_path / "loop.svg").symlink_to("loop.svg")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for name in ("loop.svg", "loop.svg/x.svg", "a/x.svg"):
        found = gradx(*words, "--output", name, *force, cwd=tmp_path)
        assert found.is_one_line()
        assert "symbolic links" in found.err
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "loop.svg"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", [".", "missing", "loop", "pipe", "/dev/null", "file/x"])
def test_what_is_no_program_file_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    found = gradx("eval", "--file", name, "x=1", cwd=tmp_path)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error: ")


# Variables


@pytest.mark.sampled(13)
@pytest.mark.parametrize("columns", ["1000000", "1" + "0" * 23, "-5", "0", "", "many", "²", "1e3", "5", "007"])
@pytest.mark.parametrize("words", [("--help",), ("eval", "--help"), ALONE], ids=" ".join)
def test_a_width_that_is_none_does_no_harm(words: tuple[str, ...], columns: str) -> None:
    env = {"COLUMNS": columns, "LINES": columns, "TERMINAL_WIDTH": columns}
    found = gradx(*words, env=env)
    assert (found.code, found.err) == (int(words == ALONE), "")
    assert max(map(len, found.out.splitlines())) <= 120
    assert ("gradx eval" in found.out) == ("--help" in words)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "asked", ["nonsense", "_", "complete_", "complete_tcsh", "source_bash_", "bash_complete", "\n"]
)
def test_a_completion_that_there_is_not(asked: str) -> None:
    assert gradx("eval", env={"_GRADX_COMPLETE": asked}).is_one_line()


@pytest.mark.sampled(4)
@pytest.mark.parametrize("place", [None, "", "x", "-1", "1e3", "9" * 30, "²"])
def test_a_word_to_complete_that_is_none(place: str | None) -> None:
    env = {"_GRADX_COMPLETE": "complete_bash"} | ({} if place is None else {"COMP_CWORD": place, "COMP_WORDS": "gradx"})
    assert gradx(env=env).is_one_line()


@pytest.mark.sampled(5)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "pwsh"])
def test_completion_without_anything_typed(shell: str) -> None:
    env = {"_GRADX_COMPLETE": f"complete_{shell}", "COMP_WORDS": "", "COMP_CWORD": "0"}
    assert (gradx(env=env).code, gradx(env=env).err) == (0, "")


@pytest.mark.sampled(4)
@pytest.mark.parametrize("home", ["/dev/null", "/nonexistent", "", "relative"])
def test_completion_is_installed_in_a_home_only(tmp_path: Path, home: str) -> None:
    assert gradx("--install-completion", env={"HOME": home}, cwd=tmp_path).is_one_line()
    assert os.listdir(tmp_path) == []


@pytest.mark.sampled(3)
@pytest.mark.parametrize("words", [("--help",), ("eval", "--help"), ("plot", "--help")], ids=" ".join)
def test_help_is_the_same_without_docstrings(words: tuple[str, ...]) -> None:
    assert gradx(*words, python=("-OO", "-m", "gradx_cli")) == gradx(*words)
