"""Draw docs/picture.svg: real runs with their colours, as a terminal shows them. `make picture` calls this."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[1] / "docs" / "picture.svg"
COLUMNS = 80
COMMANDS = (
    'gradx eval "3*(a+b*c)" a=5 b=3 c=2',
    'gradx check "sin(3*x + 1)" dx="cos(3*x + 1)"',
)


def run(command: str) -> str:
    """What the command writes on a terminal with colours."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1"}
    words = [sys.executable, "-m", "gradx_cli", *shlex.split(command)[1:]]
    return subprocess.run(words, capture_output=True, encoding="utf-8", env=environment).stdout


def main() -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)
    for command in COMMANDS:
        console.print(Text(f"$ {command}", style="bold"))
        console.print(Text.from_ansi(run(command)))
    drawn = console.export_svg(title="gradx", unique_id="gradx")
    # Where an image is shown no font is fetched: the reader's own monospaced one does it.
    plain = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL).replace(
        "Fira Code", "ui-monospace, Menlo, Consolas"
    )
    PICTURE.write_text("\n".join(line.rstrip() for line in plain.splitlines()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
