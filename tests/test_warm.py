"""What the server does while nobody waits."""

from __future__ import annotations

import socket

from cnnviz.ui import warm


def delays(s: socket.socket) -> bool:
    return s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0


def test_connections_send_at_once() -> None:
    with socket.socket() as listener, socket.socket() as reader:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert delays(listener)
        warm.undelay()
        reader.connect(listener.getsockname())
        with listener.accept()[0] as connection:
            assert not delays(connection)
