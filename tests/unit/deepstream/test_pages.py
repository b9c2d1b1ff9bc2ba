from pathlib import Path

from dsfleet.deepstream.configuration import has_schema, schema_of
from dsfleet.deepstream.model import FileKind
from dsfleet.deepstream.pages import keys_page, rules_page
from dsfleet.deepstream.rules import documented_rules

PAGES = Path(__file__).parents[3] / "docs" / "configuration"


def test_the_published_pages_are_the_generated_ones():
    """The pages kept in docs/configuration are what rules and schemas generate."""
    assert (PAGES / "rules.md").read_text() == rules_page()
    assert (PAGES / "keys.md").read_text() == keys_page()


def test_every_rule_has_its_entry():
    """Each rule that a check applies has a line with its level."""
    page = rules_page()
    for rules in documented_rules().values():
        assert all(f"| `{rule['rule']}` | {rule['level']} |" in page for rule in rules)


def test_every_key_has_its_row():
    """Each key of each schema has a row, whose table has as many cells as its head."""
    page = keys_page()
    for kind in FileKind:
        if has_schema(kind):
            assert all(f"| `{key}` |" in page for group in schema_of(kind).groups for key in group.keys)
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}
