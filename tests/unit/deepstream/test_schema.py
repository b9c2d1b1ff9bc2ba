import pytest

from dsfleet.deepstream.schema import KeyType, Kind, Reader, load_schema


def test_every_key_of_the_facts_is_known():
    """The schema holds the 24 groups and 393 keys that the facts count."""
    schema = load_schema()
    assert len(schema.groups) == 24
    assert sum(len(group.keys) for group in schema.groups) == 393


def test_the_nvinfer_schema_holds_every_key():
    """The nvinfer schema knows 80 keys of [property] and 17 of a class group, also by class number."""
    schema = load_schema(Kind.NVINFER)
    group = schema.group("property")
    assert group is not None
    assert len(group.keys) == 80
    one_class = schema.group("class-attrs-3")
    assert one_class is not None
    assert len(one_class.keys) == 17


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("source0", "source%u"),
        ("source12", "source%u"),
        ("source-list", "source-list"),
        ("source-attr-all", "source-attr-all"),
        ("sink7", "sink%u"),
        ("sinkX", "sink%u"),
        ("secondary-gie0", "secondary-gie%u"),
        ("secondary-pre-process1", "secondary-pre-process%u"),
        ("dewarper9", "dewarper%u"),
        ("message-converter", "message-converter"),
    ],
)
def test_a_group_is_found_as_the_program_finds_it(name: str, expected: str):
    """A group name leads to the group or family whose code the program runs for it."""
    group = load_schema().group(name)
    assert group is not None
    assert group.name == expected


@pytest.mark.parametrize("name", ["source", "sourceX", "dewarper10", "sources", "ptz", "", "class-attrs-x", "source²"])
def test_a_name_that_no_code_reads_has_no_group(name: str):
    """A name outside every group and family is unknown."""
    assert load_schema().group(name) is None


def test_a_key_for_one_class_is_known_by_its_family():
    """`bbox-border-color3` is the colour of one class; other keys take no number."""
    group = load_schema().group("primary-gie")
    assert group is not None
    key = group.key("bbox-border-color3")
    assert key is not None
    assert key.type is KeyType.COLOR
    assert group.key("batch-size3") is None


def test_ranges_units_and_numbers_are_typed():
    """Range, unit and the meaning of an enum's numbers come with the key."""
    sink = load_schema().group("sink0")
    assert sink is not None
    port, kind = sink.key("rtsp-port"), sink.key("type")
    assert port is not None
    assert kind is not None
    assert (port.minimum, port.maximum, port.default, port.reader) == (1, 65535, 8554, Reader.INTEGER)
    assert kind.values[4] == "encode and serve over RTSP"


def test_what_yaml_calls_differently_is_told():
    """The YAML name and default of a key differ where the YAML parser's do."""
    mux, source = load_schema().group("streammux"), load_schema().group("source0")
    assert mux is not None
    assert source is not None
    stamp, attempts = mux.key("attach-sys-ts-as-ntp"), source.key("rtsp-reconnect-attempts")
    assert stamp is not None
    assert attempts is not None
    assert stamp.yaml_key == "attach-sys-ts"
    assert (attempts.default, attempts.yaml_default) == (-1, 0)
