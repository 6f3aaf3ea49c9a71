"""What a command line ends with. Light: it is imported before anything else."""

ANSWERED = 0
"""1 is an answer too, and a warning: a kink, lost digits, a wrong claim."""
UNUSABLE = 2
"""The input cannot be used."""
FAULT = 70
"""Of gradx itself."""
INTERRUPTED = 130
