"""How libraries of arrays write what is no operation entry by entry: reductions, products, parts, what fills an array.

A vector of n is an array of n rows and one column, as in gradx; a number has no axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrays:
    """One library. `functions` take the array and, behind it, `along` with an axis; `filled` takes a shape.

    `grid` makes an array of rows of numbers, `block` of rows of arrays and numbers; `added` and `put` are statements:
    array, subscripts, what is added or put there. `tensor` goes around a number where a function takes none.
    `definitions` are what the library lacks, `start` is the head of a file with `array`, which checks an argument;
    `flat` makes a list of numbers of what has any shape.
    """

    functions: Mapping[str, str]
    along: str
    filled: str
    eye: str
    grid: str
    block: str
    added: str
    put: str
    copied: str
    definitions: Mapping[str, str]
    start: str
    flat: str
    tensor: str = "{}"


_ARRAY = '''def array(x, *shape):
    """x as an array of this shape; a vector may be flat."""
    x = {}
    if tuple(x.shape) not in (shape, shape[:1]):
        raise ValueError(f"an array of shape {{shape}} is needed, and this one has {{tuple(x.shape)}}")
    return x.reshape(shape)
'''
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
_SUMS = ("sum", "mean", "prod", "max", "min")
NUMPY = Arrays(
    {
        **{name: f"np.{name}({{}}{{}})" for name in _SUMS},
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
    "import numpy as np\n\n\n" + _ARRAY.format("np.asarray(x, dtype=float)"),
    "np.reshape({}, -1).tolist()",
)
_BLOCK = '''def block(rows):
    """An array of rows of arrays and numbers."""
    return torch.vstack([torch.hstack([torch.atleast_2d(tensor(x)) for x in row]) for row in rows])
'''
PYTORCH = Arrays(
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
    '''import torch


def tensor(x):
    """A number or a tensor as a tensor of float64."""
    return torch.as_tensor(x, dtype=torch.float64)


'''
    + _ARRAY.format("tensor(x)"),
    "tensor({}).reshape(-1).tolist()",
    "tensor({})",
)
JAX = Arrays(
    {
        **{name: f"jnp.{name}({{}}{{}})" for name in _SUMS},
        "norm": "jnp.linalg.norm({})",
        "trace": "jnp.trace({})",
        "softmax": "jax.nn.softmax({}, {axis})",
        "logsumexp": "jax.scipy.special.logsumexp({}, {axis}, keepdims=True)",
    },
    ", axis={}, keepdims=True",
    "jnp.{}(({}, {}))",
    "jnp.eye({})",
    "jnp.array({})",
    "jnp.block({})",
    "{0} = {0}.at[{1}].add({2})",
    "{0} = {0}.at[{1}].set({2})",
    "jnp.array({})",
    {},
    'import jax\nimport jax.numpy as jnp\n\njax.config.update("jax_enable_x64", True)\n\n\n'
    + _ARRAY.format("jnp.asarray(x, dtype=float)"),
    "jnp.reshape(jnp.asarray({}), -1).tolist()",
)
ARRAYS: Mapping[str, Arrays] = {"NumPy": NUMPY, "PyTorch": PYTORCH, "JAX": JAX}
"""By the title of a language."""
