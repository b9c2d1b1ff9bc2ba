"""Hostile text: every reader and check answers with a document, findings, or an error of this package.

No deadline: what is held here is the answer, and a busy machine is no fault of it.
"""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from dsfleet.deepstream.bundle import Bundle, check_bundle
from dsfleet.deepstream.compare_bundles import compare_bundles, compare_configurations
from dsfleet.deepstream.configuration import converted, has_schema, read_configuration
from dsfleet.deepstream.errors import ConfigurationError
from dsfleet.deepstream.explain import explain, values_of
from dsfleet.deepstream.json_schema import json_schema
from dsfleet.deepstream.kinds import FileKind, kind_of
from dsfleet.deepstream.overlay import overlay_debug
from dsfleet.deepstream.parts import DebugOutput
from dsfleet.deepstream.uri import read_camera_address, redact_logins, split_login

NAMES = st.sampled_from(["a.txt", "a.yml", "b.yaml", "list.csv", "labels.txt", "x.conf", "d/a.txt"])
KINDS = st.sampled_from([kind for kind in FileKind if has_schema(kind)])
APPLICATIONS = st.sampled_from([FileKind.DEEPSTREAM_APP, FileKind.DEEPSTREAM_TEST5])
GROUPS = [
    "application",
    "source0",
    "source",
    "source-list",
    "sink0",
    "sinkX",
    "osd",
    "streammux",
    "tracker",
    "dewarper0",
    "primary-gie",
    "secondary-gie0",
    "property",
    "class-attrs-0",
    "class-attrs-²",
    "group-0",
    "sensor0",
    "ReID",
    "roi-filtering-stream-0",
    "direction-detection-stream-0",
    "message-broker",
    "tiled-display",
    "nvds-analytics",
]
KEYS = [
    "enable",
    "type",
    "uri",
    "list",
    "num-source-bins",
    "source-id",
    "rows",
    "config-file",
    "mode",
    "roi-a",
    "width",
    "roi-params-src-0",
    "csv-file-path",
    "network-input-shape",
    "proto-cfg",
    "max-batch-size",
    "operate-on-class-ids",
    "border-width",
]
VALUES = [
    "0",
    "1",
    "-1",
    "4",
    "true",
    "1;2;3",
    ";",
    "rtsp://u:p@h/a",
    "rtsp://[",
    "a.txt",
    "../a",
    "999999999999999999999999999999",
    "1e999",
    "²",
    "nan",
    "\\",
    "\\x",
    "%s%n",
    "list.csv",
    "[1,2]",
    "{a:b}",
    "&a",
    "*a",
    "!!python/object:x",
    '"',
    "'",
    "~",
]


def ini(lines: list[tuple[str, str, str]]) -> str:
    return "".join(f"[{group}]\n{key}={value}\n" for group, key, value in lines)


def yaml(lines: list[tuple[str, str, str]]) -> str:
    return "".join(f"{group}:\n  {key}: {value}\n" for group, key, value in lines)


LINES = st.lists(
    st.tuples(st.sampled_from(GROUPS), st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=8)),
    max_size=12,
)
DECODED = st.binary(max_size=120).map(lambda content: content.decode(errors="replace"))
TEXTS = LINES.map(ini) | LINES.map(yaml) | st.text(max_size=80) | DECODED


@settings(deadline=None)
@given(TEXTS, NAMES, KINDS)
def test_any_text_is_read_as_any_kind_or_refused(text: str, name: str, kind: FileKind):
    """A file gives a configuration whose values can be listed and converted, or an error of this package."""
    try:
        configuration = read_configuration(text, name, kind, {"list.csv": text})
    except ConfigurationError:
        return
    assert configuration.document.render() == text
    assert all(value.group and value.key for value in values_of(configuration.view))
    try:
        result = converted(configuration, "b", "list.csv")
    except ConfigurationError:
        return
    assert "b" in result.files


@settings(deadline=None)
@given(st.dictionaries(NAMES, TEXTS, max_size=4), st.dictionaries(NAMES, st.sampled_from(FileKind), max_size=3))
def test_any_bundle_is_checked(files: dict[str, str], kinds: dict[str, FileKind]):
    """Whatever files hold and are taken for, the findings are about files of the bundle, sentence and mend in each."""
    found = check_bundle(Bundle(files, {"z.bin": "the file is no text"}, is_whole=len(files) != 1), kinds)
    assert {finding.file for finding in found} <= files.keys() | {"z.bin"}
    assert all(finding.message and finding.mend and finding.line >= 0 for finding in found)


@settings(deadline=None)
@given(st.dictionaries(NAMES, TEXTS, max_size=3), st.dictionaries(NAMES, TEXTS, max_size=3))
def test_any_two_bundles_are_compared(before: dict[str, str], after: dict[str, str]):
    """Two bundles always compare; one with itself has no difference."""
    assert {each.file for each in compare_bundles(Bundle(before), Bundle(after))} <= before.keys() | after.keys()
    assert compare_bundles(Bundle(before), Bundle(before)) == ()


@settings(deadline=None)
@given(TEXTS, TEXTS, KINDS)
def test_any_two_files_are_compared_or_refused(before: str, after: str, kind: FileKind):
    """An INI file and a YAML file of one kind compare, or one of them is refused with an error of this package."""
    try:
        pair = read_configuration(before, "a.txt", kind), read_configuration(after, "a.yml", kind)
        assert isinstance(compare_configurations(*pair), tuple)
    except ConfigurationError:
        return


@settings(deadline=None)
@given(TEXTS, NAMES, APPLICATIONS)
def test_debug_mode_keeps_other_lines_or_refuses(text: str, name: str, kind: FileKind):
    """The overlay gives a file that means what its comparison says, twice applied the same, or a typed error."""
    debug = DebugOutput(8600, 5600)
    try:
        first = overlay_debug(text, name, kind, debug)
        again = overlay_debug(first.text, name, kind, debug)
    except ConfigurationError:
        return
    assert again.text == first.text
    assert again.changes == ()


@settings(deadline=None)
@given(st.text(max_size=60), NAMES)
def test_the_kind_of_any_text_is_told(text: str, name: str):
    """Telling a kind never fails."""
    assert isinstance(kind_of(name, text), FileKind)


@settings(deadline=None)
@given(st.text(max_size=30), KINDS)
def test_any_name_is_explained_or_unknown(name: str, kind: FileKind):
    """Explaining gives text or None."""
    schema = read_configuration("", "a.txt", kind).schema
    assert explain(schema, name) is None or explain(schema, name) != ""
    assert json_schema(schema)["type"] == "object"


@settings(deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"rtsps?://[^\n]{0,40}", fullmatch=True))
def test_any_address_is_read_or_refused(text: str):
    """An address is read, or refused with an error of this package; redaction always answers."""
    assert isinstance(redact_logins(text), str)
    for read in (read_camera_address, split_login):
        with suppress(ConfigurationError):
            assert read(text) is not None
