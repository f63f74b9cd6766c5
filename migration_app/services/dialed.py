"""Which connections this machine had to an address, by the kernel's own table: short ones are there for a minute."""

from __future__ import annotations

import math
import os
import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_TABLES: Final = {socket.AF_INET: Path("/proc/net/tcp"), socket.AF_INET6: Path("/proc/net/tcp6")}
_LISTEN: Final = "0A"
_TIME_WAIT: Final = "06"
_UNCERTAIN: Final = 1.0
"""Seconds by which two looks at one timer may differ."""


def local_ports(host: str, port: int) -> dict[int, float] | None:
    """Give the local ports of the connections to the address, each with when the kernel forgets it.

    That is by ``time.monotonic()``, and never for one that is open; closed ones stay in TIME_WAIT for a minute, at the
    end that closed first: a server on this machine may have been that, and then the row is written from its side.

    None where there is no such table (it is Linux's), or the address is a socket directory or no address at all.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM) if not host.startswith(("/", "@")) else []
        wanted = {_hexed(family, str(address[0]), port) for family, *_, address in found}
        rows = [line.split() for path in _TABLES.values() for line in path.read_text().splitlines()[1:]]
    except (OSError, UnicodeError):
        return None
    if not wanted:
        return None
    now = time.monotonic()
    ports: dict[int, float] = {}
    for row in rows:
        here = row[1] if row[2] in wanted else row[2] if row[1] in wanted and _host(row[1]) == _host(row[2]) else None
        if here is not None and row[3] != _LISTEN:
            until = now + _ticks(row[5]) if row[3] == _TIME_WAIT else math.inf
            port = int(here.partition(":")[2], 16)
            ports[port] = max(until, ports.get(port, until))
    return ports


def opened(before: Mapping[int, float], after: Mapping[int, float]) -> frozenset[int]:
    """Give the ports of the connections that came between: a closed one's port may have been taken again."""
    return frozenset(port for port, until in after.items() if port not in before or until > before[port] + _UNCERTAIN)


def _host(end: str) -> str:
    return end.partition(":")[0]


def _ticks(timer: str) -> float:
    """Give the seconds of a timer as the table writes it, ``03:00001770``."""
    return int(timer.partition(":")[2], 16) / os.sysconf("SC_CLK_TCK")


def _hexed(family: int, address: str, port: int) -> str:
    """Write an address as the table does: 32-bit words in the machine's own order."""
    packed = socket.inet_pton(family, address.partition("%")[0])
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return "".join(f"{word:08X}" for word in words) + f":{port:04X}"
