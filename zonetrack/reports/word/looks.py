"""How a Word file looks: "ordinary", and "formal" after GB/T 9704-2012, in Chinese and English.

The standard names kinds of type, not products; what an office has installed differs, so each name
has others behind it.
"""

from dataclasses import dataclass

MARGINS = (37, 26, 35, 28)  # top, right, bottom, left in millimeters
GRID = (579, -848)  # 22 lines of 28 characters: twips between lines, 4096ths of a point
CLOSER = 0.25  # without it LibreOffice gives two places of the grid to a type of 16 points
LINE = 28.95  # points, the same as the grid
PAGE = (210, 297)
FOOT = 23  # millimeters from the edge: the dash is 7 mm below the text

SONG, HEI, KAI, FANG = "宋体", "黑体", "楷体", "仿宋"
TITLE = "方正小标宋简体"
OTHERS = {
    SONG: "SimSun, Songti SC, Noto Serif CJK SC",
    HEI: "SimHei, Heiti SC, Noto Sans CJK SC",
    KAI: "KaiTi, 楷体_GB2312, STKaiti",
    FANG: "FangSong, 仿宋_GB2312, STFangsong, 方正仿宋_GBK",
    TITLE: "方正小标宋_GBK, 小标宋体, STZhongsong, 华文中宋, SimSun",
}


@dataclass(frozen=True)
class Type:
    """`latin` and `chinese` are names of fonts, `size` points; `closer`: points between letters."""

    latin: str
    chinese: str
    size: float
    bold: bool = False
    closer: float = 0


@dataclass(frozen=True)
class Look:
    """`line`: points from line to line, 0 for one and a half times the type.

    `indent`: characters by which paragraphs begin later. `grid`: lines and characters on a grid.
    """

    text: Type
    headings: tuple[Type, Type, Type]
    title: Type
    small: float
    table: tuple[float, ...]
    line: float = 0
    indent: int = 0
    grid: bool = False


def look(style: str, chinese: bool) -> Look:
    """Raises KeyError for a style that is not known."""
    return LOOKS[style, chinese]


ROMAN, PLAIN = "Times New Roman", "Arial"
LOOKS = {
    ("ordinary", True): Look(
        Type(ROMAN, SONG, 12),
        (Type(ROMAN, HEI, 16), Type(ROMAN, HEI, 14), Type(ROMAN, HEI, 12)),
        Type(ROMAN, HEI, 26),
        9,
        (9, 8.5, 8, 7.5),
        indent=2,
    ),
    ("ordinary", False): Look(
        Type(PLAIN, SONG, 10.5),
        (Type(PLAIN, HEI, 15, True), Type(PLAIN, HEI, 12, True), Type(PLAIN, HEI, 11, True)),
        Type(PLAIN, HEI, 26, True),
        8.5,
        (8.5, 8, 7.5, 7),
    ),
    ("formal", True): Look(
        Type(ROMAN, FANG, 16, closer=CLOSER),
        (
            Type(ROMAN, HEI, 16, closer=CLOSER),
            Type(ROMAN, KAI, 16, closer=CLOSER),
            Type(ROMAN, FANG, 16, closer=CLOSER),
        ),
        Type(ROMAN, TITLE, 22),
        10.5,
        (10.5, 9, 8, 7.5),
        line=LINE,
        indent=2,
        grid=True,
    ),
    ("formal", False): Look(
        Type(ROMAN, FANG, 14),
        (Type(ROMAN, HEI, 14, True), Type(ROMAN, KAI, 14, True), Type(ROMAN, FANG, 14)),
        Type(ROMAN, TITLE, 22, True),
        10,
        (9.5, 9, 8.5, 8, 7.5),
        line=LINE,
        grid=True,
    ),
}
STYLES = frozenset(style for style, _chinese in LOOKS)
