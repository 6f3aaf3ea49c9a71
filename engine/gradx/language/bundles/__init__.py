"""Vectors, matrices and sums: what is read only where a program has a bundle."""
