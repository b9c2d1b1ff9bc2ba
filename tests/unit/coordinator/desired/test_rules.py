"""From the draft to what a container is made of."""

from dataclasses import replace

import pytest

from dsfleet.contracts.messages.configuration import DesiredInstance, Mode, Power, instance_digest
from dsfleet.coordinator.desired.rules import APPLICATION_FILE, derive_instance, with_counters
from dsfleet.deepstream.ini import IniDocument, parse_ini
from dsfleet.deepstream.schema import load_schema
from tests.unit.coordinator.desired.builders import a_camera, a_draft, a_version, derived


def configuration(instance: DesiredInstance) -> IniDocument:
    """Return the instance's application file."""
    (file,) = instance.files
    assert file.path == APPLICATION_FILE
    return parse_ini(file.content)


def test_same_draft_gives_the_same_bytes() -> None:
    """Deriving twice gives equal instances, and the digest covers their content."""
    assert derived() == derived()
    assert derived().digest == instance_digest(derived())


def test_cameras_are_sources_in_their_order() -> None:
    """Camera n of the order is source n of the file, as PERF columns count."""
    instance = derived(a_camera("b"), a_camera("a"))
    assert [(camera.camera_id, camera.source_index) for camera in instance.cameras] == [("b", 0), ("a", 1)]
    assert configuration(instance).get("source1", "uri") == "rtsp://192.0.2.1/a"


def test_login_is_written_percent_encoded_into_the_file_alone() -> None:
    """Odd characters of a login survive the address; names and cameras carry no address."""
    instance = derived(a_camera("a", username="joe", password="p@ss/w:rd"))
    assert configuration(instance).get("source0", "uri") == "rtsp://joe:p%40ss%2Fw%3Ard@192.0.2.1/a"
    assert "p@ss" not in repr(instance.cameras)


def test_recording_is_a_file_source_that_loops() -> None:
    """A file address becomes a source that plays again and again."""
    document = configuration(derived(a_camera("a", uri="file:///clips/a.mp4")))
    assert (document.get("source0", "type"), document.get("tests", "file-loop")) == ("2", "1")


def test_debug_mode_draws_serves_and_measures_each_second() -> None:
    """Debug adds boxes, tiles and the RTSP picture on the instance's own ports, and names those ports to the host."""
    instance = derived(mode=Mode.DEBUG)
    document = configuration(instance)
    assert document.get("sink1", "rtsp-port") == "18600"
    assert document.get("sink1", "udp-port") == "18601"
    assert document.get("application", "perf-measurement-interval-sec") == "1"
    assert "osd" in document.groups()
    assert [(port.purpose, port.port) for port in instance.ports] == [("rtsp", 18600), ("udp", 18601)]
    assert instance.perf_interval_s == 1


def test_normal_mode_measures_and_listens_on_nothing() -> None:
    """Frames are counted every five seconds in normal mode too; no port is named."""
    instance = derived()
    assert configuration(instance).get("application", "enable-perf-measurement") == "1"
    assert (instance.ports, instance.perf_interval_s) == ((), 5)


def test_instance_without_enabled_cameras_is_off() -> None:
    """deepstream-app runs nothing without sources, so the container is not wanted."""
    draft = replace(a_draft(), cameras=())
    instance = derive_instance(draft, load_schema())
    assert (instance.power, instance.files) == (Power.OFF, ())


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"name": "other"}, True),
        ({"power": Power.OFF}, True),
        ({"retry_number": 1}, True),
        ({"restart_number": 1}, False),
        ({"mode": Mode.DEBUG}, False),
        ({"gpu": "0"}, False),
    ],
)
def test_digest_changes_with_what_needs_a_new_container(fields: dict[str, object], same: bool) -> None:
    """Names, power and retries leave the container; everything it is made of replaces it."""
    assert (derived(**fields).digest == derived().digest) is same


def test_image_and_cameras_change_the_digest() -> None:
    """Another version's image, another camera, another login: each needs a new container."""
    assert derived(version=a_version(image="i:2")).digest != derived().digest
    assert derived(a_camera("yard")).digest != derived().digest
    assert derived(a_camera("a", username="u")).digest != derived(a_camera("a")).digest


def test_counters_over_what_was_sent_change_nothing_else() -> None:
    """A restart's digest is exactly the digest of the same content with that counter."""
    sent = derived()
    assert with_counters(sent, 1, 0) == derived(restart_number=1)
