"""Which tables are legacy test tables: told by exact prefix, and by what depends on them.

A table with the prefix is production's all the same where its name pairs with nothing and production objects need it:
``test_results`` under a production view is a table of results, not the test copy of ``results``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app import conf
from migration_app.engine.diff import family, needed_by_others
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address
from migration_app.services.scoping import core_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migration_app.engine.model import Snapshot


def prefixed_tables(snapshot: Snapshot, prefix: str) -> frozenset[Address]:
    """Give the tables whose names begin with exactly the prefix, partitions left to their parents."""
    return frozenset(
        table.address
        for table in snapshot.of_kind(Table)
        if table.name.startswith(prefix) and table.name != prefix and not table.is_partition
    )


def legacy_tables(
    snapshot: Snapshot, *, prefix: str | None = None, keep: Iterable[str] | None = None
) -> frozenset[Address]:
    """Give the addresses of the legacy test tables; prefix and tables to keep default to the settings'."""
    settings = conf.get()
    prefix = settings.prefix if prefix is None else prefix
    kept = set(settings.keep_tables if keep is None else keep)
    prefixed = frozenset(
        address
        for address in prefixed_tables(snapshot, prefix)
        if address.path[-1] not in kept and str(address) not in kept
    )
    return prefixed - in_production_use(snapshot, prefixed, prefix).keys()


def in_production_use(
    snapshot: Snapshot, prefixed: frozenset[Address], prefix: str
) -> dict[Address, tuple[Address, ...]]:
    """Give the prefixed tables that pair with nothing and that production objects need, with those objects."""
    core = set(core_tables())
    lone = {
        address
        for address in prefixed
        if counterpart(address, prefix) not in snapshot.objects and address.path[-1].removeprefix(prefix) not in core
    }
    return {
        address: users for address in sorted(lone) if (users := production_users(snapshot, prefixed, address, prefix))
    }


def production_users(
    snapshot: Snapshot, prefixed: frozenset[Address], table: Address, prefix: str
) -> tuple[Address, ...]:
    """Give the objects outside the prefixed tables that need the table, test views and the like left out."""
    prefix_family = family(snapshot, prefixed)
    members = family(snapshot, [table])
    needed = needed_by_others(snapshot, members)
    users = {user for others in needed.values() for user in others if user not in prefix_family}
    return tuple(sorted((user for user in users if not _is_test_object(user, prefix)), key=str))


def counterpart(address: Address, prefix: str) -> Address:
    """Give the address of the production table that a test table is a copy of."""
    *schema, name = address.path
    return Address(address.kind, (*schema, name.removeprefix(prefix)))


def _is_test_object(user: Address, prefix: str) -> bool:
    """Whether what uses a test table bears the prefix itself, as a view test_active_orders does, or is a fact of it."""
    outermost = user if user.of is None else user.of
    return any(part.startswith(prefix) for part in outermost.path[1:])


def legacy_objects(snapshot: Snapshot, tables: frozenset[Address], prefix: str | None = None) -> frozenset[Address]:
    """Give the tables with the test views and the like that need them: what a copy of production does without.

    A test table that production objects need stays out of the result: the copy needs it too.
    """
    prefix = conf.get().prefix if prefix is None else prefix
    alone = {table for table in tables if not production_users(snapshot, tables, table, prefix)}
    found = set(family(snapshot, alone))
    roots = set(alone)
    while True:
        users = {
            user
            for others in needed_by_others(snapshot, found).values()
            for user in others
            if user.of is None and _is_test_object(user, prefix)
        }
        if not users:
            return frozenset(roots)
        roots |= users
        found |= family(snapshot, users)
