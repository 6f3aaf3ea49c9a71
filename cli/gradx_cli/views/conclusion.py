"""What an exploration comes to, in sentences: what was confirmed, and every problem once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gradx.exploration import Exploration, NodeReport
from gradx.verdict import Status, Verdict
from gradx_cli.escape import safe
from gradx_cli.views.numbers import decimal, shown

NAMED_AT_MOST = 8
"""Longer lists of gradients end in "and 12 others"."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence with its mark (`✓`, `!`, or nothing), and the lines that go on from it."""

    mark: Literal["✓", "!", " "]
    text: str
    more: tuple[str, ...] = ()


def conclusion(exploration: Exploration, digits: int) -> list[Remark]:
    """What is known of the value and of the gradients: problems first, in the order of the nodes."""
    groups: dict[tuple[Status, str | None], list[NodeReport]] = {}
    for node in exploration.nodes:
        verdict = node.verdict
        own = verdict.reason if verdict.status not in ("agree", "inexact") else None
        groups.setdefault((verdict.status, own), []).append(node)
    remarks = _about_the_value(exploration, digits)
    for (status, reason), nodes in groups.items():
        if status not in ("agree", "unchecked"):
            remarks += _problem(status, reason, nodes, digits)
    agreeing = [node for node in exploration.nodes if node.verdict.status == "agree"]
    if agreeing:
        remarks.append(Remark("✓", _confirmed(exploration, agreeing)))
    unchecked = {reason: nodes for (status, reason), nodes in groups.items() if status == "unchecked"}
    remarks += [_unchecked(reason, nodes) for reason, nodes in unchecked.items()]
    return remarks + _about_sympy(exploration)


def listed(names: Sequence[str]) -> str:
    """`dw, dx and db`."""
    if len(names) > NAMED_AT_MOST + 1:
        return ", ".join(names[:NAMED_AT_MOST]) + f" and {len(names) - NAMED_AT_MOST} others"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _about_the_value(exploration: Exploration, digits: int) -> list[Remark]:
    verdict = exploration.value_verdict
    if verdict.status in ("agree", "unchecked"):
        return []
    if verdict.status == "inexact":
        given = shown(exploration.value, digits)
        return [Remark("!", f"the value {_lost(verdict, digits)}; float64 gives {given}", _reason(verdict))]
    return [Remark("!", f"the value is {verdict.status}", _reason(verdict))]


def _problem(status: Status, reason: str | None, nodes: Sequence[NodeReport], digits: int) -> list[Remark]:
    if status == "inexact":
        return [
            Remark("!", f"d{safe(node.name)} {_lost(node.verdict, digits)}", _reason(node.verdict)) for node in nodes
        ]
    names = listed([f"d{safe(node.name)}" for node in nodes])
    verb = "is" if len(nodes) == 1 else "are"
    said = f"{names} {verb} not confirmed" + (f": {safe(reason)}" if reason else f" ({status})")
    sides = [line for node in nodes[:NAMED_AT_MOST] if (line := _sides(node, digits))]
    return [Remark("!", said, tuple(sides))]


def _lost(verdict: Verdict, digits: int) -> str:
    exact = f"; exactly it is {decimal(verdict.exact, digits)}" if verdict.exact else ""
    return f"has lost digits: {verdict.digits or 0} of 16 survive{exact}"


def _reason(verdict: Verdict) -> tuple[str, ...]:
    return (safe(verdict.reason),) if verdict.reason else ()


def _sides(node: NodeReport, digits: int) -> str | None:
    verdict = node.verdict
    if verdict.left is None and verdict.right is None:
        return None
    left = "no value on the left" if verdict.left is None else f"left slope {shown(verdict.left, digits)}"
    right = "no value on the right" if verdict.right is None else f"right slope {shown(verdict.right, digits)}"
    return f"{safe(node.name)}: {left}, {right}"


def _confirmed(exploration: Exploration, nodes: Sequence[NodeReport]) -> str:
    by_sympy = sum(node.symbolic.value is not None for node in nodes)
    limit = exploration.options.checks != "none"
    witnesses = ["backprop", *["the limit"] * limit, *["SymPy"] * (by_sympy == len(nodes))]
    partly = f", SymPy in {by_sympy} of them" if 0 < by_sympy < len(nodes) else ""
    count = len(nodes)
    if count == 1:
        whole = "the gradient is" if len(exploration.nodes) == 1 else "1 gradient is"
    else:
        whole = f"all {count} gradients are" if count == len(exploration.nodes) else f"{count} gradients are"
    return f"{whole} confirmed: {listed(witnesses)} agree{partly}"


def _unchecked(reason: str | None, nodes: Sequence[NodeReport]) -> Remark:
    count = "1 gradient was" if len(nodes) == 1 else f"{len(nodes)} gradients were"
    return Remark(" ", f"{count} not checked" + (f": {safe(reason)}" if reason else ""))


def _about_sympy(exploration: Exploration) -> list[Remark]:
    """Why SymPy said nothing, where it was asked: every reason once."""
    if not exploration.options.symbolic:
        return []
    silent: dict[str, list[str]] = {}
    for node in exploration.nodes:
        symbolic = node.symbolic
        if symbolic.formula is None and symbolic.value is None and symbolic.reason:
            silent.setdefault(symbolic.reason, []).append(f"d{safe(node.name)}")
    everything = len(exploration.nodes)
    return [
        Remark(" ", f"SymPy{'' if len(names) == everything else ' on ' + listed(names)}: {safe(reason)}")
        for reason, names in silent.items()
    ]
