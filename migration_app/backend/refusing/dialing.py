"""The driver under test: whoever remembers production's address, psycopg doesn't dial it."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from psycopg import AsyncConnection, BaseConnection, Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from migration_app.services.credentials import NOWHERE, service

from .errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILLED: Final = frozenset({b"host", b"hostaddr", b"port", b"dbname"})
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
        _guard_psycopg2()
        sys.addaudithook(_watch)
    number = _number(params)
    _refused[number] = alias
    _places.update(((host, number.port), alias) for host in number.hosts if number.hosts.isdisjoint(_LOCAL))


_places: dict[tuple[str, str], str] = {}
"""Address and port of production's servers, unless they are this machine's own."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse drivers that are written in Python as well, which dial by the socket module."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and len(arguments[1]) > 1:
        alias = _places.get((str(arguments[1][0]).lower(), str(arguments[1][1])))
        if alias is not None:
            raise refuse(alias)


def _guard() -> None:
    """Stand before the one place where psycopg's connections, sync and async, begin to dial."""
    original = BaseConnection._connect_gen.__func__  # type: ignore[attr-defined]  # noqa: SLF001 - there is no hook

    def guarded(cls: type[BaseConnection[Any]], /, conninfo: str = "", **rest: Any) -> Any:  # noqa: ANN401 - psycopg's own
        _let_through(conninfo_to_dict(conninfo))
        return original(cls, conninfo, **rest)

    BaseConnection._connect_gen = classmethod(guarded)  # type: ignore[method-assign,assignment]  # noqa: SLF001
    for each in (Connection, AsyncConnection):
        _guard_names(each)


def _let_through(params: Mapping[str, Any]) -> None:
    """Refuse production's address."""
    wanted = _number(params)
    for number, alias in _refused.items():
        if number.meets(wanted):
            raise refuse(alias)


def _refuse_nowhere(host: object) -> None:
    """Refuse the name that stands in production's place; the environment's counts where no host is said."""
    if NOWHERE in str(host or os.environ.get("PGHOST")):
        raise refuse(next(iter(_refused.values())))


def _guard_psycopg2() -> None:
    """Stand before psycopg2's connect(), where it is installed: libpq dials from C, unseen by Python."""
    if find_spec("psycopg2") is None:
        return
    psycopg2: Any = import_module("psycopg2")
    original = psycopg2._connect  # noqa: SLF001 - what both forms of connect() end in

    def guarded(dsn: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - psycopg2's own
        params = conninfo_to_dict(dsn)
        _refuse_nowhere(params.get("host"))
        _let_through(params)
        return original(dsn, *rest, **more)

    psycopg2._connect = guarded  # noqa: SLF001


def _guard_names(cls: Any) -> None:  # noqa: ANN401 - one of two classes, whose method is sync and async
    """Stand before the place where psycopg begins to look for a host's address: there is none of NOWHERE's."""
    original = cls._get_connection_params.__func__

    def guarded(klass: Any, conninfo: str, /, **rest: Any) -> Any:  # noqa: ANN401 - psycopg's own
        _refuse_nowhere(rest.get("host") or conninfo_to_dict(conninfo).get("host"))
        return original(klass, conninfo, **rest)

    cls._get_connection_params = classmethod(guarded)


def _number(given: Mapping[str, Any]) -> Number:
    """Give the address that libpq makes of it: a service and the environment's variables fill what isn't said."""
    params: dict[str, Any] = dict(given)
    if params.get("service"):
        params = {**service(str(params["service"])), **params}
    for default in Conninfo.get_defaults():
        if default.val and not params.get(default.keyword.decode()) and default.keyword in _FILLED:
            params[default.keyword.decode()] = default.val.decode()
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
    if not host or host == NOWHERE or host.startswith(("/", "@")):
        return set()
    try:
        return {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()
