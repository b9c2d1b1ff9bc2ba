from pathlib import Path

import pytest

from dsfleet.deepstream.application import (
    Application,
    DebugOutput,
    FileSource,
    PrimaryGie,
    RtspSource,
    render_application,
)
from dsfleet.deepstream.check import Level
from dsfleet.deepstream.check_yaml import check_yaml_text
from dsfleet.deepstream.convert import Converted, to_ini, to_yaml
from dsfleet.deepstream.document import Document
from dsfleet.deepstream.ini import IniDocument, parse_ini
from dsfleet.deepstream.schema import Kind, load_schema
from dsfleet.deepstream.view import ApplicationView
from dsfleet.deepstream.yaml_document import parse_yaml
from dsfleet.deepstream.yaml_view import SourceTable, YamlApplication, read_source_table

CORPUS = Path(__file__).parents[4] / "shared" / "deepstream" / "corpus" / "test5"
DERIVED = Application(
    (RtspSource("rtsp://u:p%40@gate/0"), FileSource("file:///a b.mp4")),
    primary_gie=PrimaryGie("pgie.txt", model_engine_file="a.engine"),
)


def table_of(text: str | None) -> SourceTable | None:
    return None if text is None else read_source_table(text, load_schema().groups_by_name["source%u"])


def yaml_of(text: str) -> Converted:
    return to_yaml(parse_ini(text), load_schema(), "app.yml", "sources.csv")


def meaning(document: Document, *, is_yaml: bool = False) -> dict[tuple[str, str], object]:
    view = ApplicationView(document, load_schema(), is_yaml)
    groups = {name: load_schema().group(name) for name in document.groups()}
    return {
        (name, key.name): view.value(name, key.name)
        for name, group in groups.items()
        if group is not None
        for key in group.keys.values()
        if key.in_yaml and key.in_ini and (view.text(name, key.name) is not None or key.default is not None)
    }


def test_a_derived_application_means_the_same_in_yaml():
    """Every value in effect is the same in both forms, the sources stand in the list, and nothing is lost."""
    text = render_application(DERIVED, load_schema())
    converted = yaml_of(text)
    assert converted.lost == ()
    files = converted.files
    seen = YamlApplication(parse_yaml(files["app.yml"]), load_schema(), table_of(files["sources.csv"]))
    assert meaning(seen, is_yaml=True) == meaning(parse_ini(text))
    found = check_yaml_text(files["app.yml"], load_schema(), "app.yml", files)
    assert [finding.rule for finding in found if finding.level in (Level.REJECTED, Level.MISUNDERSTOOD)] == []


def test_a_derived_application_comes_back_from_yaml():
    """INI to YAML and back means what it meant."""
    text = render_application(DERIVED, load_schema())
    files = yaml_of(text).files
    back = to_ini(parse_yaml(files["app.yml"]), load_schema(), table_of(files["sources.csv"]), "app.txt")
    assert back.lost == ()
    assert meaning(parse_ini(back.files["app.txt"])) == meaning(parse_ini(text))


@pytest.mark.parametrize(
    ("text", "group", "key", "says"),
    [
        ("[source-list]\nlist=rtsp://a\n", "source-list", "", "no such group"),
        ("[nonsense]\na=1\n", "nonsense", "", "no such group"),
        ("[streammux]\nsort-batch=1\n", "streammux", "sort-batch", "no such key"),
        ("[osd]\ntext-color=0.5;0;0;1\n", "osd", "text-color", "fractions"),
        ("[osd]\nenable=true\n", "osd", "enable", "whole decimal"),
        ("[osd]\nnonsense=1\n", "osd", "nonsense", "no such key"),
        ("[sink0]\nwidth=-1\n", "sink0", "width", "negative"),
        ("[source0]\nenable=1\nuri=file:///a,b\n", "source0", "", "comma"),
        ("[message-consumer0]\nsubscribe-topic-list=a\\;b\n", "message-consumer0", "subscribe-topic-list", "semicolon"),
    ],
)
def test_what_yaml_cannot_say_is_named(text: str, group: str, key: str, says: str):
    """A group, key or value without a YAML form is told with its place."""
    (fault,) = yaml_of(text).lost
    assert (fault.group, fault.key) == (group, key)
    assert says in fault.message
    assert fault.line > 0


def test_names_and_defaults_that_differ_are_written_out():
    """YAML's own spelling is used, and a default that differs is written."""
    converted = yaml_of(
        "[streammux]\nattach-sys-ts-as-ntp=0\n[sink0]\nenable=1\n[source3]\nenable=1\ntype=4\nuri=rtsp://a\n"
    )
    assert "attach-sys-ts: 0\n" in converted.files["app.yml"]
    assert "color-range: -1\n" in converted.files["app.yml"]
    header, row = converted.files["sources.csv"].splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["camera-id"], cells["rtsp-reconnect-attempts"], cells["enable"]) == ("3", "-1", "1")


def test_what_yaml_ignored_is_named_on_the_way_to_ini():
    """Groups and keys that had no effect in YAML, and keys that INI lacks, are told."""
    document = parse_yaml("source0:\n  enable: 1\nstreammux:\n  width: 1\n  interpolation-method: 1\n  sort-batch: 1\n")
    converted = to_ini(document, load_schema(), None, "app.txt")
    assert {(fault.group, fault.key) for fault in converted.lost} == {
        ("source0", ""),
        ("streammux", "interpolation-method"),
        ("streammux", "sort-batch"),
    }
    assert parse_ini(converted.files["app.txt"]).get("streammux", "width") == "1"


def test_no_loss_shows_a_login():
    """What is named as lost shows no login."""
    text = "[source0]\nenable=1\nuri=rtsp://u:s3cret@a\\q\n"
    assert "s3cret" not in repr(yaml_of(text).lost)


def test_debug_mode_loses_only_the_fractions_of_colours():
    """The debug overlay has a YAML form but for its translucent text background."""
    debug = Application(DERIVED.sources, debug=DebugOutput(8600, 5600))
    assert [fault.key for fault in yaml_of(render_application(debug, load_schema())).lost] == ["text-bg-color"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yml")), ids=str)
def test_real_yaml_files_mean_the_same_in_ini(path: Path):
    """NVIDIA's own YAML samples keep every value in effect on the way to INI (OSD colours as the program cuts them)."""
    document = parse_yaml(path.read_bytes().decode(), path.name)
    name = document.get("source", "csv-file-path")
    table = table_of((CORPUS / name).read_bytes().decode() if name else None)
    schema = load_schema(Kind.DEEPSTREAM_TEST5)
    converted = to_ini(document, schema, table, "app.txt")
    assert converted.lost == ()
    result: IniDocument = parse_ini(converted.files["app.txt"])
    before, after = meaning(YamlApplication(document, schema, table), is_yaml=True), meaning(result)
    differing = {place for place in before if before[place] != after.get(place)}
    assert differing <= {("osd", "text-bg-color"), ("osd", "text-color"), ("osd", "clock-color")}
