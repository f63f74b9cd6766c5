"""Reads statistics: two queries, one wait."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from psycopg import Connection, Cursor
from psycopg.rows import namedtuple_row

from migration_app.engine.rows.shape import Name

from .model import ColumnLikeness, Likeness, TableLikeness

_QUERIES: Final = ("tables", "statistics")
_PAIR: Final = re.compile(r'"([\d, ]+)":\s*(-?[\d.]+)')


def read_likeness(connection: Connection[Any]) -> Likeness:
    """Read within the open transaction what the role may see of the statistics."""
    cursors: dict[str, Cursor[Any]] = {name: connection.cursor(row_factory=namedtuple_row) for name in _QUERIES}
    with connection.pipeline():
        for name, cursor in cursors.items():
            query = (files(__package__ or "") / f"{name}.sql").read_text(encoding="utf-8")
            cursor.execute(query.encode(), prepare=False)
    columns: dict[Name, dict[str, ColumnLikeness]] = defaultdict(dict)
    for row in cursors["statistics"].fetchall():
        columns[Name(row.schema, row.table)][row.column] = ColumnLikeness(
            nulls=row.nulls,
            distinct=row.distinct,
            width=row.width,
            steps=tuple(row.steps),
            labels=tuple(row.labels),
            frequencies=tuple(row.frequencies),
        )
    return Likeness(
        {
            name: TableLikeness(row.rows, columns.get(name, {}), _combined(row.combined))
            for row in cursors["tables"].fetchall()
            for name in (Name(row.schema, row.name),)
        }
    )


def _combined(found: Sequence[Mapping[str, Any]]) -> Mapping[frozenset[str], float]:
    """Take apart pg_ndistinct's text, ``{"1, 2": 11}``, whose numbers are those of stxkeys."""
    made: dict[frozenset[str], float] = {}
    for each in found if not isinstance(found, str) else json.loads(found):
        names = dict(zip(str(each["numbers"]).split(), each["columns"], strict=True))
        for numbers, many in _PAIR.findall(each["keys"]):
            made[frozenset(names[number] for number in re.split(r", *", numbers) if number in names)] = float(many)
    return made
