"""The languages that a program can be handed on to: one file each, with a `LANGUAGE`."""
