"""The pages of `explain`: both passes, and the paths; with --proof why one gradient is what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.derive.formulas import local_formula
from gradx.lessons.chain_rule import Explanation, Path, Paths, Silence, Step, Term
from gradx.lessons.proof import ShownProof, ShownQuotient
from gradx.point.exploration import Exploration
from gradx_cli.answer import Answer, Medium, Record, ends, head, selected
from gradx_cli.blocks import GAP, Block, Equation, Equations, Heading, Item, Items, Math, Sentence, Title, Words
from gradx_cli.escape import safe
from gradx_cli.notation import Notation
from gradx_cli.numbers import shown
from gradx_cli.pages.conclusion import conclusion, listed_pieces, opening, title, told, verdict_record
from gradx_cli.terminal import LONGEST_TITLE

if TYPE_CHECKING:
    from gradx.lessons.proof import ShownProof, ShownQuotient

ALONG = "Along the paths"

SHOWN = (200, 12)
"""A program with more nodes is shown by its first and last steps."""

MOST_PATHS, MOST_TERMS, MOST_FACTORS = 10, 8, 20
"""More paths are counted alone; in a longer sum or product stands an ellipsis."""

Written = Callable[[Step, Sequence[Term]], str | None]
"""How the terms of one operation are written, for a step."""


def answer(explanation: Explanation, warnings: tuple[str, ...], digits: int) -> Answer:
    """The page, the steps as an object, a term a row. Without a point every number is null."""

    def page(medium: Medium) -> Iterator[Block]:
        notation = medium.notation(explanation.program.graph, digits)
        if not medium.pasted:
            reading, at = safe(explanation.program.shortened(LONGEST_TITLE)), explanation.exploration
            yield from (GAP, Title(reading if at is None else f"{reading} = {shown(at.value, digits)}"), GAP)
        yield from _Writer(explanation, notation).page()

    return Answer(page, _records(explanation, warnings), _rows(explanation), warnings)


def _records(explanation: Explanation, warnings: tuple[str, ...]) -> Iterator[Record]:
    program, exploration = explanation.program, explanation.exploration
    names = program.graph.names
    yield {
        **head("explain", program, warnings),
        "output": names[program.graph.output],
        "value": exploration.value if exploration else None,
        "point": exploration.point if exploration else None,
        "steps": (
            {**node, "terms": terms, **formula}
            for node, terms, formula in (_step(explanation, step) for step in explanation.steps)
        ),
        "paths": (
            {"wrt": names[ways.target], "nodes": [names[i] for i in path.nodes], **selected(path, "locals", "product")}
            for ways in explanation.paths
            for path in ways.listed
        ),
        "path_counts": {names[ways.target]: ways.count for ways in explanation.paths},
    }


def _step(explanation: Explanation, step: Step) -> tuple[Record, list[Record], Record]:
    """A node and its gradient, the terms of that, and the gradient in symbols where it has no number."""
    graph = explanation.program.graph
    terms: list[Record] = [
        {
            "via": graph.names[term.via],
            **selected(term, "upstream", "local"),
            "local_formula": local_formula(graph, term.via, term.slot),
            "contribution": term.contribution,
        }
        for term in step.terms
    ]
    formula = explanation.formulas.get(step.node)
    symbols = {} if explanation.exploration else {"gradient_formula": formula.text if formula else None}
    return {"node": graph.names[step.node], "gradient": step.gradient}, terms, symbols


NO_TERM: Record = dict.fromkeys(("via", "upstream", "local", "local_formula", "contribution"))


def _rows(explanation: Explanation) -> Iterator[Record]:
    """A row a term; one without a term for what has none."""
    for node, terms, symbols in (_step(explanation, step) for step in explanation.steps):
        yield from ({**node, **term, **symbols} for term in terms or [NO_TERM])


def passes(
    explanation: Explanation, operations: Sequence[int], notation: Notation
) -> tuple[list[Equation], list[Equation]]:
    """An equation for each of the operations, and one for each step of backprop, in their order."""
    writer = _Writer(explanation, notation)
    return [*map(writer.forward, operations)], [*map(writer.backward, explanation.steps)]


class _Writer:
    def __init__(self, explanation: Explanation, notation: Notation) -> None:
        self._explanation = explanation
        self._notation = notation
        self._graph = explanation.program.graph
        self._exploration = explanation.exploration
        self._single = {step.node for step in explanation.steps if len(step.terms) == 1}
        self._uses = Counter(uses[0].via for step in explanation.steps for uses in step.uses)
        self._seen: Counter[int] = Counter()
        self._said_why = False
        self._said_again = False

    def page(self) -> Iterator[Block]:
        given = [
            Equation(self._name(i), (self._value(i),)) for i in ends(self._graph.inputs, *SHOWN) if self._exploration
        ]
        yield Heading("forward →", "Forward pass", "forward", given=given)
        yield Equations(tuple(map(self.forward, ends(self._graph.operations, *SHOWN))), "forward", airy=False)
        yield from (GAP, Heading("backward ←", "Backpropagation, from right to left", "backward"))
        steps, kept = self._explanation.steps, ends(self._explanation.steps, *SHOWN)
        yield Equations(list(map(self.backward, kept)), "backward")
        for paths in self._explanation.paths:
            yield GAP
            yield from self._ways(paths)
        hidden = len(steps) - len(kept)
        if hidden:
            said = f"{hidden} of {len(steps)} steps are left out; --wrt NAME shows what one input needs, --json all"
            yield from (GAP, Sentence(said, "quiet", aside=True))
        found = conclusion(self._exploration) if self._exploration else []
        doubts = [Sentence(told(item), "doubtful", "!", aside=True) for item in found if item.mark == "!"]
        yield from [GAP] * bool(doubts)
        yield from doubts

    def _name(self, i: int) -> str:
        return self._notation.name(i)

    def _value(self, i: int) -> str:
        assert self._exploration is not None
        return self._notation.number(self._exploration.forward.values[i])

    def forward(self, i: int) -> Equation:
        definition = self._notation.definition(i)
        if self._exploration is None:
            return Equation(self._name(i), (definition or self._notation.ellipsis,))
        if i in self._exploration.forward.dropped:
            return Equation(self._name(i), _chain([definition]), ("in a branch that is not taken",))
        put_in = self._notation.with_numbers(i, self._exploration.forward.values)
        return Equation(self._name(i), _chain([definition, put_in, self._value(i)]))

    def backward(self, step: Step) -> Equation:
        left, several = self._notation.gradient(step.node), len(step.terms) > 1
        if not step.terms:
            return Equation(left, (self._result(step),), self._silence(step))
        stages = [self._sum(step, self._symbols), self._sum(step, self._formulas)]
        if self._exploration is not None:
            contributions = [self._notation.number(term.contribution) for term in step.terms if several]
            stages += [self._sum(step, self._numbers), self._notation.sum(self._abridged(contributions))]
        remarks = (*self._why(step), *self._again(step))
        self._seen.update(uses[0].via for uses in step.uses)
        return Equation(left, _chain([*stages, self._result(step)], left), remarks, several)

    def _sum(self, step: Step, written: Written) -> str | None:
        terms = _all([written(step, uses) for uses in step.uses])
        return None if terms is None else self._notation.sum(self._abridged(terms))

    def _symbols(self, step: Step, uses: Sequence[Term]) -> str | None:
        via = uses[0].via
        return self._notation.product([self._notation.factor(via), self._notation.local(via, step.node)])

    def _formulas(self, step: Step, uses: Sequence[Term]) -> str | None:
        locals_ = _all([self._notation.local_formula(term.via, term.slot) for term in uses])
        return None if locals_ is None else self._product(uses, locals_)

    def _numbers(self, step: Step, uses: Sequence[Term]) -> str | None:
        return self._product(uses, [self._notation.number(term.local) for term in uses])

    def _product(self, uses: Sequence[Term], locals_: list[str]) -> str:
        """The upstream gradient times the local partials of one operation, as many as the node stands there."""
        if len(locals_) > 1:
            locals_ = [self._notation.bracketed(self._notation.sum(self._abridged(locals_)))]
        return self._notation.product([self._upstream(uses[0]), *locals_])

    def _upstream(self, term: Term) -> str | None:
        """The upstream gradient of a term: its number, or what stands for it."""
        if term.via == self._graph.output and self._notation.factor(term.via) is None:
            return None
        if term.upstream is not None:
            return self._notation.number(term.upstream)
        return self._notation.number(1.0) if term.via == self._graph.output else self._notation.gradient(term.via)

    def _abridged(self, texts: list[str], most: int = MOST_TERMS) -> list[str]:
        return texts if len(texts) <= most else [*texts[:3], self._notation.ellipsis, texts[-1]]

    def _result(self, step: Step) -> str:
        if self._exploration is not None:
            return self._notation.number(step.gradient)
        return self._formula(step.node) or ""

    def _formula(self, node: int) -> str | None:
        """The gradient in symbols; None where it has numbers, or is too long."""
        formula = None if self._exploration else self._explanation.formulas.get(node)
        return self._notation.written(formula) if formula else None

    def _silence(self, step: Step) -> tuple[Words, ...]:
        node, output = Math(self._name(step.node)), Math(self._name(self._graph.output))
        said: dict[Silence | None, Words] = {
            "output": "backprop starts here",
            "branch": (node, " stands in a branch that is not taken"),
            "unused": (output, " does not depend on ", node),
            "condition": (node, " only chooses a branch: nothing flows through a condition"),
        }
        return (said[step.silence],) if step.silence else ()

    def _why(self, step: Step) -> tuple[Words, ...]:
        """Why the gradient of a node that is used more than once is a sum. In full the first time."""
        if len(step.terms) < 2:
            return ()
        node, output = Math(self._name(step.node)), Math(self._name(self._graph.output))
        users = listed_pieces([Math(self._name(uses[0].via)) for uses in step.uses])
        said = (node, f" is used {_times(len(step.terms))}, in ", *users)
        if self._said_why:
            return ((*said, ": a sum again"),)
        self._said_why = True
        ways = "both ways" if len(step.terms) == 2 else "each of these ways"
        return ((*said, ": a nudge of ", node, " reaches ", output, f" {ways}, and the changes add up"),)

    def _again(self, step: Step) -> tuple[Words, ...]:
        """Which upstream gradients were there already. In full the first time."""
        said: list[str] = []
        for uses in step.uses[:MOST_TERMS]:
            via = uses[0].via
            if via != self._graph.output and self._seen[via]:
                said += [", "] if said else []
                said += [Math(self._notation.gradient(via)), " again"]
                said += [] if self._said_again else [f": computed once, used {_times(self._uses[via])}"]
                self._said_again = True
        return (tuple(said),) if said else ()

    def _ways(self, paths: Paths) -> Iterator[Block]:
        left, listed_paths = self._notation.total(paths.target), paths.listed[:MOST_PATHS]
        if paths.count <= 1:
            formula = self._formula(paths.target)
            rows = [Equation(left, _chain([*self._path(path), formula], left)) for path in listed_paths]
            yield from (Heading("", ALONG), Equations(rows, "backward", 2))
            return
        many = f"more than {paths.count:,}" if paths.count >= 10**18 else f"{paths.count:,}"
        output, target = Math(self._name(self._graph.output)), Math(self._name(paths.target))
        end = ": the gradient is the sum of their products"
        if paths.count > len(listed_paths):
            end += f"; {len(listed_paths)} are shown (backprop walks none of them: it visits every node once)"
        yield Heading("", ALONG, words=(many, " paths lead from ", output, " to ", target, end))
        routes = [self._abridged(list(map(self._name, path.nodes)), MOST_FACTORS) for path in listed_paths]
        ways = zip(map(self._notation.arrow.join, routes), listed_paths, strict=True)
        yield Equations([Equation(route, _chain(self._path(path)), sign=":") for route, path in ways], "backward")
        if self._exploration is None:
            total = _chain([self._formula(paths.target)])
        else:
            products = [self._notation.number(path.product) for path in listed_paths]
            products += [self._notation.ellipsis] * (paths.count > len(listed_paths))
            total = _chain([self._notation.sum(products), self._notation.number(paths.gradient)], left)
        if total:
            yield Equations([Equation(left, total)], "backward", 2)

    def _path(self, path: Path) -> list[str | None]:
        """A path's factors in symbols, in numbers (or formulas), and their product."""
        pairs = list(zip(path.nodes, path.nodes[1:], path.slots, strict=False))
        symbols = [self._notation.local(via, i, one_use=True) for via, i, _ in pairs]
        if len(pairs) > 1 and path.nodes[1] in self._single:
            symbols[0] = self._notation.total(path.nodes[1])
        if path.locals is not None:
            factors: list[str] | None = [self._notation.number(x) for x in path.locals]
            product = [self._notation.number(path.product)]
        else:
            factors, product = _all([self._notation.local_formula(via, slot) for via, _, slot in pairs]), []
        written = [self._notation.product(self._abridged(texts, MOST_FACTORS)) for texts in (symbols, factors) if texts]
        return [*written, *product]


def _all(texts: Sequence[str | None]) -> list[str] | None:
    """The texts; None where one of them cannot be written."""
    return None if None in texts else [text for text in texts if text is not None]


def _chain(stages: Sequence[str | None], left: str | None = None) -> tuple[str, ...]:
    """The stages of an equation that say something new."""
    said: list[str] = []
    for stage in stages:
        if stage and stage != (said[-1] if said else left):
            said.append(stage)
    return tuple(said)


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def of_proof(exploration: Exploration, found: ShownProof, digits: int) -> Answer:
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
            near = "a relative 1e-9" if found.gradient else "1e-9"
            said = f"backprop's {number} is within {near} of every number between them: proved"
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
    z = next(name for name in ("z", "w", "t") if name not in (node, output))
    yield Sentence(
        f"Wherever |{z} − {node}| ≤ R, {output}({z}) is analytic and |{output}({z}) − {output}({node})| ≤ M. By "
        "Cauchy's estimate the quotient then misses the derivative by no more than (M/R)*q^2/(1 - q^2), where q = h/R."
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
