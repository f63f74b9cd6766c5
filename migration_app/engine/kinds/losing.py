"""Queries that count the rows and values which go with a change, or come out of it as others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine.sql import ident, qualified

from .column import Column
from .fitting import changed
from .table import Table

if TYPE_CHECKING:
    from migration_app.engine.model import Change, Snapshot


def lost_values(change: Change, desired: Snapshot) -> str | None:
    """Give the query that counts what is lost with the change; None where nothing is."""
    old, new = change.old, change.new
    if isinstance(old, Table) and new is None:
        return f"SELECT count(*) FROM {qualified(old.schema, old.name)}"
    if not isinstance(old, Column) or old.of_foreign or old.generated is not None:
        return None
    table, name = qualified(old.schema, old.table), ident(old.name)
    if not isinstance(new, Column):
        return f"SELECT count({name}) FROM {table}"
    condition = changed(old, new, desired) if old.type != new.type else None
    if new.generated is not None:
        # The expression may be of columns that are yet to come: then every value counts.
        condition = f"{name} IS DISTINCT FROM ({new.generated})"
    return f"SELECT count(*) FROM {table} WHERE {condition}" if condition else None
