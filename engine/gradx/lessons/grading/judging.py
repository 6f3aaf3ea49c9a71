"""Each line of an answer judged: on its own, and given what stands above it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.lessons.checking import Checked, check
from gradx.lessons.claims.claim import Claim, is_claim, read_claim
from gradx.lessons.claims.judging import Status
from gradx.lessons.claims.sample import work
from gradx.lessons.claims.written import written
from gradx.lessons.diff import Differentiation
from gradx.lessons.grading.key import Question
from gradx.point.typed import typed_point

MOST_WORK: Final = 1_500
"""What a line may cost at one point, in products: so many are judged that none may take long."""

_NAME: Final = re.compile(r"(?<![\w.])(?:[d∂]\w+/)?[d∂][^\W\d]\w*(?!\w)")


@dataclass(frozen=True, slots=True)
class LineFound:
    """A line and what is known of it. `status` is the truth, `given` whether it follows from the lines above.

    `claim` is None for a line that is none, with the reason in `unread`. `kind` and `why` name the mistake, `right` is
    what should stand there.
    """

    text: str
    claim: Claim | None
    status: Status | None = None
    given: Status | None = None
    kind: str | None = None
    why: str | None = None
    right: str | None = None
    reason: str | None = None
    unread: str | None = None


def judged_lines(question: Question, lines: Sequence[str]) -> list[LineFound]:
    """The lines of one answer."""
    program = question.program
    found: list[LineFound] = []
    above: dict[str, str] = {}
    for line in lines:
        text = line if "=" in line or len(question.asked) != 1 else f"{question.asked[0].text} = {line}"
        try:
            claims = _claims(program, text, above)
        except GradxError as error:
            found.append(LineFound(line, None, unread=error.problem.message))
            continue
        for head, true, step in claims:
            above[head] = true.text
            found.append(_judged(question, line, true, step))
    return found


def _claims(program: Program, text: str, above: Mapping[str, str]) -> list[tuple[str, Claim, Claim | None]]:
    """The claims of a line with the names above put in as claimed, and as they truly are."""
    texts: Sequence[str] = [text]
    if _is_plain(program, text):
        try:
            read_claim(program, _put_in(text, dict.fromkeys(above, "1")))
        except GradxError:
            texts = written(program, text).claims
    else:
        texts = written(program, text).claims
    found = []
    for each in texts:
        head, _, formula = each.partition("=")
        used = [name for name in _NAME.findall(formula) if name in above and name not in program.graph.index]
        claimed = _put_in(formula, {name: above[name] for name in used})
        step = None
        if used:
            true = {name: _true(program, name) for name in used}
            step = read_claim(program, f"{head}={_put_in(formula, true)}")
        true_claim = read_claim(program, f"{head}={claimed}")
        if work(true_claim.formula) > MOST_WORK:
            raise GradxError("size", "it is too large to be judged")
        found.append((head.strip(), true_claim, step))
    return found


def _is_plain(program: Program, text: str) -> bool:
    return is_claim(program.graph, text) and not re.search(r"[;\n\\$]", text)


def _put_in(formula: str, meanings: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: f"({meanings[match[0]]})" if match[0] in meanings else match[0], formula)


def _true(program: Program, name: str) -> str:
    """The true derivative of that name as a formula. GradxError where there is none that can be written."""
    claim = read_claim(program, f"{name}=0")
    formula = Differentiation(program.graph).short(claim.of, *(claim.along or (claim.wrt,)))
    if formula is None:
        raise GradxError("size", f"the derivative {name} is too long to be written")
    return formula.text


def _judged(question: Question, line: str, true: Claim, step: Claim | None) -> LineFound:
    program = question.program
    point = question.point and typed_point(program.graph, question.bindings, question.point.values)
    claims = [true] if step is None else [true, step]
    results = check(program, claims, point)
    first: Checked = results[-1]
    mistake = first.mistake
    return LineFound(
        line,
        true,
        results[0].status,
        first.status,
        mistake.kind if mistake else None,
        mistake.message if mistake else None,
        results[0].correct_formula,
        first.reason,
    )
