"""Several sessions on one snapshot that read a table's pieces at the same time, as one stream of blocks."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import closing
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from .pouring import read_blocks

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from psycopg import Connection

_AHEAD: Final = 4
"""Blocks that a session may be ahead of the writer: what is held in memory doesn't grow with the table."""
_PIECE: Final = 4096
"""Pages of a piece: 32 MiB."""


def export_snapshot(connection: Connection[Any]) -> str:
    """Give the name under which other sessions can see what the open transaction sees, as long as it lasts."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(b"select pg_catalog.pg_export_snapshot()", prepare=False).fetchone()
    return str(row[0]) if row else ""


def pieces(connection: Connection[Any], relations: Sequence[str]) -> list[tuple[str, str | None]]:
    """Give (relation, condition) for the pieces of the relations, by their pages; one without a condition is whole."""
    query = b"select pg_catalog.pg_relation_size(%s::pg_catalog.regclass) / 8192"
    found: list[tuple[str, str | None]] = []
    for relation in relations:
        with connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(query, (relation,), prepare=False).fetchone()
        pages = int(row[0]) if row else 0
        if pages <= _PIECE:
            found.append((relation, None))
            continue
        for start in range(0, pages + 1, _PIECE):
            # The last has no end: the table may have grown since, and the snapshot says which rows are seen.
            end = f" and ctid < '({start + _PIECE},0)'::tid" if start + _PIECE <= pages else ""
            found.append((relation, f"ctid >= '({start},0)'::tid{end}"))
    return found


def read_in_streams(connections: Sequence[Connection[Any]], statements: Iterable[str]) -> Generator[bytes]:
    """Give the blocks of all statements; each session takes the next statement when it is through with one.

    Raises:
        psycopg.Error: what any of the servers said first.

    """
    todo = deque(statements)
    if len(connections) == 1 or len(todo) == 1:
        for statement in todo:
            yield from read_blocks(connections[0], statement)
        return
    queue: Queue[bytes | BaseException | None] = Queue(maxsize=_AHEAD * len(connections))
    stop = threading.Event()
    readers = [threading.Thread(target=_read, args=(each, todo, queue, stop), daemon=True) for each in connections]
    for reader in readers:
        reader.start()
    try:
        running = len(readers)
        while running:
            item = queue.get()
            if isinstance(item, BaseException):
                raise item
            if item is None:
                running -= 1
            else:
                yield item
    finally:
        stop.set()
        while any(reader.is_alive() for reader in readers):
            try:
                queue.get(timeout=0.05)
            except Empty:
                continue


def _read(
    connection: Connection[Any],
    todo: deque[str],
    queue: Queue[bytes | BaseException | None],
    stop: threading.Event,
) -> None:
    try:
        while not stop.is_set():
            try:
                statement = todo.popleft()
            except IndexError:
                break
            with closing(read_blocks(connection, statement)) as blocks:
                for block in blocks:
                    if not _put(queue, block, stop):
                        return
        _put(queue, None, stop)
    except BaseException as error:  # noqa: BLE001 - it is raised again where the blocks are taken
        _put(queue, error, stop)


def _put(queue: Queue[bytes | BaseException | None], item: bytes | BaseException | None, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            queue.put(item, timeout=0.2)
        except Full:
            continue
        return True
    return False
