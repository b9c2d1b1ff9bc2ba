"""Rules about the file of the NvMultiObjectTracker library, which is not open: published examples are the source.

What the library does with a key nobody published cannot be told, so such keys are unchecked, never wrong.
"""

from collections.abc import Iterator

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.view import ApplicationView, fault_at

_OLD_LAYOUT = "NvDCF"
_WITH_STATE = "VisualTracker"
_STATE = "StateEstimator"


def _old_layout(view: ApplicationView) -> Iterator[Fault]:
    if _OLD_LAYOUT in view.document.groups():
        message = "this layout is of old releases, the current library does not read it"
        yield view.fault(_OLD_LAYOUT, "", message, "write BaseConfig, TargetManagement, DataAssociator and so on")


def _unlisted_groups(view: ApplicationView) -> Iterator[Fault]:
    for name, found in view.schemas_by_group.items():
        if found is None and name != _OLD_LAYOUT:
            yield view.fault(name, "", "no published file of the library has this section", "see that it reads it")


def _unlisted_keys(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        group = view.schemas_by_group[entry.group]
        if group is not None and group.key(entry.key) is None:
            yield fault_at(entry, "no published file of the library has this key", "see that the library reads it")


def _unsupported_visual(view: ApplicationView) -> Iterator[Fault]:
    if view.number(_WITH_STATE, "visualTrackerType") and view.number(_STATE, "stateEstimatorType") == 0:
        message = "tracking by looks needs a state estimator"
        yield view.fault(_WITH_STATE, "visualTrackerType", message, "add StateEstimator with stateEstimatorType: 1")


def _no_engine(view: ApplicationView) -> Iterator[Fault]:
    if view.number("ReID", "reidType") and view.text("ReID", "modelEngineFile") is None:
        message = "without an engine's name each start builds one: minutes without frames"
        yield view.fault("ReID", "modelEngineFile", message, "name the engine on a kept, writable volume")


TRACKER_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("tracker-layout", Level.MISUNDERSTOOD, "The NvDCF section is of old releases.", _old_layout),
    Rule("tracker-section", Level.UNCHECKED, "Only published sections are known.", _unlisted_groups),
    Rule("tracker-key", Level.UNCHECKED, "Only published keys are known.", _unlisted_keys),
    Rule("tracker-state", Level.ADVICE, "NvDCF has a state estimator.", _unsupported_visual),
    Rule("tracker-engine", Level.ADVICE, "A named ReID engine is not built again.", _no_engine),
)
