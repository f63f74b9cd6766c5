"""Runs statements in one transaction, sent without waiting between them, so that distance costs little."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors as pg

from migration_app.engine.errors import StatementFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import Connection, Cursor

    from migration_app.engine.model import Statement


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a statement may wait for a lock, and how long it may run; milliseconds, 0 for no limit."""

    lock_timeout: int = 5_000
    statement_timeout: int = 0


def apply(
    connection: Connection[Any],
    statements: Sequence[Statement],
    *,
    limits: Limits = Limits(),
    before: Callable[[], None] | None = None,
    verify: Callable[[], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Run the statements in one transaction: all of them, or none.

    Args:
        connection: in autocommit mode, outside a transaction.
        statements: all transactional.
        limits: set for the transaction only.
        before: runs inside the transaction first, to lock and to check that nothing has moved.
        verify: runs inside the transaction last; whatever it raises rolls everything back.
        progress: called with the number of statements done, now and then.

    Raises:
        StatementFailed: the server refused a statement; nothing was changed.

    """
    connection.execute(_begin(limits), prepare=False)
    try:
        if before is not None:
            before()
        _run(connection, statements, progress)
        if verify is not None:
            verify()
    except BaseException:
        _roll_back(connection)
        raise
    connection.execute("COMMIT", prepare=False)


def _begin(limits: Limits) -> str:
    # One simple query, one wait. Bodies may name what comes later, so they are not checked; every name in a plan is
    # qualified, so the search path is empty, as it was when the definitions were printed.
    return (
        "BEGIN; "
        "SET LOCAL search_path = ''; "
        "SET LOCAL check_function_bodies = off; "
        "SET LOCAL client_min_messages = warning; "
        f"SET LOCAL lock_timeout = {limits.lock_timeout:d}; "
        f"SET LOCAL statement_timeout = {limits.statement_timeout:d}"
    )


def _roll_back(connection: Connection[Any]) -> None:
    if not connection.closed:
        try:
            connection.execute("ROLLBACK", prepare=False)
        except psycopg.Error:
            connection.close()


def _run(
    connection: Connection[Any],
    statements: Sequence[Statement],
    progress: Callable[[int], None] | None,
) -> None:
    """Send everything in one pipeline: outcomes are read as they come, and waited for once, at the end."""
    waiting: deque[Cursor[Any]] = deque()
    done = 0
    try:
        with connection.pipeline():
            for statement in statements:
                cursor = connection.cursor()
                waiting.append(cursor)
                cursor.execute(statement.sql.encode(), prepare=False)
                before = done
                done += _forget_finished(waiting)
                if progress is not None and done > before:
                    progress(done)
    except psycopg.Error as error:
        done += _forget_finished(waiting)
        raise _failure(error, statements, min(done, len(statements) - 1)) from error
    if progress is not None:
        progress(len(statements))


def _forget_finished(waiting: deque[Cursor[Any]]) -> int:
    """Drop the cursors at the front whose outcome is known; give how many there were."""
    count = 0
    while waiting and waiting[0].pgresult is not None:
        waiting.popleft()
        count += 1
    return count


def _failure(error: psycopg.Error, statements: Sequence[Statement], position: int) -> StatementFailed:
    statement = statements[position]
    return StatementFailed(
        number=position + 1,
        total=len(statements),
        verb=str(statement.verb),
        address=f"{statement.address.kind} {statement.address}",
        sql=statement.sql,
        reason=error.diag.message_primary or str(error).strip(),
        sqlstate=error.sqlstate,
        advice=_advice(error),
    )


def _advice(error: psycopg.Error) -> str:
    if isinstance(error, pg.InsufficientPrivilege):
        return "Connect as the owner of the object or as a role that may do this; nothing was changed."
    if isinstance(error, pg.LockNotAvailable):
        return "Someone holds a lock on the object: try again later, or raise lock_timeout; nothing was changed."
    if isinstance(error, pg.DiskFull):
        return "The server's disk is full: free space and try again; nothing was changed."
    return error.diag.message_hint or "Nothing was changed."
