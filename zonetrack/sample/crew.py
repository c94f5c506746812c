"""Several processes that each do their share of a long work, step by step."""

import os
import traceback
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait

# A step of one's work is called with `told` and its own arguments.
Told = Callable[[int], None]


def processors() -> int:
    """How many processes can work at once here."""
    if "fork" not in get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Failed(Exception):
    """A process could not go on; the text is its traceback."""


class Alone:
    """One worker in this process."""

    def __init__(self, worker):
        self.worker = worker

    def do(self, step: str, arguments: Sequence[tuple], told: Told) -> list:
        return [getattr(self.worker, step)(told, *arguments[0])]


class Crew:
    """Workers in processes of their own, which keep what they have between steps."""

    def __init__(self, ends: list[Connection]):
        self.ends = ends

    def do(self, step: str, arguments: Sequence[tuple], told: Told) -> list:
        """Let each worker do the step with its arguments; answer what each answers."""
        for end, given in zip(self.ends, arguments, strict=True):
            end.send((step, given))
        answers, busy = {}, list(self.ends)
        while busy:
            for end in wait(busy):
                try:
                    kind, value = end.recv()
                except EOFError as error:
                    raise Failed("A process has ended.") from error
                if kind == "failed":
                    raise Failed(value)
                if kind == "told":
                    told(value)
                else:
                    answers[end] = value
                    busy.remove(end)
        return [answers[end] for end in self.ends]


@contextmanager
def crew(workers: list):
    """A crew of the workers; a single one works here. They end with the block."""
    if len(workers) == 1:
        yield Alone(workers[0])
        return
    # Forked, they have everything that was known before; none uses the database.
    context = get_context("fork")
    ends, processes = [], []
    try:
        for worker in workers:
            near, far = context.Pipe()
            process = context.Process(target=serve, args=(worker, far, [*ends, near]), daemon=True)
            process.start()
            far.close()
            ends.append(near)
            processes.append(process)
        yield Crew(ends)
    finally:
        for end in ends:
            end.close()
        for process in processes:
            process.join(5)
            process.kill()


def serve(worker, end: Connection, others: list[Connection]) -> None:
    # Else it would not be seen that the first process has gone.
    for other in others:
        other.close()
    while True:
        try:
            step, given = end.recv()
        except (EOFError, KeyboardInterrupt):
            os._exit(0)
        try:
            end.send(("done", getattr(worker, step)(lambda n: end.send(("told", n)), *given)))
        except BaseException:
            end.send(("failed", traceback.format_exc()))
