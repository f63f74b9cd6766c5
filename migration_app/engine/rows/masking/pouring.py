"""Rows out of a database as COPY text, in blocks, nothing kept; several streams of them as one."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

_BLOCK: Final = 128 * 1024
"""Bytes that are handed on at once."""


def read_blocks(connection: Connection[Any], statement: str) -> Iterator[bytes]:
    """Give what the SELECT finds as COPY text, whole lines at a time; it may be left before its end.

    libpq gives a line at a time. What psycopg does around each, a wait of its own, costs more than the line does to
    read: so the lines that have arrived are taken from libpq at once.
    """
    pgconn = connection.pgconn
    pgconn.send_query(f"COPY ({statement}) TO STDOUT (ENCODING 'UTF8')".encode())
    _wait(connection)
    answer = pgconn.get_result()
    if answer is not None and answer.status == ExecStatus.COPY_OUT:
        ended = False
        try:
            gathered: list[bytes] = []
            size = 0
            while True:
                length, line = pgconn.get_copy_data(1)
                if length > 0:
                    gathered.append(bytes(line))
                    size += length
                elif length == 0:
                    _wait(connection)
                else:
                    break
                if size >= _BLOCK:
                    yield b"".join(gathered)
                    gathered, size = [], 0
            ended = True
            if gathered:
                yield b"".join(gathered)
        finally:
            if not ended:
                _leave(connection)
        answer = pgconn.get_result()
    _end(connection, answer)


def _end(connection: Connection[Any], answer: Any) -> None:  # noqa: ANN401 - psycopg's result
    """Take what is left of the answer; raise what the server said."""
    pgconn = connection.pgconn
    while pgconn.get_result() is not None:
        pass
    if answer is None or answer.status != ExecStatus.COMMAND_OK:
        if answer is None:
            raise errors.OperationalError(pgconn.get_error_message())
        raise errors.error_from_result(answer, encoding="utf-8")


def _leave(connection: Connection[Any]) -> None:
    """Stop the server, and take what it has sent already."""
    if connection.closed:
        return
    connection.cancel_safe(timeout=10)
    pgconn = connection.pgconn
    while not connection.closed:
        length, _ = pgconn.get_copy_data(0)
        if length < 0:
            break
    while pgconn.get_result() is not None:
        pass


def _wait(connection: Connection[Any]) -> None:
    """Wait until the server has sent something, or the user has had enough."""
    pgconn = connection.pgconn
    pgconn.flush()
    select.select([pgconn.socket], [], [])
    pgconn.consume_input()
