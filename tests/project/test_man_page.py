"""The manual page says what the command takes, and `man` can set it."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from man_page import PAGE, page

from gradx_cli.commands import COMMANDS
from gradx_cli.menu import load

TEXT = PAGE.read_text("utf-8")


def test_the_page_is_the_one_that_make_documents_writes() -> None:
    assert page() == TEXT


def test_every_command_and_option_is_in_it() -> None:
    plain = TEXT.replace("\\-", "-")
    for name in COMMANDS:
        assert f"\n.B {name}\n" in plain
        for param in load(name).params:
            if param.param_type_name == "option" and not param.hidden:
                assert re.search(rf'^\.BI? "?{param.opts[0]}[ \n]', plain, re.MULTILINE), param.opts


def test_it_has_the_parts_of_a_manual_page() -> None:
    heads = re.findall(r"^\.SH (.*)$", TEXT, re.MULTILINE)
    assert heads == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO",
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_it_is_set_without_a_warning() -> None:
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", str(PAGE)], capture_output=True, timeout=50, check=True)
    assert done.stderr == b""
    assert b"docs/verdicts.md" in done.stdout
