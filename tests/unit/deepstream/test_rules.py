import json
from pathlib import Path

from dsfleet.deepstream.rules import documented_rules

PUBLISHED = Path(__file__).parents[3] / "docs" / "contracts" / "deepstream-rules.json"


def test_the_published_rules_are_the_applied_ones():
    """The list of rules kept in docs/contracts is the list the checks apply."""
    assert json.loads(PUBLISHED.read_text()) == documented_rules()


def test_a_rule_is_named_once_and_says_something():
    """Within a subject each name stands once, with a sentence."""
    for rules in documented_rules().values():
        names = [rule["rule"] for rule in rules]
        assert len(names) == len(set(names))
        assert all(rule["says"].endswith(".") for rule in rules)
