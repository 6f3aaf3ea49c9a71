"""Run every command in README.md's console blocks and put its output below it. `make readme` calls this."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def output(command: str) -> str:
    """What the command writes into a pipe, its errors after its answer."""
    words = shlex.split(command)
    if words[0] != "gradx":
        raise SystemExit(f"README.md has a console block with another command: {command}")
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "gradx_cli", *words[1:]], capture_output=True, encoding="utf-8", env=environment
    )
    return (done.stdout + done.stderr).rstrip("\n")


def block(match: re.Match[str]) -> str:
    commands = [line for line in match[1].splitlines() if line.startswith("$ ")]
    return "```console\n" + "".join(f"{line}\n{output(line[2:])}\n" for line in commands) + "```"


def main() -> None:
    text = README.read_text("utf-8")
    README.write_text(re.sub(r"^```console\n(.*?)^```", block, text, flags=re.MULTILINE | re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
