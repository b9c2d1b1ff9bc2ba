"""What the readers and writers of this package raise: every error says where, what is wrong and what would be right."""

from dataclasses import dataclass

MASKED = "***"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `file` as the caller named it, `line` counted from 1 (0 = no line), names where known."""

    file: str = ""
    line: int = 0
    group: str = ""
    key: str = ""

    def __str__(self) -> str:
        """`file:line [group] key`, leaving out what is not known."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        names = " ".join(part for part in (f"[{self.group}]" if self.group else "", self.key) if part)
        return " ".join(part for part in (where, names) if part)


class ConfigurationError(ValueError):
    """Base of everything this package raises about a configuration.

    `message` says what is wrong, `mend` what would be right, `value` the text at fault (never a login).
    """

    def __init__(self, place: Place, value: str, message: str, mend: str) -> None:
        super().__init__(place, value, message, mend)
        self.place = place
        self.value = value
        self.message = message
        self.mend = mend

    @property
    def file(self) -> str:
        """The file as the caller named it."""
        return self.place.file

    @property
    def line(self) -> int:
        """Counted from 1; 0 where the error belongs to no line."""
        return self.place.line

    @property
    def group(self) -> str:
        """The group's name, empty where none is concerned."""
        return self.place.group

    @property
    def key(self) -> str:
        """The key's name, empty where none is concerned."""
        return self.place.key

    def __str__(self) -> str:
        """One sentence: place, what is wrong, what would be right."""
        where = str(self.place)
        return f"{where}: {self.message}; {self.mend}" if where else f"{self.message}; {self.mend}"


class ConfigurationSyntaxError(ConfigurationError):
    """The text is not a file that NVIDIA's reader can load at all."""


class ConfigurationValueError(ConfigurationError):
    """A key or a value that the schema does not allow where it stands."""


class UriError(ConfigurationError):
    """A camera or file address that cannot be used."""
