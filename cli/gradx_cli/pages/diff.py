"""The page of `diff`: each derivative as an equation, its steps, where it holds, and what is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradx.derive.formulas import Formula
from gradx.language.program import read
from gradx.lessons.diff import Derivative
from gradx.lessons.diff_answer import Differentiated, Step, Taylor
from gradx.lessons.diff_point import AtPoint, Kind
from gradx_cli.answer import Answer, Medium, Record, head, selected
from gradx_cli.blocks import GAP, Block, Equation, Equations, Heading, Item, Items, Sentence, Title
from gradx_cli.escape import safe
from gradx_cli.notation import Notation, TextNotation
from gradx_cli.numbers import exactly
from gradx_cli.pages.conclusion import value_record, verdict_record
from gradx_cli.terminal import LONGEST_TITLE

LONGEST_BESIDE = 60
"""Characters of the other form that is worth showing beside the first."""

KINDS: dict[Kind, str] = {
    "minimum": "a minimum: the gradient is 0 and every eigenvalue of the Hessian is above 0",
    "maximum": "a maximum: the gradient is 0 and every eigenvalue of the Hessian is below 0",
    "saddle": "a saddle: the gradient is 0 and the Hessian has eigenvalues of both signs",
    "convex": "curved upward every way: every eigenvalue of the Hessian is above 0 (and the gradient is not 0)",
    "concave": "curved downward every way: every eigenvalue of the Hessian is below 0 (and the gradient is not 0)",
    "indefinite": "curved upward one way and downward another: the Hessian has eigenvalues of both signs",
}


def answer(result: Differentiated, digits: int) -> Answer:
    """The derivatives as equations, as an object, one a row."""

    def page(medium: Medium) -> Iterator[Block]:
        notation = medium.notation(result.program.graph, digits)
        yield from (GAP, Title(_title(result, digits)), GAP)
        if result.steps:
            yield from (
                Heading("steps", "Step by step", "forward"),
                Equations(_steps(result, notation), "forward"),
                GAP,
            )
        pairs = zip(result.derivatives, result.numbers, strict=True)
        equations = [_equation(d, number, notation, digits) for d, number in pairs]
        equations += _polynomial(result, notation, digits)
        yield from [Equations(equations, "backward")] if equations else ()
        yield from _where(result)
        yield from [GAP] * bool(equations or result.where)
        yield Items(conclusion(result))

    rows = _coefficients(result.taylor) if result.taylor else records(result)
    return Answer(page, [_record(result)], rows, result.warnings, _alone(result))


def formulas(result: Differentiated, digits: int) -> Callable[[Medium], Iterator[Block]]:
    """The equations and where they hold, for what stands beside them."""

    def blocks(medium: Medium) -> Iterator[Block]:
        notation = medium.notation(result.program.graph, digits)
        yield GAP
        yield Equations([_equation(d, None, notation, digits) for d in result.derivatives], "backward")
        yield from _where(result)

    return blocks


def names(result: Differentiated) -> list[str]:
    """Each derivative as it is written: dJ/dx."""
    return [_named(result, d) for d in result.derivatives]


def _alone(result: Differentiated) -> Iterator[str]:
    """Each formula behind the names that it is by: `x 2*x`, `x,y 3*x^2`."""
    names = result.program.graph.names
    if result.taylor is not None and (polynomial := result.taylor.formula(names[result.taylor.wrt])):
        yield safe(polynomial.text)
    for derivative in result.derivatives:
        if derivative.formula is not None:
            yield f"{','.join(safe(names[i]) for i in derivative.wrt)} {safe(derivative.formula.text)}"


def _title(result: Differentiated, digits: int) -> str:
    reading = safe(result.program.shortened(LONGEST_TITLE))
    if result.implicit is not None:
        return f"{reading.removeprefix('J = ')} = 0"
    if result.value is None:
        return reading
    value, verdict = result.value
    return f"{reading} = {exactly(value, verdict.exact, digits)}"


def _equation(derivative: Derivative, number: AtPoint | None, notation: Notation, digits: int) -> Equation:
    chain = []
    if derivative.formula is not None:
        chain.append(notation.written(derivative.formula))
        other = derivative.by_inputs if derivative.place == "nodes" else None
        if other is not None and other.text != derivative.formula.text and len(other.text) <= LONGEST_BESIDE:
            chain.append(notation.written(other))
    if number is not None and number.value is not None:
        text = exactly(number.value, number.verdict.exact if number.verdict else None, digits)
        if not chain or text != chain[-1]:
            chain.append(notation.decimal(text))
    return Equation(notation.higher(derivative.of, derivative.wrt), tuple(chain or [notation.ellipsis]))


def _polynomial(result: Differentiated, notation: Notation, digits: int) -> list[Equation]:
    """The Taylor polynomial, T3 = x - x^3/6."""
    found = result.taylor
    formula = found.formula(result.program.graph.names[found.wrt], digits) if found else None
    if found is None or formula is None:
        return []
    name = notation.written(Formula(read(f"T{found.degree}").graph))
    return [Equation(name, (notation.written(formula),))]


def _steps(result: Differentiated, notation: Notation) -> list[Equation]:
    return [
        Equation(
            notation.quotient(step.node, wrt, "d"),
            (notation.written(step.formula),),
            (f"{safe(step.part)}: {_rules(step)}",),
        )
        for wrt, step in result.steps
    ]


def _rules(step: Step) -> str:
    of_function = "exponential rule" if step.function == "^" else f"derivative of {step.function.rstrip('<>=!')}"
    return ", ".join(of_function if rule == "table" else f"{rule} rule" for rule in step.rules)


def _where(result: Differentiated) -> Iterator[Block]:
    if result.where:
        yield GAP
        yield from (Sentence(safe(sentence), "quiet") for sentence in result.where)


def conclusion(result: Differentiated) -> list[Item]:
    """What is proved, and what is not."""
    items = []
    if result.value is not None and result.value[1].status != "agree":
        items.append(_doubt(result.value[1].reason or f"the value is {result.value[1].status}"))
    if result.taylor is not None:
        return [*items, _of_taylor(result, result.taylor)]
    proved = [d for d in result.derivatives if d.formula is not None]
    if proved:
        points = min(d.points for d in proved)
        count = {1: "the formula is", 2: "both formulas are"}
        subject = count.get(len(proved), f"all {len(proved)} formulas are")
        if len(proved) < len(result.derivatives):
            subject = f"the {len(proved)} formulas shown are" if len(proved) > 1 else "the formula shown is"
        items.append(Item("✓", f"{subject} equal to the derivative at {points} points", "confirmed"))
    elif not result.derivatives:
        items.append(_doubt("there is no input to differentiate by"))
    for d, number in zip(result.derivatives, result.numbers, strict=True):
        name = _named(result, d)
        if d.formula is None:
            items.append(_doubt(f"{name} has no formula here: {d.reason}"))
        verdict = number.verdict if number else None
        if verdict is not None and verdict.status != "agree":
            items.append(_doubt(f"{name} at the point: {verdict.reason or verdict.status}"))
    judged = [number for number in result.numbers if number and number.verdict and number.verdict.status == "agree"]
    if judged:
        said = "the number is proved" if len(judged) == 1 else f"{len(judged)} numbers are proved"
        items.append(Item("✓", said, "confirmed"))
    if result.curvature is not None and result.curvature.kind is not None:
        items.append(Item("✓", f"the point is {KINDS[result.curvature.kind]}", "confirmed"))
    return items


def _of_taylor(result: Differentiated, found: Taylor) -> Item:
    names = result.program.graph.names
    if found.reason is not None:
        return _doubt(f"there is no polynomial of degree {found.degree} here: {found.reason}")
    what = f"the Taylor polynomial of {names[found.of]} in {names[found.wrt]}"
    if all(c.exact is not None for c in found.coefficients):
        return Item("✓", safe(f"{what}; its coefficients are exact"), "confirmed")
    if all(c.proved for c in found.coefficients):
        return Item("✓", safe(f"{what}; each derivative in it is proved, and rounded here"), "confirmed")
    return _doubt(f"{what}; not all of its coefficients are proved")


def _doubt(text: str) -> Item:
    return Item("!", safe(text), "doubtful")


def _named(result: Differentiated, derivative: Derivative) -> str:
    return TextNotation(result.program.graph, 10).higher(derivative.of, derivative.wrt)


def _record(result: Differentiated) -> Record:
    curved = result.curvature
    return {
        **head("diff", result.program, result.warnings),
        "value": None if result.value is None else result.value[0],
        "value_verdict": None if result.value is None else value_record(result.value[1]),
        "point": result.point,
        "derivatives": list(records(result)),
        "where": list(result.where),
        "steps": [
            {"wrt": result.program.graph.names[wrt], "part": s.part, "rules": list(s.rules), "formula": s.formula.text}
            for wrt, s in result.steps
        ],
        "curvature": selected(curved, "positive", "negative", "kind") if curved else None,
        "taylor": _taylor_record(result, result.taylor) if result.taylor else None,
    }


def _taylor_record(result: Differentiated, found: Taylor) -> Record:
    names = result.program.graph.names
    formula = found.formula(names[found.wrt])
    return {
        "of": names[found.of],
        "wrt": names[found.wrt],
        **selected(found, "at", "degree", "reason"),
        "formula": _text(formula),
        "latex": formula.latex if formula else None,
        "coefficients": list(_coefficients(found)),
    }


def _coefficients(found: Taylor) -> Iterator[Record]:
    for k, c in enumerate(found.coefficients):
        yield {"power": k, "value": c.value, "exact": None if c.exact is None else str(c.exact)}


def records(result: Differentiated) -> Iterator[Record]:
    """Each derivative by its names."""
    names = result.program.graph.names
    for d, number in zip(result.derivatives, result.numbers, strict=True):
        yield {
            "of": names[d.of],
            "wrt": [names[j] for j in d.wrt],
            "order": d.order,
            "formula": _text(d.formula),
            "in": d.place,
            "by_inputs": _text(d.by_inputs),
            "by_nodes": _text(d.by_nodes),
            "latex": d.formula.latex if d.formula else None,
            "proof": "numeric" if d.formula else None,
            "points": d.points,
            "reason": d.reason,
            "value": number.value if number else None,
            "verdict": verdict_record(number.verdict) if number and number.verdict else None,
        }


def _text(formula: Formula | None) -> str | None:
    return formula.text if formula else None
