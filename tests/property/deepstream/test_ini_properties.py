from hypothesis import example, given
from hypothesis import strategies as st

from dsfleet.deepstream.errors import ConfigurationSyntaxError, ConfigurationValueError
from dsfleet.deepstream.ini import IniDocument, parse_ini

LINES = st.one_of(
    st.sampled_from(["[a]", "[b] ", " [a]", "k=1", "k = 2", " l=", "l=v w ", "m[de]=x", "#c", "", "  ", "k=a;b\\;c"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
FILES = st.builds(lambda lines, end: end.join(lines), st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]))


def parsed(text: str) -> IniDocument | ConfigurationSyntaxError:
    try:
        return parse_ini(text, "f")
    except ConfigurationSyntaxError as error:
        return error


@given(FILES)
@example("[a]\nk=1\r")
def test_any_text_is_a_document_or_a_typed_error(text: str):
    """Whatever is read either comes back byte for byte or raises an error with its place."""
    document = parsed(text)
    if isinstance(document, IniDocument):
        assert document.render() == text
    else:
        assert (document.file, bool(document.message), bool(document.mend)) == ("f", True, True)
        assert 1 <= document.line <= text.count("\n") + 1


@given(FILES, st.sampled_from(["a", "b", "new"]), st.sampled_from(["k", "l", "new"]), st.text(max_size=8))
def test_an_edit_is_read_back_and_changes_nothing_else(text: str, group: str, key: str, value: str):
    """After a change the key has its value, and every other key of the file keeps its own."""
    document = parsed(text)
    if not isinstance(document, IniDocument):
        return
    before = {
        (name, entry.key): entry.value for name in document.groups() for entry in document.effective(name).values()
    }
    try:
        document.set(group, key, value)
    except ConfigurationValueError:
        assert document.render() == text
        return
    after = parse_ini(document.render())
    read = {(name, entry.key): entry.value for name in after.groups() for entry in after.effective(name).values()}
    assert read == before | {(group, key): value}
    assert document.get(group, key) == value


@given(FILES, st.sampled_from(["a", "b"]), st.sampled_from(["k", "l"]))
def test_a_removed_key_stays_away(text: str, group: str, key: str):
    """After a removal the file reads without the key and with every other."""
    document = parsed(text)
    if not isinstance(document, IniDocument):
        return
    others = {entry for entry in document.entries() if (entry.group, entry.key) != (group, key)}
    document.remove(group, key)
    after = parse_ini(document.render())
    assert after.get(group, key) is None
    assert {(entry.group, entry.key, entry.value) for entry in after.entries()} == {
        (entry.group, entry.key, entry.value) for entry in others
    }
