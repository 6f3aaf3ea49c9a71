"""The page of `check`: each claim with its mark; where it is wrong a counterexample, the mistake and what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradx.language.program import Program
from gradx.lessons.checking import Checked, Solved
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Excerpt, Item, Items, Sentence, Title, Tone
from gradx_cli.escape import safe
from gradx_cli.numbers import shown
from gradx_cli.pages.conclusion import CLAIM_MARKS

MOST_INPUTS = 6

LONGEST_CHARACTERS, LONGEST_BESIDE_NUMBER = 300, 40
"""Characters of a right formula that is worth showing, alone and beside the number that it comes to."""

FOLLOWS: tuple[str, Tone] = ("→", "doubtful")
"""The mark of a line that follows from a wrong one above."""

ROW = (
    "of", "wrt", "order", "along", "claim", "status", "proof", "points", "skipped", "reason", "correct_formula",
    "claimed", "actual", "mistake", "message", "given", "blamed", "right_where", "course_formula", "step_formula",
    "repair",
)  # fmt: skip
"""What a row says of a claim."""

NOWHERE: Mapping[str, object] = {}


def answer(solved: Solved, digits: int) -> Answer:
    """All claims of one program, as items, as an object, one a row."""

    def page(medium: Medium) -> Iterator[Block]:
        yield from [Title(one_line(solved.program))] * medium.document
        yield from claims(solved, digits)

    alone = [f"{safe(_alone(solved, result))} {result.status}" for result in solved.results]
    return Answer(page, [record(solved)], rows(solved), solved.warnings, alone)


def _alone(solved: Solved, result: Checked) -> str:
    claim = result.claim
    return solved.named(result) if claim.order != 1 else f"d{solved.program.graph.names[claim.wrt]}"


def claims(solved: Solved, digits: int) -> Iterator[Block]:
    """What there is to say of the claims of one program."""
    yield from (GAP, Items([_claim(solved, result, digits) for result in solved.results]))


def one_line(program: Program) -> str:
    """The program's text as one line that is safe to show."""
    return safe(" ".join(program.source.text.split()))


def record(solved: Solved, place: Mapping[str, object] = NOWHERE) -> Record:
    """The object for one program; `place` says which line of a batch it answers."""
    return {
        **head("check", solved.program, solved.warnings, **place),
        "correct": solved.all_right,
        "assumptions": solved.assumptions,
        "claims": [_record(solved.program, result) for result in solved.results],
    }


def rows(solved: Solved, place: Mapping[str, object] = NOWHERE) -> Iterator[Record]:
    """A row a claim."""
    for result in solved.results:
        numbers = selected(result.counterexample, "claimed", "actual") if result.counterexample else {}
        told = result.mistake
        words = {"mistake": told.kind, "message": told.message, "repair": told.repair} if told else {}
        found = dict.fromkeys(ROW) | _record(solved.program, result) | numbers | words
        yield {**place, **{key: found[key] for key in ROW}}


def _record(program: Program, result: Checked) -> dict[str, object]:
    claim, names, found = result.claim, program.graph.names, result.mistake
    mistake = found and {
        **selected(found, "kind", "message"),
        **selected(found.place, "offset", "length"),
        "source": found.place.source.name,
        **selected(found, "also", "repair"),
        "second": found.second and selected(found.second, "kind", "message"),
    }
    return {
        "of": names[claim.of],
        "wrt": None if claim.is_value else names[claim.wrt],
        "order": claim.order,
        "along": ",".join(names[i] for i in (claim.along or (claim.wrt,))[: claim.order]),
        "claim": claim.text,
        "update": claim.is_update,
        **selected(result, "status", "proof", "points", "skipped", "reason", "correct_formula", "counterexample"),
        "mistake": mistake,
        **selected(result, "given", "blamed", "uses", "right_where", "course_formula", "step_formula"),
    }


def _claim(solved: Solved, result: Checked, digits: int) -> Item:
    mark, tone = CLAIM_MARKS[result.status]
    text = safe(solved.written(result, result.claim.text))
    if result.status == "undecided":
        return Item(mark, f"{text} is not decided", tone, more=(Sentence(safe(result.reason or ""), tone),))
    if result.status == "correct" and not result.blamed:
        return Item(mark, text, tone, _how(result, solved.at_point))
    if not result.blamed:
        mark, tone = FOLLOWS
        what = "and is no step down the gradient" if result.claim.is_update else f"and is not {result.claim.subject}"
        return Item(mark, f"{text} follows from what stands above, {what}", tone)
    if result.status == "correct":
        mark, tone = CLAIM_MARKS["wrong"]
        text = f"{text} is right, but does not follow from what stands above: two mistakes cancel"
        return Item(mark, text, tone, more=(*_why(result), *_step(solved, result)))
    more = [*_why(result)]
    right = _right(result, solved.at_point, digits)
    if right:
        more.append(Sentence(safe(solved.written(result, right)), "confirmed"))
    more += _step(solved, result)
    return Item(mark, f"{text} is wrong{_difference(result, digits)}", tone, more=tuple(more))


def _how(result: Checked, at_point: bool) -> str:
    """How it is known to be right."""
    if result.proof == "symbolic":
        known = "proved by SymPy"
    elif (result.claim.is_number or result.claim.is_at_point) and at_point:
        known = "right at the values given"
    else:
        known = f"equal at {result.points} points"
    return f"{known}; {safe(result.reason)}" if result.reason else known


def _difference(result: Checked, digits: int) -> str:
    found = result.counterexample
    if found is None:
        return ""
    parts = [f"{safe(name)} = {shown(value, digits)}" for name, value in found.point.items()]
    more = ", …" if len(parts) > MOST_INPUTS else ""
    point = f" at {', '.join(parts[:MOST_INPUTS])}{more}" if parts else ""
    return f":{point} it is {shown(found.claimed, digits)}, {result.claim.subject} is {shown(found.actual, digits)}"


def _right(result: Checked, at_point: bool, digits: int) -> str:
    """What the derivative is: `3*c`, and for a number at a point `3*c = 6`."""
    if result.claim.is_value:
        return ""
    formula = result.course_formula or result.correct_formula or ""
    found = result.counterexample
    number = "" if found is None else shown(found.actual, digits)
    if found is None or not (at_point and result.claim.is_number) or number == shown(found.claimed, digits):
        return formula if len(formula) <= LONGEST_CHARACTERS else ""
    beside = formula and len(formula) <= LONGEST_BESIDE_NUMBER and formula != number
    return f"{formula} = {number}" if beside else number


def _step(solved: Solved, result: Checked) -> Iterator[Sentence]:
    """The right answer in the names of the claims above, of a claim that uses some."""
    step = result.step_formula
    if step and result.claim.uses and len(step) <= LONGEST_CHARACTERS:
        yield Sentence(f"from what stands above: {safe(solved.written(result, step))}", "quiet")


def _why(result: Checked) -> Iterator[Sentence | Excerpt]:
    if result.reason:
        yield Sentence(safe(result.reason))
    if result.right_where:
        yield Sentence(f"it is right where {safe(result.right_where)}, and wrong elsewhere")
    if result.mistake:
        yield Sentence(safe(result.mistake.message))
        place = result.mistake.place
        # Pointing at the whole program says nothing.
        if place.length < len(place.source.text.strip()):
            yield Excerpt(place)
        if result.mistake.second:
            yield Sentence(f"and another one: {safe(result.mistake.second.message)}")
    elif not result.reason and not result.right_where and result.claim.order == 1:
        yield Sentence("none of the usual mistakes leads to it", "quiet")
