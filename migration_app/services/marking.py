"""Marks a database as ours to change: the first step of an environment's life."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connections

from migration_app import conf
from migration_app.engine.errors import Refused, UsageError
from migration_app.services.connecting import (
    Fingerprint,
    Mark,
    fingerprint,
    mark_and_objects,
    require_distinct,
    session,
    write_mark,
    write_transaction,
)
from migration_app.services.history import recorded

if TYPE_CHECKING:
    from psycopg import Connection

ROLES: Final = tuple(role for role in conf.ROLES if role != "production")


@dataclass(frozen=True)
class Marked:
    """A database that carries our mark now."""

    database: str
    """The alias."""
    role: str
    fingerprint: Fingerprint
    mark: Mark
    adopted: bool
    """It held objects before, and a person said that they may go."""
    run: int | None
    round_trips: int


def init_environment(
    database: str, *, role: str, adopt: str | None = None, production: str | Connection[Any] | None = None
) -> Marked:
    """Mark the database of the alias as ours to change, in that role.

    An empty database, or one that bears our mark already, is marked as it stands; any other needs `adopt`,
    the typed ``<database>@<host>``. Raises Refused for production: by the settings, or proven to be the same
    database as one of the production aliases (or as `production`). Raises UsageError for a role that there
    isn't.
    """
    if role not in ROLES:
        raise UsageError(f"there is no role {role!r} to mark a database with", f"Give one of {', '.join(ROLES)}.")
    _refuse_by_settings(database, role)
    arguments = {"database": database, "role": role, "adopt": adopt}
    with recorded("init_environment", arguments=arguments) as run, session(database, writable=True) as conn:
        found = fingerprint(conn)
        run.databases(target=found)
        with run.step("prove that this is not production"):
            _refuse_production(conn, production)
        with run.step("look at what the database holds"):
            adopted = _may_be_marked(conn, found, adopt)
        with run.step("write the mark"), write_transaction(conn):
            mark = write_mark(conn, role)
        run.outcome("done", f"{found} is marked as {role}")
        return Marked(database, role, found, mark, adopted, run.number, getattr(conn, "round_trips", 0))


def _refuse_by_settings(database: str, role: str) -> None:
    settings = conf.get()
    if settings.is_production(database):
        raise Refused(f"{database!r} is production and is never marked", "Name a test, staging or performance alias.")
    configured = settings.role(database)
    if configured is not None and configured != role:
        raise Refused(
            f"the settings give {database!r} the role {configured!r}, not {role!r}",
            f"Use --role {configured}, or change DBSEP['ENVIRONMENTS'].",
        )


def _refuse_production(conn: Connection[Any], production: str | Connection[Any] | None) -> None:
    """Raise Refused where the connection is on a production database, whatever its alias says.

    Production that can't be reached stops the work, too: without it nothing can be proven.
    """
    settings = conf.get()
    given: list[str | Connection[Any]] = [production] if production is not None else []
    aliases = [alias for alias in connections.databases if settings.is_production(alias)]
    with ExitStack() as stack:
        for each in given or aliases:
            require_distinct(stack.enter_context(session(each)), conn)


def _may_be_marked(conn: Connection[Any], found: Fingerprint, adopt: str | None) -> bool:
    """Tell whether it is an adoption; raises Refused for a database that holds objects nobody gave away."""
    if adopt is not None and adopt != found.confirmation:
        raise Refused(f"--adopt says {adopt!r}, but this is {found.confirmation!r}", "Nothing was changed.")
    mark, seen = mark_and_objects(conn)
    if mark is not None and mark.fingerprint == found.identity:
        return False
    if seen and adopt is None:
        raise Refused(
            f"{found} isn't empty: it holds {', '.join(seen[:3])}{' and more' if len(seen) > 3 else ''}",  # noqa: PLR2004
            f"If all of it may be replaced, add --adopt '{found.confirmation}'.",
        )
    return bool(seen)
