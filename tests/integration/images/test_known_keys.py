"""The simulator's table of keys against the schema that dsfleet renders from: two readings of one parser."""

import configparser
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

_ROOT = Path(__file__).parents[3]
_TABLE = _ROOT / "images/simulator/deepstream_simulator/known_keys.ini"
_SCHEMA = _ROOT / "src/dsfleet/deepstream/data/config-schema.json"


def test_both_readings_know_the_same_keys() -> None:
    """Every INI group and key of dsfleet's schema is known to the simulator with the same reader, and none besides."""
    groups = json.loads(_SCHEMA.read_text())["groups"]
    rendered = {
        group["name"]: {key["key"]: key["ini_reader"] for key in group["keys"] if key["in_ini"]}
        for group in groups
        if group["in_ini"]
    }
    table = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    table.optionxform = str  # type: ignore[assignment,method-assign]
    table.read(_TABLE)
    assert {name: dict(table[name]) for name in table.sections()} == rendered
