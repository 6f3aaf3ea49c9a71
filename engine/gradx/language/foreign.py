"""Functions and signs of other languages and books: how they are written here, or that they are not known."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

FOREIGN: Final = {
    "pow": "write x^y", "power": "write x^y", "square": "write x^2", "sqr": "write x^2", "sq": "write x^2",
    "cube": "write x^3", "reciprocal": "write 1/x", "inv": "write 1/x for a number; the inverse of a matrix is not known here",
    "negative": "write -x",
    "factorial": "write gamma(n + 1)", "fact": "write gamma(n + 1)", "fabs": "write abs(x)",
    **dict.fromkeys(("absolute", "modulus", "magnitude"), "write abs(x)"),
    "mod": "write x % y", "rem": "write fmod(x, y)",
    **dict.fromkeys(("trunc", "fix", "int"), "write sign(x)*floor(abs(x))"), "frac": "write x - floor(x)",
    "ceiling": "write ceil(x)", "round": "write floor(x + 0.5)",
    "lg": "write log10(x) or log2(x)", "lb": "write log2(x)", "ld": "write log2(x)", "logn": "write log(x, n)",
    **dict.fromkeys(("logarithm", "loge", "log_e", "natlog"), "write ln(x)"), "exponential": "write exp(x)",
    **dict.fromkeys(("tg", "tangent"), "write tan(x)"),
    **dict.fromkeys(("ctg", "cotan", "cotg", "cotangent"), "write cot(x)"),
    **dict.fromkeys(("cosec", "cosecant"), "write csc(x)"), "secant": "write sec(x)",
    **dict.fromkeys(("sen", "sine"), "write sin(x)"), **dict.fromkeys(("cosine", "cosinus"), "write cos(x)"),
    "sinus": "write sin(x)",
    **dict.fromkeys(("arcsine", "invsin"), "write asin(x)"), **dict.fromkeys(("arccosine", "invcos"), "write acos(x)"),
    **dict.fromkeys(("arctg", "arctangent", "invtan"), "write atan(x)"), "arcctg": "write acot(x)",
    "sgn": "write sign(x)", "signum": "write sign(x)",
    "sh": "write sinh(x)", "ch": "write cosh(x)", "th": "write tanh(x)", "cth": "write coth(x)",
    "sinpi": "write sin(pi*x)", "cospi": "write cos(pi*x)", "tanpi": "write tan(pi*x)",
    **{f"{name}d": f"write {name}(x*pi/180) for x degrees" for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{f"{name}d": f"write {name}(x)*180/pi for degrees" for name in ("asin", "acos", "atan")},
    "deg2rad": "write x*pi/180", "radians": "write x*pi/180",
    "rad2deg": "write x*180/pi", "degrees": "write x*180/pi",
    "versin": "write 1 - cos(x)",
    **dict.fromkeys(("curt", "cuberoot", "cubert", "cube_root"), "write cbrt(x)"), "squareroot": "write sqrt(x)",
    **dict.fromkeys(("nroot", "surd", "realroot", "real_root"), "write root(x, n)"), "norm": "write hypot(x, y)",
    "σ": "write sigmoid(z), or define it first: σ(z) = 1/(1 + exp(-z))",
    "sigma": "write sigmoid(z), or define it first: sigma(z) = 1/(1 + exp(-z))",
    "logistic": "write sigmoid(z)", "expit": "write sigmoid(z)", "swish": "write silu(x)",
    "log_sigmoid": "write logsigmoid(x)", "lrelu": "write leaky_relu(x)", "leakyrelu": "write leaky_relu(x)",
    "hard_tanh": "write hardtanh(x)", "soft_sign": "write softsign(x)",
    "hardsigmoid": "write relu6(x + 3)/6", "hard_sigmoid": "write relu6(x + 3)/6",
    "hardswish": "write x*relu6(x + 3)/6", "hard_swish": "write x*relu6(x + 3)/6", "tanhshrink": "write x - tanh(x)",
    "log1pexp": "write softplus(x)", "logsumexp": "write logaddexp(a, b)",
    "Γ": "write gamma(x)", "ψ": "write digamma(x)", "psi": "write digamma(x)", "gammaln": "write lgamma(x)",
    "loggamma": "write lgamma(x)", "beta": "write gamma(a)*gamma(b)/gamma(a + b)",
    **dict.fromkeys(("binom", "binomial", "choose"), "write gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1))"),
    **dict.fromkeys(("ndtr", "pnorm", "normalcdf", "norm_cdf", "cdf", "Phi", "Φ"), "write normcdf(x)"),
    **dict.fromkeys(("normpdf", "dnorm", "norm_pdf"), "write exp(-x^2/2)/sqrt(2*pi)"),
    "erfcx": "write exp(x^2)*erfc(x)", "sinhc": "write sinh(x)/x", "logit": "write log(p/(1 - p))",
    "antilog": "write 10^x or exp(x)",
    "heaviside": "write where(x >= 0, 1, 0)", "step": "write where(x >= 0, 1, 0)",
    **dict.fromkeys(("unitstep", "heavisidetheta"), "write where(x >= 0, 1, 0)"),
    "if": "write where(x > 0, a, b)",
    "ifelse": "write where(x > 0, a, b)", "iif": "write where(x > 0, a, b)", "piecewise": "write where(x > 0, a, b)",
    "maximum": "write max(a, b)", "minimum": "write min(a, b)",
    "fmax": "write max(a, b)", "fmin": "write min(a, b)",
    "Σ": "sums are written out: x1 + x2, or taken of vectors: sum((y - x)^2) where y=[1 2 3]",
    "Π": "products are written out: x1*x2*x3",
    "mean": "write (x1 + x2)/2", "average": "write (x1 + x2)/2", "sum": "write x1 + x2 + x3", "total": "write x1 + x2 + x3",
    "prod": "write x1*x2*x3", "dot": "write a1*b1 + a2*b2", "softmax": "write exp(a)/(exp(a) + exp(b))",
    "mse_loss": "it is written out: mean((y - t)^2) of vectors, (y - t)^2 of numbers",
    "l1_loss": "it is written out: mean(abs(y - t)) of vectors, abs(y - t) of numbers",
    "cross_entropy": "it is written out: logsumexp(z) - dot(y, z) of logits z, where y has one 1",
    "binary_cross_entropy": "it is written out: -mean(y*log(p) + (1 - y)*log(1 - p))",
    "binary_cross_entropy_with_logits": "it is written out: mean(softplus(z) - y*z)",
    "diff": "gradx differentiates for you: leave it out", "derivative": "gradx differentiates for you: leave it out",
}  # fmt: skip
"""What to write for them; `x` and other letters stand for the arguments."""

_PLURAL = "integrals of this kind are"

UNKNOWN: Final = {
    "Si": "the sine integral is", "Ci": "the cosine integral is", "Ei": "the exponential integral is",
    "Shi": "the hyperbolic sine integral is", "Chi": "the hyperbolic cosine integral is",
    "li": "the logarithmic integral is", "Li": "the logarithmic integral is", "expint": "the exponential integral is",
    "sinint": "the sine integral is", "cosint": "the cosine integral is",
    "erfi": "the imaginary error function is", "erfinv": "the inverse error function is",
    "erfcinv": "the inverse error function is", "dawson": "Dawson's function is",
    **dict.fromkeys(("zeta", "ζ"), "the zeta function is"), "eta": "the eta function is",
    "trigamma": "the trigamma function is", "polygamma": "the polygamma function is",
    "gammainc": "the incomplete gamma function is", "betainc": "the incomplete beta function is",
    "lambertw": "Lambert's function is", "LambertW": "Lambert's function is", "cis": "complex numbers are",
    **dict.fromkeys(("besselj", "bessely", "besseli", "besselk", "j0", "j1", "jn"), "Bessel functions are"),
    **dict.fromkeys(("Ai", "Bi", "airy"), "Airy functions are"),
    **dict.fromkeys(("ellipk", "ellipe", "fresnels", "fresnelc"), _PLURAL),
    **dict.fromkeys(("real", "imag", "conj", "arg", "angle"), "complex numbers are"),
    **dict.fromkeys(("rand", "random", "randn", "normal"), "random numbers are"),
    **dict.fromkeys(("gcd", "lcm"), "whole-number arithmetic is"),
    **dict.fromkeys(("celu", "prelu", "rrelu", "crelu", "glu", "geglu", "swiglu", "softshrink", "hardshrink",
                     "threshold"), "this activation is"),
    **dict.fromkeys(("det", "trace", "cross", "transpose"), "this function of vectors is"),
    **dict.fromkeys(("pinv", "inverse"), "the inverse of a matrix is"),
    **dict.fromkeys(("std", "var", "median"), "this function of many numbers is"),
}  # fmt: skip
"""Functions that are not one of ours with a slip of the pen, and what is said of them: "… not known here"."""

LEFT_DIVISION: Final = "`\\` divides from the left in MATLAB: it solves a system, which is not done here"
_LEFT: Final = re.compile(
    r"(?<=[\w)\]'])[ \t]*(\\)(?:[ \t]+(?=[A-Za-z0-9(])|(?=([A-Za-z0-9])(?!\w))|(?=([A-Za-z]\w*))|(?=\((?!.*\\\))))",
    re.DOTALL,
)


def left_division(text: str, values: Container[str] = ()) -> re.Match[str] | None:
    r"""MATLAB's `A \ b` and `A\b`, where nothing shows that the text is LaTeX, or it is a name with a value."""
    is_latex = re.search(r"\\[A-Za-z]{2}", text) is not None
    for found in _LEFT.finditer(text):
        name = found[2] or found[3]
        is_name = name in values or (name == found[2] and name not in _ESCAPED) if name else not is_latex
        if is_name:
            return found
    return None


_ESCAPED: Final = ("n", "r", "t")
"""Letters that are an end of a line and a tab behind a backslash."""
