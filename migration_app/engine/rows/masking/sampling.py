"""What a column's values look like: shares of a sample that fit a pattern. No value leaves the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import tuple_row

from migration_app.engine.sql import ident, literal

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.rows.shape import Table

SAMPLE: Final = 500
"""Rows looked at."""
PATTERNS: Final = {
    "email": r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
    "phone": r"^\+?[0-9][0-9 ()./-]{6,}$",
    "address": r"^([0-9]{1,3}\.){3}[0-9]{1,3}$|^[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}$",
    "hash": r"^[0-9a-fA-F]{32,}$|^[A-Za-z0-9_-]{40,}$|^\$2[aby]\$|^eyJ",
    "text": r"\s\S+\s\S+\s",
}
"""Mask → what values look like that it is for."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a sample of values looks like."""

    shares: dict[str, float]
    """Pattern → the share of the values that fit it."""
    numeric: bool = False
    """Inside documents: numbers."""

    def best(self, least: float = 0.5) -> str | None:
        """Give the pattern that most of the values fit."""
        name = max(self.shares, key=lambda each: self.shares[each], default=None)
        return name if name is not None and self.shares[name] >= least else None


def looks(connection: Connection[Any], table: Table, column: str, *, array: bool = False) -> Look:
    """Look at a column that holds text, or arrays of text."""
    value = f"pg_catalog.array_to_string({ident(column)}, ' ')" if array else f"{ident(column)}::text"
    if array:
        rows = f"select a.v::text as v from ({_sample(table, ident(column))}) as s, pg_catalog.unnest(s.v) as a(v)"
    else:
        rows = _sample(table, value)
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(f"select {_shares('s.v')} from ({rows}) as s".encode(), prepare=False).fetchone()
    return Look(_named(row or ()))


def paths(connection: Connection[Any], table: Table, column: str) -> dict[str, Look]:
    """Give the paths of a document's leaves, with what they hold; keys that are no names are given as ``*``."""
    leaf = "(n.value #>> '{}')"
    key = "case when k.key ~ '^[A-Za-z_][A-Za-z0-9_-]{0,40}$' then k.key else '*' end"
    sample = _sample(table, f"{ident(column)}::jsonb")
    query = (
        f"with recursive n(path, value, depth) as (select '', s.v, 0 from ({sample}) as s union all "
        f"select case when n.path = '' or e.key = '[]' then n.path || e.key else n.path || '.' || e.key end, e.value, "
        f"n.depth + 1 from n cross join lateral (select {key} as key, k.value from pg_catalog.jsonb_each("
        f"case when pg_catalog.jsonb_typeof(n.value) = 'object' then n.value else '{{}}' end) as k union all "
        f"select '[]', i.value from pg_catalog.jsonb_array_elements(case when pg_catalog.jsonb_typeof(n.value) = "
        f"'array' then n.value else '[]' end) as i(value)) as e where n.depth < 8) "
        f"select n.path, pg_catalog.bool_and(pg_catalog.jsonb_typeof(n.value) in ('number', 'boolean')), "
        f"{_shares(leaf)} from n where n.path <> '' and pg_catalog.jsonb_typeof(n.value) not in "
        f"('object', 'array', 'null') group by n.path order by n.path"
    )
    with connection.cursor(row_factory=tuple_row) as cursor:
        return {row[0]: Look(_named(row[2:]), numeric=row[1]) for row in cursor.execute(query.encode(), prepare=False)}


def _sample(table: Table, value: str) -> str:
    only = "" if table.partitioned else "only "
    return f"select t.v from (select {value} as v from {only}{table.name}) as t where t.v is not null limit {SAMPLE}"


def _shares(value: str) -> str:
    return ", ".join(f"pg_catalog.avg(({value} ~ {literal(pattern)})::int4)::float8" for pattern in PATTERNS.values())


def _named(shares: tuple[float | None, ...]) -> dict[str, float]:
    return {name: share or 0.0 for name, share in zip(PATTERNS, shares, strict=True)} if shares else {}
