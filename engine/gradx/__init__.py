"""gradx: computation graphs, their gradients, and how far both can be trusted.

    >>> import gradx
    >>> program = gradx.read("3*(a + b*c)")
    >>> print(gradx.derivative(program, "b"))
    3*c
    >>> point = gradx.explore(program, a=5, b=3, c=2)
    >>> point
    <J = 3*(a + b*c) = 33.0: da = 3.0, db = 6.0, dc = 9.0; proved>
    >>> gradx.check(program, "db = 3*b")
    <J = 3*(a + b*c): db = 3*b is wrong>

`import gradx` loads none of it; a name does, when it is first used.
"""

__version__ = "0.1.0"
__all__ = [
    "Exploration",
    "GradxError",
    "Options",
    "Program",
    "Solved",
    "check",
    "derivative",
    "explore",
    "read",
    "rows",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gradx.errors import GradxError
    from gradx.face import check, derivative, explore, read, rows
    from gradx.language.program import Program
    from gradx.lessons.checking import Solved
    from gradx.point.exploration import Exploration, Options

_HOMES = {
    "Exploration": "point.exploration",
    "GradxError": "errors",
    "Options": "point.exploration",
    "Program": "language.program",
    "Solved": "lessons.checking",
}
"""Where the types are at home; functions are in `face`."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'gradx' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"gradx.{_HOMES.get(name, 'face')}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
