"""The READMEs name what there is, and say the same in both languages."""

import re
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.management import get_commands

from zonetrack.management.commands import set_up

ROOT = settings.BASE_DIR
NAMES = ("README.md", "README.zh-CN.md")
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
EMPTY = {"README.md": "empty", "README.zh-CN.md": "空"}
# Commands of Django that the READMEs use.
DJANGO = {"migrate", "createsuperuser", "collectstatic"}

each_readme = pytest.mark.parametrize("name", NAMES)


def tables(name) -> list[list[list[str]]]:
    """The cells of every table, without its ruling line."""
    blocks = re.findall(r"(?:^\|.*\n)+", FENCED.sub("", TEXTS[name]), flags=re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        for block in blocks
    ]


def table_with(name, cell) -> list[list[str]]:
    """The rows of the one table that has this cell in one of its columns."""
    [found] = [table for table in tables(name) if any(cell in row for row in table)]
    return found[2:]


def defaults_of_the_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def variables_in(file) -> set[str]:
    """Variables that the code asks for by their full name."""
    source = (ROOT / file).read_text(encoding="utf-8")
    return set(re.findall(r'"(ZONETRACK_[A-Z_]+|DATABASE_URL)"', source))


@each_readme
def test_the_table_has_every_setting_with_its_default(name):
    rows = table_with(name, "`ZONETRACK_SECRET_KEY`")
    written = {row[0].strip("`"): row[1].strip("`") for row in rows}
    example = defaults_of_the_example()
    assert written == {key: value or EMPTY[name] for key, value in example.items()}


def test_the_settings_read_are_the_settings_listed():
    files = ("zonetrack/settings.py", "zonetrack/bootstrap.py", "docs/deploy/gunicorn.conf.py")
    read = set().union(*map(variables_in, files))
    assert read == set(defaults_of_the_example())


@each_readme
def test_the_table_has_every_answer_of_set_up(name):
    parser = set_up.Command().create_parser("manage.py", "set_up")
    asked = {}
    for action in parser._actions:
        if variables := re.findall(r"ZONETRACK_[A-Z_]+", action.help or ""):
            asked[action.option_strings[0]] = variables[0]
    rows = table_with(name, "`--zone`")
    assert {row[0].strip("`"): row[1].strip("`") for row in rows} == asked


@each_readme
def test_the_table_has_every_command_of_zonetrack(name):
    own = {command for command, app in get_commands().items() if app == "zonetrack"}
    assert {row[0].strip("`") for row in table_with(name, "`set_up`")} == own


@each_readme
def test_every_command_typed_exists(name):
    own = {command for command, app in get_commands().items() if app == "zonetrack"}
    typed = set(re.findall(r"manage\.py ([a-z_]+)", TEXTS[name]))
    assert {"demo", "test"} <= typed <= own | DJANGO


@each_readme
def test_every_relative_link_leads_to_a_file(name):
    links = re.findall(r"\]\(([^)#]+)", TEXTS[name])
    assert links
    missing = [link for link in links if "://" not in link and not (ROOT / unquote(link)).exists()]
    assert missing == []


@each_readme
def test_files_and_folders_named_exist(name):
    prose = FENCED.sub("", TEXTS[name])
    paths = re.findall(r"`((?:[a-z_.]+/)+[a-z_.]*|[a-z_/]+\.(?:py|csv|md|txt))`", prose)
    assert len(paths) > 15
    assert [path for path in paths if not (ROOT / path).exists()] == []


@each_readme
def test_no_path_of_a_single_machine_stands_in_it(name):
    assert not re.search(r"(?<![\w.…])/(home|root|work|tmp|Users|opt)\b", TEXTS[name])


def outline(name) -> dict:
    text = TEXTS[name]
    prose = FENCED.sub("", text)
    code = [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in FENCED.findall(text)]
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)],
        "code": code,
        "tables": [[len(row) for row in table] for table in tables(name)],
        "items": re.findall(r"^(\d+\.|-) ", prose, flags=re.MULTILINE),
        "variables": sorted(set(re.findall(r"ZONETRACK_[A-Z_]+", prose))),
        "pictures": prose.count("!["),
    }


def test_both_languages_are_built_alike():
    assert outline(NAMES[0]) == outline(NAMES[1])


def test_the_pictures_are_small_enough_to_load_quickly():
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert [file.name for file in pictures if file.stat().st_size > 250_000] == []
