"""Triggers that stand still while rows are written whose every column is known, and act again afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.sql import ident

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from .shape import Table

# pg_trigger.tgenabled, as ALTER TABLE says it.
_STATES: Final = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


@contextmanager
def paused_triggers(connection: Connection[Any], tables: Sequence[Table]) -> Iterator[None]:
    """Switch the tables' triggers off for the block, within the open transaction; those that check rows stay on.

    A constraint trigger stays as it is. Other sessions never see a trigger switched off: the transaction shows both
    changes at once or neither. Only the owner may do it: tables of another's are left out.
    """
    ours = [table for table in tables if table.owned and table.triggers]
    _run(connection, [f"ALTER TABLE {t.name} DISABLE TRIGGER {ident(name)}" for t in ours for name, _ in t.triggers])
    yield
    _run(
        connection,
        [
            f"ALTER TABLE {t.name} {_STATES[state]} TRIGGER {ident(name)}"
            for t in ours
            for name, state in t.triggers
            if state in _STATES
        ],
    )


def _run(connection: Connection[Any], statements: Sequence[str]) -> None:
    with connection.pipeline():
        for statement in statements:
            connection.execute(statement.encode(), prepare=False)
