"""Rules about the files of message sinks: the converter's and the protocol adaptors' (DeepStream 9.1)."""

from collections.abc import Iterator

from dsfleet.deepstream.errors import MASKED
from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.view import ApplicationView, fault_at

_PLACES = ("location", "coordinate")
_PLACE_PARTS = 3
_QUOTED = ("proto-cfg", "producer-proto-cfg", "consumer-proto-cfg")
_LONGEST_SETTING = 1023
_LOGIN = ("password", "username")


def _places(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        if entry.key in _PLACES and len([part for part in entry.value.split(";") if part.strip()]) != _PLACE_PARTS:
            yield fault_at(entry, "a place has exactly three numbers", "give three numbers with ; between")


def _switched_off(view: ApplicationView) -> Iterator[Fault]:
    for group, found in view.schemas_by_group.items():
        if found is not None and view.text(group, "enable") is None:
            yield view.fault(group, "enable", "without enable the group is skipped", "add enable=1")


def _unquoted(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        quoted = len(entry.value) > 2 and entry.value.startswith('"') and entry.value.endswith('"')
        if entry.key in _QUOTED and not quoted:
            mend = f'write {entry.key}="key=value;key=value"'
            yield fault_at(entry, "the adaptor wants this value in double quotes", mend)


def _long_settings(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        if entry.key in _QUOTED and len(entry.value) > _LONGEST_SETTING:
            yield fault_at(entry, f"the adaptor reads at most {_LONGEST_SETTING} characters", "shorten it")


def _unlisted_keys(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        group = view.schemas_by_group[entry.group]
        if group is None or group.key(entry.key) is None:
            message = "no published list of Kafka, MQTT, Redis or AMQP settings has this key"
            yield fault_at(entry, message, "see that the adaptor reads it")


def _secrets(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        if entry.key in _LOGIN and entry.value:
            message = "a login in this file is readable by everyone who reads the file"
            mend = "give it through the adaptor's environment variable"
            yield Fault(message, mend, entry.group, entry.key, MASKED, entry.line)


MSGCONV_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("msgconv-places", Level.REJECTED, "Places have three numbers.", _places),
    Rule("msgconv-enable", Level.MISUNDERSTOOD, "A group without enable is skipped.", _switched_off),
)
BROKER_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("broker-quotes", Level.REJECTED, "librdkafka settings stand in double quotes.", _unquoted),
    Rule("broker-length", Level.MISUNDERSTOOD, "Settings have at most 1023 characters.", _long_settings),
    Rule("broker-key", Level.UNCHECKED, "Other adaptors have other keys.", _unlisted_keys),
    Rule("broker-login", Level.ADVICE, "Logins belong into the environment.", _secrets),
)
