"""An output picture in the making: takes the newest picture of each input, composes them, draws boxes and labels."""

import math

import cairo
from gi.repository import GLib, Gst

from deepstream_simulator.layout import Layout, Tile
from deepstream_simulator.sources import Sources

FRAME_RATE_FPS = 10
_FRAME_MS = 1000 // FRAME_RATE_FPS
_BOX_COLOUR = (1.0, 0.25, 0.2)
_LABELS = ("person", "vehicle")


def launch_text(layout: Layout, draws: bool, tail: str) -> str:
    """A GStreamer launch line: an appsrc per tile, the composition, the drawing when asked for, then `tail`."""
    pads = " ".join(
        f"sink_{index}::xpos={tile.x} sink_{index}::ypos={tile.y} "
        f"sink_{index}::width={tile.width} sink_{index}::height={tile.height}"
        for index, tile in enumerate(layout.tiles)
    )
    size = f"width={layout.width},height={layout.height},framerate={FRAME_RATE_FPS}/1"
    drawing = "! videoconvert ! video/x-raw,format=BGRx ! cairooverlay name=osd " if draws else ""
    inputs = " ".join(
        f"appsrc name=tile{index} is-live=true format=time max-buffers=2 leaky-type=downstream ! mix.sink_{index}"
        for index in range(len(layout.tiles))
    )
    return (
        f"compositor name=mix background=black {pads} "
        f"! video/x-raw,format=I420,{size} {drawing}! videoconvert ! {tail} {inputs}"
    )


def encoder_text(bitrate: int, key_frame_interval: int) -> str:
    """An H.264 encoder for few cores; `bitrate` in bit/s, key frames often enough for a viewer to join soon."""
    kilobits = min(max(bitrate // 1000, 200), 1500)
    interval = min(max(key_frame_interval, FRAME_RATE_FPS), 2 * FRAME_RATE_FPS)
    return (
        f"x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate={kilobits} key-int-max={interval} "
        "! video/x-h264,profile=baseline"
    )


class Mosaic:
    """Feeds one running copy of the launch line, ten times a second, from start to stop."""

    def __init__(self, element: Gst.Bin, layout: Layout, sources: Sources) -> None:
        self._layout = layout
        self._sources = sources
        self._appsrcs = [element.get_by_name(f"tile{index}") for index in range(len(layout.tiles))]
        self._timer = 0
        self._showing: set[int] = set()
        overlay = element.get_by_name("osd")
        if overlay is not None:
            overlay.connect("draw", self._draw)

    def start(self) -> None:
        """Pictures flow; a second call does nothing."""
        if not self._timer:
            self._timer = GLib.timeout_add(_FRAME_MS, self._feed)

    def stop(self) -> None:
        """No more pictures; a second call does nothing."""
        if self._timer:
            GLib.source_remove(self._timer)
            self._timer = 0

    def _feed(self) -> bool:
        for appsrc, tile in zip(self._appsrcs, self._layout.tiles, strict=True):
            sample = self._sources.picture(tile.source_id)
            if sample is not None:
                push_now(appsrc, sample)
                self._showing.add(tile.source_id)
            else:
                self._showing.discard(tile.source_id)
        return True

    def _draw(self, _overlay: Gst.Element, context: cairo.Context, timestamp: int, _duration: int) -> None:
        seconds = timestamp / Gst.SECOND
        for tile in self._layout.tiles:
            if tile.source_id in self._showing:
                draw_tile(context, tile, seconds)


def push_now(appsrc: Gst.Element, sample: Gst.Sample) -> None:
    """The sample's picture enters with the present running time; its memory is shared, not copied."""
    clock = appsrc.get_clock()
    if clock is None:
        return
    original = sample.get_buffer()
    flags = Gst.BufferCopyFlags.MEMORY | Gst.BufferCopyFlags.META
    picture = original.copy_region(flags, 0, original.get_size())
    picture.pts = clock.get_time() - appsrc.get_base_time()
    appsrc.emit("push-sample", Gst.Sample.new(picture, sample.get_caps(), None, None))


def draw_tile(context: cairo.Context, tile: Tile, seconds: float) -> None:
    """Two labelled boxes that wander through the tile, and the input's number in its corner."""
    context.select_font_face("DejaVu Sans", cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD)
    context.set_font_size(max(8.0, tile.height / 16))
    for number, label in enumerate(_LABELS):
        phase = seconds * (0.4 + 0.2 * number) + tile.source_id + number * math.pi / 2
        width, height = tile.width * 0.18, tile.height * 0.28
        x = tile.x + (tile.width - width) * (0.5 + 0.5 * math.sin(phase))
        y = tile.y + (tile.height - height) * (0.5 + 0.4 * math.cos(phase * 0.7))
        context.set_source_rgb(*_BOX_COLOUR)
        context.set_line_width(2)
        context.rectangle(x, y, width, height)
        context.stroke()
        write(context, f"{label} {number}", x, y - 3)
    write(context, f"source {tile.source_id}", tile.x + 4, tile.y + tile.height - 6)


def write(context: cairo.Context, text: str, x: float, y: float) -> None:
    """White text with a dark edge, so that it reads on any picture."""
    context.move_to(x, y)
    context.text_path(text)
    context.set_source_rgb(0, 0, 0)
    context.set_line_width(2)
    context.stroke_preserve()
    context.set_source_rgb(1, 1, 1)
    context.fill()
