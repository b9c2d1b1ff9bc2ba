"""The coordinator itself as the API shows it."""

from dsfleet import __version__
from dsfleet.coordinator.api.bodies import Counts, PartHealth, System
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.inventory.store.counts import count_by_state
from dsfleet.transport.model import LinkState


def system_body(context: ApiContext) -> System:
    """Return version, links, counts by state, and the present moment."""
    with context.database.reading() as connection:
        counts = count_by_state(connection)
        pending = len(context.fleet.read(connection).changed_instance_ids)
    return System(
        version=__version__,
        demo=context.behaviour.demo,
        transport=context.behaviour.transport,
        messenger=_health(context.messenger.link, "The messenger answers."),
        database=_health(context.messenger.database_link, "The database answers."),
        counts=Counts(
            cameras=dict(counts.cameras),
            instances=dict(counts.instances),
            agents=dict(counts.agents),
            pending_changes=pending,
        ),
        server_time=context.clock.now(),
    )


def _health(link: LinkState, when_up: str) -> PartHealth:
    return PartHealth(ok=link.is_up, since=link.since, detail=when_up if link.is_up else link.detail)
