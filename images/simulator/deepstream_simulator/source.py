"""One input, really opened and decoded: a GStreamer pipeline that ends in a sink which counts."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from gi.repository import GLib, Gst

from deepstream_simulator.config import SourceConfig, SourceType

_ALL_PROTOCOLS = "udp+udp-mcast+tcp"


@dataclass(frozen=True, slots=True)
class SourceEvents:
    """Whom a source tells, on the main loop's thread."""

    failed: Callable[["Source", str, str, str], None]
    ended: Callable[["Source"], None]


class Source:
    """Decodes one URI between start and stop; frame counts grow over restarts."""

    def __init__(self, config: SourceConfig, events: SourceEvents, forces_tcp: bool, loops_files: bool) -> None:
        self.config = config
        self._events = events
        self._forces_tcp = forces_tcp
        self._loops_files = loops_files
        self._pipeline: Gst.Pipeline | None = None
        self._sink: Gst.Element | None = None
        self._earlier_frames = 0
        self._dropped = False

    @property
    def is_rtsp(self) -> bool:
        """True for the classic type that reconnects, and for rtsp entries of a list."""
        return self.config.type == SourceType.RTSP

    def start(self) -> None:
        """The source is being opened; failures arrive as events."""
        if self._dropped or self._pipeline is not None:
            return
        self._pipeline, self._sink = self._build()
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self._on_error)
        bus.connect("message::eos", self._on_eos)
        self._pipeline.set_state(Gst.State.PLAYING)

    def stop(self) -> None:
        """Nothing is open any more; the frame count stays. A second call does nothing."""
        if self._pipeline is None:
            return
        self._earlier_frames = self.frames()
        self._pipeline.get_bus().remove_signal_watch()
        self._pipeline.set_state(Gst.State.NULL)
        self._pipeline = self._sink = None

    def restart(self) -> None:
        """The source is closed and opened again."""
        self.stop()
        self.start()

    def drop(self) -> None:
        """Pictures stop for good, as if the camera were lost for ever; restarts do not bring them back."""
        self._dropped = True
        self.stop()

    def set_paused(self, paused: bool) -> None:
        """Decoding stands still, or goes on."""
        if self._pipeline is not None:
            self._pipeline.set_state(Gst.State.PAUSED if paused else Gst.State.PLAYING)

    def frames(self) -> int:
        """Frames decoded since the first start."""
        if self._sink is None:
            return self._earlier_frames
        _, rendered = self._sink.get_property("stats").get_uint64("rendered")
        return self._earlier_frames + int(rendered) // (self.config.drop_frame_interval or 1)

    def last_sample(self) -> Gst.Sample | None:
        """The newest decoded picture, None before the first."""
        return None if self._sink is None else self._sink.get_property("last-sample")

    def _build(self) -> tuple[Gst.Pipeline, Gst.Element]:
        index = self.config.index
        pipeline = Gst.Pipeline.new(f"src_sub_bin{index}")
        sink = make("fakesink", f"src_bin_sink{index}", {"async": False, "sync": not self.is_rtsp, "qos": False})
        pipeline.add(sink)
        head = self._build_rtsp(pipeline, sink) if self._reads_rtsp() else self._build_uri(sink)
        pipeline.add(head)
        return pipeline, sink

    def _reads_rtsp(self) -> bool:
        return self.config.uri.startswith("rtsp")

    def _build_rtsp(self, pipeline: Gst.Pipeline, sink: Gst.Element) -> Gst.Element:
        index = self.config.index
        location, user, password = split_login(self.config.uri)
        login = {"user-id": user, "user-pw": password} if user is not None else {}
        source = make("rtspsrc", f"src_elem{index}", {"location": location, "latency": self.config.latency_ms, **login})
        Gst.util_set_object_arg(source, "protocols", self._protocols())
        decoder = make("decodebin", f"decodebin_elem{index}", {})
        pipeline.add(decoder)
        source.connect("select-stream", lambda _source, _number, caps: is_video(caps))
        source.connect("pad-added", lambda _source, pad: link(pad, decoder))
        decoder.connect("pad-added", lambda _decoder, pad: link(pad, sink))
        decoder.connect("deep-element-added", use_one_thread)
        return source

    def _build_uri(self, sink: Gst.Element) -> Gst.Element:
        index = self.config.index
        caps = Gst.Caps.from_string("video/x-raw(ANY)")
        head = make(
            "uridecodebin", f"src_elem{index}", {"uri": self.config.uri, "caps": caps, "expose-all-streams": False}
        )
        head.connect("pad-added", lambda _head, pad: link(pad, sink))
        head.connect("deep-element-added", use_one_thread)
        return head

    def _protocols(self) -> str:
        """4 is TCP alone, anything else the element's own order (enum rtp_protocol)."""
        return "tcp" if self._forces_tcp or self.config.rtp_protocols == 4 else _ALL_PROTOCOLS

    def _on_error(self, _bus: Gst.Bus, message: Gst.Message) -> None:
        error, debug = message.parse_error()
        self._events.failed(self, message.src.get_name(), error.message, debug or "")

    def _on_eos(self, _bus: Gst.Bus, _message: Gst.Message) -> None:
        if self._loops_files and not self.is_rtsp and self._pipeline is not None:
            self._pipeline.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH | Gst.SeekFlags.KEY_UNIT, 0)
            return
        self._events.ended(self)


def make(factory: str, name: str, properties: dict[str, object]) -> Gst.Element:
    """A new element with its properties set; RuntimeError when the plugin is not installed."""
    element = Gst.ElementFactory.make(factory, name)
    if element is None:
        raise RuntimeError(f"GStreamer element {factory} is not installed")
    for key, value in properties.items():
        element.set_property(key, value)
    return element


def link(pad: Gst.Pad, element: Gst.Element) -> None:
    """A first fitting pad is linked to the element; later and unfitting ones are left alone."""
    target = element.get_static_pad("sink")
    if not target.is_linked():
        pad.link(target)


def is_video(caps: Gst.Caps) -> bool:
    """True when an RTSP stream carries pictures."""
    return caps.get_structure(0).get_string("media") in (None, "video")


def use_one_thread(_bin: Gst.Bin, _parent: Gst.Bin, element: Gst.Element) -> None:
    """Software decoders get one thread each: many small cameras share few cores."""
    if element.find_property("max-threads") is not None:
        element.set_property("max-threads", 1)


def split_login(uri: str) -> tuple[str, str | None, str | None]:
    """The URI without its login, and the decoded user and password (None where absent)."""
    parts = urlsplit(uri)
    login, separator, host = parts.netloc.rpartition("@")
    if not separator:
        return uri, None, None
    user, _, password = login.partition(":")
    return urlunsplit(parts._replace(netloc=host)), unquote(user), unquote(password)


def on_main_loop(work: Callable[[], None]) -> None:
    """`work` runs soon on the main loop's thread."""

    def run() -> bool:
        work()
        return False

    GLib.idle_add(run)
