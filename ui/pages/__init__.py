"""One page per desk question."""
