"""Which processes make up the product, and what each is told."""

import sys
from collections.abc import Mapping

from dsfleet.cli.demo.child import ChildCommand
from dsfleet.cli.demo.model import DemoSettings, Memory

AGENT_NAME = "demo-host"
CAMERAS_CARRIED = 64


def part_commands(settings: DemoSettings, memory: Memory, bootstrap: str | None) -> list[ChildCommand]:
    """Return coordinator and agent over the Kafka at `bootstrap`; without one, a single process with both."""
    environment = part_environment(settings, memory, bootstrap)
    if bootstrap is None:
        words = [sys.executable, "-P", "-m", "dsfleet.cli.demo.one_process"]
        return [ChildCommand("product", words, settings.logs_dir / "product.log", environment)]
    return [
        ChildCommand(
            name, [sys.executable, "-P", "-m", "dsfleet", name], settings.logs_dir / f"{name}.log", environment
        )
        for name in ("coordinator", "agent")
    ]


def part_environment(settings: DemoSettings, memory: Memory, bootstrap: str | None) -> Mapping[str, str]:
    """Return the settings of coordinator and agent as environment variables, which win over nothing but flags."""
    agent = {
        "STATE_DIR": settings.agent_dir,
        "NAME": AGENT_NAME,
        "CAMERAS": CAMERAS_CARRIED,
        "PORT_FIRST": memory.port_first,
        "PORT_LAST": memory.port_last,
    }
    coordinator = {
        "HOST": "127.0.0.1",
        "PORT": settings.port,
        "DATA_DIR": settings.coordinator_dir,
        "DEMO": "true",
        "AUTO_ADMIT_NAMES": f'["{AGENT_NAME}"]',
        "ADMIN_TOKEN_FILE": settings.token_file,
        "IN_PROCESS": "true" if bootstrap is None else "false",
    }
    kafka = {} if bootstrap is None else {"DSFLEET_KAFKA": bootstrap}
    return {
        "PYTHONUNBUFFERED": "1",
        **kafka,
        **{f"DSFLEET_AGENT_{name}": str(value) for name, value in agent.items()},
        **{f"DSFLEET_{name}": str(value) for name, value in coordinator.items()},
    }
