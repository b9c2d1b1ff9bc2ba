"""Looks at the host: the engine's containers as `ObservedHost`, or why it could not look."""

import asyncio

from dsfleet.agent.ending import diagnose
from dsfleet.agent.engine import (
    LABEL_AGENT,
    LABEL_CREATED_REVISION,
    LABEL_DIGEST,
    LABEL_INSTANCE,
    ContainerDetails,
    Engine,
    ListedContainer,
)
from dsfleet.agent.model import ContainerState, Ending, ObservedHost, SeenContainer, Unobserved
from dsfleet.contracts.identifiers import AgentId, ContainerId, Digest, InstanceId, Revision
from dsfleet.contracts.messages.configuration import DesiredHost, Power
from dsfleet.contracts.problems import DsfleetError

ENDING_LINES = 200
"""How much of an ended program's output is read to learn why it ended."""
NEVER_RAN = (ContainerState.CREATED, ContainerState.REMOVING)


class Observer:
    """Looks at one engine for one agent; remembers closer looks, which change only when the engine says so."""

    def __init__(self, engine: Engine, agent_id: AgentId) -> None:
        """Remember nothing yet."""
        self._engine = engine
        self._agent_id = agent_id
        self._known: dict[ContainerId, tuple[ContainerDetails, Ending | None]] = {}
        self._forgettings = 0

    def forget(self, container_id: ContainerId | None) -> None:
        """Look closer next time at this container, or at all of them."""
        self._forgettings += 1
        if container_id is None:
            self._known.clear()
        else:
            self._known.pop(container_id, None)

    async def observe(self, desired: DesiredHost | None) -> ObservedHost | Unobserved:
        """Return what is on the engine now; images are looked for only where one is about to be needed."""
        try:
            listed = await self._engine.containers()
            ours = [one for one in listed if is_ours(one, self._agent_id)]
            seen = await asyncio.gather(*(self._look(one) for one in ours))
            containers = tuple(one for one in seen if one is not None)
            images = await self._images(desired, containers)
        except DsfleetError as error:
            self.forget(None)
            return Unobserved(error.problem)
        self._keep_only({one.container_id for one in ours})
        foreign = frozenset(one.name for one in listed if not is_ours(one, self._agent_id))
        return ObservedHost(containers=containers, foreign_names=foreign, images=images)

    def _keep_only(self, present: set[ContainerId]) -> None:
        for container_id in self._known.keys() - present:
            del self._known[container_id]

    async def _look(self, one: ListedContainer) -> SeenContainer | None:
        details, ending = None, None
        if one.state not in NEVER_RAN:
            known = self._known.get(one.container_id)
            if known is None or known[0].state is not one.state:
                known = await self._look_closer(one)
            if known is None:
                return None
            details, ending = known
        return SeenContainer(
            container_id=one.container_id,
            name=one.name,
            instance_id=InstanceId(one.labels[LABEL_INSTANCE]),
            digest=Digest(one.labels.get(LABEL_DIGEST, "")),
            created_revision=Revision(_number(one.labels.get(LABEL_CREATED_REVISION, ""))),
            state=one.state if details is None else details.state,
            image_id=one.image_id,
            created_at=one.created_at,
            started_at=None if details is None else details.started_at,
            output_since=None if details is None else details.output_since,
            ending=ending,
        )

    async def _look_closer(self, one: ListedContainer) -> tuple[ContainerDetails, Ending | None] | None:
        forgettings = self._forgettings
        details = await self._engine.details(one.container_id)
        if details is None:
            return None
        ending = None
        if details.state is ContainerState.EXITED:
            lines = await self._engine.tail(one.container_id, ENDING_LINES)
            since = details.output_since
            mine = [line.text for line in lines if since is None or line.at >= since]
            finished_at = details.finished_at or one.created_at
            ending = diagnose(details.exit_code, details.is_oom_killed, mine, finished_at)
        if forgettings == self._forgettings:
            self._known[one.container_id] = (details, ending)
        return details, ending

    async def _images(self, desired: DesiredHost | None, containers: tuple[SeenContainer, ...]) -> dict[str, bool]:
        if desired is None:
            return {}
        made = {(one.instance_id, one.digest) for one in containers if one.started_at is not None}
        wanted = {
            instance.image
            for instance in desired.instances
            if instance.power is Power.ON and (instance.instance_id, instance.digest) not in made
        }
        references = sorted(wanted)
        present = await asyncio.gather(*(self._engine.has_image(reference) for reference in references))
        return dict(zip(references, present, strict=True))


def is_ours(container: ListedContainer, agent_id: AgentId) -> bool:
    """Return whether the container bears this agent's labels; all others are strangers and never touched."""
    return container.labels.get(LABEL_AGENT) == agent_id and LABEL_INSTANCE in container.labels


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
