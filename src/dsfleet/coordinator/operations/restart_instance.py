"""Restart an instance or try it again, now: a request of its own over what its host was last told."""

from datetime import timedelta

from dsfleet.contracts.messages.configuration import DesiredInstance, Power
from dsfleet.contracts.problems import Problem
from dsfleet.coordinator.desired.rules import with_counters
from dsfleet.coordinator.desired.store import read_sent_host
from dsfleet.coordinator.inventory.model import InstanceRow
from dsfleet.coordinator.inventory.store.instances import change_instance
from dsfleet.coordinator.operations.change import Change
from dsfleet.coordinator.operations.lookups import found_instance
from dsfleet.coordinator.operations.record import draft_changed
from dsfleet.coordinator.operations.requests import Order, put_request
from dsfleet.coordinator.placement.model import Refused


def restart_instance(change: Change, instance_id: str, deadline: timedelta) -> str | Refused:
    """Return the id of a request that makes the container anew, exactly as last sent."""
    row = found_instance(change.connection, instance_id)
    return _send_counters(change, row, (row.restart_number + 1, row.retry_number), deadline)


def retry_instance(change: Change, instance_id: str, deadline: timedelta) -> str | Refused:
    """Return the id of a request that makes the host try again at once; a healthy container is left alone."""
    row = found_instance(change.connection, instance_id)
    return _send_counters(change, row, (row.restart_number, row.retry_number + 1), deadline)


def _send_counters(change: Change, row: InstanceRow, counters: tuple[int, int], deadline: timedelta) -> str | Refused:
    sent = read_sent_host(change.connection, change.box, row.agent_id)
    told = next((instance for instance in sent if instance.instance_id == row.id), None)
    if told is None or told.power is Power.OFF:
        return Refused((_not_running(row, told),))
    restart_number, retry_number = counters
    text = f"{row.name} is {'restarted' if restart_number != row.restart_number else 'tried again'}"
    change_instance(change.connection, row.id, {"restart_number": restart_number, "retry_number": retry_number})
    instances = [with_counters(each, *counters) if each is told else each for each in sent]
    request_id = put_request(change, "", text, deadline, [Order(row.agent_id, instances, text)])
    draft_changed(change, [row.id])
    return request_id


def _not_running(row: InstanceRow, told: DesiredInstance | None) -> Problem:
    state = "was never sent to its host" if told is None else "is off"
    mend = "File an update request first." if told is None else "Switch it on and file an update request."
    return Problem(
        code="instance-not-sent" if told is None else "instance-is-off",
        message=f"Instance '{row.name}' {state}.",
        field="instance_id",
        value=row.id,
        mend=mend,
    )
