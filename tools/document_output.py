"""The commands in the documents and what they answer.

In README.md and docs/*.md a block marked `console` holds commands (`$ gradx …`), each with its output below it.
`make documents` runs them all and writes the outputs anew; the tests run them and compare.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[tuple[str, str]]:
    """Each command of a document with the output that stands below it."""
    return [pair for block in _BLOCK.findall(text) for pair in _parts(block)]


def output(command: str, folder: str) -> str:
    """What the command writes into a pipe, in `folder`, its errors after its answer. A `|` makes it a shell's."""
    words = shlex.split(command)
    if "gradx" not in words:
        raise SystemExit(f"a console block has another command: {command}")
    environment = {name: os.environ[name] for name in ("HOME", "SYSTEMROOT") if name in os.environ}
    environment["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    environment["PYTHONUTF8"] = "1"
    run = ["sh", "-c", command] if "|" in words else [sys.executable, "-m", "gradx_cli", *words[1:]]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", env=environment, cwd=folder, timeout=60)
    return (done.stdout + done.stderr).rstrip("\n")


def _parts(block: str) -> list[tuple[str, str]]:
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, below = part.partition("\n")
        found.append((command, below))
    return found


def _anew(block: re.Match[str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        parts = [f"$ {command}\n{output(command, folder)}\n" for command, _ in _parts(block[1])]
    return "```console\n" + "".join(parts) + "```"


def main(names: list[str]) -> None:
    """Write the outputs anew in all documents, or in those that are named."""
    for document in DOCUMENTS:
        if not names or document.name in names:
            text = document.read_text("utf-8")
            document.write_text(_BLOCK.sub(_anew, text), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
