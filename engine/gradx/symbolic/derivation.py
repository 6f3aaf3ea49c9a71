"""Derivatives by SymPy, from the graph: what each node is, as an expression, and the slope of a node along another.

A small graph is expanded down to its inputs, and SymPy differentiates the whole. In a larger one the named operations,
and those whose expansion would be long, stay symbols, each with an expression over earlier symbols; SymPy
differentiates those, and the chain rule joins them from the output back (52 operations, expanded, take it up to 24 s).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sympy import Add, Derivative, DiracDelta, Expr, Mul, S, Subs, Symbol

from gradx.graph import Graph
from gradx.numbers.sympy import SymbolicArithmetic

SMALL = 20
"""Up to this many operations a graph is expanded down to its inputs, and every node has a formula."""

LONG = 24
"""In a larger graph what is built from more operations than this stays a symbol."""

_SUMS = {"+", "-"}


class NotAskedError(Exception):
    """There is no formula because none was looked for; the message says why."""


class NoFormulaError(Exception):
    """SymPy has no derivative here; the message says why."""


class System:
    """A graph as expressions. `definitions` says what the symbols for operations stand for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.m = SymbolicArithmetic()  # type: ignore[abstract]
        self.definitions: dict[Symbol, Expr] = {}
        self._symbols: dict[int, Symbol] = {}

    def prepared(self, targets: Sequence[int]) -> Callable[[int], Expr]:
        """A function that gives the derivative of the output along any of `targets`.

        It raises NotAskedError for an operation without a name in a large graph.
        """
        graph = self.graph
        if len(graph.operations) <= SMALL:
            base = self.expanded({}, range(len(graph.nodes)))
            return lambda i: self.slope(graph.output, i, base)
        inputs = frozenset(graph.inputs)
        slopes = self.slopes([i for i in targets if i in inputs or i in graph.named or i == graph.output])

        def along(i: int) -> Expr:
            if i not in slopes:
                raise NotAskedError("in a graph this large only inputs and named nodes get a formula")
            return slopes[i]

        return along

    def symbol(self, i: int) -> Symbol:
        """The symbol that stands for node i. No text is ever parsed, so any name is as good as another."""
        if i not in self._symbols:
            self._symbols[i] = Symbol(self.graph.names[i], real=True)
        return self._symbols[i]

    def expanded(self, known: Mapping[int, Expr], order: Iterable[int]) -> dict[int, Expr]:
        """`known` and the nodes of `order` (in topological order) as expressions over the inputs."""
        values = dict(known)
        for i in order:
            if i not in values:
                values[i] = self._node(i, values)
        return values

    def seen_from(self, wrt: int, base: Mapping[int, Expr]) -> Mapping[int, Expr]:
        """Every node as a function of node `wrt` and the inputs; `base` is every node, expanded down to the inputs."""
        graph = self.graph
        if graph.nodes[wrt].primitive is None:
            return base
        symbol = self.symbol(wrt)
        self.definitions[symbol] = base[wrt]
        downstream = graph.downstream(wrt)
        around = {i: base[i] for i in base.keys() - set(downstream)}
        return self.expanded({**around, wrt: symbol}, downstream)

    def slope(self, of: int, wrt: int, base: Mapping[int, Expr]) -> Expr:
        """The derivative of node `of` along node `wrt`; `base` is every node, expanded down to the inputs."""
        return differentiated(self.seen_from(wrt, base)[of], self.symbol(wrt))

    def slopes(self, targets: Iterable[int]) -> dict[int, Expr]:
        """The derivatives of the output along `targets`, by the chain rule over the operations that stay symbols."""
        targets = tuple(targets)
        self._define(self.graph.named.union(targets))
        adjoints = self._adjoints()
        return {i: adjoints.get(self.symbol(i), S.Zero) for i in targets}

    def _node(self, i: int, values: Mapping[int, Expr]) -> Expr:
        node = self.graph.nodes[i]
        if node.literal is not None:
            return self.m.literal(node.literal, node.label)
        if node.primitive is None:
            return self.symbol(i)
        return self.m.freed(node.primitive.value(self.m, *(values[j] for j in node.inputs)))

    def _define(self, kept: frozenset[int]) -> None:
        """Fill `definitions`: one for every operation of `kept`, for the output and for what would grow too long.

        A sum of sums is joined into one before it is built: two thousand terms take 0.1 s, one after the other 10 s.
        """
        graph = self.graph
        values: dict[int, Expr] = {}
        sizes: dict[int, int] = {}
        sums: dict[int, list[Expr]] = {}
        for i, node in enumerate(graph.nodes):
            sizes[i] = sum(sizes[j] for j in node.inputs) + (node.primitive is not None)
            primitive = node.primitive
            stays = i in kept or i == graph.output
            if primitive is not None and primitive.name in _SUMS:
                terms = _joined(primitive.name, [sums.pop(j, []) or [values[j]] for j in node.inputs])
                if not stays and self._continues(i):
                    sums[i] = terms
                    continue
                values[i] = Add(*terms)
            else:
                values[i] = self._node(i, values)
            if primitive is not None and (stays or (sizes[i] > LONG and not node.constant)):
                self.definitions[self.symbol(i)] = values[i]
                values[i], sizes[i] = self.symbol(i), 0

    def _continues(self, i: int) -> bool:
        """Whether node i is used once, by another sum."""
        users = self.graph.consumers[i]
        if len(users) != 1:
            return False
        user = self.graph.nodes[users[0]]
        return user.primitive is not None and user.primitive.name in _SUMS and user.inputs.count(i) == 1

    def _adjoints(self) -> dict[Symbol, Expr]:
        """The derivative of the output along every symbol, from the output back."""
        terms: dict[Symbol, list[Expr]] = {self.symbol(self.graph.output): [S.One]}
        adjoints: dict[Symbol, Expr] = {}
        for symbol, definition in reversed(self.definitions.items()):
            adjoint = adjoints[symbol] = Add(*terms.pop(symbol, []))
            if adjoint != 0:
                for inner, partial in self._gradient(definition).items():
                    terms.setdefault(inner, []).append(Mul(adjoint, partial))
        for symbol, parts in terms.items():
            adjoints[symbol] = Add(*parts)
        return adjoints

    def _gradient(self, definition: Expr) -> dict[Symbol, Expr]:
        """The partial derivatives of one definition; a sum term by term, which costs its length and not its square."""
        parts: dict[Symbol, list[Expr]] = {}
        for term in Add.make_args(definition):
            for symbol in sorted(term.free_symbols - self.m.literals.keys(), key=lambda s: s.name):
                parts.setdefault(symbol, []).append(differentiated(term, symbol))
        return {symbol: Add(*partials) for symbol, partials in parts.items()}


def differentiated(function: Expr, symbol: Symbol) -> Expr:
    """SymPy's derivative, where it has one that can be written down.

    A jump's slope, which SymPy takes for a Dirac delta, is 0 everywhere but on the jump, where there is no derivative.
    """
    derivative = function.diff(symbol)
    deltas = derivative.atoms(DiracDelta)
    if deltas:
        derivative = derivative.xreplace(dict.fromkeys(deltas, S.Zero))
    if derivative.has(Derivative, Subs, S.ComplexInfinity, S.NaN, S.ImaginaryUnit):
        raise NoFormulaError("SymPy has no formula here")
    return derivative


def _joined(operator: str, parts: list[list[Expr]]) -> list[Expr]:
    """The terms of a sum or difference of two sums; the longer list grows, so that a chain costs its length."""
    left, right = parts
    if operator == "-":
        right = [-term for term in right]
    if len(left) < len(right):
        left, right = right, left
    left.extend(right)
    return left
