"""Puts a clean copy of the template in the place of a worker's database."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final, cast

import psycopg
from django.db import connections
from psycopg.pq import TransactionStatus

from . import runs, server, spares
from .server import Server
from .written import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import DatabaseWrapper
    from .testing import Testing

MAX_NAME: Final = 56
"""Bytes of a name, so that ``spares.other_name`` has room."""


def needed(connection: DatabaseWrapper, testing: Testing) -> bool:
    """Tell whether the database may be another than the template was."""
    if testing.dirty or testing.keep:
        return True
    started = monotonic()
    try:
        connection.ensure_connection()
        session = connection.connection
        if session is None or not session.autocommit:
            return True
        return written(session, testing.sequences)
    except psycopg.Error:  # a session that the test left broken, or without the right to look
        return True
    finally:
        testing.times.append(("look", monotonic() - started))


def replace(connection: DatabaseWrapper, testing: Testing) -> None:
    """Replace the database by the spare, or by a copy made now, and let the next spare be made."""
    started = monotonic()
    connection.close()
    connection.close_pool()
    name = str(connection.settings_dict["NAME"])
    where = Server.of(connection.alias, testing.source)
    run = runs.current(where, testing.run)
    spare = spares.take(connection.alias)
    taken = monotonic()
    trash = None
    with run.lock:
        there = server.find(run.keeper, name)
        role = there.mark.role if there is not None and there.mark is not None else "worker"
        if testing.keep and there is not None:
            _keep(run, name, testing)
            there = None
        if spare is None:
            server.drop(run.keeper, name)
            server.copy(run.keeper, testing.template, name, run.mark(role, testing.template))
        elif there is None:
            server.rename(run.keeper, (spare, name))
        else:
            trash = spares.other_name(name)
            server.rename(run.keeper, (name, trash), (spare, name))
        if spare is not None and role == "kept":
            server.remark(run.keeper, name, run.mark(role, testing.template))
    testing.generation += 1
    testing.dirty = False
    testing.times += [("wait", taken - started), ("copy" if spare is None else "rename", monotonic() - taken)]
    spares.prepare(where, run, testing, name, trash)


def _keep(run: runs.Run, name: str, testing: Testing) -> None:
    """Put a failed test's database aside under a name of its own; it is dropped after some days."""
    aside = spares.other_name(f"failed_{name}"[:MAX_NAME])
    server.rename(run.keeper, (name, aside))
    server.remark(run.keeper, aside, run.mark("failed", testing.template))
    testing.kept.append((testing.keep, aside))
    testing.keep = ""


def replace_all(*, always: bool) -> None:
    """Replace the database of every alias that is set up for tests; only where it was written to, unless always."""
    for connection, testing in _set_up():
        if always or needed(connection, testing):
            replace(connection, testing)


def keep_all(test: str) -> None:
    """Have the databases kept for a failed test, and what it has written so far committed."""
    for connection, testing in _set_up():
        testing.keep = test
        session = connection.connection
        if session is not None and not session.closed and session.info.transaction_status != TransactionStatus.IDLE:
            session.commit()


def put_aside() -> None:
    """Put the databases aside that are to be kept and that nothing has replaced yet."""
    for connection, testing in _set_up():
        if testing.keep:
            replace(connection, testing)


def _set_up() -> Iterator[tuple[DatabaseWrapper, Testing]]:
    for alias in connections:
        connection = connections[alias]
        testing: Testing | None = connection.settings_dict.get("DBSEP")
        if testing is not None:
            yield cast("DatabaseWrapper", connection), testing
