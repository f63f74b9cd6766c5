"""Rows out of a database as COPY text, in blocks, nothing kept; several streams of them as one."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from collections.abc import Generator

    from psycopg import Connection
    from psycopg.pq.abc import PGresult

_BLOCK: Final = 128 * 1024
"""Bytes that are handed on at once."""


def read_blocks(connection: Connection[Any], statement: str) -> Generator[bytes]:
    """Give what the SELECT finds as COPY text, whole lines at a time; it may be left before its end.

    libpq gives a line at a time. What psycopg does around each, a wait of its own, costs more than the line does to
    read: so the lines that have arrived are taken from libpq at once.
    """
    pgconn = connection.pgconn
    pgconn.send_query(f"COPY ({statement}) TO STDOUT (ENCODING 'UTF8')".encode())
    _wait(connection)
    answer = pgconn.get_result()
    if answer is None or answer.status != ExecStatus.COPY_OUT:
        raise _failure(connection, answer)
    gathered: list[bytes] = []
    size, ended = 0, False
    try:
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
    finally:
        if not ended:
            _leave(connection)
    answer = pgconn.get_result()
    if answer is None or answer.status != ExecStatus.COMMAND_OK:
        raise _failure(connection, answer)
    _take_the_rest(connection)
    # The answer is complete before the last block is handed on: nobody need come back for its end.
    if gathered:
        yield b"".join(gathered)


def _failure(connection: Connection[Any], answer: PGresult | None) -> psycopg.Error:
    """Give what the server said, or that it says nothing any more."""
    if answer is None:
        return psycopg.OperationalError(connection.pgconn.get_error_message())
    _take_the_rest(connection)
    return errors.error_from_result(answer, encoding="utf-8")


def _take_the_rest(connection: Connection[Any]) -> None:
    while connection.pgconn.get_result() is not None:
        pass


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
    _take_the_rest(connection)


def _wait(connection: Connection[Any]) -> None:
    """Wait until the server has sent something, or the user has had enough."""
    pgconn = connection.pgconn
    pgconn.flush()
    select.select([pgconn.socket], [], [])
    pgconn.consume_input()
