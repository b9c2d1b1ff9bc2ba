"""An instance's files as drafted, as sent, and as its host reads them back; logins masked in all three."""

from collections.abc import Iterable

from dsfleet.contracts.identifiers import AgentId, InstanceId
from dsfleet.contracts.messages.configuration import ConfigurationFile as HeldFile
from dsfleet.contracts.messages.request import RequestKind
from dsfleet.contracts.problems import DsfleetError
from dsfleet.coordinator.api.bodies import ConfigurationFile, InstanceConfiguration
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.api.problems import facts_of
from dsfleet.coordinator.desired.store import open_sent, read_sent_instances
from dsfleet.coordinator.operations.lookups import found_instance
from dsfleet.deepstream.uri import redact_logins


async def configuration_of(context: ApiContext, instance_id: str, read_back: bool) -> InstanceConfiguration:
    """Return the instance's files. A host that cannot answer is told in `observed_problem`, not as an error.

    Raises NotFoundError for an unknown instance.
    """
    with context.database.reading() as connection:
        row = found_instance(connection, instance_id)
        drafted = context.fleet.derive_one(connection, instance_id)
        sent = read_sent_instances(connection, [instance_id]).get(instance_id)
    told = None if sent is None else open_sent(context.box, sent)
    configuration = InstanceConfiguration(
        instance_id=instance_id,
        draft=_masked(drafted.files) if drafted else [],
        sent=_masked(told.files) if told else None,
        sent_revision=sent.revision if sent else 0,
    )
    if not read_back:
        return configuration
    return await _with_read_back(context, configuration, row.agent_id)


async def _with_read_back(
    context: ApiContext, configuration: InstanceConfiguration, agent_id: str
) -> InstanceConfiguration:
    try:
        pieces = await context.messenger.ask_agent(
            AgentId(agent_id),
            RequestKind.READ_CONFIGURATION,
            InstanceId(configuration.instance_id),
            context.behaviour.read_back_timeout_s,
        )
    except DsfleetError as error:
        return configuration.model_copy(update={"observed_problem": facts_of(error.problem)})
    problem = next((piece.problem for piece in pieces if piece.problem is not None), None)
    if problem is not None:
        return configuration.model_copy(update={"observed_problem": facts_of(problem)})
    observed = _masked(file for piece in pieces for file in piece.files)
    verdicts = [piece.matches_sent for piece in pieces if piece.matches_sent is not None]
    return configuration.model_copy(
        update={
            "observed": observed,
            "observed_at": context.clock.now(),
            "observed_matches_sent": all(verdicts) if verdicts else None,
        }
    )


def _masked(files: Iterable[HeldFile]) -> list[ConfigurationFile]:
    return [ConfigurationFile(path=file.path, content=redact_logins(file.content)) for file in files]
