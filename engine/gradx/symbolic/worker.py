"""SymPy's process: requests in on standard input, answers out on standard output, one JSON object a line.

The first line says that SymPy is loaded, since that can take longer than any answer.
It ends as soon as its input ends, also in the middle of an answer, and cannot take much memory or time.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from queue import SimpleQueue
from typing import BinaryIO, cast

MEMORY = 900 << 20
"""Bytes of address space, so that the process stays below 1 GiB."""

CPU_S = 60
"""Seconds of processor time for one request, should nobody be left to end it sooner."""

STACK = 192 << 20
RECURSION = 12_000
"""SymPy recurses over expressions; past this depth it says so."""


def main() -> None:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle, and it ends this process
    requests: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    _limit(RLIMIT_AS=MEMORY, RLIMIT_CORE=0)
    threading.stack_size(STACK)
    worker = threading.Thread(target=_serve, args=(requests,), daemon=True)
    worker.start()
    worker.join()


def _listen(pipe: BinaryIO, requests: SimpleQueue[bytes]) -> None:
    for line in pipe:
        requests.put(line)
    os._exit(0)


def _serve(requests: SimpleQueue[bytes]) -> None:
    answer_to = _load()
    sys.setrecursionlimit(RECURSION)
    _write({"loaded": True})
    while True:
        request = json.loads(requests.get())
        _limit(RLIMIT_CPU=int(time.process_time()) + CPU_S)
        for answer in answer_to(request):
            _write({"id": request["id"], **answer})


def _write(line: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _load() -> Callable[[Mapping[str, object]], Iterator[Mapping[str, object]]]:
    """Import SymPy. The collector stays off meanwhile: it would look through all of SymPy again and again."""
    gc.disable()
    try:
        from gradx.symbolic.answers import answers
    except ImportError as error:
        reason = "SymPy is not installed" if error.name == "sympy" else f"SymPy cannot be loaded ({error})"
        return lambda request: iter([{"absent": reason}])
    finally:
        gc.freeze()
        gc.enable()
    return cast("Callable[[Mapping[str, object]], Iterator[Mapping[str, object]]]", answers)


def _limit(**limits: int) -> None:
    """Set limits by their names. Windows has none, and the deadline holds there as everywhere; a tighter one stays."""
    try:
        import resource

        for name, most in limits.items():
            kind: int = getattr(resource, name)
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
