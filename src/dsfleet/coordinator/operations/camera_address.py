"""A camera's address and login as they arrive: the login split off, the rest checked as the application reads it."""

from dataclasses import dataclass, field, replace

from dsfleet.contracts.problems import InputError, Problem
from dsfleet.coordinator.desired.model import DraftCamera
from dsfleet.coordinator.desired.rules import source_of
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.deepstream.application import Application, render_application
from dsfleet.deepstream.errors import ConfigurationError
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.uri import CameraAddress, read_camera_address


@dataclass(frozen=True, slots=True)
class Login:
    """A login in clear, on its way into the box."""

    username: str | None = field(repr=False)
    password: str | None = field(repr=False)

    def sealed(self, box: SecretBox) -> dict[str, bytes | None]:
        """Return the columns that keep it."""
        return {"username_sealed": _seal(box, self.username), "password_sealed": _seal(box, self.password)}


def read_address(uri: str) -> CameraAddress:
    """Return the address without login, its scheme in small letters, and the login it held.

    Raises InputError `camera-uri-invalid`, whose value holds no login.
    """
    try:
        address = read_camera_address(uri)
    except ConfigurationError as error:
        raise _invalid("uri", error) from error
    return replace(address, uri=address.scheme + address.uri[len(address.scheme) :])


def check_renders(uri: str, login: Login) -> None:
    """Go on when a configuration can hold this address with this login; otherwise raise InputError."""
    try:
        source = source_of(DraftCamera("", "", uri, login.username, login.password, None))
        render_application(Application(sources=(source,)), load_schema())
    except ConfigurationError as error:
        raise _invalid("uri", error) from error


def _invalid(field_name: str, error: ConfigurationError) -> InputError:
    message = f"{error.message[:1].upper()}{error.message[1:]}."
    mend = f"{error.mend[:1].upper()}{error.mend[1:]}."
    shown = error.value if error.value and "@" not in error.value.replace("***@", "") else None
    return InputError(Problem(code="camera-uri-invalid", message=message, field=field_name, value=shown, mend=mend))


def _seal(box: SecretBox, text: str | None) -> bytes | None:
    return None if text is None else box.seal(text.encode())
