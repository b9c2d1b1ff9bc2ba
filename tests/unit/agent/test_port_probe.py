"""Ports are looked at before an application is given them."""

import socket
from collections.abc import Iterator

import pytest

from dsfleet.agent.port_probe import check_ports_free
from dsfleet.contracts.messages.configuration import InstancePort, PortPurpose
from dsfleet.contracts.problems import TemporaryError


@pytest.fixture(params=[(socket.SOCK_STREAM, PortPurpose.RTSP), (socket.SOCK_DGRAM, PortPurpose.UDP)])
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, InstancePort]]:
    """A port that somebody holds on loopback only."""
    kind, purpose = request.param
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            holder.listen()
        yield holder, InstancePort(purpose=purpose, port=holder.getsockname()[1])


def test_taken_port_is_named(taken: tuple[socket.socket, InstancePort]):
    """A port that another program holds is named with what it was for."""
    _, port = taken
    with pytest.raises(TemporaryError) as error:
        check_ports_free([port])
    assert error.value.problem.code == "port-taken"
    assert str(port.port) in error.value.problem.message


def test_port_is_free_once_its_holder_is_gone(taken: tuple[socket.socket, InstancePort]):
    """A port whose holder is gone is free, and looking takes it from nobody."""
    holder, port = taken
    holder.close()
    check_ports_free([port])
    check_ports_free([port])


def test_lingering_connection_does_not_hold_a_port():
    """A server's port is free again at once, though a connection it closed still lingers."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", number)) as client:
            accepted, _ = server.accept()
            accepted.close()
            assert client.recv(1) == b""
    check_ports_free([InstancePort(purpose=PortPurpose.RTSP, port=number)])
