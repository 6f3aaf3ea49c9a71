"""The page of `check` for claims of whole gradients: each with its mark, and where it is wrong what is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from gradx.language.program import Program
from gradx.lessons.bundle_claims import BundleChecked, Difference
from gradx_cli.answer import Answer, Medium, Record, head
from gradx_cli.blocks import GAP, Block, Item, Items, Sentence, Title, Tone
from gradx_cli.escape import safe
from gradx_cli.numbers import shown

MARKS: dict[str, tuple[str, Tone]] = {
    "correct": ("✓", "confirmed"),
    "wrong": ("✗", "wrong"),
    "undecided": ("?", "doubtful"),
}


def answer(program: Program, results: Sequence[BundleChecked], warnings: Sequence[str], digits: int) -> Answer:
    """All claims of one program."""
    said = (*program.remarks, *warnings)

    def page(medium: Medium) -> Iterator[Block]:
        yield from [Title(safe(program.reading))] * medium.document
        yield from (GAP, Items([_item(result, digits) for result in results]))

    alone = [f"d{safe(result.claim.group.name)} {result.status}" for result in results]
    record = {
        **head("check", program, said),
        "correct": all(result.status == "correct" for result in results),
        "claims": [_record(program, result) for result in results],
        "assumptions": [],
    }
    return Answer(page, [record], map(_row, results), said, alone)


def _item(result: BundleChecked, digits: int) -> Item:
    claim = result.claim
    mark, tone = MARKS[result.status]
    text = safe(f"d{claim.group.name} = {' '.join(claim.text.split())}")
    remark = f"; {safe(result.remark)}" if result.remark else ""
    if result.status == "correct":
        points = f"{result.points} point{'s' * (result.points != 1)}"
        return Item(mark, text, tone, f"every entry equal at {points}{remark}")
    if result.status == "undecided":
        return Item(mark, text, tone, f"no point was found that decides it{remark}")
    difference, mistake = result.difference, result.mistake
    more = []
    if mistake is not None:
        more.append(Sentence(safe(mistake.message), "doubtful"))
    elif difference is not None and math.isfinite(difference.claimed):
        more.append(Sentence("none of the usual mistakes leads to it", "quiet", folds=False))
    if result.correct_formula:
        more.append(Sentence(safe(f"d{claim.group.name} = {result.correct_formula}"), "confirmed", folds=False))
    told = ""
    if difference is not None:
        claimed, actual = shown(difference.claimed, digits), shown(difference.actual, digits)
        is_value = math.isfinite(difference.claimed)
        told = (
            f": d{safe(difference.entry)} {f'is {claimed}' if is_value else 'has no value'}, the derivative is {actual}"
        )
    return Item(mark, f"{text} is wrong{told}", tone, more=tuple(more))


def _record(program: Program, result: BundleChecked) -> Record:
    claim, mistake, found = result.claim, result.mistake, result.difference
    return {
        "of": program.graph.names[program.graph.output],
        "wrt": claim.group.name,
        "order": 1,
        "along": claim.group.name,
        "claim": claim.text,
        "status": result.status,
        "proof": "numeric" if result.status == "correct" else None,
        "points": result.points,
        "skipped": result.skipped,
        "reason": result.remark,
        "correct_formula": result.correct_formula,
        "counterexample": found and {"point": {}, "claimed": _claimed(found), "actual": found.actual},
        "mistake": mistake and {**mistake._asdict(), "offset": None, "length": None, "also": []},
    }


def _claimed(found: Difference) -> float | None:
    """What a claim is there; None where it has no value."""
    return found.claimed if math.isfinite(found.claimed) else None


def _row(result: BundleChecked) -> Record:
    claim, mistake, found = result.claim, result.mistake, result.difference
    return {
        "wrt": claim.group.name,
        "claim": claim.text,
        "status": result.status,
        "points": result.points,
        "correct_formula": result.correct_formula,
        "entry": found and found.entry,
        "claimed": found and _claimed(found),
        "actual": found and found.actual,
        "mistake": mistake and mistake.kind,
        "message": mistake and mistake.message,
    }
