"""Turns an INI file into an AppConfig by the rules of the real parser, its traps included.

Facts: deepstream_app_config_parser.c and deepstream_config_file_parser.c (9.1); what was observed by running them.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from deepstream_simulator.config import (
    AppConfig,
    GieConfig,
    LiveSourcesConfig,
    MuxConfig,
    SinkConfig,
    TilerConfig,
)
from deepstream_simulator.console import Console
from deepstream_simulator.keyfile import PLACES_BY_KIND, ConfigurationFile, Group, RejectedError
from deepstream_simulator.parse_sources import SourceReader

_FAMILIES = ("source", "sink", "secondary-gie", "secondary-pre-process", "message-consumer")
_TESTED_FIRST = ("source%u", "sink%u", "primary-gie", "secondary-gie%u")
_READ_BEFORE_THE_REST = ("application", "source-list", "source-attr-all")
_COMMON_ELEMENTS = ("tracker", "nvds-analytics", "pre-process", "replay", "segvisual", "visionencoder")
_MAX_SECONDARY_GIES = 16


class ConfigurationParser:
    """Reads one file; the groups land in the attributes in the order the real parser visits them."""

    def __init__(self, path: Path, console: Console) -> None:
        self._console = console
        self._folder = Path(os.path.realpath(path)).parent
        self._file = ConfigurationFile(path, console)
        self._sources = SourceReader(self._file)
        self._groups: dict[str, Group] = {}
        self._sinks: list[SinkConfig] = []
        self._gies: list[GieConfig] = []
        self._dewarpers = 0

    def parse(self) -> AppConfig:
        """The configuration; RejectedError where the real parser refuses, after the WARN lines it prints."""
        self._read_first_groups()
        for name, kind in self._other_groups():
            if kind in _TESTED_FIRST and not self._file.is_enabled(name):
                continue
            self._take(self._file.group(name, kind), kind)
        self._check_gie_ids()
        return self._assemble()

    def _read_first_groups(self) -> None:
        if self._file.has("application"):
            self._groups["application"] = self._file.group("application", "application")
        if self._file.has("source-list"):
            self._sources.read_list()

    def _other_groups(self) -> Iterator[tuple[str, str]]:
        for name in self._file.group_names:
            if name in _READ_BEFORE_THE_REST:
                continue
            kind = kind_of_group(name)
            if kind is None:
                self._console.simulator_note(f"group [{name}] is not known and ignored, as in the real program")
            else:
                yield name, kind

    def _take(self, group: Group, kind: str) -> None:
        match kind:
            case "source%u":
                self._sources.add(group)
            case "sink%u":
                self._sinks.append(read_sink(group))
            case "primary-gie" | "secondary-gie%u":
                self._gies.append(self._read_gie(group, kind))
            case "dewarper%u":
                self._count_dewarper(group)
            case _:
                self._groups[kind] = group

    def _read_gie(self, group: Group, kind: str) -> GieConfig:
        config_file, labels = group.text("config-file"), group.text("labelfile-path")
        if not config_file:
            raise RejectedError(PLACES_BY_KIND[kind], f"[{group.name}] config-file is missing")
        if labels and not os.access(self._resolve(labels), os.R_OK):
            raise RejectedError(PLACES_BY_KIND[kind], f"[{group.name}] labelfile-path cannot be read: {labels}")
        return GieConfig(
            name=group.name.replace("-", "_"),
            unique_id=group.integer("gie-unique-id"),
            config_file=self._resolve(config_file),
            engine_file=group.text("model-engine-file") or "",
            batch_size=group.integer("batch-size", 1),
        )

    def _resolve(self, path: str) -> Path:
        return self._folder / path

    def _count_dewarper(self, group: Group) -> None:
        if not re.fullmatch(r"dewarper\d", group.name):
            raise RejectedError(
                PLACES_BY_KIND["dewarper%u"], f"[{group.name}] is taken for a dewarper group without number"
            )
        self._dewarpers += 1 if group.integer("enable") else 0
        if self._dewarpers > len(self._sources.sources):
            raise RejectedError(PLACES_BY_KIND["dewarper%u"], f"[{group.name}] stands before its source")

    def _check_gie_ids(self) -> None:
        primary = [gie.unique_id for gie in self._gies if gie.name == "primary_gie"] or [0]
        secondary = [gie.unique_id for gie in self._gies if gie.name != "primary_gie"]
        if len(secondary) > _MAX_SECONDARY_GIES:
            raise RejectedError("parse_config_file:712", f"more than {_MAX_SECONDARY_GIES} secondary GIEs")
        if len(set(primary + secondary)) < len(primary) + len(secondary):
            self._console.error("parse_config_file:731", "Non unique gie ids found")
            raise RejectedError("parse_config_file:735", "gie-unique-id of enabled GIEs must differ")

    def _assemble(self) -> AppConfig:
        application = self._group("application")
        live = self._sources.live_sources()
        return AppConfig(
            perf_enabled=bool(application.integer("enable-perf-measurement")),
            perf_interval_s=application.integer("perf-measurement-interval-sec"),
            sources=self._sources.numbered(),
            sinks=tuple(self._sinks),
            tiler=self._read_tiler(live),
            mux=self._read_mux(live),
            osd_enabled=bool(self._group("osd").integer("enable")),
            gies=tuple(self._gies),
            has_common_elements=bool(self._gies)
            or any(self._group(kind).integer("enable") for kind in _COMMON_ELEMENTS),
            live_sources=live,
            loops_files=bool(self._group("tests").integer("file-loop")),
        )

    def _group(self, kind: str) -> Group:
        return self._groups.get(kind, Group(kind, {}))

    def _read_mux(self, live: LiveSourcesConfig | None) -> MuxConfig:
        group = self._group("streammux")
        batch_size = group.integer("batch-size")
        if self._file.has("source-list"):
            batch_size = live.max_batch_size if live else len(self._sources.sources)
        return MuxConfig(
            width=group.integer("width"),
            height=group.integer("height"),
            batch_size=batch_size,
            drops_pipeline_eos=bool(group.integer("drop-pipeline-eos")) or group.boolean("drop-pipeline-eos"),
        )

    def _read_tiler(self, live: LiveSourcesConfig | None) -> TilerConfig:
        group = self._group("tiled-display")
        mode, rows, columns = group.integer("enable"), group.integer("rows"), group.integer("columns")
        needed = live.max_batch_size if live else len(self._sources.sources)
        if mode in (1, 2) and rows * columns < needed:
            columns = columns or round(needed**0.5)
            rows = -(-needed // columns)
            self._console.warn(
                "parse_tiled_display:2405",
                f"Num of Tiles less than number of sources, readjusting to {rows} rows, {columns} columns",
            )
        return TilerConfig(mode, rows, columns, group.integer("width"), group.integer("height"))


def kind_of_group(name: str) -> str | None:
    """The kind of a group by its name, None for a name that is ignored; RejectedError for a bad `source*` name."""
    if name.startswith("source"):
        if not re.fullmatch(r"source\d+", name):
            raise RejectedError("parse_source:820", f"[{name}] is not source<N>")
        return "source%u"
    if name in PLACES_BY_KIND or name == "message-converter":
        return name
    for family in _FAMILIES:
        if name.startswith(family):
            return f"{family}%u"
    # The real test compares all but the last letter with the beginning of "dewarper", so [x] and [da] match too.
    return "dewarper%u" if "dewarper".startswith(name[:-1]) else None


def read_sink(group: Group) -> SinkConfig:
    """An enabled [sinkN]."""
    return SinkConfig(
        number=int(re.sub(r"\D", "", group.name) or 0),
        type=group.integer("type"),
        source_id=group.integer("source-id"),
        link_to_demux=bool(group.integer("link-to-demux")),
        codec=group.integer("codec", 1),
        bitrate=group.integer("bitrate"),
        key_frame_interval=group.integer("iframeinterval"),
        rtsp_port=group.integer("rtsp-port", 8554),
        output_file=group.text("output-file") or "",
        container=group.integer("container", 1),
        logs_metrics=group.boolean("nvdslogger"),
    )
