"""Which of an instance's containers stands for it: pure."""

from collections.abc import Iterable

from dsfleet.agent.model import ContainerState, SeenContainer
from dsfleet.contracts.identifiers import Digest


def chosen_container(containers: Iterable[SeenContainer], digest: Digest) -> SeenContainer | None:
    """Return the container that stands for its instance: the right digest first, then alive, then the newest.

    A container that never started, is dead or is on its way out is never chosen.
    """
    unusable = (ContainerState.CREATED, ContainerState.DEAD, ContainerState.REMOVING)
    usable = [container for container in containers if container.state not in unusable]
    return max(
        usable, key=lambda one: (one.digest == digest, one.is_alive, one.created_at, one.container_id), default=None
    )
