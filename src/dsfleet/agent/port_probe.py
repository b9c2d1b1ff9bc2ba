"""Whether ports are free on this host. An application that finds its RTSP port taken says nothing and serves nobody."""

import contextlib
import socket
from collections.abc import Iterable

from dsfleet.contracts.messages.configuration import InstancePort, PortPurpose
from dsfleet.contracts.problems import Problem, TemporaryError


def check_ports_free(ports: Iterable[InstancePort]) -> None:
    """Return when a program could listen on all of them; raises TemporaryError `port-taken` for the first that is not.

    Connections that linger after a server's end do not count, where it allowed reuse as GStreamer's RTSP server does.
    """
    for one in ports:
        if not _is_free(one):
            raise TemporaryError(
                Problem(
                    code="port-taken",
                    message=f"Port {one.port} for {one.purpose.value} is taken by another program on this host.",
                    field="ports",
                    value=str(one.port),
                    mend="End that program, or give the agent another port range.",
                )
            )


def _is_free(one: InstancePort) -> bool:
    is_udp = one.purpose is PortPurpose.UDP
    kind = socket.SOCK_DGRAM if is_udp else socket.SOCK_STREAM
    with contextlib.closing(socket.socket(socket.AF_INET, kind)) as probe:
        if not is_udp:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", one.port))
        except OSError:
            return False
        return True
