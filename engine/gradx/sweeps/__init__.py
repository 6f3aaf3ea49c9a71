"""Sweeps over a graph, each a loop over its nodes in order, each over any arithmetic: forward, backprop, nudging."""
