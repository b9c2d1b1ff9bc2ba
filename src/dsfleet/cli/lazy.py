"""Commands by name whose modules are imported only when one runs: help is quick, a broken part breaks itself alone."""

import importlib
from dataclasses import dataclass
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where a command is: a function, or a Typer app with commands of its own, and its line in the list."""

    module: str
    attribute: str
    help: str


MOUNTED = {
    "demo": Mounted("dsfleet.cli.demo.command", "demo", "Run the whole product on this machine, cameras included."),
    "coordinator": Mounted("dsfleet.cli.coordinator", "coordinator", "Run the coordinator: API, page, record."),
    "agent": Mounted("dsfleet.cli.agent", "agent", "Run the agent of this host."),
    "kafka": Mounted("dsfleet.cli.kafka", "app", "Fetch and run Apache Kafka; look at topics."),
    "config": Mounted(
        "dsfleet.cli.config.command", "app", "Check, show, convert and compare DeepStream configuration."
    ),
    "simulate": Mounted("dsfleet.cli.simulate", "app", "Play the outside world: RTSP cameras."),
}
"""Every command, in the order of the list."""


class LazyGroup(TyperGroup):
    """A group that lists its commands without importing them."""

    mounted: ClassVar[dict[str, Mounted]] = MOUNTED

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the list."""
        return [*self.mounted, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a stand-in that knows the command's name and line of help, for lists and suggestions."""
        mounted = self.mounted.get(cmd_name)
        if mounted is None:
            return super().get_command(ctx, cmd_name)
        return TyperCommand(name=cmd_name, help=mounted.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return name, command and remaining words; the command's module is imported here."""
        mounted = self.mounted.get(args[0])
        if mounted is None:
            return super().resolve_command(ctx, args)
        return args[0], load_command(args[0], mounted), args[1:]


def load_command(name: str, mounted: Mounted) -> Any:
    """Return the command itself, its module imported."""
    target = getattr(importlib.import_module(mounted.module), mounted.attribute)
    app = target
    if not isinstance(target, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(target)
    command = typer.main.get_command(app)
    command.name = name
    return command
