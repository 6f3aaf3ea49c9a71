"""Functions that several languages lack: what each is said to be, and how a language puts it around the lines."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

ABOUT: Mapping[str, str] = {
    "sign": "1 above 0, -1 below it, 0 at 0.",
    "modulo": "The remainder with the sign of y.",
    "sigmoid": "1/(1 + exp(-x)), without overflow on either side.",
    "softplus": "log(1 + exp(x)), without overflow on either side.",
    "faded": "exp(-|x|), of which sigmoid and softplus of x and -x are made.",
    "sigmoid_of": "1/(1 + exp(-x)), where small is exp(-|x|).",
    "softplus_of": "log(1 + exp(x)), where small is exp(-|x|).",
    "sigmoid_slope": "sigmoid(x)*sigmoid(-x), where small is exp(-|x|).",
    "logaddexp": "log(exp(x) + exp(y)), without overflow.",
    "sinc_slope": "The slope of sin(x)/x; near 0 by its series, whose terms do not cancel.",
}
PYTHON_FUNCTION = ('def {head}:\n    """{about}"""\n{body}', "    ")
C = ("/* {about} */\nstatic double {head}\n{{\n{body}}}\n", "    ")
JAVASCRIPT = ("/** {about} */\nfunction {head} {{\n{body}}}\n", "  ")


def defined(form: tuple[str, str], bodies: Mapping[str, str]) -> dict[str, str]:
    """Source by name: `bodies` are the lines behind each head, `name(x, y)`; `form` is a template, and how far they are
    indented."""
    template, margin = form
    names = {head: head.partition("(")[0] for head in bodies}
    return {
        names[head]: template.format(head=head, about=ABOUT[names[head]], body=indent(f"{body.strip()}\n", margin))
        for head, body in bodies.items()
    }
