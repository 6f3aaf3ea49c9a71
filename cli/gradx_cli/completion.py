"""What a shell hands over to have a word completed, and where completion is installed: looked at before Typer does."""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from gradx.errors import GradxError
from gradx_cli.inputs import shown

VARIABLE = "_GRADX_COMPLETE"
_ASKED = re.compile("(complete|source)_(bash|zsh|fish|powershell|pwsh)")
_PLACE = re.compile("[0-9]{1,6}")
_SHOWN_INSTEAD = "gradx --show-completion prints it, to be put where your shell reads it"


def prepare(words: Sequence[str], environment: MutableMapping[str, str]) -> None:
    """Refuse what Typer could not make sense of; GradxError.

    Bash ends a word at `@`: what it hands over as `@ neur` was typed as `@neur`, and is put together again.
    """
    if words and words[0] == "--install-completion":
        _check_home(environment)
    asked = environment.get(VARIABLE)
    if not asked:
        return
    if not _ASKED.fullmatch(asked):
        hint = f"it is for shells, which set it to complete_bash, complete_zsh, ...: unset {VARIABLE}"
        raise GradxError("usage", f"the variable {VARIABLE} asks for no completion that there is", hint=hint)
    if asked != "complete_bash":
        return
    typed, place = environment.get("COMP_WORDS"), environment.get("COMP_CWORD", "")
    if typed is None or not _PLACE.fullmatch(place):
        raise GradxError("usage", f"{VARIABLE}={asked} needs COMP_WORDS and the number of a word in COMP_CWORD")
    environment["COMP_WORDS"], found = re.subn(r"(\s@)\s(?=\S)", r"\1", typed, count=1)
    environment["COMP_CWORD"] = str(max(0, int(place) - found))


def _check_home(environment: MutableMapping[str, str]) -> None:
    """GradxError where the home folder, into which the completion is written, is none or takes no files."""
    home = Path(environment.get("HOME", "~")).expanduser() if os.name != "nt" else Path.home()
    if not home.is_absolute() or not home.is_dir() or not os.access(home, os.W_OK):
        name = shown(home) if environment.get("HOME", "~") else "an empty name"
        said = f"the completion is installed in the home folder, and {name} is no folder that can be written to"
        raise GradxError("file", said, hint=_SHOWN_INSTEAD)
