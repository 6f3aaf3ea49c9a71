"""A program of bundles as a file of a library of arrays: one function, and the file's check of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from textwrap import indent

from gradx.bundle import NUMBER, Bundles, shape_text
from gradx.derive.matrix_forms import matrix_forms
from gradx.export.array_text import no_arrays
from gradx.export.bundles import BundleCode, bundle_code
from gradx.export.languages.python import TOLERANCE
from gradx.export.routine import LONGEST_READING_CHARACTERS, Language
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.typesetting import formula_latex
from gradx.language.latex import latex_name
from gradx.language.program import Program

Numbers = tuple[Mapping[str, float], float, Mapping[str, float]]
"""What gradx found at a point: the entries of the inputs by their names, the value, the entries of the gradient."""


def bundle_page(program: Program, target: Language, wrt: Collection[str], expected: Numbers | None = None) -> str:
    """The source text of a program of bundles: its value, and its gradient for the inputs `wrt`.

    GradxError("usage") where something cannot be written with whole arrays.
    """
    code, arrays = bundle_code(program, target, wrt), target.arrays
    assert arrays is not None
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
        f'"""{reading}\n\nThe value and the gradient, written by gradx. {_shapes(code)}'.rstrip() + '\n"""\n',
        _start(arrays.start, body, code),
        *("\n" + text for text in code.definitions),
        f"\ndef {name}({inputs}):\n{body}\n",
    ]
    if expected is None:
        return "\n".join(parts)
    assert program.bundles is not None
    return "\n".join([*parts, _check(name, program.bundles, expected, wrt, arrays.flat)])


def _start(start: str, body: str, code: BundleCode) -> str:
    return f"import math\n\n{start}" if "math." in body or any("math." in text for text in code.definitions) else start


def _shapes(code: BundleCode) -> str:
    said = [f"{name} is {shape_text(shape)}" for name, shape in code.inputs.items() if shape != NUMBER]
    return f"{', '.join(said)}; a vector is one column." if said else ""


def _check(name: str, bundles: Bundles, expected: Numbers, wrt: Collection[str], flat: str) -> str:
    """Lines that hold the function against gradx's numbers, entry by entry."""
    point, value, slopes = expected
    given = ", ".join(repr(numbers) for numbers in bundles.nested(point).values())
    gradient = ", ".join(f"{own!r}: {numbers!r}" for own, numbers in bundles.nested(slopes).items() if own in wrt)
    lines = [
        "",
        'if __name__ == "__main__":',
        f"    value, gradient = {name}({given})",
        f'    pairs = [("the value", value, {value!r})]',
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
    return "\n".join(lines)


def bundle_latex(program: Program, wrt: Collection[str]) -> str:
    """The statements of a program of bundles and the matrix forms of its gradients, one under the other."""
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    output = program.graph.names[program.graph.output]
    names = {group.name for group in bundles.bundles}, {group.name for group in bundles.numbers}
    rows = [
        f"{latex_name(group.name)} &= {formula_latex(group.expression or '', output, *names)}"
        for group in bundles.groups
        if group.is_given and not group.is_input
    ]
    forms = matrix_forms(bundles, output)
    for name in wrt:
        if not forms.get(name) and name != output:
            raise no_arrays(f"the gradient of {name}")
    for name in (*(group.name for group in reversed(bundles.groups) if group.is_given and not group.is_input), *wrt):
        for form in forms.get(name) or ():
            left, right = (formula_latex(text, output, *names) for text in (form.target, form.named))
            rows.append(f"{left} &{'+' if form.adds else ''}= {right}")
    head = f"% {program.shortened(LONGEST_READING_CHARACTERS)}\n% The value and the gradient, written by gradx."
    body = " \\\\\n".join(f"  {row}" for row in rows)
    return f"{head}\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n"
