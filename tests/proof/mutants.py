"""Mutation testing: what in the engine can be changed without a test noticing?

    make mutants            the modules of TARGETS, at most SAMPLE mutants of each (seeded)

A mutant is a module with one of the changes of `mutations`. mutmut's own runner changes only what stands in a function,
and the table of primitives stands in none; so the mutants are run here. The tests are collected once; in a fork for
every mutant the changed code takes the place of the live function's; where no test fails then, or where a module does
something else when it is imported, all is imported anew. The tests that reach the changed lines run, quickest first,
until one fails. A crash and a run past the deadline are failures too.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import NamedTuple

import pytest
from _pytest.runner import runtestprotocol
from coverage import Coverage

sys.path.insert(0, str(Path(__file__).parents[1]))

from proof.mutations import Mutant, identities, mutants, path_of, sampled, text_of
from proof.targets import TARGETS

TESTS = Path(__file__).parents[1]
SAMPLE = 250
MADE_AT_IMPORT = ("gradx.primitive", "gradx.table", "gradx.language.tokens", "gradx.language.operators")
"""The modules whose functions make a table when they are imported: no live function shows what that does."""

LONGEST = 8.0
"""Seconds that a test may take to be used here."""


class _Changed(NamedTuple):
    """A code object of the live module and what stands in its place."""

    live: CodeType
    mutated: CodeType


def _key(code: CodeType) -> object:
    """All that a code object does, its inner ones and its place apart."""
    plain = repr([c for c in code.co_consts if not isinstance(c, CodeType)])
    return (code.co_code, code.co_names, plain, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_flags)


def _inner(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def _differences(live: CodeType, mutated: CodeType, is_function: bool) -> list[_Changed] | None:
    """The functions that are not the same in two compilations; None where what differs is done at import."""
    one, two = _inner(live), _inner(mutated)
    below: list[_Changed] = []
    if _key(live) != _key(mutated) or len(one) != len(two):
        return [_Changed(live, mutated)] if is_function else None
    for a, b in zip(one, two, strict=True):
        found = _differences(a, b, is_function or bool(a.co_flags & 2))  # CO_NEWLOCALS: a function, and no class body
        if found is None:
            return None
        below += found
    return [*below, _Changed(live, mutated)] if below and is_function else below


class _Live:
    """The functions and caches that are alive, by where their code stands."""

    def __init__(self, files: Iterable[str]) -> None:
        self.functions: dict[tuple[str, object], list[FunctionType]] = {}
        self.caches = []
        wanted = set(files)
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType) and thing.__code__.co_filename in wanted:
                code = thing.__code__
                self.functions.setdefault((code.co_filename, tuple(code.co_positions())), []).append(thing)
            elif isinstance(thing, functools._lru_cache_wrapper) and thing.__module__.startswith("gradx"):
                self.caches.append(thing)

    def change(self, mutant: Mutant) -> bool:
        """Give the live functions the mutant's code; False where all has to be imported anew."""
        file = str(path_of(mutant.module))
        original = compile(text_of(mutant.module), file, "exec")
        changed = _differences(original, compile(mutant.source, file, "exec"), False)
        found = False
        for live, mutated in changed or ():
            for function in self.functions.get((file, tuple(live.co_positions())), ()):
                try:
                    function.__code__ = mutated
                except ValueError:  # it closes over other names
                    return False
                found = True
        for cache in self.caches:
            cache.cache_clear()
        return found


class _MutatedFile(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.mutant.module:
            return None
        return importlib.util.spec_from_file_location(name, path_of(name), loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source, str(path_of(self.mutant.module)), "exec"), module.__dict__)


def _anew(mutant: Mutant, names: Sequence[str]) -> bool:
    """Import all with the mutant, and run the tests `names`; whether they pass."""
    known = [name for name, module in sys.modules.items() if _is_ours(name, module)]
    for name in known:
        del sys.modules[name]
    sys.meta_path.insert(0, _MutatedFile(mutant))
    return pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *names]) == 0


def _is_ours(name: str, module: ModuleType) -> bool:
    """Whether a module is part of the project (the tests too), and not this program."""
    file = Path(getattr(module, "__file__", None) or "/")
    return name.partition(".")[0] in ("gradx", "gradx_cli") or (file.is_relative_to(TESTS) and name != __name__)


class _Runner:
    """The plugin that collects once, and runs the mutants in place of the tests."""

    def __init__(self, wanted: Sequence[Mutant], report: Callable[[Mutant, str, float], None], until: float) -> None:
        self.wanted, self.report, self.until = wanted, report, until
        self.files = {str(path_of(m.module)): m.module for m in wanted}
        self.reached: dict[tuple[str, int], set[int]] = {}
        self.seconds: list[float] = []
        self.failed: set[int] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._look(session.items)
        total = sum(self.seconds)
        print(f"{len(session.items)} tests, {total:.0f} s traced", flush=True)
        gc.collect()
        live = _Live(self.files)
        gc.freeze()
        for mutant in self.wanted:
            if time.monotonic() > self.until:
                break
            started = time.monotonic()
            tests = self._tests(mutant)
            if not tests:
                self.report(mutant, "not reached", 0.0)
                continue
            every = self._quickest(k for k in range(len(session.items)) if k not in self.failed)
            seconds = 20 + 5 * sum(self.seconds[k] for k in every)
            outcome = self._run(
                live, mutant, [session.items[k] for k in tests], [session.items[k] for k in every], seconds
            )
            self.report(mutant, outcome, time.monotonic() - started)
        return True

    def _look(self, items: Sequence[pytest.Item]) -> None:
        """Run every test once: how long it takes, and which lines it reaches."""
        coverage = Coverage(data_file=None, config_file=False, include=list(self.files))
        coverage.start()
        for k, item in enumerate(items):
            coverage.switch_context(str(k))
            before = time.monotonic()
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=None)):
                print(f"fails without a mutant, left out: {item.nodeid}", flush=True)
                self.failed.add(k)
            self.seconds.append(time.monotonic() - before)
        coverage.stop()
        for file in self.files:
            for line, contexts in coverage.get_data().contexts_by_lineno(file).items():
                self.reached[file, line] = {int(k) for k in contexts if k} - self.failed

    def _tests(self, mutant: Mutant) -> list[int]:
        file = str(path_of(mutant.module))
        for first, last in mutant.lines:
            found = set().union(*(self.reached.get((file, n), ()) for n in range(first, last + 1)))
            if found:
                break
        else:
            found = set().union(*(tests for (name, _), tests in self.reached.items() if name == file))
        return self._quickest(found)

    def _quickest(self, tests: Iterable[int]) -> list[int]:
        return sorted((k for k in tests if self.seconds[k] <= LONGEST), key=lambda k: self.seconds[k])

    def _run(
        self,
        live: _Live,
        mutant: Mutant,
        items: Sequence[pytest.Item],
        every: Sequence[pytest.Item],
        seconds: float,
    ) -> str:
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            code = 3
            try:
                resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
                null = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(null, stream)
                code = _passes(live, mutant, items, every)
            except BaseException:
                code = 3
            finally:
                os._exit(code)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return "survived" if status == 0 else "killed"
            time.sleep(0.005)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return "killed"


def _passes(live: _Live, mutant: Mutant, items: Sequence[pytest.Item], every: Sequence[pytest.Item]) -> int:
    """0 where the tests pass: `items`, which reach the change, or, where it shows when all is imported, `every` one."""
    changed = live.change(mutant)
    if changed:
        for item in items:
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=None)):
                return 1
    if changed and mutant.module not in MADE_AT_IMPORT:
        return 0
    return 0 if _anew(mutant, [item.nodeid for item in every]) else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="such as gradx.sweeps.forward (default: those of TARGETS)")
    parser.add_argument("--tests", nargs="*", help="files or folders of tests (default: those of TARGETS)")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="at most so many mutants of a module")
    parser.add_argument("--minutes", type=float, default=60, help="stop then; the next run goes on from there")
    parser.add_argument("--record", type=Path, default=Path(".proof/mutants.jsonl"), help="what is known already")
    parser.add_argument("--again", action="store_true", help="run those that survived once more")
    options = parser.parse_args()
    if len(options.modules) == 1:
        tests = options.tests or TARGETS[options.modules[0]]
        _measure(options.modules[0], tests, options.sample, options.minutes, options.record, options.again)
        return
    for module in options.modules or TARGETS:
        # A process each: the tests of one module are collected and run there.
        words = [arg for arg in sys.argv[1:] if arg not in options.modules]
        subprocess.run([sys.executable, __file__, module, *words], check=True)


def _measure(module: str, tests: Sequence[str], sample: int, minutes: float, record: Path, again: bool) -> None:
    until = time.monotonic() + 60 * minutes
    found = mutants(module)
    chosen = sampled(found, sample)
    ids = identities(chosen)
    record.parent.mkdir(exist_ok=True)
    known: dict[str, str] = {}
    if record.exists():
        entries = map(json.loads, record.read_text(encoding="utf-8").splitlines())
        known = {entry["id"]: entry["outcome"] for entry in entries}
    todo = [m for m in chosen if ids[m.name] not in known or (again and known[ids[m.name]] != "killed")]
    with record.open("a", encoding="utf-8") as file:

        def report(mutant: Mutant, outcome: str, seconds: float) -> None:
            known[ids[mutant.name]] = outcome
            entry = {"id": ids[mutant.name], "outcome": outcome, "seconds": round(seconds, 2)}
            print(json.dumps(entry), file=file, flush=True)

        if todo:
            arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-s", *tests]
            pytest.main(arguments, plugins=[_Runner(todo, report, until)])
    outcomes = [known.get(ids[m.name]) for m in chosen]
    for mutant, outcome in zip(chosen, outcomes, strict=True):
        if outcome not in ("killed", None):
            print(f"{outcome} {mutant.name}\n  - {mutant.before}\n  + {mutant.after}")
    run = sum(outcome is not None for outcome in outcomes)
    killed = outcomes.count("killed")
    print(f"{module}: {len(found)} mutants, {run} run, {killed} killed ({killed / max(run, 1):.1%})", flush=True)


if __name__ == "__main__":
    main()
