from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.application import Application, FileSource, RtspSource, render_application
from dsfleet.deepstream.check import Level, check_application, check_application_text
from dsfleet.deepstream.ini import IniDocument
from dsfleet.deepstream.schema import Kind, load_schema

GROUPS = [group.name.replace("%u", "0") for group in load_schema().groups] + ["source1", "source2", "x", "sink1"]
KEYS = sorted({key for group in load_schema().groups for key in group.keys})
VALUES = st.sampled_from(
    ["", "0", "1", "2", "3", "4", "-1", "true", "a;b", "1;1;1;1", "rtsp://u:p@h/a", "%d", "99999999999"]
)
EDITS = st.lists(
    st.tuples(st.sampled_from(GROUPS), st.sampled_from(KEYS), VALUES | st.text(max_size=6).map(repr)), max_size=25
)


@given(EDITS, st.sampled_from([Kind.DEEPSTREAM_APP, Kind.DEEPSTREAM_TEST5]))
def test_any_configuration_can_be_checked(edits: list[tuple[str, str, str]], kind: Kind):
    """Whatever groups, keys and values a file holds, the check answers with findings in file order."""
    document = IniDocument("f.txt")
    for group, key, value in edits:
        document.set(group, key, value)
    found = check_application(document, load_schema(kind))
    assert [finding.line for finding in found] == sorted(finding.line for finding in found)
    assert all(finding.message and finding.mend for finding in found)


@given(st.text(max_size=80))
def test_any_text_can_be_checked(text: str):
    """Text that is no configuration at all gives findings, not a failure."""
    assert isinstance(check_application_text(text, load_schema()), tuple)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_what_is_derived_is_neither_rejected_nor_misunderstood(live: list[bool]):
    """Any mix of sources that the coordinator derives, cameras first, is understood as meant."""
    sources = tuple(
        RtspSource("rtsp://h/a") if is_live else FileSource("file:///a") for is_live in sorted(live, reverse=True)
    )
    text = render_application(Application(sources), load_schema())
    levels = {finding.level for finding in check_application_text(text, load_schema(), "app.txt")}
    assert levels <= {Level.ADVICE}
