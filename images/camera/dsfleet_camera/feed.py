"""One camera's pictures on their way to its viewers: the clip, group by group, with time that never jumps back."""

import threading

from gi.repository import Gst, GstApp  # noqa: F401  GstApp gives appsrc its methods

from dsfleet_camera.clip import FRAME_RATE_FPS, Clip, parameter_sets

_FRAME_NS = Gst.SECOND // FRAME_RATE_FPS


class Feed:
    """Answers an appsrc's need-data with the next group of pictures; the RTSP server paces them by their timestamps."""

    def __init__(self, appsrc: Gst.Element, clip: Clip, first_group: int, frozen: bool) -> None:
        self._appsrc = appsrc
        self._clip = clip
        self._position = first_group
        self._next_pts = 0
        self._frozen = frozen
        self._hungry = False
        self._described = False
        self._lock = threading.Lock()
        appsrc.connect("need-data", self._on_need_data)

    def freeze(self) -> None:
        """No further group is pushed (what is queued, under a second, still goes out)."""
        with self._lock:
            self._frozen = True

    def thaw(self) -> None:
        """Pictures go on from the present moment; a feed that was not frozen is left as it is."""
        with self._lock:
            if not self._frozen:
                return
            self._frozen = False
            if self._hungry:
                self._push_group()

    def _on_need_data(self, _appsrc: Gst.Element, _length: int) -> None:
        with self._lock:
            if not self._frozen:
                self._push_group()
            elif not self._described:
                self._describe()
            else:
                self._hungry = True

    def _describe(self) -> None:
        """A frozen camera still answers DESCRIBE, for which the server needs the parameter sets."""
        self._described = True
        self._next_pts = max(self._next_pts, self._running_time())
        self._push(parameter_sets(self._clip.groups[0][0]))

    def _push_group(self) -> None:
        self._hungry, self._described = False, True
        self._next_pts = max(self._next_pts, self._running_time())
        group = self._clip.groups[self._position % len(self._clip.groups)]
        self._position += 1
        for picture in group:
            self._push(picture)

    def _push(self, picture: bytes) -> None:
        buffer = Gst.Buffer.new_wrapped(picture)
        buffer.pts = buffer.dts = self._next_pts
        buffer.duration = _FRAME_NS
        self._next_pts += _FRAME_NS
        self._appsrc.emit("push-buffer", buffer)

    def _running_time(self) -> int:
        """Nanoseconds since the pipeline started to play; 0 before that."""
        clock, base = self._appsrc.get_clock(), self._appsrc.get_base_time()
        return max(0, clock.get_time() - base) if clock is not None and base > 0 else 0
