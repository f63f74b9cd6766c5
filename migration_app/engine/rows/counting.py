"""How many rows tables hold and how much room they take: one round trip for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection

EXACT_BELOW: Final = 100_000
"""Estimated rows up to which a table is counted; beyond, count(*) takes too long."""
_HEAP_BELOW: Final = 256 * 2**20
"""Bytes up to which it is counted: statistics may be old, and dead rows take time as well."""


@dataclass(frozen=True, slots=True)
class Count:
    """A table's rows and size; a partitioned table's are the sum of its partitions'."""

    rows: int
    estimated: bool
    """By the server's statistics, because counting would take long or isn't allowed."""
    bytes: int
    """With indexes and TOAST."""
    readable: bool
    """The role may read all rows: no missing privilege, no policy and no standby hides any."""


def count(connection: Connection[Any], tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Count]:
    """Give (schema, name) → count for the tables that are there: one round trip."""
    query = (files(__package__ or "") / "counting.sql").read_text(encoding="utf-8")
    arguments = {
        "schemas": [schema for schema, _ in tables],
        "names": [name for _, name in tables],
        "limit": EXACT_BELOW,
        "heap": _HEAP_BELOW,
    }
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(query.encode(), arguments, prepare=False)
        return {(row[0], row[1]): Count(*row[2:]) for row in cursor}
