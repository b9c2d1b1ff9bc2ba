"""The live parameters of the REST server: checked as the original checks them, with no effect on a CPU pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass

_OK = "HTTP/1.1 200 OK"
_BAD = "HTTP/1.1 400 Bad Request"


@dataclass(frozen=True, slots=True)
class Update:
    """Name in the reason, key of the value in the body, and the range it must lie in (None: any text)."""

    name: str
    key: str
    low: int | None = None
    high: int | None = None


_UPDATES_BY_PATH: Mapping[str, Update] = {
    "/roi/update": Update("ROI", "roi_count", 1, 1024),
    "/dec/drop-frame-interval": Update("DROP_FRAME_INTERVAL", "drop_frame_interval", 0, 30),
    "/dec/skip-frames": Update("SKIP_FRAMES", "skip_frames", 0, 2),
    "/dec/low-latency-mode": Update("LOW_LATENCY_MODE", "low_latency_mode", 0, 1),
    "/infer/set-interval": Update("INFER_INTERVAL", "interval", 0, 32),
    "/inferserver/set-interval": Update("INFERSERVER_INTERVAL", "interval", 0, 1 << 31),
    "/nvtracker/config-path": Update("NVTRACKER_CONFIG", "config_path"),
    "/enc/bitrate": Update("BITRATE", "bitrate", 0, 1 << 31),
    "/enc/force-idr": Update("FORCE_IDR", "force_idr", 0, 1),
    "/enc/force-intra": Update("FORCE_INTRA", "force_intra", 0, 1),
    "/enc/iframe-interval": Update("IFRAME_INTERVAL", "iframeinterval", 0, 256),
    "/conv/srccrop": Update("SRC_CROP", "src_crop"),
    "/conv/destcrop": Update("DEST_CROP", "dest_crop"),
    "/conv/flip-method": Update("FLIP_METHOD", "flip_method", 0, 7),
    "/conv/interpolation-method": Update("INTERPOLATION_METHOD", "interpolation_method", 0, 6),
    "/mux/batched-push-timeout": Update("BATCHED_PUSH_TIMEOUT", "batched_push_timeout", -1, 1 << 31),
    "/mux/max-latency": Update("MAX_LATENCY", "max_latency", 0, 1 << 62),
    "/osd/process-mode": Update("PROCESS_MODE", "process_mode", 0, 1),
    "/analytics/reload-config": Update("RELOAD_CONFIG", "config_file_path"),
}


def reason_of_update(path: str, body: Mapping[str, object]) -> tuple[str, str] | None:
    """Status and reason for a live parameter; None when `path` (without /api/v1) is none of them."""
    update = _UPDATES_BY_PATH.get(path)
    if update is None:
        return None
    # The original takes the object under any name, "stream" in its examples.
    stream = next((value for value in body.values() if isinstance(value, dict)), {})
    value = stream.get(update.key)
    if not value_fits(update, value):
        return _BAD, f"{update.name}_UPDATE_FAIL, {update.key} value not parsed correctly or out of range"
    return _OK, f"{update.name}_UPDATE_SUCCESS"


def value_fits(update: Update, value: object) -> bool:
    """True for a non-empty text, or a whole number inside the range."""
    if update.low is None or update.high is None:
        return isinstance(value, str) and bool(value)
    return isinstance(value, int) and update.low <= value <= update.high
