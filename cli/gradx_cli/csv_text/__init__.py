"""The text of a table: its encoding, its lines, what their cells say."""
