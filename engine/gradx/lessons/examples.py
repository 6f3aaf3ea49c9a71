"""Programs to begin with, each with its point and what it teaches: those of the courses, two that are hard, then
vectors and matrices."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from gradx.errors import GradxError, Source, Span
from gradx.language.suggestions import close_name

MARK = "@"
"""`@neuron` in place of an expression is the example of that name."""


@dataclass(frozen=True, slots=True)
class Example:
    """`bindings` are the point as it is typed: `w=2 x=-2`, `"x=[1 2]"`."""

    name: str
    program: str
    bindings: str
    teaches: str

    @property
    def words(self) -> list[str]:
        """The bindings as a command gets them from a shell."""
        return shlex.split(self.bindings)


_ROWS = """
three-steps: the chain rule in steps: what reaches v is used for a and for u
  u = b*c; v = a + u; J = 3*v
  a=5 b=3 c=2
square-of-line: a nudge of w is 3 times as large at a, and 22 times that at J
  a = 2 + 3*w; J = a^2
  w=3
neuron: a linear neuron and its squared error: forward to J, back to w and b
  c = w*x; a = c + b; d = a - y; J = 1/2*d^2
  w=2 x=-2 b=8 y=2
neuron-2: the same neuron elsewhere: dw is above 0, so less of w is less J
  c = w*x; a = c + b; d = a - y; J = d^2/2
  w=-2 x=2 b=8 y=1
two-layers: a network of two layers: every gradient in one walk to the left
  z1 = w1*x + b1; a1 = relu(z1); z2 = w2*a1 + b2; a2 = relu(z2); J = 1/2*(a2 - y)^2
  x=1 y=5 w1=2 b1=0 w2=3 b2=1
gates: + hands its gradient to both inputs; * hands each the other's value
  q = x + y; f = q*z
  x=-2 y=5 z=-4
fan-out: a node that is used twice gets the sum of what comes back
  b = a + a; c = b + b
  a=1
square: the slope is 2*w: 6 at w=3, 4 at w=2, -6 at w=-3
  J = w^2
  w=3
cube: the slope is 3*w^2, and a nudge of 0.001 shows 12.006
  J = w^3
  w=2
line: the output moves exactly as its input does
  J = w
  w=2
reciprocal: the slope is -1/w^2: more of w, less of J
  J = 1/w
  w=2
logistic: logistic regression: for all the steps between, z gets a - y
  z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))
  w1=0.5 w2=-0.25 b=0.1 x1=1.5 x2=2 y=1
kink: relu at 0: two slopes, and backprop takes one of its own
  relu(w*x + b)
  w=1 x=2 b=-2
lost-digits: float64 answers 0 where the truth is 1/2, and says nothing
  (1 - cos(x))/x^2
  x=1e-8
least-squares: a line through three points: dx is A^T (A x - b)
  J = 1/2*norm(A x - b)^2
  "A=[1 1; 1 2; 1 3]" "x=[1 0.5]" "b=[1 2 2]"
batch: logistic regression, a row an example: dw is X^T (a - y)/3
  z = X w + b; a = sigmoid(z); J = -mean(y*log(a) + (1 - y)*log(1 - a))
  "X=[1 2; -1 0.5; 0.5 -2]" "w=[0.5 -0.25]" b=0.1 "y=[1 0 1]"
softmax: three classes and cross-entropy: z gets p - y
  z = W x + b; p = softmax(z); L = -sum(y*log(p))
  "W=[1 -1; 0 2; 0.5 1]" "x=[1 0.5]" "b=[0 0.1 -0.2]" "y=[0 1 0]"
planar: two layers, a column an example: dW2 is dZ2 A1^T
  Z1 = W1 X + b1; A1 = tanh(Z1); Z2 = W2 A1 + b2; A2 = sigmoid(Z2); J = -mean(Y*log(A2) + (1 - Y)*log(1 - A2))
  "W1=[0.5 -0.5; 0.3 0.8; -0.2 0.1]" "b1=[0 0.1 -0.1]" "W2=[[0.5 -1 0.3]]" b2=0.1 "X=[1 -0.5 2 0; 0.5 1 -1 2]" "Y=[[1 0 1 0]]"
rnn: one weight used at every step: du is a sum over time
  h[t=1..3] = tanh(u*h[t-1] + w*x[t]); J = 1/2*(h3 - y)^2
  "x=[1 0.5 -1]" h0=0 u=0.8 w=1.2 y=0.5
attention: each row of Q asks, K answers, V is mixed: dV is A^T dO
  S = Q K^T/sqrt(2); A = softmax(S, axis=1); O = A V; J = sum((O - Y)^2)
  "Q=[1 0; 0 1]" "K=[1 1; 0 2]" "V=[1 2; 3 4]" "Y=[1 1; 2 2]"
"""  # noqa: E501
"""An example in three lines: its name and what it teaches, the program, the point."""


def _examples() -> Iterator[Example]:
    lines = iter(_ROWS.strip().splitlines())
    for head, program, bindings in zip(lines, lines, lines, strict=True):
        name, _, teaches = head.partition(": ")
        yield Example(name, program.strip(), bindings.strip(), teaches)


EXAMPLES: tuple[Example, ...] = tuple(_examples())


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
