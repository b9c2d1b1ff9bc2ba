"""What each REST path does and answers; runs on the main loop's thread and knows nothing of sockets."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deepstream_simulator.live_sources import LiveSources
from deepstream_simulator.perf import FrameMeter, Rate
from deepstream_simulator.rest_updates import reason_of_update

_PREFIX = "/api/v1"
_OK = "HTTP/1.1 200 OK"
_BAD = "HTTP/1.1 400 Bad Request"
_FAILED = "HTTP/1.1 500 Internal Server Error"
# Calls that follow each other closely share a measurement: a rate over milliseconds says nothing.
_MIN_INTERVAL_S = 1.0
_PAGE_MIB = 4096 / (1 << 20)


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP status line is 200 even for failures; the result is in the text."""

    http_status: int
    text: str


class RestCalls:
    """All paths of the version 9.1 server that the simulator answers; every other is 404."""

    def __init__(self, streams: LiveSources, has_metrics: bool, quit_application: Callable[[], None]) -> None:
        self._streams = streams
        self._has_metrics = has_metrics
        self._quit = quit_application
        self._meter = FrameMeter(time.monotonic())
        self._measured_s = 0.0
        self._rates: dict[int, Rate] = {}

    def answer(self, method: str, path: str, body: Mapping[str, object], wants_text: bool) -> Answer:
        """The answer to one request. A known path with the wrong method answers 200 and null, as the original does."""
        getters = self._getters()
        if path in getters:
            return self._text(getters[path](), path, wants_text) if method == "GET" else Answer(200, "null")
        if path in (f"{_PREFIX}/stream/add", f"{_PREFIX}/stream/remove"):
            return as_json(self._change_stream(body)) if method == "POST" else Answer(200, "null")
        if path == f"{_PREFIX}/app/quit":
            return as_json(self._quit_application(body)) if method == "POST" else Answer(200, "null")
        update = reason_of_update(path.removeprefix(_PREFIX), body)
        if update is not None:
            status, reason = update
            return as_json(result(status, reason)) if method == "POST" else Answer(200, "null")
        return Answer(404, "Error 404: Not Found\nThe requested resource was not found on this server.\n")

    def _getters(self) -> dict[str, Callable[[], dict[str, object]]]:
        return {
            f"{_PREFIX}/health/get-dsready-state": lambda: health("DS_READINESS", "health-info", "ds-ready"),
            f"{_PREFIX}/ready": lambda: health("READY", "ready-info", "ds-ready"),
            "/ready": lambda: health("READY", "ready-info", "ds-ready"),
            f"{_PREFIX}/live": lambda: health("LIVE", "live-info", "ds-liveness"),
            "/live": lambda: health("LIVE", "live-info", "ds-liveness"),
            f"{_PREFIX}/startup": lambda: health("STARTUP", "startup-info", "ds-startup"),
            "/startup": lambda: health("STARTUP", "startup-info", "ds-startup"),
            f"{_PREFIX}/stream/get-stream-info": self._stream_info,
            f"{_PREFIX}/metrics": self._metrics,
            f"{_PREFIX}/metadata": lambda: {"version": "1.0.0", "sub-version": "", "licenseInfo": {}},
            "/version": lambda: {"version": "DeepStream-SDK 9.1 - REST API Version v1"},
        }

    def _text(self, content: dict[str, object], path: str, wants_text: bool) -> Answer:
        if wants_text and path == f"{_PREFIX}/metrics":
            return Answer(200, self._prometheus())
        if wants_text and path == f"{_PREFIX}/stream/get-stream-info":
            return Answer(200, f'stream_count{{app_name="ds"}} {len(self._streams.listed())}\n')
        return as_json(content)

    def _stream_info(self) -> dict[str, object]:
        streams = [
            {"source_id": source_id, "camera_id": sensor_id, "camera_name": name}
            for source_id, sensor_id, name in self._streams.listed()
        ]
        info = {"stream-count": len(streams), "stream-info": streams}
        return result(_OK, "GET_LIVE_STREAM_INFO_SUCCESS") | {"stream-info": info}

    def _metrics(self) -> dict[str, object]:
        counts, rates = self._take_rates()
        stats = [
            {
                "source_id": source_id,
                "sensor_id": sensor_id,
                "sensor_name": name,
                "fps": round(rates[source_id].fps, 2),
                "latency_ms": 0.0,
                "frame_number": counts[source_id],
            }
            for source_id, sensor_id, name in self._streams.listed()
            if counts.get(source_id, 0) and self._has_metrics
        ]
        reason = "GET_METRICS_INFO_SUCCESS" if stats else "GET_METRICS_INFO_SUCCESS - No data available"
        system = {"gpu_util": 0.0, "GPU_gb": 0.0, "cpu_util": 0.0, "RAM_gb": round(resident_mib() / 1024, 3)}
        info = {"stream-count": len(stats), "stream-stats": stats, "system-stats": system}
        return result(_OK, reason) | {"metrics-info": info}

    def _take_rates(self) -> tuple[Mapping[int, int], dict[int, Rate]]:
        counts, now_s = self._streams.counts(), time.monotonic()
        if now_s - self._measured_s >= _MIN_INTERVAL_S or counts.keys() != self._rates.keys():
            self._rates, self._measured_s = self._meter.take(counts, now_s), now_s
        return counts, self._rates

    def _prometheus(self) -> str:
        counts, rates = self._take_rates()
        lines = []
        for source_id, sensor_id, name in self._streams.listed():
            labels = f'app_name="ds",sensor_id="{sensor_id}",sensor_name="{name}",source_id="{source_id}"'
            lines.append(f'fps_metrics{{{labels},metric_name="fps"}} {rates[source_id].fps:.2f}')
            lines.append(f'frame_number_metrics{{{labels},metric_name="frame_number"}} {counts[source_id]}')
        lines.append(f'total_stream_count{{app_name="ds"}} {len(counts)}')
        return "\n".join(lines) + "\n"

    def _change_stream(self, body: Mapping[str, object]) -> dict[str, object]:
        value = body.get("value", body.get("event"))
        if not isinstance(value, dict):
            return result(_BAD, "STREAM ADD/REMOVE_FAIL, error: value is missing")
        change = str(value.get("change", ""))
        is_add = "add" in change or "streaming" in change
        if not is_add and "remove" not in change:
            return result(_BAD, "Sensor API change string not supported")
        name = "STREAM_ADD" if is_add else "STREAM_REMOVE"
        camera_id, uri = str(value.get("camera_id", "")), str(value.get("camera_url", ""))
        if not uri or not camera_id:
            return result(_BAD, f"{name}_FAIL, Source {'id' if uri else 'url'} empty")
        if is_add:
            failure = self._streams.add(camera_id, str(value.get("camera_name", "")), uri)
            return result(_FAILED, f"{name}_FAIL, {failure}") if failure else result(_OK, f"{name}_SUCCESS")
        failure = self._streams.remove(camera_id, uri)
        return result(_FAILED, f"{name}_FAIL,{failure}") if failure else result(_OK, f"{name}_SUCCESS")

    def _quit_application(self, body: Mapping[str, object]) -> dict[str, object]:
        wishes = [value for value in body.values() if isinstance(value, dict)]
        if not any(wish.get("app_quit") in (1, True, "1") for wish in wishes):
            return result(_BAD, "QUIT_FAIL, app_quit must be 1")
        self._quit()
        return result(_OK, "QUIT_SUCCESS")


def result(status: str, reason: str) -> dict[str, object]:
    """The two fields that every answer carries."""
    return {"status": status, "reason": reason}


def health(name: str, field: str, key: str) -> dict[str, object]:
    """YES: the main loop that would say NO does not answer before the pipeline plays."""
    return result(_OK, f"GET_{name}_INFO_SUCCESS") | {field: {key: "YES"}}


def as_json(content: Mapping[str, object]) -> Answer:
    """The content as the original's indented JSON."""
    return Answer(200, json.dumps(content, indent=2) + "\n")


def resident_mib() -> float:
    """Resident memory of this process in MiB (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_MIB
