"""Which modules mutation testing changes, and which tests have to notice."""

from __future__ import annotations

from collections.abc import Sequence

_SWEEPS = "tests/engine/sweeps/"
_LANGUAGE = "tests/engine/language/"
_POINT = "tests/engine/point/"
TARGETS: dict[str, Sequence[str]] = {
    "gradx.primitive": ["tests/engine/test_primitives.py", _SWEEPS + "test_backprop.py", _LANGUAGE + "test_printer.py"],
    "gradx.table": [
        *(f"tests/engine/test_{name}.py" for name in ("primitives", "boundaries", "table")),
        *(_LANGUAGE + f"test_{name}.py" for name in ("printer", "latex", "outside", "bundles")),
        *("tests/engine/derive/test_formulas.py", _SWEEPS + "test_backprop.py"),
        *(_POINT + "test_quotient.py", _POINT + "test_chain.py"),
    ],
    "gradx.numbers.float64": ["tests/engine/test_primitives.py", "tests/engine/numbers"],
    **{
        f"gradx.sweeps.{name}": [
            _SWEEPS + f"test_{test}.py" for test in (name, "sweeps", "nudging", "tangents", "backprop")
        ]
        for name in ("forward", "backprop")
    },
    **{
        f"gradx.sweeps.{name}": [
            *(_SWEEPS + "test_prepared.py", _SWEEPS + "test_sweeps.py"),
            *(f"tests/engine/lessons/test_{test}.py" for test in ("curve", "descent", "holding_rate")),
        ]
        for name in ("prepared", "recording", "sampling")
    },
    **{
        f"gradx.export.{name}": [
            *("tests/engine/export", _SWEEPS + "test_prepared.py", "tests/engine/lessons/test_descent.py"),
        ]
        for name in ("tape_code", "compiled")
    },
    "gradx.language.parser": [
        *(_LANGUAGE + f"test_{name}.py" for name in ("places", "language", "errors", "functions")),
        "tests/engine/test_further_rows.py",
    ],
    **{
        f"gradx.point.{name}": [_POINT + f"test_{test}.py" for test in (name, "judge")]
        for name in ("quotient", "chain", "enclosure", "reading", "sides", "typed", "verdict")
    },
    **{
        f"gradx.point.{name}": [_POINT + f"test_{test}.py" for test in ("judge", "enclosure", "reading", "sides")]
        for name in ("exact_point", "judge", "sentences")
    },
}
"""The modules that are measured, and the tests that are quick enough to be run so often."""
