"""Bytes over the wire, compressed; which pages load the chart library; memory of a worker."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

from . import worker
from .dashboards import zone_address
from .setting import MANAGER, Filled, Setting
from .table import Row, held

MOST_COLD, MOST_WARM = 400, 20  # kB
LIBRARY = "plotly"
WITHOUT_CHARTS = ("enterprise-list", "center-list", "title-list", "return-list", "patent-list")
# What a page needs before it can be read: style sheets and scripts. Fonts and icons come later.
ADDRESSES = re.compile(
    r"<(?:script\b[^>]*?\bsrc|link\b[^>]*?rel=\"stylesheet\"[^>]*?\bhref)=\"([^\"]+)\""
)


def rows(setting: Setting) -> list[Row]:
    cold, warm = {}, {}
    for size, filled in setting.filled.items():
        cold[size], warm[size] = weights(filled, zone_address(setting))
    last = list(setting.filled.values())[-1]
    return [
        weight_row("cold", cold, MOST_COLD),
        weight_row("warm", warm, MOST_WARM),
        library_row(setting),
        *worker.rows(last.scratch, zone_address(setting), MANAGER),
    ]


def weights(filled: Filled, address: str) -> tuple[int, int]:
    """Bytes of a first visit, and of one that has all files already."""
    with filled.scratch.use():
        page = filled.get(address).content
    text = gzip.decompress(page).decode()
    return len(page) + sum(map(file_weight, addresses(text))), len(page)


def addresses(page: str) -> list[str]:
    return list(dict.fromkeys(ADDRESSES.findall(page)))


def file_weight(address: str) -> int:
    """Compressed by Brotli where such a file lies beside it, else by gzip."""
    name = address.removeprefix(static(""))
    found = finders.find(name)
    if found is None:
        raise RuntimeError(f"{address} is no static file")
    ready = Path(f"{found}.br")
    if ready.exists():
        return ready.stat().st_size
    return len(gzip.compress(Path(found).read_bytes()))


def weight_row(measure: str, weights: dict[str, int], limit: int) -> Row:
    return held(
        "zone dashboard",
        f"{measure}, kB",
        max(weights.values()) / 1000,
        limit,
        values={size: f"{weight / 1000:.1f}" for size, weight in weights.items()},
    )


def library_row(setting: Setting) -> Row:
    filled = next(iter(setting.filled.values()))
    loading = [name for name in WITHOUT_CHARTS if loads_library(filled, reverse(name))]
    return Row(
        "pages without charts",
        "load the chart library",
        result=str(len(loading)),
        limit="0",
        ok=not loading,
        note=", ".join(loading),
    )


def loads_library(filled: Filled, address: str) -> bool:
    with filled.scratch.use():
        return any(LIBRARY in one for one in addresses(filled.text(address)))
