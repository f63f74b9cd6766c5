"""Runs statements in one transaction, sent in batches, so that distance costs little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors as pg

from migration_app.engine.errors import StatementFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg import Connection, Cursor

    from migration_app.engine.model import Statement

_BATCH: Final = 2000
"""Statements a wait: a failure is noticed at the end of its batch, and 2,000 outcomes fit into a few megabytes."""


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
        progress: called with the number of statements done, once a batch.

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
    for start, batch in _batches(statements):
        cursors: list[Cursor[Any]] = []
        try:
            with connection.pipeline():
                for statement in batch:
                    cursor = connection.cursor()
                    cursors.append(cursor)
                    cursor.execute(statement.sql.encode(), prepare=False)
        except psycopg.Error as error:
            raise _failure(error, start, batch, cursors, len(statements)) from error
        if progress is not None:
            progress(start + len(batch))


def _batches(statements: Sequence[Statement]) -> Iterator[tuple[int, Sequence[Statement]]]:
    for start in range(0, len(statements), _BATCH):
        yield start, statements[start : start + _BATCH]


def _failure(
    error: psycopg.Error,
    start: int,
    batch: Sequence[Statement],
    cursors: Sequence[Cursor[Any]],
    total: int,
) -> StatementFailed:
    done = sum(1 for cursor in cursors if cursor.pgresult is not None)
    position = min(done, len(batch) - 1)
    statement = batch[position]
    return StatementFailed(
        number=start + position + 1,
        total=total,
        verb=str(statement.verb),
        address=f"{statement.address.kind} {statement.address}",
        sql=statement.shown,
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
