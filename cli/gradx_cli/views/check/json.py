"""A check as one JSON object."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.errors import Problem
from gradx.language.program import Program
from gradx.lessons.checking import Checked
from gradx.lessons.claims.judging import Counterexample
from gradx.lessons.mistakes.mistake import Mistake
from gradx_cli.diagnostics import as_json
from gradx_cli.views.json import SCHEMA, Json, finite, head, write


def show(program: Program, results: Sequence[Checked], warnings: Sequence[str], line: int | None = None) -> None:
    """Write the object on one line; `line` is the number of the batch's line that it answers."""
    graph = program.graph
    place: dict[str, Json] = {} if line is None else {"line": line}
    write(
        {
            **head("check", program, warnings, **place),
            "correct": all(result.status == "correct" for result in results),
            "claims": [
                {
                    "of": graph.names[result.claim.of],
                    "wrt": graph.names[result.claim.wrt],
                    "claim": result.claim.text,
                    "status": result.status,
                    "proof": result.proof,
                    "points": result.points,
                    "skipped": result.skipped,
                    "reason": result.reason,
                    "correct_formula": result.correct_formula,
                    "counterexample": _counterexample(result.counterexample),
                    "mistake": _mistake(result.mistake),
                }
                for result in results
            ],
        }
    )


def show_unreadable(text: str, problem: Problem, line: int) -> None:
    """A line of a batch that could not be read."""
    write({"schema": SCHEMA, "command": "check", "line": line, "expression": text, "error": as_json(problem)})


def show_totals(counts: dict[str, int]) -> None:
    """The last line of a batch."""
    write({"schema": SCHEMA, "command": "check", "done": True, **counts})


def _counterexample(shown: Counterexample | None) -> Json:
    if shown is None:
        return None
    return {
        "point": {name: finite(value) for name, value in shown.point.items()},
        "claimed": finite(shown.claimed),
        "actual": finite(shown.actual),
    }


def _mistake(mistake: Mistake | None) -> Json:
    if mistake is None:
        return None
    return {
        "kind": mistake.kind,
        "message": mistake.message,
        "offset": mistake.place.offset,
        "length": mistake.place.length,
        "also": list(mistake.also),
    }
