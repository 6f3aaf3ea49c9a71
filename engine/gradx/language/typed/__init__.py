"""Texts as people type and paste them, turned into the language of `gradx.language`: imported only where one is not.

Each file is one idea: characters, LaTeX, code, school writing, prose, derivatives asked for. All of them turn text into
text and keep, for every character, the place of the original that it comes from.
"""
