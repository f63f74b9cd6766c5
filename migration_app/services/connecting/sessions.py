"""Sessions on the databases that Django's DATABASES names: raw psycopg connections, safe behind a pooler."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils.connection import ConnectionDoesNotExist
from psycopg.rows import tuple_row

from migration_app import conf
from migration_app.engine.errors import DbsepError, Refused, UsageError
from migration_app.services.connecting.counting import CountingConnection
from migration_app.services.connecting.failures import connection_failed, map_errors, server_answered, tls_refused
from migration_app.services.connecting.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

Params = dict[str, Any]

CONNECT_TIMEOUT: Final = 10
"""Seconds for each address, unless the URL says connect_timeout."""

# Django's own: they belong to its wrapper, not to libpq.
_DJANGO_ONLY: Final = (
    "context",
    "cursor_factory",
    "prepare_threshold",
    "assume_role",
    "pool",
    "server_side_binding",
)


@contextmanager
def session(alias: str | Connection[Any], *, writable: bool = False) -> Iterator[Connection[Any]]:
    """Open a session on the alias for the time of the block; an open connection is yielded as it is.

    The connection is in autocommit mode: begin transactions yourself (`read_only_transaction`,
    `write_transaction`). Unless `writable`, every transaction that psycopg begins on it is READ ONLY. A
    writable session on production uses the owner's alias (`prod_owner`) where there is one. Time zone and
    the like are for `SET LOCAL`: a session setting would stay behind in a transaction pooler.

    On production the database's name is checked at once. Raises UsageError for an alias that isn't a
    PostgreSQL database, Refused where it shall be `writable` and is on a standby, ConnectionFailed when there
    is no way in; the driver's errors inside the block become DatabaseFailed or ConnectionFailed. No error
    holds a password.
    """
    if not isinstance(alias, str):
        with map_errors(alias.info.dbname):
            yield alias
        return
    name = owner_alias(alias) if writable else alias
    params = connection_params(name)
    with map_errors(name, params):
        conn = _connect(name, params)
        try:
            conn.read_only = not writable
            if writable and conn.info.parameter_status("in_hot_standby") == "on":
                raise Refused(
                    f"{name!r} is on a standby, which can be read but not changed",
                    f"Put the primary's address into {name.upper()}_DATABASE_URL.",
                )
            if conf.get().is_production(name):
                fingerprint(conn)
            yield conn
        finally:
            conn.close()


@contextmanager
def session_as(alias: str, params: Params) -> Iterator[Connection[Any]]:
    """Open a session with parameters of one's own for the time of the block; ``alias`` is for messages.

    Raises ConnectionFailed when there is no way in; there is no second try with the same password.
    """
    with map_errors(alias, params):
        conn = _connect(alias, params)
        try:
            yield conn
        finally:
            conn.close()


def owner_alias(alias: str) -> str:
    """Give the alias with the right to change the database: ``prod_owner`` for ``prod``, if configured."""
    owner = conf.get().owners.get(alias)
    return owner if owner is not None and owner in connections.databases else alias


def connection_params(alias: str) -> Params:
    """Give psycopg's parameters for the alias, as Django would connect, made safe for poolers."""
    try:
        wrapper = connections[alias]
        if wrapper.vendor != "postgresql":
            raise UsageError(
                f"alias {alias!r} is not a PostgreSQL database ({wrapper.display_name})",
                f"Give one of {_postgres_aliases()}.",
            )
        params: Params = wrapper.get_connection_params()
    except ConnectionDoesNotExist:
        raise UsageError(f"there is no database alias {alias!r}", _how_to_add(alias)) from None
    except ImproperlyConfigured as error:
        raise UsageError(f"alias {alias!r} is not configured completely: {error}", _how_to_add(alias)) from None
    for key in _DJANGO_ONLY:
        params.pop(key, None)
    params["application_name"] = "dbsep"
    params.setdefault("gssencmode", "disable")
    params.setdefault("connect_timeout", CONNECT_TIMEOUT)
    return params


def _postgres_aliases() -> str:
    return ", ".join(name for name in connections if connections[name].vendor == "postgresql") or "none, so far"


def _how_to_add(alias: str) -> str:
    variable = f"{alias.upper()}_DATABASE_URL"
    return f"Set {variable}=postgresql://… in the environment or in .env. Aliases now: {_postgres_aliases()}."


def _connect(alias: str, params: Params) -> CountingConnection:
    """Connect; another address, or no TLS, is tried only where nobody was asked for a password yet."""
    last: psycopg.Error | None = None
    for address in _attempts(alias, params):
        for attempt in _with_and_without_tls(address):
            try:
                return CountingConnection.connect(
                    autocommit=True, prepare_threshold=None, row_factory=tuple_row, **attempt
                )
            except psycopg.Error as error:
                last = error
                if not tls_refused(error):
                    break
            except (ValueError, UnicodeError) as error:
                # psycopg's word on a parameter that it can't read: a connect_timeout that is no number, say.
                raise connection_failed(alias, error, params) from None
        if last is not None and server_answered(last):
            break
    # `from None`: a traceback would show the driver's own text, which may quote the connection string.
    raise connection_failed(alias, last or OSError("no address to connect to"), params) from None


def _with_and_without_tls(params: Params) -> list[Params]:
    """Take sslmode=prefer apart: libpq sends a password that was refused over TLS once more, without TLS."""
    mode = params.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer"
    if mode != "prefer" or "hostaddr" not in params or params.get("service"):
        return [params]
    return [{**params, "sslmode": "require"}, {**params, "sslmode": "disable"}]


def _attempts(alias: str, params: Params) -> list[Params]:
    """Give the parameters for each address of the host; psycopg would try them all, whatever failed."""
    host = str(params.get("host") or "")
    if not host or "," in host or "/" in host or host.startswith("@") or params.get("hostaddr"):
        return [params]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        failure = OSError(f"failed to resolve host {host!r}: {getattr(error, 'strerror', None) or error}")
        raise connection_failed(alias, failure, params) from None
    return [{**params, "hostaddr": address} for address in dict.fromkeys(str(each[4][0]) for each in found)]


def is_lost(error: DbsepError) -> bool:
    """Tell whether the error is a lost connection, so that a command may say how to resume."""
    return "connection was lost" in error.message
