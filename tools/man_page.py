"""The manual page docs/gradx.1, from the commands and their options as gradx itself declares them.

`make documents` writes it; a test holds the file to what is declared. The wheel puts it where `man` looks.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "gradx.1"

HEAD = """\
.TH GRADX 1 "" "gradx" "User Commands"
.SH NAME
gradx \\- a formula taken apart: values and gradients, and how far each can be trusted
.SH SYNOPSIS
.B gradx
.I COMMAND
.RI [ EXPR ]
.RI [ NAME = VALUE ]...
.RI [ OPTION ]...
"""

DESCRIPTION = """\
.SH DESCRIPTION
.I EXPR
is an expression in quotes, or statements separated by semicolons;
.B \\-
reads it from standard input, and
.BI @ NAME
is an example. The words behind it are the inputs' values: numbers or constant expressions, as in x=1/3.
An option that a command has no use for is accepted all the same, if it is one of those that all commands share.
"""

EVERYWHERE = """\
.TP
.B \\-\\-help\\fR, \\fB\\-h
What a command takes, with examples; without a command, the list of them.
.TP
.B \\-\\-version
The version (without a command).
.TP
.B \\-\\-install\\-completion
Teach the shell the commands, options, files and examples (without a command).
"""

TAIL = """\
.SH EXIT STATUS
.TP
.B 0
It answered; every gradient that was checked is proved, every claim is right.
.TP
.B 1
It answered, and the answer is a warning: a kink, an edge, a jump, lost digits, a claim that is not right, a descent
that diverged or left the domain.
.B \\-\\-exit\\-zero
makes it 0.
.TP
.B 2
The input cannot be used; the error says what is wrong, where, and what to do.
.TP
.B 70
A fault of gradx itself.
.TP
.B 130
Interrupted.
.SH ENVIRONMENT
.TP
.B COLUMNS
The width to write for. A pipe has none otherwise.
.TP
.B NO_COLOR
Takes colours away where it is set; so does
.B TERM=dumb\\fR.
.TP
.B FORCE_COLOR
Gives colours to a pipe.
.SH EXAMPLES
.TP
.B gradx eval \\(dq3*(a+b*c)\\(dq a=5 b=3 c=2
Every value and gradient, checked.
.TP
.B gradx explain @neuron
Where the gradients of an example come from.
.TP
.B gradx check \\(dqsin(3*x+1)\\(dq dx=\\(dqcos(3*x+1)\\(dq
Is this derivative right, and what went wrong?
.TP
.B gradx diff \\(dqx^3*sin(x)\\(dq \\-\\-order 2
A second derivative, as a formula.
.SH SEE ALSO
.B gradx
.I COMMAND
.BR \\-\\-help ,
which begins with examples, and the documents that come with the source: README.md, docs/tutorial.md, docs/language.md,
docs/verdicts.md.
"""


def page() -> str:
    """The whole page, in the macros of man(7)."""
    from gradx_cli.commands import COMMANDS

    commands = "".join(f".TP\n.B {_plain(name)}\n{_plain(row.help)}\n" for name, row in COMMANDS.items())
    options = "".join(f".TP\n{_heading(option)}\n{_plain(_help(option, takers))}\n" for option, takers in _options())
    return f"{HEAD}{DESCRIPTION}.SH COMMANDS\n{commands}.SH OPTIONS\n{options}{EVERYWHERE}{TAIL}"


def _options() -> list[tuple[Any, list[str]]]:
    """Every option that some command shows in its help, with those commands, in alphabetical order.

    One that means something else elsewhere is another option.
    """
    from gradx_cli.commands import COMMANDS
    from gradx_cli.menu import load

    found: dict[tuple[str, str], tuple[Any, list[str]]] = {}
    for name in COMMANDS:
        for option in load(name).params:
            if option.param_type_name == "option" and not option.hidden:
                found.setdefault((option.opts[0], option.help), (option, []))[1].append(name)
    return [found[name] for name in sorted(found)]


def _heading(option: Any) -> str:
    names = ", ".join(option.opts)
    if option.is_flag:
        return f".B {_plain(names)}"
    value = option.metavar or "|".join(option.type.choices)
    return f'.BI "{_plain(names)} " {_plain(value)}'


def _help(option: Any, takers: list[str]) -> str:
    from gradx_cli.commands import COMMANDS

    others = [name for name in COMMANDS if name not in takers]
    of = "all commands" if not others else f"all but {', '.join(others)}" if len(others) < 4 else ", ".join(takers)
    return f"{option.help} ({of})"


def _plain(text: str) -> str:
    """Text in which nothing is a macro or an escape, and a minus can be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"^([.'])", r"\\&\1", escaped, flags=re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
