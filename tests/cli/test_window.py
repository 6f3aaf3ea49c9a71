"""gradx eval on a terminal: the table stands before SymPy has answered, and nothing else moves when it has."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

pexpect = pytest.importorskip("pexpect", reason="there is no pexpect to make a terminal with")
if sys.platform == "win32":
    pytest.skip("pexpect makes no terminal there", allow_module_level=True)

PATIENCE_S = 40
CARD = ("eval", "3*(a+b*c)", "a=5", "b=3", "c=2")
LONG = ("eval", "p = 1/(1 + exp(-(w*x + b))); -log(p)", "w=1.5", "x=0.3", "b=-1")
CONTROL = re.compile(r"\x1b\[(\d*)([A-Za-z])")


def spawned(words: tuple[str, ...], folder: Path, *, rows: int = 40, columns: int = 100, **more: str) -> Any:
    """gradx at the other end of a pseudo-terminal."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"TERM": "xterm", "NO_COLOR": "1", "PYTHONUTF8": "1", **more}
    return pexpect.spawn(
        sys.executable,
        ["-m", "gradx_cli", *words],
        env=environment,
        cwd=str(folder),
        dimensions=(rows, columns),
        encoding="utf-8",
        timeout=PATIENCE_S,
    )


@pytest.fixture(scope="module")
def card_written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that CARD writes to a window of 100 columns."""
    child = spawned(CARD, tmp_path_factory.mktemp("card"))
    child.expect(pexpect.EOF)
    return str(child.before)


def on_the_screen(written: str) -> list[str]:
    """The lines that stand there when all of this was written: newlines, and the three controls that are used."""
    lines, at, place = [""], 0, 0
    for found in re.finditer(r"\x1b\[\d*[A-Za-z]|\r\n|[^\x1b\r\n]+", written):
        control = CONTROL.fullmatch(found[0])
        if found[0] == "\r\n":
            at, place = at + 1, 0
            lines += [""] * (at == len(lines))
        elif control is None:
            lines[at] = lines[at][:place].ljust(place) + found[0] + lines[at][place + len(found[0]) :]
            place += len(found[0])
        elif control[2] == "F":
            at, place = at - int(control[1]), 0
            assert at >= 0
        elif control[2] == "K":
            lines[at] = lines[at][:place]
        else:
            assert control[2] == "J"
            lines[at:] = [lines[at][:place]]
    return lines


@pytest.mark.sampled(8)
@pytest.mark.parametrize("words", [CARD, LONG], ids=["the card", "named nodes"])
@pytest.mark.parametrize("columns", [60, 80, 100, 140])
def test_the_screen_ends_as_a_pipe_would_show_it(
    words: tuple[str, ...], columns: int, tmp_path: Path, gradx: Run
) -> None:
    child = spawned(words, tmp_path, columns=columns)
    child.expect(pexpect.EOF)
    piped = gradx(*words, env={"COLUMNS": str(columns)}).out
    assert "\x1b" in child.before
    assert on_the_screen(child.before) == [*piped.splitlines(), ""]


def test_all_but_sympys_column_stands_there_before_it_answers(card_written: str, gradx: Run) -> None:
    early, _, _ = card_written.partition("\x1b")
    seen, whole = early.splitlines(), gradx(*CARD).out.splitlines()
    assert len(seen) == len(whole)
    for there, then in zip(seen, whole, strict=True):
        if set(there) == {" ", "─"}:  # the rule is as wide as the table
            assert then.startswith(there)
        else:
            # SymPy's are its cells, and the end of the sentence that says whether it agrees.
            assert then.startswith(there.removesuffix("…"))
    assert sum(line.endswith("✓   …") for line in seen) == 6


def test_it_is_drawn_over_at_once(card_written: str) -> None:
    assert len(re.findall(r"\x1b\[\d*F", card_written)) == 1


def test_a_page_higher_than_the_window_waits_for_sympy(tmp_path: Path, gradx: Run) -> None:
    child = spawned(CARD, tmp_path, rows=10)
    child.expect(pexpect.EOF)
    assert child.before.replace("\r\n", "\n") == gradx(*CARD).out


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("more", "environment"),
    [((), {"TERM": "dumb"}), (("--format", "text"), {}), (("--quiet",), {}), (("--no-symbolic",), {})],
    ids=["dumb", "text", "quiet", "alone"],
)
def test_nothing_is_drawn_over_where_that_cannot_be_done_or_needs_not(
    more: tuple[str, ...], environment: dict[str, str], tmp_path: Path
) -> None:
    child = spawned((*CARD, *more), tmp_path, **environment)
    child.expect(pexpect.EOF)
    assert "\x1b" not in child.before
    assert "…" not in child.before


def test_ctrl_c_leaves_the_table_and_the_terminal_as_they_are(tmp_path: Path) -> None:
    child = spawned(CARD, tmp_path)
    before = termios.tcgetattr(child.child_fd)
    child.expect_exact("difference quotients\r\n")
    child.kill(signal.SIGINT)
    child.expect(pexpect.EOF)
    assert "\x1b" not in child.before
    assert "Traceback" not in child.before
    assert termios.tcgetattr(child.child_fd) == before
    child.close()
    assert child.exitstatus == 130
