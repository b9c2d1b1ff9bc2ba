"""Rules about inference, tracking and the paths a configuration points to."""

from collections import Counter
from collections.abc import Iterator

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.model import KeyType
from dsfleet.deepstream.view import ApplicationView

_PRIMARY = "primary-gie"
_SECONDARY_LIMIT = 16
_CLASSIFYING_PLUGINS = (0, 1)
_IN_THE_IMAGE = "/opt/nvidia/"
_TRACKER_STEP = 32
_PATH_TYPES = frozenset({KeyType.PATH, KeyType.PATH_RAW, KeyType.PATH_LIST})
_WRITTEN_LATER = frozenset({"model-engine-file", "infer-raw-output-dir", "debug-payload-dir"})


def _gies(view: ApplicationView) -> tuple[str, ...]:
    return ((_PRIMARY,) if view.enabled(_PRIMARY) else ()) + view.secondary_gies


def _gie_without_file(view: ApplicationView) -> Iterator[Fault]:
    for name in _gies(view):
        if view.text(name, "config-file") is None:
            yield view.fault(name, "config-file", "an enabled gie needs a file", "add config-file=")


def _gie_ids(view: ApplicationView) -> Iterator[Fault]:
    ids = {name: view.number(name, "gie-unique-id") for name in view.secondary_gies}
    primary = view.number(_PRIMARY, "gie-unique-id") if view.enabled(_PRIMARY) else 0
    counts = Counter([primary, *ids.values()])
    for name, unique_id in ids.items():
        if counts[unique_id] > 1:
            message = f"another gie has the id {unique_id} (unset counts as 0, and so does a disabled primary)"
            yield view.fault(name, "gie-unique-id", message, "give each gie its own id, from 1")


def _too_many_secondaries(view: ApplicationView) -> Iterator[Fault]:
    if len(view.secondary_gies) > _SECONDARY_LIMIT:
        name = view.secondary_gies[_SECONDARY_LIMIT]
        yield view.fault(name, "", f"at most {_SECONDARY_LIMIT} secondary gies are read", "remove some")


def _secondaries_alone(view: ApplicationView) -> Iterator[Fault]:
    for name in view.secondary_gies:
        if not view.enabled(_PRIMARY):
            yield view.fault(name, "", "without a primary gie the program drops this group", "enable [primary-gie]")


def _unlinked_secondaries(view: ApplicationView) -> Iterator[Fault]:
    if not view.enabled(_PRIMARY):
        return
    built = {view.number(_PRIMARY, "gie-unique-id")}
    waiting = list(view.secondary_gies[:_SECONDARY_LIMIT])
    while linked := [name for name in waiting if view.number(name, "operate-on-gie-id") in built]:
        built |= {view.number(name, "gie-unique-id") for name in linked}
        waiting = [name for name in waiting if name not in linked]
    for name in waiting:
        message = "no gie that is built has this id, so the program drops the group"
        yield view.fault(name, "operate-on-gie-id", message, "name the id of a gie that is built")


def _gie_batch(view: ApplicationView) -> Iterator[Fault]:
    batch = view.number(_PRIMARY, "batch-size")
    if view.enabled(_PRIMARY) and view.text(_PRIMARY, "batch-size") and view.sources and batch != view.source_count:
        message = f"the batch size is {batch} with {view.source_count} sources"
        yield view.fault(_PRIMARY, "batch-size", message, f"write {view.source_count}")


def _batch_not_passed_on(view: ApplicationView) -> Iterator[Fault]:
    if view.has_source_list and view.enabled(_PRIMARY) and view.text(_PRIMARY, "batch-size") is None:
        message = "the number of sources reaches the gie only if the group has batch-size"
        yield view.fault(_PRIMARY, "batch-size", message, "add batch-size=1")


def _engine_not_kept(view: ApplicationView) -> Iterator[Fault]:
    for name in _gies(view):
        inferring = view.number(name, "plugin-type") == 0
        if inferring and view.text(name, "model-engine-file") is None:
            message = "unless the gie's file names an engine, each start builds one: minutes without frames"
            yield view.fault(name, "model-engine-file", message, "name the engine on a kept volume")


def _tracker_without_library(view: ApplicationView) -> Iterator[Fault]:
    if view.enabled("tracker") and not view.string("tracker", "ll-lib-file"):
        yield view.fault("tracker", "ll-lib-file", "the tracker has no library", "add ll-lib-file=")


def _tracker_size(view: ApplicationView) -> Iterator[Fault]:
    for key in ("tracker-width", "tracker-height"):
        if view.enabled("tracker") and view.number("tracker", key) % _TRACKER_STEP:
            yield view.fault("tracker", key, "NvDCF wants multiples of 32", "round it to a multiple of 32")


def _tracker_list_end(view: ApplicationView) -> Iterator[Fault]:
    text = view.text("tracker", "ll-config-file")
    if text is not None and text.endswith(";"):
        message = "the empty last item becomes the directory of this file"
        yield view.fault("tracker", "ll-config-file", message, "remove the semicolon at the end")


def _paths_in_the_image(view: ApplicationView) -> Iterator[Fault]:
    for entry, key_type in _path_entries(view):
        if key_type is not KeyType.PATH_RAW and entry[2].startswith(_IN_THE_IMAGE):
            message = "this file is part of the image and cannot be seen from here"
            yield view.fault(entry[0], entry[1], message, "see that the image has it")


def _other_absolute_paths(view: ApplicationView) -> Iterator[Fault]:
    for entry, _key_type in _path_entries(view):
        if entry[2].startswith("/") and not entry[2].startswith(_IN_THE_IMAGE):
            message = "this path inside the container cannot be seen from here"
            yield view.fault(entry[0], entry[1], message, "see that the image or a volume has it")


def _cut_paths(view: ApplicationView) -> Iterator[Fault]:
    for entry, _key_type in _path_entries(view):
        if entry[1] in _WRITTEN_LATER and entry[2].startswith("/") and not entry[2].startswith(_IN_THE_IMAGE):
            message = "where a directory of this path is missing, the reader cuts it there and writes elsewhere"
            yield view.fault(entry[0], entry[1], message, "see that the directory exists")


def _path_entries(view: ApplicationView) -> Iterator[tuple[tuple[str, str, str], KeyType]]:
    """((group, key, path), type) of every path in a group that is not switched off."""
    for name, group in view.schemas_by_group.items():
        if group is None or ("enable" in group.keys and name != "property" and not view.enabled(name)):
            continue
        for entry in view.document.effective(name).values():
            key = group.key(entry.key)
            if key is not None and key.type in _PATH_TYPES:
                listed = key.type is KeyType.PATH_LIST
                for path in entry.value.split(";") if listed else (entry.value,):
                    yield (name, entry.key, path), key.type


def referenced_files(view: ApplicationView) -> Iterator[tuple[str, str, str]]:
    """(group, key, path as written) of every file that must be there at start, in groups that are not switched off.

    Files the program itself writes (engines, dumps) and paths that count from its working directory are left out.
    """
    for entry, key_type in _path_entries(view):
        if key_type is not KeyType.PATH_RAW and entry[1] not in _WRITTEN_LATER and not entry[1].endswith("-dir"):
            yield entry


PATH_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("path-in-image", Level.UNCHECKED, "Paths under /opt/nvidia are part of the image.", _paths_in_the_image),
    Rule("path-in-container", Level.UNCHECKED, "Absolute paths lie in the image or a volume.", _other_absolute_paths),
)
"""What holds for every file that names others."""
CUT_PATH_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("path-cut", Level.UNCHECKED, "YAML and nvinfer cut a path at its first missing directory.", _cut_paths),
)
"""What holds for YAML files and for nvinfer's in either form."""
INFERENCE_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("gie-file", Level.REJECTED, "An enabled gie has config-file.", _gie_without_file),
    Rule("gie-ids", Level.REJECTED, "Gie ids are pairwise different, unset counts as 0.", _gie_ids),
    Rule("gie-limit", Level.REJECTED, "At most 16 secondary gies.", _too_many_secondaries),
    Rule("gie-alone", Level.MISUNDERSTOOD, "Secondary gies need a primary.", _secondaries_alone),
    Rule("gie-chain", Level.MISUNDERSTOOD, "A secondary works on a gie that is built.", _unlinked_secondaries),
    Rule("gie-batch-size", Level.ADVICE, "The primary's batch size is the number of sources.", _gie_batch),
    Rule(
        "gie-batch-override",
        Level.MISUNDERSTOOD,
        "[source-list] sets batch-size where it stands.",
        _batch_not_passed_on,
    ),
    Rule("engine-cache", Level.ADVICE, "A named engine is not built again.", _engine_not_kept),
    Rule("tracker-library", Level.REJECTED, "The tracker has a library.", _tracker_without_library),
    Rule("tracker-size", Level.ADVICE, "Tracker width and height are multiples of 32.", _tracker_size),
    Rule("tracker-list-end", Level.MISUNDERSTOOD, "ll-config-file has no semicolon at its end.", _tracker_list_end),
    *PATH_RULES,
)
