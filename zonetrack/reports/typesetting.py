"""Sets one document with typst; as a program, in a process of its own.

A long report takes hundreds of megabytes meanwhile, which typst keeps for the next one. A process
that ends gives them back, and if it is ended because memory runs out, the site goes on.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import typst

HERE = Path(__file__).parent
FAMILY = "Noto Sans SC"
LONGEST_SECONDS = 300
UNSET = 3  # how the program ends where typst refuses the document


class Unset(Exception):
    """typst refuses the document; says why."""


def typeset(template: str, data: dict, **how) -> bytes:
    """The file that a template makes of data. `how` is what typst takes: format, timestamp and so
    on. Raises Unset, and RuntimeError where the fonts are missing."""
    try:
        return typst.Compiler(root=str(HERE / "typst"), font_paths=fonts()).compile(
            input=str(HERE / f"typst/{template}.typ"),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            **how,
        )
    except typst.TypstError as error:
        raise Unset(str(error)) from error


def typeset_apart(template: str, data: dict, **how) -> bytes:
    """The same by a process of its own. Raises also RuntimeError where that ends without a file,
    and TimeoutExpired."""
    order = [sys.executable, "-I", str(HERE / "typesetting.py")]
    job = json.dumps([template, data, how]).encode()
    done = subprocess.run(  # noqa: S603
        order, input=job, capture_output=True, timeout=LONGEST_SECONDS, check=False
    )
    told = done.stderr.decode(errors="replace")
    if done.returncode == UNSET:
        raise Unset(told)
    if done.returncode:
        raise RuntimeError(f"No file was set (status {done.returncode}): {told}")
    return done.stdout


@cache
def fonts() -> typst.Fonts:
    """Only our own, so that pages are alike on every machine. Raises RuntimeError without them."""
    found = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(HERE / "fonts")],
    )
    if FAMILY not in found.families():
        raise RuntimeError(f"The font {FAMILY} is missing in zonetrack/reports/fonts.")
    return found


def main() -> int:
    template, data, how = json.load(sys.stdin.buffer)
    try:
        made = typeset(template, data, **how)
    except Unset as error:
        sys.stderr.buffer.write(str(error).encode())
        return UNSET
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
