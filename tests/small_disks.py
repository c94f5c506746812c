"""A disk that is soon full: memory as a disk, mounted where that is allowed.

A container in which nothing may be mounted has a small one at /dev/shm.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

MEGABYTE = 1 << 20
# No more than a container has there, so that tests do not find out on another machine.
SIZE = 62 * MEGABYTE
# The memory that processes share, which others on the machine need, too.
SHARED, SMALL = Path("/dev/shm"), 1024 * MEGABYTE
NO_DISK = "needs a machine where root may mount, or a container's small /dev/shm"


class SmallDisk:
    def __init__(self, folder: Path):
        self.folder = folder
        self.filler = folder / "filler"

    def fill(self) -> None:
        """Write until nothing more goes in."""
        with self.filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(MEGABYTE)) == MEGABYTE:
                pass
            while file.write(b"x"):
                pass

    def make_room(self) -> None:
        self.filler.unlink(missing_ok=True)


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    folder = Path(tempfile.mkdtemp(prefix="zt-full-"))
    options = f"size={SIZE},mode=755"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        folder.rmdir()
        if not os.path.ismount(SHARED) or shutil.disk_usage(SHARED).total > SMALL:
            pytest.skip(NO_DISK)
        folder = Path(tempfile.mkdtemp(prefix="zt-full-", dir=SHARED))
    folder.chmod(0o755)
    disk = SmallDisk(folder)
    try:
        yield disk
    finally:
        disk.make_room()
        if not mounted.returncode:
            subprocess.run(["umount", "--lazy", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)
