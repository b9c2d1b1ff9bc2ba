from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.application import (
    Application,
    DebugOutput,
    FileSource,
    RtspSource,
    Transport,
    render_application,
)
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.uri import with_login
from dsfleet.deepstream.values import read_value

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
URIS = st.builds(with_login, st.sampled_from(["rtsp://gate/a", "rtsp://gate:554/b?c=d;e"]), TEXT, TEXT)
SOURCES = st.one_of(
    st.builds(
        RtspSource,
        uri=URIS,
        latency_ms=st.integers(0, 10_000),
        reconnect_interval_s=st.integers(0, 600),
        reconnect_attempts=st.integers(-1, 100),
        transport=st.sampled_from(Transport),
        drop_frame_interval=st.integers(0, 30),
    ),
    st.builds(FileSource, uri=TEXT.map(lambda name: f"file:///{name}")),
)
APPLICATIONS = st.builds(
    Application,
    sources=st.lists(SOURCES, min_size=1, max_size=12).map(tuple),
    debug=st.none() | st.builds(DebugOutput, st.integers(1, 65535), st.integers(1, 65535)),
    fps=st.floats(0.1, 240),
)


@given(APPLICATIONS)
def test_every_rendered_key_reads_back_as_given(application: Application):
    """What is rendered is a key file of known keys whose sources are the given ones, in order."""
    schema = load_schema()
    document = parse_ini(render_application(application, schema))
    for entry in document.entries():
        group = schema.group(entry.group)
        assert group is not None
        key = group.key(entry.key)
        assert key is not None
        read_value(key, entry.value)
    uri = schema.groups_by_name["source%u"].keys["uri"]
    texts = [document.get(f"source{index}", "uri") for index in range(len(application.sources))]
    assert [read_value(uri, text or "") for text in texts] == [source.uri for source in application.sources]


@given(APPLICATIONS)
def test_every_source_reaches_a_sink(application: Application):
    """With the tiler off each source has a sink, with it on the grid holds every source and all sinks take source 0."""
    document = parse_ini(render_application(application, load_schema()))
    fed = {document.get(name, "source-id") for name in document.groups() if name.startswith("sink")}
    if document.get("tiled-display", "enable") == "0":
        assert fed == {str(index) for index in range(len(application.sources))}
    else:
        places = int(document.get("tiled-display", "rows") or 0) * int(document.get("tiled-display", "columns") or 0)
        assert places >= len(application.sources)
        assert fed == {"0"}
