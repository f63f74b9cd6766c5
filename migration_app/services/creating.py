"""Creates the core tables that a database lacks: keys, checks and indexes as their models say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app import conf
from migration_app.engine import apply as applying
from migration_app.engine import catalog
from migration_app.engine.errors import NotVerified, Refused
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Plan
from migration_app.models import core_models
from migration_app.services.connecting import (
    Fingerprint,
    claim,
    fingerprint,
    require_confirmation,
    require_target,
    session,
)
from migration_app.services.history import Recorder, recorded
from migration_app.services.missing_ddl import create_statements

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.model import Address, Snapshot, Statement
    from migration_app.models import CoreTable


@dataclass(frozen=True)
class Created:
    """The core tables that were missing, and what creates them."""

    database: Fingerprint
    missing: tuple[str, ...]
    """Qualified names, in the order of their creation."""
    statements: tuple[Statement, ...]
    """For one transaction, in this order."""
    digest: str
    applied: bool
    """Whether the tables were created now; False also where none was missing."""
    round_trips: int
    run: int | None


def create_missing_tables(
    database: str | Connection[Any] = "prod", *, apply: bool = False, confirm: str | None = None
) -> Created:
    """Compare the core models with the database; with `apply`, create the tables that it lacks.

    All of them are created in one transaction, or none; a second call finds nothing to do. On production
    `apply` needs `confirm`, the typed ``<database>@<host>``, and uses the owner's alias where there is one;
    any other database must bear our mark. A table that is there is left as it is, whatever its shape.

    Raises:
        Refused: without the confirmation or the mark; where a missing table's name is taken.
        StatementFailed: the server refused a statement; nothing was changed.

    """
    name = database if isinstance(database, str) else database.info.dbname
    arguments = {"database": name, "apply": apply, "confirm": confirm}
    with (
        recorded("create_missing_tables", arguments=arguments, required=apply) as run,
        session(database, writable=apply) as conn,
    ):
        found = fingerprint(conn)
        run.databases(target=found)
        if apply:
            _require_leave(conn, database, confirm)
        with run.step("compare the core models with the database") as step:
            snapshot = catalog.read(conn)
            schema, missing = _missing(snapshot)
            step.detail(schema=schema, missing=[model.table() for model in missing])
        plan = Plan(create_statements(conn, schema, missing), snapshot.hash)
        run.statements(plan)
        run.hashes(target=plan.current_hash, plan=plan.digest)
        if apply and plan.statements:
            _create(conn, run, plan)
        return _result(conn, found, plan, run, applied=apply and bool(plan.statements))


def _require_leave(conn: Connection[Any], database: str | Connection[Any], confirm: str | None) -> None:
    settings = conf.get()
    alias = database if isinstance(database, str) else ""
    if not alias or settings.is_production(alias) or confirm is not None:
        require_confirmation(conn, confirm)
    else:
        require_target(conn, alias)


def _missing(snapshot: Snapshot) -> tuple[str, tuple[type[CoreTable], ...]]:
    """Give the schema of the core tables, and the models whose tables it lacks; raises Refused for a taken name."""
    models = core_models()
    schema = _schema(snapshot, {model.table() for model in models})
    present = {table.name for table in snapshot.of_kind(Table) if table.schema == schema}
    missing = tuple(model for model in models if model.table() not in present)
    taken = {obj.path: obj.KIND for obj in snapshot.objects.values() if obj.KIND in _RELATIONS}
    for model in missing:
        kind = taken.get((schema, model.table()))
        if kind is not None:
            raise Refused(
                f"the core table {schema}.{model.table()} can't be created: there is a {kind} of that name",
                f"Rename the {kind}, or drop it if nothing needs it.",
            )
    return schema, missing


_RELATIONS = frozenset({"view", "materialized view", "sequence", "index", "composite type"})
"""What shares its names with tables (PostgreSQL documentation, "pg_class")."""


def _schema(snapshot: Snapshot, names: set[str]) -> str:
    """Give the schema that holds most of the core tables; public where there are none."""
    held = Counter(table.schema for table in snapshot.of_kind(Table) if table.name in names)
    return max(held, key=lambda schema: (held[schema], schema == "public"), default="public")


def _create(conn: Connection[Any], run: Recorder, plan: Plan) -> None:
    settings = conf.get()
    limits = applying.Limits(round(settings.lock_timeout * 1000), round(settings.statement_timeout * 1000))
    with run.step("create the tables") as step:
        applying.apply(conn, plan.statements, limits=limits, before=lambda: claim(conn), verify=lambda: _verify(conn))
        step.detail(statements=len(plan))
    run.applied()


def _verify(conn: Connection[Any]) -> None:
    schema, missing = _missing(catalog.read(conn, within=True))
    if missing:
        raise NotVerified(tuple(f"{schema}.{model.table()}" for model in missing))


def _result(conn: Connection[Any], found: Fingerprint, plan: Plan, run: Recorder, *, applied: bool) -> Created:
    tables: dict[Address, None] = dict.fromkeys(
        statement.address for statement in plan if statement.address.kind == Table.KIND
    )
    missing = tuple(map(str, tables))
    verb = "created" if applied else "missing"
    run.outcome("done", f"{len(missing)} core tables {verb}" if missing else "no core table is missing")
    trips = getattr(conn, "round_trips", 0)
    return Created(found, missing, plan.statements, plan.digest, applied, trips, run.number)
