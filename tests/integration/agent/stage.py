"""Engines to test on: Docker with small shell programs, or the engine in memory playing the same programs."""

import shlex
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import docker

from dsfleet.agent.docker_engine import DockerEngine
from dsfleet.agent.engine import LABEL_AGENT, LABEL_DIGEST, LABEL_INSTANCE, ContainerSpec, Engine
from dsfleet.contracts.identifiers import AgentId, ContainerId
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.kit.clock import SystemClock
from dsfleet.simulator.engine import Program, SimulatedEngine

DOCKER_IMAGE = "debian:bookworm-slim"


@dataclass
class Stage:
    """One engine, a label of its own, and how to make containers that play a program."""

    engine: Engine
    label: AgentId = field(default_factory=lambda: AgentId(f"test-{uuid.uuid4()}"))
    programs: dict[tuple[str, ...], Program] = field(default_factory=dict)

    def spec(
        self,
        program: Program,
        name: str = "",
        files: tuple[ConfigurationFile, ...] = (),
        labels: Mapping[str, str] | None = None,
    ) -> ContainerSpec:
        """Return a container that says the program's lines and then stays or ends."""
        words = " ".join(shlex.quote(line) for line in program.lines)
        end = "exec sleep 600" if program.exit_code is None else f"exit {program.exit_code}"
        command = ("/bin/sh", "-c", f'for line in {words}; do echo "$line"; done; {end}')
        self.programs[command] = program
        ours = {LABEL_AGENT: self.label, LABEL_INSTANCE: "i-1", LABEL_DIGEST: "a"}
        return ContainerSpec(
            name=name or f"dsfleet-test-{uuid.uuid4().hex[:12]}",
            image=DOCKER_IMAGE,
            command=command,
            files=files,
            labels=ours if labels is None else labels,
            stop_timeout_s=5.0,
        )

    def play(self, spec: ContainerSpec) -> Program:
        """Return what the engine in memory plays for a container."""
        return self.programs.get(spec.command, Program())


def simulated_stage() -> Stage:
    """Return a stage in memory."""
    stage = Stage(engine=SimulatedEngine(SystemClock(), []))
    stage.engine = SimulatedEngine(SystemClock(), [DOCKER_IMAGE], stage.play)
    return stage


def docker_stage() -> Stage:
    """Return a stage on the machine's Docker engine."""
    return Stage(engine=DockerEngine())


def remove_containers(label: str) -> None:
    """Remove every container with this agent label from the machine's Docker engine, and nothing else."""
    client = docker.APIClient()
    for row in client.containers(all=True, filters={"label": f"{LABEL_AGENT}={label}"}):
        client.remove_container(row["Id"], force=True, v=True)
    client.close()


def pause_on_docker(container_id: ContainerId) -> None:
    """Pause a container as with `docker pause`."""
    client = docker.APIClient()
    client.pause(container_id)
    client.close()


def remove_on_docker(container_id: ContainerId) -> None:
    """Remove a container as with `docker rm -f`."""
    client = docker.APIClient()
    client.remove_container(container_id, force=True)
    client.close()
