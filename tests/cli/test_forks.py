"""Most tests run the command in forks of one process; here they are held to the command as a user starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from forks import WARM, Forks

SEEN = (
    *(words for words in WARM if words[0] != "cost"),  # it shows how long it took
    ("eval", "-", "x=1", "--checks", "none", "--no-symbolic", "--format", "csv"),
    ("eval", "(1 - cos(x))/x^2", "x=1e-8", "--no-symbolic"),
    ("eval", "α*ß", "α=1"),
    ("plot", "1/x", "--over", "x=-1..1", "--json"),
    ("--version",),
    ("nonsense",),
    (),
)


@pytest.mark.sampled(4)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.parametrize("words", SEEN, ids=" ".join)
def test_a_fork_answers_as_a_new_process_does(words: tuple[str, ...], forks: Forks, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "COLUMNS": "80"}
    stdin = "3*x # é".encode()
    done = subprocess.run(
        [sys.executable, "-m", "gradx_cli", *words],
        input=stdin,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        timeout=50,
    )
    assert forks.run(words, stdin, environment, tmp_path, 50) == (done.returncode, done.stdout, done.stderr)
