"""What an exploration comes to, in sentences: every problem once, and what was proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeVar

from gradx.numbers.decimals import outward
from gradx.point.exploration import TOO_MUCH, Exploration
from gradx.point.verdict import Status, Verdict
from gradx_cli.answer import head, selected
from gradx_cli.blocks import Excerpt, Item, Sentence, Tone, joined
from gradx_cli.escape import safe
from gradx_cli.numbers import exactly

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST_NAMES, MOST_DETAILS = 8, 3
"""Longer lists of gradients end in "and 12 others"."""

METHODS = {
    "quotient": "by bounded difference quotients",
    "chain": "by the chain rule over difference quotients",
    "series": "by one-sided series",
}
"""How a gradient is proved, in words: where it is not 0 or 1 at sight."""


class Judged(NamedTuple):
    """How a verdict is told: its mark in a table, its sentence, what stands beside a number, its tone."""

    mark: str
    sentence: str
    beside: str = ""
    tone: Tone = "doubtful"


JUDGED: dict[Status, Judged] = {
    "agree": Judged("✓", "Proved.", tone="confirmed"),
    "inexact": Judged("! digits lost", "Digits are lost.", "digits are lost"),
    "kink": Judged("! kink", "Not proved right: kink.", "kink"),
    "edge": Judged("! edge", "Not proved right: edge.", "edge"),
    "jump": Judged("! jump", "Not proved right: jump.", "jump"),
    "vertical": Judged("! vertical", "Not proved right: vertical.", "vertical"),
    "disagree": Judged("✗ disagrees", "The rule is proved wrong.", "the rule is proved wrong"),
    "undecided": Judged("? undecided", "Undecided.", "undecided"),
    "unchecked": Judged("unchecked", "Not checked.", tone="quiet"),
}

BRANCH = Judged("! one branch", "The branch taken has another slope.", "the branch taken has another slope")
"""What is said where the function is smooth, and the branch that backprop takes has another slope."""

CLAIM_MARKS: dict[str, tuple[str, Tone]] = {
    "correct": ("✓", "confirmed"),
    "wrong": ("✗", "wrong"),
    "undecided": ("?", "doubtful"),
}
"""How what was found of a claim is marked."""


def judgement(verdict: Verdict) -> Judged:
    """How this one is told."""
    return BRANCH if verdict.cause == "branch" else JUDGED[verdict.status]


def conclusion(exploration: Exploration) -> list[Item]:
    """What is known of the value and of the gradients: problems first, in the order of the nodes."""
    groups = _alike(exploration.judgement.gradients)
    agreeing = groups.pop(("agree", ""), [])
    value = exploration.value_verdict
    remarks = [_doubt(safe(value.reason or f"the value is {value.status}"))] if _fails(value.status) else []
    remarks += [_problem(exploration, cause, nodes) for (status, cause), nodes in groups.items() if _fails(status)]
    if agreeing:
        remarks.append(Item("✓", _proved(exploration, agreeing), "confirmed"))
    for (status, cause), nodes in groups.items():
        if status == "unchecked":
            what = "1 gradient was" if len(nodes) == 1 else f"{len(nodes)} gradients were"
            remarks.append(Item("", f"{what} not checked" + (f": {safe(cause)}" if cause else "")))
    return [*remarks, *_misleading_nudges(exploration), *_silence_of_sympy(exploration)]


def _alike(verdicts: Mapping[int, Verdict]) -> dict[tuple[Status, str], list[int]]:
    """The nodes with the same status and the same trouble: a reason up to its first colon."""
    groups: dict[tuple[Status, str], list[int]] = {}
    known: dict[object, list[int]] = {}
    before, nodes = None, list[int]()
    for i, verdict in verdicts.items():
        if verdict is not before:  # of a large graph all verdicts are one
            before, key = verdict, verdict[:2]
            if key not in known:
                cause = (verdict.reason or "").partition(": ")[0]
                known[key] = groups.setdefault((verdict.status, cause), [])
            nodes = known[key]
        nodes.append(i)
    return groups


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def title(exploration: Exploration, digits: int, longest: int | None = None) -> str:
    """`J = 3*(a + b*c) = 33`. A reading of more than `longest` characters loses its middle; the number never does."""
    program = exploration.program
    reading = program.reading if longest is None else program.shortened(longest)
    return f"{safe(reading)} = {exactly(exploration.value, exploration.value_verdict.exact, digits)}"


def opening(command: str, exploration: Exploration) -> dict[str, object]:
    """What a record of an exploration begins with."""
    output = exploration.graph.names[exploration.graph.output]
    return {
        **head(command, exploration.program, exploration.warnings),
        "output": output,
        "value": exploration.value,
    }


def verdict_record(verdict: Verdict) -> dict[str, object]:
    """A verdict by its names, with its proof."""
    found = selected(verdict, "status", "reason", "cause", "exact", "digits", "left", "right", "proof")
    if verdict.proof is not None:
        proof = verdict.proof
        lower, upper = outward(proof.ball)
        bounds = {"lower": lower, "upper": upper}
        found["proof"] = {"method": proof.method, **bounds, **selected(proof, "step", "remainder", "bits")}
    return found


def value_record(verdict: Verdict) -> dict[str, object]:
    """The same of a value, which has no sides."""
    return {key: part for key, part in verdict_record(verdict).items() if key not in ("left", "right")}


def told(item: Item) -> str:
    """The item in one line, what stands below it too."""
    return ". ".join(joined(part.words) for part in (item, *item.more) if not isinstance(part, Excerpt))


def asked_sympy(exploration: Exploration) -> bool:
    """Whether SymPy was asked about any node."""
    return any(symbolic.status != "skipped" for symbolic in exploration.symbolic.values())


def listed(names: Sequence[str]) -> str:
    """`dw, dx and db`."""
    return "".join(listed_pieces(names))


def listed_pieces(names: Sequence[str]) -> tuple[str, ...]:
    """The same in pieces, each name one."""
    left_out = len(names) - MOST_NAMES
    parts = [*names[:MOST_NAMES], f"{left_out} others"] if left_out > 1 else list(names)
    between = [", "] * (len(parts) - 2) + [" and "]
    return tuple(piece for pair in zip(parts, [*between[: len(parts) - 1], ""], strict=True) for piece in pair)


def _doubt(text: str, more: Sequence[str] = ()) -> Item:
    return Item("!", text, "doubtful", more=tuple(map(Sentence, more)))


def _fails(status: Status) -> bool:
    return status not in ("agree", "unchecked")


def _problem(exploration: Exploration, cause: str, nodes: Sequence[int]) -> Item:
    verdicts = [exploration.judgement.gradients[i] for i in nodes]
    names = [f"d{safe(exploration.graph.names[i])}" for i in nodes]
    verb = "is" if len(nodes) == 1 else "are"
    said = f"{listed(names)} {verb} not proved right: " + (safe(cause) or verdicts[0].status)
    found = [(verdict.reason or "").partition(": ")[2] for verdict in verdicts]
    details = _grouped((safe(detail), name) for detail, name in zip(found, names, strict=True) if detail)
    if len(details) == 1 and len(nodes) == 1:
        return _doubt(f"{said}: {next(iter(details))}")
    lines = [f"{listed(whose)}: {detail}" for detail, whose in details.items()]
    more = [f"(and so on for {len(lines) - MOST_DETAILS} more)"] if len(lines) > MOST_DETAILS else []
    return _doubt(said, (*lines[:MOST_DETAILS], *more))


def _proved(exploration: Exploration, nodes: Sequence[int]) -> str:
    """How many numbers are right, by what that is proved, and how often SymPy comes to the same."""
    verdicts, symbolic = exploration.judgement.gradients, exploration.symbolic
    count = len(nodes)
    by_sympy = sum(symbolic[i].value is not None for i in nodes if i in symbolic) if symbolic else 0
    if count == len(exploration.counted):
        whole = "the gradient is" if count == 1 else f"all {count} gradients are"
    else:
        whole = "1 gradient is" if count == 1 else f"{count} gradients are"
    proofs = filter(None, map(attrgetter("proof"), map(verdicts.__getitem__, nodes)))
    methods: Counter[str] = Counter(map(attrgetter("method"), proofs))
    ways = [words for method, words in METHODS.items() if method in methods]
    worked = sum(methods[method] for method in METHODS)
    some = f", {worked}" if worked < count else ""
    agrees = "SymPy agrees" if by_sympy == count else f"SymPy agrees in {by_sympy} of them"
    parts = [f"{some} {listed(ways)}" if ways else "", f"; {agrees}" if by_sympy else ""]
    return f"{whole} proved{''.join(parts)}"


def _misleading_nudges(exploration: Exploration) -> list[Item]:
    """Where a nudge's slope is not the gradient, and why. A gradient that is not proved right has been told of."""
    names, verdicts = exploration.graph.names, exploration.judgement.gradients
    right = ((i, nudge.note) for i, nudge in exploration.nudges.items() if not _fails(verdicts[i].status))
    noted = _grouped((note, safe(names[i])) for i, note in right if note)
    said = [f"nudging {listed(names)}: {safe(note)}" for note, names in noted.items()]
    more = len(said) - MOST_DETAILS
    return [Item("", text) for text in said[:MOST_DETAILS] + [f"(and {more} more nudges that mislead)"] * (more > 0)]


def _silence_of_sympy(exploration: Exploration) -> list[Item]:
    """Why SymPy said nothing where it was asked: every reason once."""
    if not asked_sympy(exploration):
        return [Item("", safe(TOO_MUCH.reason))] if exploration.silence is TOO_MUCH and TOO_MUCH.reason else []
    told = ((exploration.symbolic.get(i, exploration.silence), i) for i in exploration.counted)
    silent = _grouped(
        (symbolic.reason, f"d{safe(exploration.graph.names[i])}")
        for symbolic, i in told
        if symbolic.formula is None and symbolic.value is None and symbolic.reason
    )
    everything = len(exploration.counted)
    return [
        Item("", safe(reason) if len(names) == everything else f"{listed(names)}: {safe(reason)}")
        for reason, names in silent.items()
    ]
