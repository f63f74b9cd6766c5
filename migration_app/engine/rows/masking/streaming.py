"""Several sessions on one snapshot that read a table's pieces at the same time, as one stream of blocks."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from queue import Full, Queue
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from .pouring import read_blocks

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from psycopg import Connection

_AHEAD: Final = 24
"""Blocks that a session may be ahead of the writer, 3 MiB: what is held in memory doesn't grow with the table."""
_PIECE: Final = 512
"""Pages of a piece, 4 MiB: little more than a session may be ahead, so it is nearly through when its turn comes."""
_PATIENCE: Final = 1.0
"""Seconds until a server is asked to stop, and asked again."""


def export_snapshot(connection: Connection[Any]) -> str:
    """Give the name under which other sessions can see what the open transaction sees, as long as it lasts."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(b"select pg_catalog.pg_export_snapshot()", prepare=False).fetchone()
    return str(row[0]) if row else ""


def pages(connection: Connection[Any], relations: Sequence[str]) -> Mapping[str, int]:
    """Give how many pages the relations have now."""
    query = (
        b"select r.name, pg_catalog.pg_relation_size(r.name::pg_catalog.regclass) "
        b"/ pg_catalog.current_setting('block_size')::int8 from pg_catalog.unnest(%s::text[]) as r(name)"
    )
    with connection.cursor(row_factory=tuple_row) as cursor:
        return {name: int(number) for name, number in cursor.execute(query, (list(relations),), prepare=False)}


def pieces(number: int) -> Iterator[str | None]:
    """Give the conditions that take so many pages apart; None for the whole."""
    if number <= _PIECE:
        yield None
        return
    for start in range(0, number + 1, _PIECE):
        # The last has no end: the table may have grown since, and the snapshot says which rows are seen.
        end = f" and ctid < '({start + _PIECE},0)'::tid" if start + _PIECE <= number else ""
        yield f"ctid >= '({start},0)'::tid{end}"


def read_in_streams(connections: Sequence[Connection[Any]], statements: Iterable[str]) -> Generator[bytes]:
    """Give the blocks of all statements, in their order; each session takes the next one when it is through.

    Raises:
        psycopg.Error: what any of the servers said.

    """
    todo = tuple(statements)
    if len(connections) == 1 or len(todo) == 1:
        for statement in todo:
            yield from read_blocks(connections[0], statement)
        return
    streams = _Streams(todo)
    with ThreadPoolExecutor(len(connections)) as threads:
        readers = [threads.submit(streams.read, each) for each in connections]
        try:
            for _ in todo:
                yield from streams.next()
        finally:
            streams.stop.set()
            for connection, reader in zip(connections, readers, strict=True):
                see_out(connection, reader)


def see_out(connection: Connection[Any], reader: Future[None]) -> None:
    """Wait until the thread is through with the session; where it takes long, the server is asked to stop."""
    while wait([reader], timeout=_PATIENCE).not_done:
        connection.cancel_safe(timeout=_PATIENCE)


class _Streams:
    """What the sessions have read and the writer hasn't taken yet: a queue for each statement that was begun."""

    def __init__(self, statements: Sequence[str]) -> None:
        self.stop = threading.Event()
        self._todo = iter(statements)
        self._begun: Queue[Queue[bytes | BaseException | None]] = Queue()
        self._one = threading.Lock()

    def next(self) -> Generator[bytes]:
        """Give the blocks of the next statement."""
        queue = self._begun.get()
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def read(self, connection: Connection[Any]) -> None:
        """Read one statement after the other, as long as there are any."""
        while not self.stop.is_set():
            queue: Queue[bytes | BaseException | None] = Queue(maxsize=_AHEAD)
            with self._one:
                if (statement := next(self._todo, None)) is None:
                    return
                self._begun.put(queue)
            try:
                with closing(read_blocks(connection, statement)) as blocks:
                    if not all(self._put(queue, block) for block in blocks):
                        return
                self._put(queue, None)
            except BaseException as error:  # noqa: BLE001 - it is raised again where the blocks are taken
                self._put(queue, error)
                return

    def _put(self, queue: Queue[bytes | BaseException | None], item: bytes | BaseException | None) -> bool:
        while not self.stop.is_set():
            try:
                queue.put(item, timeout=0.2)
            except Full:
                continue
            return True
        return False
