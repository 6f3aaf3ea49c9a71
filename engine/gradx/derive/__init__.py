"""Derivatives as formulas: the sweeps, and the table's rules, over terms."""
