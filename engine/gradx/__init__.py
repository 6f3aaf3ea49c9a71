"""gradx: computation graphs, their gradients, and how far both can be trusted."""
