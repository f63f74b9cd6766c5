"""Where a template's schema comes from: the test alias's own database, a snapshot file, or another alias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app.engine import catalog, diff
from migration_app.services.connecting import session
from migration_app.services.sides import FileSide, file_side

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Snapshot

    from .server import Server


@dataclass(frozen=True)
class Origin:
    """A schema, ready to be created or copied."""

    snapshot: Snapshot
    """All that a copy is to hold."""
    hash: str
    """As ``check_drift`` prints it: without the platform's part and legacy test tables."""
    lacks: tuple[str, ...] = ()
    """What copies do without, because it would reach out of them or may hold a password."""


def own(where: Server) -> Origin:
    """Give the schema of the alias's own database: all that is there."""
    with where.session(where.source) as conn:
        snapshot = catalog.read(conn)
        return Origin(snapshot, _compared(snapshot, conn).hash)


def named(schema: str) -> Origin:
    """Give the schema that TEST["SCHEMA"] names, less what a clone of it wouldn't carry either.

    Raises:
        UsageError: it is neither an alias nor a readable snapshot file.

    """
    side = file_side(schema)
    if side is not None:
        return _carried(side.read(), side)
    with session(schema) as conn:
        return _carried(catalog.read(conn), conn)


def _carried(snapshot: Snapshot, side: FileSide | Connection[Any]) -> Origin:
    # What the app's models stand on isn't loaded yet when Django loads the ENGINE.
    from migration_app.services.leaving_out import LEGACY, left_out_of

    left_out = left_out_of(snapshot, side)
    selection = diff.select(snapshot, diff.Scope(left_out=left_out))
    lacks = tuple(f"{each.address.kind} {each.address}" for each in selection.skipped if each.reason != LEGACY)
    return Origin(selection.snapshot, _compared(snapshot, side).hash, lacks)


def _compared(snapshot: Snapshot, side: FileSide | Connection[Any]) -> Snapshot:
    from migration_app.services.leaving_out import left_out_of
    from migration_app.services.scoping import scope_of

    return diff.select(snapshot, scope_of(snapshot, left_out=left_out_of(snapshot, side))).snapshot
