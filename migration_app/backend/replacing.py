"""Puts a clean copy of the template in the place of a worker's database."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import psycopg

from . import runs, server, spares
from .server import Server
from .written import written

if TYPE_CHECKING:
    from .base import DatabaseWrapper
    from .testing import Testing


def needed(connection: DatabaseWrapper, testing: Testing) -> bool:
    """Tell whether the database may be another than the template was."""
    if testing.dirty:
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
    trash = None
    with run.lock:
        there = server.find(run.keeper, name)
        role = there.mark.role if there is not None and there.mark is not None else "worker"
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
    testing.times.append(("copy" if spare is None else "rename", monotonic() - started))
    spares.prepare(where, run, testing, name, trash)
