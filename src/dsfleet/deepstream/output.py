"""Turns the lines of deepstream-app and deepstream-test5-app into facts.

Line formats: DeepStream 9.1, `deepstream_perf.c`, `perf_cb` and `bus_callback` of both programs. Source line numbers
inside the lines differ between releases, so only the texts are matched. What a fact means for an instance is left to
the caller.
"""

import math
import re
from collections.abc import Callable

from dsfleet.deepstream.facts import (
    ApplicationEnded,
    ApplicationError,
    ApplicationWarning,
    EndMark,
    EngineBuilding,
    EngineReady,
    EngineUnusable,
    OutputFact,
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
from dsfleet.deepstream.uri import redact_logins

__all__ = [
    "ApplicationEnded",
    "ApplicationError",
    "ApplicationWarning",
    "EndMark",
    "EngineBuilding",
    "EngineReady",
    "EngineUnusable",
    "OutputFact",
    "OutputParser",
    "PerfReport",
    "PipelineMark",
    "PipelineState",
    "RestServing",
    "RtspLaunched",
    "SourceLost",
    "SourceRate",
    "SourceResetting",
    "SourceSilent",
    "StreamAdded",
    "StreamRemoved",
    "UnknownKey",
]

# No line of the programs is longer, but for PERF lines; some patterns cost the square of a line's length.
_LONGEST_LINE = 4096
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PERF = re.compile(r"(?:\*\*PERF:|PERF\((?P<pipeline>[0-9]{1,3})\):)\s*(?P<rest>.*)\Z")
_SOURCE_ELEMENT = re.compile(r"(?:src_elem|src_sub_bin|dsnvurisrcbin)(?P<index>[0-9]{1,9})\Z")
_HEADER_LABEL = re.compile(r"FPS ([0-9]{1,9}) \(Avg\)")
_NUMBER = r"-?(?:[0-9]+(?:\.[0-9]+)?|nan|inf)"
_RATE = re.compile(rf"(?:(?P<label>.*) )?(?P<fps>{_NUMBER}) \((?P<average>{_NUMBER})\)\Z")
_LABEL = re.compile(r"(?P<sensor_id>[^\[]*)\[(?P<sensor_name>.*)\]\Z")


class OutputParser:
    """Reads one run's output, line by line and in order; its memory is the last PERF header and whether values come
    next.

    One object per run of the application: a new run starts with a new object.
    """

    def __init__(self) -> None:
        self._header: tuple[int, ...] = ()
        self._values_follow = False

    def feed(self, line: str) -> tuple[OutputFact, ...]:
        """The facts the next line tells, none for noise; any text is accepted, with or without its line end and
        colours.
        """
        text = _COLOUR.sub("", line).strip(" \r\n")
        if self._values_follow:
            self._values_follow = False
            rates = _rates(text, self._header, by_position=False)
            if rates or not text:
                return (PerfReport(rates),)
        perf = _PERF.match(text)
        if perf is not None:
            return self._perf(perf["rest"], int(perf["pipeline"] or 0))
        return _first_match(text[:_LONGEST_LINE]) if text else ()

    def _perf(self, rest: str, pipeline: int) -> tuple[OutputFact, ...]:
        labels = _HEADER_LABEL.findall(rest)
        if labels:
            self._header = tuple(int(label) for label in labels)
            return ()
        if not rest:
            self._values_follow = True
            return ()
        rates = _rates(rest, self._header, by_position=True)
        return (PerfReport(rates, pipeline),) if rates else ()


def _rates(text: str, header: tuple[int, ...], *, by_position: bool) -> tuple[SourceRate, ...]:
    """The rates in a value line, empty when it is none.

    Classic sources stand in pipeline order. Values on a line of their own stand in the header's order, which holds only
    while the header names as many streams as the line; otherwise nothing but a printed name tells which is which.
    """
    cells = [_RATE.match(cell.strip(" ")) for cell in text.split("\t") if cell.strip()]
    if not cells or any(cell is None for cell in cells):
        return ()
    indexes: list[int | None] = [*range(len(cells))] if by_position else [*header]
    if len(indexes) != len(cells):
        indexes = [None] * len(cells)
    return tuple(_rate(cell, index) for cell, index in zip(cells, indexes, strict=True) if cell is not None)


def _rate(cell: re.Match[str], index: int | None) -> SourceRate:
    label = _LABEL.match(cell["label"] or "")
    return SourceRate(
        index=index if label is None else None,
        sensor_id=None if label is None else label["sensor_id"],
        fps=_figure(cell["fps"]),
        average_fps=_figure(cell["average"]),
        sensor_name=None if label is None else label["sensor_name"],
    )


def _figure(text: str) -> float:
    number = float(text)
    return max(number, 0.0) if math.isfinite(number) else 0.0


def _first_match(text: str) -> tuple[OutputFact, ...]:
    for pattern, fact in _RULES:
        match = pattern.search(text)
        if match is not None:
            return (fact(match),)
    return ()


def _element_fact(match: re.Match[str]) -> OutputFact:
    text, source = redact_logins(match["text"]), _SOURCE_ELEMENT.match(match["element"])
    fact = ApplicationError if match["level"] == "ERROR" else ApplicationWarning
    return fact(match["element"], text, int(source["index"]) if source else None)


_ENDINGS = (
    (r"Received EOS\. Exiting", EndMark.END_OF_STREAM),
    (r"Reconnection attempt +exceeded or EOS received for all sources", EndMark.SOURCES_LOST),
    (r"User Interrupted", EndMark.INTERRUPTED),
    (r"\AApp run successful", EndMark.SUCCESSFUL),
    (r"\AApp run failed", EndMark.FAILED),
)


def _ending(mark: EndMark) -> Callable[[re.Match[str]], OutputFact]:
    return lambda _match: ApplicationEnded(mark)


# First match wins: the texts of the programs stand above the general forms of errors and warnings.
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], OutputFact]], ...] = (
    *((re.compile(pattern), _ending(mark)) for pattern, mark in _ENDINGS),
    (
        re.compile(r"Pipeline (?P<state>ready|running|paused|stopped)\Z"),
        lambda match: PipelineMark(PipelineState(match["state"])),
    ),
    (
        re.compile(r"No data from source (?P<index>[0-9]{1,9}) since last (?P<silence>[0-9]{1,9}) sec"),
        lambda match: SourceSilent(int(match["index"]), int(match["silence"])),
    ),
    (
        re.compile(
            r"from dsnvurisrcbin(?P<index>[0-9]{1,9}): No data from source since last (?P<silence>[0-9]{1,9}) sec"
        ),
        lambda match: SourceSilent(int(match["index"]), int(match["silence"])),
    ),
    (
        re.compile(r"Resetting source (?P<index>[0-9]{1,9})(?:, attempts: (?P<attempts>[0-9]{1,9}))?"),
        lambda match: SourceResetting(int(match["index"]), int(match["attempts"]) if match["attempts"] else None),
    ),
    (
        re.compile(
            r"(?:attempts exceeded, stopping source: |attempt exceeded for source_id : "
            r"|attempt exceeded, removing source )"
            r"(?P<index>[0-9]{1,9})"
        ),
        lambda match: SourceLost(int(match["index"])),
    ),
    (
        re.compile(r"new stream added \[(?P<index>[0-9]{1,9}):(?P<sensor_id>[^:]*):(?P<sensor_name>.*)\]"),
        lambda match: StreamAdded(int(match["index"]), match["sensor_id"], match["sensor_name"]),
    ),
    (
        re.compile(r"new stream removed \[(?P<index>[0-9]{1,9}):(?P<sensor_id>.*)\]"),
        lambda match: StreamRemoved(int(match["index"]), match["sensor_id"]),
    ),
    (re.compile(r"Trying to create engine from model files"), lambda _match: EngineBuilding()),
    (
        re.compile(r"serialize cuda engine to file: (?P<path>.*) successfully"),
        lambda match: EngineReady(match["path"], reused=False),
    ),
    (
        re.compile(r"(?:Use deserialized engine model: |deserialized trt engine from ?: ?)(?P<path>.+)\Z"),
        lambda match: EngineReady(match["path"], reused=True),
    ),
    (
        re.compile(
            r"(?:deserialize engine from file ?: ?(?P<unread>.*) failed"
            r"|failed to serialize cud. engine to file: (?P<path>.*))"
        ),
        lambda match: EngineUnusable(match["unread"] or match["path"] or ""),
    ),
    (
        re.compile(r"Launched RTSP Streaming at rtsp://[^/]*:(?P<port>[0-9]{1,5})/"),
        lambda match: RtspLaunched(int(match["port"])),
    ),
    (re.compile(r"\AServer running at port: (?P<port>\S+)"), lambda match: RestServing(match["port"])),
    (re.compile(r"REST Server start failed"), lambda _match: RestServing(None)),
    (
        re.compile(r"Unknown key '(?P<key>.*)' for group \[(?P<group>.*)\]"),
        lambda match: UnknownKey(match["group"], match["key"]),
    ),
    (re.compile(r"\A(?P<level>ERROR|WARNING) from (?P<element>[^:]+): (?P<text>.*)\Z"), _element_fact),
    (
        re.compile(r"\A\*\* ERROR: <(?P<element>[^:>]*)[^>]*>: (?P<text>.*)\Z"),
        lambda match: ApplicationError(match["element"], redact_logins(match["text"])),
    ),
    (
        re.compile(r"\A(?P<text>terminate called after throwing.*)\Z"),
        lambda match: ApplicationError("process", redact_logins(match["text"])),
    ),
)
