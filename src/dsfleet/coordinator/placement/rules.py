"""May this change be accepted, and if not, why; pure. Every reason names field, value and mend."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from dsfleet.contracts.problems import Problem
from dsfleet.coordinator.placement.model import Accepted, Refused, Verdict

PORTS_PER_INSTANCE = 2
_INSTANCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]*\Z")
_GPU = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]*\Z")


@dataclass(frozen=True, slots=True)
class Load:
    """How many cameras something would carry after the change, and how many it may."""

    name: str
    cameras: int
    limit: int


def all_of(*verdicts: Verdict) -> Verdict:
    """Return accepted when every verdict is, otherwise refused with all their reasons in order."""
    reasons = tuple(reason for verdict in verdicts if isinstance(verdict, Refused) for reason in verdict.reasons)
    return Refused(reasons) if reasons else Accepted()


def name_is_plain(kind: str, name: str) -> Verdict:
    """A name has no blanks around it and no control characters; an instance's also serves as a container's name."""
    if kind == "instance" and not _INSTANCE_NAME.match(name):
        mend = "Begin with a letter or digit and use letters, digits, dots, dashes and underscores."
    elif name != name.strip() or _CONTROL.search(name):
        mend = "Leave out blanks at the ends and control characters."
    else:
        return Accepted()
    return _refused(f"{kind}-name-invalid", f"The name {name!r} cannot be used.", "name", name, mend)


def name_is_free(kind: str, name: str, is_taken: bool) -> Verdict:
    """No other object of the kind has the name."""
    if not is_taken:
        return Accepted()
    noun = "host" if kind == "agent" else kind
    return _refused(f"{kind}-name-taken", f"Another {noun} is named '{name}'.", "name", name, "Choose another name.")


def reference_exists(kind: str, field: str, value: str, exists: bool) -> Verdict:
    """What the body refers to is there."""
    if exists:
        return Accepted()
    message = f"No {kind} has the id '{value}'."
    return _refused(f"unknown-{kind}", message, field, value, f"Take an id from /api/v1/{kind}s.")


def version_exists(pipeline_name: str, version: int | None, exists: bool) -> Verdict:
    """The pipeline has that version."""
    if exists:
        return Accepted()
    message = f"Pipeline '{pipeline_name}' has no version {version}."
    mend = "Take one of its versions, or leave it out for the newest."
    return _refused("unknown-pipeline-version", message, "pipeline_version", str(version), mend)


def image_is_plain(image: str) -> Verdict:
    """An image is named as a container engine takes it."""
    if _IMAGE.match(image):
        return Accepted()
    mend = "Write registry/name:tag, without blanks."
    return _refused("pipeline-image-invalid", f"{image!r} names no image.", "image", image, mend)


def command_is_plain(command: Collection[str] | None) -> Verdict:
    """A command names a program."""
    if command is None or (command and next(iter(command)).strip()):
        return Accepted()
    mend = "Give the program and its arguments, or null for deepstream-app."
    return _refused("pipeline-command-empty", "The command is empty.", "command", "[]", mend)


def gpu_is_plain(gpu: str | None) -> Verdict:
    """A GPU is named by index or uuid."""
    if gpu is None or _GPU.match(gpu):
        return Accepted()
    mend = "Give an index such as 0, a GPU's uuid, or null for none."
    return _refused("instance-gpu-invalid", f"{gpu!r} names no GPU.", "gpu", gpu, mend)


def host_takes_new(field: str, agent_name: str, admission: str, cordoned: bool) -> Verdict:
    """The host is admitted and takes something new."""
    if admission != "admitted":
        message = f"Host '{agent_name}' is not admitted: it is {admission}."
        return _refused("host-not-admitted", message, field, agent_name, "Admit it first, or choose another host.")
    if cordoned:
        message = f"Host '{agent_name}' is cordoned: it is given nothing new."
        return _refused("host-cordoned", message, field, agent_name, "Lift the cordon, or choose another host.")
    return Accepted()


def instance_carries(load: Load, field: str) -> Verdict:
    """The pipeline version carries that many cameras."""
    if load.cameras <= load.limit:
        return Accepted()
    message = f"Instance '{load.name}' carries {load.limit} cameras at most; it would carry {load.cameras}."
    mend = "Assign to another instance, or use a pipeline version for more cameras."
    return _refused("instance-full", message, field, str(load.cameras), mend)


def host_carries(load: Load, field: str) -> Verdict:
    """The host carries that many cameras over all its instances."""
    if load.cameras <= load.limit:
        return Accepted()
    message = f"Host '{load.name}' carries {load.limit} cameras at most; it would carry {load.cameras}."
    mend = "Choose another host, or raise the agent's camera capacity in its settings."
    return _refused("host-full", message, field, str(load.cameras), mend)


def free_ports(first: int, last: int, taken: Collection[int]) -> tuple[int, ...] | Refused:
    """Return the lowest free ports that one instance needs, or why the host's range has too few."""
    free = [port for port in range(first, last + 1) if port not in taken][:PORTS_PER_INSTANCE]
    if len(free) == PORTS_PER_INSTANCE:
        return tuple(free)
    message = f"The host's ports {first} to {last} are all given away."
    mend = "Remove an instance from this host, or widen the port range in the agent's settings."
    return Refused((_problem("host-ports-exhausted", message, "agent_id", f"{first}-{last}", mend),))


def pipeline_is_unused(name: str, instances: int) -> Verdict:
    """No instance runs the pipeline."""
    if instances == 0:
        return Accepted()
    message = f"Pipeline '{name}' is run by {instances} instance(s)."
    return _refused("pipeline-in-use", message, "pipeline_id", name, "Remove those instances first.")


def agent_may_be_removed(name: str, instances: int, is_live: bool) -> Verdict:
    """The host carries nothing, was told of nothing that still stands, and is not heard of."""
    if instances:
        message = f"Host '{name}' still carries {instances} instance(s)."
        mend = "Remove its instances and file an update request first."
        return _refused("host-not-empty", message, "agent_id", name, mend)
    if is_live:
        message = f"The agent of host '{name}' is live."
        return _refused("host-live", message, "agent_id", name, "Stop its agent first.")
    return Accepted()


def _refused(code: str, message: str, field: str, value: str, mend: str) -> Refused:
    return Refused((_problem(code, message, field, value, mend),))


def _problem(code: str, message: str, field: str, value: str, mend: str) -> Problem:
    return Problem(code=code, message=message, field=field, value=value, mend=mend)
