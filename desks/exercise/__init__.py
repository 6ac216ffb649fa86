"""Exercises: composed, sealed, drawn, run, reviewed; only control's own door may import this."""
