"""A hosting platform's users, who can log in, for tables whose rows refer to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from migration_app import conf
from migration_app.engine.rows import accounts, settle
from migration_app.engine.rows.emptying import holding_rows
from migration_app.engine.rows.shape import Name, Shape, filling_order, read_shape
from migration_app.services.connecting import claim, write_transaction
from migration_app.services.scoping import on_platform, platform_schemas

from .choosing import chosen_tables
from .generating import attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

    from migration_app.engine.model import Snapshot
    from migration_app.services.history import Recorder

    from .seeding import Outcome, What

_MOST: Final = 10_000


def seed_users(conn: Connection[Any], run: Recorder, what: What, current: Snapshot, outcome: Outcome) -> None:
    """Write users, their identities and some of their files, where a table that is to be filled refers to users.

    Triggers of the platform's tables fire. Rows that they make in tables that were empty and are about to be seeded
    give way, so that the same seed gives the same rows whether the users were there or not.
    """
    if not on_platform(current):
        return
    with write_transaction(conn):
        claim(conn)
        settle(conn)
        shape = read_shape(conn)
        wanted = chosen_tables(shape, what.tables, platform_schemas(current))
        if accounts.USERS not in shape.tables or not _referring(shape, wanted):
            return
        there = filling_order(shape, (name for name in wanted if shape.tables[name].insertable))
        held = holding_rows(conn, there)
        password = accounts.hashed(conn, conf.get().user_password, what.seed)
        for name, write in _work(conn, shape, what, password).items():
            with run.step(f"write {name.short}") as step:
                count, reason = attempt(conn, write)
                step.detail(rows=count)
                if reason:
                    step.outcome("differences")
                    outcome.unfilled[name.short] = reason
                    return
                outcome.platform[name.short] = count
        outcome.notes.append(_login(what, password))
        accounts.delete_rows(conn, [name for name in there if name in holding_rows(conn, there) - held])


def _login(what: What, password: str | None) -> str:
    """Say how the users log in; the password itself is a setting, and no record's."""
    if password is None:
        return "users can't log in: without the extension pgcrypto they have no password"
    return f"users log in as {accounts.address(1, what.seed)} and so on, with the password of DBSEP['USER_PASSWORD']"


def _referring(shape: Shape, wanted: frozenset[Name]) -> bool:
    return any(key.target == accounts.USERS for name in wanted for key in shape.tables[name].foreign_keys)


def _work(conn: Connection[Any], shape: Shape, what: What, password: str | None) -> dict[Name, Callable[[], int]]:
    number = min(what.wanted, _MOST)
    work: dict[Name, Callable[[], int]] = {
        accounts.USERS: partial(accounts.write_users, conn, shape, number, what.seed, password),
        accounts.IDENTITIES: partial(accounts.write_identities, conn, shape),
        accounts.BUCKETS: partial(accounts.write_buckets, conn, shape),
        accounts.OBJECTS: partial(accounts.write_objects, conn, shape),
    }
    return {name: write for name, write in work.items() if name in shape.tables and shape.tables[name].insertable}
