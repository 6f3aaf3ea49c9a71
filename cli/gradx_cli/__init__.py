"""The command line of gradx: arguments in, a call to the engine, a view out."""
