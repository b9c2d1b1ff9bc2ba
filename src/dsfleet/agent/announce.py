"""Sends the report: at once when something changed, every few seconds while watched, each minute otherwise."""

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from dsfleet.contracts.envelope import encode
from dsfleet.contracts.messages.admission import Intervals
from dsfleet.contracts.messages.status import ReportedHost
from dsfleet.contracts.problems import DsfleetError
from dsfleet.contracts.topics import STATUS
from dsfleet.kit.canonical import canonical_json
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import OutgoingRecord, Transport

COALESCING_S = 0.2
LOOK_S = 5.0
"""Silence is no event: judgements that time alone changes are noticed this often."""
RETRY_S = 5.0


class Announcer:
    """Publishes reports (topic 220) while the agent is admitted."""

    def __init__(
        self,
        make_report: Callable[[], ReportedHost],
        intervals: Callable[[], Intervals | None],
        transport: Transport,
        clock: Clock,
    ) -> None:
        """Keep how a report is made; `intervals` is None while nobody should be told anything."""
        self._make_report = make_report
        self._intervals = intervals
        self._transport = transport
        self._clock = clock
        self._changed = asyncio.Event()
        self._watched_until_s = float("-inf")
        self._told = b""
        self._told_at_s = float("-inf")
        self._log = structlog.get_logger()

    def changed(self) -> None:
        """Something may have changed: compare, and tell if it did."""
        self._changed.set()

    def watch(self, for_s: float) -> None:
        """Somebody watches this host: tell more often for so many seconds."""
        self._watched_until_s = max(self._watched_until_s, self._clock.monotonic_s() + for_s)
        self._told_at_s = float("-inf")
        self._changed.set()

    async def run(self) -> None:
        """Tell for ever."""
        while True:
            intervals = self._intervals()
            pause_s = LOOK_S if intervals is None else await self._tell_if_due(intervals)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), pause_s)
                # Changes come in bundles; one report carries the bundle.
                await asyncio.sleep(COALESCING_S)
            self._changed.clear()

    async def _tell_if_due(self, intervals: Intervals) -> float:
        """Tell when something changed or the time has come; return how long to wait unless something changes."""
        now_s = self._clock.monotonic_s()
        interval_s = intervals.watched_status_s if now_s < self._watched_until_s else intervals.status_s
        report = self._make_report()
        substance = substance_of(report)
        if substance != self._told or now_s - self._told_at_s >= interval_s:
            if not await self._publish(report):
                return RETRY_S
            self._told, self._told_at_s = substance, now_s
        return max(0.0, min(LOOK_S, self._told_at_s + interval_s - self._clock.monotonic_s()))

    async def _publish(self, report: ReportedHost) -> bool:
        try:
            record = encode(report)
            await self._transport.publish([OutgoingRecord(STATUS, record.key, record.value, record.headers)])
        except DsfleetError as error:
            self._log.warning("report not sent", code=error.problem.code, reason=error.problem.message)
            return False
        return True


def substance_of(report: ReportedHost) -> bytes:
    """Return what is news in the report: states, causes, revisions, outcomes, the engine; figures and ages are not."""
    instances = [
        (
            one.instance_id,
            one.state,
            one.cause,
            one.observed_digest,
            one.observed_revision,
            one.container_id,
            one.started_at,
            one.restarts,
            one.exit_code,
            one.last_problem,
            [(camera.camera_id, camera.state) for camera in one.cameras],
        )
        for one in report.instances
    ]
    outcomes = [(one.instance_id, one.action, one.cause, one.result, one.at) for one in report.outcomes]
    rest = (report.revision, report.converged, report.cause, report.engine, report.unreadable_messages)
    return canonical_json([rest, instances, outcomes])
