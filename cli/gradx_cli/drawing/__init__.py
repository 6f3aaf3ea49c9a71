"""The computation graph, drawn: one diagram, one layout, a writer for each kind of file."""
