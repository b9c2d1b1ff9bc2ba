"""The agent's state while it runs: one value, changed step by step, each step on disk before anybody acts on it."""

import asyncio
from dataclasses import fields
from typing import Any

import msgspec

from dsfleet.agent.model import Failure, History
from dsfleet.agent.state import State, StateStore, StoredFailure


class Memory:
    """Holds the newest state; saves off the event loop, one save after the other."""

    def __init__(self, store: StateStore, state: State) -> None:
        """Begin with a state that is on disk already."""
        self._store = store
        self._state = state
        self._saving = asyncio.Lock()

    @property
    def state(self) -> State:
        """The newest state."""
        return self._state

    async def change(self, **changes: Any) -> None:
        """Replace fields of the state and return when that is on disk. Raises InputError `state-dir-unusable`."""
        self._state = msgspec.structs.replace(self._state, **changes)
        async with self._saving:
            await asyncio.to_thread(self._store.save, self._state)

    async def change_history(self, history: History) -> None:
        """Keep the history."""
        failures = {key: StoredFailure(**fields_of(value)) for key, value in history.failures.items()}
        await self.change(failures=failures, restarts=dict(history.restarts))

    def history(self) -> History:
        """Return the history as it was last kept."""
        failures = {key: Failure(**msgspec.structs.asdict(value)) for key, value in self._state.failures.items()}
        return History(failures=failures, restarts=dict(self._state.restarts))


def fields_of(value: Failure) -> dict[str, Any]:
    """Return the failure's fields by name, nested values as they are."""
    return {one.name: getattr(value, one.name) for one in fields(value)}
