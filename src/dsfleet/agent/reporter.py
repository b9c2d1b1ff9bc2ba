"""Puts a whole report together: what `report.py` judges, with who we are and how busy the host is just now."""

import itertools
from pathlib import Path

import msgspec

from dsfleet import __version__
from dsfleet.agent.greeting import Identity
from dsfleet.agent.inbox import Inbox
from dsfleet.agent.inventory import read_load
from dsfleet.agent.reconcile import Reconciler
from dsfleet.agent.report import convergence, report_instances, with_ages
from dsfleet.contracts.identifiers import InstanceId, Revision
from dsfleet.contracts.messages.greeting import HostInventory
from dsfleet.contracts.messages.status import InstanceState, ReportedHost
from dsfleet.kit.clock import Clock


class Reporter:
    """Makes reports, each with the next sequence number."""

    def __init__(
        self,
        identity: Identity,
        inventory: HostInventory,
        reconciler: Reconciler,
        inbox: Inbox,
        disk: Path,
        clock: Clock,
    ) -> None:
        """Keep where to ask; disk: the folder whose disk space is told."""
        self._identity = identity
        self._inventory = inventory
        self._reconciler = reconciler
        self._inbox = inbox
        self._disk = disk
        self._clock = clock
        self._sequence = itertools.count(1)
        self._states_since: dict[InstanceId, tuple[InstanceState, float]] = {}

    def inventory(self) -> HostInventory:
        """Return what the host has, its engine as last seen."""
        return msgspec.structs.replace(self._inventory, engine=self._reconciler.engine_state)

    def make(self) -> ReportedHost:
        """Return the report as of now."""
        now = self._clock.now()
        situation = self._reconciler.situation()
        instances = report_instances(situation, now)
        is_converged, cause = convergence(situation, instances)
        return ReportedHost(
            agent_id=self._identity.agent_id,
            start_number=self._identity.start_number,
            sequence=next(self._sequence),
            sent_at=now,
            reported_at=now,
            agent_version=__version__,
            revision=situation.desired.revision if situation.desired is not None else Revision(0),
            converged=is_converged,
            cause=cause,
            engine=self._reconciler.engine_state,
            engine_unreachable_for_s=self._reconciler.engine_unreachable_for_s(),
            inventory=self.inventory(),
            capacity=self._identity.capacity,
            ports=self._identity.ports,
            load=read_load(self._disk),
            instances=with_ages(instances, self._states_since, self._clock.monotonic_s()),
            outcomes=self._reconciler.outcomes(),
            unreadable_messages=self._inbox.unreadable,
        )
