"""LaTeX, turned into the language: braces from the inside out, every command a sign, a letter or a function."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from gradx.language import diagnosis
from gradx.language.latex import GREEK_WORDS
from gradx.language.tokens import normal_name
from gradx.language.typed.lexer import closing
from gradx.language.typed.mapped import AskedError, Mapped, refused, rules
from gradx.language.typed.runs import as_function
from gradx.table import CALLABLE

_MARK: Final = re.compile(r"\\[A-Za-z,;:!()\[\]{}|]|\\\\|\A\s*\$|[\^_]\{|\^[0-9]_[A-Za-z0-9]|(?<![\w.])1[{\[]")

_R_FUNCTION: Final = re.compile(r"\s*(?:\w+\s*(?:=|<-)\s*)?\\\(\w[\w, ]*\)(?!.*\\\))", re.DOTALL)

_OTHER_FUNCTIONS: Final = {
    "lg": "log10", "tg": "tan", "ctg": "cot", "arccot": "acot", "Arctan": "atan", "Arcsin": "asin",
}  # fmt: skip
_LETTERS: Final = GREEK_WORDS | {
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ", "varsigma": "σ", "ell": "l", "pi": "π",
    "top": "T", "intercal": "T",
}  # fmt: skip
_SIGNS: Final = {
    **dict.fromkeys(("cdot", "times", "ast", "star", "bullet"), "*"), **dict.fromkeys(("div", "slash"), "/"),
    **dict.fromkeys(("le", "leq", "leqslant"), "<="), **dict.fromkeys(("ge", "geq", "geqslant"), ">="),
    **dict.fromkeys(("ne", "neq"), "!="), "lt": "<", "gt": ">", "coloneqq": "=", "approx": "≈", "prime": "'",
    "degree": "°", **dict.fromkeys(("vert", "lvert", "rvert", "mid"), "|"),
    **dict.fromkeys(("Vert", "lVert", "rVert"), "‖"),
    "lfloor": " floor(", "rfloor": ")", "lceil": " ceil(", "rceil": ")", "lbrace": "(", "rbrace": ")", "lparen": "(",
    "rparen": ")", "lbrack": "(", "rbrack": ")", "partial": "∂", "nabla": "∇",
    **dict.fromkeys(("quad", "qquad", "displaystyle", "textstyle", "limits", "nonumber", "thinspace", "enspace"), " "),
}  # fmt: skip


_AROUND: Final = rules(
    (r"\\(?:label|tag|color|textcolor|phantom|hspace|vspace)\*?\{[^{}]*\}|\\nonumber", ""),
    (r"\\(?:begin|end)\{(?:align|equation|gather|math|displaymath|eqnarray|split|aligned)\*?\}", " "),
    (r"\$|\\[\[\]()]|\\boxed(?=\s*\{)", " "),
    (r"\\(?:underbrace|overbrace)\s*\{([^{}]*)\}\s*[_^]\s*\{[^{}]*\}", r"{\1}"),
    (r"\\(?:left|right)\s*(?=[(\[|.)\]]|\\)|\\(?:bigg?|Bigg?)[lrm]?\s*(?=[(\[|)\]\\])", ""),
    (r"\\\{", "("), (r"\\\}", ")"), (r"\\\|", "‖"),
    (r"\\[,;:! ]|~", " "), (r"&", " "),
    (r"(?<=[)\]}\w])\s*\.\s*\Z", ""),
)  # fmt: skip


def _letter(word: str) -> str:
    return _LETTERS.get(word, word)


_BY: Final = r"\\?([A-Za-z]+)((?:_(?:[A-Za-z0-9]+|\{\w+\}))*)"
_WORD_BELOW: Final = (
    r"(?![a-z](?:log|ln|exp|sin|cos|tan|tanh|sqrt|max|min|abs)(?![A-Za-z]))"
    r"(?=[A-Za-z]+[aeiouAEIOU])[A-Za-z]{4}"
    r"|(?:hat|bar|max|min|out|old|new|ref|obs|est|opt|avg|tot|std|net|ext|eff|end)(?![A-Za-z])"
)
"""What stands below a name, beside LaTeX, and is one word without braces: `y_pred`."""
_DERIVATIVE: Final = rules(
    (r"\A\s*\{\s*\\(?:display|text)style\b(.*)\}\s*\Z", r"\1"),
    (r"\{\s*(\\frac\s*\{\s*(?:d|\\partial)[^{}]*\}\s*\{[^{}]*\})\s*\}", r"\1 "),
    (r"\\[dtc]frac", r"\frac"),
    (rf"(?<=[A-Za-z])_(?!{_WORD_BELOW})([A-Za-z0-9])(?=[A-Za-z])", r"_\1 "),
    (r"\\(?:mathrm|operatorname|text)\s*\{d\}", "d"),
    (r"\\frac\s*\{\s*(?:d|\\partial)\s*\^\s*\{?\s*([2-9])\s*\}?\s*([A-Za-z]?)\s*\}\s*\{((?:\s*(?:d|\\partial)\s*(?:\\[a-z]+|[A-Za-z])"
     r"(?:_\{?\w\}?)?(?:\^\s*\{?\s*[2-9]\s*\}?)?)+)\s*\}", r" ∂^\1\2/\3 "),
    (rf"\\frac\s*\{{\s*(?:d|\\partial)\s*\}}\s*\{{\s*(?:d|\\partial)\s*{_BY}\s*\}}",
     lambda m: f" d/d{_letter(m[1])}" + r"\2 "),
    (rf"\\frac\s*\{{\s*(?:d|\\partial)\s*([A-Za-z]+)\s*\}}\s*\{{\s*(?:d|\\partial)\s*{_BY}\s*\}}",
     lambda m: rf" d\1/d{_letter(m[2])}" + r"\3 "),
)  # fmt: skip
_DERIVED: Final = re.compile(
    r"\\frac\s*\{\s*(?:d|\\partial)(?![a-z]*\s*[-+*/=])[^{}]*\}\s*\{\s*(?:d|\\partial)(?!\s*\\(?:cdot|times))\s*[\\A-Za-z][^{}+\-*/=]*\}"
)
"""A derivative that is not at the beginning of a formula, or not of one name by another."""
_LETTERED: Final = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|overrightarrow|underline)\s*\{\s*(\\?[A-Za-z]+)\s*\}")
_NAMED: Final = re.compile(
    r"\\(?:mathrm|operatorname|text|textit|mathit|textrm|mathsf|mathtt)\*?\s*\{\s*([A-Za-z_][\w ]*?)\s*\}"
)
_STYLED: Final = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|vec|overrightarrow|underline|mathcal|mathbb|textbf|mathsf|mathfrak)"
    r"\s*\{\s*([^{}]*?)\s*\}"
)
_ACCENT: Final = re.compile(
    r"\\(?:wide)?(hat|bar|tilde|overline)\s*"
    r"(?:\{\s*(\\?[A-Za-z]+)\s*(?:_\s*(?:\{\s*)?(\w+)\s*\}?\s*)?\}|(\\[A-Za-z]+)|(?<=\s)([A-Za-z]))"
)
_BELOW: Final = r"(_\s*(?:\{[^{}]*\}|\w|\\[A-Za-z]+))"
_SCRIPTS: Final = rules(
    (r"\^\s*\{\s*(\[\s*\w+\s*\])\s*\(\s*(\w+)\s*\)\s*\}", r"_{\2}^{\1}"),
    (r"(?<![\w}\]^_])\{\s*(\\?[A-Za-z]+)\s*\}(?=\s*_)", r"\1"),
    (rf"(\^\s*(?:\{{(?:[^{{}}]|\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}})*\}}|\w|\\[A-Za-z]+))\s*{_BELOW}", r" \2\1 "),
)
"""`x^{2}_{1}` is `x_{1}^{2}`."""
_LOWERED: Final = rules(
    (r"(?<=\w)\s+\^(?=\[[0-9]+\])", "^"),
    (r"(?<=\S)\s+_(?=[\w{])", "_"),
    (r"([^\W\d_]+(?:_(?:hat|bar|tilde))?)_(?!(?:hat|bar|tilde)(?!\w))(\w+)\s*\^\[([0-9]+)\]", r"\1\3_\2"),
)
"""A subscript belongs to what stands before it, and stands behind the number of its layer: `a_2^{[1]}` is a1_2."""
_STRAY: Final = re.compile(r"(?<![\w\]‖∇∂])_\w|(?<![\w.])[0-9.]+_\w")
_COMPARED: Final = r"<=?|>=?|!=|==?|[≤≥≠]|\\(?:[gl](?:eq(?:slant)?|e|t)|neq?)(?![A-Za-z])"
_INDICATOR: Final = re.compile(
    r"(?:\\(?:mathbb|mathds|mathbf|bm|boldsymbol|mathrm)\s*\{?\s*[1I]\s*\}?|(?<![\w.])1)\s*(?:_\s*)?(?:[{(\[]\s*)+"
    rf"([^{{}}()\[\]]*?(?:{_COMPARED})[^{{}}()\[\]]*?)(?:\s*[)}}\]])+"
)
_IN_USE: Final = re.compile(r"(?:[_^}\]]|\\(?:frac|sqrt|binom))\s*\Z")
"""Where a group is what a command or a sign before it takes."""
_INNER: Final = rules(
    (r"\\frac\s*([0-9A-Za-z])\s*([0-9A-Za-z])", r"\frac{\1}{\2}"),
    (r"\\frac\s*([0-9A-Za-z])\s*(?=\{)", r"\frac{\1}"),
    (r"\\frac\s*(\{[^{}]*\})\s*([0-9A-Za-z])", r"\frac\1{\2}"),
    (r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r" ((\1)/(\2)) "),
    (r"\\binom\s*\{([^{}]*)\}\s*\{2\}", r" (\1)*((\1)-1)/2·binom "),
    (r"\\sqrt\s*\[\s*3\s*\]\s*\{([^{}]+)\}", r" cbrt(\1) "),
    (r"\\sqrt\s*\[\s*2\s*\]\s*\{([^{}]+)\}", r" sqrt(\1) "),
    (r"\\sqrt\s*\[([^\[\]{}]+)\]\s*\{([^{}]+)\}", r" (\2)^(1/(\1)) "),
    (r"\\sqrt\s*\{([^{}]*[^\s{}][^{}]*)\}", r" sqrt(\1) "),
    (r"\{([^{}]*)\\over\s+([^{}]*)\}", r" ((\1)/(\2)) "),
    (r"\^\s*\{\s*\[\s*([0-9]+)\s*\]\s*\}", r"^[\1]"),
    (r"(?<=[A-DF-Za-df-z])\^\s*\{\s*\[\s*([A-Za-z])\s*\]\s*\}", r"_\1 "),
    (r"\^\s*\{\s*([0-9]+|[A-Za-z])\s*\}", r"^\1 "),
    (r"\^\s*\{([^{}]*[^\s{}][^{}]*)\}", r"^(\1) "),
    (r"_\s*\{\s*(\w+)\s*\}", r"_\1 "),
    (r"_\s*\{\s*(\w+)\s*,\s*(\w+)\s*\}", r"_\1\2 "),
    (r"\{([^{}]*[^\s{}][^{}]*)\}", lambda m: None if _IN_USE.search(m.string[: m.start()]) else r"(\1)"),
)  # fmt: skip
_INDEX: Final = re.compile(r"\^\s*\{\s*\(\s*(\w+)\s*\)\s*\}")
_INDEXED: Final = re.compile(r"_\s*\{?(\w+)\}?\s*" + _INDEX.pattern)
_COUNTED: Final = re.compile(r"(?:(?<=[A-Za-z])_\s*\{|(?<=[A-DF-Za-df-z])\^\s*\{\s*\[)\s*\w+\s*[-+*/]\s*\w+\s*\]?\s*\}")
"""`x_{n+1}`, `a^{[l-1]}`."""
_NORM: Final = re.compile(r"(?<=‖)\s*_\s*(?:2|\{2\})")
_ROOT: Final = re.compile(r"\\sqrt(?:\s+|(?=[0-9\\]))([0-9A-Za-z])")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")
_SEVERAL_BELOW: Final = re.compile(r"(?<![\w\\])([A-Za-z]+)_([A-Za-z]{2,})(?!\w)")
_CASES: Final = re.compile(
    r"\\begin\s*\{d?cases\}(.*?)\\end\s*\{d?cases\}"
    r"|\\left\s*\\[{.]\s*\\begin\s*\{array\}\s*\{[lcr |]*\}(.*?)\\end\s*\{array\}\s*\\right\s*(?:\.|\Z)",
    re.DOTALL,
)
_ROW: Final = re.compile(r"(.*?)(?:,?\s*&|,(?!.*&))\s*(?:\\text\s*\{([^{}]*)\}|)(.*)", re.DOTALL)


def is_latex(text: str) -> bool:
    """Whether something in a text is LaTeX, and not the `\\(x)` of a function in R."""
    return _MARK.search(text) is not None and not _R_FUNCTION.match(text)


def derivative_heads(typed: Mapped) -> Mapped:
    r"""`\frac{dL}{da}` as dL/da, `\frac{d}{dx}` as d/dx."""
    if "\\" not in typed.text:
        return typed
    return typed.sub(_LETTERED, r" \1 ").sub(_ACCENT, _accent).rewritten((*_LOWERED[:2], *_DERIVATIVE))


_CALLED: Final = {"sigma": ("σ", "sigmoid"), "Gamma": ("Γ", "gamma")}
"""Letters that are functions before a parenthesis, where they are no value."""
_INVERSE: Final = re.compile(r"\\sigma\s*\^\s*\{\s*-\s*1\s*\}\s*(?:\\left\s*)?\(([^()]*?)(?:\\right\s*)?\)")
_BESIDE_GROUP: Final = re.compile(r"\\(sigma|Gamma)(?=\s*\{(?!\s*(?:\\left|\\[bB]igg?l?|[\s}^_=+*/,.)])))\s*")


def _values(typed: Mapped, known: Set[str]) -> tuple[Mapped, frozenset[str]]:
    """The text with a `*` between a letter and its group, and which of `_CALLED` are values in it."""
    bare = r"(?:\\{}(?![A-Za-z])|{})(?!\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[]|\s*\{{\s*\\left|\s*[_'])"
    found = frozenset(
        word
        for word, (letter, _) in _CALLED.items()
        if {word, letter} & known or re.search(bare.format(word, letter), typed.text)
    )
    return typed.sub(_BESIDE_GROUP, lambda m: rf"{_CALLED[m[1]][0]}*"), found


def plain(typed: Mapped, known: Set[str] = frozenset()) -> tuple[Mapped, frozenset[str]]:
    """The text in the language's signs, and the names that are set as one. Raises `AskedError` for what is unknown."""
    typed = typed.sub(_CASES, _where).sub(_SEVERAL_BELOW, lambda m: rf"\1_{{{m[2]}}}" if m[0] in known else None)
    matrix = re.search(r"\\begin\s*\{([pbvBV]?matrix|array)\}", typed.text)
    if matrix:
        raise refused("matrices are not read here", typed.at(matrix), "write one entry at a time")
    typed, values = _values(typed, known)
    inverse = _INVERSE.search(typed.text)
    if inverse and not {"sigma", "σ"} & known:
        meanings = tuple(
            f"{typed.text[: inverse.start()]}{meaning.format(inverse[1])}{typed.text[inverse.end() :]}"
            for meaning in ("(log(({0})/(1 - ({0}))))", "(1/sigmoid({0}))", "(({0})/σ)")
        )
        message = "`\\sigma^{-1}` may be the inverse function, a quotient or a power"
        raise AskedError(message, typed.at(inverse), meanings)
    typed = typed.sub(re.compile(r"\\\\"), "\n") if "cases" not in typed.text else typed
    typed = derivative_heads(typed).rewritten(_AROUND).sub(_INDICATOR, _indicator)
    _check_meaning(typed)
    names: set[str] = set()
    typed = typed.sub(_NAMED, lambda m: _named(m, names))
    typed = typed.sub(_STYLED, r" \1 ")
    typed = _bare(typed.sub(_ACCENT, _accent).rewritten(_SCRIPTS))
    typed = _without_braces(typed)
    typed = typed.sub(_ROOT, r" sqrt(\1) ")
    typed = _commands(typed, values)
    typed = typed.sub(_NORM, "").rewritten(_LOWERED).stripped()
    stray = _STRAY.search(typed.text)
    if stray:
        message, hint = diagnosis.SUBSCRIPT
        raise refused(message, typed.at(stray), hint)
    return typed, frozenset(names)


def _check_meaning(typed: Mapped) -> None:
    """Raises for what has several meanings, or none: steps of a calculation, indices that are counted, derivatives."""
    steps = re.split(r"\n\s*=", typed.text)
    if len(steps) > 1:
        head = steps[0].rpartition("=")[0]
        meanings = (steps[0], *(f"{head}={step}" if head else step for step in steps[1:]))
        raise AskedError("which of the steps is meant is not said", typed.extent(), meanings)
    counted = _COUNTED.search(typed.text)
    if counted:
        raise refused("an index is a number or a letter here", typed.at(counted), "write a name for it: x_n, x2")
    derived = _DERIVED.search(typed.text)
    if derived:
        hint = "say what is differentiated: d/dx (x^2)"
        raise refused("a derivative is not part of an expression", typed.at(derived), hint)
    index = _INDEX.search(typed.text)
    if index:
        indexed = typed.sub(_INDEXED, r"_{\1_\2}").sub(_INDEX, r"_{\1}")
        meanings = (typed.sub(_INDEX, r"^{\1}").text, indexed.text)
        raise AskedError(f"`{index[0]}` may be a power or an index", typed.at(index), meanings)


def _named(match: re.Match[str], names: set[str]) -> str:
    called = match.string[match.end() :].lstrip().startswith("(")
    word = match[1].replace(" ", "_")
    lower = word.lower()
    function = as_function(_OTHER_FUNCTIONS.get(word, word))
    if function and len(word) > 1:
        return f" {function} "
    if lower in ("if", "otherwise", "and", "where", "for"):
        return f" {lower} "
    names.add(normal_name(word))
    return f" {word}" if called else f" {word} "


def _accent(match: re.Match[str]) -> str:
    accent = {"overline": "bar"}.get(match[1], match[1])
    return rf" \2\4\5_{accent}" + (r"_\3 " if match[3] else " ")


def _indicator(match: re.Match[str]) -> str | None:
    """`\\mathbb{1}_{0 < x < 1}` as a where in a where."""
    parts = re.split(f"({_COMPARED})", match[1])
    made = "1"
    for k in range(len(parts) - 2, 0, -2):
        made = f"where({parts[k - 1].strip()} {_relations(parts[k])} {parts[k + 1].strip()}, {made}, 0)"
    return f" {made} "


def _where(match: re.Match[str]) -> str | None:
    r"""`\begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}` with two rows or more as a where."""
    rows = [_ROW.fullmatch(row) for row in re.split(r"\\\\", match[1] or match[2]) if row.strip()]
    pairs = [(row[1].strip(), f"{row[2] or ''} {row[3]}".strip(" .,;")) for row in rows if row]
    if len(pairs) != len(rows) or len(pairs) < 2:
        return None
    conditions = [re.sub(r"^(?:if|for|when)\s+", "", _relations(condition)) for _, condition in pairs]
    if not _is_rest(conditions[-1], conditions[:-1]):
        return None
    last = pairs[-1][0]
    for (value, _), condition in zip(pairs[-2::-1], conditions[-2::-1], strict=True):
        last = f"where({condition}, {value}, {last})"
    return f" {last}"


def _relations(condition: str) -> str:
    signs = {"≥": ">=", "≤": "<=", "≠": "!="}
    written = re.sub(
        r"\\(geqslant|leqslant|neq?|[gl](?:eq?|t))(?![a-z])|[≥≤≠]", lambda m: signs.get(m[0]) or _SIGNS[m[1]], condition
    )
    return re.sub("(?<![<>!=])=(?!=)", "==", written).strip()


_OPPOSITE: Final = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!=", "!=": "=="}


def _is_rest(condition: str, others: list[str]) -> bool:
    """Whether a condition holds just where none of the others does."""
    if condition in ("otherwise", "else", "sonst", ""):
        return True
    one, other = (re.fullmatch(r"(.*?)\s*([><!=]=|>|<)\s*(.*)", text) for text in (condition, others[0]))
    return len(others) == 1 and bool(
        one and other and one[1] == other[1] and one[3] == other[3] and _OPPOSITE[one[2]] == other[2]
    )


def _bare(typed: Mapped) -> Mapped:
    """Without braces around all of it."""
    typed = typed.stripped()
    while typed.text[:1] == "{" and closing(typed.text) == len(typed.text) - 1 and r"\over " not in typed.text:
        typed = typed.cut(1, len(typed.text) - 1).stripped()
    return typed


def _without_braces(typed: Mapped) -> Mapped:
    """Fractions, roots, exponents and groups, the innermost first. Raises `AskedError` where a brace is missing."""
    if typed.text.count("{") == typed.text.count("}") + 1:
        closed = f"{typed.text}}}"
        if not re.search(r"\\frac\s*\{[^{}]*\}?\s*\Z", closed):
            at = typed.text.rfind("{")
            raise AskedError("this brace is never closed", typed.extent(at, at + 1), (closed,))
    for _ in range(200):
        before = typed
        typed = typed.rewritten(_INNER)
        if typed.text == before.text:
            return typed
    return typed


def _commands(typed: Mapped, values: Set[str]) -> Mapped:
    """Every command that is left."""
    binom = typed.text.find("·binom")
    if binom >= 0:
        place = typed.extent(binom, binom + 6)
        raise AskedError("binomials are not read here", place, (typed.text.replace("·binom", ""),))
    unknown: list[re.Match[str]] = []

    def said(match: re.Match[str]) -> str | None:
        word = match[1]
        behind = typed.text[match.end() :].lstrip()
        if word in _CALLED and behind.startswith("("):
            letter, function = _CALLED[word]
            return f" {letter}*" if word in values else f" {function}"
        if word in _LETTERS:
            before = "" if typed.text[match.start() - 1 : match.start()] == "_" else " "
            return before + _LETTERS[word] + ("" if behind.startswith("_") else " ")
        if word == "sqrt" and behind.startswith("\\"):
            return " sqrt "
        if word in _SIGNS:
            return _SIGNS[word]
        function = _OTHER_FUNCTIONS.get(word, word)
        if function in CALLABLE and word != "sqrt":
            return f" {function}" + ("" if behind[:1] in ("(", "_", "^") else " ")
        unknown.append(match)
        return None

    typed_again = typed.sub(_COMMAND, said)
    if unknown:
        match = unknown[0]
        message = f"`{match[0]}` is not known here"
        if match[1] in ("sqrt", "frac"):
            message = f"`{match[0]}` needs what stands in it"
        raise refused(message, typed.at(match), "write it in plain signs: sqrt(x), a/b, x^(n + 1)")
    return typed_again
