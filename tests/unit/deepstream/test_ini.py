import pytest

from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.errors import ConfigurationSyntaxError, ConfigurationValueError
from dsfleet.deepstream.ini import parse_ini

EDITED = """# heading
[application]
  enable-perf-measurement = 1
#gone=1

[sink0]
type=1
type=4
[application]
perf-measurement-interval-sec=5
"""


def test_an_unchanged_file_comes_back_byte_for_byte():
    """Comments, blank lines, blanks around `=` and mixed line ends survive reading and writing."""
    text = "#c\r\n\n[a]\r\n k \t=  v  \nlast=1"
    assert parse_ini(text).render() == text


def test_the_last_of_two_equal_keys_wins_and_groups_are_merged():
    """A group given twice is one group; of a key given twice the last value counts."""
    document = parse_ini(EDITED)
    assert document.groups() == ("application", "sink0")
    assert document.get("sink0", "type") == "4"
    assert document.get("application", "perf-measurement-interval-sec") == "5"


def test_an_entry_tells_its_line():
    """An entry carries group, key, raw text and line."""
    assert parse_ini(EDITED).entry("sink0", "type") == Entry("sink0", "type", "4", 8)


def test_changing_a_value_changes_one_line():
    """Setting a key keeps its blanks and every other byte."""
    document = parse_ini(EDITED)
    document.set("application", "enable-perf-measurement", "0")
    assert document.render() == EDITED.replace("measurement = 1", "measurement = 0")


def test_a_new_key_follows_the_last_key_of_its_group():
    """A key that was absent is added behind the group's last key, before the comments and blanks that follow."""
    document = parse_ini("[a]\nx=1\n\n# about b\n[b]\n")
    document.set("a", "y", "2")
    document.set("b", "z", "3")
    assert document.render() == "[a]\nx=1\ny=2\n\n# about b\n[b]\nz=3\n"


def test_a_new_group_is_added_at_the_end_with_the_files_line_ends():
    """An absent group opens behind a blank line; a missing last line end is added first."""
    document = parse_ini("[a]\r\nx=1")
    document.set("b", "y", "2")
    assert document.render() == "[a]\r\nx=1\r\n\r\n[b]\r\ny=2\r\n"


def test_removing_a_key_removes_every_line_that_gives_it():
    """After a removal no earlier duplicate becomes the value in effect."""
    document = parse_ini(EDITED)
    assert document.remove("sink0", "type")
    assert not document.remove("sink0", "type")
    assert parse_ini(document.render()).get("sink0", "type") is None


def test_removing_a_group_removes_all_its_parts():
    """A removed group is gone wherever it stood."""
    document = parse_ini(EDITED)
    assert document.remove_group("application")
    assert document.render() == "# heading\n[sink0]\ntype=1\ntype=4\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[a]\n; no comment\n", 2, "neither"),
        ("[a]\nnonsense\n", 2, "neither"),
        ("[a] # text\n", 1, "neither"),
        ("k=1\n", 1, "above the first group"),
        ("[a]\n=1\n", 2, "neither"),
        ("[a]\n\nk[=1\n", 3, "no key name"),
        ("[]\n", 1, "no group name"),
        ("[a[b]\n", 1, "no group name"),
        ("\ufeff[a]\n", 1, "byte order mark"),
        ("[a]\nk=\x00\n", 2, "zero byte"),
        ("[a]\nEncoding=latin1\n", 2, "UTF-8"),
    ],
)
def test_what_glib_refuses_is_refused_with_its_place(text: str, line: int, says: str):
    """A file that GLib's reader refuses raises an error that names file, line, fault and mend."""
    with pytest.raises(ConfigurationSyntaxError, match=says) as caught:
        parse_ini(text, "app.txt")
    assert (caught.value.file, caught.value.line) == ("app.txt", line)
    assert caught.value.mend


def test_a_key_for_one_language_is_no_value():
    """`key[xx]` is dropped by the reader but stays in the file."""
    document = parse_ini("[a]\nk[de]=1\n")
    assert document.get("a", "k") is None
    assert document.render() == "[a]\nk[de]=1\n"


@pytest.mark.parametrize(
    ("group", "key", "value"),
    [
        ("a", "k", "1\n2"),
        ("a", "k", " 1"),
        ("a", "k\n", "1"),
        ("a", "", "1"),
        ("a]", "k", "1"),
        ("a", "#k", "1"),
        ("", "k", ""),
    ],
)
def test_nothing_is_written_that_would_not_be_read_back(group: str, key: str, value: str):
    """Setting a name or value that one line cannot hold raises and leaves the document as it was."""
    document = parse_ini("[a]\nk=0\n")
    with pytest.raises(ConfigurationValueError):
        document.set(group, key, value)
    assert document.render() == "[a]\nk=0\n"
