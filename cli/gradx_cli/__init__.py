"""The command line of gradx: arguments in, a call to the engine, a view out. And what it ends with."""

ANSWERED = 0
"""1 is an answer too, and a warning: a kink, lost digits, a wrong claim."""
UNUSABLE = 2
"""The input cannot be used."""
FAULT = 70
"""Of gradx itself."""
INTERRUPTED = 130
