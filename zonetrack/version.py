"""The version of the product, as pyproject.toml names it."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def version() -> str:
    file = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"]
