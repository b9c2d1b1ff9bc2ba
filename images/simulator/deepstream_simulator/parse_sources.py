"""[sourceN], [source-list] and [source-attr-all]: the part of the parser that decides which inputs there are."""

import os
import re
from dataclasses import replace

from deepstream_simulator.config import LiveSourcesConfig, SourceConfig, SourceType
from deepstream_simulator.keyfile import PLACES_BY_KIND, ConfigurationFile, Group, RejectedError

_PLACE = PLACES_BY_KIND["source%u"]
_LIST_PLACE = PLACES_BY_KIND["source-list"]
_MAX_SOURCES = 1024
_TYPES_BY_SCHEME = {"rtsp": SourceType.RTSP, "file": SourceType.URI}


class MissingListKeyError(Exception):
    """A key whose absence makes the real program abort (exit status 134): it hands NULL to a C++ string."""


class SourceReader:
    """Collects sources in file order; `sources` holds the first copy of each, copies of type 3 follow in numbered()."""

    def __init__(self, file: ConfigurationFile) -> None:
        self._file = file
        self._list: Group | None = None
        self._template: SourceConfig | None = None
        self._numbers: set[int] = set()
        self._copies: list[SourceConfig] = []
        self.sources: list[SourceConfig] = []

    def read_list(self) -> None:
        """[source-list] and its attributes are read; RejectedError when counts or the attribute group are wrong."""
        self._list = self._file.group("source-list", "source-list")
        uris = self._list.texts("list") or ()
        ids, names = self._list.texts("sensor-id-list") or (), self._list.texts("sensor-name-list") or ()
        bins = self._list.integer("num-source-bins")
        if bins and uris and not len(uris) == len(ids) == len(names) == bins:
            raise RejectedError(
                _LIST_PLACE, "num-source-bins differs from the length of list, sensor-id-list or sensor-name-list"
            )
        if not self._file.has("source-attr-all"):
            raise RejectedError("set_source_all_configs:233", "[source-attr-all] is missing")
        group = self._file.group("source-attr-all", "source-attr-all")
        self._template = read_source(group, default_attempts=0)
        for index, uri in enumerate(uris):
            source = replace(self._template, uri=uri, type=type_of_uri(uri))
            sensor_id = ids[index] if index < len(ids) else str(index)
            sensor_name = names[index] if index < len(names) else sensor_id
            self.sources.append(replace(source, sensor_id=sensor_id, sensor_name=sensor_name))

    def add(self, group: Group) -> None:
        """An enabled [sourceN] joins, or overrides entry N of the list. RejectedError for a number given twice."""
        number = int(re.sub(r"\D", "", group.name))
        if number in self._numbers:
            raise RejectedError(_PLACE, f"[{group.name}] repeats source number {number}")
        self._numbers.add(number)
        source = read_source(group, default_attempts=-1)
        if self._list is not None:
            self._override(number, source)
            return
        self.sources.append(replace(source, uri=expand_uri(source, 0)))
        copies = group.integer("num-sources", 1) if source.type == SourceType.MULTI_URI else 1
        self._copies += [replace(source, uri=expand_uri(source, copy)) for copy in range(1, copies)]
        if len(self.sources) + len(self._copies) > _MAX_SOURCES:
            raise RejectedError(_PLACE, f"more than {_MAX_SOURCES} sources")

    def numbered(self) -> tuple[SourceConfig, ...]:
        """Every source with its final index."""
        return tuple(replace(source, index=index) for index, source in enumerate(self.sources + self._copies))

    def live_sources(self) -> LiveSourcesConfig | None:
        """How streams come and go over REST; None in classic mode. MissingListKeyError where the original aborts."""
        if self._list is None or self._template is None or not self._list.boolean("use-nvmultiurisrcbin"):
            return None
        port = self._list.text("http-port")
        if port is None or self._list.text("http-ip") is None:
            raise MissingListKeyError("[source-list] http-ip and http-port must be given with use-nvmultiurisrcbin=1")
        return LiveSourcesConfig(
            http_port=port,
            max_batch_size=self._list.integer("max-batch-size"),
            shows_stream_names=self._list.boolean("stream-name-display"),
            template=self._template,
        )

    def _override(self, number: int, source: SourceConfig) -> None:
        if number >= len(self.sources) or source.type == SourceType.MULTI_URI:
            raise RejectedError(_PLACE, f"[source{number}] does not fit the list")
        listed = self.sources[number]
        uri = source.uri or listed.uri
        self.sources[number] = replace(source, uri=uri, sensor_id=listed.sensor_id, sensor_name=listed.sensor_name)


def read_source(group: Group, default_attempts: int) -> SourceConfig:
    """One source, not yet numbered; RejectedError for what always rejects."""
    if "extract-sei-type5-data" in group.values:
        raise RejectedError(_PLACE, f"[{group.name}] extract-sei-type5-data is never accepted here")
    recordings = group.text("smart-rec-dir-path")
    if recordings is not None and not os.access(recordings, os.W_OK):
        raise RejectedError(_PLACE, f"[{group.name}] smart-rec-dir-path cannot be written: {recordings}")
    return SourceConfig(
        index=0,
        type=group.integer("type"),
        uri=group.text("uri") or "",
        latency_ms=group.integer("latency", 100),
        rtp_protocols=group.integer("select-rtp-protocol") or group.integer("set-rtp-protocol"),
        reconnect_interval_s=group.integer("rtsp-reconnect-interval-sec"),
        init_reconnect_interval_s=group.integer("init-rtsp-reconnect-interval-sec"),
        reconnect_attempts=group.integer("rtsp-reconnect-attempts", default_attempts),
        drop_frame_interval=group.integer("drop-frame-interval"),
    )


def expand_uri(source: SourceConfig, copy: int) -> str:
    """A type 3 URI is a printf format for the number of the copy; other URIs are taken as they are."""
    if source.type != SourceType.MULTI_URI:
        return source.uri
    return re.sub(r"%(\d*)[du]", lambda match: f"{copy:{match[1]}d}", source.uri)


def type_of_uri(uri: str) -> SourceType:
    """The type of a [source-list] entry; RejectedError for a scheme it does not take (csi and usb need hardware)."""
    scheme = uri.partition(":")[0]
    if scheme not in _TYPES_BY_SCHEME:
        raise RejectedError(
            "set_source_all_configs:251", f"[source-list] list takes rtsp:// and file:// only, not {scheme}:"
        )
    return _TYPES_BY_SCHEME[scheme]


def type_of_live_uri(uri: str) -> SourceType:
    """The type of a stream added over REST, where any scheme may come: rtsp reconnects, the rest does not."""
    return SourceType.RTSP if uri.startswith("rtsp") else SourceType.URI
