"""Takes in greetings: who is new waits or enters, who is known is answered again. Nothing here is published at once."""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.coordinator.admission.rules import SAME_ID_NEW_KEY, Reception, receive
from dsfleet.coordinator.admission.store import (
    add_agent,
    admit,
    count_waiting_agents,
    read_agent,
    refresh_agent,
    send_back_to_waiting,
    tell_decision,
)
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.secret_box import SecretBox

LOG = structlog.get_logger(__name__)

AutoAdmit = Callable[[Greeting], bool]
"""Says which agents enter without a person; production says none."""


def nobody(_greeting: Greeting) -> bool:
    """Return False: a person decides about every agent."""
    return False


class GreetingIntake:
    """Applies greetings inside a transaction of the caller's."""

    def __init__(self, box: SecretBox, auto_admit: AutoAdmit) -> None:
        """Keep what seals outgoing messages and who enters without a person."""
        self._box = box
        self._auto_admit = auto_admit

    def take_in(self, connection: Connection, greetings: Iterable[Greeting], now: datetime) -> frozenset[str]:
        """Return the ids of the agents that changed; an old or repeated greeting does no harm."""
        return frozenset(greeting.agent_id for greeting in greetings if self._take_one(connection, greeting, now))

    def _take_one(self, connection: Connection, greeting: Greeting, now: datetime) -> bool:
        known = read_agent(connection, greeting.agent_id)
        enters = self._auto_admit(greeting)
        reception = receive(greeting, known, enters, count_waiting_agents(connection) if known is None else 0)
        if reception in (Reception.IGNORE_OLD, Reception.ROOM_FULL):
            LOG.warning("greeting-not-taken", agent_id=greeting.agent_id, name=greeting.name, reason=reception)
            return False
        if known is None:
            known = add_agent(connection, greeting, now)
            LOG.info("agent-greeted", agent_id=known.agent_id, name=known.name, fingerprint=known.fingerprint)
        else:
            refresh_agent(connection, greeting, now)
        match reception:
            case Reception.ENTER:
                admit(connection, self._box, known.agent_id, None, greeting.fingerprint, now)
            case Reception.ANSWER_AGAIN:
                tell_decision(connection, self._box, known.agent_id, now)
            case Reception.WAIT_AGAIN:
                LOG.warning("agent-has-new-key", agent_id=known.agent_id, name=known.name)
                send_back_to_waiting(connection, known.agent_id, SAME_ID_NEW_KEY)
        return True
