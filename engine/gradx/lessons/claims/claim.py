"""Claims: derivatives made by hand, as they are typed: `db=3*c`, `du/db=c`, `∂J/∂w=x*(1 - a^2)`.

`dX=` is a claim exactly when X is a node of the program and `dX` is not; with a `/`, a `∂` or two primes it can be
nothing else. Those of higher order are read in `gradx.lessons.claims.lines`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gradx.errors import GradxError, Note, Source, Span, UnclearError
from gradx.graph import Graph, Node
from gradx.language.diagnosis import brief
from gradx.language.printer import written_out
from gradx.language.program import Program, read
from gradx.language.suggestions import as_product, close_name
from gradx.language.tokens import NAME_PATTERN, is_name, names_in, normal_name, spelled, statement_head
from gradx.lessons.claims.lines import Assumption, is_higher, read_higher

_SIGNS = ("d", "∂")
_DECIMAL = re.compile(r"\s*[-+−]?\s*(?P<digits>[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE](?P<exponent>[-+]?[0-9]+))?\s*")
_LONGEST = 1000
"""A number written with more characters is not a rounded one."""


@dataclass(frozen=True)
class Above:
    """What stands above a claim on its page: by name, what it is said to be. `claims` are those that are claims, with
    their place on the page; the others name helpers. `quotients`: the name for `dL/dz`, written so."""

    meanings: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, int] = field(default_factory=dict)
    quotients: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def statements(self, formula: str, *, whole: bool) -> str:
        """The statements that give the names in `formula` their meaning; of claims too where it is to be `whole`."""
        wanted = names_in(formula)
        found: list[str] = []
        for name, text in reversed(list(self.meanings.items())):
            if name in wanted and (whole or name not in self.claims):
                wanted |= names_in(text)
                found.append(f"{name} = {text}; ")
        return "".join(reversed(found))

    def in_names(self, formula: str) -> str:
        """The formula with a name in the place of each `dL/dz` that stands above; every character keeps its place."""

        def name(match: re.Match[str]) -> str:
            known = self.quotients.get((normal_name(match[1]), normal_name(match[2])))
            return match[0] if known is None or len(known) > len(match[0]) else known.ljust(len(match[0]))

        return QUOTIENT.sub(name, formula) if self.quotients else formula


@dataclass(frozen=True)
class Own:
    """A formula as it stands on the page: `operands` are the inputs that stand for nodes of the program, `uses` those
    that stand for claims above, by their place on the page, and `free` those that are nothing known, by name. The
    formula's text begins `before` characters into the graph's, and at `start` in `line`. `is_plain`: it is read as it
    stands there, so that a node's place is its own."""

    graph: Graph
    operands: dict[int, int]
    uses: dict[int, int]
    free: dict[int, str]
    line: str
    before: int
    start: int
    is_plain: bool = True

    def in_plain_words(self) -> Own:
        """The same, read from what it was read as; helpers are written out in it."""
        if self.is_plain:
            return self
        graph = read(written_out(self.graph, self.graph.output), frozenset(self.graph.index)).graph
        known = {i: self.graph.index[graph.names[i]] for i in graph.inputs}
        operands, uses = ({i: of[j] for i, j in known.items() if j in of} for of in (self.operands, self.uses))
        free = {i: self.free[j] for i, j in known.items() if j in self.free}
        return replace(self, graph=graph, operands=operands, uses=uses, free=free, before=0)


@dataclass(frozen=True)
class Claim:
    """ "The derivative of node `of` with respect to node `wrt` is `text`."

    One of higher order is `along` one node after the other, the last of which is `wrt`. `formula` is the text as a
    graph of its own, what stands above written out, `operands` the program's node that each of its inputs stands for;
    `own` is the text alone. `remarks` say how the text was read. An update (`w := …`) claims what `wrt` becomes, a
    value (`z = 0.75`) what `of` is, which is `wrt` too. `is_in_numbers`: it stands on a page of numbers. `is_at_point`:
    it is meant at the given point alone, as a number is, and what uses one. `equals`: the claim that this one goes on
    from, in a chained line, by its place on the page;
    `where`: what is assumed of it alone.
    """

    of: int
    wrt: int
    text: str
    formula: Graph
    operands: dict[int, int]
    remarks: tuple[str, ...] = ()
    along: tuple[int, ...] = ()
    own: Own | None = field(default=None, repr=False)
    is_update: bool = False
    is_value: bool = False
    is_in_numbers: bool = False
    is_at_point: bool = False
    equals: int | None = None
    where: tuple[Assumption, ...] = ()

    @property
    def uses(self) -> tuple[int, ...]:
        """The claims above that the formula uses, by their place on the page."""
        return tuple(dict.fromkeys(self.own.uses.values())) if self.own else ()

    @property
    def order(self) -> int:
        return 0 if self.is_value else max(1, len(self.along))

    @property
    def subject(self) -> str:
        """What it is about, in a sentence."""
        return "the value" if self.is_value else "the derivative"

    @property
    def is_number(self) -> bool:
        """Whether no variable stands in it."""
        return not self.operands and not (self.own and (self.own.uses or self.own.free))

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


NOTHING = Above()


def read_claim(program: Program, word: str, above: Above = NOTHING) -> Claim:
    """The claim in an argument of which `is_claim` is true, under what stands `above` it.

    Raises `GradxError`: "claim" where it does not say of what it is a derivative, "syntax" or "name" for its formula.
    """
    graph = program.graph
    head, _, formula = word.partition("=")
    of, along = read_higher(graph, word, head) if is_higher(head) else _sides(graph, word, head)
    chain = along if len(along) > 1 else ()
    return _claim(program, _Typed(word, head, formula, len(head) + 1), above, of, along[-1], chain)


def read_update(program: Program, word: str, above: Above = NOTHING) -> Claim | None:
    """`w := w - alpha*dw`, which says what w becomes, also as `w -= alpha*dw`, `w_new = w - alpha*dw`; None for a word
    that is no update of a node. Raises as `read_claim`."""
    match = _UPDATE.match(word)
    name = _name(match[1]) if match else ""
    name = name if name in program.graph.index else name.removesuffix("_new")
    wrt = program.graph.index.get(name)
    if match is None or wrt is None:
        return None
    start = match.end()
    if match[2] in ("<-", "=") and name not in names_in(word[start:]):  # x <-1 is no update, nor is x = 1
        return None
    formula = body = word[start:]
    if match[2] in ("+=", "-="):
        formula = f"{name} {match[2][0]} ({body.strip()})"
        start += len(body) - len(formula) + 1
    typed = _Typed(word, match[1], formula, start)
    return _claim(program, typed, above, program.graph.output, wrt, (), is_update=True)


def valued_node(graph: Graph, word: str) -> int | None:
    """The node whose value a line says, as `z = 0.75` does; None for another line, and for an input, which is given."""
    head, equals, formula = word.partition("=")
    node = graph.index.get(_name(head)) if equals and not formula.startswith("=") else None
    return None if node in graph.inputs else node


def read_value(program: Program, word: str, node: int, above: Above = NOTHING) -> Claim:
    """What a line says that `node` is. Raises as `read_claim`."""
    head, _, formula = word.partition("=")
    typed = _Typed(word, head, formula, len(head) + 1)
    return replace(_claim(program, typed, above, node, node, ()), is_value=True)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A claim as typed: its two sides, and where the second begins."""

    word: str
    head: str
    formula: str
    start: int


def _claim(
    program: Program, typed: _Typed, above: Above, of: int, wrt: int, along: tuple[int, ...], *, is_update: bool = False
) -> Claim:
    graph, source = program.graph, Source(f"claim {program.graph.names[wrt]}", typed.word)
    if not typed.formula.strip():
        place = Span(source, len(typed.head), 1)
        raise GradxError("claim", "there is no formula after the =", hint=_EXAMPLE, span=place)
    formula = above.in_names(typed.formula)
    helpers = above.statements(formula, whole=False)
    own = _read(program, typed, source, helpers, formula, frozenset(above.claims))
    operands, uses, free = _inputs(graph, own, above, typed, source, len(helpers), may_be_free=is_update)
    before = len(helpers)
    remarks = tuple(Note(f"{typed.head.strip()} is {n}") for n in own.remarks if isinstance(n, Note))
    alone = Own(own.graph, operands, uses, free, typed.word, before, typed.start, not remarks)
    plain = written_out(own.graph, own.graph.output) if own.remarks else formula
    whole = above.statements(plain, whole=True) if uses else helpers
    read_whole = own if whole == helpers else _read(program, typed, source, whole, plain, frozenset())
    index = graph.index
    named = {i: index[n] for i in read_whole.graph.inputs if (n := read_whole.graph.names[i]) in index}
    return Claim(of, wrt, typed.formula.strip(), read_whole.graph, named, remarks, along, alone, is_update)


def _read(
    program: Program, typed: _Typed, source: Source, statements: str, formula: str, names: frozenset[str]
) -> Program:
    """A formula behind the statements that it needs."""
    known = frozenset(program.graph.index) | names
    start = typed.start - len(statements)
    try:
        plain = spelled(Source("program", formula))
        named = statement_head().match(plain, len(plain) - len(plain.lstrip("; \t\n")))
        if named:
            hint = "a claim is one expression, " + _EXAMPLE
            span = Span(source, typed.start + named.start(), len(named[0]))
            raise GradxError("claim", "a claim cannot name anything", hint=hint, span=span)
        found = read(statements + formula, known)
        if found.wrt:
            hint = "write out what it comes to, " + _EXAMPLE
            place = Span(source, typed.start, len(typed.formula))
            raise GradxError("claim", "that asks for a derivative, and says nothing about it", hint=hint, span=place)
        return _with_constants(found)
    except GradxError as error:
        missing = _missing(program, error, names)
        if missing is not None:
            raise _moved(missing, source, start) from None
        if isinstance(error, UnclearError) and error.command is None:
            raise _unclear(program, typed.head, error, source, start) from None
        raise _moved(error, source, start) from None


def _with_constants(read_formula: Program) -> Program:
    """With the number in the place of a helper that is one."""
    graph = read_formula.graph
    values = read_formula.defaults
    if not values:
        return read_formula
    nodes = list(graph.nodes)
    for name, value in values.items():
        nodes[graph.index[name]] = Node(None, literal=value, constant=True)
    return replace(read_formula, graph=graph.with_nodes(nodes))


def _inputs(
    graph: Graph, own: Program, above: Above, typed: _Typed, source: Source, before: int, *, may_be_free: bool
) -> tuple[dict[int, int], dict[int, int], dict[int, str]]:
    """What the inputs of a formula stand for: nodes, claims above, nothing known."""
    operands: dict[int, int] = {}
    uses: dict[int, int] = {}
    free: dict[int, str] = {}
    for i in own.graph.inputs:
        name = own.graph.names[i]
        if name in graph.index:
            operands[i] = graph.index[name]
        elif name in above.claims:
            uses[i] = above.claims[name]
        elif may_be_free:
            free[i] = name
        else:
            known = frozenset(graph.index) | above.claims.keys()
            raise _unknown(name, known, own.graph.span(i), source, typed.start - before)
    return operands, uses, free


_UPDATE = re.compile(rf"\s*({NAME_PATTERN})\s*(:=|←|<-|[-+]=|=(?!=))")
_OF_A_NODE = re.compile(r"d([A-Za-z]\w*)")
QUOTIENT = re.compile(rf"(?<!\w)[d∂]({NAME_PATTERN})\s*/\s*[d∂]({NAME_PATTERN})")
_EXAMPLE = 'as in db="3*c"'


def _name(text: str) -> str:
    """The name that `text` is, "" where it is none."""
    try:
        plain = spelled(Source("claim", text.strip()))
    except GradxError:
        return ""
    return normal_name(plain) if is_name(plain) else ""


def _sides(graph: Graph, word: str, head: str) -> tuple[int, tuple[int, ...]]:
    of_text, slash, wrt_text = head.rpartition("/")
    of = _side(graph, word, of_text, 0) if slash and of_text.strip() not in _SIGNS else graph.output
    return of, (_side(graph, word, wrt_text, len(of_text) + len(slash)),)


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


def _missing(program: Program, error: GradxError, claims: frozenset[str]) -> GradxError | None:
    """The error for a name such as `dz` that can only have been meant as a claim above; None for another one."""
    span, index = error.problem.span, program.graph.index
    match = _OF_A_NODE.fullmatch(span.text) if span is not None else None
    if match is None or "d" in index or (len(match[1]) > 1 and match[1] not in index):
        return None
    known = f"a claim can use {_listed(sorted(index.keys() | claims))}"
    hint = f'claim it first: "{match[0]}=…"' if match[1] in index else known
    return GradxError("name", f"no claim {match[0]} stands above", hint=hint, span=span)


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
