"""The cookbook: every page runs, and is found by the words of a rule book."""
