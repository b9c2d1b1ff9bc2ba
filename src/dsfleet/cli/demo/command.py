"""`dsfleet demo`: its flags, and its life between start and Ctrl-C."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from dsfleet.cli.demo.model import DemoSettings
from dsfleet.cli.demo.run import run_demo
from dsfleet.kit.clock import SystemClock

MOST_CAMERAS = 64


def demo(
    port: Annotated[
        int, typer.Option(min=1, max=65535, envvar="DSFLEET_DEMO_PORT", help="The page's port on 127.0.0.1.")
    ] = 8080,
    cameras: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_CAMERAS, envvar="DSFLEET_DEMO_CAMERAS", help="How many moving cameras a first start has."
        ),
    ] = 4,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            envvar="DSFLEET_DEMO_DATA_DIR",
            help="Where everything is kept between starts.  [default: the user's data folder]",
        ),
    ] = None,
    simulator_image: Annotated[
        str, typer.Option(envvar="DSFLEET_DEMO_SIMULATOR_IMAGE", help="The image that a first start's instance runs.")
    ] = "dsfleet/simulator:dev",
    camera_image: Annotated[
        str, typer.Option(envvar="DSFLEET_DEMO_CAMERA_IMAGE", help="The image that plays the cameras.")
    ] = "dsfleet/camera:dev",
    kafka: Annotated[
        str | None,
        typer.Option(envvar="DSFLEET_KAFKA", help="A Kafka to use, host:port.  [default: run one here]"),
    ] = None,
) -> None:
    """Run the whole product on this machine: Kafka, coordinator, agent, moving RTSP cameras, a DeepStream instance.

    Prints the address of a web page with a link that logs one browser in. Everything listens on 127.0.0.1 only. The
    instance runs the simulator image, which reads the same configuration as NVIDIA's and counts frames on the CPU.
    Without Java 17 and Kafka's jars, coordinator and agent run in one process and pass messages in memory.

    Ctrl-C stops everything and leaves no container behind. The data stays: the next start goes on from there.
    """
    folder = data_dir or platformdirs.user_data_path("dsfleet") / "demo"
    os.umask(0o077)  # what is kept, logs included, is for this user alone
    settings = DemoSettings(port, cameras, folder.expanduser().resolve(), simulator_image, camera_image, kafka)
    asyncio.run(_until_told(settings))


async def _until_told(settings: DemoSettings) -> None:
    """Run the demo until SIGINT, SIGTERM or the end of the terminal."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    await run_demo(settings, SystemClock(), say, stop)


def say(line: str) -> None:
    """Print one line at once."""
    typer.echo(f"dsfleet: {line}")
