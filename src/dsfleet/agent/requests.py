"""Does what is asked for now (topic 230): quicker reports while somebody watches, files read back."""

import itertools
from collections.abc import Callable, Iterator

import msgspec
import structlog

from dsfleet.agent.announce import Announcer
from dsfleet.agent.choice import chosen_container
from dsfleet.agent.engine import Engine
from dsfleet.agent.model import ContainerState, ObservedHost, SeenContainer
from dsfleet.agent.report import Situation
from dsfleet.contracts.envelope import encode
from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.configuration import ConfigurationFile, DesiredInstance
from dsfleet.contracts.messages.request import AgentAnswer, AgentRequest, RequestKind
from dsfleet.contracts.problems import DsfleetError, InputError, NotFoundError, Problem
from dsfleet.contracts.topics import ANSWER
from dsfleet.deepstream.uri import redact_logins
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import OutgoingRecord, Transport

PIECE_BYTES = 500_000
"""Content per piece: its JSON in base64 stays under the topics' limit of 1 MiB."""
LONGEST_WATCH_S = 600.0


class Answerer:
    """Takes requests one by one and answers on topic 231."""

    def __init__(
        self,
        who: tuple[AgentId, int],
        engine: Engine,
        situation: Callable[[], Situation],
        announcer: Announcer,
        transport: Transport,
        clock: Clock,
    ) -> None:
        """Keep whom to answer for: agent id and start number."""
        self._agent_id, self._start_number = who
        self._engine = engine
        self._situation = situation
        self._announcer = announcer
        self._transport = transport
        self._clock = clock
        self._sequence = itertools.count(1)
        self._log = structlog.get_logger()

    async def answer(self, request: AgentRequest) -> None:
        """Do what is asked; an answer that cannot be sent is dropped: whoever asked asks again."""
        match request.kind:
            case RequestKind.WATCH:
                self._announcer.watch(min(request.valid_for_s, LONGEST_WATCH_S))
            case RequestKind.READ_CONFIGURATION:
                try:
                    await self._publish(await self._read_configuration(request))
                except DsfleetError as error:
                    self._log.warning("answer not sent", code=error.problem.code, reason=error.problem.message)

    async def _read_configuration(self, request: AgentRequest) -> list[AgentAnswer]:
        try:
            desired, container = self._find(request)
            paths = [file.path for file in desired.files]
            files = await self._engine.read_files(container.container_id, paths, PIECE_BYTES)
        except DsfleetError as error:
            return [self._piece(request, 0, (), is_last=True, problem=error.problem)]
        # A container of another digest was given other files; those that were sent to it are not known any more.
        matches_sent = container.digest == desired.digest and files == desired.files
        masked = tuple(msgspec.structs.replace(file, content=redact_logins(file.content)) for file in files)
        bundles = list(_bundles(masked))
        return [
            msgspec.structs.replace(
                self._piece(request, number, bundle, is_last=number == len(bundles) - 1), matches_sent=matches_sent
            )
            for number, bundle in enumerate(bundles)
        ]

    def _find(self, request: AgentRequest) -> tuple[DesiredInstance, SeenContainer]:
        situation = self._situation()
        instances = situation.desired.instances if situation.desired is not None else ()
        desired = next((one for one in instances if one.instance_id == request.instance_id), None)
        if desired is None:
            raise NotFoundError(
                Problem(
                    code="instance-unknown",
                    message="This host was not told of that instance.",
                    field="instance_id",
                    value=request.instance_id,
                )
            )
        observed = situation.observed
        if not isinstance(observed, ObservedHost):
            raise InputError(observed.problem)
        mine = [one for one in observed.containers if one.instance_id == desired.instance_id]
        container = chosen_container(mine, desired.digest)
        if container is None or container.state is ContainerState.CREATED:
            raise NotFoundError(
                Problem(
                    code="instance-has-no-container",
                    message=f"Instance {desired.name} has no container to read from.",
                    field="instance_id",
                    value=request.instance_id,
                )
            )
        return desired, container

    def _piece(
        self,
        request: AgentRequest,
        piece: int,
        files: tuple[ConfigurationFile, ...],
        *,
        is_last: bool,
        problem: Problem | None = None,
    ) -> AgentAnswer:
        return AgentAnswer(
            agent_id=self._agent_id,
            start_number=self._start_number,
            sequence=next(self._sequence),
            sent_at=self._clock.now(),
            request_id=request.request_id,
            piece=piece,
            last=is_last,
            files=files,
            problem=problem,
        )

    async def _publish(self, pieces: list[AgentAnswer]) -> None:
        records = [encode(piece) for piece in pieces]
        await self._transport.publish([OutgoingRecord(ANSWER, one.key, one.value, one.headers) for one in records])


def _bundles(files: tuple[ConfigurationFile, ...]) -> Iterator[tuple[ConfigurationFile, ...]]:
    """Yield the files in pieces that fit a message; one empty piece when there are none."""
    bundle: list[ConfigurationFile] = []
    size = 0
    for file in files:
        length = len(msgspec.json.encode(file))
        if bundle and size + length > PIECE_BYTES:
            yield tuple(bundle)
            bundle, size = [], 0
        bundle.append(file)
        size += length
    yield tuple(bundle)
