"""What is wrong with a text, in words: what it is, where it stands, and what to write instead.

Every function answers a kind, a message, a place (offset and length) and a hint; who reads the text adds whose it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from gradx.errors import GradxError, Kind, Source, Span
from gradx.language.tokens import LONGEST_TYPED, NAME_PATTERN, SUBSCRIPTS, SUPERSCRIPTS, shown
from gradx.table import CALLABLE

Finding = tuple[Kind, str, int, int, str | None]

INVERSES: Final = {
    "sin": "asin", "cos": "acos", "tan": "atan", "sec": "asec", "csc": "acsc", "cot": "acot",
    "sinh": "asinh", "cosh": "acosh", "tanh": "atanh", "exp": "log", "log": "exp", "ln": "exp",
}  # fmt: skip

_WHERE: Final = "a comparison is written where(x > 0, a, b)"

_DERIVATIVE: Final = ("a derivative is not part of an expression", "gradx eval shows it for every node")

_OPERATORS: Final = {
    "==": ("`==` compares, and only a where has a condition", _WHERE),
    "=": ("`=` can only name a statement", "write u = b*c; statements are separated by ; or by newlines"),
    "//": ("`//` is not an operator", "write floor(a/b)"),
    "&&": ("conditions cannot be joined with `&&`", "put a where into another: where(x > 0, where(x < 1, a, b), b)"),
    "||": ("conditions cannot be joined with `||`", "put a where into another: where(x < 0, a, where(x > 1, a, b))"),
}

_CHARACTERS: Final = {
    "|": ("`|` is not an operator", "write abs(x) for |x|"),
    "!": ("`!` is not an operator", "write gamma(n + 1) for n!"),
    "&": ("`&` is not an operator", _WHERE),
    "[": ("`[` only begins a subscript, digits directly after a name", "write w[1] or w1; group with ( and )"),
    "]": ("`]` only ends a subscript, digits directly after a name", "write w[1] or w1; group with ( and )"),
    **{brace: (f"`{brace}` does not group here", "group with ( and )") for brace in "{}"},
    "'": ("a single quote does not belong in an expression",
          "leave it out; in Windows' cmd only double quotes hold an argument together"),
    '"': ("a double quote does not belong in an expression",
          "quote the whole expression once: \"x^2 + 1\" (Windows' cmd swallows a ^ outside of quotes)"),
    "`": ("a backquote does not belong in an expression", "leave it out"),
    "@": ("`@` is not an operator", "write * for a product of numbers; matrices are not known here"),
    "~": ("`~` is not an operator", "write - for the negative; of a model y ~ w*x its right side alone"),
    "\\": ("`\\` does not belong in an expression",
           "a quotient is written a/b, and no equations are solved; parentheses around an expression join its lines"),
    ":": ("`:` does not belong in an expression", "statements are separated by ; or by newlines"),
    ".": ("a point only belongs inside a number", "write 0.5 or .5; a product is written a*b"),
    "?": ("`?` is not an operator", _WHERE),
    "$": ("`$` does not belong in an expression", "leave it out"),
    "√": ("`√` takes the number, name, call or parenthesis after it", "write √(x + 1)"),
    "∛": ("`∛` is not known", "write cbrt(x)"),
    "°": ("angles are in radians", "write x*pi/180 for x degrees"),
    "′": _DERIVATIVE,
    **dict.fromkeys("‐‑‒–—―", ("this dash is not a minus sign", "write -")),
    **dict.fromkeys("⁄∕", ("this slash is not a division sign", "write /")),
    "•": ("this dot is not a multiplication sign", "write *"),
    "∗": ("this star is not a multiplication sign", "write *"),
    "≈": ("`≈` is not an operator", _WHERE),
    **dict.fromkeys("‘’“”", ("a quotation mark does not belong in an expression", "leave it out")),
}  # fmt: skip


def check_number(source: Source, text: str, start: int, end: int) -> None:
    """Refuse a number that what follows makes doubtful; `2e^x`, `2exp(x)` and `10x` are none of these."""
    written = text[start:end]
    rest = text[end : end + 80]
    length = end + 1 - start
    if written == "0" and rest[0] in "xX":
        message, hint = "numbers are decimal here, not hexadecimal", "write 16 for 0x10; a product is written 0*x"
    elif re.match(r"_(?:[0-9_]|\W|\Z)", rest):
        message, hint = "a number has no `_` in it", "write 1000 for 1_000"
    elif rest[0] == "_":
        raise GradxError("syntax", SUBSCRIPT[0], hint=SUBSCRIPT[1], span=Span(source, end, 1))
    elif rest[0] in "eE" and "e" not in written.lower() and re.match(r"[eE](?:[+-]|[ \t]*+(?:[;,)#\n]|\Z))", rest):
        length += rest[1:2] in ("+", "-")
        message = "the exponent of this number has no digits"
        hint = f"write {written}e3 with an exponent, or {written}*{rest[0]} for a product"
        if len(written) > 20:
            hint = "write 2e3 with an exponent, or 2*e for a product"
    else:
        return
    raise GradxError("syntax", message, hint=hint, span=Span(source, start, length))


SUBSCRIPT: Final = (
    "a subscript only stands directly behind a name",
    "write x_1^2 for a name that is raised, where(x > 0, 1, 0) for an indicator",
)


def too_large(start: int, end: int) -> Finding:
    return "syntax", "this number is too large for a float64", start, end - start, "the largest is about 1.8e308"


def number_beside(source: Source, text: str, number_end: int, end: int, start: int) -> Finding | None:
    """What is wrong with a number at `start` behind an operand that ends at `end`; None where it is a factor."""
    is_glued = end == start
    if number_end == end and is_glued and text[start] == ".":
        return "syntax", "a number has one point", start, 1, "a thousand is written 1000; a product is written 2*3"
    if number_end == end:
        hint = "write 2*3 for a product, 23 for one number"
        return "syntax", "a number follows another number directly", start, 1, hint
    if is_glued and text[start] == ".":
        return unreadable(source.text, text, start)
    if is_glued and text[start - 1] in SUBSCRIPTS:
        return "syntax", "a digit follows a subscript directly", start, 1, "write w₁*2 for a product, w₁₂ for one name"
    return None


def superscript_after_superscript(start: int, end: int) -> Finding:
    return "syntax", "a superscript follows a superscript", start, end - start, "write (x²)³, or x^(2^3)"


def unreadable(typed: str, text: str, start: int) -> Finding:
    """A character that begins nothing."""
    character = typed[start]
    meant = text[start]
    if text[start - 1 : start + 2] == "^{(":
        hint = "write x^1 for the power, x1 for a name with a number"
        return "syntax", "`^{(1)}` may be a power or the number of an example", start, 1, hint
    behind_name = text[max(0, start - 1) : start].isalpha() and not text.lstrip().startswith("'")
    if re.match(r"['′’]+[ \t]*+\(", text[start : start + 80]) or (meant == "'" and behind_name):
        meant = "′"
    if meant == "°":
        return _degrees(text, start)
    qualified = _qualified(text, start) if meant == "." else None
    if qualified:
        return qualified
    word = re.match(r"\\([A-Za-z]{2,30})", text[start : start + 31])
    if word:
        message, hint = (
            f"`{word[0]}` is LaTeX that is not known here",
            "write it in plain signs: sqrt(x), a/b, x^(n + 1)",
        )
        if len(typed) > LONGEST_TYPED:
            message = f"`{word[0]}` is LaTeX, which is read in short texts alone"
        return "syntax", message, start, len(word[0]), hint
    if meant in _CHARACTERS:
        message, hint = _CHARACTERS[meant]
        return "syntax", message, start, 1, hint
    if meant in SUBSCRIPTS:
        return "syntax", "a subscript only stands directly after a name, once", start, 1, "write w₁ or w1"
    if meant == "⁻" or meant in SUPERSCRIPTS:
        return "syntax", "only digits can be raised, with a minus before them", start, 1, "write x^(-2) or x⁻²"
    return _foreign_character(character, start)


def _degrees(text: str, start: int) -> Finding:
    message, hint = _CHARACTERS["°"]
    number = re.search(r"(?<![\w.])[0-9.]++[ \t]*\Z", text[max(0, start - 30) : start])
    if number:
        hint = f"write {number[0].strip()}*pi/180 for {number[0].strip()}°"
    return "syntax", message, start, 1, hint


def _qualified(text: str, start: int) -> Finding | None:
    """`F.softmax(x)`: a function of another language with where it comes from."""
    module = re.search(r"[A-Za-z_][A-Za-z_0-9.]*\Z", text[max(0, start - 40) : start])
    function = re.match(r"\.([A-Za-z_]\w*+)[ \t]*+\(", text[start : start + 60])
    if not module or not function:
        return None
    from gradx.language.suggestions import function_hint

    begin = start - len(module[0])
    length = len(module[0]) + 1 + len(function[1])
    message = f"`{brief(text[begin : begin + length])}` is not a function here"
    hint = f"write {function[1]}(…)" if function[1] in CALLABLE else function_hint(function[1])
    if function[1] in CALLABLE and re.match(r"[^()]*=", text[start + function.end() :]):
        hint = "an argument with a name changes what it is: write out the formula"
    return "name", message, begin, length, hint


def _foreign_character(character: str, start: int) -> Finding:
    plain = unicodedata.normalize("NFKC", character)
    position = unicodedata.decomposition(character).partition(">")[0]
    if position == "<sub" and plain.isalnum():
        return "syntax", "a subscript is made of digits", start, 1, f"write w₁, or w_{plain} as one name"
    if position == "<super" and not plain.isdigit():
        hint = f"write ^{plain} for it" if plain.isalnum() else "write x^2"
        return "syntax", "only digits can be raised, with a minus before them", start, 1, hint
    if character.isdigit() or character.isnumeric():
        hint = f"write {plain}" if plain.isascii() and plain.isdigit() else "numbers are written with 0 to 9"
        digit = unicodedata.digit(character, None)
        if digit is not None:
            hint = f"write {digit}"
        return "syntax", f"{shown(character)} is not a digit from 0 to 9", start, 1, hint
    if plain != character and plain.isascii() and plain.isprintable() and plain.strip():
        return "syntax", f"{shown(character)} does not belong in an expression", start, 1, f"write {plain}"
    if character.isalpha():
        hint = "names are made of the letters a to z, Greek letters, digits and _"
        return "syntax", f"{shown(character)} cannot be part of a name", start, 1, hint
    hint = "leave it out, or write plainly what it means"
    return "syntax", f"{shown(character)} does not belong in an expression", start, 1, hint


def not_an_operator(text: str, symbol: str, start: int) -> Finding:
    """A symbol between operands that is no infix operator."""
    if symbol == "=" and text[:start].rstrip().endswith("π"):
        at = text.rindex("π", 0, start)
        return "name", "`π` is always the circle constant", at, 1, "choose another name"
    message, hint = _OPERATORS[symbol]
    before = text[max(text.rfind(";", 0, start), text.rfind("\n", 0, start)) + 1 : start]
    if symbol == "=" and "=" not in before:
        hint = "only a name stands before it, as in u = b*c; equations are not solved, but diff --implicit y takes one"
    return "syntax", message, start, len(symbol), hint


def stray_relation(symbol: str, start: int, inside: bool, second: bool) -> Finding:
    """A comparison outside the condition of a where, or a second one in it."""
    length = len(symbol)
    if second:
        hint = "put one where inside another: where(0 < x, where(x < 1, a, b), b)"
        return "syntax", "a condition has one comparison", start, length, hint
    if inside:
        hint = "write where(x > 0, a, b), without parentheses around the condition"
        return "syntax", f"`{symbol}` only stands directly in the first argument of where", start, length, hint
    return "syntax", f"`{symbol}` compares, and only a where has a condition", start, length, _WHERE


def stray_comma(text: str, start: int, opened: int) -> Finding:
    """A comma that separates no arguments: of no function, or inside a number. `opened`: the parenthesis around it."""
    name = re.search(rf"({NAME_PATTERN})[ \t]*\Z", text[max(0, opened - 60) : opened])
    if name:
        return not_a_function(name[1], opened - len(name[0]), len(name[1]))
    number = re.search(r"[0-9]++\Z", text[max(0, start - 30) : start])
    digits = re.match(r"[0-9]++", text[start + 1 : start + 31])
    hint = "a decimal has a point: 0.5; statements are separated by ;"
    if number and digits:
        hint = f"use a point: {number[0]}.{digits[0]}"
        if len(digits[0]) == 3 and number[0] != "0":
            hint = f"write {number[0]}{digits[0]} for thousands; a decimal has a point: {number[0]}.{digits[0]}"
    return "syntax", "a comma only separates the arguments of a function", start, 1, hint


def not_a_function(name: str, offset: int, length: int) -> Finding:
    from gradx.language.suggestions import function_hint

    return "name", f"`{brief(name)}` is not a function", offset, length, function_hint(name)


def no_product(text: str, start: int, end: int) -> Finding:
    """A value with a name of several letters, or called f, before a parenthesis."""
    short = brief(text[start:end])
    hint = f"write {short}*(…) for a product"
    return "name", f"`{short}` is a number here, and not a function", start, end - start, hint


def called_unknown(text: str, name: str, span: tuple[int, int], given: Collection[str]) -> Finding:
    """A call of what is no function, and cannot be a factor."""
    start, length = span
    if name in given:
        return no_product(text, start, start + length)
    if name[0] == "d" and re.search(r"(?<!\w)d[ \t]*/[ \t]*\Z", text[max(0, start - 20) : start]):
        return "syntax", _DERIVATIVE[0], start, length, _DERIVATIVE[1]
    kind, message, offset, length, hint = not_a_function(name, start, length)
    if re.search(rf"(?:\A|[;\n])[ \t]*{re.escape(text[start : start + length])}[ \t]*\([^()]*\)[ \t]*=(?!=)", text):
        hint = "its definition comes first: put it before this statement"
    return kind, message, offset, length, hint


def function_without_call(text: str, name: str, start: int, end: int, example: str) -> Finding:
    """A function's name without its parenthesis. `example`: a call of it."""
    rest = text[end : end + 60]
    raised = re.match(rf"[ \t]*+(?:\^|\*\*)?[ \t]*+(?:[{{(]?(-[0-9]++)[)}}]?|(⁻[{SUPERSCRIPTS}]++))", rest)
    if raised:
        length = end - start + raised.end()
        power = raised[1] or raised[2]
        return "syntax", *_raised_function(brief(text[start : start + length]), name, power, start, length)
    power = re.match(rf"[ \t]*+(?:(?:\^|\*\*)[ \t]*+([0-9a-zA-Z]++|\([0-9a-zA-Z+*/-]++\))|([{SUPERSCRIPTS}]++))", rest)
    argument = re.match(r"[ \t]*+(?!\.(?![0-9]))([^\s+\-*/%^()<>=!,;|{}²³]++)", rest[power.end() :] if power else rest)
    if argument and "," not in example:
        example = f"{name}({argument[1]})"
        behind = rest[argument.end() :]
        again = re.match(rf"[ \t]*+((?:\^|\*\*)[ \t]*+[0-9a-zA-Z]++|[{SUPERSCRIPTS}]++)", behind)
        if again and not power:
            hint = f"write {name}({argument[1]}{again[1]}) or {example}{again[1]}"
            return "syntax", f"`{brief(name)}` needs parentheses around its argument", start, end - start, hint
    call = example + (f"^{power[1]}" if power and power[1] else power[2] if power else "")
    if not argument:
        return "name", f"`{brief(name)}` is a function and needs an argument", start, end - start, f"write {call}"
    return "syntax", f"`{brief(name)}` needs parentheses around its argument", start, end - start, f"write {call}"


def _raised_function(written: str, name: str, power: str, start: int, length: int) -> tuple[str, int, int, str]:
    """`sin^-1`: it may be two things, so it is neither."""
    inverse = INVERSES.get(name)
    hint = f"write 1/{brief(name)}(x)"
    if inverse:
        hint = f"write {inverse}(x) for the inverse function, 1/{name}(x) for the power"
    if power not in ("-1", "⁻¹"):
        digits = power.lstrip("-⁻").translate(str.maketrans(SUPERSCRIPTS, "0123456789"))
        hint = f"write {brief(name)}(x)^-{digits}"
    return f"`{written}` may be a power or an inverse", start, length, hint


def wrong_arity(name: str, wanted: int, parameters: Sequence[str], given: int, span: tuple[int, int]) -> Finding:
    arguments = ", ".join(parameters or ("x", "y", "z")[:wanted])
    takes = "1 argument" if wanted == 1 else f"{wanted} arguments"
    message = f"`{brief(name)}` takes {takes}, and {_are(given)} given"
    return "syntax", message, *span, f"write {brief(name)}({brief(arguments)})"


def wrong_where(span: tuple[int, int], given: int, compared: bool) -> Finding:
    if not compared:
        return where_without_condition(span[0], span[0] + span[1])
    message = f"`where` takes a condition and two values, and {_are(given - 2)} given"
    if given == 2:
        message = "`where` takes a condition and two values, and no value is given"
    return "syntax", message, *span, "write where(x > 0, a, b)"


def where_without_condition(start: int, end: int) -> Finding:
    return "syntax", "the first argument of `where` is a comparison", start, end - start, "write where(x > 0, a, b)"


def no_arguments(name: str, start: int, end: int, example: str) -> Finding:
    """A call with nothing in it. `example`: one with something."""
    return "syntax", f"`{brief(name)}` needs an argument", start, end - start, f"write {example}"


def example_call(name: str, parameters: Sequence[str] = ()) -> str:
    """A call of the function `name`, as a hint shows it."""
    row = CALLABLE.get(name)
    if name == "where":
        return "where(x > 0, a, b)"
    if parameters:
        return f"{brief(name)}({brief(', '.join(parameters))})"
    return f"{name}(a, b)" if row is not None and row.arity != 1 else f"{name}(x)"


def unclosed(at: int) -> Finding:
    return "syntax", "this parenthesis is never closed", at, 1, "add the missing )"


def unopened(at: int) -> Finding:
    return "syntax", "this `)` closes nothing", at, 1, "take it out, or add the missing ("


def missing_operand(before: str, symbol: str, start: int, size: int) -> Finding:
    """Nothing, or an operator, where a number, a name or a parenthesis must stand."""
    last = re.search(r"(?:\*\*|[<>=!]=|.)\Z", before)
    after = f"after {shown(last[0]) if len(last[0]) == 1 else f'`{last[0]}`'}" if last else "at the start"
    hint = "put a number, a name or a parenthesis there"
    if not symbol:
        if before.endswith("%"):
            hint = "`%` is the remainder of a division; write p/100 for p percent"
        return "syntax", f"something is missing {after}", min(max(len(before), 0), size), 1, hint
    if last and last[0] == "√":
        hint = "put what stands under the root into parentheses: √(-x)"
    elif last and last[0] in ("^", "**") and symbol in ("^", "*", "**"):
        hint = "write a power with one ^, or one **: x^2"
    elif symbol == "**" or symbol == "^":
        hint = "a power has a base: x^2"
    elif symbol == ">" and last and last[0] in "-=":
        hint = "a value is given after the expression: x=3"
    elif symbol in ("=", "=="):
        hint = "write a name before =, and one statement after it: u = b*c"
    elif symbol == "//":
        hint = "write floor(a/b) for a whole quotient"
    elif symbol[-1] in SUPERSCRIPTS:
        hint = "a power has a base: x²"
    return "syntax", f"`{symbol}` cannot stand {after}", start, len(symbol), hint


def brief(text: str) -> str:
    """A piece of a program, short enough for a message."""
    return text if len(text) <= 40 else text[:18] + "…" + text[-18:]


def _are(count: int) -> str:
    return "1 is" if count == 1 else f"{count} are"
