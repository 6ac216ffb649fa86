"""The terminal's commands, one file per kind: options in, answers printed."""
