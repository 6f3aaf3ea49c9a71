"""gradx quiz: problems with proved answers, and choices that are somebody's mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.lessons.quiz.item import KINDS, Kind
from gradx.lessons.quiz.making import Wanted, items
from gradx.lessons.quiz.programs import TOPICS, topic
from gradx_cli.options import EVERY, File, Shown, Typed, argument, format_option, one_of, option, whole
from gradx_cli.pages.quiz import answer, fewer
from gradx_cli.quiz_formats import QUIZ_FORMATS
from gradx_cli.renderers import DEFAULT
from gradx_cli.terminal import terminal, warn

MOST = 10_000

DATA = ("json", "csv")
"""Formats that hold the answers for whoever goes on from them."""

SHORTEST_WORD = 4
"""A word of so many letters alone is a topic; a program is more than that."""

Expression = Annotated[
    str | None,
    argument("TOPIC|EXPR", f"Topics ({', '.join(TOPICS)}), or one program to ask about. Default: all topics."),
]
Topics = Annotated[list[str] | None, argument("[TOPIC]...", "More topics.")]
OwnFormat = Annotated[str, format_option(f"{EVERY}; moodle (XML) or gift.", tuple(QUIZ_FORMATS))]


KindOption = Annotated[str, option("--kind", f"{', '.join(KINDS)}.", "KIND", reads=one_of(KINDS), default=True)]
WORK = "How much work: rules, how deep functions stand in each other, nodes. Default: any."
Level = Annotated[int | None, option("--level", WORK, "1..5", reads=whole(1, 5))]
Count = Annotated[int, option("--count", "How many.", "N", reads=whole(1, MOST), default=True)]
THE_SAME = "The same seed, the same problems."
Seed = Annotated[int, option("--seed", THE_SAME, "N", reads=whole(0, 2**53), default=True)]
NoAnswers = Annotated[bool, option("--no-answers", "The problems alone, to be handed out.")]


@dataclass(frozen=True, slots=True)
class Quizzed(Shown):
    """A format may be one of those for problems alone."""

    format: OwnFormat = DEFAULT


def command(
    shown: Quizzed,
    expression: Expression = None,
    words: Topics = None,
    *,
    file: File = None,
    kind: KindOption = "formula",
    level: Level = None,
    count: Count = 5,
    seed: Seed = 0,
    no_answers: NoAnswers = False,
) -> int:
    """Problems with proved answers.

    [bold]Examples[/bold]

      gradx quiz chain products --level 2 --seed 7
      gradx quiz --kind choice --count 3 --seed 1 --format moodle
      gradx quiz "z = w*x + b; a = sigmoid(z); L = (a - y)^2" --kind find-the-mistake

    Every answer is confirmed as gradx check confirms a claim, or the problem is dropped. A wrong choice is what a rule
    leads to that is broken at one place, and says which one to whoever chooses it; it differs from what is right at
    every point that is tried. --format csv is a key for gradx grade, which grades what is typed freely in Moodle too.
    """
    if no_answers:
        _leave_out(shown)
    topics, program = _asked(expression, words, file)
    wanted = Wanted(cast(Kind, kind), topics, program, level, seed, count)
    found = list(items(wanted))
    warnings = (*(program.remarks if program else ()), *fewer(len(found), count))
    if not found:
        raise GradxError("usage", "there is no such problem", hint=_hint(program, kind, level))
    if shown.format in QUIZ_FORMATS:
        warn(warnings)
        screen = terminal()
        screen.write(QUIZ_FORMATS[shown.format](found, seed))
    else:
        shown.show(answer(found, program, seed, warnings, answers=not no_answers))
    return 0


def _leave_out(shown: Quizzed) -> None:
    """GradxError where what is to be shown is the answers, or holds them."""
    given = "--json" if shown.json else f"--format {shown.format}"
    holding = given if shown.name in (*QUIZ_FORMATS, *DATA) else "--quiet" if shown.quiet else None
    if holding is not None:
        hint = "leave one out: the problems alone come as text, markdown, latex or html"
        raise GradxError("usage", f"{holding} has the answers in it, and --no-answers leaves them out", hint=hint)


def _asked(expression: str | None, words: list[str] | None, file: object) -> tuple[tuple[str, ...], Program | None]:
    """The topics, or the program."""
    word = (expression or "").strip()
    if file is None and (expression is None or (word.isalpha() and len(word) >= SHORTEST_WORD)):
        names = [*([expression] if expression else []), *(words or [])]
        return tuple(dict.fromkeys(map(topic, names))) or tuple(TOPICS), None
    asked = Typed(expression=expression, words=words, file=file).read("gradx quiz")  # type: ignore[arg-type]
    if words:
        raise GradxError("usage", "a quiz chooses the values itself", hint="leave them out")
    return (), asked.program


def _hint(program: Program | None, kind: str, level: int | None) -> str:
    if level is not None:
        return "leave --level out, or take another one"
    if program is not None and not program.graph.inputs:
        return 'the program has no variable: quiz "x^2", or a number of problems with --count 3'
    if program is not None and kind == "choice":
        return "too few mistakes lead to another formula of it: take --kind formula, or a program with more rules"
    if program is not None and kind in ("page", "find-the-mistake"):
        return "a page needs named steps: z = w*x + b; a = tanh(z)"
    return "take another topic or kind"
