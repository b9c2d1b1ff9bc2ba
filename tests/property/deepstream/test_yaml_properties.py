from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.check_yaml import check_yaml_text
from dsfleet.deepstream.errors import ConfigurationSyntaxError, ConfigurationValueError
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.yaml_document import YamlDocument, parse_yaml

NAMES = st.sampled_from(["osd", "sink0", "streammux", "source", "a b", "x"])
KEYS = st.sampled_from(["enable", "type", "csv-file-path", "k l"])
VALUES = st.sampled_from(["1", "-", "a: b", "[x", "#c", "", " ", "~", "yes", "- x", "?"]) | st.text(max_size=10)
PIECES = st.sampled_from(
    ["osd:", "\n", "  ", "enable: 1", "[", "{", "}", "&a", "*a", "- ", "'", '"', ": ", "%", "\t", "#"]
)
TEXTS = st.text(max_size=30) | st.lists(PIECES, max_size=12).map("".join)
ROWS = st.none() | st.lists(
    st.sampled_from(["enable,type,uri", "1,4,rtsp://a", "1,4", "", "#", "x,y,z"]), max_size=5
).map("\n".join)


@given(TEXTS, ROWS)
def test_any_text_is_checked_or_told_to_be_no_yaml(text: str, rows: str | None):
    """Whatever the file and its source list hold, the answer is findings."""
    files = {} if rows is None else {"": rows, "rtsp": rows}
    assert isinstance(check_yaml_text(text, load_schema(), "f.yml", files), tuple)


@given(TEXTS)
def test_any_text_is_a_document_or_a_typed_error(text: str):
    """Whatever is read either comes back as it was or raises the typed error."""
    try:
        rendered = parse_yaml(text).render()
    except ConfigurationSyntaxError:
        rendered = text
    assert rendered == text


@given(st.lists(st.tuples(NAMES, KEYS, VALUES), max_size=6))
def test_what_is_set_is_read_back(edits: list[tuple[str, str, str]]):
    """Values set one after the other are all in effect in the rendered file; a refused one changes nothing."""
    document, expected = YamlDocument(""), {}
    for group, key, value in edits:
        try:
            document.set(group, key, value)
        except ConfigurationValueError:
            continue
        expected[group, key] = value
    read = parse_yaml(document.render())
    assert {(entry.group, entry.key): entry.value for entry in read.entries()} == expected
