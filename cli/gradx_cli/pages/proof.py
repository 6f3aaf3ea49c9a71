"""The page of `explain --proof`: why one gradient is what it is, as a person would write it down."""

from __future__ import annotations

from collections.abc import Iterator

from gradx.lessons.proof import ShownProof, ShownQuotient
from gradx.point.exploration import Exploration
from gradx_cli.answer import Answer, Medium, Record, selected
from gradx_cli.blocks import GAP, Block, Equation, Equations, Heading, Item, Items, Sentence, Title
from gradx_cli.escape import safe
from gradx_cli.numbers import shown
from gradx_cli.pages.conclusion import opening, title, verdict_record
from gradx_cli.terminal import LONGEST_TITLE


def answer(exploration: Exploration, found: ShownProof, digits: int) -> Answer:
    """The proof as sentences and equations, as an object, as one row."""

    def page(medium: Medium) -> Iterator[Block]:
        if not medium.pasted:
            yield from (GAP, Title(title(exploration, digits, LONGEST_TITLE)), GAP)
        output, node = safe(found.output), safe(found.node)
        yield Heading(f"the proof of d{output}/d{node}", f"The proof of d{output}/d{node}", "strong")
        if found.quotient is not None:
            yield from _quotient(found.quotient, output, node)
        yield from _enclosure(found, output, node)
        verdict, number = found.verdict, shown(found.gradient, digits)
        end = Item("!", safe(verdict.reason or f"it is {verdict.status}"), "doubtful")
        if verdict.status == "agree":
            said = f"backprop's {number} is within 1e-9 of every number between them: proved"
            end = Item("✓", said, "confirmed")
        yield from (GAP, Items([end]))

    return Answer(page, [_record(exploration, found)], [_row(found)], exploration.warnings)


def _quotient(quotient: ShownQuotient, output: str, node: str) -> Iterator[Block]:
    f = f"{output}({node} + h)", f"{output}({node} - h)"
    yield Sentence(f"All but {node} is held. {output} is worked out a step h to either side of {node} = {quotient.x}.")
    rows = [
        Equation("h", (quotient.step,)),
        Equation(f[0], (quotient.above,)),
        Equation(f[1], (quotient.below,)),
        Equation(f"({f[0]} - {f[1]}) / 2h", (quotient.slope,)),
    ]
    yield from (GAP, Equations(rows, "forward", airy=False), GAP)
    yield Sentence(
        f"Wherever |z − {node}| ≤ R, {output}(z) is analytic and |{output}(z) − {output}({node})| ≤ M. By Cauchy's "
        "estimate the quotient then misses the derivative by no more than (M/R)*q^2/(1 - q^2), where q = h/R."
    )
    rows = [
        Equation("R", (quotient.radius,)),
        Equation("M", (quotient.bound,)),
        Equation("(M/R)*q^2/(1 - q^2)", (quotient.remainder,)),
    ]
    yield from (GAP, Equations(rows, "forward", airy=False))


def _enclosure(found: ShownProof, output: str, node: str) -> Iterator[Block]:
    proof = found.verdict.proof
    if proof is None:
        return
    if found.quotient is None:
        yield Sentence(HOW[proof.method])
    yield from (GAP, Sentence(f"{proof.lower} ≤ d{output}/d{node} ≤ {proof.upper}", "backward", indent=4))


HOW = {
    "quotient": "",
    "chain": "The quotient of every operation alone, put together by the chain rule, encloses it.",
    "series": "On either side of the point the program is a series in the distance t, with the slope in front of t.",
    "exact": "It is known at sight: the output depends on it as on itself, or not at all.",
}


def _record(exploration: Exploration, found: ShownProof) -> Record:
    return {
        **opening("explain", exploration),
        "point": exploration.point,
        **selected(found, "node", "gradient", "quotient"),
        "verdict": verdict_record(found.verdict),
    }


def _row(found: ShownProof) -> Record:
    proof = found.verdict.proof
    enclosure = selected(proof, "lower", "upper", "method", "bits") if proof is not None else {}
    none = dict.fromkeys(("lower", "upper", "method", "bits"))
    return {**selected(found, "node", "gradient"), "status": found.verdict.status, **none, **enclosure}
