"""Topic 200: an agent says who it is and what its host has, until it is admitted and at every start."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.base import Count, Moment, Order, Port


class Platform(StrEnum):
    """Which family of DeepStream images the host can run (NVIDIA's images differ by these three)."""

    X86 = "x86"
    JETSON = "jetson"
    SBSA = "sbsa"


class Gpu(msgspec.Struct, frozen=True, kw_only=True):
    """One GPU of the host; `memory_mib` is None where memory is shared with the CPU."""

    index: Count
    name: str
    uuid: str | None = None
    memory_mib: Count | None = None
    driver_version: str | None = None


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """The host's container engine as last seen; when not reachable, `problem` says why and the versions are None."""

    reachable: bool
    version: str | None = None
    api_version: str | None = None
    problem: str | None = None


class HostInventory(msgspec.Struct, frozen=True, kw_only=True):
    """What the host has."""

    hostname: str
    operating_system: str
    kernel: str
    platform: Platform
    cpu_model: str
    cpu_cores: Count
    memory_mib: Count
    gpus: tuple[Gpu, ...] = ()
    engine: Engine


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """How much the host's owner lets it carry: `cameras` over all its instances."""

    cameras: Count


class PortRange(msgspec.Struct, frozen=True, kw_only=True):
    """The ports that instances of this host may be given, both ends included."""

    first: Port
    last: Port


class PublicKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's public keys, each 32 bytes in base64: Ed25519 to verify its words, X25519 to seal what it is told."""

    signing: str
    sealing: str


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """I am this agent.

    start_number grows by one at every start of the agent and lives in its state file; sequence grows by one with
    every greeting of that start. fingerprint is what a person compares in the waiting room: `sha256:` over both keys.
    """

    MESSAGE_TYPE: ClassVar[str] = "dsfleet.greeting"
    SCHEMA_VERSION: ClassVar[int] = 1

    agent_id: AgentId
    start_number: Count
    sequence: Count
    sent_at: Moment
    name: str
    agent_version: str
    protocol_versions: tuple[int, ...]
    fingerprint: str
    keys: PublicKeys
    inventory: HostInventory
    capacity: Capacity
    ports: PortRange

    @property
    def order(self) -> Order:
        """(start number, sequence)."""
        return (self.start_number, self.sequence)
