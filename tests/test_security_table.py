"""The promises in docs/security.md name tests that are there."""

import ast
import re

from django.conf import settings

TEXT = (settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", TEXT)))


def names_in(file: str) -> set[str]:
    source = (settings.BASE_DIR / "tests" / file).read_text(encoding="utf-8")
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists():
    assert len(NAMED) > 50
    known = {file: names_in(file) for file, _name in NAMED}
    assert [f"{file}::{name}" for file, name in NAMED if name not in known[file]] == []


def test_every_event_of_the_security_log_is_listed():
    source = ""
    for folder in ("zonetrack", "enterprises"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            source += path.read_text(encoding="utf-8")
    events = set(re.findall(r"security\.note(?:_when_stored)?\(\s*\"([a-z-]+)\"", source))
    assert {"sign-out", "token-made", "import-stored"} <= events
    assert [event for event in events if f"`{event}`" not in TEXT] == []
