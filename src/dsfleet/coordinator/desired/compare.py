"""What an update request would do to an instance, in words an operator understands; pure."""

from collections.abc import Iterator, Mapping, Sequence

from dsfleet.contracts.messages.configuration import DesiredCamera, DesiredInstance, Power
from dsfleet.coordinator.desired.model import InstanceChange, PlannedAction
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.uri import split_login

Instance = DesiredInstance


def compare_instance(sent: Instance | None, wanted: Instance | None) -> InstanceChange | None:
    """Return what changes from `sent` to `wanted`; None when they are equal or both absent."""
    if sent == wanted:
        return None
    shown = wanted or sent
    assert shown is not None
    action = _action(sent, wanted)
    causes = tuple(causes_of(sent, wanted))
    blinking = len(_ids(wanted)) if action is PlannedAction.RECREATE else 0
    return InstanceChange(
        instance_id=shown.instance_id,
        instance_name=shown.name,
        action=action,
        causes=causes,
        cameras_blinking=blinking,
        camera_ids=frozenset(_changed_cameras(sent, wanted)),
        text=_text(action, sent, wanted),
    )


def causes_of(sent: Instance | None, wanted: Instance | None) -> Iterator[str]:
    """Yield why the two differ, most telling first; at least one cause."""
    if sent is None or wanted is None:
        yield "instance added" if sent is None else "instance removed"
        return
    causes = [
        *_camera_causes(sent, wanted),
        *_moved("mode", sent.mode, wanted.mode),
        *_moved("pipeline version", sent.pipeline_version, wanted.pipeline_version),
        *_moved("power", sent.power, wanted.power),
        *_moved("gpu", sent.gpu or "none", wanted.gpu or "none"),
        *_moved("image", sent.image, wanted.image),
        *(["restart asked for"] if sent.restart_number != wanted.restart_number else []),
        *(["retry asked for"] if sent.retry_number != wanted.retry_number else []),
        *_moved("name", sent.name, wanted.name),
    ]
    yield from causes or ["configuration changed"]


def _moved(what: str, old: object, new: object) -> list[str]:
    return [] if old == new else [f"{what} {old} -> {new}"]


def _camera_causes(sent: Instance, wanted: Instance) -> Iterator[str]:
    old, new = _cameras(sent), _cameras(wanted)
    for camera in new.values():
        if camera.camera_id not in old:
            yield f"camera {camera.name} added"
    for camera in old.values():
        if camera.camera_id not in new:
            yield f"camera {camera.name} removed"
    if [each for each in old if each in new] != [each for each in new if each in old]:
        yield "camera order changed"
    old_addresses, new_addresses = addresses_of(sent), addresses_of(wanted)
    for camera_id in [each for each in new if each in old]:
        yield from _address_causes(new[camera_id].name, old_addresses.get(camera_id), new_addresses.get(camera_id))
        yield from _moved("camera name", old[camera_id].name, new[camera_id].name)
        yield from _moved(
            f"camera {new[camera_id].name} expected fps", old[camera_id].expected_fps, new[camera_id].expected_fps
        )


def _address_causes(name: str, old: str | None, new: str | None) -> Iterator[str]:
    if old is None or new is None or old == new:
        return
    yield f"camera {name} {'login' if split_login(old)[0] == split_login(new)[0] else 'address'} changed"


def addresses_of(instance: Instance) -> Mapping[str, str]:
    """Return the cameras' addresses by camera id as the instance's files hold them, logins included."""
    if not instance.files:
        return {}
    document = parse_ini(instance.files[0].content)
    found = {each.camera_id: document.get(f"source{each.source_index}", "uri") for each in instance.cameras}
    return {camera_id: address for camera_id, address in found.items() if address is not None}


def _changed_cameras(sent: Instance | None, wanted: Instance | None) -> Iterator[str]:
    old, new = (_cameras(each) if each else {} for each in (sent, wanted))
    old_addresses, new_addresses = (addresses_of(each) if each else {} for each in (sent, wanted))
    for camera_id in {*old, *new}:
        before, after = old.get(camera_id), new.get(camera_id)
        same = before and after and (before.name, before.expected_fps) == (after.name, after.expected_fps)
        if not same or old_addresses.get(camera_id) != new_addresses.get(camera_id):
            yield camera_id


def _action(sent: Instance | None, wanted: Instance | None) -> PlannedAction:
    if wanted is None:
        return PlannedAction.REMOVE
    is_on = wanted.power is Power.ON
    if sent is None:
        return PlannedAction.CREATE if is_on else PlannedAction.NOTHING
    if sent.power is Power.OFF:
        return PlannedAction.START if is_on else PlannedAction.NOTHING
    if not is_on:
        return PlannedAction.STOP
    return PlannedAction.NOTHING if sent.digest == wanted.digest else PlannedAction.RECREATE


def _text(action: PlannedAction, sent: Instance | None, wanted: Instance | None) -> str:
    name = (wanted or sent).name  # type: ignore[union-attr] # one of them is there
    running = len(_ids(sent)) if sent and sent.power is Power.ON else 0
    match action:
        case PlannedAction.CREATE:
            return f"{name} is created with {_count(len(_ids(wanted)))}"
        case PlannedAction.START:
            return f"{name} is started with {_count(len(_ids(wanted)))}"
        case PlannedAction.RECREATE:
            return f"{name} is recreated{_blinks(len(_ids(wanted)))}"
        case PlannedAction.STOP:
            return f"{name} is stopped{_goes_dark(running)}"
        case PlannedAction.REMOVE:
            return f"{name} is removed{_goes_dark(running)}"
        case PlannedAction.NOTHING:
            return _quiet_text(name, sent, wanted)


def _quiet_text(name: str, sent: Instance | None, wanted: Instance | None) -> str:
    if wanted is not None and wanted.power is Power.OFF:
        return f"{name} is added, switched off" if sent is None else f"{name} is told its changes and stays off"
    return f"{name} goes on running: {', '.join(causes_of(sent, wanted))}"


def _count(cameras: int) -> str:
    return f"{cameras} camera" if cameras == 1 else f"{cameras} cameras"


def _blinks(cameras: int) -> str:
    return f", {_count(cameras)} {'blinks' if cameras == 1 else 'blink'}" if cameras else ""


def _goes_dark(cameras: int) -> str:
    return f", {_count(cameras)} {'goes' if cameras == 1 else 'go'} dark" if cameras else ""


def _cameras(instance: Instance) -> dict[str, DesiredCamera]:
    return {camera.camera_id: camera for camera in instance.cameras}


def _ids(instance: Instance | None) -> frozenset[str]:
    return frozenset(_cameras(instance)) if instance else frozenset()


def host_text(agent_name: str, changes: Sequence[InstanceChange]) -> str:
    """Return one line such as `host-a: demo-1 is recreated, 5 cameras blink; demo-2 is removed`."""
    return f"{agent_name}: {'; '.join(change.text for change in changes)}"
