"""The styles of the file, written whole: fonts for both scripts on every one, levels of headings.

The library's own template has theme fonts, which know no Chinese, and colors of another design.
"""

from dataclasses import dataclass, replace
from html import escape

from docx.oxml import parse_xml

from .looks import OTHERS, Look, Type
from .xml import NAMESPACES, element

INK, MUTED, RED, EDGE = "14212A", "46555E", "D00000", "C9D3D6"
BULLETS = (
    f"<w:numbering {NAMESPACES}>"
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="420" w:hanging="280"/></w:pPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


@dataclass(frozen=True)
class Style:
    """`before` and `after` are points; `line` points from line to line, 0 as the type asks for.

    `indent`: characters by which the first line begins later. `more`: further properties of the
    paragraph that come before its spacing, and `last` those behind it.
    """

    id: str
    name: str
    type: Type
    color: str = INK
    before: float = 0
    after: float = 0
    line: float = 0
    indent: int = 0
    grid: bool = True
    more: str = ""
    last: str = ""
    next: str = ""


def styles_of(look: Look) -> list[Style]:
    text, line = look.text, look.line or look.text.size * 1.5
    after = 0 if look.line else 5
    small = Type(text.latin, text.chinese, look.small)
    lead = text if look.line else Type(text.latin, text.chinese, text.size + 1.5)
    high = max(line, lead.size * 1.5)
    caption = Type(text.latin, look.headings[0].chinese, look.small + 0.5)
    bar = f'<w:pBdr><w:left w:val="single" w:sz="12" w:space="8" w:color="{EDGE}"/></w:pBdr>'
    shifted = f'<w:ind w:left="{round(text.size * 20)}"/>'
    bullet = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    even = '<w:jc w:val="both"/>' if look.indent else ""
    first = {"after": after, "indent": look.indent, "last": even}
    return [
        Style("BodyText", "Body Text", text, line=line, **first),
        Style("Lead", "Lead", lead, line=high, **first),
        Style("ListBullet", "List Bullet", text, line=line, more=bullet),
        Style("Added", "Added", text, line=line, after=after, more=bar, last=shifted),
        Style("Cover", "Cover", text, line=text.size * 1.7, grid=False),
        Style("Title", "Title", look.title, line=look.title.size * 1.5, after=8, grid=False),
        *(heading(look, level) for level in (1, 2, 3)),
        Style("TOCHeading", "TOC Heading", look.headings[0], before=6, after=10),
        *(contents_line(look, level) for level in (1, 2)),
        Style("Small", "Small", small, MUTED, before=2, after=4, grid=False),
        Style("Gap", "Gap", Type(text.latin, text.chinese, 4), grid=False),
        Style("Cell", "Cell", small, grid=False),
        Style("Caption", "caption", caption, before=10, after=4, grid=False),
        Style("Header", "header", small, MUTED, grid=False),
        Style("Footer", "footer", Type(text.latin, "宋体", 14 if look.grid else 9), grid=False),
    ]


def heading(look: Look, level: int) -> Style:
    return Style(
        f"Heading{level}",
        f"heading {level}",
        look.headings[level - 1],
        before=0 if look.line else 16 - 3 * level,
        after=0 if look.line else 5,
        line=look.line,
        indent=look.indent if look.grid else 0,
        more="<w:keepNext/><w:keepLines/>",
        last=f'<w:outlineLvl w:val="{level - 1}"/>',
        next="BodyText",
    )


def contents_line(look: Look, level: int) -> Style:
    """Smaller than a large text, so that the contents stay on a page."""
    type = replace(look.text, size=min(look.text.size, 14))
    indent = f'<w:ind w:left="{(level - 1) * round(type.size * 20)}"/>'
    line = type.size * 1.7
    return Style(f"TOC{level}", f"toc {level}", type, line=line, last=indent, grid=False)


def styles_xml(look: Look) -> str:
    kept = "".join(map(style_xml, styles_of(look)))
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{type_xml(look.text)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"<w:qFormat/><w:rPr>{type_xml(look.text)}</w:rPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr>'
        f"</w:style>{kept}</w:styles>"
    )


def style_xml(style: Style) -> str:
    grid = "" if style.grid else '<w:snapToGrid w:val="0"/>'
    line = f' w:line="{round(style.line * 20)}" w:lineRule="exact"' if style.line else ""
    space = f'<w:spacing w:before="{round(style.before * 20)}" w:after="{round(style.after * 20)}"'
    indent = ""
    if style.indent:
        first = round(style.indent * style.type.size * 20)
        indent = f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{first}"/>'
    following = f'<w:next w:val="{style.next}"/>' if style.next else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/>{following}<w:qFormat/>'
        f"<w:pPr>{style.more}{grid}{space}{line}/>{indent}{style.last}</w:pPr>"
        f"<w:rPr>{type_xml(style.type, style.color)}</w:rPr></w:style>"
    )


def type_xml(type: Type, color: str = INK) -> str:
    bold = "<w:b/><w:bCs/>" if type.bold else ""
    closer = f'<w:spacing w:val="{round(-type.closer * 20)}"/>' if type.closer else ""
    size = round(type.size * 2)
    return (
        f"{fonts(type)}{bold}"
        f'<w:color w:val="{color}"/>{closer}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    )


def fonts(type: Type) -> str:
    return (
        f'<w:rFonts w:ascii="{type.latin}" w:hAnsi="{type.latin}" w:eastAsia="{type.chinese}"'
        f' w:cs="{type.latin}"/>'
    )


def set_styles(document, look: Look) -> None:
    """In place of those of the library's template, as are its bullets and its list of fonts."""
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    parts["/word/styles.xml"]._element = parse_xml(styles_xml(look))
    parts["/word/numbering.xml"]._element = parse_xml(BULLETS)
    names = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{escape(others)}"/><w:charset w:val="86"/>'
        "</w:font>"
        for name, others in OTHERS.items()
    )
    parts["/word/fontTable.xml"]._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<w:fonts {NAMESPACES}>{names}</w:fonts>"
    ).encode()


def compatible(settings, look: Look) -> None:
    """Chinese punctuation as Word sets it; on a grid, other sides have another page number."""
    for each in list(settings):
        settings.remove(each)
    if look.grid:
        settings.append(element("<w:evenAndOddHeaders/>"))
    settings.append(element('<w:defaultTabStop w:val="420"/>'))
    settings.append(element('<w:characterSpacingControl w:val="compressPunctuation"/>'))
    settings.append(
        element(
            "<w:compat><w:useFELayout/>"
            '<w:compatSetting w:name="compatibilityMode"'
            ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        )
    )
