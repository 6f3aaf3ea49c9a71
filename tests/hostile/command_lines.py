"""Random command lines: from pure noise to nearly right; and what a run of one inside this process comes to."""

from __future__ import annotations

import gc
import io
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hostile.rows import Outcome
from proof.random_expressions import expression

from gradx_cli.app import main

LONGEST_S = 10
"""Seconds after which a command line of this size has certainly gone wrong."""

COMMANDS = ("eval", "explain", "nudge", "graph", "cost", "check", "plot", "descend")

FRAGMENTS = (
    *"xyzabwJe_(),;=+-*/%^<>!#.[]{}|&~$@\\'\"`:?0123456789 \n\t",
    *"αβγπΩ₀₁²³⁻½√×·÷−≤≥≠（）＋∂ε∞µ", "w[1]", "w^[1]", "**", "//", "==", "1e", "1e-3", "1e308", "5e-324", "0x", ".5",
    "sin", "log", "exp(", "max(", "min(x,", "where(", "x > 0", "x^x", "f(x)=", "u=", "J(w)=", "a=5;", "pi", "gamma",
    "lambda", "None", "import", "__class__", "sin^2(x)", "sin x", "inf", "nan", "True",
    "\x1b[31m", "\x9b", "\x07", "\x7f", "\u202e", "\u200b", "\ufeff", "\r", "\u2028", "\x85", "\udcff", "😀",
    "[red]", "[/]",
)  # fmt: skip

VALUES = (
    "1",
    "-2",
    "0",
    "1/3",
    "pi/4",
    "1e308",
    "5e-324",
    "-0",
    "nan",
    "inf",
    "",
    "0,5",
    "x",
    "1e400",
    "½",
    "√2",
    "1=2",
)

OPTIONS = (
    "--json", "--ascii", "--exit-zero", "--no-symbolic", "--help", "-h", "--version", "--force", "--maximise", "--",
    "--nope", "--jsn", "-", "--checks=none", "--checks=all",
)  # fmt: skip

OPTIONS_WITH_VALUE: dict[str, tuple[str, ...]] = {
    "--format": ("table", "text", "json", "csv", "markdown", "latex", "html", "chart", "pdf", ""),
    "--eps": ("0.001", "0", "nan", "-1", "1e308", "5e-324", "x", ""),
    "--digits": ("1", "10", "17", "100", "0", "-1", "1e3", ""),
    "--wrt": ("x", "x,y", "", ",", "v1", "x;y"),
    "--checks": ("auto", "none", "some", ""),
    "--file": ("missing", "", ".", "/dev/null", "\x1b"),
    "--output": ("a.svg", "a.dot", "a.mmd", "a.txt", "a.png", "a.exe", "", "\x1b.svg", "b", "a.svg.txt"),
    "--over": ("x=-3..3", "x=0..1", "y=1..2", "x=1..0", "x", "x=..", "x=nan..1", "x=0..1..2", ""),
    "--points": ("2", "50", "1", "-1", "x"),
    "--rate": ("0.1", "1", "-1", "nan", "1e308", "", "x"),
    "--steps": ("3", "0", "50", "-1", "1.5", "x"),
    "--tolerance": ("0", "1e-3", "-1", "x"),
    "--step": ("0", "2", "-1", "x"),
    "--nodes": ("10", "0", "1e15", "x"),
    "--parameters": ("3", "0", "-1", "x"),
}


def command_line(generator: random.Random) -> list[str]:
    """The words after the program's name. No word holds a null character: the system takes none."""
    kind = generator.random()
    if kind < 0.1:
        words = [_noise(generator) for _ in range(generator.randint(0, 5))]
    elif kind < 0.5:
        words = [generator.choice(COMMANDS), _program(generator), *(_binding(generator) for _ in range(3))]
        words += _own(generator, words[0], _program(generator))
        for _ in range(generator.choice((0, 1, 2))):
            words[generator.randint(1, len(words)) :] = _option(generator)
    else:
        words = _right(generator)
        if generator.random() < 0.4:
            words[generator.randrange(len(words))] = generator.choice((_noise, _program, _binding))(generator)
        if generator.random() < 0.3:
            at = generator.randint(0, len(words))
            words[at:at] = _option(generator)
        if generator.random() < 0.05:
            generator.shuffle(words)
    return [word.replace("\0", "") for word in words]


def _right(generator: random.Random) -> list[str]:
    """A command line with nothing wrong but what happens at its point."""
    text = expression(generator, generator.randint(1, 3)).text
    if generator.random() < 0.3:
        text = f"u = {text}; v = u*x; J = u + v^2"
    command = generator.choice(COMMANDS)
    words = [command, text, *(f"{name}={generator.choice(('1', '2', '-0.5', '1/3', 'pi', '0'))}" for name in "xyz")]
    return words + _own(generator, command, expression(generator, 2).text)


def _own(generator: random.Random, command: str, formula: str) -> list[str]:
    """What a command needs beside a program and its point."""
    return {
        "nudge": ["x"],
        "plot": ["--over", "x=-1..1", "--points", "40"],
        "check": [f"dx={formula}"],
        "descend": ["--rate", "0.1", "--steps", "20"],
    }.get(command, [])


def standard_input(generator: random.Random) -> bytes:
    kind = generator.random()
    if kind < 0.5:
        return b""
    return (
        generator.randbytes(generator.randint(0, 40)) if kind < 0.7 else _program(generator).encode("utf-8", "replace")
    )


def _program(generator: random.Random) -> str:
    kind = generator.random()
    if kind < 0.35:
        return "".join(generator.choice(FRAGMENTS) for _ in range(generator.randint(0, 12)))
    text = expression(generator, generator.randint(1, 3)).text
    if kind < 0.6:
        return text
    if kind < 0.7:
        return f"u = {text}; v = u*x; J = u + v^2"
    for _ in range(generator.randint(1, 3)):
        at = generator.randint(0, len(text))
        text = text[:at] + generator.choice((*FRAGMENTS, "")) + text[at + generator.randint(0, 2) :]
    return text


def _binding(generator: random.Random) -> str:
    kind = generator.random()
    if kind < 0.1:
        return _noise(generator)
    name = generator.choice(("x", "y", "z", "a", "α", "w[1]", "dx", "dJ/dx", "∂J/∂y", "e", "pi", ""))
    return f"{name}={generator.choice(VALUES) if kind < 0.8 else _program(generator)}"


def _option(generator: random.Random) -> list[str]:
    if generator.random() < 0.4:
        return [generator.choice(OPTIONS)]
    name = generator.choice(tuple(OPTIONS_WITH_VALUE))
    value = generator.choice(OPTIONS_WITH_VALUE[name])
    return [f"{name}={value}"] if generator.random() < 0.3 else [name, value] if generator.random() < 0.95 else [name]


def _noise(generator: random.Random) -> str:
    """Bytes, as Python hands them over, or characters of every kind. Never something that could name a place."""
    if generator.random() < 0.4:
        text = os.fsdecode(generator.randbytes(generator.randint(0, 12)))
    else:
        text = "".join(chr(generator.choice((generator.randrange(128), generator.randrange(0x3000)))) for _ in range(6))
    return text.replace("\0", "").replace("/", "")


class TooLong(BaseException):
    """A command line took longer than it can need."""


def run(words: list[str], stdin: bytes) -> Outcome:
    """Run a command line inside this process, without SymPy. `TooLong` where it does not end."""
    before = set(os.listdir())
    began, used = time.monotonic(), time.process_time()
    out, err = io.BytesIO(), io.BytesIO()
    code: int | None
    with _streams(stdin, out, err), _patience():
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        sys.stderr.flush()
    gc.enable()
    files = tuple(set(os.listdir()) - before)
    for name in files:
        os.unlink(name)
    return Outcome(code, out.getvalue(), err.getvalue(), files, time.process_time() - used, time.monotonic() - began)


@contextmanager
def _streams(stdin: bytes, out: io.BytesIO, err: io.BytesIO) -> Iterator[None]:
    kept = sys.stdin, sys.stdout, sys.stderr, sys.executable
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    texts = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (out, err)]
    sys.stdout, sys.stderr = texts
    sys.executable = ""  # without a Python to start, there is no SymPy
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.executable = kept
        for text in texts:
            text.detach()


@contextmanager
def _patience() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before: Callable[[int, FrameType | None], object] | int | None = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
