"""The page of `quiz`: the problems one after the other, and their answers behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from gradx.derive.formulas import Formula
from gradx.errors import Note
from gradx.language.program import Program, read_plainly
from gradx.lessons.grading.chosen import SEPARATOR
from gradx.lessons.quiz.item import Choice, Item, stage, stages
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Heading, Math, Sentence, Title
from gradx_cli.blocks import Item as Line
from gradx_cli.blocks import Items as Lines
from gradx_cli.escape import safe
from gradx_cli.notation import Notation
from gradx_cli.numbers import counted


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in the words and the mathematics of a notation."""

    item: Item
    notation: Notation

    @property
    def prompt(self) -> tuple[str, ...]:
        """What is asked, in sentences; the lines of a page stand below each other."""
        asked = [
            piece
            for k, answer in enumerate(self.item.answers)
            for piece in ((", ",) * (k > 0) + (self._asked(answer.asked),))
        ]
        match self.item.kind:
            case "page":
                return (
                    "Give the line of backprop for each of ",
                    *asked,
                    ", using the lines above it: ",
                    *self._program,
                )
            case "find-the-mistake":
                return ("One line of this page of backprop is wrong. Which one? ", *self._program)
            case "number":
                point = [
                    p
                    for k, (name, x) in enumerate(self.item.point)
                    for p in ((", ",) * (k > 0) + (self._bound(name, x),))
                ]
                return ("What is ", *asked, " at ", *point, " for ", *self._program, "?")
            case "choice":
                return ("Which one is ", *asked, " for ", *self._program, "?")
        return ("What is ", *asked, " for ", *self._program, "?")

    def choice(self, choice: Choice) -> str:
        """What stands there to be chosen."""
        head, equals, formula = choice.text.partition(" = ")
        return Math(
            f"{self._head(head)}{self.notation.equals}{self.formula(formula)}" if equals else self.formula(choice.text)
        )

    def formula(self, text: str) -> str:
        """A formula in the program's names."""
        return self.notation.written(Formula(read_plainly(text, frozenset(self.item.program.graph.index)).graph))

    def answer(self, k: int) -> str:
        """What is right, `dw = dz*x`."""
        found = self.item.answers[k]
        return Math(f"{self._head(found.asked)}{self.notation.equals}{self.formula(found.formula)}")

    @property
    def _program(self) -> Iterator[str]:
        graph = self.item.program.graph
        for k, i in enumerate(stages(graph)):
            own = Formula(stage(graph, i).graph)
            yield from ("; ",) * (k > 0)
            yield Math(f"{self.notation.name(i)}{self.notation.equals}{self.notation.written(own)}")

    def _asked(self, asked: str) -> str:
        graph = self.item.program.graph
        return Math(self.notation.quotient(graph.output, graph.index[asked.removeprefix("d")], "d"))

    def _head(self, asked: str) -> str:
        return self.notation.gradient(self.item.program.graph.index[asked.removeprefix("d")])

    def _bound(self, name: str, x: int) -> str:
        graph = self.item.program.graph
        return Math(f"{self.notation.name(graph.index[name])}{self.notation.equals}{self.notation.number(float(x))}")


def answer(
    found: Sequence[Item], program: Program | None, seed: int, warnings: tuple[str, ...], *, answers: bool
) -> Answer:
    """The problems; with their `answers`, where they are wanted."""

    def page(medium: Medium) -> Iterator[Block]:
        yield Title(f"{counted(len(found), 'problem')}, seed {seed}")
        told = [Told(item, medium.notation(item.program.graph, 10)) for item in found]
        yield from (GAP, Lines([_problem(k, each) for k, each in enumerate(told, 1)]))
        if answers:
            yield from (GAP, Heading("answers", "Answers", "confirmed"))
            yield Lines([line for k, each in enumerate(told, 1) for line in _answers(k, each)])

    record = {
        **head("quiz", program, warnings),
        "seed": seed,
        "items": [_record(k, item) for k, item in enumerate(found, 1)],
    }
    alone = (safe(f"{k} {', '.join(a.formula for a in item.answers)}") for k, item in enumerate(found, 1))
    return Answer(page, [record], _rows(found), warnings, alone)


def _problem(k: int, told: Told) -> Line:
    choices = (Sentence((f"{ascii_lowercase[n]}) ", told.choice(choice))) for n, choice in enumerate(told.item.choices))
    return Line(f"{k}.", told.prompt, "strong", more=tuple(choices))


def _answers(k: int, told: Told) -> list[Line]:
    item = told.item
    if not item.choices:
        return [Line(f"{k}.", (told.answer(n),), "confirmed") for n in range(len(item.answers))]
    found = []
    for n, choice in enumerate(item.choices):
        letter = f"{k}{ascii_lowercase[n]})"
        said = f"{choice.mistake}: {choice.feedback}" if choice.mistake else choice.feedback
        more = (Sentence(safe(said), "quiet"),) if choice.mistake or item.kind == "choice" else ()
        if choice.is_right or choice.mistake:
            found.append(Line(letter, (told.choice(choice),), "confirmed" if choice.is_right else "wrong", more=more))
    if item.kind == "find-the-mistake":
        found.append(Line(f"{k}.", ("right is ", told.answer(0)), "confirmed"))
    return found


def _record(k: int, item: Item) -> Record:
    graph = item.program.graph
    return {
        "number": k,
        **selected(item, "kind", "level"),
        "effort": item.effort._asdict(),
        "program": item.program.source.text,
        "reading": item.program.reading,
        "ask": list(item.asked),
        "point": dict(item.point),
        "answers": [{"ask": each.asked, "formula": each.formula, "points": each.points} for each in item.answers],
        "choices": [
            {"text": each.text, "right": each.is_right, "mistake": each.mistake or None, "feedback": each.feedback}
            for each in item.choices
        ],
        "inputs": [graph.names[i] for i in graph.inputs],
    }


def _rows(found: Sequence[Item]) -> Iterator[Record]:
    """A row a problem, with the columns that a key for `gradx grade` has in front."""
    for k, item in enumerate(found, 1):
        yield {
            "question": f"Q{k}",
            "program": item.program.source.text,
            "ask": " ".join(item.asked),
            "point": " ".join(f"{name}={x}" for name, x in item.point),
            "marks": str(len(item.answers)),
            "where": "",
            "kind": item.kind,
            "level": item.level,
            "answer": "; ".join(f"{each.asked} = {each.formula}" for each in item.answers),
            "choices": SEPARATOR.join(each.text for each in item.choices),
            "line": _letter(item) if item.kind == "find-the-mistake" else "",
        }


def _letter(item: Item) -> str:
    return next(ascii_lowercase[k] for k, choice in enumerate(item.choices) if choice.is_right)


NOTE_FEWER = "no more problems were found: other topics, kinds or levels have more"


def fewer(found: int, count: int) -> list[str]:
    """What is said where there are not as many as were asked for."""
    return [Note(f"{counted(found, 'problem')} instead of {count}: {NOTE_FEWER}")] if found < count else []
