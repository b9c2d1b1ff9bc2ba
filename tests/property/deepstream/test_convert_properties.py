from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.application import Application, FileSource, RtspSource, render_application
from dsfleet.deepstream.convert import to_ini, to_yaml
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.uri import with_login
from dsfleet.deepstream.values import read_value
from dsfleet.deepstream.yaml_document import parse_yaml
from dsfleet.deepstream.yaml_view import read_source_table

LOGINS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
SOURCES = st.one_of(
    st.builds(
        RtspSource, uri=st.builds(with_login, st.just("rtsp://gate/a"), LOGINS, LOGINS), latency_ms=st.integers(0, 999)
    ),
    st.builds(FileSource, uri=st.sampled_from(["file:///a.mp4", "file:///a\\b", "file:///a b#c"])),
)
APPLICATIONS = st.builds(Application, sources=st.lists(SOURCES, min_size=1, max_size=6).map(tuple))


@given(APPLICATIONS)
def test_a_derived_application_survives_the_way_to_yaml_and_back(application: Application):
    """Every value that was written reads the same after two conversions, and nothing is lost."""
    schema = load_schema()
    before = parse_ini(render_application(application, schema))
    there = to_yaml(before, schema, "app.yml", "sources.csv")
    table = read_source_table(there.files["sources.csv"], schema.groups_by_name["source%u"])
    back = to_ini(parse_yaml(there.files["app.yml"]), schema, table, "app.txt")
    assert there.lost == ()
    assert back.lost == ()
    after = parse_ini(back.files["app.txt"])
    for entry in before.entries():
        group = schema.group(entry.group)
        assert group is not None
        key = group.key(entry.key)
        assert key is not None
        text = after.get(entry.group, entry.key)
        assert text is not None
        assert read_value(key, text) == read_value(key, entry.value)
