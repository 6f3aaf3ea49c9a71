"""A program of one expression read with Python's own parser: `^` is its `**`, and binds alike."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from proof.random_expressions import Expression

Step = str | float | tuple[str, int]

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.Pow: "^",
}  # fmt: skip
RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


def expression_of(text: str) -> Expression:
    """`text` (operators, calls, `where`) as an expression of the generator's kind."""
    return Expression(text, _postfix(ast.parse(text.replace("^", "**"), mode="eval").body))


def _postfix(node: ast.expr) -> tuple[Step, ...]:
    match node:
        case ast.Name(name):
            return (name,)
        case ast.Constant(int() | float() as value):
            return (float(value),)
        case ast.UnaryOp(ast.USub(), operand):
            return (0.0, *_postfix(operand), ("-", 2))
        case ast.BinOp(left, operator, right):
            return (*_postfix(left), *_postfix(right), (OPERATORS[type(operator)], 2))
        case ast.Call(ast.Name("where"), [ast.Compare(left, [relation], [right]), then, otherwise]):
            name = f"where{RELATIONS[type(relation)]}"
            return (*(step for part in (left, right, then, otherwise) for step in _postfix(part)), (name, 4))
        case ast.Call(ast.Name(name), arguments):
            return _folded(name, [_postfix(argument) for argument in arguments])
    raise ValueError(ast.dump(node))


def _folded(name: str, arguments: Sequence[tuple[Step, ...]]) -> tuple[Step, ...]:
    """A call; of several arguments (max, min) two at a time."""
    found = arguments[0]
    for argument in arguments[1:]:
        found = (*found, *argument, (name, 2))
    return found if len(arguments) > 1 else (*found, (name, 1))
