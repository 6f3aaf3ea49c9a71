"""The README shows what gradx does: every command in it is run, and its output compared."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")

BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Each command with the output that stands below it."""
    found: list[tuple[str, str]] = []
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def test_the_readme_has_examples() -> None:
    assert len(examples()) >= 5
    assert all(command.startswith("gradx ") for command, _ in examples())


@pytest.mark.parametrize(("command", "output"), examples(), ids=lambda text: text[:40])
def test_an_example_of_the_readme(gradx: Any, command: str, output: str) -> None:
    answer = gradx(*shlex.split(command)[1:])
    assert answer.code in (0, 1, 2)
    assert tidied(answer.out + answer.err) == tidied(output)


def tidied(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_the_commands_in_the_text_work(gradx: Any) -> None:
    commands = [c for c in re.findall(r"`(gradx eval [^`]+)`", README) if "EXPR" not in c and "--help" not in c]
    assert commands
    for command in commands:
        assert gradx(*shlex.split(command)[1:]).code in (0, 1), command


def test_the_table_of_commands_is_complete() -> None:
    from gradx_cli.commands import COMMANDS

    assert re.findall(r"^\| `gradx ([a-z]+) ", README, re.MULTILINE) == list(COMMANDS)


def test_every_target_that_the_documents_name_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    texts = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8") + (ROOT / ".ci" / "run").read_text("utf-8")
    named = set(re.findall(r"^make ([a-z-]+)", texts, re.MULTILINE)) | set(re.findall(r"`make ([a-z-]+)`", texts))
    assert named >= {"test", "demo"}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
