"""The page of `check`: each claim with its mark; where it is wrong a counterexample, the mistake and what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradx.errors import Problem, Span
from gradx.language.program import Program
from gradx.lessons.checking import Checked, Solved
from gradx.lessons.mistakes.mistake import Mistake
from gradx_cli.answer import SCHEMA, Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Excerpt, Item, Items, Sentence, Title, Tone
from gradx_cli.diagnostics import as_json
from gradx_cli.escape import safe
from gradx_cli.numbers import shown

MOST_NUMBERS = 6

LONGEST, LONG_BESIDE_NUMBER = 300, 40
"""Characters of a right formula that is worth showing, alone and beside the number that it comes to."""

MARKS: dict[str, tuple[str, Tone]] = {
    "correct": ("✓", "confirmed"),
    "wrong": ("✗", "wrong"),
    "undecided": ("?", "doubtful"),
}

ROW = (
    "of", "wrt", "claim", "status", "proof", "points", "skipped", "reason", "correct_formula", "claimed", "actual",
    "mistake", "message",
)  # fmt: skip
"""What a row says of a claim."""

DEEPER = 4


def answer(solved: Solved, digits: int) -> Answer:
    """All claims of one program, as items, as an object, one a row."""

    def page(medium: Medium) -> Iterator[Block]:
        if medium.document:
            yield Title(one_line(solved.program))
        yield from claims(solved, digits)

    return Answer(page, [record(solved)], rows(solved), solved.warnings)


def claims(solved: Solved, digits: int) -> Iterator[Block]:
    """What there is to say of the claims of one program."""
    yield from (GAP, Items([_claim(solved, result, digits) for result in solved.results]))


def one_line(program: Program) -> str:
    """The program's text as one line that is safe to show."""
    return safe(" ".join(program.source.text.split()))


def record(solved: Solved, line: int | None = None) -> Record:
    """The object for one program; `line` is the number of the batch's line that it answers."""
    place = {} if line is None else {"line": line}
    return {
        **head("check", solved.program, solved.warnings, **place),
        "correct": solved.all_right,
        "claims": [_record(solved.program, result) for result in solved.results],
    }


def unreadable_record(text: str, problem: Problem, line: int) -> Record:
    """The object for a line of a batch that could not be read."""
    return {"schema": SCHEMA, "command": "check", "line": line, "expression": text, "error": as_json(problem)}


def unreadable_row(text: str, problem: Problem, line: int) -> Record:
    """The row for such a line: it has no claim, and says why."""
    return {"line": line, "expression": text, **dict.fromkeys(ROW), "status": "unreadable", "message": problem.message}


def totals_record(counts: Mapping[str, int]) -> Record:
    """The last object of a batch."""
    return {"schema": SCHEMA, "command": "check", "done": True, **counts}


def rows(solved: Solved, line: int | None = None) -> Iterator[Record]:
    """A row a claim."""
    for result in solved.results:
        numbers = selected(result.counterexample, "claimed", "actual") if result.counterexample else {}
        words = {"mistake": result.mistake.kind, "message": result.mistake.message} if result.mistake else {}
        found = dict.fromkeys(ROW) | _record(solved.program, result) | numbers | words
        place = {} if line is None else {"line": line, "expression": solved.program.source.text}
        yield place | {key: found[key] for key in ROW}


def _record(program: Program, result: Checked) -> dict[str, object]:
    names = program.graph.names
    return {
        "of": names[result.claim.of],
        "wrt": names[result.claim.wrt],
        "claim": result.claim.text,
        **selected(result, "status", "proof", "points", "skipped", "reason", "correct_formula", "counterexample"),
        "mistake": result.mistake and _mistake(result.mistake),
    }


def _mistake(mistake: Mistake) -> Record:
    place = selected(mistake.place, "offset", "length")
    return {**selected(mistake, "kind", "message"), **place, "also": mistake.also}


def _claim(solved: Solved, result: Checked, digits: int) -> Item:
    mark, tone = MARKS[result.status]
    text = safe(solved.written(result, result.claim.text))
    if result.status == "correct":
        return Item(mark, text, tone, _how(result, solved.at_point))
    if result.status == "undecided":
        return Item(mark, f"{text} is not decided", tone, more=(_told(safe(result.reason or ""), tone),))
    right = _right(result, solved.at_point, digits)
    more = [*_why(result)]
    if right:
        more.append(Sentence(safe(solved.written(result, right)), "confirmed", indent=DEEPER, folds=False))
    return Item(mark, f"{text} is wrong{_difference(result, digits)}", tone, more=tuple(more))


def _how(result: Checked, at_point: bool) -> str:
    """How it is known to be right."""
    if result.proof == "symbolic":
        known = "proved by SymPy"
    elif result.claim.is_number and at_point:
        known = "right at the values given"
    else:
        known = f"equal at {result.points} points"
    return f"{known}; {safe(result.reason)}" if result.reason else known


def _difference(result: Checked, digits: int) -> str:
    found = result.counterexample
    if found is None:
        return ""
    point = f" at {_point(found.point, digits)}" if found.point else ""
    claimed, actual = shown(found.claimed, digits), shown(found.actual, digits)
    return f":{point} it is {claimed}, the derivative is {actual}"


def _point(point: Mapping[str, float], digits: int) -> str:
    parts = [f"{safe(name)} = {shown(value, digits)}" for name, value in point.items()]
    return ", ".join(parts[:MOST_NUMBERS]) + (", …" if len(parts) > MOST_NUMBERS else "")


def _right(result: Checked, at_point: bool, digits: int) -> str:
    """What the derivative is: `3*c`, and for a number at a point `3*c = 6`."""
    formula = result.correct_formula or ""
    found = result.counterexample
    number = "" if found is None else shown(found.actual, digits)
    if found is None or not (at_point and result.claim.is_number) or number == shown(found.claimed, digits):
        return formula if len(formula) <= LONGEST else ""
    return f"{formula} = {number}" if formula and len(formula) <= LONG_BESIDE_NUMBER and formula != number else number


def _told(sentence: str, tone: Tone) -> Sentence:
    return Sentence(sentence, tone, indent=DEEPER)


def _why(result: Checked) -> Iterator[Sentence | Excerpt]:
    if result.reason:
        yield _told(safe(result.reason), "doubtful")
    if result.mistake:
        yield _told(safe(result.mistake.message), "doubtful")
        if not _is_all(result.mistake.place):
            yield Excerpt(result.mistake.place)
    elif not result.reason:
        yield Sentence("none of the usual mistakes leads to it", "quiet", indent=DEEPER, folds=False)


def _is_all(place: Span) -> bool:
    """Whether the place is the whole program, so that pointing at it says nothing."""
    return place.length >= len(place.source.text.strip())
