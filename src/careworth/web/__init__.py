"""The house people enter: pages over the desk, each of which works without JavaScript."""
