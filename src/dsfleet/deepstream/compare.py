"""The structural difference between two INI configurations, and what each change costs a running instance.

Comments, order of keys, blanks and other spellings of the same value are no difference. Costs follow what DeepStream
9.1 can change while it runs (REST with nvmultiurisrcbin) and what a TensorRT engine is bound to; without REST nothing
is live.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from dsfleet.deepstream.document import Document
from dsfleet.deepstream.model import GroupSchema, KeySchema, Kind, Schema
from dsfleet.deepstream.uri import redact_logins
from dsfleet.deepstream.values import UnreadableValueError, Value, read_value
from dsfleet.deepstream.view import ApplicationView


class Cost(StrEnum):
    """What applying a change takes: a REST call, a new container, or a new TensorRT engine too (minutes)."""

    LIVE = "live"
    RECREATE = "recreate"
    REBUILD = "rebuild"


@dataclass(frozen=True, slots=True)
class Change:
    """One key that means something else. `before` / `after` are the raw texts, logins masked, None where absent."""

    group: str
    key: str
    before: str | None
    after: str | None
    cost: Cost
    why: str

    def __str__(self) -> str:
        """`[group] key: before -> after (cost: why)`."""
        return f"[{self.group}] {self.key}: {_shown(self.before)} -> {_shown(self.after)} ({self.cost}: {self.why})"


# (group stem, key) -> the REST call that changes it; only with nvmultiurisrcbin.
_LIVE_BY_REST: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("source-list", "list"): "stream/add and stream/remove",
        ("source-list", "sensor-id-list"): "stream/add and stream/remove",
        ("source-list", "sensor-name-list"): "stream/add and stream/remove",
        ("source-list", "num-source-bins"): "stream/add and stream/remove",
        ("source-attr-all", "drop-frame-interval"): "dec/drop-frame-interval",
        ("primary-gie", "interval"): "infer/set-interval",
        ("sink", "bitrate"): "enc/bitrate",
        ("sink", "iframeinterval"): "enc/iframeinterval",
        ("streammux", "batched-push-timeout"): "mux/batched-push-timeout",
        ("streammux", "max-latency"): "mux/max-latency",
        ("osd", "process-mode"): "osd/process-mode",
        ("tracker", "ll-config-file"): "nvtracker/config-path",
    }
)
_BATCH_SIZES = frozenset(
    {
        ("primary-gie", "batch-size"),
        ("secondary-gie", "batch-size"),
        ("source-list", "max-batch-size"),
        ("source-list", "sgie-batch-size"),
        ("property", "batch-size"),
    }
)
_ENGINE_KEYS = frozenset(
    {("primary-gie", key) for key in ("gpu-id", "model-engine-file", "plugin-type")}
    | {("secondary-gie", key) for key in ("gpu-id", "model-engine-file", "plugin-type")}
    | {
        ("property", key)
        for key in (
            "gpu-id",
            "onnx-file",
            "model-file",
            "proto-file",
            "uff-file",
            "tlt-encoded-model",
            "tlt-model-key",
            "model-engine-file",
            "int8-calib-file",
            "network-mode",
            "infer-dims",
            "uff-input-dims",
            "enable-dla",
            "use-dla-core",
            "layer-device-precision",
            "force-implicit-batch-dim",
            "custom-network-config",
            "engine-create-func-name",
            "workspace-size",
        )
    }
)


def compare(before: Document, after: Document, schema: Schema) -> tuple[Change, ...]:
    """Every key whose meaning differs, in the order of `after`, then what only `before` has; empty when both mean the
    same.
    """
    comparison = _Comparison(before, after, schema)
    return tuple(comparison.changes())


def highest_cost(changes: Iterable[Change]) -> Cost | None:
    """What applying all changes together takes; None when there is nothing to apply."""
    order = list(Cost)
    return max((change.cost for change in changes), key=order.index, default=None)


class _Comparison:
    """Two documents under one schema."""

    def __init__(self, before: Document, after: Document, schema: Schema) -> None:
        self._before = before
        self._after = after
        self._schema = schema
        self._live = schema.kind is not Kind.NVINFER and all(
            ApplicationView(document, schema).adds_streams for document in (before, after)
        )

    def changes(self) -> Iterator[Change]:
        groups = dict.fromkeys((*self._after.groups(), *self._before.groups()))
        for name in groups:
            yield from self._group_changes(name)
        yield from self._order_changes()

    def _group_changes(self, name: str) -> Iterator[Change]:
        group = self._schema.group(name)
        if group is None:
            return
        keys = dict.fromkeys((*self._after.effective(name), *self._before.effective(name)))
        for key_name in keys:
            key = group.key(key_name)
            old, new = self._before.get(name, key_name), self._after.get(name, key_name)
            if key is None or not key.in_ini or _means_the_same(group, key, old, new):
                continue
            cost, why = self._cost(group, key, old, new)
            yield Change(name, key_name, _masked(old), _masked(new), cost, why)

    def _order_changes(self) -> Iterator[Change]:
        if self._schema.kind is Kind.NVINFER:
            return
        old = ApplicationView(self._before, self._schema).sources
        new = ApplicationView(self._after, self._schema).sources
        if old != new and sorted(old) == sorted(new):
            why = "sources are numbered by their order"
            yield Change("application", "source order", " ".join(old), " ".join(new), Cost.RECREATE, why)

    def _cost(self, group: GroupSchema, key: KeySchema, old: str | None, new: str | None) -> tuple[Cost, str]:
        place = (group.stem, key.name)
        if self._live and place in _LIVE_BY_REST:
            return Cost.LIVE, f"by REST {_LIVE_BY_REST[place]}"
        if place in _BATCH_SIZES and _number(key, new) > _number(key, old):
            return Cost.REBUILD, "an engine built for a smaller batch is built again"
        if place in _ENGINE_KEYS:
            return Cost.REBUILD, "the engine is bound to it"
        return Cost.RECREATE, "the program reads its file once, at start"


def _means_the_same(group: GroupSchema, key: KeySchema, old: str | None, new: str | None) -> bool:
    """Whether both texts give the same value; in gie groups an absent key leaves the model's own file in charge."""
    if old == new:
        return True
    if (old is None or new is None) and group.stem.endswith("-gie"):
        return False
    return _value(key, old) == _value(key, new)


def _value(key: KeySchema, text: str | None) -> Value | None:
    """The value in effect; unreadable text stands for itself."""
    if text is None:
        return key.default
    try:
        return read_value(key, text)
    except UnreadableValueError:
        return text


def _number(key: KeySchema, text: str | None) -> float:
    value = _value(key, text)
    return value if isinstance(value, int | float) else 0


def _masked(text: str | None) -> str | None:
    return None if text is None else redact_logins(text)


def _shown(text: str | None) -> str:
    return "(not given)" if text is None else text
