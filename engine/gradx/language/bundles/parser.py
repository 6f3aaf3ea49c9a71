"""The grammar of `gradx.language.parser` with brackets, subscripts, ranges and products of matrices.

    atom        = … | "[" row { ";" row } "]" | atom subscripts | atom "'" | atom ".T" | "(" comparison ")"
    row         = expression { "," expression }
    subscripts  = "[" subscript { "," subscript } "]"
    subscript   = expression | expression ".." expression | ":"
    call        = … | SUM "(" argument { "," argument } ")"
    argument    = expression | NAME "=" expression ".." expression | "axis" "=" NUMBER

`@`, `·`, `⊙` and `.*` bind like `*`. It builds a tree (see `tree`), since what a product is depends on shapes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from gradx.errors import Source
from gradx.language import diagnosis
from gradx.language.bundles.cutting import cut
from gradx.language.bundles.rows import BESIDE, BUNDLE_INFIX, EACH, FUNCTIONS, SPELLINGS, SUMS, TRANSPOSED
from gradx.language.bundles.token import TRANSPOSES, Placed, ends_operand
from gradx.language.bundles.tree import Form, Tree, Trees
from gradx.language.functions import Extent, Frame, Function, is_called, is_factor, log_base
from gradx.language.operators import RAISED, RELATIONS, Operator
from gradx.language.parser import ExpressionParser
from gradx.language.tokens import normal_name
from gradx.primitive import PRODUCT, SUM, Primitive
from gradx.table import TABLE, WHERE

NO_LENGTHS: Mapping[str, int] = MappingProxyType({})
_BRACKET, _SUBSCRIPT = "[", "]["
_DOTS = ("..", "...", "…")
_RUNNING = re.compile(r"[(,] ([^\W\d_]) = |\( ([^\W\d_]) ,")
"""An index where it is given its range, between tokens."""
_INDEXED = re.compile(r"(.*[^\W_])_([^\W\d_]{1,2}|[0-9]+)")
_NUMBERED = re.compile(r"(.*[0-9₀-₉])\[([0-9]+)\]")


@dataclass(slots=True)
class _Ranging:
    """An index that is being given its range, `i=1..n`, or a part, `1..3`, in a frame."""

    frame: Frame
    name: str
    start: int
    has_dots: bool = False


class BundleParser(ExpressionParser):
    """Reads one expression after the other into a `Trees`."""

    infix: ClassVar[Mapping[str, tuple[int, Operator]]] = BUNDLE_INFIX
    times: ClassVar[Operator] = (PRODUCT, BESIDE, None)
    tokens: Placed

    def __init__(
        self, source: Source, text: str, trees: Trees, defined: frozenset[str] = frozenset(),
        known: frozenset[str] = frozenset(), lengths: Mapping[str, int] = NO_LENGTHS,
    ) -> None:  # fmt: skip
        """`defined` are functions of bundles that are names here, `known` the names that have a value, `lengths` how
        long those are that are vectors."""
        super().__init__(source, text, tokens=cut(source, text, lengths))
        self._known, self._lengths = known, lengths
        self._running = {"".join(found) for found in _RUNNING.findall(" ".join(self.tokens.texts))}
        self._trees = trees
        self._defined = defined
        self._ranging: list[_Ranging] = []
        self._subscripted: set[int] = set()
        self._rows: list[list[int]] = []

    def _function(self, name: str, end: int) -> Primitive | Function | str | None:
        """Functions of bundles are those only directly before a parenthesis, where the program has no such name."""
        if name in self._defined or (name in SPELLINGS and name in self._known):
            return None
        if name == "σ" and name not in self._known and self._text[end : end + 1] == "(":
            return TABLE["sigmoid"]
        if (name in FUNCTIONS and name not in ("max", "min")) or name in SPELLINGS or name == EACH:
            ahead = self.tokens.at(end - 1) + 1
            is_call = self.tokens.texts[ahead] == "(" and self.tokens.start(ahead) == end
            is_call = is_call and not (name == EACH and self._text[:end].endswith(EACH))
            return name if is_call else None
        return super()._function(name, end)

    def _name(self, token: str, k: int) -> int:
        if not self._operand_due and self.tokens.texts[k - 1] == "." and token == "T":
            return self._transpose(k)
        numbered = _NUMBERED.fullmatch(token)
        if numbered is not None:
            return self._entry_of(numbered, k)
        indexed = _INDEXED.fullmatch(token)
        if indexed is not None and self._is_entry(indexed, token):
            return self._entry_of(indexed, k)
        name, end = normal_name(token), self.tokens.ends[k]
        is_unknown = is_called(self.tokens, k) and not is_factor(name) and log_base(name) is None
        if is_unknown and self._function(name, end) is None:
            place = (self.tokens.start(k), end - self.tokens.start(k))
            self._fail(*diagnosis.called_unknown(self._text, name, place, ()))
        return super()._name(token, k)

    def _is_entry(self, match: re.Match[str], token: str) -> bool:
        """Whether `w_i` or `w_1` is one of what is called w: an index i runs, or w is a vector."""
        if token in self._known:
            return False
        return match[1] in (self._lengths if match[2].isdigit() else self._known) and (
            match[2].isdigit() or self._running.issuperset(match[2])
        )

    def _entry_of(self, match: re.Match[str], k: int) -> int:
        """`z1[2]`, which is the entry of a vector z1, and no z12; `w_i` where an index i runs, `W_ij`."""
        start, end, trees = self.tokens.start(k), self.tokens.ends[k], self._trees
        if not self._operand_due:
            self._juxtapose(start, number=False)
        base = trees.unknown(normal_name(match[1]), (start, len(match[1])), False)
        at = start + match.start(2)
        self._subscripted.add(k)
        if match[2].isdigit():
            subscripts = [trees.literal(float(match[2]), (at, len(match[2])))]
        else:
            subscripts = [trees.unknown(letter, (at + i, 1), False) for i, letter in enumerate(match[2])]
        self._push(trees.add(Tree("entry", (base, *subscripts), (start, end - start))), start, end)
        return k + 1

    def _called_name(self, frame: Frame) -> str:
        name = super()._called_name(frame)
        return SPELLINGS.get(name, name)

    def _call_ahead(self, name: str, function: Primitive | Function | str, k: int) -> int:
        if isinstance(function, str) and function != "where":
            tokens = self.tokens
            self._open(Frame(tokens.ends[k + 1] - 1, tokens.start(k), len(self._nodes), SPELLINGS.get(name, name)))
            return k + 2
        return super()._call_ahead(name, function, k)

    def _symbol(self, token: str, k: int) -> int:
        start = self.tokens.start(k)
        if token == "=" and not self._operand_due and self._frames and self._begin_range(k):
            return k + 1
        if token == "^" and self._operand_due:
            self._missing_operand(token, start)
        if token == "(" and not self._operand_due and k - 1 in self._subscripted:
            self._juxtapose(start, number=False)
            self._open(Frame(start, start, len(self._nodes)))
            return k + 1
        return super()._symbol(token, k)

    def _begin_range(self, k: int) -> bool:
        """`i=` in a call: the name before is an index, or `axis`."""
        name, frame = self.tokens.texts[k - 1], self._frames[-1]
        node = self._nodes[-1]
        if frame.function is None or frame.function == _BRACKET or self._trees.nodes[node].form != "name":
            return False
        self._nodes.pop()
        self._ranging.append(_Ranging(frame, normal_name(name), self._starts.pop()))
        self._operand_due = True
        return True

    def _number(self, token: str, k: int) -> int:
        if token in _DOTS:
            return self._dots(k)
        if not self._operand_due and self._frames and self._frames[-1].function == _BRACKET and token[0].isdigit():
            message = "in this row stand commas, and here two numbers without one"
            hint = "commas between all, as in [1, 2, 3], or none: [1 2 3]"
            self._fail("syntax", message, self.tokens.start(k), len(token), hint)
        if token in self.infix:
            self._missing_operand(token, self.tokens.start(k))
        return super()._number(token, k)

    def _dots(self, k: int) -> int:
        """`..` between the two ends of a range."""
        start = self.tokens.start(k)
        frame = self._frames[-1] if self._frames else None
        if self._operand_due or frame is None:
            self._missing_operand("..", start)
        self._reduce(SUM)
        ranging = self._current()
        if ranging is None:
            if frame.function != _SUBSCRIPT:
                hint = "an index runs in a sum, sum(i=1..n, x[i]); a part of a vector is x[1..3]"
                self._fail("syntax", "a range belongs to an index or a part", start, len(self.tokens.texts[k]), hint)
            ranging = _Ranging(frame, "", self._starts[-1])
            self._ranging.append(ranging)
        ranging.has_dots = True
        self._operand_due = True
        return k + 1

    def _current(self) -> _Ranging | None:
        """The range that is open in the innermost frame."""
        last = self._ranging[-1] if self._ranging else None
        return last if last is not None and last.frame is self._frames[-1] else None

    def _end_range(self) -> None:
        """What a range or an axis has come to, as one node."""
        ranging = self._current()
        if ranging is None:
            return
        self._ranging.pop()
        count = 2 if ranging.has_dots else 1
        inputs = tuple(self._nodes[-count:])
        del self._nodes[-count:], self._starts[-count:]
        span = (ranging.start, self._end - ranging.start)
        form: Form = "range" if ranging.name else "part"
        if ranging.name in ("axis", "dim") and not ranging.has_dots:
            form = "axis"
        if form == "range" and count == 1:
            message = f"index {ranging.name} needs both ends of its range"
            self._fail("syntax", message, *span, f"write {ranging.name}=1..n")
        node = self._trees.add(Tree(form, inputs, span, word=ranging.name))
        self._nodes.append(node)
        self._starts.append(ranging.start)

    def _comma(self, start: int) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is not None:
            self._reduce(SUM)
            self._end_range()
        if frame is not None and frame.function in (_BRACKET, _SUBSCRIPT):
            self._operand_due = True
        else:
            super()._comma(start)

    def _close(self, end: int) -> None:
        frame = self._frames[-1]
        if frame.function in (_BRACKET, _SUBSCRIPT):
            self._fail("syntax", "a bracket is closed by a parenthesis", end - 1, 1, "write ] for it")
        self._reduce(SUM)
        self._end_range()
        if frame.function is None and frame.relation is not None:
            place = (frame.start, end - frame.start)
            branches = (self._trees.literal(x, place) for x in (1.0, 0.0))
            condition = (*self._nodes[frame.base :], *branches)
            self._nodes[frame.base :] = [self._trees.operation(WHERE[frame.relation], condition, place)]
            self._starts[frame.base :] = [frame.start]
        super()._close(end)

    def _relate(self, symbol: str, start: int) -> None:
        """`(x > 0)`, which is 1 or 0: the mask of NumPy and MATLAB."""
        frame = self._frames[-1] if self._frames else None
        if frame is None or frame.function is not None or frame.relation is not None:
            super()._relate(symbol, start)
            return
        self._reduce(SUM)
        frame.relation = RELATIONS[symbol]
        self._operand_due = True

    def _called(self, frame: Frame, arguments: list[int], span: Extent) -> int:
        name = frame.function if isinstance(frame.function, str) else self._called_name(frame)
        if name in SUMS and len(arguments) == 2 and self._is_index(*arguments):
            index = self._trees.nodes[arguments[0]]
            arguments = [self._trees.add(Tree("range", (), index.span, word=index.word)), arguments[1]]
        forms = [self._trees.nodes[i].form for i in arguments]
        whole = name in SUMS and (len(arguments) == 1 or "range" in forms or "axis" in forms)
        if whole or (name in FUNCTIONS and name not in ("max", "min")) or name == EACH:
            return self._trees.add(Tree("call", tuple(arguments), span, word=name))
        if "range" in forms or "axis" in forms:
            self._fail("syntax", f"{name} has no index and no axis", *span, "sum, prod, mean, max and min have both")
        return super()._called(frame, arguments, span)

    def _is_index(self, first: int, body: int) -> bool:
        """Whether an argument is a name that is a subscript in the other: `sum(i, x[i])`."""
        nodes = self._trees.nodes
        name = nodes[first]
        entries = (tree for tree in nodes[first + 1 : body + 1] if tree.form == "entry")
        return name.form == "name" and any(nodes[i].word == name.word for tree in entries for i in tree.inputs[1:])

    def _other(self, token: str, k: int) -> int:
        if token == "[":
            return self._open_bracket(k)
        if token == "]" and self._frames and self._frames[-1].function in (_BRACKET, _SUBSCRIPT):
            return self._close_bracket(k)
        if token in TRANSPOSES:
            if not self._operand_due:
                return self._transpose(k)
            if self._operators[-1] is RAISED and token == "⊤":
                self._operators.pop()
                self._operand_due = False
                return self._transpose(k)
        if token == ":" and self._frames and self._frames[-1].function == _SUBSCRIPT:
            return self._whole(k)
        if token == "." and not self._operand_due and self.tokens.texts[k + 1] == "T":
            return k + 1
        return super()._other(token, k)

    def _whole(self, k: int) -> int:
        """`:` as a subscript."""
        start, end = self.tokens.start(k), self.tokens.ends[k]
        if not self._operand_due or self.tokens.texts[k + 1] not in (",", "]"):
            hint = "x[1..3] are the entries 1 to 3: both ends belong to it, and indices start at 1"
            self._fail("syntax", "`:` is all of a row or a column here, and not a range", start, 1, hint)
        self._push(self._trees.add(Tree("whole", (), (start, 1))), start, end)
        return k + 1

    def _transpose(self, k: int) -> int:
        end = self.tokens.ends[k]
        node, start = self._nodes[-1], self._starts[-1]
        self._nodes[-1] = self._trees.add(Tree("apply", (node,), (start, end - start), TRANSPOSED))
        self._end = end
        return k + 1

    def _open_bracket(self, k: int) -> int:
        start, before = self.tokens.start(k), self.tokens.ends[k - 1] if k else -1
        if not self._operand_due and before == start and ends_operand(self.tokens.texts[k - 1]):
            self._open(Frame(start, self._starts[-1], len(self._nodes), _SUBSCRIPT))
            return k + 1
        if self._operand_due and self._operators[-1] is RAISED and before == start:
            self._operators.pop()
            self._open(Frame(start, self._starts[-1], len(self._nodes), _SUBSCRIPT, base_of_log=("layer", (start, 1))))
            return k + 1
        if not self._operand_due:
            self._juxtapose(start, number=False)
        self._open(Frame(start, start, len(self._nodes), _BRACKET))
        self._rows.append([])
        return k + 1

    def _close_bracket(self, k: int) -> int:
        start, end = self.tokens.start(k), self.tokens.ends[k]
        if self._operand_due:
            self._missing_operand("]", start)
        self._reduce(SUM)
        self._end_range()
        self._operators.pop()
        frame = self._frames.pop()
        self._end = end
        base, span = frame.base, (frame.start, end - frame.start)
        inside = self._nodes[base:]
        if frame.function == _BRACKET:
            ends = [*self._rows.pop(), len(inside)]
            counts = tuple(b - a for a, b in zip([0, *ends], ends, strict=False))
            self._nodes[base:] = [self._trees.add(Tree("bracket", tuple(inside), span, counts=counts))]
            self._starts[base:] = [frame.start]
        else:
            form: Form = "entry" if frame.base_of_log is None else "layer"
            tree = Tree(form, tuple(self._nodes[base - 1 :]), span)
            self._nodes[base - 1 :] = [self._trees.add(tree)]
            self._starts[base - 1 :] = [frame.start]
        return k + 1

    def _separator(self, token: str, k: int) -> int:
        if token == ";" and self._frames and self._frames[-1].function == _BRACKET:
            if self._operand_due:
                self._missing_operand(";", self.tokens.start(k))
            self._reduce(SUM)
            self._rows[-1].append(len(self._nodes) - self._frames[-1].base)
            self._operand_due = True
            return k + 1
        if self._frames and self._frames[-1].function in (_BRACKET, _SUBSCRIPT) and token in ("", ";"):
            hint = 'close it with ]; in a shell, quote what has brackets and blanks: "x=[1 2 3]"'
            self._fail("syntax", "`[` is not closed", self._frames[-1].at, 1, hint)
        return super()._separator(token, k)


# The methods of the same names: those that this grammar has of its own, and the others.
BundleParser.handlers = {sort: getattr(BundleParser, each.__name__) for sort, each in ExpressionParser.handlers.items()}
