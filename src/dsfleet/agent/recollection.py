"""What the loop remembers from pass to pass: failures, on disk too; which revisions containers matched; cameras."""

from collections.abc import Mapping

import structlog

from dsfleet.agent.backoff import as_refusal, forget_unknown, remember_endings, remember_failure, remember_restart
from dsfleet.agent.execute import Done
from dsfleet.agent.health import Expectation
from dsfleet.agent.memory import Memory
from dsfleet.agent.model import History, ObservedHost, RemoveInstance, StartInstance, StopInstance
from dsfleet.agent.report import expectation_of
from dsfleet.contracts.identifiers import Digest, InstanceId, Revision
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.problems import DsfleetError, RefusedError
from dsfleet.kit.clock import Clock


class Recollection:
    """The loop's memory of one host."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        """Begin with the history that is on disk."""
        self._memory = memory
        self._clock = clock
        self._history = memory.history()
        self._matched: dict[InstanceId, tuple[Digest, Revision]] = {}
        self._expectations: dict[Digest, Expectation] = {}
        self._log = structlog.get_logger()

    @property
    def history(self) -> History:
        """Failures and restarts by instance."""
        return self._history

    @property
    def matched(self) -> Mapping[InstanceId, tuple[Digest, Revision]]:
        """The newest revision whose digest each instance's container matched."""
        return self._matched

    @property
    def expectations(self) -> Mapping[Digest, Expectation]:
        """What is known of the frames of every configuration that is desired or still runs."""
        return self._expectations

    def take_desired(self, desired: DesiredHost | None) -> None:
        """Take in what is desired from now on."""
        for instance in desired.instances if desired is not None else ():
            self._expectations[instance.digest] = expectation_of(instance)

    async def take_seen(self, desired: DesiredHost, observed: ObservedHost, busy: frozenset[InstanceId]) -> None:
        """Take in a look at the host; what is under way just now says nothing about a crash."""
        wanted = {one.instance_id: one.digest for one in desired.instances}
        known = frozenset(wanted) | {one.instance_id for one in observed.containers} | busy
        for one in observed.containers:
            if wanted.get(one.instance_id) == one.digest:
                self._matched[one.instance_id] = (one.digest, desired.revision)
        self._matched = {key: value for key, value in self._matched.items() if key in known}
        needed = set(wanted.values()) | {one.digest for one in observed.containers}
        self._expectations = {key: value for key, value in self._expectations.items() if key in needed}
        calm = ObservedHost(containers=tuple(one for one in observed.containers if one.instance_id not in busy))
        history = remember_endings(self._history, desired, calm, self._clock.now())
        await self._keep(forget_unknown(history, known))

    async def take_done(self, desired: DesiredHost | None, done: Done) -> None:
        """Take in how an action ended: a start is a restart, a failed try a failure, clearing away neither."""
        action, error = done.action, done.error
        if isinstance(action, StopInstance | RemoveInstance) or desired is None:
            return
        if error is not None:
            history = remember_failure(self._history, action.instance_id, desired, error.problem, done.at)
            is_refusal = isinstance(error, RefusedError)
            await self._keep(as_refusal(history, action.instance_id) if is_refusal else history)
        elif isinstance(action, StartInstance):
            await self._keep(remember_restart(self._history, action.instance_id))

    async def _keep(self, history: History) -> None:
        if history == self._history:
            return
        self._history = history
        try:
            await self._memory.change_history(history)
        except DsfleetError as error:
            # A full disk must not keep instances from being repaired; the history still holds until the agent ends.
            self._log.warning("history not kept", code=error.problem.code, reason=error.problem.message)
