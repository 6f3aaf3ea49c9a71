"""Text from outside leaves through a few gates, and each of them escapes what it lets out."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradx.errors import GradxError
from gradx.language.program import read
from gradx_cli.escape import safe
from gradx_cli.renderers import csv
from gradx_cli.renderers.json import line
from gradx_cli.terminal import Terminal, in_ascii, warn

CLI = Path(__file__).parents[2] / "cli" / "gradx_cli"

GATES = {
    "terminal.py": "lines, through safe()",
    "renderers/json.py": "JSON in ASCII",
    "waiting.py": "numbers; the lines that the terminal wrote, and where the cursor goes",
    "tables/__init__.py": "numbers, and texts through safe()",
    "output.py": "files, whose content is made by diagrams (labels through safe()) and by matplotlib (the same)",
}

CONSTANT = {
    "app.py": "the version",
    "boundary.py": "a fault, through safe()",
    "menu.py": "the version and the first page",
    "batch.py": "counts",
    "help_page.py": "what a help says",
    "surroundings.py": "the bytes that the terminal wrote, to the stream they were for; that the time is over",
}
"""Files that write to a stream themselves, and what: nothing that came from outside unescaped."""

WRITING = ("write", "writelines", "write_text", "write_bytes", "print")

INVISIBLE = "\x1b[31m\x9b31m\x07\x08\x7f\r\u202e\u2066\u200b\u2028\x85\udcff\ufeff"


def acting(text: str) -> set[str]:
    """The characters in a text that a terminal acts on, but for the ends of lines."""
    return {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


# Where text leaves


def writes(tree: ast.Module) -> Iterator[str]:
    """What in a module writes past the gates."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print" | "open" as name)):
                yield name
            case ast.Call(func=ast.Attribute(attr="write", value=ast.Name(id="screen" | "terminal" | "csv"))):
                continue
            case ast.Call(func=ast.Attribute(attr="write", value=ast.Attribute(attr="_terminal"))):
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITING:
                yield f".{name}"
            case ast.Attribute(attr="stream" | "_stream"):
                yield "a stream"
            case ast.Name(id="Console"):
                yield "a console of its own"


@cache
def written_by() -> dict[str, set[str]]:
    found = {}
    for path in CLI.rglob("*.py"):
        seen = set(writes(ast.parse(path.read_text("utf-8"))))
        if seen:
            found[path.relative_to(CLI).as_posix()] = seen
    return found


def test_nothing_is_written_but_through_the_gates() -> None:
    assert {
        name: ways for name, ways in written_by().items() if name not in {**GATES, **CONSTANT, "inputs.py": ""}
    } == {}


def test_reading_a_file_writes_none() -> None:
    assert written_by()["inputs.py"] == {"open"}
    assert '"rb"' in (CLI / "inputs.py").read_text()


@pytest.mark.parametrize(
    "code", ["print(x)", "sys.stdout.write(x)", "terminal.stream", "out.writelines(x)", "Console()"]
)
def test_a_way_past_the_gates_would_be_seen(code: str) -> None:
    assert list(writes(ast.parse(code)))


def test_the_engine_writes_nothing() -> None:
    engine = CLI.parents[1] / "engine" / "gradx"
    for path in engine.rglob("*.py"):
        if path.name in ("worker.py", "process.py"):  # the two ends of SymPy's pipe
            continue
        text = path.read_text("utf-8")
        may_write = any(name in text for name in ("print", "open", "stdout", "stderr"))
        for node in ast.walk(ast.parse(text)) if may_write else ():
            match node:
                case ast.Call(func=ast.Name(id="print" | "open" as name)):
                    raise AssertionError(f"{path}: {name}")
                case ast.Attribute(attr="stdout" | "stderr"):
                    raise AssertionError(f"{path}: a stream")


# The gates


def screen(*, color: bool) -> tuple[Terminal, io.StringIO]:
    stream = io.StringIO()
    return Terminal(stream, None, color, True), stream


@pytest.mark.parametrize("color", [False, True])
def test_lines_are_made_safe(color: bool) -> None:
    terminal, stream = screen(color=color)
    terminal.write([f"a{INVISIBLE}b\nc", terminal.styled((INVISIBLE, "red"), ("[link=http://evil.example]x", ""))])
    assert acting(stream.getvalue()) == set()
    assert len(stream.getvalue().splitlines()) == 2
    assert "[link=http://evil.example]" in stream.getvalue()
    assert r"\x1b[31m\x9b31m" in stream.getvalue()


def test_colours_are_gradx_s_own() -> None:
    terminal, stream = screen(color=True)
    terminal.write_styled([[("a", "red")], [("\x1b[32ma", "red")]])
    assert stream.getvalue() == "\x1b[31ma\x1b[0m\n\\x1b[32ma\n"


def test_json_is_ascii_without_control_characters() -> None:
    written = line({INVISIBLE: INVISIBLE})
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == {INVISIBLE: INVISIBLE}


def test_a_cell_of_csv_is_one_line_of_text() -> None:
    terminal, stream = screen(color=False)
    csv.write([["=1+1", INVISIBLE, "a,b", 'say "x"', 1.5], [csv.text(f"{c}1") for c in "=+-@"]], terminal)
    assert acting(stream.getvalue()) == set()
    assert len(stream.getvalue().splitlines()) == 2
    assert stream.getvalue().splitlines()[1] == "'=1,'+1,'-1,'@1"


def test_warnings_are_made_safe(capsys: pytest.CaptureFixture[str]) -> None:
    warn([INVISIBLE])
    assert acting(capsys.readouterr().err) == set()


@given(st.text(st.characters()))
def test_what_is_safe_is_one_printable_line_and_stays_as_it_is(text: str) -> None:
    assert safe(text).isprintable()
    assert safe(safe(text)) == safe(text)
    assert in_ascii(safe(text)).isascii()
    if text.isprintable():
        assert safe(text) == text


@given(st.text(st.characters(exclude_characters=";=#\n() "), min_size=1, max_size=8))
def test_a_name_that_is_read_is_safe(name: str) -> None:
    try:
        names = read(name).graph.names
    except GradxError:
        return
    for found in names:
        assert safe(found) == found
        assert not set(found) & set("<>&\"'`|$\\{}%;,@:/[]")


# Every command and format, in a gradx whose names may hold what acts on a terminal


ACTING = "\x1b\x9b\x7f\u202e\u2066"

LOOSE = f"""
import importlib.util, pathlib, sys
spec = importlib.util.find_spec("gradx.language.tokens")
strict = pathlib.Path(spec.origin).read_text("utf-8")
letters = strict.replace('LETTER = "A-Za-z_"', 'LETTER = "A-Za-z_" + ' + ascii({ACTING!a}))
loose = letters.replace("None if is_seen else re.search(_UNSEEN, text)", "None")
assert len({{strict, letters, loose}}) == 3
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module
exec(compile(loose, spec.origin, "exec"), module.__dict__)
from gradx_cli.app import main
sys.exit(main())
"""

X, Y, U, J = (letter + ACTING for letter in "xyuJ")
PROGRAM = f"{U} = {X}*{Y}; {J} = sin({U}) + {U}^2 # {ACTING}"
POINT = (f"{X}=1", f"{Y}=2")

EVERY_WAY = [
    *(
        ("eval", PROGRAM, *POINT, f"z{ACTING}=1", "--format", way, *symbolic)
        for way in ("table", "text", "json", "csv", "markdown", "latex", "html")
        for symbolic in ((), ("--no-symbolic",))
    ),
    ("eval", f"relu({X}*0) + {X}", f"{X}=1"),
    ("eval", f"({X} + 1e16) - {X}", f"{X}=1"),
    *(("explain", PROGRAM, *POINT, "--format", way) for way in ("text", "json", "csv", "markdown", "latex", "html")),
    *(("explain", PROGRAM, "--format", way) for way in ("text", "json", "csv", "markdown", "latex", "html")),
    ("explain", PROGRAM, *POINT, "--wrt", X),
    *(
        ("diff", PROGRAM, "--steps", "--format", way)
        for way in ("table", "text", "json", "csv", "markdown", "latex", "html")
    ),
    ("diff", PROGRAM, *POINT, "--order", "2"),
    ("diff", f"{X}^2 + {Y}^2 = 25", "--implicit", Y, f"{X}=3", f"{Y}=5"),
    ("nudge", PROGRAM, X, *POINT),
    ("nudge", PROGRAM, X, *POINT, "--json"),
    ("nudge", f"relu({X}*0) + {X}", X, f"{X}=1", "--eps", "0.1", "--eps", "0.01"),
    ("graph", PROGRAM, *POINT),
    ("graph", PROGRAM, *POINT, "--step", "2"),
    ("graph", PROGRAM, *POINT, "--json"),
    *(("graph", PROGRAM, *POINT, "--output", f"drawing.{end}") for end in ("svg", "dot", "mmd", "txt")),
    ("explore", PROGRAM, *POINT, "--output", "page.html"),
    *(("explore", PROGRAM, *POINT, "--format", way) for way in ("table", "text", "json", "csv", "html")),
    ("cost", PROGRAM, *POINT),
    ("cost", PROGRAM, *POINT, "--json"),
    *(
        ("check", PROGRAM, f"d{X}=cos({U})*{Y} + 2*{U}", f"d{Y}={X}", f"d{U}=cos({U}) + 2*{U}", *words)
        for words in ((), ("--json",), POINT)
    ),
    ("plot", PROGRAM, "--over", f"{X}=-1..1", f"{Y}=2"),
    ("plot", f"1/{X} + floor({X}) + abs({X})", "--over", f"{X}=-1..1", "--json"),
    ("plot", f"1/{X} + floor({X}) + abs({X})", "--over", f"{X}=-1..1"),
    ("plot", PROGRAM, "--over", f"{X}=-1..1", *POINT, "--format", "csv"),
    ("plot", PROGRAM, "--over", f"{X}=-1..1", *POINT, "--output", "drawing.svg"),
    *(
        ("export", PROGRAM, *POINT, "--to", language, "--order", order)
        for language in ("python", "c", "javascript", "latex")
        for order in ("1", "2")
    ),
    ("descend", PROGRAM, *POINT, "--rate", "0.1", "--steps", "3"),
    ("descend", PROGRAM, *POINT, "--rate", "100", "--steps", "3", "--wrt", X),
    ("descend", PROGRAM, *POINT, "--rate", "0.1", "--steps", "3", "--json"),
    *(
        (*words, "--format", way)
        for words in (
            ("nudge", PROGRAM, X, *POINT, "--eps", "0.1", "--eps", "0.01"),
            ("graph", PROGRAM, *POINT),
            ("cost", PROGRAM, *POINT),
            ("check", PROGRAM, f"d{X}=cos({U})*{Y} + 2*{U}", f"d{Y}={X}"),
            ("plot", PROGRAM, "--over", f"{X}=-1..1", *POINT),
            ("descend", PROGRAM, *POINT, "--rate", "0.1", "--steps", "3"),
        )
        for way in ("text", "csv", "markdown", "latex", "html")
        if (words[0], way) != ("cost", "csv")  # which has numbers alone
    ),
    *(
        ("quiz", PROGRAM, "--kind", kind, "--count", "1", "--format", way)
        for kind, way in zip(
            ("formula", "choice", "number", "page", "find-the-mistake", "choice", "page", "choice", "number"),
            ("table", "text", "json", "csv", "markdown", "moodle", "moodle", "gift", "html"),
            strict=True,
        )
    ),
    ("eval", PROGRAM, POINT[0]),
    ("eval", f"log({X} - 2)", f"{X}=1"),
    ("eval", PROGRAM, *POINT, "--wrt", f"z{ACTING}"),
    ("eval", f"{X}{Y}q", *POINT),
]


COLOURED = [words for words in EVERY_WAY if not {"--json", "--output", "--format"} & set(words)]


@pytest.mark.sampled(48)
@pytest.mark.parametrize(
    ("words", "color"), [*((words, "") for words in EVERY_WAY), *((words, "1") for words in COLOURED)]
)
def test_every_way_out_of_every_command(tmp_path: Path, words: tuple[str, ...], color: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOSE, *words],
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "FORCE_COLOR": color},
        cwd=tmp_path,
        input=f"{X}=2\nz{ACTING}=1\n{X}={ACTING}\n{PROGRAM}\n{ACTING}\n".encode(),
        capture_output=True,
        timeout=50,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    assert b'File "' not in done.stderr, done.stderr
    texts = (done.stdout.decode(), done.stderr.decode(), *(path.read_text("utf-8") for path in tmp_path.iterdir()))
    for text in texts:
        assert acting(re.sub(r"\x1b\[[0-9;]*m", "", text) if color else text) == set()
    backslashes = ("\\", "#92;", r"\textbackslash{}")  # as they are, Mermaid's, LaTeX's
    assert any(f"{backslash}u202e" in text for text in texts for backslash in backslashes)


def test_every_command_is_among_them() -> None:
    from gradx_cli.commands import COMMANDS

    assert {words[0] for words in EVERY_WAY} == COMMANDS.keys() - {"examples", "functions", "grade"}


def test_this_python_knows_the_characters() -> None:
    assert acting(INVISIBLE) == set(INVISIBLE) - set("[31m"), sys.version
