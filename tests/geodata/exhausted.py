"""A machine on which no further file can be opened."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

_STANDARD = 3
"""Input, output and errors: the number that the next file would get."""


@contextmanager
def no_files_left() -> Iterator[None]:
    """Let every further opening of a file fail while the block runs, as on a busy machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_STANDARD, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
