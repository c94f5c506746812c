"""A progress bar for commands: on a terminal only, so that logs stay readable."""

WIDTH = 30


class Bar:
    """Called with what is being done, how much of it is done, and how much there is."""

    def __init__(self, stream, *, shown: bool):
        self.stream = stream
        self.shown = shown and hasattr(stream, "isatty") and stream.isatty()
        self.last = ""

    def __call__(self, part: str, done: int, total: int) -> None:
        filled = WIDTH * done // max(total, 1)
        line = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {part}"
        if self.shown and line != self.last:
            self.write(f"\r\x1b[K{line}")
            self.last = line

    def clear(self) -> None:
        if self.shown:
            self.write("\r\x1b[K")

    def write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
