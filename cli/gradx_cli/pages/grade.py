"""The pages of `grade`: a class with its marks, mistakes and open ends; and what one person gets back, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction

from gradx.lessons.grading.key import LineFound, Question
from gradx.lessons.grading.marking import Marked, Submission, Tallied, Verdict, tally
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Column, Heading, Item, Items, Part, Sentence, Table, Title, Tone
from gradx_cli.escape import safe
from gradx_cli.numbers import counted

LONGEST_NAME = 20
LONGEST_LINE = 200
"""Characters of a question's name that stand in a table, and of an answer on a page."""

MARKS: dict[Verdict, tuple[str, Tone]] = {
    "right": ("✓", "confirmed"),
    "follows": ("✓", "confirmed"),
    "wrong": ("✗", "wrong"),
    "missing": ("✗", "wrong"),
    "open": ("?", "doubtful"),
}


def answer(
    questions: Sequence[Question], done: Sequence[Submission], warnings: tuple[str, ...], written: str | None
) -> Answer:
    """A class, as far as it is graded; `written` says where the pages are."""

    def page(medium: Medium) -> Iterator[Block]:
        yield from _class(questions, done, written)

    return Answer(page, [record(questions, done, warnings)], rows(questions, done), warnings, _alone(done))


def decimal(marks: Fraction | None) -> str:
    """Marks as a person writes them, with two decimals at most; "" for none."""
    return "" if marks is None else f"{float(marks):.2f}".rstrip("0").rstrip(".")


def record(questions: Sequence[Question], done: Sequence[Submission], warnings: Sequence[str]) -> Record:
    """The object for a class."""
    return {
        **head("grade", None, warnings),
        "questions": [
            {
                "name": question.name,
                "program": question.program.source.text,
                "ask": [asked.text for asked in question.asked],
                "marks": float(question.marks),
            }
            for question in questions
        ],
        "students": map(_student, done),
        "tally": [asdict(each) for each in tally(done)],
        "look": list(looks(done)),
    }


def rows(questions: Sequence[Question], done: Sequence[Submission]) -> Iterator[Record]:
    """A row a submission."""
    names = labels(questions)
    for one in done:
        marks = {name: decimal(one.marks(found)) for name, found in zip(names, one.answers, strict=True)}
        look = len(one.looks)
        yield {"row": one.row, "name": one.name, **marks, "total": decimal(one.total), "look": look}


def labels(questions: Sequence[Question]) -> list[str]:
    """A column's name for each question; one that stands several times in the key gets a number."""
    found: list[str] = []
    for question in questions:
        name, k = question.name, 2
        while name in found or name in ("row", "name", "total", "look"):
            name, k = f"{question.name} ({k})", k + 1
        found.append(name)
    return found


def looks(done: Sequence[Submission]) -> Iterator[dict[str, object]]:
    """What somebody has to look at."""
    for one in done:
        for found, reason in one.looks:
            question, text = (found.question.name, found.text) if found else (None, None)
            yield {
                "row": one.row,
                "name": one.name,
                "question": question,
                "answer": shortened(text or ""),
                "reason": reason,
            }


def shortened(text: str) -> str:
    """As much of an answer as stands on a page, in one line."""
    text = " / ".join(text.split("\n"))
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def _short(name: str) -> str:
    """As much of a question's name as stands in a table."""
    return safe(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")


def _alone(done: Sequence[Submission]) -> Iterator[str]:
    for one in done:
        yield f"{safe(one.name)} {decimal(one.total) or '?'}"


def _student(one: Submission) -> Record:
    return {
        "row": one.row,
        "name": one.name,
        "total": None if one.total is None else float(one.total),
        "answers": [_answer(one, found) for found in one.answers],
    }


def _answer(one: Submission, found: Marked) -> Record:
    marks = one.marks(found)
    return {
        "question": found.question.name,
        "answer": found.text,
        "marks": None if marks is None else float(marks),
        "look": one.spoilt or found.look,
        "parts": [
            {
                "ask": part.asked.text,
                "verdict": part.verdict,
                "marks": None if part.marks is None else float(part.marks),
            }
            for part in found.parts
        ],
        "lines": [_line(found, line) for line in found.lines],
    }


def _line(found: Marked, line: LineFound) -> Record:
    mistake = {"kind": line.kind, "message": line.why} if line.kind else None
    return {
        "line": line.text,
        "verdict": found.verdict(line),
        **selected(line, "status", "given", "right", "reason", "unread"),
        "right_where": line.where,
        "mistake": mistake,
    }


def _class(questions: Sequence[Question], done: Sequence[Submission], written: str | None) -> Iterator[Block]:
    most = decimal(sum((question.marks for question in questions), Fraction(0)))
    answers, asked = counted(len(done), "submission"), counted(len(questions), "question")
    yield Title(f"{answers}, {asked}, {most} marks")
    totals = [one.total for one in done if one.total is not None]
    if done and written is None:
        yield from (GAP, _marks_table(questions, done))
    found = tally(done)
    if found:
        yield from (GAP, _tally_table(found))
    left = list(looks(done))
    if left:
        yield from (GAP, Heading("to look at", "What somebody has to look at", "doubtful"))
        yield Items([Item("?", _told_look(each), "doubtful") for each in left])
    yield GAP
    if totals:
        mean = decimal(sum(totals, Fraction(0)) / len(totals))
        yield Sentence(f"the mean of {counted(len(totals), 'total')} is {mean} of {most}", "quiet", indent=0)
    if written is not None:
        yield Sentence(f"written to {written}", "quiet", indent=0, aside=True)


def _told_look(each: dict[str, object]) -> str:
    where = f", {_short(str(each['question']))}" if each["question"] else ""
    return f"{safe(str(each['name']))} (row {each['row']}){where}: {safe(str(each['reason']))}"


def _marks_table(questions: Sequence[Question], done: Sequence[Submission]) -> Table:
    names = labels(questions)
    found = list(rows(questions, done))
    columns = [Column("name", (Part([safe(one.name) for one in done]),), "strong")]
    columns += [
        Column(_short(name), (Part([str(row[name]) or "?" for row in found], "decimal"),)) for name in (*names, "total")
    ]
    sentences = [
        f"{safe(one.name)} has {decimal(one.total)} marks."
        if one.total is not None
        else f"{safe(one.name)} has no total yet."
        for one in done
    ]
    return Table(columns, "Marks", sentences=sentences)


def _tally_table(found: Sequence[Tallied]) -> Table:
    columns = [
        Column("times", (Part([str(each.count) for each in found], "right"),)),
        Column("question", (Part([_short(each.question) for each in found]),), "strong"),
        Column("asked", (Part([safe(each.asked) for each in found]),)),
        Column("mistake", (Part([each.mistake for each in found]),)),
        Column("as in", (Part([safe(shortened(each.example)) for each in found]),), code=True),
    ]
    sentences = [
        f"{counted(each.count, 'time')}: {safe(each.question)}, {safe(each.asked)}, {each.mistake}"
        f"{f', as in {safe(shortened(each.example))}' if each.example else ''}."
        for each in found
    ]
    return Table(columns, "Mistakes", sentences=sentences)


def student(one: Submission) -> Answer:
    """What one person gets back: which line, and why."""

    def page(medium: Medium) -> Iterator[Block]:
        most = sum((found.question.marks for found in one.answers), Fraction(0))
        marks = f"{decimal(one.total)} of {decimal(most)} marks" if one.total is not None else "not all of it is graded"
        yield Title(f"{safe(one.name)}: {marks}")
        if one.spoilt:
            yield Sentence(f"{safe(one.spoilt)}: somebody will look at it", "doubtful")
        for name, found in zip(labels([found.question for found in one.answers]), one.answers, strict=True):
            yield from _question(one, name, found)

    return Answer(page, [_student(one)], ())


def _question(one: Submission, name: str, found: Marked) -> Iterator[Block]:
    marks = one.marks(found)
    out_of = decimal(found.question.marks)
    earned = f"{decimal(marks)} of {out_of}" if marks is not None else f"no mark of {out_of} yet"
    yield from (GAP, Heading(f"{safe(name)}: {earned}", f"{safe(name)}: {earned}", "strong"))
    program = " ".join(found.question.program.source.text.split())
    asked = ", ".join(part.asked.text for part in found.parts)
    point = ", ".join(binding.source.text for binding in found.question.bindings)
    yield Sentence(safe(f"{asked} of {shortened(program)}{f' at {shortened(point)}' if point else ''}"), "quiet")
    if found.look and not one.spoilt:
        yield Sentence(f"{safe(shortened(found.look))}; somebody will look at it", "doubtful")
    items = [_told(found, line) for line in found.lines]
    items += [
        Item("✗", f"{safe(part.asked.text)} is missing", "wrong") for part in found.parts if part.verdict == "missing"
    ]
    if items:
        yield Items(items)


def _told(found: Marked, line: LineFound) -> Item:
    verdict = found.verdict(line)
    mark, tone = MARKS[verdict]
    text = safe(shortened(line.text))
    if verdict == "right":
        more = [Sentence(safe(line.why or ""), "doubtful")] if line.given == "wrong" and line.why else []
        return Item(mark, text, tone, "right", tuple(more))
    right = [Sentence(safe(shortened(f"the derivative is {line.right}")), "quiet")] if line.right else []
    if line.only_follows and verdict != "open":
        return Item(mark, text, tone, "follows from the lines above", tuple(right))
    if verdict == "open":
        where = f"right where {line.where}" if line.where else ""
        return Item(mark, text, tone, safe(shortened(line.unread or where or line.reason or "not decided")))
    why = line.why or line.reason or "none of the usual mistakes leads to it"
    return Item(mark, text, tone, "wrong", (Sentence(safe(shortened(why)), "doubtful"), *right))
