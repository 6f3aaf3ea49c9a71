"""What `import gradx` offers: to read a text, differentiate it, explore it at a point, check derivatives made by hand.

A program is a text or what `read` made of one. The numbers of its inputs are keywords, or a mapping for names that
Python cannot say (`{"lambda": 0.1}`), or both. A number is an int, a float, a Fraction, or text as on the command line
("1/3", "pi/4"); text and fractions are taken exactly, a float as the decimal it prints as.

What cannot be used raises `GradxError`: its `problem` has a kind, a message, a place and a hint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from numbers import Rational
from typing import TYPE_CHECKING, SupportsFloat

from gradx.errors import GradxError
from gradx.language import program as language
from gradx.language.bindings import Binding, bind, read_binding
from gradx.language.program import Program

if TYPE_CHECKING:
    from gradx.derive.formulas import Formula
    from gradx.lessons.checking import Solved
    from gradx.point.exploration import Exploration, Options
    from gradx.sweeps.sampling import RowFunction

Number = str | SupportsFloat


def read(text: str, variables: Collection[str] = ()) -> Program:
    """The program that a text is. Where `e` is among its `variables`, it is not Euler's number.

    `graph.inputs` and `graph.operations` are its nodes, in topological order. Raises GradxError("syntax", "name",
    "domain" or "size").

    >>> print(read("u = b*c; 3(a + u)"))
    u = b*c; J = 3*(a + u)
    >>> read("3*(a + ")
    Traceback (most recent call last):
    gradx.errors.GradxError: something is missing after `+`
    """
    return language.read(text, frozenset(variables))


def derivative(program: Program | str, name: str) -> Formula:
    """The derivative of the output along the input or node `name`, in the names of inputs: `str()` of it is a program.

    Raises GradxError("name") where the program has no such node, ("size") where the formula has more than 64
    operations, or cannot be said in gradx's language.

    >>> print(derivative("tanh(w*x + b)", "w"))
    x/cosh(w*x + b)^2
    >>> second = derivative(str(derivative("x^3", "x")), "x")
    >>> print(second, "is", second.latex)
    6*x is 6x
    """
    from gradx.derive.formulas import Gradients
    from gradx.graph import Graph
    from gradx.lessons.diff import Differentiation

    graph = _program(program).graph
    i = graph.index.get(name)
    if i is None:
        known = ", ".join(graph.names[j] for j in graph.shown[:12])
        raise GradxError("name", f"the program has no node {name}", hint=f"the nodes are {known}")
    unnamed = Graph.of(graph.nodes, graph.names, graph.output, frozenset())
    formula = Differentiation(unnamed).short(graph.output, i) or Gradients(graph, in_inputs=True).formulas([i])[i]
    if formula is None:
        hint = "name a node nearer to the output, or explore the program at a point"
        raise GradxError("size", f"the derivative along {name} is too long to be written", hint=hint)
    return formula


def explore(
    program: Program | str, at: Mapping[str, Number] | None = None, options: Options | None = None, /, **values: Number
) -> Exploration:
    """Every node's value and gradient at a point, and what is proved of them. SymPy is not asked.

    `nodes` of the result has one report for each input and each operation, the inputs first; `result["b"]` is one of
    them, `gradients` the inputs' as floats. A notebook shows its page. `options`: see `Options`.

    Raises GradxError("binding") for an input without a value, ("domain") where the output has none.

    >>> point = explore("relu(w*x + b)", w=1, x=2, b="1/3")
    >>> point.value, point.gradients["w"], point["b"].verdict.status
    (2.3333333333333335, 2.0, 'agree')
    >>> explore("λ*abs(w)", {"λ": 0.1}, w=0)
    <J = λ*abs(w) = 0.0: dλ = 0.0, dw = 0.0; 3 proved, 1 kink>
    >>> explore("log(x)", x=-1)
    Traceback (most recent call last):
    gradx.errors.GradxError: log needs an argument above 0, and x is -1 here
    """
    from gradx.point import exploration

    bindings = list(_bindings(at, values))
    read = _program(program, bindings)
    point = bind(read, bindings)
    return exploration.explore(read, point.values, options, None, point.warnings, bindings)


def check(
    program: Program | str, claims: str | Sequence[str], at: Mapping[str, Number] | None = None, /, **values: Number
) -> Solved:
    """Whether derivatives made by hand are right: each claim is `dX=FORMULA`, `dY/dX=FORMULA`, or a number for one.

    They are compared at 20 points or more, at the one given too, and proved where SymPy can (its process is started
    for it, which takes about a second). `results` has one entry a claim, in their order, with the `mistake` where it
    is known.

    Raises GradxError("claim") for what is none, ("binding") and ("domain") as `explore` does.

    >>> solved = check("sin(3*x + 1)", "dx = cos(3*x + 1)")
    >>> solved.all_right, solved.results[0].mistake.message
    (False, 'the inner derivative is missing: d/dx of 3*x + 1 is 3')
    >>> check("u = b*c; 3*(a + u)", ["du/db = c", "db = 6"], a=5, b=3, c=2).all_right
    True
    """
    from gradx.lessons.checking import solve
    from gradx.lessons.claims.page import read_page
    from gradx.symbolic.witness import SymbolicWitness

    bindings = list(_bindings(at, values))
    read = _program(program, bindings)
    point = bind(read, bindings) if bindings or not read.is_open else None
    page = read_page(read, claims.splitlines() if isinstance(claims, str) else claims)
    with SymbolicWitness.start() as witness:
        return solve(read, page.claims, [*bindings, *page.bindings], point, witness, page.assumptions)


def rows(program: Program | str, wrt: Sequence[str] | None = None) -> RowFunction:
    """The program as a function from columns to columns: the output under its name, and `dx` for each input x.

    It takes a mapping of names to columns (a dict of NumPy arrays, a data frame), or columns and numbers as keywords,
    and answers a dict of NumPy arrays; it can be pickled, and so handed to other processes. `wrt` are the inputs whose
    gradients are wanted, all if it is not given.

    Raises GradxError("name") where the program has no such input.

    >>> loss = rows("a = sigmoid(w*x + b); L = (a - y)^2", wrt=["w", "b"])
    >>> loss.inputs, loss.columns
    (('w', 'x', 'b', 'y'), ('L', 'dw', 'db'))
    >>> {name: column.round(4).tolist() for name, column in loss({"x": [1.0, 2.0], "y": [1, 0]}, w=0.5, b=0).items()}
    {'L': [0.1425, 0.5344], 'dw': [-0.1774, 0.5749], 'db': [-0.1774, 0.2875]}
    """
    from gradx.sweeps.sampling import RowFunction

    read = _program(program)
    graph = read.graph
    chosen = [graph.names[i] for i in graph.inputs] if wrt is None else list(wrt)
    for name in chosen:
        if graph.index.get(name) not in graph.inputs:
            hint = f"the inputs are {', '.join(graph.names[i] for i in graph.inputs[:12])}"
            raise GradxError("name", f"the program has no input {name}", hint=hint)
    return RowFunction.of(graph, [graph.index[name] for name in chosen])


def _program(program: Program | str, bindings: Sequence[Binding] = ()) -> Program:
    return read(program, [binding.name for binding in bindings]) if isinstance(program, str) else program


def _bindings(at: Mapping[str, Number] | None, values: Mapping[str, Number]) -> Iterator[Binding]:
    """What the command line would be given: of a name that stands in both, two, which is an error."""
    for given in (at or {}, values):
        for name, number in given.items():
            yield read_binding(f"{name}={_written(number)}")


def _written(number: Number) -> str:
    if isinstance(number, str):
        return number
    return str(number) if isinstance(number, Rational) else repr(float(number))
