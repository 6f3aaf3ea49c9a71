"""JAX: pure functions of float64 arrays, to be traced, batched and compiled; the gradient is this code's own."""

from __future__ import annotations

from gradx.export.languages.numpy import NUMPY_FORMS, SINC_SLOPE, SUMS
from gradx.export.languages.python import ARRAY, RESERVED, WHOLE_POWER, file, number
from gradx.export.routine import Language, Routine, plain_identifier
from gradx.export.tape_code import Arrays, Spelling
from gradx.primitive import Writing

_FORMS = {
    **{name: form._replace(template=form.template.replace("np.", "jnp.")) for name, form in NUMPY_FORMS.items()},
    **{name: Writing(f"jax.scipy.special.{name}({{}})") for name in ("erf", "erfc", "gamma", "digamma")},
    "sigmoid": Writing("jax.nn.sigmoid({})"),
    "softplus": Writing("jnp.logaddexp({}, 0)"),
    "lgamma": Writing("jax.scipy.special.gammaln({})"),
    "trigamma": Writing("jax.scipy.special.polygamma(1, {})"),
}
_IMPORTS = """import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
"""


_ARRAYS = Arrays(
    {
        **{name: f"jnp.{name}({{}}{{}})" for name in SUMS},
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
    f"{_IMPORTS}\n\n" + ARRAY.format("jnp.asarray(x, dtype=float)"),
    "jnp.reshape(jnp.asarray({}), -1).tolist()",
)


def _page(routine: Routine) -> str:
    about = " Numbers or arrays; jax.jit and jax.vmap may go around it."
    return file(routine, _IMPORTS, "jnp.asarray({}, dtype=float)", about, "float({})")


LANGUAGE = Language(
    "JAX",
    Spelling(_FORMS, number, "t{}", WHOLE_POWER),
    {"sinc_slope": SINC_SLOPE.format("jnp")},
    {},
    plain_identifier,
    RESERVED | {"jax", "jnp"},
    _page,
    arrays=_ARRAYS,
)
