"""A program of bundles as a file of a library of arrays: one function, and the file's check of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from textwrap import indent

from gradx.bundle import NUMBER, shape_text
from gradx.export.arrays import ARRAYS
from gradx.export.bundles import BundleCode, bundle_code
from gradx.export.languages.python import TOLERANCE
from gradx.export.routine import LONGEST_READING_CHARACTERS, Language
from gradx.language.program import Program


@dataclass(frozen=True, slots=True)
class ExpectedArrays:
    """What gradx found at a point: values of inputs and gradients by their names, nested as NumPy takes them."""

    point: Mapping[str, object]
    value: float
    gradient: Mapping[str, object]


def bundle_page(
    program: Program, target: Language, wrt: Collection[str], expected: ExpectedArrays | None = None
) -> str:
    """The source text of a program of bundles: its value, and its gradient for the inputs `wrt`.

    GradxError("usage") where something cannot be written with whole arrays.
    """
    code = bundle_code(program, target, wrt)
    output = program.graph.names[program.graph.output]
    reading = program.shortened(LONGEST_READING_CHARACTERS)
    name = code.identifiers[output]
    lines = [f'"""{reading}: the value, and the gradient by name."""']
    for own, shape in code.inputs.items():
        word = code.identifiers[own]
        lines.append(f"{word} = array({word}{'' if shape == NUMBER else f', {shape[0]}, {shape[1]}'})")
    lines += [f"{code.identifiers[own]} = {size}" for own, size in code.sizes.items()]
    lines += ["# forward pass", *(text for each in code.forward for text in each.texts)]
    lines += ["# backprop", *(text for each in code.backward for text in each.texts)]
    slopes = ", ".join(f"{own!r}: {code.identifiers[f'd{own}']}" for own in code.inputs if own in wrt)
    lines.append(f"return {name}, {{{slopes}}}")
    inputs = ", ".join(code.identifiers[own] for own in code.inputs)
    body = indent("\n".join(lines), "    ")
    parts = [
        f'"""{reading}\n\nThe value and the gradient, written by gradx. {_shapes(code)}\n"""\n',
        _start(target, body, code),
        *("\n" + text for text in code.definitions),
        f"\ndef {name}({inputs}):\n{body}\n",
    ]
    return "\n".join([*parts, *_check(code, name, expected, ARRAYS[target.title].flat)])


def _start(target: Language, body: str, code: BundleCode) -> str:
    start = ARRAYS[target.title].start
    return f"import math\n\n{start}" if "math." in body or any("math." in text for text in code.definitions) else start


def _shapes(code: BundleCode) -> str:
    said = [f"{name} is {shape_text(shape)}" for name, shape in code.inputs.items() if shape != NUMBER]
    return f"{', '.join(said)}; a vector is one column."


def _check(code: BundleCode, name: str, expected: ExpectedArrays | None, flat: str) -> list[str]:
    """Lines that hold the function against gradx's numbers, entry by entry."""
    if expected is None:
        return []
    given = ", ".join(repr(expected.point[own]) for own in code.inputs)
    gradient = ", ".join(f"{own!r}: {numbers!r}" for own, numbers in expected.gradient.items())
    lines = [
        "",
        'if __name__ == "__main__":',
        f"    value, gradient = {name}({given})",
        f'    pairs = [("the value", value, {expected.value!r})]',
        f"    for name, expected in {{{gradient}}}.items():",
        '        pairs.append(("the gradient of " + name, gradient[name], expected))',
        "    count = 0",
        "    for what, found, expected in pairs:",
        f"        found, expected = {flat.format('found')}, {flat.format('expected')}",
        "        count += len(expected)",
        "        largest = max(1, *map(abs, expected))",
        f"        if not all(abs(x - y) <= {TOLERANCE}*largest for x, y in zip(found, expected, strict=True)):",
        '            raise SystemExit(f"{what} is {found} here, and {expected} in gradx")',
        '    print(f"{count} numbers are those of gradx")',
        "",
    ]
    return ["\n".join(lines)]
