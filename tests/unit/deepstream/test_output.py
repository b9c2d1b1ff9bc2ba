import pytest

from dsfleet.deepstream.output import (
    ApplicationEnded,
    ApplicationError,
    ApplicationWarning,
    EndMark,
    EngineBuilding,
    EngineReady,
    EngineUnusable,
    OutputFact,
    OutputParser,
    PerfReport,
    PipelineMark,
    PipelineState,
    RestServing,
    RtspLaunched,
    SourceLost,
    SourceRate,
    SourceResetting,
    SourceSilent,
    StreamAdded,
    StreamRemoved,
    UnknownKey,
)


def facts_of(*lines: str) -> list[OutputFact]:
    parser = OutputParser()
    return [fact for line in lines for fact in parser.feed(line)]


def test_rates_of_classic_sources_come_in_pipeline_order():
    """deepstream-app's value line gives one rate per source, by position."""
    lines = ("", "**PERF:  FPS 0 (Avg)\tFPS 1 (Avg)\t", "**PERF:  29.97 (29.90)\t0.00 (12.50)\t")
    assert facts_of(*lines) == [PerfReport((SourceRate(0, None, 29.97, 29.9), SourceRate(1, None, 0.0, 12.5)))]


def test_rates_without_a_header_before_them_are_understood():
    """The header comes only each 20th time; a reader that joins late needs none."""
    assert facts_of("**PERF:  10.00 (9.98)\t") == [PerfReport((SourceRate(0, None, 10.0, 9.98),))]


def test_rates_of_one_of_several_pipelines_name_it():
    """With several -c files the value line carries the pipeline's number."""
    assert facts_of("PERF(1): 30.00 (29.00)\t") == [PerfReport((SourceRate(0, None, 30.0, 29.0),), pipeline=1)]


def test_test5_prints_the_time_between_header_and_values():
    """deepstream-test5-app's active count and time line are passed over."""
    lines = (
        "Active sources : 1",
        "**PERF:  FPS 0 (Avg)\t",
        "Wed Nov 22 14:23:00 2023",
        "**PERF:  25.01 (24.99)\t",
    )
    assert facts_of(*lines) == [PerfReport((SourceRate(0, None, 25.01, 24.99),))]


def test_test5_with_streams_at_run_time_names_them_on_the_next_line():
    """Named values stand on the line after the mark and are told apart by sensor id, not by position."""
    lines = (
        "**PERF:  FPS 3 (Avg)\tFPS 1 (Avg)\t",
        "**PERF:  ",
        "cam-3[Dock west] 24.90 (24.00)\tcam-1[] 0.00 (1.00)\t",
    )
    assert facts_of(*lines) == [
        PerfReport(
            (SourceRate(None, "cam-3", 24.9, 24.0, "Dock west"), SourceRate(None, "cam-1", 0.0, 1.0, "")),
        )
    ]


def test_test5_with_unnamed_streams_follows_the_header():
    """Unnamed values on their own line belong to the ids of the last header, in its order."""
    lines = ("**PERF:  FPS 3 (Avg)\tFPS 1 (Avg)\t", "**PERF:  ", "24.90 (24.00)\t10.00 (9.00)\t")
    assert facts_of(*lines) == [PerfReport((SourceRate(3, None, 24.9, 24.0), SourceRate(1, None, 10.0, 9.0)))]


def test_a_header_that_no_longer_fits_tells_nothing():
    """When streams came or went since the header, an unnamed value has no index rather than a wrong one."""
    lines = ("**PERF:  FPS 3 (Avg)\tFPS 1 (Avg)\t", "**PERF:  ", "24.90 (24.00)\t")
    assert facts_of(*lines) == [PerfReport((SourceRate(None, None, 24.9, 24.0),))]


def test_no_stream_is_an_empty_measurement():
    """A mark followed by an empty line is a measurement of nothing."""
    assert facts_of("**PERF:  ", "") == [PerfReport(())]


def test_a_mark_without_values_swallows_no_other_line():
    """When something else follows the mark, that line keeps its meaning."""
    assert facts_of("**PERF:  ", "Resetting source 2, attempts: 4") == [SourceResetting(2, 4)]


def test_a_rate_that_could_not_be_computed_is_zero():
    """nan, inf and negative rates count as no frames."""
    report = facts_of("**PERF:  nan (-nan)\tinf (1.00)\t-3.00 (2.00)\t")
    assert report == [
        PerfReport((SourceRate(0, None, 0.0, 0.0), SourceRate(1, None, 0.0, 1.0), SourceRate(2, None, 0.0, 2.0)))
    ]


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("** INFO: <bus_callback:291>: Pipeline ready", PipelineMark(PipelineState.READY)),
        ("** INFO: <bus_callback:277>: Pipeline running", PipelineMark(PipelineState.RUNNING)),
        ("\x1b[32m** INFO: <bus_callback:277>: Pipeline running\x1b[0m\r\n", PipelineMark(PipelineState.RUNNING)),
        (
            "** WARN: <watch_source_status:8>: No data from source 1 since last 10 sec. Trying reconnection",
            SourceSilent(1, 10),
        ),
        (
            "WARNING from dsnvurisrcbin4: No data from source since last 10 sec. Trying reconnection",
            SourceSilent(4, 10),
        ),
        ("** INFO: <reset_source_pipeline:1>: Resetting source 0", SourceResetting(0)),
        ("Resetting source 3, attempts: 2", SourceResetting(3, 2)),
        ("WARNING from src_sub_bin1: Number of RTSP reconnect attempts exceeded, stopping source: 1", SourceLost(1)),
        ("** INFO: <bus_callback:3>: rtsp reconnect attempt exceeded for source_id : 7", SourceLost(7)),
        ("Reconnection attempt exceeded, removing source 2", SourceLost(2)),
        ("new stream added [2:cam-3:Dock: west]", StreamAdded(2, "cam-3", "Dock: west")),
        ("new stream removed [2:cam-3]", StreamRemoved(2, "cam-3")),
        ("0:00:01 NvDsInferContext[UID 1]: Info: Trying to create engine from model files", EngineBuilding()),
        ("x: serialize cuda engine to file: /m/a.engine successfully", EngineReady("/m/a.engine", reused=False)),
        ("x: Use deserialized engine model: /m/a.engine", EngineReady("/m/a.engine", reused=True)),
        ("x: deserialized trt engine from :/m/a.engine", EngineReady("/m/a.engine", reused=True)),
        ("x: deserialize engine from file :/m/a.engine failed", EngineUnusable("/m/a.engine")),
        ("x: failed to serialize cude engine to file: /m/a.engine", EngineUnusable("/m/a.engine")),
        (" *** DeepStream: Launched RTSP Streaming at rtsp://localhost:8554/ds-test ***", RtspLaunched(8554)),
        ("Server running at port: 127.0.0.1:9000", RestServing("127.0.0.1:9000")),
        ("REST Server start failed, Users may still have all sources mentioned", RestServing(None)),
        ("** WARN: <parse_osd:1314>: Unknown key 'foo' for group [osd]", UnknownKey("osd", "foo")),
        (
            "** ERROR: <main:707>: Failed to set pipeline to PAUSED",
            ApplicationError("main", "Failed to set pipeline to PAUSED"),
        ),
        ("ERROR from src_elem: No such rtsp://u:p@h/a", ApplicationError("src_elem", "No such rtsp://***:***@h/a")),
        ("WARNING from src_elem1: Unauthorized", ApplicationWarning("src_elem1", "Unauthorized", source=1)),
        (
            "terminate called after throwing an instance of 'x'",
            ApplicationError("process", "terminate called after throwing an instance of 'x'"),
        ),
        ("** INFO: <bus_callback:1>: Received EOS. Exiting ...", ApplicationEnded(EndMark.END_OF_STREAM)),
        (
            "Reconnection attempt  exceeded or EOS received for all sources. Exiting.",
            ApplicationEnded(EndMark.SOURCES_LOST),
        ),
        ("** ERROR: <_intr_handler:140>: User Interrupted..", ApplicationEnded(EndMark.INTERRUPTED)),
        ("App run successful", ApplicationEnded(EndMark.SUCCESSFUL)),
        ("App run failed", ApplicationEnded(EndMark.FAILED)),
    ],
)
def test_each_line_worth_reading_is_one_fact(line: str, fact: OutputFact):
    """A line of the operator reference tells exactly its fact."""
    assert facts_of(line) == [fact]


@pytest.mark.parametrize(
    "line", ["", "\n", "  ", "Quitting", "Runtime commands:", "\th: Print this help", "**PERF:  ?"]
)
def test_noise_is_no_fact(line: str):
    """Empty lines and chatter tell nothing."""
    assert facts_of(line) == []


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece", ["new stream added [1:", "Unknown key '", "serialize cuda engine to file: ", "1.00 (2.00", "**PERF:"]
)
def test_an_endless_line_is_read_in_little_time(piece: str):
    """A line of 400 kB that resembles a known one costs no noticeable time."""
    assert len(OutputParser().feed(piece * (400_000 // len(piece)))) <= 1
