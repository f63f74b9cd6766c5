"""Which connections this machine had to an address, by the kernel's own table: short ones are there for a minute."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from typing import Final

_TABLES: Final = {socket.AF_INET: Path("/proc/net/tcp"), socket.AF_INET6: Path("/proc/net/tcp6")}
_LISTEN: Final = "0A"


def local_ports(host: str, port: int) -> frozenset[int] | None:
    """Give the local ports of the connections to the address, closed ones in TIME_WAIT included.

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
    return frozenset(int(row[1].partition(":")[2], 16) for row in rows if row[2] in wanted and row[3] != _LISTEN)


def _hexed(family: int, address: str, port: int) -> str:
    """Write an address as the table does: 32-bit words in the machine's own order."""
    packed = socket.inet_pton(family, address.partition("%")[0])
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return "".join(f"{word:08X}" for word in words) + f":{port:04X}"
