"""The RTSP server that carries all cameras of the process."""

from collections.abc import Sequence

from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

from dsfleet_camera.camera import ROLE, Camera, State

_SESSION_SWEEP_S = 5


class CameraServer:
    """Cameras by name on one address and port; OSError when the port cannot be had."""

    def __init__(self, address: str, port: int, cameras: Sequence[Camera], login: tuple[str, str] | None) -> None:
        self.cameras_by_name = {camera.name: camera for camera in cameras}
        self._paths_by_client: dict[GstRtspServer.RTSPClient, set[str]] = {}
        self._server = GstRtspServer.RTSPServer()
        self._server.set_address(address)
        self._server.set_service(str(port))
        if login is not None:
            self._server.set_auth(demand_login(*login))
        self._mounts = self._server.get_mount_points()
        for camera in cameras:
            self._mounts.add_factory(camera.path, camera.factory())
        self._server.connect("client-connected", self._on_client)
        if self._server.attach(None) == 0:
            raise OSError(f"cannot serve RTSP on {address}:{port}: the port is taken or the address is not ours")
        GLib.timeout_add_seconds(_SESSION_SWEEP_S, self._sweep_sessions)

    def switch_off(self, name: str) -> None:
        """The camera's viewers are cut off and nobody can connect to it. KeyError for an unknown name."""
        camera = self.cameras_by_name[name]
        camera.switch_off()
        self._mounts.remove_factory(camera.path)
        for client, paths in list(self._paths_by_client.items()):
            if camera.path in paths:
                client.close()

    def switch_on(self, name: str) -> None:
        """The camera answers and its pictures flow. KeyError for an unknown name."""
        camera = self.cameras_by_name[name]
        if camera.state is State.OFF:
            self._mounts.add_factory(camera.path, camera.factory())
        camera.switch_on()

    def freeze(self, name: str) -> None:
        """The camera's sessions live on without pictures. KeyError for an unknown name."""
        camera = self.cameras_by_name[name]
        if camera.state is State.OFF:
            self._mounts.add_factory(camera.path, camera.factory())
        camera.freeze()

    def _on_client(self, _server: GstRtspServer.RTSPServer, client: GstRtspServer.RTSPClient) -> None:
        self._paths_by_client[client] = set()
        client.connect("setup-request", self._on_setup)
        client.connect("closed", self._on_closed)

    def _on_setup(self, client: GstRtspServer.RTSPClient, context: GstRtspServer.RTSPContext) -> None:
        path = "/" + context.uri.abspath.strip("/").split("/")[0]
        self._paths_by_client.setdefault(client, set()).add(path)

    def _on_closed(self, client: GstRtspServer.RTSPClient) -> None:
        self._paths_by_client.pop(client, None)

    def _sweep_sessions(self) -> bool:
        self._server.get_session_pool().cleanup()
        return True


def demand_login(user: str, password: str) -> GstRtspServer.RTSPAuth:
    """An authenticator that accepts exactly this user, by basic or digest, and gives the role of a viewer."""
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    return auth


def start_gstreamer() -> None:
    """GStreamer is ready to use; a second call does nothing."""
    Gst.init(None)
