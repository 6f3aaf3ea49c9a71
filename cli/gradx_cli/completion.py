"""What a shell can complete beside commands, options and files: the examples."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

BASH = "complete_bash"


def examples(incomplete: str) -> list[tuple[str, str]]:
    """The examples' names and what they teach, once somebody has typed the mark that they begin with."""
    from gradx.lessons.examples import EXAMPLES, MARK

    if not incomplete.startswith(MARK):
        return []
    names = ((MARK + example.name, example.teaches) for example in EXAMPLES)
    return [(name, teaches) for name, teaches in names if name.startswith(incomplete)]


def rejoin(environment: MutableMapping[str, str]) -> None:
    """Bash ends a word at `@`: what it hands over as `@ neur` was typed as `@neur`, and is put together again."""
    words, place = environment.get("COMP_WORDS", ""), environment.get("COMP_CWORD", "")
    if environment.get("_GRADX_COMPLETE") != BASH or not place.isdigit():
        return
    environment["COMP_WORDS"], found = re.subn(r"(\s@)\s(?=\S)", r"\1", words, count=1)
    environment["COMP_CWORD"] = str(int(place) - found)
