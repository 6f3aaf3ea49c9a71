"""Code, read with its own meaning: Python and its libraries, C, JavaScript, MATLAB, R, sheets, Wolfram, Maxima."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence, Set
from typing import Final, NamedTuple

from gradx.language.suggestions import FOREIGN
from gradx.language.typed.code_calls import called
from gradx.language.typed.code_forms import MATLAB, MODULES, SHEET, WOLFRAM
from gradx.language.typed.lexer import CLOSING, NAME, POWERS, SIGN, Edits, Token, is_operand_start, text_of, tokens
from gradx.language.typed.mapped import AskedError, Mapped, Questions, joined, refused, rules
from gradx.language.typed.runs import as_function
from gradx.table import CALLABLE

_NAME: Final = r"[^\W\d]\w*"
_PARAMETERS: Final = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_TYPES: Final = r"(?:(?:static|inline|final|const|let|var|val|mut|double|float|int|auto|local)\s+)*"
_PARAMETER: Final = rf"(?:_\s+)?(?:(?:const|double|float|int)\s+)*({_NAME})(?:\s*:\s*[\w.]+|\s+[\w.]+)?"
_DECLARED: Final = re.compile(
    rf"\A\s*(?:(?:pub|public|private|static|final|inline|constexpr|export)\s+)*(?:double|float|fn|func|fun|function)\s+"
    rf"({_NAME})\s*\(([^()]*)\)\s*(?:(?:->|:)?\s*[\w.]+\s*)?(?:\{{|=(?!=))\s*"
)
"""The head of a function in C, Java, JavaScript, Rust, Go, Swift and Kotlin."""
_LAMBDA: Final = re.compile(rf"\bauto\s+({_NAME})\s*=\s*\[[=&]?\]\s*(?=\()")
_CALL: Final = re.compile(r"\b([A-Z][A-Za-z]+)\[(?=[0-9])")
"""`Log[10]`, which is no name with an index."""
_STATEMENTS: Final = rules(
    (r"^\s*(?:>>>|In\s*\[\d+\]:=?)\s*", ""),
    (r"\\(?=\(\w)", "function"),
    (rf"({_NAME})\s*=\s*(?:move\s+)?\|\s*({_NAME})\s*:\s*\w+\s*\|", r"\1(\2) ="),
    (r"(?<=[;)\d\w])\s*//[^\n]*$", ""),
    (rf"^\s*(?:def\s+({_NAME})\s*\((?:\s*self\s*,)?\s*([^()]*)\)\s*(?:->\s*[\w.]+\s*)?:)\s*", r"§\1(\2)§"),
    (rf"({_NAME})\s*=\s*lambda\s+({_PARAMETERS})\s*:", r"\1(\2) ="),
    (rf"\A\s*\(?\s*lambda\s+({_PARAMETERS})\s*:", r"J(\1) = "),
    (rf"\A\s*{_TYPES}({_NAME})\s*=\s*@\(({_PARAMETERS})\)", r"\1(\2) = "),
    (rf"\A\s*@\(({_PARAMETERS})\)", r"J(\1) = "),
    (rf"\A\s*{_TYPES}({_NAME})\s*(?:=|<-)\s*function\s*\(({_PARAMETERS})\)\s*\{{\s*", r"§\1(\2)§ "),
    (rf"\A\s*{_TYPES}({_NAME})\s*(?:=|<-)\s*function\s*\(({_PARAMETERS})\)", r"\1(\2) = "),
    (rf"\A\s*function\s*\(({_PARAMETERS})\)\s*(?:\{{\s*(?:return\b)?)?", r"J(\1) = "),
    (rf"\A\s*{_TYPES}({_NAME})\s*=\s*\(?({_PARAMETERS})\)?\s*=>", r"\1(\2) = "),
    (rf"\A\s*\(?({_PARAMETERS})\)?\s*=>", r"J(\1) = "),
    (rf"(?:(?<=;)|(?<=§)|^)\s*{_TYPES}(?={_NAME}\s*=)", ""),
    (rf"(?:(?<=;)|(?<=§)|^)\s*{_TYPES}({_NAME})\s*:\s*\w+\s*=(?!=)", r"\1 ="),
    (r"(?:(?<==)|\A)\s*@\.\s+", " "),
    (rf"({_NAME})[\[(]({_NAME})_[\])]\s*:?=", r"\1(\2) = "),
    (r"(?:^\s*|(?<=[§;])\s*)return\b", ""),
    (r"(?:^|(?<=[;§]))\s*(\w+)\s*<-\s*", r" \1 = "),
    (r"\s*:=\s*", " = "),
    (r"[\s;$}]+\Z", ""),
    flags=re.MULTILINE,
)
_DEFINITIONS: Final = rules(
    (rf"(?<=[(,])(\s*{_NAME})\s*:\s*[\w.]+(?=\s*[,)=])", r"\1"),
    (r"(?<=:)(\s*)(?:\"{3}(?s:.*?)\"{3}|'{3}(?s:.*?)'{3})\s*", r"\1"),
)
"""Without the types of Python's parameters, and what is said of a function."""
_COMMENT: Final = re.compile(r"%[^\n]*$", re.MULTILINE)
_SYMBOLS: Final = (
    r"(?:[\w, ]+=\s*)?(?:(?:sp\.|sympy\.)?(?:var|symbols|Symbol)\(\s*(['\"])[\w, ]*\1\s*\)|syms\s+[\w ]+)\s*[;\n]\s*"
)
_IMPORTS: Final = rules(
    (r"(?:^|(?<=;))\s*(?:import|from)\b[^;\n]*[;\n]\s*", ""), (r"(?:^|(?<=;))\s*" + _SYMBOLS, ""), flags=re.MULTILINE
)
_SPELLINGS: Final = rules(
    (r"\.([-+*/^])|(?<=\w)\.(?=\()|\((?:double|float)\)(?=\s*[\w(])|\s+as\s+f(?:32|64)\b", r"\1"),
)
"""Element by element: what is one sign here."""
_CONSTANTS: Final = rules(
    (rf"\b{MODULES}(?:\.|::)(?:pi|PI)\b|%pi\b|\bM_PI\b|\bPI\(\)", " pi "),
    (rf"\b{MODULES}(?:\.|::)[eE]\b|%e\b", " e "),
    (rf"\b{MODULES}(?:\.|::)(?:tau|TAU)\b", "(2*pi)"),
    (r"\b(?:Math\.|M_)LN(2|10)\b", r"log(\1)"),
    (r"\b(?:Math\.|M_)LOG(2|10)E\b", r"(1/log(\1))"),
    (r"\b(?:Math\.|M_)SQRT2\b", "sqrt(2)"),
    (r"\b(?:Math\.|M_)SQRT1_2\b", "sqrt(1/2)"),
    (r"\bM_PI_([24])\b", r"(pi/\1)"),
    (r"\bM_([12])_PI\b", r"(\1/pi)"),
)
_UNKNOWN: Final = re.compile(r"\b(?:np|numpy|math|Math)\.[A-Za-z]\w*+(?!\s*[(.])|\bM_E\b")
"""A constant of a library that has no number here; M_E may be e, and the mass of the Earth."""
_WOLFRAM: Final = rules((r"\bPi\b", "pi"), (r"\bE\b", "e"))
_REFUSED: Final = (
    (r"\bfor\b|\bwhile\b|\bclass\b|\bwith\b", "this is a program, not a formula", "write the formula alone"),
    (r"\b(?:sum|mean|prod|cumsum|average|std|var|nansum|norm|einsum|matmul|argmax|argmin|softmax|reduce|len)\s*\(",
     "sums and means are taken over vectors with their values, as in x=[1 2 3]", "or write every term: x1^2 + x2^2"),
    (r"\b(?:F|functional|nn|losses)\.(?:cross_entropy|(?:sparse_)?(?:categorical|softmax)_cross_?entropy\w*)\s*\("
     r"|\bCrossEntropyLoss\b|\bsoftmax_cross_entropy_with_logits\s*\(",
     "this loss is taken of vectors: of logits, or of probabilities",
     "where y has one 1: logsumexp(z) - dot(y, z) of logits z, -dot(y, log(p)) of probabilities p"),
    (r"\b(?:Linear|Conv\w+|Module|Sequential|Embedding)\s*\(|\bnn\.[A-Z]", "layers are not read here",
     "write what a layer computes: w*x + b"),
    (r"[-+*/]=", "an update is no formula", "gradx descend takes steps of gradient descent"),
)  # fmt: skip
_OF_VECTORS: Final = (
    (r"(?<=[\w)])(?:\.T\b|\.t\(\)|\.transpose\(\)|'(?!'))", "",
     "a transpose is that of a matrix with its values, as in W=[1 2; 3 4]; of a number it is the number"),
    (r"\b(?:np\.|numpy\.|torch\.|jnp\.)?(?:dot|matmul|inner)\(([^(),]+),([^(),]+)\)", r"\1*\2",
     "a product of vectors needs their values, as in x=[1 2]; of numbers it is *"),
    (r"(\w[^;=\n+,()-]*?)\s*//\s*([\w.]+|\([^()]*\))", r"floor((\1)/(\2))",
     "whole quotients are written floor(a/b)"),
    (r"(?<=[\w)])\s*@\s*(?=[\w(])", "*",
     "a product of matrices needs their values, as in W=[1 2; 3 4]; of numbers it is *"),
)  # fmt: skip
_REMARK: Final = re.compile(r"[ \t]*//[ \t]*[A-Za-z][A-Za-z' \t,.]{3,}$", re.MULTILINE)
"""A comment of C, where `^` shows that the text is not Python's; elsewhere a word alone may be a divisor."""
_SENTENCE: Final = re.compile(r"[ \t]*//[ \t]*[A-Za-z']+(?:[ \t]+[A-Za-z',]+)+\.?[ \t]*$", re.MULTILINE)
_WORD: Final = re.compile(r"[ \t]*//[ \t]*([A-Za-z]{3,})[ \t]*$", re.MULTILINE)
"""A function is no divisor."""
_PIPE: Final = re.compile(r"([^=;\n]*?[^=;\n|\s])\s*\|>\s*([A-Za-z_][\w.]*)(?:\(\))?")
_PRINT: Final = re.compile(r"\A\s*(?:print|console\.log|System\.out\.println|disp|cat)\s*\((.*)\)\s*;?\s*\Z", re.DOTALL)


def _shown(match: re.Match[str]) -> str:
    """The name that is printed at the end, where it is not that of the last statement: it is what is asked about."""
    last = re.split(r"[;\n]", match.string[: match.start()])[-1]
    is_last = match[1] is None or re.match(rf"\s*(?:\w+\s+)?{match[1]}\s*=(?!=)", last)
    return "" if is_last or ".backward(" in match[0] else f"; {match[1]}"


_LIBRARIES: Final = rules(
    (r"\b(?:torch\.)?nn\.(\w+)\(\)(?=\()", lambda m: as_function(m[1])),
    (
        r"(?:\s*[;\n]\s*(?:\w+\.backward\(\)|print\((?:[^\n;]*\.grad(?:\.item\(\))?|\s*(\w+))\s*\)|\w+\.grad))+\s*;?\s*\Z",
        _shown,
    ),
    (r"\btorch\.[tT]ensor\(\s*\[?\s*([-+]?[0-9.eE]+)\s*\]?\s*(?:,[^()]*)?\)", r"\1"),
)
"""`nn.ReLU()(x)`, a layer that has no numbers of its own and is a function; what asks for gradients; one number."""
_SHEET_SIGNS: Final = rules((r"<>", "!="), (r"\$(?=[A-Z0-9])", ""))


def plain(typed: Mapped, form: str, questions: Questions, known: Set[str]) -> Mapped:
    """Code in the language's words. Raises `AskedError` for what has no place in a formula."""
    bare_sinc = form == MATLAB or _SINC_IMPORT.search(typed.text) is not None
    typed = typed.rewritten(_LIBRARIES)
    typed = typed.sub(_REMARK if "^" in typed.text else _SENTENCE, "")
    typed = _unpiped(typed.sub(_WORD, lambda m: "" if as_function(m[1]) else None))
    typed = _offered(typed.rewritten(_IMPORTS), questions)
    language = typed.text
    typed = typed.sub(_LAMBDA, r"double \1").sub(_DECLARED, _declared)
    if form == WOLFRAM:
        typed = typed.sub(_CALL, r"\1[ ")
    if "def" in typed.text:
        typed = typed.rewritten(_DEFINITIONS)
    _check(typed)
    typed = _whole_quotients(typed.sub(_BARE_SINC if bare_sinc else _SINC, "normalizedsinc"), language, questions)
    if form == SHEET:
        typed = typed.cut(typed.text.index("=") + 1).rewritten(_SHEET_SIGNS)
    if form == MATLAB:
        typed = typed.sub(_COMMENT, "")
    typed = typed.rewritten(_SPELLINGS).rewritten(_STATEMENTS)
    typed = _functions_last(_with_constants(typed, form, known))
    return _grouped(called(typed, form), form, language, questions)


def _check(typed: Mapped) -> None:
    """Refuse what is no formula, or takes vectors."""
    for outside, message, hint in _REFUSED:
        match = re.search(outside, typed.text)
        if match:
            name = match[0].rstrip(" \t\n(")
            raise refused(message, typed.at(match), FOREIGN.get(name, hint))


def _with_constants(typed: Mapped, form: str, known: Set[str]) -> Mapped:
    """The constants of libraries as numbers; a name that is `known` is none."""
    for pattern, template in (*_CONSTANTS, *(_WOLFRAM if form == WOLFRAM else ())):
        if "M_" not in pattern.pattern or not any(name.startswith("M_") for name in known):
            typed = typed.sub(pattern, " exp(1) " if template == " e " and "e" in known else template)
    unknown = _UNKNOWN.search(typed.text)
    if unknown and unknown[0] not in known:
        raise refused(f"`{unknown[0]}` is not known here", typed.at(unknown), "write its number, or another name")
    return typed


def _unpiped(typed: Mapped) -> Mapped:
    """`x |> sin |> exp` as exp(sin(x)): a pipe takes all that stands before it."""
    while (again := typed.sub(_PIPE, lambda m: r"\2(\1)" if m[1].count("(") == m[1].count(")") else None)) is not typed:
        typed = again
    return typed


_SINC: Final = re.compile(r"\b(?:np|numpy|jnp|torch|torch\.special|scipy\.special|special)\.sinc(?=\()")
_BARE_SINC: Final = re.compile(r"(?<![\w.])(?:(?:np|numpy|jnp|torch)\.)?sinc(?=\()")
_SINC_IMPORT: Final = re.compile(r"\bfrom\s+(?:numpy|torch|scipy|jax)[\w.]*\s+import\b")
"""NumPy's, PyTorch's and MATLAB's sinc is that of pi*x."""
_CELLS: Final = re.compile(r"(?<![\w.])\$?[A-Z]{1,3}\$?[0-9]+\b|\b[A-Z]{2,}[0-9]*\(")
_TRUNCATING: Final = re.compile(
    r"\bMath\.|\bstd::|=>|\b(?:double|float|int|auto|const|let|var|val|fn|func|fun)\s+\w+\s*[=(:]|\bfunction\b"
)
_WHOLE: Final = re.compile(r"\b(?:double|float|int|long|auto|val|func|fun)\s+\w+\s*[=(]|(?<![\w.])pow\s*\(")
_WHOLE_QUOTIENT: Final = re.compile(r"(?<=[(,=+?:{§n-])(\s*)([0-9]+)\s*/\s*([0-9]+)(?![\w.])")
"""Behind a sign, a bracket or `return`: elsewhere it is no quotient of two whole numbers."""


def _whole_quotients(typed: Mapped, language: str, questions: Questions) -> Mapped:
    """`1/2` where it may be C's, which is 0."""
    if not _WHOLE.search(language):
        return typed
    for match in _WHOLE_QUOTIENT.finditer(typed.text):
        a, b = int(match[2]), int(match[3])
        if b and a % b:
            message = f"`{a}/{b}` is {a // b} in C, which drops what is behind the point, and a fraction elsewhere"
            if questions.ask(message, typed.extent(match.start(2), match.end(3))):
                return typed.sub(_WHOLE_QUOTIENT, lambda m: f"{m[1]}{int(m[2]) // int(m[3])}" if int(m[3]) else None)
            return typed
    return typed


def _grouped(typed: Mapped, form: str, language: str, questions: Questions) -> Mapped:
    """The operators grouped as the language of the text does."""
    found = tokens(typed)
    is_sheet = form == SHEET
    rules = Rules(form in (SHEET, MATLAB), is_sheet, _TRUNCATING.search(language) is not None)
    made = text_of(_Operators(found, rules).made())
    if is_sheet and not _CELLS.search(language) and made.text != text_of(found).text:
        message = "a sheet takes a sign before a power, and powers from the left; elsewhere it is the other way round"
        return text_of(found) if questions.ask(message, typed.extent()) else made
    return made


def _declared(match: re.Match[str]) -> str | None:
    """`§f(x, y)§`: a function's head, which `_functions_last` puts before what it returns."""
    parameters = [re.fullmatch(_PARAMETER, text.strip()) for text in match[2].split(",")]
    names = [parameter[1] for parameter in parameters if parameter]
    return rf"§\1({', '.join(names)})§ " if len(names) == len(parameters) else None


_MARKED: Final = re.compile(r"§([^§]*)§\s*")


def _functions_last(typed: Mapped) -> Mapped:
    """A definition's head before the last statement of its body, which is the answer."""
    marked = _MARKED.match(typed.text)
    if marked is None:
        return typed
    head = typed.group(marked, 1)
    body = typed.cut(marked.end()).stripped()
    body = body.sub(re.compile(r"\n\s*"), "\n")
    last = max(body.text.rfind(separator) for separator in "\n;") + 1
    name = head.text.partition("(")[0]
    if name in CALLABLE:
        head = joined([head.inserted("J", head.extent(0, len(name))), head.cut(len(name))])
    place = head.extent()
    return joined([body.cut(0, last), head, head.inserted(" = ", place), body.cut(last)])


def _offered(typed: Mapped, questions: Questions) -> Mapped:
    """Without what vectors need and numbers do not; each is a question with one answer."""
    printed = _PRINT.match(typed.text)
    if printed:
        raise AskedError("a statement is no formula", typed.extent(), (printed[1],))
    for pattern, template, message in _OF_VECTORS:
        match = re.search(pattern, typed.text)
        if match:
            questions.ask(message, typed.at(match), 1)
            typed = typed.sub(re.compile(pattern), template)
    return typed


_SIGNS: Final = ("-", "+")


class Rules(NamedTuple):
    """`left_powers`: a^b^c is (a^b)^c. `sheet`: a sign before a power goes first, and `10%` is a hundredth of 10.
    `truncates`: the remainder has the sign of what is divided."""

    left_powers: bool = False
    sheet: bool = False
    truncates: bool = False


class _Operators(Edits):
    """Parentheses where this language would group otherwise than that of the code."""

    def __init__(self, found: Sequence[Token], rules: Rules) -> None:
        super().__init__(found)
        self._rules = rules
        self._starts = {end: start for start, end in self.partners.items()}

    def made(self) -> list[Token]:
        seen: set[int] = set()
        for k, token in enumerate(self.found):
            if token.text in POWERS and k not in seen and (self._rules.left_powers or self._rules.sheet):
                seen |= self._power(k)
            elif token.text == "%" and self._rules.sheet and not is_operand_start(self.token(k + 1)):
                self.before(self._start(k - 1), "(")
                self.rename(k, "/")
                self.behind(k, "100", ")")
            elif token.text == "%" and self._rules.truncates:
                self.before(self._chain_start(k - 1, ("*", "/", "%", *POWERS)), "fmod", "(")
                self.rename(k, ",")
                self.behind(self._power_end(k + 1), ")")
            elif token.text == "%%":
                self.before(self._signed(self._chain_start(k - 1, ("%%", *POWERS))), "(")
                self.rename(k, "%")
                self.behind(self._power_end(k + 1), ")")
        return super().made()

    def _power(self, k: int) -> set[int]:
        """A chain of powers, and the places of its signs."""
        start = self._start(k - 1)
        if self._rules.sheet and self._signed(start) < start:
            start = self._signed(start)
            self.enclose(start, k - 1)
        chain, end = {k}, self._end(self._behind_signs(k + 1))
        while self.text(end + 1) in POWERS and self._rules.left_powers:
            self.enclose(start, end)
            chain.add(end + 1)
            end = self._end(self._behind_signs(end + 2))
        return chain

    def _end(self, k: int) -> int:
        """The last token of the operand that begins at k."""
        if k < len(self.found) and self.found[k].kind == NAME and self.text(k + 1) == "(":
            k = k if self.found[k + 1].blank else k + 1
        end = self.partners.get(k, k)
        while self._rules.sheet and self.text(end + 1) == "%":
            end += 1
        return end

    def _start(self, k: int) -> int:
        """The first token of the operand that ends with token k."""
        while self._rules.sheet and self.text(k) == "%":
            k -= 1
        start = self._starts.get(k, k)
        is_call = start < k and start > 0 and self.found[start - 1].kind == NAME and not self.found[start].blank
        return max(start - is_call, 0)

    def _behind_signs(self, k: int) -> int:
        while self.text(k) in _SIGNS:
            k += 1
        return k

    def _signed(self, start: int) -> int:
        """Where the signs before an operand begin, of which the first is no difference."""
        first = start
        while first > 0 and self.text(first - 1) in _SIGNS:
            first -= 1
        before = self.token(first - 1)
        is_free = before.kind == SIGN and before.text not in (*CLOSING, "%")
        return first if is_free else min(first + 1, start)

    def _chain_start(self, k: int, operators: Container[str]) -> int:
        """Where what ends with token k begins, a chain of these operators."""
        start = self._start(k)
        while True:
            signed = self._signed(start)
            if signed == 0 or self.text(signed - 1) not in operators:
                return start
            start = self._start(signed - 2)

    def _power_end(self, k: int) -> int:
        end = self._end(self._behind_signs(k))
        while self.text(end + 1) in POWERS:
            end = self._end(self._behind_signs(end + 2))
        return end
