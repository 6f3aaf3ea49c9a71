"""Rows of the table, by what they are about; `gradx.table` says what a row is, and holds them all."""
