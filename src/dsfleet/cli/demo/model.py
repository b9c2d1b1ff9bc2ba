"""What the demo was asked for, and where things are in its data folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]
"""Tells the operator one line."""


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """What was asked for. kafka: the address of a given broker; None runs one here."""

    port: int
    cameras: int
    data_dir: Path
    simulator_image: str
    camera_image: str
    kafka: str | None = None

    @property
    def url(self) -> str:
        """Where the page and the API are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token_file(self) -> Path:
        """Where the administrator's API token is."""
        return self.data_dir / "admin.token"

    @property
    def agent_dir(self) -> Path:
        """The agent's state directory."""
        return self.data_dir / "agent"

    @property
    def coordinator_dir(self) -> Path:
        """The coordinator's data directory."""
        return self.data_dir / "coordinator"

    @property
    def kafka_dir(self) -> Path:
        """The broker's data directory."""
        return self.data_dir / "kafka"

    @property
    def logs_dir(self) -> Path:
        """Where each part writes its log."""
        return self.data_dir / "logs"


@dataclass(frozen=True, slots=True)
class Memory:
    """What must be the same at the next start.

    camera_port: where the cameras listen. port_first, port_last: the agent's range for instances. cameras: how many
    are served. is_seeded: whether the first start described its cameras and its instance to the coordinator.
    """

    camera_port: int
    port_first: int
    port_last: int
    cameras: int
    is_seeded: bool = False
