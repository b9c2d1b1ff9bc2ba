"""What a configuration costs: reading, checking and writing one; deriving and rendering those of a fleet."""

import configparser
import gc
import statistics
from collections.abc import Callable
from time import process_time

from dsfleet.deepstream.application import Application, PrimaryGie, RtspSource, render_application
from dsfleet.deepstream.check import check_application
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.uri import with_login
from tests.bench.table import Row

SOURCES = 60
ROUNDS = 25
CAMERAS_EACH = 10
FLEETS = (10_000, 100_000)
GIE = PrimaryGie("pgie.txt", model_engine_file="/models/a.engine", labels_file="labels.txt")


def measure() -> list[Row]:
    """Return the cost of one large file against configparser reading it, and of one instance in two fleets."""
    text = rendered(0, SOURCES)
    ours, bare = _medians(lambda: read_check_write(text), lambda: read_bare(text))
    name = f"read, check and write {SOURCES} sources"
    one = Row(name, ours * 1000, "ms", "configparser reading it (at most 6)", bare * 1000)
    return [one, *(_fleet(cameras) for cameras in FLEETS)]


def rendered(instance: int, cameras: int) -> str:
    """Return the file of one instance with so many cameras, each with a login of its own."""
    addresses = (f"rtsp://10.0.{instance % 250}.{number}/stream" for number in range(cameras))
    sources = tuple(RtspSource(with_login(address, "viewer", f"p@ss/{instance}")) for address in addresses)
    return render_application(Application(sources, primary_gie=GIE), load_schema())


def read_check_write(text: str) -> None:
    """Do with the file what an edit of an operator's own file takes."""
    document = parse_ini(text, "app.txt")
    check_application(document, load_schema())
    document.render()


def read_bare(text: str) -> None:
    """Read it with the standard library, as text by group and key."""
    configparser.RawConfigParser(strict=False).read_string(text)


def _fleet(cameras: int) -> Row:
    instances = cameras // CAMERAS_EACH
    spent = _spent(lambda: [rendered(index, CAMERAS_EACH) for index in range(instances)])
    name = f"derive and render {cameras} cameras on {instances} instances"
    return Row(name, spent / instances * 1000, "ms/instance", "the figure to hold", 1.0)


def _medians(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU of both, measured in turns so that a busy machine slows both alike."""
    rounds = [(_spent(ours), _spent(bare)) for _ in range(ROUNDS)]
    return statistics.median(each[0] for each in rounds), statistics.median(each[1] for each in rounds)


def _spent(work: Callable[[], object]) -> float:
    gc.collect()
    started = process_time()
    work()
    return process_time() - started
