"""The lists of what is tested how: each name in them is that of a file that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import EVERY_CASE
from proof.targets import TARGETS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", TARGETS)
def test_a_module_that_is_changed_and_its_tests_are_there(module: str) -> None:
    assert (ROOT / "engine" / f"{module.replace('.', '/')}.py").exists()
    for path in TARGETS[module]:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", EVERY_CASE)
def test_what_is_always_tested_whole_is_there(name: str) -> None:
    tests = ROOT / "tests" / "engine" / name
    assert tests.is_dir() or tests.with_suffix(".py").exists()
