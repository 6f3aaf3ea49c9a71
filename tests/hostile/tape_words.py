"""Of what the text of a tape may consist, whatever program it was made from."""

from __future__ import annotations

import io
import re
import token
import tokenize

KEYWORDS = {"def", "run", "return", "if", "else"}
FUNCTIONS = {
    "absolute", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh", "digamma",
    "erf", "erfc", "exp", "expm1", "floor", "gamma", "hypot", "lgamma", "log", "log10", "log1p", "log2", "maximum",
    "minimum", "power", "sigmoid", "sign", "sin", "sinh", "softplus", "sqrt", "tan", "tanh", "trigamma", "inf", "nan",
    "logaddexp", "sinc_slope",
}  # fmt: skip
OF_ARRAYS = {
    "np", "sum", "mean", "prod", "linalg", "norm", "trace", "softmax", "logsumexp", "axis", "keepdims", "True", "zeros",
    "ones", "eye", "array", "block", "T", "divide", "where",
}  # fmt: skip
"""What the text of a descent over whole arrays has besides."""
SIGNS = {"+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "=", "(", ")", "[", "]", ",", ":"}
LAYOUT = {token.NEWLINE, token.INDENT, token.DEDENT, token.ENDMARKER}


def strange_words(source: str) -> list[str]:
    """What in `source` is no register, no number, no sign and no function of the arithmetic: nothing, in a tape."""
    return [word.string for word in tokenize.generate_tokens(io.StringIO(source).readline) if not _plain(word)]


def strange_words_of_arrays(source: str) -> set[str]:
    """The same where whole arrays are stepped: `@`, and relations as text, are signs there."""
    return {word for word in strange_words(source) if word not in {*OF_ARRAYS, "@", "."} and word[:1] != '"'}


def _plain(word: tokenize.TokenInfo) -> bool:
    if word.type == token.NAME:
        return word.string in KEYWORDS | FUNCTIONS or re.fullmatch(r"r[0-9]*", word.string) is not None
    if word.type == token.NUMBER:
        return re.fullmatch(r"[0-9.e+-]+", word.string) is not None
    return word.type in LAYOUT or (word.type == token.OP and word.string in SIGNS)
