"""What main() has ready for a command."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from gradx.symbolic.witness import SymbolicWitness


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program. `witness` is SymPy's process, started before anything else, where the command asks it."""

    witness: SymbolicWitness | None


def symbolic(context: typer.Context) -> SymbolicWitness | None:
    """SymPy's process; None where it was not started, because nothing will be asked."""
    session = context.find_object(Session)
    return session.witness if session else None
