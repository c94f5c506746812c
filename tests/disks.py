"""What a disk may hold after the power fails: the file operations of a process, played back.

`recorded` runs the process under strace, which tells them in their order with all bytes. A disk
keeps for certain only what was synced: of a file by fsync or fdatasync, of names (a file made or
deleted) by those of their folder. Of the rest it may have kept any part in any order, a write
torn between two sectors included.
"""

import random
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# One line of strace: name, arguments and what it answered.
CALL = re.compile(r"(\w+)\((.*)\)\s+= (\d+)")
STEPS = {
    "openat": "make",
    "write": "write",
    "pwrite64": "write",
    "ftruncate": "cut",
    "fsync": "sync",
    "fdatasync": "sync",
    "unlink": "delete",
}
# Calls that would change a file in a way the playback does not know: they must not occur.
UNKNOWN = "creat,writev,pwritev,pwritev2,fallocate,rename,renameat,renameat2,unlinkat,sync,syncfs"
SECTOR, PAGE = 512, 4096


@dataclass(frozen=True)
class Step:
    """One operation on a file: "make", "write", "cut", "sync" or "delete"."""

    what: str
    file: Path
    data: bytes = b""
    # Where the data begins; None: at the end. Of "cut": how long the file is then.
    at: int | None = None


def recorded(command: list[str], folder: Path, environment: dict[str, str]) -> list[Step]:
    """What a process of one thread did to the files of a folder, in its order."""
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("needs a machine that lets processes be watched")
    trace = folder.parent / f"{folder.name}.trace"
    strace = ["strace", "-o", trace, "-y", "-xx", "-s", str(1 << 26), "-e", "signal=none"]
    strace += ["-e", f"trace={','.join(STEPS)},{UNKNOWN}"]
    done = subprocess.run([*strace, *command], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with trace.open(encoding="ascii") as lines:
        return [step for line in lines if (step := step_of(line, folder))]


def step_of(line: str, folder: Path) -> Step | None:
    found = CALL.match(line)
    if not found or (found[1] == "openat" and "O_CREAT" not in found[2]):
        return None
    call, given, answered = found.groups()
    opened = re.match(r"\d+<([^>]*)>", given)
    texts = [of_hex(text) for text in re.findall(r'"([^"]*)"', given)]
    file = Path((of_hex(opened[1]) if opened else texts[0]).decode())
    if opened and call.endswith("at"):
        file /= texts[0].decode()
    if folder not in (file, file.parent):
        return None
    what = STEPS.get(call)
    assert what and "O_TRUNC" not in given, f"The playback does not know {call} of {file}."
    at = int(given.rpartition(", ")[2]) if call in ("pwrite64", "ftruncate") else None
    return Step(what, file, texts[0][: int(answered)] if what == "write" else b"", at)


def of_hex(text: str) -> bytes:
    return bytes.fromhex(text.replace(r"\x", ""))


@dataclass(eq=False)
class File:
    """Its bytes on the disk, those a reader sees now, and the steps between."""

    kept: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)
    waiting: list[Step] = field(default_factory=list)

    def sync(self) -> None:
        for step in self.waiting:
            put(self.kept, step)
        self.waiting.clear()

    def torn(self, chance: random.Random, piece: int) -> bytes:
        """What was synced, and of what was not, any pieces."""
        data = bytearray(self.kept)
        for step in self.waiting:
            if step.what == "cut":
                if chance.random() < 0.5:
                    put(data, step)
                continue
            end = step.at + len(step.data)
            for start in range(step.at - step.at % piece, end, piece):
                if chance.random() < 0.5:
                    first, last = max(start, step.at), min(start + piece, end)
                    part = step.data[first - step.at : last - step.at]
                    put(data, Step("write", step.file, part, first))
        return bytes(data)


def put(data: bytearray, step: Step) -> None:
    if step.what == "cut":
        del data[step.at :]
    end = step.at + len(step.data)
    data.extend(bytes(max(0, end - len(data))))
    if step.what == "write":
        data[step.at : end] = step.data


class Disk:
    """One folder and its files, from what it held before the first step."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.seen: dict[str, File] = {}
        for path in folder.iterdir():
            self.seen[path.name] = File(bytearray(path.read_bytes()), bytearray(path.read_bytes()))
        self.kept = dict(self.seen)
        # Names made (with their file) and deleted (None) since the folder was synced.
        self.names: list[tuple[str, File | None]] = []

    def play(self, step: Step) -> None:
        name = step.file.name
        if step.file == self.folder:
            self.kept = dict(self.seen)
            self.names.clear()
        elif step.what == "make" and name not in self.seen:
            self.seen[name] = File()
            self.names.append((name, self.seen[name]))
        elif step.what == "delete":
            del self.seen[name]
            self.names.append((name, None))
        elif step.what == "sync":
            self.seen[name].sync()
        elif step.what in ("write", "cut"):
            file = self.seen[name]
            at = len(file.seen) if step.at is None else step.at
            step = Step(step.what, step.file, step.data, at)
            put(file.seen, step)
            file.waiting.append(step)

    def images(self, chance: random.Random) -> dict[str, dict[str, bytes]]:
        """Three disks that a cut may leave now: name of the image, name of a file, its bytes."""
        piece = chance.choice((SECTOR, PAGE))
        names = dict(self.kept)
        for name, file in self.names:
            if chance.random() < 0.5:
                names[name] = file
        return {
            "only what was synced": {name: bytes(file.kept) for name, file in self.kept.items()},
            "all that was written": {name: bytes(file.seen) for name, file in self.seen.items()},
            "some of it, torn": {
                name: file.torn(chance, piece) for name, file in names.items() if file
            },
        }
