"""Rules about what an application and its analytics, preprocess and converter files say about each other."""

from collections.abc import Iterator

from dsfleet.deepstream.check_analytics import stream_numbers
from dsfleet.deepstream.check_references import BundledFile
from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.model import group_number

_ANALYTICS, _PREPROCESS = "nvds-analytics", "pre-process"
_BROKER_SINK = 6
_FULL_PAYLOAD = 0
_SENSOR = "sensor"


def _streams_without_source(file: BundledFile) -> Iterator[Fault]:
    analytics = file.side_file(_ANALYTICS, "config-file", FileKind.ANALYTICS)
    count = file.view.source_count
    numbers = {number for _group, number in stream_numbers(analytics)} if analytics and count else set()
    for number in sorted(number for number in numbers if number >= count):
        message = f"the file has a group for stream {number}, and there are {count} sources"
        yield file.view.fault(_ANALYTICS, "config-file", message, "number streams as the sources, from 0")


def _unused_tensors(file: BundledFile) -> Iterator[Fault]:
    preprocess = file.side_file(_PREPROCESS, "config-file", FileKind.PREPROCESS)
    wanted = set(preprocess.items("property", "target-unique-ids")) if preprocess else set()
    for gie in ("primary-gie", *file.view.secondary_gies):
        view = file.view
        named = view.enabled(gie) and str(view.number(gie, "gie-unique-id")) in wanted
        if named and not view.value(gie, "input-tensor-meta"):
            message = "a tensor is prepared for this gie, which scales frames by itself"
            yield view.fault(gie, "input-tensor-meta", message, "write input-tensor-meta=1")


def _sources_without_sensor(file: BundledFile) -> Iterator[Fault]:
    for sink in file.view.sinks:
        full = file.view.number(sink, "msg-conv-payload-type") == _FULL_PAYLOAD
        if file.view.number(sink, "type") != _BROKER_SINK or not full:
            continue
        converter = file.side_file(sink, "msg-conv-config", FileKind.MSGCONV)
        known = {group_number(_SENSOR, name) for name in converter.family(_SENSOR)} if converter else None
        missing = [str(n) for n in range(file.view.source_count) if known is not None and n not in known]
        if missing:
            message = f"no sensor group for source {', '.join(missing)}: each of its messages prints a line"
            yield file.view.fault(sink, "msg-conv-config", message, "add a [sensorN] for each source")


SIDE_REFERENCE_RULES: tuple[Rule[BundledFile], ...] = (
    Rule("analytics-stream", Level.MISUNDERSTOOD, "Analytics is for sources that exist.", _streams_without_source),
    Rule("tensor-unused", Level.MISUNDERSTOOD, "Prepared tensors need input-tensor-meta=1.", _unused_tensors),
    Rule("sensor-missing", Level.ADVICE, "Full payloads want a sensor group for each source.", _sources_without_sensor),
)
