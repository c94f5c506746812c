"""Tables as text: CSV in the encodings and with the separators that circulate.

A text is read only if every byte of it fits the encoding and every sign is one that people write;
otherwise it is refused. Nothing is replaced or guessed sign by sign.
"""

import csv
import re
from collections import Counter
from io import StringIO

from django.utils.translation import gettext as _

from .values import Grid, Limits, Unusable, check_size, text

MARKS = (
    (b"\xef\xbb\xbf", "UTF-8", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "UTF-32", "utf-32"),
    (b"\x00\x00\xfe\xff", "UTF-32", "utf-32"),
    (b"\xff\xfe", "UTF-16", "utf-16"),
    (b"\xfe\xff", "UTF-16", "utf-16"),
)
SEPARATORS = (",", ";", "\t", "|")
LONGEST_CELL = 32_767  # as in Excel
LINES_TO_LOOK_AT = 30
# Controls, private signs and half signs; in a text they say that it was read wrongly.
ODD = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufffd-\uffff]"
)
RARE = 0.6
ESCAPED = re.compile(r"'(?=[=+\-@\t＝＋－＠])")
QUOTED_FORMULA = re.compile(r'="([^"]*)"')


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Unusable."""
    for mark, name, codec in MARKS:
        if content.startswith(mark):
            return strict(content, name, codec), name
    if b"\x00" in content[:2000]:
        return strict(content, "UTF-16", _side_of_zeros(content[:2000])), "UTF-16"
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        decoded = strict(content, "GB18030", "gb18030")
        if not likely_chinese(decoded):
            raise unknown_encoding() from None
        return decoded, "GB18030"
    if ODD.search(decoded):
        raise not_text()
    if content.isascii() and _is_utf_7(content):
        raise unknown_encoding()
    return decoded, "UTF-8"


def _side_of_zeros(start: bytes) -> str:
    """Letters and separators of UTF-16 have a zero byte, always on the same side."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd):
        raise not_text()
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf_7(content: bytes) -> bool:
    try:
        decoded = content.decode("utf-7")
    except UnicodeDecodeError:
        return False
    return not decoded.isascii() and likely_chinese(decoded)


def strict(content: bytes, name: str, codec: str) -> str:
    try:
        decoded = content.decode(codec)
    except UnicodeDecodeError:
        raise unknown_encoding() from None
    if ODD.search(decoded.removeprefix("\ufeff")):
        raise unknown_encoding() if name == "GB18030" else not_text()
    return decoded.removeprefix("\ufeff")


def likely_chinese(decoded: str) -> bool:
    """Whether a text that happens to fit GB18030 is Chinese, and not Big5, Shift-JIS or Latin-1.

    What is written in GB18030 is mostly of the first level of GB 2312, the 3,755 most common
    signs, with a few of the second in names; other encodings read so fall all over its planes.
    """
    weights = [_weight(sign) for sign in decoded if sign >= "\x80"]
    return sum(weights) >= 0.7 * len(weights)


def _weight(sign: str) -> float:
    code = sign.encode("gb18030", "replace")
    if len(code) == 4:
        return RARE if sign >= "\u3400" else 0
    first, second = code[0], code[-1]
    if len(code) == 1 or second < 0xA1:
        return 0
    if 0xB0 <= first <= 0xD7 or first in (0xA1, 0xA2, 0xA3):
        return 1
    return RARE if 0xD8 <= first <= 0xF7 else 0


def unknown_encoding() -> Unusable:
    return Unusable(
        _(
            "The encoding of this text file is not known; UTF-8, GB18030 (GBK) and UTF-16 are "
            "read. Save it as .xlsx or as “CSV UTF-8”, and choose the new file."
        )
    )


def not_text() -> Unusable:
    return Unusable(
        _(
            "This is neither a spreadsheet nor a text file. Choose a file of the kind .xlsx, .xls, "
            ".ods or .csv."
        )
    )


def separator_of(decoded: str) -> tuple[str, str]:
    """The separator and the text without a first line that names it."""
    named = re.match(r'"?sep=(.)"?(?:\r\n|\r|\n)', decoded)
    if named:
        return named[1], decoded[named.end() :]
    lines = re.sub(r'"[^"]*"', "", decoded[:200_000]).splitlines()[:LINES_TO_LOOK_AT]

    def fits(separator: str) -> tuple[int, int]:
        # In how many lines it stands equally often; a tie is for the one that stands more often.
        counts = Counter(line.count(separator) for line in lines if separator in line)
        number, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return times, number

    return max(SEPARATORS, key=fits), decoded


def read_rows(decoded: str, separator: str, limits: Limits) -> Grid:
    """Raises Unusable. Line numbers are those a spreadsheet shows for the file."""
    # A reader of its own would take a carriage return alone for part of a cell.
    lines = StringIO(decoded.replace("\r\n", "\n").replace("\r", "\n"), newline="")
    rows, last, widest = [], 0, 0
    try:
        for row in csv.reader(lines, delimiter=separator, strict=True):
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise csv.Error("field larger")
            cells = [cell(written) for written in row]
            rows.append(cells)
            filled = [place for place, value in enumerate(cells, 1) if value is not None]
            if filled:
                last, widest = len(rows), max(widest, filled[-1])
            check_size(last, widest, "CSV", limits)
    except csv.Error as error:
        raise broken(len(rows) + 1, str(error)) from None
    return Grid(rows[:last])


def cell(written: str) -> str | None:
    """As it was before it was written as CSV: '=x and ="x" are the text =x and x."""
    if found := QUOTED_FORMULA.fullmatch(written):
        return text(found[1])
    return text(ESCAPED.sub("", written, count=1) if ESCAPED.match(written) else written)


def broken(row: int, why: str) -> Unusable:
    if "field larger" in why:
        return Unusable(
            _("A cell in row %(row)s is longer than %(most)s signs.")
            % {"row": row, "most": f"{LONGEST_CELL:,}"}
        )
    return Unusable(
        _(
            "From row %(row)s on the file cannot be divided into cells: a quotation mark is not "
            "closed, or one stands inside a text. Save the table as .xlsx, and choose the new file."
        )
        % {"row": row}
    )
