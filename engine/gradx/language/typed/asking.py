"""What a text that is not the language can end in beside a reading: a question with its meanings, or a refusal."""

from __future__ import annotations

from gradx.language.typed.mapped import Place


class AskedError(Exception):
    """A text that is not read as it stands: why, where in the original, and what it may mean, as texts to be read.

    With meanings it is a question: `command` is what each of them is offered with, `rest` what stands behind it.
    Without one it is a refusal, and `hint` says what to do.
    """

    def __init__(
        self, message: str, place: Place, meanings: tuple[str, ...] = (), hint: str | None = None,
        *, command: str | None = None, rest: str = "",
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.message = message
        self.place = place
        self.meanings = meanings
        self.hint = hint
        self.command = command
        self.rest = rest


def refused(message: str, place: Place, hint: str) -> AskedError:
    """What is not of this language."""
    return AskedError(message, place, (), hint)
