"""The same program by one library after the other, in turn, and what one of them takes beside gradx."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import peers

PATIENCE_S = 100
Answer = dict[str, Any]


def python(name: str) -> list[str]:
    return [sys.executable if name == "gradx" or name.startswith("compile") else str(peers.PYTHON)]


def in_turn(
    command: Callable[[str], list[str]], names: Sequence[str], failed: dict[str, str], rounds: int
) -> dict[str, list[Answer]]:
    """What `command` prints for each of `names`, run in turn; `outside` is the time of the whole process.

    Who fails is not asked again: `failed` says why.
    """
    answers: dict[str, list[Answer]] = {}
    for _ in range(rounds):
        for name in names:
            if name in failed:
                continue
            start = time.perf_counter()
            try:
                done = subprocess.run(command(name), capture_output=True, text=True, timeout=PATIENCE_S, check=False)
            except subprocess.TimeoutExpired:
                failed[name] = f"over {PATIENCE_S} s"
                continue
            outside = time.perf_counter() - start
            if done.returncode == 0:
                answers.setdefault(name, []).append({"seconds": outside, **json.loads(done.stdout)})
            elif done.returncode < 0:
                failed[name] = f"ended by signal {-done.returncode}"
            else:
                failed[name] = done.stderr.strip().rpartition("\n")[2].partition(":")[0]
    return answers


def against(answers: dict[str, list[Answer]], names: Sequence[str], failed: dict[str, str]) -> list[str]:
    """One row: gradx's median, and for each of the others its own and how many times gradx's it is, round by round."""
    ours = answers["gradx"]
    row = [f"{statistics.median(r['seconds'] for r in ours):.3g}"]
    for name in names[1:]:
        if name in failed:
            row.append(failed[name])
            continue
        theirs = answers[name]
        ratio = statistics.median(b["seconds"] / a["seconds"] for a, b in zip(ours, theirs, strict=True))
        same = all(close(a["gradients"], b["gradients"]) for a, b in zip(theirs, ours, strict=True))
        row.append(f"{statistics.median(r['seconds'] for r in theirs):.3g} ({ratio:.1f}){'' if same else ' ≠'}")
    return row


def close(theirs: Sequence[float], ours: Sequence[float]) -> bool:
    """Whether gradients are the same; nothing was asked for where there are none."""
    most = 1e-9 * max(map(abs, ours))
    return not theirs or all(abs(a - b) <= most for a, b in zip(theirs, ours, strict=True))


def growth(name: str, seconds: Sequence[float], memory: dict[str, str]) -> list[str]:
    """How the seconds of one library grow from the last but one size to the last, and its memory."""
    exponent = f"{math.log10(seconds[-1] / seconds[-2]):.2f}" if len(seconds) > 1 else "–"
    return [name, exponent, memory.get(name, "–")]
