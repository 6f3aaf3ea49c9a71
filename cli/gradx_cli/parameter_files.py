"""Parameters in a file: names and numbers, with all digits, as `descend` saves them and goes on from them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx_cli.inputs import read_file, shown
from gradx_cli.output import write_file

HINT = 'it holds names and numbers: {"parameters": {"w": 0.5}}'


def save(path: Path, program: Program, numbers: Mapping[str, float], *, force: bool) -> None:
    """Write the numbers (of vectors and matrices as lists), and the program that they belong to."""
    found = numbers if program.bundles is None else program.bundles.nested(dict(numbers))
    content = {"program": program.reading, "parameters": found}
    write_file(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n", force=force)


def words(path: Path) -> list[str]:
    """What is saved in a file, as bindings: `w=0.5`. GradxError("file") for what is no file of parameters."""
    where = shown(path)
    try:
        content = json.loads(read_file(path))
    except ValueError as error:
        raise GradxError("file", f"{where} is not JSON: {error}", hint=HINT) from None
    found = content.get("parameters", content) if isinstance(content, dict) else None
    if not isinstance(found, dict) or not found:
        raise GradxError("file", f"{where} has no parameters", hint=HINT)
    for name, value in found.items():
        if not _is_numeric(value):
            raise GradxError("file", f"{where}: {name} is not a number", hint=HINT)
        if "NaN" in json.dumps(value) or "Infinity" in json.dumps(value):
            raise GradxError("file", f"{where}: {name} is not finite", hint=HINT)
    return [f"{name}={json.dumps(value)}" for name, value in found.items()]


def _is_numeric(value: object) -> bool:
    """Whether it is a number, a list of them, or a list of lists of them."""
    rows: Sequence[object] = value if isinstance(value, list) else [value]
    entries = [entry for row in rows for entry in (row if isinstance(row, list) else [row])]
    return bool(entries) and all(isinstance(x, int | float) and not isinstance(x, bool) for x in entries)
