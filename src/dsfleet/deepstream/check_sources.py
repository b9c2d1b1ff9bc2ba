"""Rules about sources, the mux and measurement."""

import re
from collections import Counter
from collections.abc import Iterator

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.view import MULTI_URI_SOURCE, ApplicationView

_CAMERA, _URI, _RTSP, _CSI = 1, 2, 4, 5
_BUILT_TYPES = (_CAMERA, _URI, MULTI_URI_SOURCE, _RTSP, _CSI)
_WITH_URI = (_URI, MULTI_URI_SOURCE, _RTSP)
_LIMIT = 1024
_LIST_FORMS = ("rtsp://", "file://", "csi:", "usb:")
_PRINTF = re.compile(r"%(?!d|u|i|0?[0-9]*[du]|%)")
_TCP = 4
_LEAST_POOL = 4


def _no_source(view: ApplicationView) -> Iterator[Fault]:
    if not view.sources and not view.has_source_list and (view.has("streammux") or not view.document.groups()):
        yield Fault("no source is enabled, so nothing is processed", "enable a [source0]")


def _too_many_sources(view: ApplicationView) -> Iterator[Fault]:
    if view.source_count > _LIMIT:
        yield Fault(f"{view.source_count} sources are more than {_LIMIT}", "spread them over several instances")


def _repeated_numbers(view: ApplicationView) -> Iterator[Fault]:
    counts = Counter(view.number_of(name) for name in view.sources)
    for name in view.sources:
        if counts[view.number_of(name)] > 1:
            yield view.fault(name, "", "another source group has the same number", "give each source its own number")


def _type_not_built(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        if view.number(name, "type") not in _BUILT_TYPES:
            yield view.fault(name, "type", "the program builds no source of this type", "give 4 for RTSP, 2 for a file")


def _missing_uri(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        if view.number(name, "type") in _WITH_URI and not view.string(name, "uri"):
            yield view.fault(name, "uri", "the source has no address, so the pipeline fails", "add uri=")


def _printf_uri(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        if view.number(name, "type") == MULTI_URI_SOURCE and _PRINTF.search(view.string(name, "uri")):
            yield view.fault(
                name,
                "uri",
                "type 3 takes the address for a printf format and mangles its %",
                "use type 2, or 4 for RTSP",
            )


def _rtsp_as_uri(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        wrong_type = view.number(name, "type") in (_URI, MULTI_URI_SOURCE)
        if wrong_type and view.string(name, "uri").lower().startswith("rtsp"):
            yield view.fault(name, "type", "an RTSP source of this type never reconnects", "write type=4")


def _file_as_rtsp(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        uri = view.string(name, "uri").lower()
        if view.number(name, "type") == _RTSP and uri and not uri.startswith("rtsp"):
            yield view.fault(name, "type", "this is no RTSP address", "write type=2")


def _order_is_not_number(view: ApplicationView) -> Iterator[Fault]:
    if view.has_source_list:
        return
    for position, name in enumerate(view.sources):
        if view.number_of(name) != position:
            message = f"this is source {position} for sinks, PERF lines and REST: the order in the file counts"
            yield view.fault(name, "", message, "number the enabled sources 0, 1, 2 in file order")


def _copies_go_last(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources[:-1]:
        if view.copies(name) > 1:
            message = "copies 2 and up of this source are numbered behind all other sources"
            yield view.fault(name, "num-sources", message, "write one source group per source")


def _rtsp_is_not_first(view: ApplicationView) -> Iterator[Fault]:
    types = [view.number(name, "type") for name in view.sources]
    if _RTSP in types and types[0] != _RTSP:
        message = "an RTSP failure ends the program, because only the first source's type is looked at"
        yield view.fault(view.sources[0], "type", message, "put an RTSP source first")


def _mixed_sources(view: ApplicationView) -> Iterator[Fault]:
    types = {view.number(name, "type") for name in view.sources}
    if _RTSP in types and types & {_URI, MULTI_URI_SOURCE}:
        yield view.fault(view.sources[0], "type", "RTSP and file sources share one pipeline", "give each kind its own")


def _no_reconnection(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        if view.number(name, "type") != _RTSP:
            continue
        if view.number(name, "rtsp-reconnect-interval-sec") == 0:
            yield view.fault(name, "rtsp-reconnect-interval-sec", "0 means no reconnection", "write 10")
        elif view.number(name, "rtsp-reconnect-attempts") == 0:
            yield view.fault(name, "rtsp-reconnect-attempts", "0 gives up at the first outage", "write -1 for ever")


def _forced_tcp(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        if (
            view.is_test5
            and view.text(name, "select-rtp-protocol")
            and view.number(name, "select-rtp-protocol") != _TCP
        ):
            message = "deepstream-test5-app forces TCP unless started with --no-force-tcp"
            yield view.fault(name, "select-rtp-protocol", message, "write 4")


def _record_directory(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sources:
        if view.number(name, "smart-record"):
            message = "the recording directory must exist and be writable at start, or the file is rejected"
            yield view.fault(name, "smart-rec-dir-path", message, "see that the host has it")


def _mux_without_size(view: ApplicationView) -> Iterator[Fault]:
    if not view.sources and not view.has_source_list:
        return
    for key in ("width", "height"):
        if view.number("streammux", key) == 0:
            yield view.fault("streammux", key, "the mux cannot work without its size", f"add {key}= to [streammux]")


def _mux_batch(view: ApplicationView) -> Iterator[Fault]:
    batch = view.number("streammux", "batch-size")
    if view.sources and not view.has_source_list and batch != view.source_count:
        message = f"the batch size is {batch} with {view.source_count} sources"
        yield view.fault("streammux", "batch-size", message, f"write {view.source_count}")


def _mux_not_live(view: ApplicationView) -> Iterator[Fault]:
    rtsp = any(view.number(name, "type") == _RTSP for name in view.sources)
    if rtsp and not view.number("streammux", "live-source"):
        yield view.fault(
            "streammux", "live-source", "live sources are read as if they were files", "write live-source=1"
        )


def _small_pool(view: ApplicationView) -> Iterator[Fault]:
    if view.text("streammux", "buffer-pool-size") and view.number("streammux", "buffer-pool-size") < _LEAST_POOL:
        yield view.fault("streammux", "buffer-pool-size", "a pool below 4 is ignored", "write 4 or more")


def _measurement_flood(view: ApplicationView) -> Iterator[Fault]:
    measures = view.number("application", "enable-perf-measurement") != 0
    if measures and view.number("application", "perf-measurement-interval-sec") < 1:
        message = "measuring without an interval prints without pause"
        yield view.fault("application", "perf-measurement-interval-sec", message, "write 5")


def _list_without_attributes(view: ApplicationView) -> Iterator[Fault]:
    if view.has_source_list and not view.has("source-attr-all"):
        yield view.fault("source-list", "", "[source-list] needs [source-attr-all]", "add the group")


def _list_attributes_off(view: ApplicationView) -> Iterator[Fault]:
    if view.adds_streams and view.has("source-attr-all") and not view.enabled("source-attr-all"):
        yield view.fault("source-attr-all", "enable", "the attributes do not reach the streams", "write enable=1")


def _list_counts(view: ApplicationView) -> Iterator[Fault]:
    if view.text("source-list", "list") is None or view.text("source-list", "num-source-bins") is None:
        return
    count = view.number("source-list", "num-source-bins")
    for key in ("list", "sensor-id-list", "sensor-name-list"):
        if len(view.items("source-list", key)) != count:
            yield view.fault(
                "source-list", key, f"the list has not the {count} items of num-source-bins", "give as many"
            )


def _list_forms(view: ApplicationView) -> Iterator[Fault]:
    uri = next((uri for uri in view.items("source-list", "list") if not uri.startswith(_LIST_FORMS)), None)
    if uri is not None:
        mend = "use rtsp://, file://, csi: or usb:"
        yield view.fault("source-list", "list", f"{uri} is of no form that the list takes", mend)


def _list_overrides(view: ApplicationView) -> Iterator[Fault]:
    count = view.number("source-list", "max-batch-size") if view.adds_streams else view.source_count
    for name in view.sources if view.has_source_list else ():
        if (view.number_of(name) or 0) >= count or view.number(name, "type") == MULTI_URI_SOURCE:
            message = "this group overrides no entry of the list, or with type 3"
            yield view.fault(name, "", message, "give it the number of an entry and another type")


def _multiuri_keys(view: ApplicationView) -> Iterator[Fault]:
    for key in ("http-ip", "http-port") if view.adds_streams else ():
        if view.text("source-list", key) is None:
            yield view.fault("source-list", key, "the program aborts without this key", f"add {key}=")


def _multiuri_capacity(view: ApplicationView) -> Iterator[Fault]:
    if view.adds_streams and view.number("source-list", "max-batch-size") == 0:
        yield view.fault("source-list", "max-batch-size", "every stream is refused", "write how many it may carry")


def _multiuri_end(view: ApplicationView) -> Iterator[Fault]:
    if view.adds_streams and not view.value("streammux", "drop-pipeline-eos"):
        yield view.fault("streammux", "drop-pipeline-eos", "the program ends with its last stream", "write 1")


def _multiuri_loop(view: ApplicationView) -> Iterator[Fault]:
    if view.adds_streams and view.number("tests", "file-loop"):
        yield view.fault("tests", "file-loop", "file-loop has no effect with nvmultiurisrcbin", "remove the line")


SOURCE_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("no-source", Level.MISUNDERSTOOD, "A pipeline without a source does nothing.", _no_source),
    Rule("source-limit", Level.REJECTED, "At most 1024 sources.", _too_many_sources),
    Rule("source-number", Level.REJECTED, "Each [sourceN] has its own N.", _repeated_numbers),
    Rule("source-type", Level.REJECTED, "A source has a type the program can build.", _type_not_built),
    Rule("source-uri", Level.REJECTED, "Sources of type 2, 3 and 4 have an address.", _missing_uri),
    Rule("type-3-percent", Level.MISUNDERSTOOD, "type=3 takes the address for a printf format.", _printf_uri),
    Rule("rtsp-as-uri", Level.MISUNDERSTOOD, "Only type=4 reconnects to a camera.", _rtsp_as_uri),
    Rule("file-as-rtsp", Level.REJECTED, "type=4 wants an RTSP address.", _file_as_rtsp),
    Rule("source-order", Level.ADVICE, "Sources are numbered by their order, not by N.", _order_is_not_number),
    Rule("copies-last", Level.MISUNDERSTOOD, "Copies of a type 3 source go to the end.", _copies_go_last),
    Rule("rtsp-first", Level.MISUNDERSTOOD, "RTSP failures are retried only if source 0 is RTSP.", _rtsp_is_not_first),
    Rule("mixed-sources", Level.ADVICE, "Cameras and files in one pipeline disturb each other.", _mixed_sources),
    Rule("no-reconnection", Level.ADVICE, "Without interval and attempts a camera stays lost.", _no_reconnection),
    Rule("forced-tcp", Level.MISUNDERSTOOD, "deepstream-test5-app forces RTSP over TCP.", _forced_tcp),
    Rule("record-directory", Level.UNCHECKED, "smart-rec-dir-path must exist on the host.", _record_directory),
    Rule("mux-size", Level.REJECTED, "[streammux] has width and height.", _mux_without_size),
    Rule("mux-batch-size", Level.ADVICE, "The mux's batch size is the number of sources.", _mux_batch),
    Rule("mux-live", Level.ADVICE, "live-source=1 with cameras.", _mux_not_live),
    Rule("mux-pool", Level.MISUNDERSTOOD, "A buffer-pool-size below 4 is ignored.", _small_pool),
    Rule("perf-interval", Level.MISUNDERSTOOD, "Measuring needs an interval of 1 s or more.", _measurement_flood),
    Rule("list-attributes", Level.REJECTED, "[source-list] needs [source-attr-all].", _list_without_attributes),
    Rule("list-attributes-off", Level.MISUNDERSTOOD, "[source-attr-all] needs enable=1.", _list_attributes_off),
    Rule("list-counts", Level.REJECTED, "Lists have as many items as num-source-bins.", _list_counts),
    Rule("list-forms", Level.REJECTED, "[source-list] takes rtsp://, file://, csi: and usb:.", _list_forms),
    Rule("list-overrides", Level.REJECTED, "[sourceN] beside a list overrides entry N.", _list_overrides),
    Rule("multiuri-keys", Level.REJECTED, "nvmultiurisrcbin needs http-ip and http-port.", _multiuri_keys),
    Rule("multiuri-capacity", Level.MISUNDERSTOOD, "max-batch-size is the capacity.", _multiuri_capacity),
    Rule("multiuri-end", Level.ADVICE, "drop-pipeline-eos=1 survives the last stream.", _multiuri_end),
    Rule("multiuri-loop", Level.MISUNDERSTOOD, "file-loop does nothing with nvmultiurisrcbin.", _multiuri_loop),
)
