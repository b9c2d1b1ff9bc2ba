"""Where pictures leave the application: RTSP (/ds-test), encoded only while somebody watches, and files."""

from typing import Protocol

from gi.repository import Gst, GstRtspServer

from deepstream_simulator.config import AppConfig, SinkConfig, SinkType
from deepstream_simulator.console import Console
from deepstream_simulator.layout import Layout, single_layout, tiled_layout
from deepstream_simulator.mosaic import Mosaic, encoder_text, launch_text
from deepstream_simulator.sources import Sources

_ADDRESS = "127.0.0.1"
_MOUNT = "/ds-test"
_MUXERS_BY_CONTAINER = {1: "mp4mux", 2: "matroskamux"}
_FINALISE_S = 5


class Output(Protocol):
    """One sink that does something with pictures."""

    def open(self) -> None:
        """The sink is ready."""

    def close(self) -> None:
        """The sink is finished with."""


class Outputs:
    """Every sink that gets pictures by the real rules: with the tiler on, those of source 0 or of the demuxer."""

    def __init__(self, config: AppConfig, sources: Sources, console: Console) -> None:
        self._outputs: list[Output] = []
        for sink in config.sinks:
            layout = layout_of(sink, config)
            if sink.type == SinkType.BROKER:
                console.simulator_note(f"[sink{sink.number}] sends no messages")
            elif layout is None:
                console.simulator_note(f"[sink{sink.number}] gets no pictures, as in the real program")
            elif sink.type == SinkType.RTSP:
                self._outputs.append(RtspOutput(sink, layout, config.osd_enabled, sources, console))
            elif sink.type == SinkType.FILE:
                self._outputs.append(FileOutput(sink, layout, config.osd_enabled, sources))

    def open(self) -> None:
        """Every sink is ready."""
        for output in self._outputs:
            output.open()

    def close(self) -> None:
        """Files are complete."""
        for output in self._outputs:
            output.close()


class RtspOutput:
    """A server for one sink's picture; all viewers share one encoder, and without viewers there is none."""

    def __init__(self, sink: SinkConfig, layout: Layout, draws: bool, sources: Sources, console: Console) -> None:
        self._sink = sink
        self._layout = layout
        self._sources = sources
        self._console = console
        self._server = GstRtspServer.RTSPServer()
        tail = f"{encoder_text(sink.bitrate, sink.key_frame_interval)} ! rtph264pay name=pay0 pt=96 config-interval=1"
        self._launch = f"( {launch_text(layout, draws, tail)} )"

    def open(self) -> None:
        """Serves, or prints that it does where the port is taken: the real program does not look either."""
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(self._launch)
        factory.set_shared(True)
        factory.connect("media-configure", self._on_media)
        self._server.set_address(_ADDRESS)
        self._server.set_service(str(self._sink.rtsp_port))
        self._server.get_mount_points().add_factory(_MOUNT, factory)
        if self._server.attach(None) == 0:
            self._console.simulator_note(f"[sink{self._sink.number}] rtsp-port {self._sink.rtsp_port} is taken")
        url = f"rtsp://localhost:{self._sink.rtsp_port}{_MOUNT}"
        self._console.text(f"\n *** DeepStream: Launched RTSP Streaming at {url} ***\n\n")

    def close(self) -> None:
        """Nothing to finish: viewers see the connection end."""

    def _on_media(self, _factory: GstRtspServer.RTSPMediaFactory, media: GstRtspServer.RTSPMedia) -> None:
        mosaic = Mosaic(media.get_element(), self._layout, self._sources)
        media.connect("unprepared", lambda _media: mosaic.stop())
        mosaic.start()


class FileOutput:
    """One sink's picture in an MP4 or Matroska file, encoded all the time."""

    def __init__(self, sink: SinkConfig, layout: Layout, draws: bool, sources: Sources) -> None:
        muxer = _MUXERS_BY_CONTAINER.get(sink.container, "mp4mux")
        tail = f"{encoder_text(sink.bitrate, sink.key_frame_interval)} ! {muxer} ! filesink name=file"
        self._pipeline = Gst.parse_launch(launch_text(layout, draws, tail))
        self._pipeline.get_by_name("file").set_property("location", sink.output_file)
        self._mosaic = Mosaic(self._pipeline, layout, sources)

    def open(self) -> None:
        """Records from now on."""
        self._pipeline.set_state(Gst.State.PLAYING)
        self._mosaic.start()

    def close(self) -> None:
        """The file has its index; without any picture there is nothing to wait for."""
        self._mosaic.stop()
        self._pipeline.send_event(Gst.Event.new_eos())
        ends = Gst.MessageType.EOS | Gst.MessageType.ERROR
        self._pipeline.get_bus().timed_pop_filtered(_FINALISE_S * Gst.SECOND, ends)
        self._pipeline.set_state(Gst.State.NULL)


def layout_of(sink: SinkConfig, config: AppConfig) -> Layout | None:
    """What the sink shows; None when the real pipeline would not build it."""
    if sink.link_to_demux or not config.tiler.composes:
        known = config.live_sources is not None or sink.source_id < len(config.sources)
        return single_layout(config, sink.source_id) if known else None
    return tiled_layout(config) if sink.source_id == 0 else None
