"""One page on which a program moves: its graph, both passes step by step, sliders, nudges and descents."""
