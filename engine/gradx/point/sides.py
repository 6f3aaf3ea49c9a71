"""The two sides of a point: what a program does there when one node moves, read off its one-sided expansions.

A slope is the limit of (f(t) - f(0))/t, so it is ±inf at a jump. Which node is to blame for what is found is the first
one that shows it while none of its operands does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from flint import arb

from gradx.graph import Graph
from gradx.numbers.expansion import Expansion, Term
from gradx.numbers.known import CLOSE, ZERO, Known, TooFewTerms, Undecided, known
from gradx.numbers.one_sided_series import OneSidedSeries
from gradx.point.bend import Bend, Finding, Side
from gradx.point.exact_point import ExactPoint, Pass
from gradx.sweeps.forward import distances

ORDERS = (2, 6, 16)
"""How many orders beyond the leading term are worked out, as long as they do not suffice."""


class _Run(Pass):
    """A pass with a node moved to one side, by +t or -t. `regular` says of a node that moves whether it is off its own
    boundaries on that side, or never leaves them; `steady` are those that tend to their values at the point."""

    def __init__(self, graph: Graph, m: OneSidedSeries, at: ExactPoint, order: list[int], direction: int) -> None:
        start, moving = order[0], set(order)
        here = at.values[start]
        assert here is not None
        outside = {j: twin for j, twin in at.twins.items() if j not in moving}
        super().__init__(graph, m, at.over(m), order[1:], outside)
        self.direction = direction
        self.faults.update((j, origin) for j, origin in at.faults.items() if j not in moving)
        self.values[start] = m.beside(here, direction)
        self.regular, self.steady = {start: True}, {start}
        for j in order[1:]:
            self.step(j)
            self._settle(at, j)

    def _settle(self, at: ExactPoint, j: int) -> None:
        """Where operation j cannot jump it tends to its value at the point."""
        row, value, found = self.graph.primitives[j], at.values[j], self.values[j]
        assert row is not None
        self.regular[j] = self._is_regular(j)
        if value is None or found.missing or (found.rest is not None and found.rest <= 0):
            return
        follows = self.steady.issuperset(_moving(self.graph, at, j, self.regular))
        if (follows and (self.regular[j] or not row.jumps)) or _tends_to(found, value):
            self.steady.add(j)
            self.values[j] = found.with_limit(value)

    def _is_regular(self, j: int) -> bool:
        """Whether operation j is analytic along its operands: its boundary quantities are 0 throughout, or far from
        it."""
        try:
            leads = [q.lead() for q in distances(self.graph, self.m, self.values, j)]
        except Undecided:
            return False
        return not self.values[j].missing and all(lead is None or (lead.e, -lead.k) <= (0, 0) for lead in leads)


def sides(graph: Graph, at: ExactPoint, i: int, n: int = 1) -> Bend:
    """What the output does when node i moves off its value at the point `at`, where the output may have none. The
    slopes are those of the derivative of order n - 1, or of the first order that bends."""
    if at.values[i] is None or (at.values[graph.output] is None and graph.output not in at.faults):
        return Bend("undecided", opened=_first_open(graph, at.opened, graph.output))
    order = graph.downstream(i)
    bend = Bend("undecided")
    for orders in ORDERS:
        m = OneSidedSeries(orders + n - 1)
        bend, more = _judged(graph, at, [_Run(graph, m, at, order, direction) for direction in (-1, 1)], n)
        if not more:
            break
    return bend


def leaves_boundaries(graph: Graph, at: ExactPoint, i: int, nodes: Sequence[int]) -> bool:
    """Whether each of `nodes` is off its boundaries on either side, as node i moves off its value: analytic there, in
    all that moves it."""
    for direction in (-1, 1):
        run = _Run(graph, OneSidedSeries(ORDERS[0]), at, graph.downstream(i), direction)
        leads = (q.lead() for j in nodes for q in distances(graph, run.m, run.values, j))
        try:
            if any(run.values[j].missing for j in nodes) or None in leads:
                return False
        except Undecided:
            return False
    return True


def _tends_to(x: Expansion, value: Known) -> bool:
    """Whether x is seen to tend to this value."""
    try:
        return not x.is_infinite() and (x.limit() - value).sign() == 0
    except Undecided:
        return False


def _moving(graph: Graph, at: ExactPoint, j: int, regular: Mapping[int, bool]) -> list[int]:
    """The operands that node j's value moves with."""
    return [k for k in (_counting(graph, at, j) if regular[j] else graph.arguments[j]) if k in regular]


def _is_analytic(graph: Graph, at: ExactPoint, runs: list[_Run]) -> bool:
    """Whether the output is analytic at the point: all that moves it is off its boundaries."""
    found: set[int] = set()
    for j, regular in runs[0].regular.items():
        if regular and runs[1].regular[j] and found.issuperset(_moving(graph, at, j, runs[0].regular)):
            found.add(j)
    return graph.output in found


def _judged(graph: Graph, at: ExactPoint, runs: list[_Run], n: int) -> tuple[Bend, bool]:
    """What two runs come to, and whether more terms may say more."""
    bend, more = _at_order(graph, at, runs, 1)
    for k in range(2, n + 1):
        if bend.finding != "smooth" or more:
            break
        if runs[0].m.oscillates:
            return Bend("undecided", bend.left, bend.right, opened=_bounded(graph, runs), order=k), False
        bend, more = _at_order(graph, at, runs, k)
    return bend, more


def _at_order(graph: Graph, at: ExactPoint, runs: list[_Run], k: int) -> tuple[Bend, bool]:
    """The same for the slopes of the derivative of order k - 1, the orders below being smooth."""
    found: list[Side | None] = []
    more = False
    for run in runs:
        try:
            found.append(_side(at, run, graph.output, k))
        except Undecided as reason:
            found.append(None)
            more = more or isinstance(reason, TooFewTerms)
            more = more or any(isinstance(other, TooFewTerms) for other in run.opened.values())
    left, right = found
    if left is None or right is None:
        run = runs[0 if left is None else 1]
        return Bend("undecided", left, right, opened=_first_open(graph, run.opened, graph.output), order=k), more
    if at.values[graph.output] is None:
        return Bend(_around(left, right), left, right), False
    finding = "smooth" if _is_analytic(graph, at, runs) else _finding(left, right)
    if finding == "undecided":
        return Bend(finding, left, right, opened=graph.output, order=k), False
    if finding == "smooth":
        return Bend(finding, left, right, slope=left.slope, order=k), False
    culprit, seen = _culprit(graph, at, runs, finding, k)
    return Bend(finding, left, right, culprit=culprit, jumps=seen == "jump", order=k), False


def _side(at: ExactPoint, run: _Run, j: int, order: int = 1) -> Side:
    """What node j does on one side, or its derivative of order `order` - 1, the orders below being smooth. `Undecided`
    where that is open."""
    if j in run.faults:
        return Side(False)
    here, number = at.values[j], run.values[j]
    if number.missing or (here is None and j not in at.faults):
        raise Undecided("a value")
    limit = _limit(number)
    if here is None:
        return Side(True, limit=limit)
    side = _slope(run, here, number, limit)
    for _ in range(1, order):
        if side.coefficient is None:
            break
        number = number.derivative().times(known(run.direction))
        side = _slope(run, side.coefficient, number, side.coefficient.ball)
    return side


def _slope(run: _Run, here: Known, number: Expansion, limit: arb) -> Side:
    """The side of a number that is worth `here` at the point, and tends to `limit`."""
    for e, k, c in _with_limit(number):
        if e != 1 and -CLOSE < e - 1 < CLOSE:
            raise Undecided("whether a slope is finite")
        if (e, -k) > (1, 0):
            break
        if (e, k) == (1, 0):
            slope = c if run.direction > 0 else -c
            return Side(True, slope.sharp, coefficient=slope, limit=limit)
        gap = c - here if (e, k) == (0, 0) else c
        sign = gap.sign() * run.direction
        if sign:
            infinite = arb.pos_inf() if sign > 0 else arb.neg_inf()
            return Side(True, infinite, jumps=(e, -k) <= (0, 0), limit=limit)
    rest = number.rest
    if rest is not None and not rest - CLOSE > 1:
        raise TooFewTerms("a term of higher order")
    return Side(True, arb(0), coefficient=ZERO, limit=limit)


def _limit(x: Expansion) -> arb:
    """What a number tends to, ±inf where it grows beyond all bounds. `Undecided` where that is open."""
    if x.is_infinite():
        return arb.pos_inf() if x.sign() > 0 else arb.neg_inf()
    if x.rest is not None and x.rest <= 0:
        raise TooFewTerms("a limit")
    return x.limit().ball


def _with_limit(x: Expansion) -> Sequence[Term]:
    """The terms, the limit among them although it is 0, where it is known."""
    if (x.rest is not None and x.rest <= 0) or any(not e and not k for e, k, _ in x.terms):
        return x.terms
    return sorted((*x.terms, Term(0, 0, ZERO)), key=lambda term: (term.e, -term.k))


def _finding(left: Side, right: Side) -> Finding:
    if not left.value or not right.value:
        return "edge"
    if left.jumps or right.jumps:
        return "jump"
    if left.coefficient is None or right.coefficient is None:
        same = left.coefficient is right.coefficient and left.slope == right.slope
        return "vertical" if same else "kink"
    differ = (left.coefficient - right.coefficient).seen_sign()
    return "undecided" if differ is None else "kink" if differ else "smooth"


def _around(left: Side, right: Side) -> Finding:
    """What there is where the output has no value at the point itself."""
    if left.runs_away or right.runs_away:
        return "pole"
    if left.limit is None or right.limit is None:
        return "edge"
    return "hole" if left.limit.overlaps(right.limit) else "jump"


def _counting(graph: Graph, at: ExactPoint, j: int) -> Iterator[int]:
    """The operands of node j but the branch that is not taken at the point."""
    row, inputs = graph.primitives[j], graph.arguments[j]
    if row is None or row.relation is None:
        yield from inputs
        return
    m = OneSidedSeries(1)
    xs = [m.unknown if (c := at.values[k]) is None else m.constant(c) for k in inputs]
    yield from inputs[:2]
    try:
        taken = row.branches(m, xs)
    except Undecided:
        return
    assert taken is not None
    yield inputs[2] if taken[0] else inputs[3]


def _blamed(graph: Graph, at: ExactPoint, shows: Callable[[int], bool]) -> int:
    """From the output back as long as an operand that counts shows the same."""
    j, earlier = graph.output, graph.output
    while earlier >= 0:
        j, earlier = earlier, next((k for k in _counting(graph, at, earlier) if shows(k)), -1)
    return j


def _culprit(graph: Graph, at: ExactPoint, runs: list[_Run], finding: Finding, order: int) -> tuple[int, Finding]:
    """The node to blame, and what there is at that node: of an order above 1 the first that bends at all."""

    def seen(j: int) -> Finding | None:
        if at.values[j] is None:
            return None
        try:
            return _finding(_side(at, runs[0], j), _side(at, runs[1], j))
        except Undecided:
            return None

    if order > 1:
        return _blamed(graph, at, lambda j: _bends(at, runs, j, order)), finding
    if finding == "edge":
        gone = next(run for run in runs if graph.output in run.faults)
        return _blamed(graph, at, lambda j: j in gone.faults and j not in at.faults), finding
    shown = (finding, "jump") if finding == "kink" else (finding,)
    culprit = _blamed(graph, at, lambda j: seen(j) in shown)
    return culprit, seen(culprit) or finding


def _bends(at: ExactPoint, runs: list[_Run], j: int, order: int) -> bool:
    """Whether a derivative of node j, of up to that order, is seen not to be there."""
    if at.values[j] is None:
        return False
    try:
        found = (_finding(*(_side(at, run, j, k) for run in runs)) for k in range(1, order + 1))
        return any(finding not in ("smooth", "undecided") for finding in found)
    except Undecided:
        return False


def _bounded(graph: Graph, runs: list[_Run]) -> int:
    """The first node of which no more is known than how fast it vanishes."""
    needed = graph.upstream(graph.output)
    return next((j for j in needed if j in runs[0].regular and runs[0].values[j].is_all_rest()), graph.output)


def _first_open(graph: Graph, opened: Mapping[int, Undecided], output: int) -> int:
    """The first open node on the way to the output."""
    needed = graph.upstream(output)
    return next((j for j in needed if j in opened), output)
