"""What it costs to read texts as they are typed: in fresh processes, in turn. Prints milliseconds as JSON.

python typed.py [RUNS]

`plain`: `read` on the card, less what reading it plainly takes; `typed`: `read` on the card in school writing, with the
import of what reads that, less the same; `eval`: the whole command on the one, less the whole command on the other.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from startup import GRADX, seconds

PLAIN, TYPED = "3*(a+b*c)", "3(a+bc)"
READ = """
import sys, time
from gradx.language.program import read, read_plainly
read_plainly("x"); read_plainly("x + 1")
known = frozenset("abc")
start = time.perf_counter(); {0}({1!r}, known); print(time.perf_counter() - start)
assert any("language.typed" in name for name in sys.modules) is {2}
"""


def read_s(function: str, text: str, *, imports: bool = False) -> float:
    """Seconds of the first read of a text in a new process."""
    script = READ.format(function, text, imports)
    return float(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    found: dict[str, list[float]] = {"plain": [], "typed": [], "eval": []}
    for _ in range(runs):
        plainly = read_s("read_plainly", PLAIN)
        found["plain"].append(read_s("read", PLAIN) - plainly)
        found["typed"].append(read_s("read", TYPED, imports=True) - plainly)
        whole = [seconds([*GRADX, "eval", text, "a=5", "b=3", "c=2", "--no-symbolic"]) for text in (TYPED, PLAIN)]
        found["eval"].append(whole[0] - whole[1])
    print(json.dumps({what: round(1000 * statistics.median(times), 3) for what, times in found.items()}))


if __name__ == "__main__":
    main()
