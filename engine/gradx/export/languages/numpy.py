"""NumPy: numbers or arrays that fit together, all points at once."""

from __future__ import annotations

from gradx.export.languages.python import MISSING, RESERVED, WHOLE_POWER, calls, file, number
from gradx.export.routine import Language, Routine, choices, plain_identifier
from gradx.export.tape_code import SIGNS, Spelling
from gradx.primitive import ATOM, SUM, Writing

_OWN = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("hypot", "sign", "floor", "ceil", "maximum", "minimum", "power", "absolute"),
)
_INVERSE = ("asin", "acos", "atan", "asinh", "acosh", "atanh")
_BY_MATH = {
    name: f"{name} = np.vectorize(math.{name}, otypes=[float])\n" for name in ("erf", "erfc", "gamma", "lgamma")
}

NUMPY_FORMS = {
    **SIGNS,
    **calls("np", _OWN),
    **{name: Writing(f"np.arc{name[1:]}({{}})") for name in _INVERSE},
    **{name: Writing(f"np.{name}({{}}, {{}})") for name in ("maximum", "minimum")},
    "modulo": Writing("np.mod({}, {})"),
    "atan2": Writing("np.arctan2({} + 0, {})", ATOM, (SUM,)),
    **choices("np.where({{}} {} {{}}, {{}}, {{}})", ATOM, (SUM, SUM)),
}
_DEFINITIONS = {
    **_BY_MATH,
    "sigmoid": '''def sigmoid(x):
    """1/(1 + exp(-x)), without overflow on either side."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small)/(1 + small)
''',
    "softplus": '''def softplus(x):
    """log(1 + exp(x)), without overflow on either side."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
''',
}


def _page(routine: Routine) -> str:
    arrays = [f"{name} = np.asarray({name}, dtype=float)" for name in routine.inputs]
    by_math = any(text in _BY_MATH.values() for text in routine.needed)
    imports = "import math\n\nimport numpy as np\n" if by_math else "import numpy as np\n"
    return file(routine, imports, arrays, " Numbers or arrays.", "float({})")


LANGUAGE = Language(
    "NumPy",
    Spelling(NUMPY_FORMS, number, "t{}", WHOLE_POWER),
    _DEFINITIONS,
    MISSING,
    plain_identifier,
    RESERVED | {"np"},
    _page,
)
