"""Programs to begin with, each with its point and what it teaches: those of the courses, then two that are hard."""

from __future__ import annotations

from dataclasses import dataclass

from gradx.errors import GradxError, Source, Span
from gradx.language.suggestions import close_name

MARK = "@"
"""`@neuron` in place of an expression is the example of that name."""


@dataclass(frozen=True, slots=True)
class Example:
    """`bindings` are the point as it is typed: `w=2 x=-2`."""

    name: str
    program: str
    bindings: str
    teaches: str


EXAMPLES: tuple[Example, ...] = (
    Example(
        "three-steps",
        "u = b*c; v = a + u; J = 3*v",
        "a=5 b=3 c=2",
        "the chain rule in steps: what reaches v is used for a and for u",
    ),
    Example(
        "square-of-line",
        "a = 2 + 3*w; J = a^2",
        "w=3",
        "a nudge of w is 3 times as large at a, and 22 times that at J",
    ),
    Example(
        "neuron",
        "c = w*x; a = c + b; d = a - y; J = 1/2*d^2",
        "w=2 x=-2 b=8 y=2",
        "a linear neuron and its squared error: forward to J, back to w and b",
    ),
    Example(
        "neuron-2",
        "c = w*x; a = c + b; d = a - y; J = d^2/2",
        "w=-2 x=2 b=8 y=1",
        "the same neuron elsewhere: dw is above 0, so less of w is less J",
    ),
    Example(
        "two-layers",
        "z1 = w1*x + b1; a1 = relu(z1); z2 = w2*a1 + b2; a2 = relu(z2); J = 1/2*(a2 - y)^2",
        "x=1 y=5 w1=2 b1=0 w2=3 b2=1",
        "a network of two layers: every gradient in one walk to the left",
    ),
    Example(
        "gates",
        "q = x + y; f = q*z",
        "x=-2 y=5 z=-4",
        "+ hands its gradient to both inputs; * hands each the other's value",
    ),
    Example(
        "fan-out",
        "b = a + a; c = b + b",
        "a=1",
        "a node that is used twice gets the sum of what comes back",
    ),
    Example("square", "J = w^2", "w=3", "the slope is 2*w: 6 at w=3, 4 at w=2, -6 at w=-3"),
    Example("cube", "J = w^3", "w=2", "the slope is 3*w^2, and a nudge of 0.001 shows 12.006"),
    Example("line", "J = w", "w=2", "the output moves exactly as its input does"),
    Example("reciprocal", "J = 1/w", "w=2", "the slope is -1/w^2: more of w, less of J"),
    Example(
        "logistic",
        "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
        "w1=0.5 w2=-0.25 b=0.1 x1=1.5 x2=2 y=1",
        "logistic regression: for all the steps between, z gets a - y",
    ),
    Example(
        "kink",
        "relu(w*x + b)",
        "w=1 x=2 b=-2",
        "relu at 0: two slopes, and backprop takes one of its own",
    ),
    Example(
        "lost-digits",
        "(1 - cos(x))/x^2",
        "x=1e-8",
        "float64 answers 0 where the truth is 1/2, and says nothing",
    ),
)


def find(text: str) -> Example:
    """The example that `@NAME` means. GradxError("name") where there is none."""
    name = text.removeprefix(MARK).strip()
    for example in EXAMPLES:
        if example.name == name:
            return example
    close = close_name(name, [example.name for example in EXAMPLES])
    raise GradxError(
        "name",
        f"there is no example {text!r}" if len(text) <= 40 else "there is no example of that name",
        hint=f"did you mean {MARK}{close}? gradx examples lists them" if close else "gradx examples lists them",
        span=Span(Source("program", text), 0, len(text)),
    )
