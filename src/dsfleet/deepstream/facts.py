"""What a DeepStream application's output says, one frozen class per fact; `output.py` reads them from the lines."""

from dataclasses import dataclass
from enum import StrEnum


class PipelineState(StrEnum):
    """What `Pipeline ...` lines name; `running` is the start mark: TensorRT engines are built before it."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class EndMark(StrEnum):
    """Lines near the end. Exit status 0 alone is not "finished well": `sources-lost` ends with 0 too."""

    END_OF_STREAM = "end-of-stream"
    SOURCES_LOST = "sources-lost"
    INTERRUPTED = "interrupted"
    SUCCESSFUL = "successful"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceRate:
    """Frames per second of one source in the last interval and since its first frame; a rate printed as nan or inf is
    0.

    `index` is the position in the configuration (with streams added at run time: the id in `StreamAdded`), None where
    the line does not tell; `sensor_id` and `sensor_name` are set only where the line names them.
    """

    index: int | None
    sensor_id: str | None
    fps: float
    average_fps: float
    sensor_name: str | None = None


@dataclass(frozen=True, slots=True)
class PerfReport:
    """One measurement of every source; the first two after a start are warm-up and too low. `pipeline` counts `-c`
    files.
    """

    values: tuple[SourceRate, ...]
    pipeline: int = 0


@dataclass(frozen=True, slots=True)
class PipelineMark:
    """The pipeline changed its state."""

    state: PipelineState


@dataclass(frozen=True, slots=True)
class SourceSilent:
    """No data came from a source for `silence_s` seconds; a reconnection follows."""

    index: int
    silence_s: int


@dataclass(frozen=True, slots=True)
class SourceResetting:
    """One try to reconnect a source; `attempts` is the number of tries so far where the line tells."""

    index: int
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class SourceLost:
    """The source used up its reconnect attempts and will not come back in this run."""

    index: int


@dataclass(frozen=True, slots=True)
class StreamAdded:
    """A stream joined at run time; `index` is the id its rates carry."""

    index: int
    sensor_id: str
    sensor_name: str


@dataclass(frozen=True, slots=True)
class StreamRemoved:
    """A stream left at run time."""

    index: int
    sensor_id: str


@dataclass(frozen=True, slots=True)
class EngineBuilding:
    """A TensorRT engine is being built: minutes without a line follow."""


@dataclass(frozen=True, slots=True)
class EngineReady:
    """A TensorRT engine is usable; `reused` when it was read from `path`, else it was built and written there."""

    path: str
    reused: bool


@dataclass(frozen=True, slots=True)
class EngineUnusable:
    """An engine file could not be read, or could not be written: each start builds again until that is mended."""

    path: str


@dataclass(frozen=True, slots=True)
class RtspLaunched:
    """The picture is offered on `rtsp://HOST:port/ds-test`; the line does not prove that the port was free."""

    port: int


@dataclass(frozen=True, slots=True)
class RestServing:
    """The REST server started (`port` as configured, perhaps with an address), or failed to (`port` None)."""

    port: str | None


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """The program passed over a key of the configuration."""

    group: str
    key: str


@dataclass(frozen=True, slots=True)
class ApplicationWarning:
    """A warning of an element; the pipeline goes on. Logins in `text` are masked; `source` is the source concerned, if
    one is.
    """

    element: str
    text: str
    source: int | None = None


@dataclass(frozen=True, slots=True)
class ApplicationError:
    """An error; `element` is the element or function that reports it. Logins in `text` are masked.

    `source` is set when an element of one source reports it: with RTSP first that source is reset and the others go on,
    otherwise the application ends.
    """

    element: str
    text: str
    source: int | None = None


@dataclass(frozen=True, slots=True)
class ApplicationEnded:
    """The program says that it ends, and how; several such lines may come, the last is SUCCESSFUL or FAILED."""

    mark: EndMark


OutputFact = (
    PerfReport
    | PipelineMark
    | SourceSilent
    | SourceResetting
    | SourceLost
    | StreamAdded
    | StreamRemoved
    | EngineBuilding
    | EngineReady
    | EngineUnusable
    | RtspLaunched
    | RestServing
    | UnknownKey
    | ApplicationWarning
    | ApplicationError
    | ApplicationEnded
)
