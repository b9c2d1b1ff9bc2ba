import pytest

from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.schema import GroupSchema, KeySchema, load_schema
from dsfleet.deepstream.values import UnreadableValueError, Value, read_value, write_value


def key_of(group: str, key: str) -> KeySchema:
    found = load_schema().group(group)
    assert isinstance(found, GroupSchema)
    known = found.key(key)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("group", "key", "text", "value"),
    [
        ("source0", "latency", "200", 200),
        ("source0", "latency", "10 # comment", 10),
        ("source0", "latency", "+7", 7),
        ("source0", "rtsp-reconnect-attempts", "-1", -1),
        ("streammux", "frame-duration", "-1", 2**64 - 1),
        ("osd", "display-text", "true", True),
        ("osd", "display-text", "0 ", False),
        ("osd", "text-color", "1;0.5;0;1;", (1.0, 0.5, 0.0, 1.0)),
        ("source0", "uri", r"rtsp://h/a\sb\\c", "rtsp://h/a b\\c"),
        ("source-list", "list", r"file:///a\;b;rtsp://h;", ("file:///a;b", "rtsp://h")),
        ("primary-gie", "operate-on-class-ids", "0;2", (0, 2)),
    ],
)
def test_text_is_understood_as_the_program_understands_it(group: str, key: str, text: str, value: Value):
    """Each reader accepts what GLib's function of that name accepts, and gives the same value."""
    assert read_value(key_of(group, key), text) == value


@pytest.mark.parametrize(
    ("group", "key", "text"),
    [
        ("source0", "latency", "1920.0"),
        ("source0", "latency", "0x10"),
        ("source0", "latency", "1e3"),
        ("source0", "latency", ""),
        ("source0", "latency", "4294967296"),
        ("source0", "latency", "200ms"),
        ("osd", "enable", "true"),
        ("osd", "display-text", "True"),
        ("osd", "display-text", "1 # on"),
        ("streammux", "max-latency", "10 # ns"),
        ("osd", "text-color", "1;1;1"),
        ("osd", "text-color", "1;1;1; 1 # white"),
        ("osd", "font", r"a\q"),
        ("osd", "font", "a\\"),
        ("osd", "font", r"a\;b"),
    ],
)
def test_text_that_the_program_refuses_is_refused(group: str, key: str, text: str):
    """A value on which the program's parser fails raises with what would be right."""
    with pytest.raises(UnreadableValueError) as caught:
        read_value(key_of(group, key), text)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("group", "key", "value", "text"),
    [
        ("osd", "display-text", True, "1"),
        ("sink0", "bitrate", 4_000_000, "4000000"),
        ("osd", "text-color", (1.0, 0.3, 0.0, 1.0), "1;0.3;0;1"),
        ("osd", "font", " Sans\\Serif ", r"\sSans\\Serif\s"),
        ("source-list", "list", ("file:///a;b", "rtsp://h"), r"file:///a\;b;rtsp://h"),
    ],
)
def test_a_value_is_written_as_the_reader_wants_it(group: str, key: str, value: Value, text: str):
    """What is written reads back as the same value."""
    known = key_of(group, key)
    assert write_value(known, value, Place()) == text
    assert read_value(known, text) == value


@pytest.mark.parametrize(
    ("group", "key", "value", "says"),
    [
        ("sink0", "rtsp-port", 70000, "above 65535"),
        ("sink0", "type", 9, "not one of its numbers"),
        ("source0", "latency", -1, "negative"),
        ("source0", "latency", "200", "not a whole number"),
        ("source0", "latency", True, "not a whole number"),
        ("osd", "enable", 2, "not a flag"),
        ("osd", "text-color", (1.0, 1.0), "four parts"),
        ("application", "perf-measurement-interval-sec", 0, "below 1"),
        ("osd", "font", 3, "not text"),
    ],
)
def test_a_value_outside_the_schema_is_not_written(group: str, key: str, value: Value, says: str):
    """A value of the wrong type or range raises an error that names place, fault and what would be right."""
    with pytest.raises(ConfigurationValueError, match=says) as caught:
        write_value(key_of(group, key), value, Place("app.txt", 0, group, key))
    assert str(caught.value).startswith(f"app.txt [{group}] {key}: ")
