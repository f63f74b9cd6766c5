"""The source's side of a masked copy: what is read, in which sessions, all of them on one snapshot."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import psycopg

from migration_app.engine.errors import ConnectionFailed, DatabaseFailed
from migration_app.engine.rows import settle
from migration_app.engine.rows.masking import Reading, give_key, masked_keys, masked_select, needs_numbers
from migration_app.engine.rows.masking.closing import conditions, table_names
from migration_app.engine.rows.masking.streaming import export_snapshot, pages, pieces, read_in_streams
from migration_app.services.connecting import read_only_transaction, session

from .failing import blocks_without_values, without_values

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from psycopg import Connection

    from migration_app.engine.rows.masking.closing import Closure
    from migration_app.engine.rows.shape import ForeignKey, Name, Shape

    from .looking import Work
    from .narrowing import Narrowing
    from .secret import Secret

MOST_STREAMS: Final = 4
"""Sessions that read at the same time, unless somebody asks for more; two where this machine has few cores."""


@dataclass
class Source:
    """Production in one snapshot; the connections are inside transactions."""

    work: Work
    narrowed: Narrowing
    connections: Sequence[Connection[Any]]
    part: Closure | None = None
    places: Mapping[int, str] = field(default_factory=dict)

    @property
    def first(self) -> Connection[Any]:
        """The session whose snapshot it is."""
        return self.connections[0]

    @property
    def shape(self) -> Shape:
        """The source's tables."""
        return self.work.sight.source

    @cached_property
    def readings(self) -> Mapping[Name, Reading]:
        """What is read of each table."""
        goes, choices = self.narrowed.inclusion, self.work.resolved.choices
        return {name: Reading(choices[name], goes.condition(name), goes.nulled(name)) for name in self.work.names}

    def find_part(self) -> Mapping[Name, int]:
        """Find the rows of the part that was asked for; give how many there are of each table."""
        found = without_values("the part", "source", lambda: self.narrowed.closure(self.first, self.shape))
        self.part, self.places = found, table_names(self.first)
        return {name: found.count(name) for name in self.work.names}

    def end_streams(self) -> None:
        """Let go of all sessions but the first: a snapshot keeps production's server from tidying up."""
        for each in self.connections[1:]:
            with suppress(psycopg.Error):  # One that was lost meanwhile has given all its rows.
                each.rollback()

    def blocks(self, name: Name) -> Generator[bytes]:
        """Give a table's rows, masked, as COPY text."""
        return self._read(name, without_values(name.short, "source", lambda: list(self._statements(name))))

    def _read(self, name: Name, statements: Sequence[str]) -> Generator[bytes]:
        return blocks_without_values(name.short, read_in_streams(self.connections, statements))

    def keys(self, name: Name) -> Iterator[tuple[ForeignKey, Generator[bytes]]]:
        """Give the table's references to what is no part of a copy, a platform's tables, with the masked keys."""
        for key in self.shape.tables[name].foreign_keys:
            if key.target not in self.work.sight.names and self.shape.tables[key.target].partition_of is None:
                table = self.shape.tables[name]
                yield key, self._read(name, [masked_keys(self.shape, table, self.readings[name], key.columns)])

    def _statements(self, name: Name) -> Iterator[str]:
        """Give the statements that read a table: one, or one for each of its pieces."""
        table, reading = self.shape.tables[name], self.readings[name]
        if self.part is not None:
            found = conditions(self.part.rows.get(name, {}), self.places)
            for relation, condition in found:
                yield masked_select(self.shape, table, replace(reading, condition=condition, relation=relation))
        elif len(self.connections) == 1:
            yield masked_select(self.shape, table, reading)
        else:
            for one in self._relations(name):
                for piece in pieces(self._pages[one]):
                    both = " and ".join(f"({each})" for each in (piece, reading.condition) if each)
                    yield masked_select(self.shape, table, replace(reading, condition=both or None, relation=one))

    @cached_property
    def _pages(self) -> Mapping[str, int]:
        """How big the tables are that are read in pieces: one round trip for all."""
        return pages(self.first, [one for name in self.work.names for one in self._relations(name)])

    def _relations(self, name: Name) -> list[str]:
        """Give the table, or the partitions that hold its rows."""
        if not self.shape.tables[name].partitioned:
            return [str(name)]
        below = [each for each, table in self.shape.tables.items() if table.partition_of == name]
        return [relation for each in below for relation in self._relations(each)]


@contextmanager
def _another(source: str, snapshot: str) -> Iterator[Connection[Any]]:
    with session(source) as another, read_only_transaction(another, snapshot=snapshot):
        yield another


@contextmanager
def reading(
    source: str | Connection[Any],
    first: Connection[Any],
    work: Work,
    narrowed: Narrowing,
    secret: Secret,
    streams: int | None,
) -> Iterator[Source]:
    """Hold production in one snapshot for the block, in so many sessions; an open connection is the only one."""
    with ExitStack() as stack:
        stack.enter_context(read_only_transaction(first))
        opened = [first]
        wanted = min(MOST_STREAMS, max(2, (os.cpu_count() or 1) // 2)) if streams is None else streams
        if isinstance(source, str) and wanted > 1:
            snapshot = export_snapshot(first)
            for _ in range(wanted - 1):
                try:
                    opened.append(stack.enter_context(_another(source, snapshot)))
                except (ConnectionFailed, DatabaseFailed):
                    # No more sessions are to be had, or a pooler sends them elsewhere: nobody asked for them.
                    if streams is not None:
                        raise
                    break
        shape, choices = work.sight.source, work.resolved.choices
        tables = any(needs_numbers(shape, shape.tables[name], choices[name]) for name in work.names)
        for each in opened:
            settle(each)
            give_key(each, secret.key, tables=tables)
        yield Source(work, narrowed, opened)
