"""Moves sequences past rows that were written with numbers of their own, so that the next row finds a free one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app.engine.sql import ident, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from .shape import Table, Type

_NUMBERS = frozenset({"int2", "int4", "int8"})


@dataclass(frozen=True, slots=True)
class Advance:
    """A sequence, and what says how far it must go."""

    sequence: str
    """As SQL names it."""
    query: str
    """The furthest number in use."""


def advances(table: Table, types: Mapping[int, Type], rows: int) -> Iterable[Advance]:
    """Give what each sequence of the table's columns must be moved past after ``rows`` rows."""
    for column in table.writable:
        for sequence in column.sequences:
            kind = types[column.type]
            base = types[kind.base] if kind.base else kind
            if base.name in _NUMBERS:
                name = ident(column.name)
                furthest = f"case when q.seqincrement > 0 then pg_catalog.max({name}) else pg_catalog.min({name}) end"
                yield Advance(sequence, f"(select {furthest} from {table.name})")
            else:
                # The number is part of a text: as many as there are rows are taken to be in use.
                yield Advance(sequence, f"(s.last_value + q.seqincrement * {rows:d})")


def advance(connection: Connection[Any], wanted: Iterable[Advance]) -> None:
    """Move the sequences within the open transaction, never backwards and never out of their bounds: one wait."""
    with connection.pipeline():
        for each in wanted:
            further = (
                "case when q.seqincrement > 0 then greatest(f.furthest, s.last_value) "
                "else least(f.furthest, s.last_value) end"
            )
            # Asked for once: without an index it takes a scan of the table.
            statement = (
                f"select pg_catalog.setval(q.seqrelid::pg_catalog.regclass, "
                f"least(greatest({further}, q.seqmin), q.seqmax)::pg_catalog.int8) "
                f"from {each.sequence} as s, pg_catalog.pg_sequence as q, "
                f"lateral (select {each.query}::pg_catalog.numeric as furthest offset 0) as f "
                f"where q.seqrelid = {literal(each.sequence)}::pg_catalog.regclass and f.furthest is not null"
            )
            connection.execute(statement.encode(), prepare=False)
