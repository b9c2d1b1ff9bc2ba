"""`dsfleet coordinator`: runs the coordinator, or writes the description of its API."""

from pathlib import Path
from typing import Annotated

import typer


def coordinator(  # noqa: PLR0913 - one parameter per flag is how Typer is told of them
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.  [default: 8080]")] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where the database and the key of its secrets are kept; back both up, apart from each other.  "
            "[default: /var/lib/dsfleet/coordinator]"
        ),
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(help="Another database than the SQLite file in the data directory, as an SQLAlchemy URL."),
    ] = None,
    kafka: Annotated[
        str | None,
        typer.Option(help="Kafka's addresses, host:port separated by commas.  [default: 127.0.0.1:9092]"),
    ] = None,
    wait: Annotated[bool | None, typer.Option("--wait", help="Start although Kafka does not answer yet.")] = None,
    deadline: Annotated[
        float | None,
        typer.Option(help="Seconds an update request may take before it counts as stalled. [default: 300]"),
    ] = None,
    admin_token_file: Annotated[
        Path | None,
        typer.Option(help="Keep an administrator's API token in this file (mode 0600), made when missing."),
    ] = None,
    ui: Annotated[Path | None, typer.Option(help="Folder of the built web page.  [default: the packaged one]")] = None,
    demo: Annotated[bool | None, typer.Option("--demo", help="Part of `dsfleet demo`.", hidden=True)] = None,
    auto_admit: Annotated[
        list[str] | None, typer.Option(help="Let an agent of this name in; demo only.", hidden=True)
    ] = None,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="A TOML file with settings, named as the flags with underscores.")
    ] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.  [default: info]")] = None,
    openapi: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the OpenAPI document of the API into FILE and end.")
    ] = None,
) -> None:
    """Run the coordinator: the API, the web page, and the record of what every host should run.

    It prints the page's address with a link that logs one browser in, once. Hosts appear in the page's waiting room as
    soon as their agents reach the same Kafka. Ctrl-C or SIGTERM ends it; hosts go on as they are.

    Each flag can be given as an environment variable DSFLEET_<SETTING> (such as DSFLEET_DATA_DIR), or in the settings
    file; the flag wins, then the environment, then the file.
    """
    if openapi is not None:
        _write_openapi(openapi)
        return
    flags: dict[str, object] = {
        "host": host,
        "port": port,
        "data_dir": data_dir,
        "database_url": database_url,
        "kafka": kafka,
        "wait": wait,
        "deadline_s": deadline,
        "admin_token_file": admin_token_file,
        "ui": ui,
        "demo": demo,
        "auto_admit_names": tuple(auto_admit) if auto_admit else None,
        "log_level": log_level,
    }
    _run(settings_file, flags)


def _run(settings_file: Path | None, flags: dict[str, object]) -> None:
    from pydantic import ValidationError

    from dsfleet.contracts.problems import InputError, Problem
    from dsfleet.coordinator.main import Ready, serve
    from dsfleet.coordinator.settings import load_settings
    from dsfleet.kit.logs import configure_logging

    try:
        settings = load_settings(settings_file, flags)
    except ValidationError as error:
        problems = [
            Problem(
                code="setting-invalid",
                message=f"The setting {'.'.join(map(str, each['loc']))} cannot be used: {each['msg']}.",
                field=".".join(map(str, each["loc"])),
                value=str(each.get("input")),
            )
            for each in error.errors()
        ]
        raise InputError(*problems) from error

    def announce(ready: Ready) -> None:
        typer.echo(f"The page is at {ready.address}")
        if not settings.demo:  # the demo asks for a link of its own; what is printed here ends in its log file
            typer.echo(f"Log in with this link, once: {ready.login_link}")

    configure_logging("coordinator", settings.log_level)
    serve(settings, announce)


def _write_openapi(file: Path) -> None:
    import json

    from dsfleet.coordinator.api.app import make_routes
    from dsfleet.coordinator.api.description import describe

    file.write_text(json.dumps(describe(make_routes()), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
