"""Pieces of the screen as pure functions: a brief and words in, escaped HTML out."""
