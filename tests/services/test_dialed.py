"""Connections of this machine are found by the kernel's table, also where a port is taken again."""

from __future__ import annotations

import math
import socket

import pytest

from migration_app.services.dialed import local_ports, opened

OPEN = math.inf


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ({}, {1: OPEN, 2: 60.0}, {1, 2}),
        ({1: OPEN, 2: 60.0}, {1: OPEN, 2: 60.01}, set()),
        ({1: OPEN}, {1: 60.0}, set()),
        ({1: 20.0}, {1: 75.0}, {1}),
        ({1: 20.0}, {1: OPEN}, {1}),
    ],
    ids=["came", "were there", "closed meanwhile", "taken again and closed", "taken again"],
)
def test_a_port_tells_whether_somebody_came(before: dict[int, float], after: dict[int, float], new: set[int]) -> None:
    assert opened(before, after) == new


@pytest.mark.parametrize("server_first", [False, True], ids=["closed by the client", "closed by the server"])
def test_a_connection_is_seen_while_it_is_open_and_after(server_first: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        before = local_ports("127.0.0.1", port)
        if before is None:
            pytest.skip("no table of connections on this system")
        client = socket.create_connection(("127.0.0.1", port))
        mine = client.getsockname()[1]
        held, _ = server.accept()
        assert local_ports("127.0.0.1", port) == {mine: OPEN}
        first, second = (held, client) if server_first else (client, held)
        first.close()
        second.recv(1)
        second.close()
        after = local_ports("127.0.0.1", port)
        assert after is not None
        assert 0 < after[mine] < OPEN
        assert opened(before, after) == {mine}
