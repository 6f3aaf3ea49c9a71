"""gradx: computation graphs, their gradients, and how far both can be trusted."""

__version__ = "0.1.0"
