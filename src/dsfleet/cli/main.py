"""The program `dsfleet`."""

import sys
from typing import Any

import typer

from dsfleet import __version__
from dsfleet.cli.errors import EXIT_CODE, error_text
from dsfleet.cli.lazy import LazyGroup
from dsfleet.contracts.problems import DsfleetError

app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None)

INTERRUPTED = 130
"""What shells expect of a program ended by Ctrl-C."""


@app.callback()
def dsfleet() -> None:
    """A coordinator for fleets of NVIDIA DeepStream applications.

    Try `dsfleet demo` first: it runs everything on this machine and prints the address of a web page. In earnest, one
    `dsfleet coordinator` runs beside a Kafka and one `dsfleet agent` on every GPU host.

    Settings: flags win, then environment variables DSFLEET_*, then a TOML file; each command's --help names them.
    Exit codes: 0 done or stopped by you, 2 something you gave or this machine lacks is in the way, 1 anything else.
    """


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code; an error of our own is printed as a sentence and gives 2."""
    command: Any = typer.main.get_command(app)
    try:
        command(arguments, prog_name="dsfleet")
    except DsfleetError as error:
        typer.echo(error_text(error), err=True)
        return EXIT_CODE
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
