"""Seeded random programs in every spelling the language has, and slightly broken ones."""

from __future__ import annotations

import random
from collections.abc import Callable

from proof.second_grammar import ARITIES, FUNCTIONS

NAMES = ("x", "y", "z", "a", "b", "w1", "w₂", "w[3]", "b^[12]", "θ", "λ_1", "rate", "E", "lambda", "_t", "e", "gamma")
NUMBERS = ("0", "1", "2", "3", "10", ".5", "2.", "1.5", "0.25", "1e-3", "2E2", "3e+1", "½", "007")
SPACES = ("", "", "", " ", "  ", "\t")
RELATIONS = ("<", "<=", ">", ">=", "==", "!=")


class Writer:
    """Writes one program. `names` are usable in an expression, `functions` map a name to its number of parameters."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.names = list(NAMES)
        self.functions: dict[str, int] = {}

    def program(self) -> str:
        """A few statements, the last of them the output."""
        chance = self.chance
        statements = []
        for k in range(chance.choice((0, 0, 0, 1, 2, 4))):
            if chance.random() < 0.35 and len(self.functions) < 3:
                statements.append(self.definition("fgh"[len(self.functions)]))
            else:
                name = f"u{k}"
                body = chance.choice(NUMBERS) if chance.random() < 0.2 else self.expression(3)
                statements.append(f"{name}{self.space()}={self.space()}{body}")
                self.names.append(name)
        head = chance.choice(("", "", "J = ", "cost=", "h(x, y) = " if len(self.functions) < 3 else ""))
        statements.append(head + self.expression(5))
        text = "".join(s + self.separator() for s in statements[:-1]) + statements[-1]
        return text + chance.choice(("", "", ";", "\n", "  # the end"))

    def definition(self, name: str) -> str:
        parameters = self.chance.sample(("p", "q", "x", "e"), self.chance.choice((1, 1, 2, 3)))
        outer, self.names = self.names, [*self.names, *parameters, *parameters]
        body = self.expression(3)
        self.names = outer
        self.functions[name] = len(parameters)
        return f"{name}({', '.join(parameters)}) = {body}"

    def expression(self, depth: int) -> str:
        """An expression; every sort is as likely as the next."""
        if depth <= 0 or self.chance.random() < 0.12:
            return self.atom()
        sorts: tuple[Callable[[int], str], ...] = (
            self.binary, self.binary, self.binary, self.product, self.sign, self.power, self.group, self.call,
            self.root, self.superscript, self.where,
        )  # fmt: skip
        return self.chance.choice(sorts)(depth - 1)

    def binary(self, depth: int) -> str:
        sign = self.chance.choice(("+", "-", "*", "/", "%", "^", "**", "×", "·", "÷", "−", "＋"))
        return f"{self.expression(depth)}{self.space()}{sign}{self.space()}{self.expression(depth)}"

    def product(self, depth: int) -> str:
        left = self.chance.choice((self.chance.choice(NUMBERS), f"({self.expression(depth)})", self.name() + " "))
        right = self.chance.choice((f"({self.expression(depth)})", self.name(), self.call(depth), "π"))
        return f"{left} {right}" if left[-1] in "eE" or left == "0" else left + right

    def sign(self, depth: int) -> str:
        return self.chance.choice("--+−") + self.space() + self.expression(depth)

    def power(self, depth: int) -> str:
        return f"{self.atom()}^{self.chance.choice(('', '-', '+'))}{self.atom()}"

    def group(self, depth: int) -> str:
        inner = self.expression(depth)
        return self.chance.choice((f"({inner})", f"（{inner}）", f"(\n{inner} # here\n )"))

    def call(self, depth: int) -> str:
        chance = self.chance
        defined = list(self.functions)
        name = chance.choice(defined) if defined and chance.random() < 0.5 else chance.choice(list(FUNCTIONS))
        count = self.functions.get(name) or (chance.randint(1, 4) if name in ("min", "max") else ARITIES[name])
        arguments = ", ".join(self.expression(depth - 1) for _ in range(count))
        return f"{name}{chance.choice(('', '', '', '^2', '³')) if name != 'gamma' else ''}({arguments})"

    def root(self, depth: int) -> str:
        return "√" + self.atom()

    def superscript(self, depth: int) -> str:
        base = self.chance.choice((self.name(), f"({self.expression(depth)})", "2"))
        return base + self.chance.choice(("²", "³", "⁻¹", "¹⁰"))

    def where(self, depth: int) -> str:
        relation = self.chance.choice(RELATIONS)
        parts = [self.expression(depth - 1) for _ in range(4)]
        return f"where({parts[0]} {relation} {parts[1]}, {parts[2]}, {parts[3]})"

    def atom(self) -> str:
        return self.chance.choice((self.chance.choice(NUMBERS), self.name(), self.name(), "π", "(x + 1)"))

    def name(self) -> str:
        return self.chance.choice(self.names)

    def space(self) -> str:
        return self.chance.choice(SPACES)

    def separator(self) -> str:
        return self.chance.choice((";", "; ", "\n", ";\n", " # note\n"))


def program(chance: random.Random) -> str:
    """A program that means something, whatever it means."""
    return Writer(chance).program()


def broken(chance: random.Random, text: str) -> str:
    """`text` with one piece taken out, doubled, or put somewhere else; now and then it is still a program."""
    start = chance.randrange(len(text))
    end = start + chance.choice((1, 1, 1, 2, 3))
    rest = text[:start] + text[end:]
    if chance.random() < 0.4:
        return rest
    at = chance.randrange(len(rest) + 1)
    piece = chance.choice((text[start:end], *"+-*/^(),=;.23ex \n√²<"))
    return rest[:at] + piece + rest[at:]
