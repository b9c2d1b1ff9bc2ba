from hypothesis import given
from hypothesis import strategies as st

from dsfleet.deepstream.errors import UriError
from dsfleet.deepstream.uri import read_camera_address, redact_logins, split_login, with_login

ADDRESSES = st.sampled_from(
    ["rtsp://gate/a", "rtsp://gate:554/a?b=c@d", "rtsp://[::1]:8554/x", "rtsps://10.0.0.1", "rtsp://gate/a#b@c"]
)
LOGINS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(ADDRESSES, LOGINS, st.none() | LOGINS)
def test_a_login_comes_back_as_it_was(address: str, username: str, password: str | None):
    """Whatever characters a login has, joining and splitting give it back and leave the address alone."""
    if not username and password is None:
        return
    joined = with_login(address, username, password)
    assert split_login(joined) == (address, username, password)
    assert joined.isascii()
    assert not any(sign.isspace() for sign in joined)


@given(ADDRESSES, LOGINS, LOGINS, st.text(max_size=10))
def test_a_joined_login_is_masked_in_any_text(address: str, username: str, password: str, around: str):
    """A configuration line that holds an address with a login shows none after masking."""
    line = f"uri={with_login(address, username, password)}"
    scheme, rest = address.split("://", 1)
    assert redact_logins(line) == f"uri={scheme}://***:***@{rest}"
    assert f"{scheme}://***:***@" in redact_logins(f"{around}\n{line}\n{around}")


@given(st.text(max_size=40) | st.builds("rtsp://{}:{}@{}".format, LOGINS, LOGINS, st.text(max_size=10)))
def test_any_text_is_an_address_or_a_typed_error(text: str):
    """Reading an address never fails otherwise than by its own error."""
    try:
        schemes = {read_camera_address(text).scheme}
    except UriError:
        schemes = set()
    assert schemes <= {"rtsp", "rtsps", "file"}
