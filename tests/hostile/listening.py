"""What happens inside a process, as Python's audit events tell it, each event a line of JSON: kind, by whom, what.

Of a tape that is compiled `what` is the text, of other code whether it is marked.

Left out is what happens all the time and reaches nothing outside: imports, reading files, looking at frames.
"""

from __future__ import annotations

import json
import os
import sys
from types import CodeType
from typing import Any

MARK = "zqxj"
"""The name that every program here uses. Code made from a program would hold it."""

HARMLESS = {
    "import", "object.__getattr__", "object.__setattr__", "object.__delattr__", "os.listdir", "os.scandir",
    "sys._getframe", "sys._getframemodulename", "sys._current_frames", "marshal.loads", "marshal.load",
    "builtins.id", "gc.get_objects",
    "code.__new__", "os.fwalk", "os.walk", "cpython._PySys_ClearAuditHooks", "_thread.start_joinable_thread",
    "_thread.start_new_thread", "sys.set_asyncgen_hooks_firstiter", "resource.setrlimit", "mmap.__new__", "time.sleep",
    "array.__new__", "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.addressof", "ctypes.get_errno",
}  # fmt: skip


def listen(report: str) -> None:
    """From now on, write events to the file `report`."""
    file = os.open(report, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    busy: list[bool] = []

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in HARMLESS or busy:
            return
        busy.append(True)
        try:
            what = _what(event, arguments)
            if what is not None:
                by = sys._getframe(1).f_globals.get("__name__", "?")
                os.write(file, (json.dumps([event, by, what]) + "\n").encode())
        finally:
            busy.pop()

    sys.addaudithook(heard)


def _what(event: str, arguments: tuple[Any, ...]) -> str | None:
    if event == "compile":
        source, file = arguments
        text = source.decode("utf-8", "replace") if isinstance(source, bytes) else str(source)
        return text if file == "<tape>" else _marked(text)
    if event == "exec":
        return _marked(_everything_in(arguments[0]))
    if event == "open":
        path, mode, flags = arguments
        writing = flags & (os.O_WRONLY | os.O_RDWR) or (mode and set(mode) & set("wax+"))
        return str(path) if writing and not isinstance(path, int) else None
    if event == "ctypes.dlopen" and arguments == (None,):
        return None  # Python itself
    if event == "subprocess.Popen":
        return " ".join(map(str, arguments[1]))
    return repr(arguments)[:200]


def _marked(text: str) -> str:
    return "marked" if MARK in text else ""


def _everything_in(code: CodeType) -> str:
    constants = [_everything_in(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return " ".join([*code.co_names, *code.co_varnames, *constants])
