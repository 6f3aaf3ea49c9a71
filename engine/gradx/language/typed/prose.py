"""Words around and inside a formula: what is a question, what is a sentence, and what other fields write with words."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from gradx.language.suggestions import FOREIGN, LEFT_DIVISION, left_division
from gradx.language.typed.lexer import closing
from gradx.language.typed.mapped import AskedError, Mapped, refused, rules
from gradx.language.typed.runs import GLUED, GREEK, as_function
from gradx.table import CALLABLE

_LEAD: Final = re.compile(
    r"\s*(?:let|if|consider|suppose|given|function(?!\s+\w+\s*\([^()]*\)\s*\{)|formula|expression)\s*:?\s+(?=.*=)",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"(.+?)(?:\s*,\s*|(?<![-+*/^%=])\s+)(?:\(\s*[^\W\d]\w*\s*(?:[<>]=?|!=|[≠≥≤])\s*[-\w.]+\s*\)"
    r"|(?:for|where|when)\s+[^\W\d]\w*\s*(?:[<>]=?|!=|[≠≥≤])\s*[-\w.]+)\s*\Z",
    re.DOTALL,
)
_KNOWN_HEAD: Final = re.compile(r"\s*([^\W\d]\w*)(?:\s*\(\s*[^\W\d]\w*\s*\)|\s+[^\W\d]\w*)\s*=(?!=)([^=;]+)")
_DEFINED: Final = frozenset(["sigmoid", "relu", "leaky_relu", "softplus", "silu", "gelu", "mish", "elu", "softsign"])
"""What is written with `=` behind it to define it, and never to be solved."""
_HYPERBOLIC: Final = frozenset(["sinh", "cosh", "tanh", "sech", "csch", "coth"])
_EXPONENTIAL: Final = re.compile(r"\be\s*\^|exp\s*\(|\be[ˣ⁻⁺²³⁴]")
"""What shows that one of them is being defined by exponentials."""
_COMMANDS: Final = {
    **dict.fromkeys(("evaluate", "eval", "compute", "calculate", "find"), ""), "gradient": "diff", "explain": "explain",
    "plot": "plot", "graph": "graph", "minimize": "descend", "minimise": "descend",
}  # fmt: skip
_VERB: Final = re.compile(
    rf"\s*({'|'.join(_COMMANDS)}|simplify|solve|expand|maximi[sz]e|integrate)\s*:?\s+(?=[\w(√|])(?!=)(.+)",
    re.IGNORECASE | re.DOTALL,
)
_BESIDE: Final = re.compile(r"(.+?)\s+\(([a-z]{4,})\)\s*", re.DOTALL)
_LABEL: Final = re.compile(
    r"\s*(?:(?:[0-9]{1,2}|[a-h])\)\s+(?=\S)"
    r"|(?:Q|Ex|Exercise|Problem|Aufgabe|Ejercicio|Exercice)?\s*[0-9]{1,2}[.):]\s+(?=[^\W\d]\w*\s*(?:\(\w\)\s*)?=))"
)
_HEADING: Final = re.compile(
    r"\s*(?:[-*>•][ \t]+(?=\*\*))?(?:\#{2,6}\s+|\((?:[a-h]|[0-9]{1,2}|i{1,3}|iv|vi{0,3})\)\s+"
    r"|(?:\*\*)?(?:step|answer|solution|result|example|question|part|task|schritt|paso)\s*[0-9a-h]?\s*[:.](?:\*\*)?:?\s+"
    r"|\*\*[^*=]{1,40}(?::\*\*|\*\*:)\s*)(?=[^\W\d]\w*\s*(?:\([\w\s,]*\))?\s*=(?!=)|\\[(\[]|\$)",
    re.IGNORECASE,
)
"""`(b) g(t) = …`, `**Step 1:** y = …`, `### f(x) = …`."""
_SET: Final = r"(?:ℝ|\\mathbb\s*\{?\s*R\s*\}?|IR|R)[⁺₊+*>0_^\\{}]*"
_MAPPING: Final = re.compile(
    rf"\A\s*[^\W\d]\s*:\s*{_SET}\s*(?:→|->|\\to\b)\s*{_SET}\s*(?:[,;:.]|\\quad|\bwith\b|\bmit\b)?\s*(?=\S)"
)
"""`f: ℝ → ℝ, x ↦ x²`: between which sets a function maps."""
_ARROW: Final = re.compile(
    r"\A\s*(?:[^\W\d]\s*[:=]\s*)?\(?\s*([^\W\d]\w*)\s*\)?\s*(?:\|?->|[→↦⟼]|\\mapsto)\s*(?=.*\b\1(?![A-Za-z_]))"
)
_OPERAND: Final = r"((?:\w*\([^()]*\)|[0-9]+\.\w+|\w+)(?:\s*(?:\^|\*\*)\s*(?:\w+|\([^()]*\)))?)"
"""What a phrase is `of`: `sine of x^2` is sin(x^2)."""
_MODULO: Final = r"(?<=[\w)])\s+mod(?:ulo)?\s+"
_PHRASES: Final = rules(
    *(
        (rf"\b(?:the\s+)?{word}\s+(?:of|between)\s+{_OPERAND}\s+and\s+{_OPERAND}(?![\w.(]|\s*[*/^!])", rf"(\1{sign}\2)")
        for word, sign in (("product", "*"), ("sum", " + "), ("quotient", "/"), ("difference", " - "))
    ),
    (r"(\w+|\))\s+squared\b", r"\1^2"),
    (r"(\w+|\))\s+cubed\b", r"\1^3"),
    (r"\b(?:the\s+)?square\s+root\s+of\s+" + _OPERAND, r"sqrt(\1)"),
    (r"\b(?:the\s+)?cube\s+root\s+of\s+" + _OPERAND, r"cbrt(\1)"),
    (r"\blog\s+base\s+2\s+of\s+" + _OPERAND, r"log2(\1)"),
    (r"\blog\s+base\s+10\s+of\s+" + _OPERAND, r"log10(\1)"),
    (r"\blog\s+base\s+(\w+)\s+of\s+" + _OPERAND, r"log(\2)/log(\1)"),
    (r"\b(?:the\s+)?natural\s+log(?:arithm)?\s+of\s+" + _OPERAND, r"log(\1)"),
    (r"\b(?:the\s+)?absolute\s+value\s+of\s+" + _OPERAND, r"abs(\1)"),
    (r"\b(sine|cosine|tangent|exponential|logarithm)\s+of\s+" + _OPERAND, r"\1(\2)"),
    (
        r"(\w+|\))\s+(?:raised\s+)?to\s+the\s+(?:power\s+(?:of\s+)?)?"
        r"((?:minus\s+|-)?(?:\w+\^[0-9]+|[0-9]+(?=th|rd|nd|st)|\w+))(?:th|rd|nd|st)?(?:\s+power)?\b",
        r"\1^(\2)",
    ),
    (r"([0-9.]+)\s*%\s+of\s+", r"\1/100*"),
    (rf"{_MODULO}([0-9.]+(?:[ ]*(?:pi|π)|(?!e[-+]?[0-9])[^\W\d]\w*))(?![\w(])", r" % (\1)"),
    (rf"{_MODULO}(?=[\w(])", " % "),
    (r"(\A|[=(])\s*(?:minus|negative)\s+(?=[\w(])", r"\1-"),
    (r"\b(two|three|four|five|six|seven|eight|nine|ten)\s+(?=[A-Za-z(])", r"\1 "),
    (r"\(minus\s+", "(-"),
    (r"\barc\s+(sin|cos|tan)\b", r"arc\1"),
    (r"\bone\s+over\s+", "1/"),
    (r"\b(?:one\s+)?half\s+(?:of\s+)?(?=\w)", "1/2*"),
    (r"\b(?:the\s+)?square\s+of\s+(\w+|\([^()]*\))", r"\1^2"),
    (r"\b(?:the\s+)?([a-z]+[0-9]*)\s+of\s+" + _OPERAND, r"\1(\2)"),
    (r"\s+(?:equals|is\s+equal\s+to)\s+", " = "),
    (r"\s+plus\s+", " + "),
    (r"\s+minus\s+", " - "),
    (r"\s+(?:times|multiplied\s+by)\s+", "*"),
    (r"\s+(?:divided\s+by|over)\s+", "/"),
    flags=re.IGNORECASE,
)
_COUNT: Final = ("one|first", "two", "three|third", "four(?:th)?", "five|fifth", "six", "seven", "eight", "nine", "ten")
_DIGITS: Final = rules(
    *((rf"\b(?:{word})\b", str(number)) for number, word in enumerate(_COUNT, 1)), flags=re.IGNORECASE
)
_CALLED: Final = r"\s*[(\[](?![^()\[\]=]*[)\]]\s*=)"
"""A parenthesis that is no definition's."""
_SIGN: Final = re.compile(r"∇|\\nabla(?![A-Za-z])|∂|\\partial(?![A-Za-z])")
"""A derivative's."""
_HINT: Final = "write what is to be differentiated, as in x^2*sin(x)"
_INTEGRALS: Final = "integrals are not known here"
_LIMITS: Final = "limits are not known here"
_OUTSIDE: Final = (
    (rf"(?i)\b(?:n?integrate|integral|antiderivative){_CALLED}", _INTEGRALS, _HINT),
    (rf"(?i)\bn?limit{_CALLED}", _LIMITS, _HINT),
    (rf"(?i)\b(?:n|d|f|nd|lin)?solve{_CALLED}", "equations are not solved here", _HINT),
    (r"(?i)\b(?:integral|integrate|antiderivative)\s+[\w(]|∫|적분|積分|积分|\\i*int(?![A-Za-z])", _INTEGRALS, _HINT),
    (r"(?i)\blim(?:it)?(?:_|\s+(?:of|as|x|n)\b)|\\lim(?![A-Za-z])", _LIMITS, _HINT),
    (r"Σ(?=[\s(])", "sums are taken of vectors, which need their values", FOREIGN["Σ"]),
    (r"∑|\\sum(?![A-Za-z])|Σ(?=[_ᵢ])", "sums over an index are taken of vectors, which need their values",
     "give each its value behind the formula, x=[1 2 3], or write out the terms: x1 + x2 + x3"),
    (r"∏|\\prod(?![A-Za-z])|Π(?=_[ijkn][ \t*]*[^\W\d]|ᵢ)",
     "products over an index are taken of vectors, which need their values",
     "give each its value behind the formula, x=[1 2 3], or write out the factors: x1*x2*x3"),
    (r"\bsoftmax\s*\(|\\(?:mathrm|operatorname|text)\{softmax\}", "vectors are not read here", FOREIGN["softmax"]),
    (r"\barg(?:max|min)\s*\(", "places of a maximum or minimum are not known here", _HINT),
    (r"(?i)\A\s*(?:find\s+|what\s+is\s+)?(?:the\s+)?(?:equation\s+of\s+)?(?:the\s+)?(?:tangent|normal)(?:\s+line)?\s+(?:to|of)\s.*\sat\s",
     "a tangent line is a polynomial of order 1", 'gradx diff "x^2" --taylor 1 x=3; its slope is gradx diff "x^2" x=3'),
    (r"±|∓", "`±` is two expressions in one", "write each for itself: x + 1, x - 1"),
    (r"→|⇒|⇔|⟹|\\(?:to|Rightarrow|implies|iff|rightarrow)(?![A-Za-z])", "an argument is no expression",
     "write the formula alone; a value is given after it: x=3"),
    (r"…|\.\.\.|\\(?:l|c|d)?dots(?![A-Za-z])", "dots are not read: every term is written", _HINT),
    (r"∞|\\infty(?![A-Za-z])", "infinity is not a number here", "write a large number"),
    (r"[∈∉⊂⊆∀∃∪∩ℝℕℤ]|\\(?:in|forall|exists|mathbb(?!\s*\{?\s*[1I](?!\w))|subset)(?![A-Za-z])",
     "sets are not known here", _HINT),
    (r"\be\s*\^\s*[({]?\s*-?\s*i\s*(?:\\[a-z]|π|pi|θ|\*|[A-Za-z])", "complex numbers are not known here", _HINT),
    (r"\b2nd\s+(?:ln|log|sin|cos|tan)\b", "a key of a calculator is no part of a formula",
     "write what it stands for: e^x, 10^x, asin(x)"),
    (r"\bE\s*\[|\\mathbb\{E\}", "expectations are not known here", _HINT),
)  # fmt: skip
"""What is of another field, why it is not read, and what to write instead."""
_STEPS: Final = re.compile(
    r"(?!.*,\s*\w+\s*\([\w\s,]*\)\s*=)\s*([^\W\d]\w*\s*(?:\([\w\s,]*\))?\s*=)([^=<>!;\n]*\w[^=<>!;\n]*)=([^=<>!;\n]*\w[^=<>!;\n]*)"
)
"""`y = (x + 1)^2 = x^2 + 2x + 1`."""
_WORDS: Final = re.compile(
    r"(?<![\w\\])(?:([A-Za-z]{3,})\s+([A-Za-z]{2,})(?!\w)"
    r"|(?<=[A-Za-z]\s)([A-Za-z]{4,})(?=[ \t]+[A-Za-z](?!\w)(?!\s*=)))"
)
"""Two words, or one between two operands."""


def formula(typed: Mapped) -> Mapped:
    """Without the word before a formula. Raises `AskedError` for what is of another field."""
    typed = _unmarked(typed).sub(_MAPPING, "").sub(_ARROW, r"J(\1) = ")
    for pattern, message, hint in _OUTSIDE:
        match = re.search(pattern, typed.text)
        if match:
            raise refused(message, typed.at(match), hint)
    label = _LABEL.match(typed.text)
    if label and (")" not in label[0] or typed.text.count(")") > typed.text.count("(")):
        rest = typed.cut(label.end())
        if not re.match(r"[^\W\d]\w*\s*(?:\([\w, ]*\)\s*)?=", rest.text):
            raise AskedError("what counts the lines is no part of a formula", typed.at(label), (rest.text,))
        typed = rest
    left = None if "\\" not in typed.text else left_division(typed.text)
    if left:
        raise refused(LEFT_DIVISION, typed.at(left, 1), "write b/A for numbers")
    lead = None if _FLOAT.search(typed.text) else _LEAD.match(typed.text)
    return typed.cut(lead.end()) if lead else typed


_FLOAT: Final = re.compile(r"[0-9]\.?[fF]\b")
"""The number of a language in which `let` is a word of code."""
_EMPHASIS: Final = re.compile(r"\s*(\*\*|__|\*)(?=\S)(.*\S)\1\s*", re.DOTALL)
_BULLET: Final = re.compile(r"\s*[-*>•][ \t]+(?=[^\W\d]\w*\s*(?:\([\w\s,]*\))?\s*=|(?:\\[(\[]|\$)[^=]*=)")
_INDEXED_HEAD: Final = re.compile(r"(\A\s*[^\W\d_])_(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+)(?=\s*\([^()=]*\)\s*=)")
"""`f_{w,b}(x) =`: the parameters below the name are inputs."""


def _unmarked(typed: Mapped) -> Mapped:
    """Without the marks of a list, a quotation, a text that stands out, and what is below a function's name."""
    around = _EMPHASIS.fullmatch(typed.text)
    typed = typed.group(around, 2) if around else typed
    bullet = _BULLET.match(typed.text) or _HEADING.match(typed.text)
    typed = typed.cut(bullet.end()) if bullet else typed
    return typed.sub(_INDEXED_HEAD, r"\1")


def checked(typed: Mapped, known: Set[str]) -> Mapped:
    """The formula, if it is one. Raises `AskedError` for a formula in words, a point beside it, and a sentence."""
    sign = _SIGN.search(typed.text)
    if sign:
        message = "a derivative is not part of an expression"
        raise refused(message, typed.at(sign), "leave it out: gradx eval shows it for every node")
    several = _STEPS.fullmatch(typed.text)
    if several:
        meanings = (several[1] + several[2], several[1] + several[3])
        raise AskedError("which of the steps is meant is not said", typed.extent(), meanings)
    condition = _CONDITION.fullmatch(typed.text)
    if condition and "?" not in typed.text:
        place = typed.extent(condition.end(1), len(typed.text))
        raise AskedError("a condition beside a formula is not read", place, (condition[1],))
    verb = _VERB.match(typed.text)
    if verb and verb[1] not in known:
        command = _COMMANDS.get(verb[1].lower())
        if command is None:
            raise refused(f"gradx does not {verb[1].lower()}", typed.at(verb, 1), _HINT)
        message = f"`{verb[1]}` is no part of a formula"
        raise AskedError(message, typed.at(verb, 1), (verb[2],), command=f"gradx {command}" if command else None)
    head = _KNOWN_HEAD.fullmatch(typed.text)
    function = as_function(head[1]) if head else None
    if head and function and head[1] not in known:
        if function in _DEFINED or (function in _HYPERBOLIC and _EXPONENTIAL.search(head[2])):
            return typed.group(head, 2)
        raise AskedError(f"`{head[1]}` is a function already", typed.at(head, 1), (head[2],))
    beside = _BESIDE.fullmatch(typed.text)
    if beside and beside[2] not in known and typed.text.count(beside[2]) == 1 and as_function(beside[2]) is None:
        place, message = typed.at(beside, 2), f"`{beside[2]}` may be a remark, or a factor"
        raise AskedError(message, place, (beside[1], f"{beside[1]}*{beside[2]}"))
    return _in_signs(typed, known)


def _in_signs(typed: Mapped, known: Set[str]) -> Mapped:
    """A formula in signs that was said in words. Raises `AskedError` where words leave it open, and for a sentence."""
    signs = typed.rewritten(_PHRASES)
    spoken = signs.rewritten(_DIGITS) if signs is not typed else typed
    if spoken is not typed:
        if spoken is signs and not _SEVERAL.search(typed.text):
            return spoken
        raise AskedError("words are not read; signs are", typed.extent(), _spoken(spoken.text, "(" in typed.text))
    for match in _WORDS.finditer(typed.text):
        if all(_is_word(word, known) for word in match.groups() if word):
            what = "a word stands between two letters" if match[3] else "two words stand side by side"
            hint = "write the formula alone; a product of two names is written a*b"
            raise refused(f"this is no formula: {what}", typed.at(match), hint)
    return typed


_SEVERAL: Final = re.compile(
    rf"(?:[-+*/]|\b(?:plus|minus|times|of|over|by|{'|'.join(GLUED)})\b).*\b(?:squared|cubed|to\s+the)\b"
    r"|%\s+of\b|\b(?:of|over|by|half)\b.*(?:[-+*/]|\b(?:plus|minus|times|over|divided)\b)"
    r"|(?:[-+]|\b(?:plus|minus)\b).*\b(?:over|divided|half)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Words that leave open how far a power, a root or a quotient goes: `x plus 1 squared`, `sine of x plus 1`."""


def _spoken(text: str, is_grouped: bool) -> tuple[str, ...]:
    """What is said in words, and what it says if a function or a power takes all that stands beside it, or less.

    `is_grouped`: parentheses were typed, and mean what they say.
    """
    first, last = _FIRST.match(text), _LAST.fullmatch(text)
    if first:
        return text, f"{first[1]}({first[2]}{first[3]})"
    if not last:
        return (text,)
    base = last[1].strip()
    if closing(base) < len(base) - 1:
        return text, f"({last[1]}){last[2]}"
    return (text,) if is_grouped else (text, base[1:-1] + last[2])


_LAST: Final = re.compile(r"(.*\W.*?)(\^(?:[0-9]+|\(\w+\)))", re.DOTALL)
_FIRST: Final = re.compile(r"([a-z]+)\(([\w^]+)\)(\s*[-+*/^].*)", re.DOTALL)


def _is_word(word: str, known: Set[str]) -> bool:
    return (
        word not in known
        and word not in GREEK
        and word not in CALLABLE
        and as_function(word) is None
        and not any(name in word for name in GLUED)
        and word not in ("pi", "if", "else", "then", "return", "function", "const", "let", "var", "def", "lambda")
    )
