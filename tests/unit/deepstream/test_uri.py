import pytest

from dsfleet.deepstream.errors import UriError
from dsfleet.deepstream.uri import CameraAddress, read_camera_address, redact_logins, split_login, with_login


def test_each_odd_character_of_a_login_is_encoded():
    """A login with every delimiter in it still leaves host and path readable."""
    assert (
        with_login("rtsp://gate:554/a?b=1", "a b", "p@s/s:w%?#") == "rtsp://a%20b:p%40s%2Fs%3Aw%25%3F%23@gate:554/a?b=1"
    )


def test_a_login_that_is_there_is_replaced_or_taken_out():
    """Joining replaces an old login; joining none removes it."""
    assert with_login("rtsp://old:old@gate/a", "new", "pw") == "rtsp://new:pw@gate/a"
    assert with_login("rtsp://old:old@gate/a", None, None) == "rtsp://gate/a"


@pytest.mark.parametrize(
    ("uri", "parts"),
    [
        ("rtsp://gate/a", ("rtsp://gate/a", None, None)),
        ("rtsp://u@gate/a", ("rtsp://gate/a", "u", None)),
        ("rtsp://u:@gate/a", ("rtsp://gate/a", "u", "")),
        ("rtsp://:pw@gate/a", ("rtsp://gate/a", "", "pw")),
        ("rtsp://u:p%40:w@gate:554/a@b", ("rtsp://gate:554/a@b", "u", "p@:w")),
        ("rtsp://u:p@w@[::1]:554/a", ("rtsp://[::1]:554/a", "u", "p@w")),
        ("rtsp://gate:554/cam@1", ("rtsp://gate:554/cam@1", None, None)),
        ("file:///a@b.mp4", ("file:///a@b.mp4", None, None)),
    ],
)
def test_a_login_is_split_off_as_it_was_meant(uri: str, parts: tuple[str, str | None, str | None]):
    """The last @ before the path ends the login; its two parts come back decoded."""
    assert split_login(uri) == parts


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("http://gate/a", "rtsp://host"),
        ("gate/a", "scheme://"),
        ("admin:s3cret@gate/a", "scheme://"),
        ("rtsp:///a", "no host"),
        ("rtsp://gate:99999/a", "1 to 65535"),
        ("rtsp://gate:/a", "1 to 65535"),
        ("rtsp://ga te/a", "%20"),
        ("rtsp://gate/a\nb", "%20"),
        ("file://movie.mp4", "file:///path"),
        ("rtsp://u:s3cret/x@gate/a", "%2F"),
        ("rtsp://u:s3cret#x@gate:99999/a", "%23"),
        ("", "scheme://"),
    ],
)
def test_an_unusable_address_is_refused_without_its_login(uri: str, says: str):
    """The error names the mend and holds no part of a login."""
    with pytest.raises(UriError) as caught:
        read_camera_address(uri)
    assert says in str(caught.value)
    assert "s3cret" not in str(caught.value) + repr(caught.value)


def test_a_checked_address_shows_no_login():
    """A checked address keeps the login beside the uri and never prints it."""
    address = read_camera_address("RTSP://u:s3cret@gate/a")
    assert address == CameraAddress("rtsp", "RTSP://gate/a", "u", "s3cret")
    assert "s3cret" not in repr(address)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("uri=rtsp://u:p@gate/a", "uri=rtsp://***:***@gate/a"),
        ("rtsp://u@gate/a", "rtsp://***:***@gate/a"),
        ("list=rtsp://u:p@a/1;rtsp://b/2;rtsp://u:q@c/3", "list=rtsp://***:***@a/1;rtsp://b/2;rtsp://***:***@c/3"),
        ("ERROR: rtsp://u:p/w@gate/a gone", "ERROR: rtsp://***:***@gate/a gone"),
        ("rtsp://gate/a?user=admin&password=x&ch=1", "rtsp://gate/a?user=***&password=***&ch=1"),
        ("rtsp://gate:554/cam@1 and me@example.org", "rtsp://gate:554/cam@1 and me@example.org"),
        ('{"uri": "rtsp://u:p@gate/a"}', '{"uri": "rtsp://***:***@gate/a"}'),
    ],
)
def test_logins_in_any_text_are_masked(text: str, masked: str):
    """Every login inside an address is replaced, everything else stays."""
    assert redact_logins(text) == masked


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["a", "a+", "rtsp://a:", "x://a:b/", "?user=", "rtsp://u:p@"])
def test_a_long_text_is_masked_in_little_time(piece: str):
    """Masking 300 kB of text that resembles addresses costs no noticeable time."""
    assert "u:p@" not in redact_logins(piece * (300_000 // len(piece)))
