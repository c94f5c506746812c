"""Exports take turns in a process, so that pages keep their share of it.

One interpreter runs one thread at a time: beside four exports a page would get a fifth of it.
"""

from collections.abc import Iterator
from threading import RLock

# Whoever writes a file, or the next piece of one, holds it meanwhile.
TURN = RLock()


def in_turns(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, each made while no other export works."""
    while True:
        with TURN:
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
