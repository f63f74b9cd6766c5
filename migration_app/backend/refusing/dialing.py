"""The driver under test: whoever remembers production's address, psycopg doesn't dial it."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import BaseConnection
from psycopg.conninfo import conninfo_to_dict

from .errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

NOWHERE: Final = "production-is-out-of-reach-under-test.invalid"
"""The host that stands in the environment instead of production's. No host is ever called so (RFC 2606)."""
_LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Number:
    """An address as it is compared."""

    hosts: frozenset[str]
    port: str
    database: str
    user: str
    """Behind a pooler the user's name says which project is meant; else it doesn't matter."""

    def meets(self, other: Number) -> bool:
        """Tell whether both lead to one database."""
        return (self.port, self.database, self.user) == (other.port, other.database, other.user) and bool(
            self.hosts & other.hosts
        )


_refused: dict[Number, str] = {}


def refuse_to_dial(alias: str, params: Mapping[str, Any]) -> None:
    """Make psycopg refuse the address for the rest of this process, over either of its interfaces."""
    if not _refused:
        _guard()
    _refused[_number(params)] = alias


def _guard() -> None:
    """Stand before the one place where psycopg's connections, sync and async, begin to dial."""
    original = BaseConnection._connect_gen.__func__  # type: ignore[attr-defined]  # noqa: SLF001 - there is no hook

    def guarded(cls: type[BaseConnection[Any]], /, conninfo: str = "", **rest: Any) -> Any:  # noqa: ANN401 - psycopg's own
        wanted = _number(conninfo_to_dict(conninfo))
        if NOWHERE in wanted.hosts:
            raise refuse(next(iter(_refused.values())))
        for number, alias in _refused.items():
            if number.meets(wanted):
                raise refuse(alias)
        return original(cls, conninfo, **rest)

    BaseConnection._connect_gen = classmethod(guarded)  # type: ignore[method-assign,assignment]  # noqa: SLF001


def _number(params: Mapping[str, Any]) -> Number:
    host = str(params.get("host") or "").lower()
    hosts = {host, str(params.get("hostaddr") or host)} - {""}
    hosts |= {address for each in host.split(",") for address in _addresses(each)}
    if not hosts or hosts & _LOCAL:
        hosts |= _LOCAL
    user = str(params.get("user") or "")
    return Number(
        frozenset(hosts),
        str(params.get("port") or "5432"),
        str(params.get("dbname") or user),
        user if "pooler" in host else "",
    )


def _addresses(host: str) -> set[str]:
    if not host or host.startswith(("/", "@")):
        return set()
    try:
        return {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()
