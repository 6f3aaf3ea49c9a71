"""gradx explore on a terminal: typed, edited, pasted, interrupted, resized."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pexpect = pytest.importorskip("pexpect", reason="there is no pexpect to make a terminal with")
if sys.platform == "win32":
    pytest.skip("pexpect makes no terminal there", allow_module_level=True)

PATIENCE_S = 40
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")
UP, LEFT, DELETE = "\x1b[A", "\x1b[D", "\x1b[3~"
PASTE = "\x1b[200~{}\x1b[201~"


class Terminal:
    """A gradx at the other end of a pseudo-terminal."""

    def __init__(self, words: tuple[str, ...], folder: Path, columns: int) -> None:
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_STATE_HOME") if name in os.environ}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "gradx_cli", *words],
            env={**environment, "TERM": "xterm", "NO_COLOR": "1", "PYTHONUTF8": "1", "PROMPT_TOOLKIT_NO_CPR": "1"},
            cwd=str(folder),
            dimensions=(30, columns),
            encoding="utf-8",
            timeout=PATIENCE_S,
        )

    def until(self, *words: str) -> str:
        """What is written until each of these has been, in order, without what moves the cursor."""
        said = ""
        for word in words:
            self.child.expect_exact(word)
            said += str(self.child.before) + word
        return CONTROL.sub("", said)

    def ready(self) -> None:
        """Wait for the prompt."""
        self.child.expect_exact("\x1b[?25h")

    def types(self, text: str, *words: str) -> str:
        """Type a line, and wait for these."""
        self.child.send(f"{text}\r")
        return self.until(*words)

    def completes(self, text: str, rest: str) -> None:
        """Type the beginning of a word and Tab, and wait for the rest of it."""
        self.child.send(text)
        time.sleep(0.2)
        self.child.send("\t")
        self.until(rest)

    def ends(self) -> int:
        self.child.expect(pexpect.EOF)
        self.child.close()
        return int(self.child.exitstatus)


Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    open_ones: list[Terminal] = []

    def started(*words: str, columns: int = 100) -> Terminal:
        open_ones.append(Terminal(words, tmp_path, columns))
        open_ones[-1].ready()
        return open_ones[-1]

    yield started
    for one in open_ones:
        one.child.close(force=True)


CARD = ("explore", "3*(a+b*c)", "a=5", "b=3", "c=2", "--no-symbolic")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    terminal = Terminal(CARD, tmp_path_factory.mktemp("card"), 100)
    terminal.ready()
    yield terminal
    terminal.child.close(force=True)


@pytest.fixture
def card(opened: Terminal) -> Terminal:
    """A prompt below the card of CARD, whatever was typed before."""
    opened.types("3*(a+b*c) a=5 b=3 c=2", "J = 3*(a + b*c) = 33", "gradients")
    opened.ready()
    return opened


def test_gradx_alone_is_a_prompt_and_ctrl_d_ends_it(start: Start) -> None:
    terminal = start()
    terminal.types("x^2*y x=3 y=2", "J = x^2*y = 18", "SymPy agrees")
    said = terminal.types("y=5", "J = x^2*y = 45", "all 4 gradients are proved")
    assert "y 2 → 5 9 ✓" in " ".join(said.split())
    terminal.types("dx = 2*x*y", "proved by SymPy")
    terminal.ready()
    terminal.child.sendeof()
    assert terminal.ends() == 0


def test_a_line_is_edited_and_found_again(card: Terminal) -> None:
    card.types("b=4x" + LEFT + DELETE, "= 39")
    card.ready()
    card.types(UP + "\x7f" + "6", "= 51")


def test_tab_completes_names_commands_and_functions(card: Terminal) -> None:
    card.types("speed*time speed=2 time=3", "J = speed*time = 6", "gradients")
    card.ready()
    card.completes("sp", "eed")
    card.types("=5", "= 15")
    card.ready()
    card.completes("nud", "ge")
    card.completes(" ti", "me")
    card.types("", "so dJ/dtime = 5")
    card.ready()
    card.completes("softpl", "us(")
    card.types("time)", "J = softplus(time) = 3.04")


def test_several_lines_are_pasted(start: Start) -> None:
    terminal = start("explore", "--no-symbolic")
    terminal.child.send(PASTE.format("z = w*x + b\na = tanh(z)\nw=1/2 x=2 b=-1\nnudge w\n") + "\r")
    terminal.until("da/db = 1 - a^2", "z = w*x + b; a = tanh(z) = 0", "so da/dw ≈ 1.99")
    terminal.ready()
    terminal.child.send(PASTE.format("x^2\nsin(x)") + "\r")
    terminal.until("J = x^2 = 4", "J = sin(x) = 0.9")
    terminal.types("quit")
    assert terminal.ends() == 0


def test_ctrl_c_abandons_the_line(card: Terminal) -> None:
    card.child.send("b=100")
    time.sleep(0.3)
    card.child.sendintr()
    card.ready()
    card.types("c=1", "J = 3*(a + b*c) = 24")


def test_ctrl_c_abandons_what_is_worked_out(card: Terminal) -> None:
    card.types("sin(w)^2*exp(cos(w)) w=1", "gradients")
    card.ready()
    card.child.send("w=0..1:0.0001\r")
    time.sleep(1.0)
    card.child.sendintr()
    card.until("interrupted")
    card.types("w=0", "= 0")


def test_ctrl_c_abandons_what_was_pasted_behind_it(card: Terminal) -> None:
    card.child.send(PASTE.format("eval b=0..1:0.0001\nb=700\n" * 20) + "\r")
    time.sleep(1.0)
    card.child.sendintr()
    card.until("interrupted")
    card.ready()
    assert "b 3 → 4" in " ".join(card.types("b=4", "= 39", "gradients").split())


def test_an_error_is_told_and_the_prompt_is_there_again(card: Terminal) -> None:
    said = card.types("3*(a+", "hint:")
    assert re.search(r"error: .*\n +3\*\(a\+\n +\^", said)
    card.types("b=4", "= 39")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("columns", [40, 60])
def test_no_line_is_wider_than_the_terminal(start: Start, columns: int) -> None:
    terminal = start(*CARD, columns=columns)
    said = "".join(
        (
            terminal.types("b=3.123456789", "all 6 gradients"),
            terminal.types("help", "Ctrl-D too"),
            terminal.types("explain --wrt b", "dJ/db"),
        )
    )
    assert max(map(len, said.splitlines())) <= columns


def test_a_terminal_that_is_made_narrower_is_noticed(card: Terminal) -> None:
    assert max(map(len, card.types("eval", "proved, 5 by").splitlines())) > 50
    card.ready()
    card.child.setwinsize(30, 50)
    time.sleep(0.3)
    said = card.types("eval", "proved, 5 by")
    card.child.setwinsize(30, 100)
    assert max(map(len, said.splitlines())) <= 50


def test_nothing_is_written_anywhere(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    terminal = start(*CARD)
    terminal.types("b=4", "= 39")
    terminal.ready()
    terminal.child.sendeof()
    assert terminal.ends() == 0
    assert list(tmp_path.iterdir()) == []


def test_lines_are_kept_where_there_is_a_file_for_them(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "gradx").mkdir()
    history = tmp_path / "gradx" / "history"
    history.touch()
    for line, value in (("b=4", "= 39"), (UP, "= 39")):
        terminal = start(*CARD)
        terminal.types(line, value)
        terminal.ready()
        terminal.child.sendeof()
        assert terminal.ends() == 0
    assert history.read_text("utf-8").count("+b=4\n") >= 1


def test_a_prompt_needs_both_ends_of_a_terminal(gradx: Any) -> None:
    assert gradx(stdin="").out.startswith("gradx takes a formula apart")
