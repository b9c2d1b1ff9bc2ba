from pathlib import Path

import pytest

from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.errors import ConfigurationSyntaxError, ConfigurationValueError
from dsfleet.deepstream.yaml_document import parse_yaml

CORPUS = Path(__file__).parents[4] / "shared" / "deepstream" / "corpus"
TEXT = """# heading
application:
  enable-perf-measurement: 1   # always
  #gone: 1

sink0:
    type: 1
    topic: "a: b"
tests:
"""


def test_groups_keys_and_lines_are_read():
    """Values are text as written, quotes resolved, each with its line."""
    document = parse_yaml(TEXT)
    assert document.groups() == ("application", "sink0", "tests")
    assert document.entry("sink0", "type") == Entry("sink0", "type", "1", 7)
    assert document.get("sink0", "topic") == "a: b"
    assert document.line_of("tests") == 9
    assert document.render() == TEXT


def test_changing_a_value_changes_nothing_else():
    """Comments behind a value and everything around it stay."""
    document = parse_yaml(TEXT)
    document.set("application", "enable-perf-measurement", "0")
    assert document.render() == TEXT.replace("measurement: 1", "measurement: 0")


def test_a_new_key_joins_its_group():
    """A new key follows the group's last key with its indentation; a new group opens at the end."""
    document = parse_yaml("a:\n    x: 1\n\nb:\n  y: 2")
    document.set("a", "z", "3")
    document.set("b", "w", "4")
    document.set("c", "v", "text with: colon")
    assert document.render() == 'a:\n    x: 1\n    z: 3\n\nb:\n  y: 2\n  w: 4\n\nc:\n  v: "text with: colon"\n'


def test_an_empty_group_takes_its_first_key():
    """A group without keys gets its first below its name."""
    document = parse_yaml("tests: # none yet\nosd:\n  enable: 1\n")
    document.set("tests", "file-loop", "1")
    assert document.render() == "tests: # none yet\n  file-loop: 1\nosd:\n  enable: 1\n"


def test_removing_a_key_removes_its_lines():
    """A removed key is gone with every duplicate; an unknown one is told."""
    document = parse_yaml("a:\n  x: 1\n  y: 2\n  x: 3\n")
    assert document.remove("a", "x")
    assert not document.remove("a", "x")
    assert document.render() == "a:\n  y: 2\n"


@pytest.mark.parametrize("text", ["a: {x: 1}\n", "a: &v\n  x: 1\nb: *v\n", "tests: {}\n", "tests: 1\n"])
def test_a_form_that_takes_no_new_line_is_refused(text: str):
    """Where one key per line does not fit the file's form, setting raises and changes nothing."""
    document = parse_yaml(text)
    group = document.groups()[-1]
    with pytest.raises(ConfigurationValueError):
        document.set(group, "new", "1")
    assert document.render() == text


@pytest.mark.parametrize(
    "text", ["a: [1\n", "- 1\n", "text", "a: 1\n---\nb: 2\n", "\ta: 1\n", "[1]: 2\n", "[" * 200_000, "- " * 3000]
)
def test_what_is_no_mapping_of_groups_is_refused(text: str):
    """Text on which the program would abort raises a typed error."""
    with pytest.raises(ConfigurationSyntaxError):
        parse_yaml(text, "app.yml")


def test_lists_and_mappings_are_no_values():
    """Compound values are told, so that a check can name them."""
    document = parse_yaml("a:\n  x: [1, 2]\n  y: 1\n")
    assert list(document.compound_values()) == [Entry("a", "x", "[1, 2]", 2)]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.yml")), ids=str)
def test_a_value_of_a_real_file_can_be_changed_alone(path: Path):
    """In NVIDIA's own files a plain value can be replaced, and all others keep theirs."""
    text = path.read_bytes().decode()
    document = parse_yaml(text)
    compound = set(document.compound_values())
    before = {(entry.group, entry.key): entry.value for entry in document.entries()}
    for entry in [each for each in document.entries() if each not in compound][::25]:
        edited = parse_yaml(text)
        edited.set(entry.group, entry.key, "new #v: x")
        after = {(each.group, each.key): each.value for each in parse_yaml(edited.render()).entries()}
        assert after == before | {(entry.group, entry.key): "new #v: x"}
