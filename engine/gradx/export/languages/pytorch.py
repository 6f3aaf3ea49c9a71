"""PyTorch: tensors of float64, on any device; the gradient is this code's own, not autograd's."""

from __future__ import annotations

from gradx.export.languages.numpy import SINC_SLOPE
from gradx.export.languages.python import RESERVED, WHOLE_POWER, calls, file, number
from gradx.export.routine import Language, Routine, choices, plain_identifier
from gradx.export.tape_code import SIGNS, Spelling
from gradx.primitive import ATOM, SUM, Writing

_OWN = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh"),
    *("cosh", "tanh", "asinh", "acosh", "atanh", "sign", "floor", "ceil", "erf", "erfc", "lgamma", "digamma"),
)
_FORMS = {
    **SIGNS,
    **calls("torch", _OWN),
    "power": Writing("torch.pow({}, {})"),
    "absolute": Writing("torch.abs({})"),
    "modulo": Writing("torch.remainder({}, {})"),
    "trigamma": Writing("torch.special.polygamma(1, {})"),
    "atan2": Writing("torch.atan2(tensor({} + 0), tensor({}))", ATOM, (SUM,)),
    "hypot": Writing("torch.hypot(tensor({}), tensor({}))"),
    "logaddexp": Writing("torch.logaddexp(tensor({}), tensor({}))"),
    "maximum": Writing("torch.maximum(tensor({}), tensor({}))"),
    "minimum": Writing("torch.minimum(tensor({}), tensor({}))"),
    **choices("torch.where({{}} {} {{}}, tensor({{}}), tensor({{}}))", ATOM, (SUM, SUM)),
}
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
}
_TENSOR = '''import torch


def tensor(x):
    """A number or a tensor as a tensor of float64."""
    return torch.as_tensor(x, dtype=torch.float64)
'''


def _page(routine: Routine) -> str:
    tensors = [f"{name} = tensor({name})" for name in routine.inputs]
    return file(routine, _TENSOR, tensors, " Numbers or tensors.", "float({})")


LANGUAGE = Language(
    "PyTorch",
    Spelling(_FORMS, number, "t{}", WHOLE_POWER),
    _DEFINITIONS,
    {"gamma": "--to python and --to jax have it"},
    plain_identifier,
    RESERVED | {"torch", "tensor"},
    _page,
)
