"""A file of deepstream-app as the program sees it: what is enabled, values in effect, sources in pipeline order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dsfleet.deepstream.document import Document, Entry
from dsfleet.deepstream.findings import Fault
from dsfleet.deepstream.model import GroupSchema, KeySchema, Kind, Reader, Schema, group_number
from dsfleet.deepstream.values import UnreadableValueError, Value, read_value

# In these families the program looks at `enable` first and skips the group where it is no integer
# (parser_behaviour.silent_disable).
SILENTLY_DISABLED = ("source", "sink", "primary-gie", "secondary-gie")
MULTI_URI_SOURCE = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One line with its key and what the program makes of it: a value, or the error on which it rejects the file."""

    entry: Entry
    key: KeySchema
    value: Value | None
    error: UnreadableValueError | None


@dataclass(frozen=True)
class ApplicationView:
    """One document with the schema it is read by; nothing in it changes while it is looked at."""

    document: Document
    schema: Schema
    is_yaml: bool = False

    @property
    def is_test5(self) -> bool:
        """Whether deepstream-test5-app reads the file."""
        return self.schema.kind is Kind.DEEPSTREAM_TEST5

    @cached_property
    def schemas_by_group(self) -> Mapping[str, GroupSchema | None]:
        """Every group of the file with its schema, None for what the program passes over."""
        return {name: self.schema.group(name) for name in self.document.groups()}

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every line in effect that the program reads; groups that it skips early because they are off are not read
        further.
        """
        return tuple(self._read_lines())

    def has(self, group: str) -> bool:
        """Whether the file has the group at all."""
        return group in self.schemas_by_group

    def key(self, group: str, key: str) -> KeySchema | None:
        """What the program knows about the key, None where it does not read it."""
        found = self.schemas_by_group.get(group) or self.schema.group(group)
        return None if found is None else found.key(key)

    def text(self, group: str, key: str) -> str | None:
        """The raw text in effect, None where the file does not give it."""
        return self.document.get(group, key)

    def value(self, group: str, key: str) -> Value | None:
        """The value in effect: as read, or the default where the key is absent or unreadable."""
        known, text = self.key(group, key), self.document.get(group, key)
        if known is None:
            return None
        default = known.yaml_default if self.is_yaml else known.default
        if text is None:
            return default
        if self.is_yaml and known.reader is Reader.STRING:
            return text
        try:
            return read_value(known, text)
        except UnreadableValueError:
            return default

    def number(self, group: str, key: str) -> int:
        """The value in effect as a whole number; 0 where it is none."""
        value = self.value(group, key)
        return int(value) if isinstance(value, int | float) else 0

    def string(self, group: str, key: str) -> str:
        """The value in effect as text; empty where there is none."""
        value = self.value(group, key)
        return value if isinstance(value, str) else ""

    def items(self, group: str, key: str) -> tuple[str, ...]:
        """The value in effect as a list of texts; empty where there is none."""
        value = self.value(group, key)
        return tuple(str(item) for item in value) if isinstance(value, tuple) else ()

    def enabled(self, group: str) -> bool:
        """Whether the program builds the group: `enable` read as an integer is not 0; a missing one means off."""
        return self.has(group) and self.number(group, "enable") != 0

    def family(self, stem: str) -> Iterator[str]:
        """The groups of a numbered family in file order."""
        for name, found in self.schemas_by_group.items():
            if found is not None and found.numbered and found.stem == stem:
                yield name

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The enabled [sourceN] groups in file order."""
        return tuple(name for name in self.family("source") if self.enabled(name))

    @cached_property
    def sinks(self) -> tuple[str, ...]:
        """The enabled [sinkN] groups in file order."""
        return tuple(name for name in self.family("sink") if self.enabled(name))

    @cached_property
    def secondary_gies(self) -> tuple[str, ...]:
        """The enabled [secondary-gieN] groups in file order."""
        return tuple(name for name in self.family("secondary-gie") if self.enabled(name))

    @cached_property
    def has_source_list(self) -> bool:
        """Whether sources come from [source-list]; its presence counts, it has no enable key."""
        return self.has("source-list")

    @cached_property
    def adds_streams(self) -> bool:
        """Whether streams can be added at run time (nvmultiurisrcbin)."""
        return self.has_source_list and bool(self.value("source-list", "use-nvmultiurisrcbin"))

    @cached_property
    def source_count(self) -> int:
        """How many sources the pipeline starts with, copies of type 3 counted; with added streams: how many it can
        carry.
        """
        if self.adds_streams:
            return self.number("source-list", "max-batch-size")
        if self.has_source_list:
            return len(self.items("source-list", "list"))
        return sum(self.copies(name) for name in self.sources)

    def copies(self, source: str) -> int:
        """How many sources one group makes."""
        multiple = self.number(source, "type") == MULTI_URI_SOURCE
        return max(self.number(source, "num-sources"), 1) if multiple else 1

    def _read_lines(self) -> Iterator[Reading]:
        for name, group in self.schemas_by_group.items():
            if group is None or (group.stem in SILENTLY_DISABLED and not self.enabled(name)):
                continue
            for entry in self.document.effective(name).values():
                key = group.key(entry.key)
                if key is not None and key.in_ini and key.reader is not Reader.NONE:
                    yield _reading(entry, key)

    def number_of(self, group: str) -> int | None:
        """The number in the group's name."""
        found = self.schemas_by_group.get(group) or self.schema.group(group)
        return None if found is None else group_number(found.stem, group)

    def fault(self, group: str, key: str, message: str, mend: str) -> Fault:
        """A fault at a key, or at the group's header where the file does not give the key."""
        entry = self.document.entry(group, key)
        if entry is None:
            return Fault(message, mend, group, key, "", self.document.line_of(group))
        return fault_at(entry, message, mend)


def _reading(entry: Entry, key: KeySchema) -> Reading:
    try:
        return Reading(entry, key, read_value(key, entry.value), None)
    except UnreadableValueError as error:
        return Reading(entry, key, None, error)


def fault_at(entry: Entry, message: str, mend: str) -> Fault:
    """A fault at one line of the file."""
    return Fault(message, mend, entry.group, entry.key, entry.value, entry.line)
