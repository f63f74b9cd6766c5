"""Brings back what a seeding in parts had taken off when it was stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from migration_app import conf
from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.errors import StatementFailed
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Context
from migration_app.engine.plan import plan
from migration_app.engine.rows import journal
from migration_app.services.connecting import claim, write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot, Statement
    from migration_app.services.history import Recorder

INTEGRITY: Final = "23"
"""The class of errors that say that rows break a rule (PostgreSQL 18, appendix A)."""


def mend(conn: Connection[Any], run: Recorder) -> journal.Journal | None:
    """Build again what is missing, and give the journal that says what was written; None where there is none."""
    found = journal.find(conn)
    if found is None:
        return None
    with run.step("mend what a stopped seeding left") as step:
        up = _missing(conn, catalog.load(found.removed, "the journal of the stopped seeding"))
        step.detail(statements=len(up))
        try:
            apply_within(conn, up, before=lambda: claim(conn))
        except StatementFailed as error:
            if not (error.sqlstate or "").startswith(INTEGRITY):
                raise
            step.detail(emptied=[name.short for name in found.tables], reason=error.reason)
            apply_within(conn, up, before=lambda: _forget(conn, found))
    return found


def undo(conn: Connection[Any], run: Recorder, found: journal.Journal) -> None:
    """Remove the rows that a stopped seeding had written, and its journal: its tables were empty before it."""
    with run.step("remove the rows of a stopped seeding") as step, write_transaction(conn):
        _forget(conn, found)
        journal.end(conn)
        step.detail(tables=[name.short for name in found.tables])


def _forget(conn: Connection[Any], found: journal.Journal) -> None:
    claim(conn)
    journal.forget(conn, found.tables)


def _missing(conn: Connection[Any], removed: Snapshot) -> Sequence[Statement]:
    current = catalog.read(conn)
    places = frozenset(address.path for address in current.objects if address.of is None)
    wanted = {
        address: obj
        for address, obj in removed.objects.items()
        if not isinstance(obj, Table) and _has_place(address, removed, places)
    }
    desired = replace(
        current,
        objects={**current.objects, **wanted},
        requires={**current.requires, **{a: removed.requires.get(a, frozenset()) for a in wanted}},
    )
    changes = diff.compare(current, desired)
    return plan(changes, current, desired, Context(role=conn.info.user, current=current)).statements


def _has_place(address: Address, removed: Snapshot, places: frozenset[tuple[str, ...]]) -> bool:
    """Tell whether the table is still there; someone may have dropped it meanwhile."""
    while address.of is not None:
        address = address.of
    obj = removed.objects.get(address)
    return (getattr(obj, "schema", ""), getattr(obj, "name" if isinstance(obj, Table) else "table", "")) in places


def apply_within(
    conn: Connection[Any],
    statements: Sequence[Statement],
    *,
    before: Callable[[], None] | None = None,
    verify: Callable[[], None] | None = None,
) -> None:
    """Run statements in one transaction with the settings' limits."""
    settings = conf.get()
    limits = applying.Limits(
        lock_timeout=round(settings.lock_timeout * 1000), statement_timeout=round(settings.statement_timeout * 1000)
    )
    if statements:
        applying.apply(conn, statements, limits=limits, before=before, verify=verify)
        return
    with write_transaction(conn):
        for action in (before, verify):
            if action is not None:
                action()
