"""What a start loads: imports cost more than the work, and creep in unseen."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("typer", "rich", "sympy", "mpmath", "flint", "numpy", "plotext", "matplotlib")

MOST_MODULES = 70

REPORT = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"


def loaded_by(code: str) -> set[str]:
    """The modules that are loaded after `code` has run in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"{code}\n{REPORT}"], capture_output=True, text=True, check=True, timeout=30
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def heavy(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}.intersection(HEAVY)


def command(*words: str) -> str:
    return f"from gradx_cli.app import main; main({list(words)!r})"


def test_the_library_loads_nothing_heavy() -> None:
    assert heavy(loaded_by("import gradx")) == set()
    assert heavy(loaded_by("import gradx.point.exploration, gradx.language.bindings, gradx.language.program")) == set()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (("--version",), set()),
        (("eval", "x^2", "x=3", "--json"), {"typer", "flint"}),
        (("eval", "x^2", "x=3", "--json", "--no-symbolic", "--checks", "none"), {"typer"}),
        (("eval", "x^2", "x=3", "--format", "csv", "--no-symbolic", "--checks", "none"), {"typer"}),
        (("eval", "x^2", "x=3", "--no-symbolic", "--checks", "none"), {"typer"}),
        (("eval", "x^2", "x=3"), {"typer", "flint"}),
        (("eval", "x+", "x=3"), {"typer"}),
        ((), {"typer"}),
    ],
    ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value),
)
def test_a_command_loads_no_more_than_it_needs(words: tuple[str, ...], allowed: set[str]) -> None:
    assert heavy(loaded_by(command(*words))) <= allowed


def test_a_table_in_colour_needs_no_more() -> None:
    coloured = "import os; os.environ['FORCE_COLOR'] = '1'; " + command("eval", "x^2", "x=3", "--no-symbolic")
    assert heavy(loaded_by(coloured)) <= {"typer", "flint"}


def test_a_start_loads_few_modules_beside_those_of_typer_and_rich() -> None:
    bare = loaded_by("import typer.main, rich.console, rich.table, rich.padding, rich.text")
    start = loaded_by(command("eval", "x^2", "x=3", "--no-symbolic", "--checks", "none"))
    assert len(start - bare) <= MOST_MODULES, sorted(start - bare)


def test_only_the_command_that_runs_is_imported() -> None:
    modules = loaded_by(command("eval", "x^2", "x=3", "--json", "--no-symbolic"))
    assert {name for name in modules if name.startswith("gradx_cli.commands.")} == {"gradx_cli.commands.eval"}
    modules = loaded_by(command("--help"))
    assert {name for name in modules if name.startswith("gradx_cli.commands.")} == set()


def test_sympy_is_started_before_what_takes_time_is_imported() -> None:
    code = (
        "import sys\n"
        "from gradx_cli.app import main\n"
        "from gradx.symbolic.process import Process\n"
        "start = Process.__init__\n"
        "def started(process):\n"
        "    print([name for name in ('typer', 'dataclasses', 'inspect') if name in sys.modules], file=sys.stderr)\n"
        "    start(process)\n"
        "Process.__init__ = started\n"
        "main(['eval', 'x^2', 'x=3', '--json'])\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stderr == "[]\n"


def test_python_does_not_look_through_what_a_command_leaves_once_more() -> None:
    code = (
        "import atexit, gc, sys\n"
        "from gradx_cli.app import main\n"
        "atexit.register(lambda: print(len(gc.get_objects()), file=sys.stderr))\n"
        "sys.argv[1:] = ['eval', 'x^2', 'x=3', '--no-symbolic']\n"
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert "dx" in done.stdout
    assert int(done.stderr) < 1_000


READING = ("gradx.language.typed", "gradx.language.suggestions", "gradx_cli.typed_words", "gradx_cli.guessed")
POINT = ("a=5", "b=3", "c=2", "--no-symbolic")


@pytest.mark.parametrize("words", [["eval", "3*(a+b*c)", *POINT], ["diff", "x^2*sin(x)"]])
def test_plain_words_load_nothing_that_reads_what_is_typed(words: list[str]) -> None:
    assert not {name for name in loaded_by(command(*words)) if name.startswith(READING)}


def test_what_is_typed_otherwise_loads_what_reads_it() -> None:
    assert "gradx.language.typed.reading" in loaded_by(command("eval", "3(a+bc)", *POINT))
