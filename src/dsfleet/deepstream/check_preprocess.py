"""Rules about a file of nvdspreprocess (DeepStream 9.1, its property parser and its YAML parser)."""

from collections.abc import Iterator

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.view import ApplicationView, fault_at

_PROPERTY = "property"
_ROIS = "roi-params-src-"
_ROI_PARTS = 4
_SWITCHES = ("process-on-roi", "process-on-all-objects")


def _missing_keys(view: ApplicationView) -> Iterator[Fault]:
    group = view.schema.groups_by_name[_PROPERTY]
    for key in group.keys.values():
        if key.required and view.text(_PROPERTY, key.name) is None:
            message = "the element refuses the file without this key"
            yield view.fault(_PROPERTY, key.name, message, f"add {key.name}= to [property]")


def _roi_counts(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        if entry.key.startswith(_ROIS) and len([item for item in entry.value.split(";") if item.strip()]) % _ROI_PARTS:
            yield fault_at(entry, "the count of numbers is no multiple of 4", "give left;top;width;height for each roi")


def _roi_order(view: ApplicationView) -> Iterator[Fault]:
    for group in view.document.groups():
        seen: set[str] = set()
        for key, entry in view.document.effective(group).items():
            if key.startswith(_ROIS) and not seen.intersection(_SWITCHES):
                yield fault_at(entry, "rois above process-on-roi are skipped", "put src-ids and process-on-roi first")
            seen.add(key)


def _no_sources(view: ApplicationView) -> Iterator[Fault]:
    for group in view.family("group-"):
        if view.text(group, "src-ids") is None:
            yield view.fault(group, "src-ids", "a group without sources does nothing", "add src-ids=")


def _no_switch(view: ApplicationView) -> Iterator[Fault]:
    wanted = _SWITCHES[0] if view.number(_PROPERTY, "process-on-frame") else _SWITCHES[1]
    for group in view.family("group-"):
        if view.text(group, wanted) is None:
            message = f"with process-on-frame={view.number(_PROPERTY, 'process-on-frame')} this key is needed"
            yield view.fault(group, wanted, message, f"add {wanted}=")


def _batch_of_rois(view: ApplicationView) -> Iterator[Fault]:
    shape = view.items(_PROPERTY, "network-input-shape")
    rois = sum(
        entry.value.count(";") // _ROI_PARTS + 1
        for entry in view.document.entries()
        if entry.key.startswith(_ROIS) and entry.value.strip(" ;")
    )
    on_frames = view.number(_PROPERTY, "process-on-frame") != 0
    if on_frames and rois and shape and shape[0] != str(rois):
        message = f"the tensor takes {shape[0]} areas at once, the groups name {rois}"
        yield view.fault(_PROPERTY, "network-input-shape", message, f"begin it with {rois}")


PREPROCESS_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("preprocess-property", Level.REJECTED, "[property] has eleven mandatory keys.", _missing_keys),
    Rule("preprocess-rois", Level.REJECTED, "Rois have four numbers each.", _roi_counts),
    Rule("preprocess-order", Level.MISUNDERSTOOD, "Rois stand below process-on-roi.", _roi_order),
    Rule("preprocess-sources", Level.MISUNDERSTOOD, "A group names its sources.", _no_sources),
    Rule("preprocess-switch", Level.MISUNDERSTOOD, "A group says what it works on.", _no_switch),
    Rule("preprocess-batch", Level.ADVICE, "The tensor's batch is the number of rois.", _batch_of_rois),
)
