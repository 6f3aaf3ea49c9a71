"""The page of `check` for claims of whole gradients: each with its mark, and where it is wrong what is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from gradx.bundle import Group
from gradx.language.program import Program
from gradx.lessons.bundle_claims import BundleChecked, Difference
from gradx.lessons.bundle_mistakes import BundleClaim, BundleMistake
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Item, Items, Sentence, Title
from gradx_cli.escape import safe
from gradx_cli.numbers import shown
from gradx_cli.pages.bundle_numbers import in_line
from gradx_cli.pages.conclusion import CLAIM_MARKS

MOST_DIGITS = 6
"""Digits of the numbers of a point."""


def answer(program: Program, results: Sequence[BundleChecked], warnings: Sequence[str], digits: int) -> Answer:
    """All claims of one program."""
    said = (*program.remarks, *warnings)

    def page(medium: Medium) -> Iterator[Block]:
        yield from [Title(safe(program.reading))] * medium.document
        yield from (GAP, Items([_item(program, result, digits) for result in results]))

    alone = [f"d{safe(result.claim.group.name)} {result.status}" for result in results]
    record = {
        **head("check", program, said),
        "correct": all(result.status == "correct" for result in results),
        "assumptions": [],
        "claims": [_record(program, result) for result in results],
    }
    return Answer(page, [record], map(_row, results), said, alone)


def _item(program: Program, result: BundleChecked, digits: int) -> Item:
    claim = result.claim
    mark, tone = CLAIM_MARKS[result.status]
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
        more.append(Sentence(safe(mistake.message)))
    elif difference is not None and math.isfinite(difference.claimed):
        more.append(Sentence("none of the usual mistakes leads to it", "quiet"))
    if result.correct_formula:
        more.append(Sentence(safe(f"d{claim.group.name} = {result.correct_formula}"), "confirmed"))
    told = where = ""
    if difference is not None:
        where = safe(_where(program, difference))
        claimed, actual = shown(difference.claimed, digits), shown(difference.actual, digits)
        is_value = math.isfinite(difference.claimed)
        told = (
            f": d{safe(difference.entry)} {f'is {claimed}' if is_value else 'has no value'}, the derivative is {actual}"
        )
    return Item(mark, f"{text} is wrong{where}{told}", tone, more=tuple(more))


def _record(program: Program, result: BundleChecked) -> Record:
    claim, mistake, found = result.claim, result.mistake, result.difference
    return {
        "of": program.graph.names[program.graph.output],
        "wrt": claim.group.name,
        "order": 1,
        "along": claim.group.name,
        "claim": claim.text,
        "update": False,
        "status": result.status,
        "proof": "numeric" if result.status == "correct" else None,
        **selected(result, "points", "skipped"),
        "reason": result.remark,
        "correct_formula": result.correct_formula,
        "counterexample": found and _counterexample(program, found),
        "mistake": mistake and _mistake(claim, mistake),
        "given": result.status,
        "blamed": False,
        "uses": [],
        **dict.fromkeys(("right_where", "course_formula", "step_formula")),
    }


def _mistake(claim: BundleClaim, mistake: BundleMistake) -> Record:
    nowhere = dict.fromkeys(("offset", "length", "repair", "second"))
    return {**mistake._asdict(), **nowhere, "also": [], "source": claim.source.name}


def _counterexample(program: Program, found: Difference) -> Record:
    point = {group.name: group.nested(found.point.numbers[group.name]) for group in _inputs(program)}
    return {"point": point, "entry": found.entry, "claimed": _claimed(found), "actual": found.actual}


def _inputs(program: Program) -> list[Group]:
    assert program.bundles is not None
    return [group for group in program.bundles.groups if group.is_input]


def _where(program: Program, found: Difference) -> str:
    """The point of a counterexample: nothing for the one that is given."""
    if found.point.is_given:
        return ""
    numbers = found.point.numbers
    return " at " + ", ".join(f"{g.name} = {in_line(g, numbers[g.name], MOST_DIGITS)}" for g in _inputs(program))


def _claimed(found: Difference) -> float | None:
    """What a claim is there; None where it has no value."""
    return found.claimed if math.isfinite(found.claimed) else None


def _row(result: BundleChecked) -> Record:
    claim, mistake, found = result.claim, result.mistake, result.difference
    return {
        "wrt": claim.group.name,
        "claim": claim.text,
        **selected(result, "status", "points", "correct_formula"),
        "entry": found and found.entry,
        "claimed": found and _claimed(found),
        "actual": found and found.actual,
        "mistake": mistake and mistake.kind,
        "message": mistake and mistake.message,
    }
