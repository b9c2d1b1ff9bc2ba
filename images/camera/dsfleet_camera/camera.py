"""One camera: its mount on the RTSP server, its state, and the feed of whoever watches."""

import threading
import time
from enum import StrEnum

from gi.repository import GstRtspServer

from dsfleet_camera.clip import Clip
from dsfleet_camera.feed import Feed

_LAUNCH = (
    "( appsrc name=feed is-live=true format=time block=false max-buffers=5 "
    'caps="video/x-h264,stream-format=byte-stream,alignment=au,framerate=10/1" '
    "! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)
ROLE = "viewer"


class State(StrEnum):
    """on: pictures flow; frozen: sessions live, no pictures; off: nobody answers."""

    ON = "on"
    FROZEN = "frozen"
    OFF = "off"


class Camera:
    """A camera at rtsp://<address>:<port>/<name>; `offset_s` shifts its clip so that cameras differ."""

    def __init__(self, name: str, clip: Clip, offset_s: int, login_required: bool) -> None:
        self.name = name
        self.path = f"/{name}"
        self.state = State.ON
        self._clip = clip
        self._offset_s = offset_s
        self._login_required = login_required
        self._feed: Feed | None = None
        self._lock = threading.Lock()

    def factory(self) -> GstRtspServer.RTSPMediaFactory:
        """A fresh factory that shares one stream among all viewers and repeats the clip for ever."""
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(_LAUNCH)
        factory.set_shared(True)
        factory.set_eos_shutdown(False)
        if self._login_required:
            permissions = GstRtspServer.RTSPPermissions()
            permissions.add_permission_for_role(ROLE, "media.factory.access", True)
            permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
            factory.set_permissions(permissions)
        factory.connect("media-configure", self._on_media)
        return factory

    def freeze(self) -> None:
        """Viewers keep their session and get no more pictures."""
        with self._lock:
            self.state = State.FROZEN
            if self._feed is not None:
                self._feed.freeze()

    def switch_on(self) -> None:
        """Pictures flow again to whoever watches or connects."""
        with self._lock:
            self.state = State.ON
            if self._feed is not None:
                self._feed.thaw()

    def switch_off(self) -> None:
        """The camera counts as gone; the server takes its mount and viewers away."""
        with self._lock:
            self.state = State.OFF
            self._feed = None

    def _on_media(self, _factory: GstRtspServer.RTSPMediaFactory, media: GstRtspServer.RTSPMedia) -> None:
        first_group = int(time.time()) + self._offset_s
        appsrc = media.get_element().get_child_by_name("feed")
        with self._lock:
            self._feed = Feed(appsrc, self._clip, first_group, frozen=self.state is State.FROZEN)
