"""SymPy's process may be missing, killed, late or talk nonsense: the answer is a reason, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradx.graph import Graph
from gradx.language.program import read
from gradx.symbolic import process
from gradx.symbolic.process import command
from gradx.symbolic.protocol import packed
from gradx.symbolic.witness import LARGEST, Symbolic, SymbolicWitness

ENDLESS = "max(" + ", ".join(f"x{k}*x{k + 1}" for k in range(60)) + ")"
"""SymPy compares these pairwise for much longer than anybody waits."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def square() -> Graph:
    return read("w^2").graph


def asked(witness: SymbolicWitness, deadline: float = 30) -> Symbolic:
    return witness.answers(witness.ask(square(), [0], {0: 3.0}), deadline)[0]


def running(pid: int) -> bool:
    """Whether a process is there and more than an entry that nobody has collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not running(pid)


def test_starting_takes_no_time() -> None:
    before = time.perf_counter()
    with SymbolicWitness.start():
        assert time.perf_counter() - before < 0.25


def test_asking_without_starting_starts() -> None:
    with SymbolicWitness() as witness:
        assert asked(witness) == Symbolic("done", "2*w", "6.0", None)


@posix
def test_a_killed_process_is_a_reason_and_the_next_question_starts_another() -> None:
    with SymbolicWitness.start() as witness:
        assert witness.pid is not None
        os.kill(witness.pid, signal.SIGKILL)
        answer = asked(witness)
        assert answer.status == "failed"
        assert answer.reason == "SymPy is missing: its process ended early (killed by signal 9)"
        assert asked(witness).formula == "2*w"


def test_a_late_process_is_a_timeout_and_is_ended() -> None:
    with SymbolicWitness.start([sys.executable, "-c", "import time; time.sleep(60)"]) as witness:
        before = time.monotonic()
        answer = asked(witness, deadline=0.3)
        assert time.monotonic() - before < 3
        assert answer == Symbolic("timeout", reason="SymPy had no answer within 0.3 s")
        assert witness.pid is None


SLOPE = json.dumps(
    {"id": 1, "node": 0, "status": "done", "formula": "2*w", "exact": packed(read("2*w").graph)}, separators=(",", ":")
)


def test_the_deadline_does_not_count_how_long_sympy_takes_to_load() -> None:
    done = '{"id": 1, "node": null}'
    loading = "import time; time.sleep(1.8); print('{\"loaded\": true}', flush=True); input();"
    script = f"{loading} print({SLOPE!r}); print({done!r}, flush=True); time.sleep(60)"
    with SymbolicWitness.start([sys.executable, "-c", script]) as witness:
        assert asked(witness, deadline=1.5) == Symbolic("done", "2*w", "6.0")


def test_what_came_before_the_deadline_is_kept() -> None:
    script = f"import time; input(); print({SLOPE!r}, flush=True); time.sleep(60)"
    with SymbolicWitness.start([sys.executable, "-c", script]) as witness:
        answers = witness.answers(witness.ask(square(), [0, 2], {0: 3.0}), 1.5)
    assert answers[0] == Symbolic("done", "2*w", "6.0")
    assert answers[2].status == "timeout"


def test_answers_are_kept_for_the_question_they_belong_to() -> None:
    with SymbolicWitness.start() as witness:
        first = witness.ask(square(), [0], {0: 3.0})
        second = witness.ask(square(), [0], {0: -1.0})
        assert witness.answers(second, 30)[0].value == "-2.0"
        assert witness.answers(first, 30)[0].value == "6.0"


@pytest.mark.parametrize("said", ["hello", "{}", "[1]", '{\\"id\\": 1}', "null", '{\\"id\\": 1, \\"node\\": \\"x\\"}'])
def test_nonsense_is_a_reason(said: str) -> None:
    script = f'import time; input(); print("{said}", flush=True); time.sleep(60)'
    with SymbolicWitness.start([sys.executable, "-c", script]) as witness:
        answer = asked(witness)
        assert answer == Symbolic("failed", reason="SymPy is missing: its process answered with something else")


def test_no_process_at_all_is_a_reason(tmp_path: Path) -> None:
    with SymbolicWitness.start([str(tmp_path / "nothing")]) as witness:
        answer = asked(witness)
        assert answer.status == "failed"
        assert answer.reason is not None
        assert answer.reason.startswith("SymPy is missing: its process could not be started")


def test_sympy_that_is_not_installed_is_a_reason() -> None:
    bare = [word for word in command() if "site-packages" not in word]
    assert bare != command()
    with SymbolicWitness.start(bare) as witness:
        assert asked(witness) == Symbolic("failed", reason="SymPy is not installed")


def test_a_graph_beyond_measure_is_not_sent() -> None:
    with SymbolicWitness.start() as witness:
        graph = read(" + ".join(["x"] * 20_001)).graph
        answer = witness.answers(witness.ask(graph, [0], {0: 1.0}))[0]
        assert answer == Symbolic("skipped", reason="SymPy is not asked about more than 20,000 nodes")


@posix
def test_an_interrupt_does_not_reach_sympy() -> None:
    with SymbolicWitness.start() as witness:
        asked(witness)
        assert witness.pid is not None
        os.kill(witness.pid, signal.SIGINT)
        time.sleep(0.2)
        assert asked(witness).value == "6.0"


@linux
def test_closing_ends_the_process_in_the_middle_of_an_answer() -> None:
    with SymbolicWitness.start() as witness:
        asked(witness)
        pid = witness.pid
        witness.ask(read(ENDLESS).graph, [0], None)
    assert pid is not None
    assert gone_within(pid, 1)


@linux
def test_the_process_ends_with_its_parent_also_in_the_middle_of_an_answer() -> None:
    script = f"""
import os, signal
from gradx.language.program import read
from gradx.symbolic.witness import SymbolicWitness
witness = SymbolicWitness.start()
witness.answers(witness.ask(read("w^2").graph, [0], None), 30)
witness.ask(read("{ENDLESS}").graph, [0], None)
print(witness.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30)
    assert done.returncode == -signal.SIGKILL
    assert gone_within(int(done.stdout), 5)


@linux
def test_the_process_cannot_take_a_gibibyte() -> None:
    with SymbolicWitness.start() as witness:
        asked(witness)
        limits = Path(f"/proc/{witness.pid}/limits").read_text()
    [line] = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert int(line.split()[3]) < 1 << 30


@pytest.mark.sampled(3)
@pytest.mark.parametrize("path", [None, ":", "."])
def test_a_sympy_in_the_working_folder_is_not_imported(tmp_path: Path, path: str | None) -> None:
    trap = "open('trapped', 'a').close()\n"
    for name in ("sympy.py", "mpmath.py", "sitecustomize.py"):
        (tmp_path / name).write_text(trap)
    script = """
import os, sys
if os.path.exists("trapped"): os.remove("trapped")
from gradx.language.program import read
from gradx.symbolic.witness import SymbolicWitness
with SymbolicWitness.start() as witness:
    print(witness.answers(witness.ask(read("w^2").graph, [0], None), 30)[0].formula)
"""
    environment = {**os.environ, **({} if path is None else {"PYTHONPATH": path})}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.stdout == "2*w\n", done.stderr
    assert not (tmp_path / "trapped").exists()


@pytest.mark.slow
def test_settings_of_the_user_change_nothing() -> None:
    script = """
from gradx.language.program import read
from gradx.symbolic.witness import SymbolicWitness
graph = read("u = sin(x*y)^2 + z*y - E/x; v = tanh(u)*exp(-y); max(u, v)*abs(u - z) + 0.3*v").graph
with SymbolicWitness.start() as witness:
    for answer in witness.answers(witness.ask(graph, graph.shown, {i: 0.75 for i in graph.inputs}), 30).values():
        print(answer)
"""
    outputs = set()
    for settings in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "SYMPY_DEBUG": "True", "PYTHONVERBOSE": "1"}):
        done = subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, **settings}, capture_output=True, text=True, timeout=30
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert "done" in outputs.pop()


def test_sympy_counts_with_pythons_integers_whatever_is_installed() -> None:
    said = process.Process([sys.executable, "-c", "import sympy, sys; print('flint' in sys.modules)"])
    said.send(b"")
    assert said.receive(time.monotonic() + 30).split() == [b"False"]
    said.end()


def test_a_process_that_stops_talking_and_stays_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_REAP_S", 0.2)
    with SymbolicWitness.start([sys.executable, "-c", "import os, time; os.close(1); time.sleep(60)"]) as witness:
        assert asked(witness).reason == "SymPy is missing: its process stopped answering"


def test_a_line_that_came_too_late_is_late() -> None:
    talker = process.Process([sys.executable, "-c", "print('one'); print('two', flush=True); input()"])
    talker.send(b"")
    try:
        assert talker.receive(time.monotonic() + 30).strip() == b"one"
        with pytest.raises(process.Late):
            talker.receive(talker.spoke_at - 1 if talker.spoke_at else 0.0)
    finally:
        talker.end()


def test_a_question_whose_process_was_ended_for_another_is_told() -> None:
    with SymbolicWitness.start([sys.executable, "-c", "import time; time.sleep(60)"]) as witness:
        first, second = (witness.ask(square(), [0], {0: 3.0}) for _ in range(2))
        assert witness.answers(first, 0.1)[0].status == "timeout"
        assert witness.answers(second, 30)[0].reason == "SymPy is missing: its process was ended"


def test_a_claim_about_a_graph_that_is_too_large_is_not_sent() -> None:
    large = read(" + ".join(f"x*{k}" for k in range(LARGEST // 3))).graph
    with SymbolicWitness() as witness:
        question = witness.ask_equal(large, large.output, 0, large)
        assert witness.pid is None
        assert witness.equality(question).reason == f"SymPy is not asked about more than {LARGEST:,} nodes"


@posix
def test_a_folder_that_is_gone_is_no_part_of_the_module_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert str(folder) not in command()
    with SymbolicWitness.start() as witness:
        assert asked(witness).formula == "2*w"
