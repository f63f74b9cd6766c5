"""Rows that stand in for those of a table that isn't copied: nothing but the keys that other rows refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.rows.copying import Rows, copy_in
from migration_app.engine.sql import idents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from migration_app.engine.rows.shape import ForeignKey

_KEYS: Final = ("pg_temp", "dbsep_keys")


def stand_in(connection: Connection[Any], key: ForeignKey, blocks: Iterable[bytes]) -> int:
    """Make a row for each key that isn't there yet, within the open transaction; give how many were made.

    The table's other columns get their defaults.
    """
    name, columns = ".".join(_KEYS), idents(key.target_columns)
    make = f"create temporary table {_KEYS[1]} on commit drop as select {columns} from {key.target} with no data"
    connection.execute(make.encode(), prepare=False)
    copy_in(connection, Rows(*_KEYS, key.target_columns), blocks)
    fill = f"insert into {key.target} ({columns}) select {columns} from {name} on conflict do nothing"
    made = connection.execute(fill.encode(), prepare=False).rowcount
    connection.execute(f"drop table {name}".encode(), prepare=False)
    return made
