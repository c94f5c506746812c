"""Between programs that push bytes and those that pull them."""

import io
from collections.abc import Callable, Iterator


class Pipe:
    """A file to write into that hands on what it is given."""

    def __init__(self, write: Callable[[bytes], object]):
        self.write = write


class Chunks(io.RawIOBase):
    """A file of chunks that come one after the other."""

    def __init__(self, chunks: Iterator[bytes]):
        self.chunks = chunks
        self.left = b""

    def readable(self):
        return True

    def readinto(self, buffer) -> int:
        while not self.left:
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.left = memoryview(chunk)
        size = min(len(buffer), len(self.left))
        buffer[:size], self.left = self.left[:size], self.left[size:]
        return size


class Lines:
    """The rows of one COPY among statements, up to the line that ends them."""

    def __init__(self, file):
        self.file = file
        self.ended = False

    def read(self, size: int) -> bytes:
        """Some lines, at least one of them; nothing at the end."""
        found, length = [], 0
        while not self.ended and length < size:
            line = self.file.readline()
            if line in (b"\\.\n", b""):
                self.ended = True
            else:
                found.append(line)
                length += len(line)
        return b"".join(found)
