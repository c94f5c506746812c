"""Fictional names from words that belong to no place and no company, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """What a park is about: its name, its technology fields, the words its firms are named by."""

    key: str
    name_en: str
    name_zh: str
    fields: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


THEMES = (
    Theme(
        "materials",
        "Materials Park",
        "材料园区",
        ("light-alloys", "aluminum-alloys", "electronic-copper-foil", "new-materials"),
        (("Materials", "材料"), ("Alloys", "合金"), ("Foil", "箔材"), ("Coatings", "涂层")),
    ),
    Theme(
        "energy",
        "Energy Park",
        "能源园区",
        ("photovoltaics", "lithium-batteries", "silicon", "energy-saving"),
        (("Energy", "能源"), ("Batteries", "电池"), ("Solar", "光能"), ("Power", "电力")),
    ),
    Theme(
        "medicine",
        "Medicine Park",
        "医药园区",
        ("drug-development", "enzymes", "biotechnology", "wolfberry"),
        (("Medicine", "医药"), ("Biotech", "生物"), ("Enzymes", "酶制剂"), ("Herbs", "草本")),
    ),
    Theme(
        "equipment",
        "Equipment Park",
        "装备园区",
        ("equipment", "electronics", "software", "fine-chemicals"),
        (("Machines", "机械"), ("Sensors", "传感"), ("Software", "软件"), ("Tools", "工具")),
    ),
)

TOPICS = (
    ("process", "工艺"),
    ("low-energy production", "节能生产"),
    ("new material", "新材料"),
    ("quality testing", "质量检测"),
    ("automation", "自动化"),
    ("recycling", "循环利用"),
)

INSTITUTIONS = (
    ("Example University of Technology", "示例理工大学", "university"),
    ("Example University", "示例大学", "university"),
    ("Example Institute of Materials", "示例材料研究所", "institute"),
    ("Example Institute of Biology", "示例生物研究所", "institute"),
    ("Example Engineering Academy", "示例工程研究院", "institute"),
    ("Example Instruments (elsewhere)", "示例仪器（区外）", "enterprise"),
)


def zone_names(number: int) -> tuple[str, str]:
    if number == 1:
        return "Example Zone (synthetic data)", "示例开发区（合成数据）"
    return f"Example Zone {number:02} (synthetic data)", f"示例开发区{number:02}（合成数据）"


def zone_key(number: int) -> str:
    return "example" if number == 1 else f"example-{number:02}"


def of_zone(number: int) -> tuple[str, str]:
    """What tells the firms of further zones from those of the first."""
    return ("", "") if number == 1 else (f" (zone {number:02})", f"（{number:02}区）")
