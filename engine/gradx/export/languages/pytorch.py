"""PyTorch: tensors of float64, on any device; the gradient is this code's own, not autograd's."""

from __future__ import annotations

from gradx.export.languages.numpy import SINC_SLOPE
from gradx.export.languages.python import ARRAY, RESERVED, WHOLE_POWER, calls, file, number
from gradx.export.routine import Language, Routine, plain_identifier
from gradx.export.tape_code import SIGNS, Arrays, Spelling, choices
from gradx.primitive import ATOM, SUM, Writing

_DEFINITIONS = {
    "cbrt": '''def cbrt(x):
    """The real cube root, also of a negative number: one step of Newton's method after a power."""
    root = torch.sign(x)*torch.abs(x)**(1/3)
    return torch.where(x == 0, x, root - (root - x/root**2)/3)
''',
    "sinc_slope": SINC_SLOPE.format("torch"),
    "sigmoid": '''def sigmoid(x):
    """1/(1 + exp(-x)), without overflow on either side."""
    small = torch.exp(-torch.abs(x))
    return torch.where(x >= 0, tensor(1), small)/(1 + small)
''',
    "softplus": '''def softplus(x):
    """log(1 + exp(x)), without overflow on either side and without a threshold."""
    return torch.relu(x) + torch.log1p(torch.exp(-torch.abs(x)))
''',
    # PyTorch's own are right to 7e-13 beside a pole, and to 5e-10.
    "digamma": '''def digamma(x):
    """The slope of lgamma: by its series, which is right far out; below 1/2 reflected."""
    y = torch.where(x < 0.5, 1 - x, x)
    far = y + 12
    z = 1/far**2
    series = z*(1/12 - z*(1/120 - z*(1/252 - z*(1/240 - z*(1/132 - z*(691/32760 - z/12))))))
    found = torch.log(far) - 1/(2*far) - series - sum(1/(y + k) for k in range(12))
    return torch.where(x < 0.5, found - torch.pi/torch.tan(torch.pi*(x - torch.round(x))), found)
''',
    "trigamma": '''def trigamma(x):
    """The slope of digamma: by its series, which is right far out; below 1/2 reflected."""
    y = torch.where(x < 0.5, 1 - x, x)
    far = y + 12
    z = 1/far**2
    series = 1 + z*(1/6 - z*(1/30 - z*(1/42 - z*(1/30 - z*(5/66 - z*(691/2730 - 7/6*z))))))
    found = series/far + z/2 + sum(1/(y + k)**2 for k in range(12))
    return torch.where(x < 0.5, (torch.pi/torch.sin(torch.pi*(x - torch.round(x))))**2 - found, found)
''',
}
_FORMS = {
    **calls("torch", _DEFINITIONS),
    **SIGNS,
    "power": Writing("torch.pow({}, {})"),
    "absolute": Writing("torch.abs({})"),
    "modulo": Writing("torch.remainder({}, {})"),
    "atan2": Writing("torch.atan2(tensor({} + 0), tensor({}))", ATOM, (SUM,)),
    "hypot": Writing("torch.hypot(tensor({}), tensor({}))"),
    "logaddexp": Writing("torch.logaddexp(tensor({}), tensor({}))"),
    "maximum": Writing("torch.maximum(tensor({}), tensor({}))"),
    "minimum": Writing("torch.minimum(tensor({}), tensor({}))"),
    **choices("torch.where({{}} {} {{}}, tensor({{}}), tensor({{}}))", ATOM, (SUM, SUM)),
}
_TENSOR = '''import torch


def tensor(x):
    """A number or a tensor as a tensor of float64."""
    return torch.as_tensor(x, dtype=torch.float64)
'''


_BLOCK = '''def block(rows):
    """An array of rows of arrays and numbers."""
    return torch.vstack([torch.hstack([torch.atleast_2d(tensor(x)) for x in row]) for row in rows])
'''
_ARRAYS = Arrays(
    {
        **{name: f"torch.{name}({{}}{{}})" for name in ("sum", "mean", "prod")},
        **{name: f"torch.a{name}({{}}{{}})" for name in ("max", "min")},
        "norm": "torch.linalg.norm({})",
        "trace": "torch.trace({})",
        "softmax": "torch.softmax({}, {axis})",
        "logsumexp": "torch.logsumexp({}, {axis}, keepdim=True)",
    },
    ", dim={}, keepdim=True",
    "torch.{}(({}, {}), dtype=torch.float64)",
    "torch.eye({}, dtype=torch.float64)",
    "block({})",
    "block({})",
    "{0}[{1}] += {2}",
    "{0}[{1}] = {2}",
    "{}.clone()",
    {"block": _BLOCK},
    f"{_TENSOR}\n\n" + ARRAY.format("tensor(x)"),
    "tensor({}).reshape(-1).tolist()",
    "tensor({})",
)


def _page(routine: Routine) -> str:
    return file(routine, _TENSOR, "tensor({})", " Numbers or tensors.", "float({})")


LANGUAGE = Language(
    "PyTorch",
    Spelling(_FORMS, number, "t{}", WHOLE_POWER),
    _DEFINITIONS,
    {"gamma": "--to python and --to jax have it"},
    plain_identifier,
    RESERVED | {"torch", "tensor"},
    _page,
    arrays=_ARRAYS,
)
