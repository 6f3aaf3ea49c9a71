"""Claims: derivatives made by hand, as they are typed: `db=3*c`, `du/db=c`, `∂J/∂w=x*(1 - a^2)`.

`dX=` is a claim exactly when X is a node of the program and `dX` is not; with a `/`, a `∂` or two primes it can be
nothing else. Those of higher order are read in `gradx.lessons.claims.orders`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradx.errors import GradxError, Note, Source, Span, UnclearError
from gradx.graph import Graph
from gradx.language.diagnosis import brief
from gradx.language.program import Program, read
from gradx.language.suggestions import as_product, close_name
from gradx.language.tokens import is_name, normal_name, spelled, statement_head
from gradx.lessons.claims.orders import Higher, is_higher, read_higher

_SIGNS = ("d", "∂")
_DECIMAL = re.compile(r"\s*[-+−]?\s*(?P<digits>[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE](?P<exponent>[-+]?[0-9]+))?\s*")
_LONGEST = 1000
"""A number written with more characters is not a rounded one."""


@dataclass(frozen=True)
class Claim:
    """ "The derivative of node `of` with respect to node `wrt` is `text`."

    One of higher order is `along` one node after the other, the last of which is `wrt`. `formula` is the text as a
    graph of its own, `operands` the program's node that each of its inputs stands for; `remarks` say how the text was
    read.
    """

    of: int
    wrt: int
    text: str
    formula: Graph
    operands: dict[int, int]
    remarks: tuple[str, ...] = ()
    along: tuple[int, ...] = ()

    @property
    def order(self) -> int:
        return max(1, len(self.along))

    @property
    def is_number(self) -> bool:
        """Whether no variable stands in it."""
        return not self.operands

    @property
    def decimals(self) -> tuple[int, int] | None:
        """(significant digits, exponent of the last) of a plain decimal such as `-0.620`; None for 3 or 2/3 or x."""
        match = _DECIMAL.fullmatch(self.text) if len(self.text) <= _LONGEST else None
        if match is None or ("." not in match["digits"] and not match["exponent"]):
            return None
        whole, _, fraction = match["digits"].partition(".")
        return len((whole + fraction).lstrip("0")), int(match["exponent"] or 0) - len(fraction)


def is_claim(graph: Graph, word: str) -> bool:
    """Whether an argument of the command line is a claim; else it is a binding."""
    head, equals, _ = word.partition("=")
    head = head.strip()
    if equals and is_higher(head):
        return True
    if not equals or not head.startswith(_SIGNS):
        return False
    if "/" in head or head.startswith("∂"):
        return True
    return len(head) > 1 and _name(head[1:]) in graph.index and _name(head) not in graph.index


def read_claim(program: Program, word: str) -> Claim:
    """The claim in an argument of which `is_claim` is true.

    Raises `GradxError`: "claim" where it does not say of what it is a derivative, "syntax" or "name" for its formula.
    """
    graph = program.graph
    head, _, formula = word.partition("=")
    of, along = read_higher(graph, word, head) if is_higher(head) else _sides(graph, word, head)
    wrt = along[-1]
    source = Source(f"claim {graph.names[wrt]}", word)
    start = len(head) + 1
    if not formula.strip():
        raise GradxError("claim", "there is no formula after the =", hint=_EXAMPLE, span=Span(source, len(head), 1))
    known = frozenset(graph.index)
    try:
        plain = spelled(Source("program", formula))
        named = statement_head().match(plain, len(plain) - len(plain.lstrip("; \t\n")))
        if named:
            hint = "a claim is one expression, " + _EXAMPLE
            span = Span(source, start + named.start(), len(named[0]))
            raise GradxError("claim", "a claim cannot name anything", hint=hint, span=span)
        claimed = read(formula, known)
    except GradxError as error:
        if isinstance(error, UnclearError) and error.command is None:
            raise _unclear(program, head, error, source, start) from None
        raise _moved(error, source, start) from None
    operands = {}
    for i in claimed.graph.inputs:
        name = claimed.graph.names[i]
        if name not in graph.index:
            raise _unknown(name, known, claimed.graph.span(i), source, start)
        operands[i] = graph.index[name]
    remarks = tuple(Note(f"{head.strip()} is {n}") for n in claimed.remarks if isinstance(n, Note))
    chain = along if len(along) > 1 else ()
    return Claim(of, wrt, formula.strip(), claimed.graph, operands, remarks, chain)


_EXAMPLE = 'as in db="3*c"'


def _name(text: str) -> str:
    """The name that `text` is, "" where it is none."""
    try:
        plain = spelled(Source("claim", text.strip()))
    except GradxError:
        return ""
    return normal_name(plain) if is_name(plain) else ""


def _sides(graph: Graph, word: str, head: str) -> Higher:
    of_text, slash, wrt_text = head.rpartition("/")
    of = _side(graph, word, of_text, 0) if slash and of_text.strip() not in _SIGNS else graph.output
    return Higher(of, (_side(graph, word, wrt_text, len(of_text) + len(slash)),))


def _side(graph: Graph, word: str, text: str, at: int) -> int:
    """The node that `dNAME`, which stands at `at`, is about."""
    start = at + len(text) - len(text.lstrip())
    shown = text.strip()
    span = Span(Source("claim", word), start, max(1, len(shown)))
    if not shown.startswith(_SIGNS) or not _name(shown[1:]):
        hint = f"write a claim {_EXAMPLE} or du/db=c"
        raise GradxError("claim", f"`{brief(shown)}` does not say what is differentiated", hint=hint, span=span)
    name = _name(shown[1:])
    if name not in graph.index:
        close = close_name(name, graph.index)
        hint = f"did you mean {close}?" if close else "the nodes are " + _listed([graph.names[i] for i in graph.shown])
        raise GradxError("claim", f"the program has no node {name}", hint=hint, span=span)
    return graph.index[name]


def _moved(error: GradxError, source: Source, start: int) -> GradxError:
    """The error with its place counted from the start of the claim."""
    problem = error.problem
    span = problem.span
    if span is not None and span.source.name == "program":
        span = Span(source, span.offset + start, span.length)
    return GradxError(problem.kind, problem.message, hint=problem.hint, span=span)


def _unclear(program: Program, head: str, error: UnclearError, source: Source, start: int) -> GradxError:
    """The question about a formula, with a command for each of its answers."""
    text = " ".join(program.source.text.split())
    commands = (f'gradx check "{text}" {head.strip()}="{meaning}"' for meaning in error.meanings)
    span = error.problem.span
    assert span is not None
    place = Span(source, span.offset + start, span.length)
    return GradxError("syntax", error.problem.message, hint=" or ".join(commands), span=place)


def _unknown(name: str, known: frozenset[str], span: Span, source: Source, start: int) -> GradxError:
    product = as_product(name, known)
    close = close_name(name, known)
    if product:
        hint = f"a run of letters is one name; did you mean {product}?"
    elif close:
        hint = f"did you mean {close}?"
    else:
        hint = "a claim can use " + _listed(sorted(known))
    message = f"`{name}` is not a name of the program"
    return GradxError("name", message, hint=hint, span=Span(source, span.offset + start, span.length))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
