"""`dsfleet simulate`: plays the outside world, for trying things out without any of it."""

import subprocess
import sys
import uuid
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def simulate() -> None:
    """Play the outside world: things that a fleet meets, for trying out and testing."""


@app.command()
def camera(
    count: Annotated[int, typer.Option(min=1, max=256, help="Serve cam-1 to cam-COUNT.")] = 4,
    cameras: Annotated[str | None, typer.Option(help="Serve these names instead, separated by commas.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The RTSP port on 127.0.0.1.")] = 8554,
    login: Annotated[str | None, typer.Option(help="Demand user:password on every camera.")] = None,
    control_port: Annotated[int, typer.Option(help="Switch cameras over HTTP on this port; 0: not.")] = 0,
    image: Annotated[str, typer.Option(help="The image that plays them.")] = "dsfleet/camera:dev",
) -> None:
    """Serve moving RTSP cameras at rtsp://127.0.0.1:PORT/NAME until Ctrl-C, in a container that is removed then.

    With a control port, `POST /cameras/NAME/off`, `/freeze` and `/on` cut a camera off, freeze it and mend it.
    """
    words = ["--port", str(port), "--count", str(count), "--control-port", str(control_port)]
    words += ["--cameras", cameras] if cameras else []
    words += ["--login", login] if login else []
    raise typer.Exit(_run(image, words))


def _run(image: str, words: list[str]) -> int:
    """Run the container in the foreground and return its exit code; it is gone afterwards, however this ends.

    Raises InputError `docker-missing`, `image-missing`.
    """
    _require_image(image)
    name = f"dsfleet-cameras-{uuid.uuid4().hex[:8]}"
    command = ["docker", "run", "--rm", "--init", "--network", "host", "--name", name, image, *words]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()
    finally:
        removed = subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)
        if removed.returncode != 0 and b"No such container" not in removed.stderr:
            sys.stderr.write(removed.stderr.decode(errors="replace"))


def _require_image(image: str) -> None:
    from dsfleet.contracts.problems import InputError, Problem

    mend = "Run `make setup`, which installs Docker, starts it and builds the image."
    try:
        found = subprocess.run(["docker", "image", "inspect", image], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        problem = Problem(code="docker-missing", message="There is no docker program on this machine.", mend=mend)
        raise InputError(problem) from error
    if found.returncode != 0:
        message = f"The image cannot be had: {found.stderr.strip()}."
        raise InputError(Problem(code="image-missing", message=message, field="--image", value=image, mend=mend))
