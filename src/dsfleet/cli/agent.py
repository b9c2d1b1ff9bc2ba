"""`dsfleet agent`: runs this host's agent."""

from pathlib import Path
from typing import Annotated

import typer


def agent(  # noqa: PLR0913 - one parameter per flag is how Typer is told of them
    kafka: Annotated[
        str | None,
        typer.Option(help="Kafka's addresses, host:port separated by commas.  [default: 127.0.0.1:9092]"),
    ] = None,
    state_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where the agent keeps its identity, keys and newest desired state. One directory per agent; it must "
            "survive restarts, or the host becomes a new agent.  [default: /var/lib/dsfleet/agent]"
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="How the host is shown.  [default: the host name]")] = None,
    docker_host: Annotated[
        str | None, typer.Option(help="The Docker engine, such as unix:///run/docker.sock.  [default: DOCKER_HOST]")
    ] = None,
    cameras: Annotated[int | None, typer.Option(help="How many cameras this host may carry.  [default: 16]")] = None,
    port_first: Annotated[
        int | None, typer.Option(help="First port that instances may be given.  [default: 18600]")
    ] = None,
    port_last: Annotated[
        int | None, typer.Option(help="Last port that instances may be given.  [default: 18999]")
    ] = None,
    status_interval: Annotated[
        float | None,
        typer.Option(help="Seconds between reports at rest.  [default: what the coordinator says, 60]"),
    ] = None,
    reconcile_interval: Annotated[
        float | None,
        typer.Option(help="Seconds between looks at the host when Docker says nothing.  [default: 60]"),
    ] = None,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="A TOML file with settings, named as the flags with underscores.")
    ] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.  [default: info]")] = None,
) -> None:
    """Run the agent of this host: it makes the host's containers match what the coordinator desires and reports back.

    The agent introduces itself, waits until somebody admits it, and from then on keeps its instances as desired, with
    or without a connection to Kafka. It touches only containers that bear its own labels. Ctrl-C or SIGTERM ends the
    agent; its instances keep running and the next start takes them up again.

    Each flag can be given as an environment variable DSFLEET_AGENT_<SETTING> (such as DSFLEET_AGENT_STATE_DIR), or in
    the settings file; the flag wins, then the environment, then the file.
    """
    from dsfleet.agent.main import serve
    from dsfleet.agent.settings import load_settings
    from dsfleet.kit.logs import configure_logging

    flags: dict[str, object] = {
        "kafka": kafka,
        "state_dir": state_dir,
        "name": name,
        "docker_host": docker_host,
        "cameras": cameras,
        "port_first": port_first,
        "port_last": port_last,
        "status_interval_s": status_interval,
        "reconcile_interval_s": reconcile_interval,
        "log_level": log_level,
    }
    settings = load_settings(settings_file, flags)
    configure_logging("agent", settings.log_level)
    serve(settings)
