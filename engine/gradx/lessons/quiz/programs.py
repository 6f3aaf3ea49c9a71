"""Programs to differentiate, drawn at random by topic: as exercises have them, with small whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from gradx.errors import GradxError
from gradx.language.suggestions import close_name

Draw = Callable[[Random, int], str]
"""A program; the number says how much is put into each other in it."""

_EXPONENTS: Final = (2, 2, 3, 3, 4, 5)


def powers(draw: Random, more: int) -> str:
    """A sum of powers of x: 4*x^3 - 2*x."""
    exponents = draw.sample((1, 2, 3, 4, 5, -1, -2), min(7, 1 + max(more, draw.randrange(2))))
    text = ""
    for k, n in enumerate(sorted(exponents, reverse=True)):
        sign = draw.choice((" + ", " - ")) if k else draw.choice(("", "", "", "-"))
        text += sign + _term(draw.randint(1, 6), n)
    return text


def _term(c: int, n: int) -> str:
    if n < 0:
        return f"{c}/x" if n == -1 else f"{c}/x^{-n}"
    power = "x" if n == 1 else f"x^{n}"
    return power if c == 1 else f"{c}*{power}"


def linear(draw: Random, more: int = 0) -> str:
    """3*x + 1."""
    b = draw.choice((-4, -3, -2, -1, 1, 2, 3, 4))
    a = draw.choice((1, 2, 2, 3, 4, 5))
    return f"{'' if a == 1 else f'{a}*'}x {'-' if b < 0 else '+'} {abs(b)}"


def positive(draw: Random, more: int) -> str:
    """What is above 0 for many x: x^2 + 3."""
    return f"x^{draw.choice((2, 2, 4))} + {draw.randint(1, 5)}"


def inner(draw: Random, more: int) -> str:
    """What stands in a function."""
    if more <= 0:
        return draw.choice((linear, linear, positive, lambda d, m: f"{d.randint(2, 5)}*x"))(draw, 0)
    return draw.choice((trigonometry, exponentials, products, powers, chain, positive))(draw, more - 1)


def trigonometry(draw: Random, more: int) -> str:
    """sin(3*x + 1)."""
    return f"{draw.choice(('sin', 'sin', 'cos', 'cos', 'tan'))}({_argument(draw, more)})"


def exponentials(draw: Random, more: int) -> str:
    """exp(x^2)."""
    argument = _argument(draw, more)
    base = draw.choice(("exp", "exp", "exp", "2", "3"))
    return f"exp({argument})" if base == "exp" else f"{base}^({argument})" if argument != "x" else f"{base}^x"


def logarithms(draw: Random, more: int) -> str:
    """log(x^2 + 1)."""
    return f"log({draw.choice((positive, linear, inner))(draw, more) if more else _argument(draw, 0)})"


def roots(draw: Random, more: int) -> str:
    """sqrt(x^2 + 1)."""
    function = draw.choice(("sqrt", "sqrt", "sqrt", "cbrt"))
    return f"{function}({draw.choice((positive, linear))(draw, more) if more < 2 else inner(draw, more - 1)})"


def _argument(draw: Random, more: int) -> str:
    return "x" if more <= 0 and draw.random() < 0.4 else inner(draw, more - 1 if more > 0 else 0)


def chain(draw: Random, more: int) -> str:
    """(3*x + 1)^4, exp(sin(x)): functions of functions."""
    within = inner(draw, more - 1)
    shape = draw.randrange(6)
    if shape < 3:
        return f"({within})^{draw.choice(_EXPONENTS)}"
    return f"{('exp', 'sin', 'cos')[shape - 3]}({within})"


def _factor(draw: Random, more: int) -> str:
    if more <= 0:
        simple = ("x^2", "x^3", "x", "sin(x)", "cos(x)", "exp(x)", "log(x)", "sqrt(x)", f"({linear(draw)})")
        return draw.choice(simple)
    return draw.choice((trigonometry, exponentials, chain, logarithms))(draw, more - 1)


def products(draw: Random, more: int) -> str:
    """x^2*sin(x)."""
    left = draw.randint(0, max(0, more))
    first = _factor(draw, left)
    for _ in range(8):
        second = _factor(draw, max(0, more - left))
        if second != first:
            return f"{first}*{second}"
    return f"{first}*x"


def quotients(draw: Random, more: int) -> str:
    """sin(x)/(x^2 + 1)."""
    above = draw.choice((_factor, lambda d, m: f"({linear(d)})"))(draw, more)
    below = draw.choice((linear, positive, lambda d, m: "x", lambda d, m: f"exp({d.randint(2, 4)}*x)"))(draw, more)
    if below == "x" and above.startswith("x"):  # which would cancel
        below = linear(draw)
    return f"{above}/({below})" if below != "x" else f"{above}/x"


_ACTIVATIONS: Final = ("sigmoid", "tanh", "sigmoid", "tanh", "exp", "softplus")


def neurons(draw: Random, more: int) -> str:
    """z = w*x + b; a = sigmoid(z); J = (a - y)^2, with less or more between."""
    first = draw.choice(("w*x + b", "w*x + b", "w1*x1 + w2*x2 + b", "w*x"))
    loss = draw.choice(("(a - y)^2", "1/2*(a - y)^2", "-y*log(a)", "(y - a)^2", "a*y"))
    activation = draw.choice(_ACTIVATIONS)
    if more <= 0:
        return f"a = {first}; J = {loss.replace('-y*log(a)', '(a - y)^2')}"
    if more == 1:
        return f"z = {first}; a = {activation}(z)" if draw.random() < 0.5 else f"z = {first}; J = {activation}(z)"
    if more == 2:
        return f"z = {first}; a = {activation}(z); J = {loss}"
    second = draw.choice(_ACTIVATIONS)
    loss = draw.choice(("(a2 - y)^2", "1/2*(a2 - y)^2", "-(y*log(a2) + (1 - y)*log(1 - a2))"))
    end = "" if more == 3 else " + lambda*w2^2"
    layers = f"z1 = w1*x + b1; a1 = {activation}(z1); z2 = w2*a1 + b2; a2 = {second}(z2)"
    return f"{layers}; J = {loss}{end}"


TOPICS: Final[dict[str, Draw]] = {
    "powers": powers,
    "products": products,
    "quotients": quotients,
    "chain": chain,
    "trigonometry": trigonometry,
    "exponentials": exponentials,
    "logarithms": logarithms,
    "roots": roots,
    "neurons": neurons,
}
"""Each topic by its name."""

MOST_DEEP: Final = 4


def topic(name: str) -> str:
    """The topic of that name, or of which it is the beginning. GradxError("usage") where there is none."""
    found = [known for known in TOPICS if known.startswith(name.lower().strip())] if name.strip() else []
    if len(found) == 1:
        return found[0]
    close = close_name(name, list(TOPICS))
    hint = f"did you mean {close}?" if close else f"the topics are {', '.join(TOPICS)}"
    raise GradxError("usage", f"there is no topic {name[:40]!r}", hint=hint)
