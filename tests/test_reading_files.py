"""Files as they really circulate: every one is read, and read rightly."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.sheet_files import (
    HEADS,
    ROWS,
    csv,
    ods,
    row_of,
    table_of,
    values,
    with_cells,
    with_members,
    xlsx,
)
from zonetrack.imports.reading import (
    LIMITS,
    ErrorCell,
    Limits,
    Unusable,
    find_table,
    normal,
    open_file,
)

OLD_EXCEL = (Path(__file__).parent / "files" / "excel-97.xls").read_bytes()
DATA = [["昆仑公司", 10.5, 3], ["青海湖公司", 20, 4]]


def told(table):
    return " ".join(table.notices)


def skipped(table):
    return [(row.number, row.why) for row in table.skipped]


# Kinds and encodings


@pytest.mark.parametrize(("kind", "content"), [("xlsx", xlsx()), ("ods", ods())])
def test_workbooks_are_read_with_their_types(kind, content):
    table = table_of(content)
    assert open_file("a", content).kind == kind
    assert values(table) == [["昆仑公司", Decimal("10.5"), 3], ["青海湖公司", 20, 4]]
    assert [(head.letter, head.plain, head.unit) for head in table.heads] == [
        ("A", "企业名称", None),
        ("B", "营业收入", "万元"),
        ("C", "从业人员", None),
    ]
    assert [line.number for line in table.rows] == [2, 3]


def test_a_workbook_of_excel_97_is_read():
    book = open_file("a.xls", OLD_EXCEL)
    table = find_table(book, None, {"企业名称", "研发投入", "认定日期"}.__contains__)
    assert (book.kind, table.unit, table.year) == ("xls", "万元", 2014)
    assert table.title == "青海高新区2014年度科技统计表 单位：万元"
    assert [(head.plain, head.year) for head in table.heads[:3]] == [
        ("企业名称", None),
        ("研发投入", 2013),
        ("研发投入", 2014),
    ]
    assert table.rows[0].cells == ["甲公司", Decimal("10.5"), 12, date(2014, 5, 1), True]
    assert table.rows[1].cells[:3] == ["乙公司", "1,234.5", None]
    assert skipped(table) == [(7, "total")]
    assert "5" in told(table) and "Hidden rows" in told(table)
    assert [sheet.hidden for sheet in book.sheets] == [False, True]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("gb2312", "GB18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)
def test_encodings_are_found(encoding, name):
    content = csv(encoding=encoding)
    book = open_file("a.csv", content)
    assert (book.kind, book.encoding, book.delimiter) == ("csv", name, ",")
    assert values(table_of(content)) == [["昆仑公司", "10.5", "3"], ["青海湖公司", "20", "4"]]


def test_rare_signs_of_names_are_read_in_gb18030():
    rows = [HEADS, ["喆堃镕公司", 1, 2], ["㐀淼钰鑫锂业", 3, 4], ["青海锂业有限公司", 5, 6]] * 3
    assert values(table_of(csv(rows, "gb18030")))[0][0] == "喆堃镕公司"


@pytest.mark.parametrize(
    "content",
    [
        csv([["企業名稱", "營業收入", "從業人員"], ["臺灣積體電路製造", 1, 2]], "big5"),
        csv([["企業名", "売上高", "従業員数"], ["トヨタ自動車株式会社", 1, 2]], "shift-jis"),
        csv([["Unternehmen", "Umsätze"], ["Müller Öl Größe", 1]], "latin-1"),
        csv([["Société", "Chiffre d’affaires"], ["Électricité générale", 1]], "cp1252"),
        csv(encoding="utf-8") + csv(encoding="gb18030"),
        csv(encoding="utf-7"),
        "企业名称,营业收入\ufffd\n甲,1\n".encode(),
        "企业名称,营业收入\n甲\x00乙,1\n".encode(),
        b"\x00\x01\x02\x03" * 500,
    ],
)
def test_other_encodings_are_refused_not_guessed(content):
    with pytest.raises(Unusable) as refusal:
        table_of(content)
    assert "save" in refusal.value.sentence.lower() or "Choose" in refusal.value.sentence


# Text: separators, ends of lines, quotation marks


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_separators_and_ends_of_lines_are_found(separator, end):
    table = table_of(csv(separator=separator, end=end))
    assert values(table)[1] == ["青海湖公司", "20", "4"]
    assert [line.number for line in table.rows] == [2, 3]


def test_a_line_that_names_the_separator_is_followed_and_not_counted():
    content = b"sep=;\r\n" + csv(separator=";")
    assert open_file("a", content).delimiter == ";"
    assert table_of(content).rows[0].number == 2


def test_quoted_cells_keep_separators_and_lines():
    content = '企业名称,营业收入,备注\r\n"甲,乙公司","1,234.5","一\r\n二"\r\n丙,2,"他说""好"""\r\n'
    assert values(table_of(content.encode())) == [
        ["甲,乙公司", "1,234.5", "一\n二"],
        ["丙", "2", '他说"好"'],
    ]


@pytest.mark.parametrize("text", ['企业名称,营业收入\n"甲,1\n乙,2\n', '企业名称,备注\n"a"b,1\n'])
def test_open_quotation_marks_are_refused_with_the_row(text):
    with pytest.raises(Unusable, match="row 2"):
        table_of(text.encode())


def test_a_row_with_more_cells_than_heads_is_marked():
    table = table_of("企业名称,营业收入\n甲,1\n乙,1,234\n丙\n".encode())
    assert [bool(line.problem) for line in table.rows] == [False, True, False]
    assert "234" in table.rows[1].problem
    assert values(table)[2] == ["丙", None]


def test_an_enormous_cell_of_text_is_refused():
    with pytest.raises(Unusable, match="32,767"):
        table_of("企业名称,备注\n甲,".encode() + b"x" * 2_000_000)


def test_texts_escaped_on_export_come_back_as_they_were():
    rows = values(table_of("企业名称,备注\n'=1+1,'-5\n='x','甲\n=\"007\",'\n".encode()))
    assert rows == [["=1+1", "-5"], ["='x'", "'甲"], ["007", "'"]]


# Where the table lies


def test_title_unit_and_year_above_the_table_are_read():
    table = table_of(
        xlsx(
            [
                ["青海高新区2014年度科技统计表"],
                ["填报单位：管委会", None, "单位：千元"],
                [],
                *ROWS,
            ],
            merged=["A1:C1"],
        )
    )
    assert table.head_rows == (4,)
    assert (table.unit, table.year) == ("千元", 2014)
    assert table.title.startswith("青海高新区2014年度科技统计表 填报单位")
    assert [line.number for line in table.rows] == [5, 6]


@pytest.mark.parametrize(
    ("above", "unit", "year"),
    [
        ("单位：万元", "万元", None),
        ("（单位：万元、人）", "万元", None),
        ("金额单位:人民币万元", "万元", None),
        ("计量单位：亿元", "亿元", None),
        ("Unit: 10,000 yuan", "10,000 yuan", None),
        ("单位：元/万元", None, None),
        ("单位：青海锂业有限公司", None, None),
        ("单位：人", None, None),
        ("2013年和2014年", None, None),
        ("2014年度报表", None, 2014),
        ("编号20140501", None, None),
    ],
)
def test_what_stands_above_is_told_only_if_it_is_clear(above, unit, year):
    table = table_of(xlsx([[above], *ROWS]))
    assert (table.unit, table.year) == (unit, year)


TWO_LEVELS = [
    ["企业名称", "研发投入（万元）", None, "从业人员"],
    [None, "2013年", "2014年", None],
    ["甲", 1, 2, 3],
]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(TWO_LEVELS, merged=["A1:A2", "B1:C1", "D1:D2"]),
        xlsx(TWO_LEVELS, merged=["B1:C1"]),
        xlsx(TWO_LEVELS),
        csv([["" if cell is None else cell for cell in row] for row in TWO_LEVELS]),
        csv([["" if cell is None else cell for cell in row] for row in TWO_LEVELS], "gb18030"),
    ],
)
def test_heads_of_two_rows_are_joined(content):
    table = table_of(content)
    assert table.head_rows == (1, 2)
    assert [(head.text, head.plain, head.unit, head.year) for head in table.heads] == [
        ("企业名称", "企业名称", None, None),
        ("研发投入（万元）/2013年", "研发投入", "万元", 2013),
        ("研发投入（万元）/2014年", "研发投入", "万元", 2014),
        ("从业人员", "从业人员", None, None),
    ]
    assert [line.number for line in table.rows] == [3]


def test_heads_under_a_merged_title_are_not_joined_with_it():
    table = table_of(xlsx([["统计表"], *ROWS], merged=["A1:C1"]))
    assert table.head_rows == (2,)


def test_three_levels_and_a_row_of_units_are_heads():
    rows = [
        ["企业名称", "经济指标", None, "专利申请", None],
        [None, "营业收入", "研发投入", "合计", "其中：发明"],
        [None, "千元", "万元", "件", "件"],
        ["甲", 1, 2, 3, 4],
    ]
    table = table_of(xlsx(rows, merged=["A1:A3", "B1:C1", "D1:E1"]))
    assert [(head.plain, head.unit) for head in table.heads] == [
        ("企业名称", None),
        ("营业收入", "千元"),
        ("研发投入", "万元"),
        ("专利申请", "件"),
        ("专利申请/发明", "件"),
    ]
    assert values(table) == [["甲", 1, 2, 3, 4]]


@pytest.mark.parametrize(
    "heads",
    [
        ["企业名称", "2013年营业收入", "营业收入2014"],
        ["企业名称", "营业收入(2013年度)", "2014年末营业收入（万元）"],
        ["Enterprise", "Operating revenue 2013", "2014 operating revenue"],
        ["Enterprise", "Operating revenue, 2013", "Operating revenue - 2014"],
    ],
)
def test_years_across_are_found_in_the_heads(heads):
    table = table_of(xlsx([heads, ["甲", 1, 2]]))
    assert [head.year for head in table.heads] == [None, 2013, 2014]
    assert len({head.plain for head in table.heads[1:]}) == 1
    assert all(head.known for head in table.heads)


def test_years_as_numbers_are_heads_below_a_merged_one():
    rows = [["企业名称", "营业收入", None], [None, 2013, 2014], ["甲", 1, 2]]
    table = table_of(xlsx(rows, merged=["A1:A2", "B1:C1"]))
    assert [head.year for head in table.heads] == [None, 2013, 2014]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("营业收入（万元）", "营业收入"),
        ("营业收入(万元)", " 营 业 收 入 "),
        ("营业收入【千元】", "营业收入:"),
        ("营业收入/亿元", "营业收入*"),
        ("营业收入（单位：万元）", "1.营业收入"),
        ("（一）营业收入", "一、营业收入"),
        ("其中：发明", "发明"),
        ("Ｒ＆Ｄ人员", "r&d人员"),
        ("Operating\nrevenue (10,000 yuan)", "OPERATING REVENUE"),
        ("营业\u200b收入", "营业收入"),
    ],
)
def test_heads_are_compared_without_how_they_are_written(first, second):
    assert normal(first) == normal(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("研发人员（全时当量）", "研发人员"), ("专利申请", "专利授权"), ("营业收入", "营业外收入")],
)
def test_heads_that_differ_stay_apart(first, second):
    assert normal(first) != normal(second)


def test_a_table_without_known_heads_is_found_for_mapping_by_hand():
    table = table_of(xlsx([["统计"], ["名字", "钱", "人"], ["甲", 1, 2]]))
    assert table.head_rows == (2,)
    assert not any(head.known for head in table.heads)


def test_a_file_without_heads_is_refused():
    with pytest.raises(Unusable, match="heads"):
        table_of(csv([[1, 2, 3], [4, 5, 6]]))


def test_heads_may_stand_beside_and_below_empty_cells():
    table = table_of(xlsx([[], [], *[[None, None, *row] for row in ROWS]]))
    assert [head.letter for head in table.heads] == ["C", "D", "E"]
    assert table.rows[0].number == 4
    assert values(table) == [["昆仑公司", Decimal("10.5"), 3], ["青海湖公司", 20, 4]]


def test_duplicate_heads_and_columns_without_head_are_told():
    rows = [["企业名称", "营业收入", "营业收入（千元）"], ["甲", 1, 2, 3]]
    table = table_of(xlsx(rows))
    assert "several columns: B, C" in told(table)
    assert "Column D has values but no head" in told(table)


# Rows that are no data


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["合计", 1, 2], "total"),
        (["总  计", 1, 2], "total"),
        (["小计", 1, 2], "total"),
        (["东川园区小计", 1, 2], "total"),
        (["Total", 1, 2], "total"),
        (["Grand total:", 1, 2], "total"),
        ([None, "合计", 2], "total"),
        (["注：含代管企业"], "note"),
        (["注1：含代管企业"], "note"),
        (["备注：数据为快报数"], "note"),
        (["Note: preliminary"], "note"),
        (["填表人：张三", None, "审核人：李四"], "note"),
        (["单位负责人：张三"], "note"),
        (["填表日期：2015年1月5日"], "note"),
        (["资料来源：统计局"], "note"),
        (["第 1 页 共 3 页"], "note"),
        (["续表"], "note"),
        (["示例：某某公司", 1, 2], "example"),
        (["某某公司（示例）", 1, 2], "example"),
        (["Example", 1, 2], "example"),
        (HEADS, "head"),
        (["企业名称", "营业收入", "从业人员"], "head"),
        ([" ", None, "　"], "empty"),
    ],
)
def test_rows_that_people_add_are_left_out_and_told(row, why):
    table = table_of(xlsx([HEADS, DATA[0], row, DATA[1]]))
    assert skipped(table) == [(3, why)]
    assert [line.number for line in table.rows] == [2, 4]
    assert len(table.totals) == (why == "total")


@pytest.mark.parametrize(
    "name",
    [
        "合计科技有限公司",
        "总计数据公司",
        "Total Energy",
        "示例科技公司",
        "注册会计师事务所",
        "负责人才公司",
    ],
)
def test_enterprises_with_odd_names_are_data(name):
    assert not skipped(table_of(xlsx([HEADS, [name, 1, 2]])))


def test_rows_that_only_have_a_serial_number_are_empty():
    table = table_of(xlsx([["序号", *HEADS], [1, "甲", 1, 2], [2], [3], [4, "乙", 1, 2]]))
    assert skipped(table) == [(3, "empty"), (4, "empty")]


def test_empty_rows_below_the_table_are_not_told():
    assert not skipped(table_of(xlsx([*ROWS, [" "], [" "]])))


def test_columns_numbered_below_the_heads_are_left_out():
    heads = ["企业名称", "代码", "研发投入", "从业人员"]
    rows = [heads, ["甲", "乙", 1, 2], ["昆仑", "x", 1, 2], ["甲", 1, 2, 3]]
    assert skipped(table_of(xlsx(rows))) == [(2, "unit")]


# Values of cells


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,234.5", "1,234.5"),
        (" １２３ ", "１２３"),
        ("　青海\u00a0", "青海"),
        ("12.5万元", "12.5万元"),
        ("—", "—"),
        ("清空", "清空"),
        ("007", "007"),
        (0, 0),
        (-3, -3),
        (0.1 + 0.2, Decimal("0.3")),
        (1234.56, Decimal("1234.56")),
        (1e300, Decimal("1e300")),
        (True, True),
        (date(2014, 5, 1), date(2014, 5, 1)),
        (datetime(2014, 5, 1, 8, 30), datetime(2014, 5, 1, 8, 30)),
        ("一\n二", "一\n二"),
        ("\u202e甲", "\u202e甲"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("a" * 32_767, "a" * 32_767),
    ],
)
def test_values_stay_what_they_are(cell, expected):
    found = values(table_of(xlsx([HEADS, ["甲", cell, 1]])))[0][1]
    assert (found, type(found)) == (expected, type(expected))


def test_days_counted_from_1904_are_the_same_days():
    def change(sheet):
        sheet.parent.epoch = datetime(1904, 1, 1)

    content = xlsx([["企业名称", "认定日期"], ["甲", date(2014, 5, 1)]], change=change)
    assert values(table_of(content)) == [["甲", date(2014, 5, 1)]]
    assert "1904" in told(table_of(content))


def test_numbers_of_more_than_15_digits_are_told():
    content = xlsx([["企业名称", "统一社会信用代码"], ["甲", 912345678901234567]])
    assert "check B2" in told(table_of(content))


@pytest.mark.parametrize("code", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!"])
def test_errors_of_cells_are_kept_with_what_to_do(code):
    cells = row_of(1, *HEADS) + row_of(2, "甲", f'<c r="{{r}}" t="e"><v>{code}</v></c>', 3)
    [[_name, error, _count]] = values(table_of(with_cells(cells)))
    assert error == ErrorCell(code)
    assert code in error.sentence and "save" in error.sentence


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="{r}"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="{r}" t="str"><f>"a"</f><v>a</v></c>', "a"),
        ('<c r="{r}" t="str"><f>""</f><v></v></c>', None),
        ('<c r="{r}"><f t="shared" si="0"/><v>0</v></c>', 0),
        ('<c r="{r}"><f>1+1</f></c>', ErrorCell("not_calculated")),
        ('<c r="{r}"><f>1+1</f><v/></c>', ErrorCell("not_calculated")),
        ('<c r="{r}"><f>1+1</f><v></v></c>', ErrorCell("not_calculated")),
        ('<c r="{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ErrorCell("#DIV/0!")),
        ('<c r="{r}"><v>NaN</v></c>', ErrorCell("not_finite")),
    ],
)
def test_formulas_count_by_their_stored_result_or_not_at_all(cell, expected):
    table = table_of(
        with_members(
            {"xl/workbook.xml": not_calculating()},
            with_cells(row_of(1, *HEADS) + row_of(2, "甲", cell, 3)),
        )
    )
    assert values(table) == [["甲", expected, 3]]
    is_read = "<f" in cell and not isinstance(expected, ErrorCell)
    assert ("in B2" in told(table)) == is_read


def not_calculating():
    """The description of a workbook whose results are up to date, as Excel leaves it."""
    from tests.sheet_files import members

    return members(xlsx())["xl/workbook.xml"].replace(b'fullCalcOnLoad="1"', b"")


def test_a_zero_that_no_program_calculated_is_not_read():
    cell = '<c r="{r}"><f>SUM(C2:C9)</f><v>0</v></c>'
    table = table_of(with_cells(row_of(1, *HEADS) + row_of(2, "甲", cell, 3)))
    assert values(table) == [["甲", ErrorCell("not_calculated"), 3]]


def test_cells_without_address_are_read_in_their_order():
    cells = row_of(1, *HEADS) + (
        '<row><c t="inlineStr"><is><t>甲</t></is></c><c/><c><f>1</f><v>3</v></c></row>'
    )
    table = table_of(with_cells(cells))
    assert values(table) == [["甲", None, 3]]
    assert "in C2" in told(table)


def test_values_merged_downwards_hold_for_each_row():
    rows = [HEADS, ["甲", 1, 2], [None, 3, 4], ["乙", 5, 6]]
    table = table_of(xlsx(rows, merged=["A2:A3"]))
    assert [row[0] for row in values(table)] == ["甲", "甲", "乙"]
    assert "A2:A3" in told(table)


def test_values_merged_across_are_read_once():
    table = table_of(xlsx([HEADS, ["甲", 1, None]], merged=["B2:C2"]))
    assert values(table) == [["甲", 1, None]]


def test_hidden_rows_and_columns_are_read_and_told():
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    table = table_of(xlsx(ROWS, change=hide))
    assert len(table.rows) == 2
    assert "Hidden rows were read, too: 3." in table.notices
    assert "Hidden columns were read, too: B." in table.notices


# Sheets


def test_the_sheet_that_fits_best_is_read_and_the_others_are_told():
    content = xlsx([["说明", "内容"], ["甲", "乙"]], ROWS)
    table = table_of(content)
    assert table.sheet == "Sheet2"
    assert "Sheet1" in told(table)
    assert table_of(content, "Sheet1").sheet == "Sheet1"
    with pytest.raises(Unusable, match="no sheet"):
        table_of(content, "Sheet3")


def test_a_hidden_sheet_is_not_chosen_by_itself():
    def hide(sheet):
        sheet.sheet_state = "hidden"

    content = xlsx(ROWS, [["Enterprise", "x"], ["甲", 1]], change=hide)
    assert [sheet.hidden for sheet in open_file("a", content).sheets] == [True, False]
    assert table_of(content).sheet == "Sheet2"


# Limits, said with their figures


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([HEADS, *([["甲", 1, 2]] * 5_100)], ["5,101", "5,000"]),
        ([HEADS + [f"h{n}" for n in range(60)], ["甲"] * 63], ["63", "60"]),
    ],
)
@pytest.mark.parametrize("build", [xlsx, csv, ods])
def test_too_large_sheets_are_refused_with_figures(build, rows, said):
    with pytest.raises(Unusable) as refusal:
        table_of(build(rows))
    # A text is read row by row and stops at the first one beyond.
    expected = said[1:] if build is csv else said
    assert all(figure in refusal.value.sentence for figure in expected)


def test_higher_limits_read_more():
    content = csv([HEADS, *([["甲", 1, 2]] * 5_100)])
    assert len(table_of(content, limits=Limits(rows=6_000)).rows) == 5_100


def test_too_many_bytes_are_refused_with_figures():
    with pytest.raises(Unusable, match=r"10\.0 MB; at most 10 MB"):
        open_file("a", b"a" * (LIMITS.bytes + 1))
    open_file("a", b"a,b\n" * 2)


# Workbooks of LibreOffice


def test_repeated_cells_and_rows_are_spread():
    cell = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" '
    cell += 'office:value="7"><text:p>7</text:p></table:table-cell>'
    rows = [
        HEADS,
        '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type='
        f'"string"><text:p>甲</text:p></table:table-cell>{cell}</table:table-row>',
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>',
    ]
    table = table_of(ods(rows))
    assert values(table) == [["甲", 7, 7]] * 2
    assert [line.number for line in table.rows] == [2, 3]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('office:value-type="float" office:value="1234.5"><text:p>1,234.5', Decimal("1234.5")),
        ('office:value-type="percentage" office:value="0.125"><text:p>12.5%', Decimal("0.125")),
        ('office:value-type="date" office:date-value="2014-05-01"><text:p>x', date(2014, 5, 1)),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>TRUE', True),
        ('office:value-type="string"><text:p>a<text:s text:c="2"/>b', "a  b"),
        ('table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2', 2),
        ('table:formula="of:=1+1"><text:p>', ErrorCell("not_calculated")),
        (
            'table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!',
            ErrorCell("#DIV/0!"),
        ),
        (
            'office:value-type="string"><office:annotation><text:p>note</text:p>'
            "</office:annotation><text:p>a",
            "a",
        ),
    ],
)
def test_cells_of_libreoffice(cell, expected):
    cell = f"<table:table-cell {cell}</text:p></table:table-cell>"
    table = table_of(ods([HEADS, ["甲", cell, 3]]))
    assert values(table) == [["甲", expected, 3]]
    assert ("in B2" in told(table)) == (expected == 2)


def test_hidden_sheets_and_merged_cells_of_libreoffice():
    style = '<style:style style:name="h"><style:table-properties table:display="false"/>'
    merged = '<table:table-cell table:number-rows-spanned="2" office:value-type="string">'
    rows = [
        HEADS,
        [merged + "<text:p>甲</text:p></table:table-cell>", 1, 2],
        ["<table:covered-table-cell/>", 3, 4],
    ]
    content = ods(rows, styles=style + "</style:style>", attributes=' table:style-name="h"')
    assert open_file("a", content).sheets[0].hidden
    assert [row[0] for row in values(table_of(content))] == ["甲", "甲"]
