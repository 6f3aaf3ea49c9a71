"""What an operation on bundles hands back to one of its operands, as a term: one rule an operation."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from gradx.bundle import NUMBER
from gradx.derive.bundle_terms import (
    NoFormulaError,
    Term,
    TermArithmetic,
    applied,
    call,
    filled,
    negative,
    number,
    product,
    times,
    transposed,
    whole,
)
from gradx.language.bundles.rows import EACH, PRODUCTS, SCALAR_OF
from gradx.language.bundles.tree import Tree


def handed(tree: Tree, upstream: Term, operands: Sequence[Term], value: Term, slot: int, axis: int | None) -> Term:
    """What the operation `tree`, worth `value`, hands to operand number `slot`. It may be larger than the operand where
    that was repeated. Raises `NoFormulaError` where it cannot be written."""
    if tree.form == "call":
        return _of_call(tree.word, upstream, operands, value, slot, axis)
    if tree.form == "bracket":
        return _of_bracket(tree, upstream, operands, slot)
    if tree.row is None:
        raise NoFormulaError
    bundles = [term for term in operands if term.shape != NUMBER]
    if tree.row in PRODUCTS and len(bundles) == 2:
        return _of_product(upstream, operands, value, slot)
    return _entrywise(tree, upstream, operands, value, slot)


def _of_product(d: Term, operands: Sequence[Term], value: Term, slot: int) -> Term:
    a, b = operands
    other = (b, a)[slot]
    if value.shape == NUMBER:
        return times(d, other if a.shape == b.shape else transposed(other))
    if NUMBER in (a.shape, b.shape):
        return times(d, other)
    every = whole(d, value.shape)
    return product(every, transposed(b)) if slot == 0 else product(transposed(a), every)


def _entrywise(tree: Tree, upstream: Term, operands: Sequence[Term], value: Term, slot: int) -> Term:
    row = tree.row
    assert row is not None
    row = SCALAR_OF.get(row, row)
    m = TermArithmetic(upstream.trees).arithmetic
    if row.name == "/":
        return applied("/", [upstream if slot == 0 else negative(times(upstream, value)), operands[1]])
    if row.name == "^" and slot == 0:
        base, exponent = operands
        lower = applied("-", [exponent, number(upstream.trees, 1.0)])
        return times(times(exponent, upstream), applied("^", [base, lower]))
    try:
        partial = row.written_partial(m, value, list(operands), slot)
    except (TypeError, AttributeError):
        raise NoFormulaError from None
    return times(upstream, partial)


def _of_call(name: str, d: Term, operands: Sequence[Term], value: Term, slot: int, axis: int | None) -> Term:
    if (slot or name in ("zeros", "ones", "eye")) and name != "dot":
        raise NoFormulaError
    z, trees = operands[0], d.trees
    if name == "dot":
        return _of_product(d, operands, value, slot)
    if name == "norm":
        is_one = len(operands) > 1 and operands[1].number == 1
        return times(d, applied("sign", [z])) if is_one else times(applied("/", [d, value]), z)
    if name == "logsumexp":
        return times(d, call("softmax", z, z.shape, axis))
    if name == "softmax":
        inner = call("sum", times(d, value), _along(z.shape, axis), axis)
        return times(value, applied("-", [d, inner]))
    if name == "trace":
        return times(d, filled("eye", trees, z.shape))
    return of_gathered(name, d, z, value, prod(z.shape) if axis is None else z.shape[axis])


def of_gathered(name: str, d: Term, body: Term, value: Term, count: int | None) -> Term:
    """What a sum over indices or entries, or another of its kind, hands to its body for each of `count` values of them.
    Raises `NoFormulaError` where it cannot be written."""
    if name in (EACH, "sum"):
        return d
    if name == "mean" and count is not None:
        return applied("/", [d, number(d.trees, float(count))])
    if name == "prod":
        return applied("/", [times(d, value), body])
    if name in ("max", "min"):
        return TermArithmetic(d.trees).where("==", body, value, d, number(d.trees, 0.0))
    raise NoFormulaError


def _along(shape: tuple[int, int], axis: int | None) -> tuple[int, int]:
    return NUMBER if axis is None else (1, shape[1]) if axis == 0 else (shape[0], 1)


def _of_bracket(tree: Tree, d: Term, operands: Sequence[Term], slot: int) -> Term:
    """A part of the upstream gradient, of a column that is stacked."""
    stacked = all(count == 1 for count in tree.counts) and all(term.shape[1] == 1 for term in operands)
    if not stacked and (len(tree.counts) > 1 or any(term.shape != NUMBER for term in operands)):
        raise NoFormulaError
    first = sum(term.shape[0] for term in operands[:slot]) + 1
    last = first + operands[slot].shape[0] - 1
    trees = d.trees
    ends = [number(trees, float(x)).root for x in (first, last)]
    subscript = ends[0] if first == last else trees.add(Tree("part", (ends[0], ends[1]), (0, 0)))
    if d.shape == NUMBER:
        return d
    return Term(trees, trees.add(Tree("entry", (d.root, subscript), (0, 0))), operands[slot].shape)
