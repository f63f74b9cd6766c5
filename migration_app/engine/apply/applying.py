"""Runs statements, in one transaction where that can be, without waiting between them: distance costs little."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors as pg

from migration_app.engine.errors import StatementFailed

from .segments import Segment, segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg import Connection, Cursor

    from migration_app.engine.model import Statement


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a statement may wait for a lock, and how long it may run; milliseconds, 0 for no limit."""

    lock_timeout: int = 5_000
    statement_timeout: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Something to be done between two statements, once ``position`` statements have run."""

    position: int
    action: Callable[[], None]


def apply(  # noqa: PLR0913 - the places where a caller may come in
    connection: Connection[Any],
    statements: Sequence[Statement],
    *,
    limits: Limits = Limits(),
    before: Callable[[], None] | None = None,
    pause: Pause | None = None,
    verify: Callable[[], None] | None = None,
    progress: Callable[[int], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Run the statements in one transaction: all of them, or none; in several where some can't be in one.

    Args:
        connection: in autocommit mode, outside a transaction.
        statements: in an order in which they can run.
        limits: set for each transaction only.
        before: runs inside the first transaction first, to lock and to check that nothing has moved.
        pause: runs between two statements, inside their transaction, to write rows.
        verify: runs inside the last transaction last; whatever it raises rolls that one back.
        progress: called with the number of statements done, now and then.
        meanwhile: runs once, when a transaction's statements are sent and while the server works on them; it leaves the
            connection alone, and doesn't run where one is refused before.

    Raises:
        StatementFailed: the server refused a statement; its segment was not done, and those before it stay.

    """
    parts = segments(statements)
    if not parts[0].transactional and before is not None:
        with _transaction(connection, limits):
            before()
        before = None
    for part in parts:
        if not part.transactional:
            _run_outside(connection, statements, part, limits)
            continue
        with _transaction(connection, limits):
            if before is not None:
                before()
                before = None
            if pause is not None and part.start <= pause.position <= part.stop:
                _run(connection, statements, Segment(part.start, pause.position), progress)
                pause.action()
                part = Segment(pause.position, part.stop)  # noqa: PLW2901 - what is left of it
                pause = None
            _run(connection, statements, part, progress, meanwhile)
            meanwhile = None
            if verify is not None and part.stop == parts[-1].stop:
                verify()
    if verify is not None and not parts[-1].transactional:
        with _transaction(connection, limits):
            verify()


def within(connection: Connection[Any], statements: Sequence[Statement]) -> None:
    """Run further statements inside the open transaction of an ``apply``, from its ``verify`` for instance.

    Raises:
        StatementFailed: the server refused a statement.

    """
    _run(connection, statements, Segment(0, len(statements)), None)


@contextmanager
def _transaction(connection: Connection[Any], limits: Limits) -> Iterator[None]:
    connection.execute(_begin(limits), prepare=False)
    try:
        yield
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
    part: Segment,
    progress: Callable[[int], None] | None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Send a segment in one pipeline: outcomes are read as they come, and waited for once, at the end."""
    waiting: deque[Cursor[Any]] = deque()
    done = part.start
    refused: psycopg.Error | None = None
    try:
        with connection.pipeline():
            try:
                for known in _sent(connection, statements[part.start : part.stop], waiting):
                    done += known
                    if progress is not None and known:
                        progress(done)
                if meanwhile is not None:
                    meanwhile()
            except psycopg.Error as error:
                # Raised out of the block it would have psycopg log a second error, which the first one explains.
                refused = error
    except psycopg.Error as error:
        refused = refused or error
    if refused is not None:
        done += _forget_finished(waiting)
        raise _failure(refused, statements, min(done, part.stop - 1), part) from refused
    if progress is not None:
        progress(part.stop)


def _sent(connection: Connection[Any], statements: Sequence[Statement], waiting: deque[Cursor[Any]]) -> Iterator[int]:
    """Send each statement; give how many outcomes came in meanwhile."""
    for statement in statements:
        cursor = connection.cursor()
        waiting.append(cursor)
        cursor.execute(statement.sql.encode(), prepare=False)
        yield _forget_finished(waiting)


def _run_outside(connection: Connection[Any], statements: Sequence[Statement], part: Segment, limits: Limits) -> None:
    """Run a statement that PostgreSQL takes outside a transaction only."""
    # Each setting is a query of its own: several in one query would be a transaction.
    connection.execute(f"SET lock_timeout = {limits.lock_timeout:d}", prepare=False)
    connection.execute(f"SET statement_timeout = {limits.statement_timeout:d}", prepare=False)
    try:
        connection.execute(statements[part.start].sql.encode(), prepare=False)
    except psycopg.Error as error:
        raise _failure(error, statements, part.start, part) from error
    finally:
        if not connection.closed:
            connection.execute("RESET lock_timeout", prepare=False)
            connection.execute("RESET statement_timeout", prepare=False)


def _forget_finished(waiting: deque[Cursor[Any]]) -> int:
    """Drop the cursors at the front whose outcome is known; give how many there were."""
    count = 0
    while waiting and waiting[0].pgresult is not None:
        waiting.popleft()
        count += 1
    return count


def _failure(error: psycopg.Error, statements: Sequence[Statement], position: int, part: Segment) -> StatementFailed:
    statement = statements[position]
    return StatementFailed(
        number=position + 1,
        total=len(statements),
        verb=str(statement.verb),
        address=f"{statement.address.kind} {statement.address}",
        sql=statement.sql,
        reason=error.diag.message_primary or str(error).strip(),
        sqlstate=error.sqlstate,
        advice=_advice(error, _stays(part)),
    )


def _stays(part: Segment) -> str:
    return f"statements 1 to {part.start} stay done" if part.start else "nothing was changed"


def _advice(error: psycopg.Error, stays: str) -> str:
    if isinstance(error, pg.InsufficientPrivilege):
        return f"Connect as the owner of the object or as a role that may do this; {stays}."
    if isinstance(error, pg.LockNotAvailable):
        return f"Someone holds a lock on the object: try again later, or raise lock_timeout; {stays}."
    if isinstance(error, pg.DiskFull):
        return f"The server's disk is full: free space and try again; {stays}."
    return error.diag.message_hint or f"{stays[0].upper()}{stays[1:]}."
