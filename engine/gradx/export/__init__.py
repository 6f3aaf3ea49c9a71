"""A recorded tape as source text, and that text run: nothing that a user wrote is in it."""
