"""NumPy: numbers or arrays that fit together, all points at once."""

from __future__ import annotations

from gradx.export.languages.python import ARRAY, MISSING, RESERVED, WHOLE_POWER, calls, file, number
from gradx.export.routine import PYTHON_FUNCTION, Language, Routine, defined, plain_identifier
from gradx.export.tape_code import SIGNS, Arrays, Spelling, choices
from gradx.primitive import ATOM, SUM, Writing

_INVERSE = ("asin", "acos", "atan", "asinh", "acosh", "atanh")
_BY_MATH = {
    name: f"{name} = np.vectorize(math.{name}, otypes=[float])\n" for name in ("erf", "erfc", "gamma", "lgamma")
}

SINC_SLOPE = '''def sinc_slope(x):
    """The slope of sin(x)/x; near 0 by its series, whose terms do not cancel."""
    size = {0}.abs(x)
    far, near = {0}.clip(size, 1, None), {0}.clip(size, None, 1)
    tail = 1
    for k in range(9, 0, -1):
        tail = 1 - near*near/(2*k*(2*k + 3))*tail
    return {0}.sign(x)*{0}.where(size >= 1, ({0}.cos(far) - {0}.sin(far)/far)/far, -near/3*tail)
'''
_LINES = {
    "sigmoid(x)": """
small = np.exp(-np.abs(x))
return np.maximum(small, x >= 0)/(1 + small)
""",
    "softplus(x)": "return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))",
    "faded(x)": "return np.exp(-np.abs(x))",
    "sigmoid_of(x, small)": "return np.maximum(small, x >= 0)/(1 + small)",
    "softplus_of(x, small)": "return np.maximum(x, 0) + np.log1p(small)",
    "sigmoid_slope(small)": "return small/(1 + small)**2",
}
_DEFINITIONS = {
    **_BY_MATH,
    **defined(PYTHON_FUNCTION, _LINES),
    "sinc_slope": SINC_SLOPE.format("np"),
}
NUMPY_FORMS = {
    **calls("np", _DEFINITIONS),
    **SIGNS,
    **{name: Writing(f"np.arc{name[1:]}({{}})") for name in _INVERSE},
    **{name: Writing(f"np.{name}({{}}, {{}})") for name in ("maximum", "minimum", "hypot")},
    "modulo": Writing("np.mod({}, {})"),
    "atan2": Writing("np.arctan2({} + 0, {})", ATOM, (SUM,)),
    **choices("np.where({{}} {} {{}}, {{}}, {{}})", ATOM, (SUM, SUM)),
}


_SOFTMAX = '''def softmax(z, axis):
    """exp(z)/sum(exp(z)) along an axis, without overflow."""
    small = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return small/np.sum(small, axis=axis, keepdims=True)
'''
_LOGSUMEXP = '''def logsumexp(z, axis):
    """log(sum(exp(z))) along an axis, without overflow."""
    largest = np.max(z, axis=axis, keepdims=True)
    return largest + np.log(np.sum(np.exp(z - largest), axis=axis, keepdims=True))
'''
SUMS = ("sum", "mean", "prod", "max", "min")
_ARRAYS = Arrays(
    {
        **{name: f"np.{name}({{}}{{}})" for name in SUMS},
        "norm": "np.linalg.norm({})",
        "trace": "np.trace({})",
        "softmax": "softmax({}, {axis})",
        "logsumexp": "logsumexp({}, {axis})",
    },
    ", axis={}, keepdims=True",
    "np.{}(({}, {}))",
    "np.eye({})",
    "np.array({})",
    "np.block({})",
    "{0}[{1}] += {2}",
    "{0}[{1}] = {2}",
    "np.array({})",
    {"softmax": _SOFTMAX, "logsumexp": _LOGSUMEXP},
    "import numpy as np\n\n\n" + ARRAY.format("np.asarray(x, dtype=float)"),
    "np.reshape({}, -1).tolist()",
)


def _page(routine: Routine) -> str:
    by_math = any(text in _BY_MATH.values() for text in routine.needed)
    imports = "import math\n\nimport numpy as np\n" if by_math else "import numpy as np\n"
    return file(routine, imports, "np.asarray({}, dtype=float)", " Numbers or arrays.", "float({})")


LANGUAGE = Language(
    "NumPy",
    Spelling(NUMPY_FORMS, number, "t{}", WHOLE_POWER, multiplied=(3, 4)),
    _DEFINITIONS,
    MISSING,
    plain_identifier,
    RESERVED | {"np"},
    _page,
    arrays=_ARRAYS,
)
