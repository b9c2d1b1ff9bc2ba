"""Inputs that come and go over REST: the table and the reconnection of nvmultiurisrcbin and nvurisrcbin (9.1)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gi.repository import Gst

from deepstream_simulator.config import AppConfig, LiveSourcesConfig
from deepstream_simulator.console import Console
from deepstream_simulator.parse_sources import type_of_live_uri
from deepstream_simulator.source import Source, SourceEvents
from deepstream_simulator.sources import Endings


@dataclass(slots=True)
class Stream:
    """One live input and what its watchdog remembers; times are monotonic seconds."""

    source: Source
    since_s: float
    count: int = 0
    last_data_s: float | None = None
    attempts: int = 0


class LiveSources:
    """Streams by source id; see sources.Sources for the shared methods. `config.live_sources` must be given."""

    def __init__(self, config: AppConfig, live: LiveSourcesConfig, console: Console, endings: Endings) -> None:
        self._config = config
        self._live = live
        self._console = console
        self._endings = endings
        self._events = SourceEvents(failed=self._on_failed, ended=self._on_ended)
        self._streams_by_id: dict[int, Stream] = {}
        self._next_id = 0

    def start(self) -> None:
        for source in self._config.sources:
            self.add(source.sensor_id, source.sensor_name, source.uri)

    def stop(self) -> None:
        for stream in self._streams_by_id.values():
            stream.source.stop()

    def set_paused(self, paused: bool) -> None:
        for stream in self._streams_by_id.values():
            stream.source.set_paused(paused)

    def drop(self, source_id: int) -> None:
        if source_id in self._streams_by_id:
            self._streams_by_id[source_id].source.drop()

    def counts(self) -> Mapping[int, int]:
        return {source_id: stream.source.frames() for source_id, stream in self._streams_by_id.items()}

    def names(self) -> Mapping[int, str] | None:
        return {source_id: self._name(stream) for source_id, stream in self._streams_by_id.items()}

    def picture(self, source_id: int) -> Gst.Sample | None:
        stream = self._streams_by_id.get(source_id)
        return None if stream is None else stream.source.last_sample()

    def listed(self) -> tuple[tuple[int, str, str], ...]:
        """Source id, sensor id and sensor name of every stream."""
        return tuple(
            (source_id, stream.source.config.sensor_id, stream.source.config.sensor_name)
            for source_id, stream in self._streams_by_id.items()
        )

    def add(self, sensor_id: str, sensor_name: str, uri: str) -> str | None:
        """None when the stream was added, otherwise the failure in the words of the REST server."""
        if len(self._streams_by_id) >= self._live.max_batch_size:
            return "Active sources exceded max-batch-size of nvstreammux"
        if any(stream.source.config.sensor_id == sensor_id for stream in self._streams_by_id.values()):
            return "Duplicate Camera id, unable to add stream"
        source_id = self._free_id()
        settings = replace(
            self._live.template,
            index=source_id,
            uri=uri,
            type=type_of_live_uri(uri),
            sensor_id=sensor_id,
            sensor_name=sensor_name,
        )
        stream = Stream(Source(settings, self._events, forces_tcp=True, loops_files=False), time.monotonic())
        self._streams_by_id[source_id] = stream
        self._console.text(f"new stream added [{source_id}:{sensor_id}:{sensor_name}]\n\n\n")
        stream.source.start()
        return None

    def remove(self, sensor_id: str, uri: str) -> str | None:
        """None when the stream was removed; both values must be those of the add."""
        for source_id, stream in self._streams_by_id.items():
            if (stream.source.config.sensor_id, stream.source.config.uri) == (sensor_id, uri):
                self._remove(source_id)
                return None
        return " No record found. Failed to remove source stream"

    def watch(self, now_s: float) -> None:
        for source_id, stream in list(self._streams_by_id.items()):
            count = stream.source.frames()
            if count != stream.count:
                stream.count, stream.last_data_s, stream.attempts = count, now_s, 0
            interval = self._interval_s(stream)
            silent_s = now_s - max(stream.last_data_s or 0.0, stream.since_s)
            if stream.source.is_rtsp and interval > 0 and silent_s >= interval:
                self._reconnect(source_id, stream, int(silent_s), now_s)

    def _interval_s(self, stream: Stream) -> int:
        template = self._live.template
        never_connected = stream.last_data_s is None
        return (never_connected and template.init_reconnect_interval_s) or template.reconnect_interval_s

    def _reconnect(self, source_id: int, stream: Stream, silent_s: int, now_s: float) -> None:
        if 0 < self._live.template.reconnect_attempts <= stream.attempts:
            self._console.text(f"Reconnection attempt exceeded, removing source {source_id}\n")
            place = "bus_callback:702"
            self._console.info(place, f"rtsp reconnect attempt exceeded for source_id : {source_id}\n")
            self._remove(source_id)
            return
        stream.attempts += 1
        stream.since_s = now_s
        text = f"No data from source since last {silent_s} sec. Trying reconnection"
        self._console.diagnose(f"WARNING from dsnvurisrcbin{source_id}: {text}\n")
        self._console.text(f"Resetting source {source_id}, attempts: {stream.attempts}\n")
        stream.source.restart()

    def _remove(self, source_id: int) -> None:
        stream = self._streams_by_id.pop(source_id)
        stream.source.stop()
        self._console.text(f"new stream removed [{source_id}:{stream.source.config.sensor_id}]\n\n\n")
        if not self._streams_by_id and not self._config.mux.drops_pipeline_eos:
            self._endings.finished("** INFO: <bus_callback:679>: Received EOS. Exiting ...\n\n")

    def _free_id(self) -> int:
        while self._next_id % self._live.max_batch_size in self._streams_by_id:
            self._next_id += 1
        source_id = self._next_id % self._live.max_batch_size
        self._next_id += 1
        return source_id

    def _name(self, stream: Stream) -> str:
        settings = stream.source.config
        return f"{settings.sensor_id}[{settings.sensor_name}]" if self._live.shows_stream_names else ""

    def _on_failed(self, source: Source, element: str, text: str, debug: str) -> None:
        """The element turns errors of a stream into warnings; one without reconnection is removed."""
        self._console.text(f"nvmultiurisrcbin ERROR from element {element}: {text}\nError details: {debug}\n")
        self._remove_unless_retried(source)

    def _on_ended(self, source: Source) -> None:
        self._remove_unless_retried(source)

    def _remove_unless_retried(self, source: Source) -> None:
        source_id = source.config.index
        stream = self._streams_by_id.get(source_id)
        if stream is None or stream.source is not source:
            return
        if not source.is_rtsp or self._interval_s(stream) <= 0:
            self._remove(source_id)
