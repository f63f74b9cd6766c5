"""Creates the core tables, and the parts of core tables, that a database lacks: as their models say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.errors import NotVerified, Refused, RequirementsMissing
from migration_app.engine.kinds.breaking import breaking_queries, tables_of
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address, Context, Plan, Statement, Verb, Verdict
from migration_app.engine.plan import plan as plan_changes
from migration_app.engine.rows.holding import counted
from migration_app.engine.sql import idents
from migration_app.models import core_models
from migration_app.services.connecting import Fingerprint, claim, fingerprint, session
from migration_app.services.creating.lacking import completed
from migration_app.services.creating.wording import Wording
from migration_app.services.dropping.changing import changing, limits, require_leave, touched
from migration_app.services.history import Recorder, recorded
from migration_app.services.model_drift.checking import compare
from migration_app.services.model_drift.compiling import Compiler
from migration_app.services.syncing.result import Breaking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from migration_app.engine.model import Change, Snapshot
    from migration_app.services.model_drift.findings import ModelDifference


@dataclass(frozen=True)
class Created:
    """The core tables that were missing in whole or in part, and what creates what they lack."""

    database: Fingerprint
    missing: tuple[str, ...]
    """Qualified names of the tables that weren't there, in the order of their creation."""
    incomplete: Mapping[str, tuple[str, ...]]
    """Table that was there → what it lacked, each as ``kind name``."""
    differences: tuple[ModelDifference, ...]
    """In what tables depart from their models otherwise: these are left as they are."""
    breaking: tuple[Breaking, ...]
    """Rows that don't fit what their table lacks."""
    statements: tuple[Statement, ...]
    """For one transaction, in this order."""
    digest: str
    applied: bool
    """Whether something was created now; False also where nothing was missing."""
    round_trips: int
    run: int | None


def create_missing_tables(
    database: str | Connection[Any] = "prod", *, apply: bool = False, confirm: str | None = None
) -> Created:
    """Compare the core models with the database; with ``apply``, create the tables and the parts that it lacks.

    All of it is created in one transaction, or nothing; a second call finds nothing to do. Nothing is changed or
    dropped: where a table departs from its model otherwise, the result says so. On production ``apply`` needs
    ``confirm``, the typed ``<database>@<host>``, and uses the owner's alias where there is one; any other database
    must bear our mark.

    Raises:
        Refused: without the confirmation or the mark; where a name is taken, rows don't fit, or another run changes
            the database.
        RequirementsMissing: the database lacks a type that a column is of.
        Locked: somebody holds a lock on a table; nothing was changed.
        StatementFailed: the server refused a statement; nothing was changed.
        NotVerified: the result isn't what was planned; nothing was changed.

    """
    name = database if isinstance(database, str) else database.info.dbname
    arguments = {"database": name, "apply": apply, "confirm": confirm}
    with (
        recorded("create_missing_tables", arguments=arguments, required=apply) as run,
        session(database, writable=apply) as conn,
    ):
        run.databases(target=fingerprint(conn))
        if apply:
            require_leave(conn, database, confirm)
        compiler = Compiler.on(conn, database if isinstance(database, str) else None)
        with run.step("compare the core models with the database") as step:
            work = planned(catalog.read(conn), compiler, conn.info.user)
            step.detail(schema=work.schema, missing=work.missing, incomplete=work.incomplete)
        with run.step("look at the rows"):
            breaking = _in_the_way(conn, work)
        run.statements(work.plan)
        run.hashes(target=work.plan.current_hash, plan=work.plan.digest)
        if apply and work.plan.statements:
            _require_room(breaking)
            _create(conn, run, work, compiler)
        run.outcome("done", _summary(work, applied=apply))
        return Created(
            database=fingerprint(conn),
            missing=work.missing,
            incomplete=work.incomplete,
            differences=work.differences,
            breaking=breaking,
            statements=work.plan.statements,
            digest=work.plan.digest,
            applied=apply and bool(work.plan.statements),
            round_trips=getattr(conn, "round_trips", 0),
            run=run.number,
        )


@dataclass(frozen=True)
class Work:
    """What is lacking, and the plan that creates it."""

    schema: str
    current: Snapshot
    desired: Snapshot
    changes: tuple[Change, ...]
    plan: Plan
    differences: tuple[ModelDifference, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Tables that aren't there."""
        created = (each.address for each in self.plan if each.verb is Verb.CREATE)
        return tuple(str(address) for address in created if address.kind == Table.KIND)

    @property
    def incomplete(self) -> Mapping[str, tuple[str, ...]]:
        """Table that is there → what it lacks."""
        found: dict[str, list[str]] = {}
        for statement in self.plan:
            obj = self.desired.objects.get(statement.address.of or statement.address)
            table = getattr(obj, "table", None) or getattr(obj, "name", None)
            of = Address(Table.KIND, (self.schema, str(table)))
            if statement.verb is Verb.CREATE and of in self.current.objects:
                found.setdefault(str(of), []).append(f"{statement.address.kind} {statement.address}")
        return {table: tuple(parts) for table, parts in found.items()}


def planned(current: Snapshot, compiler: Compiler, role: str) -> Work:
    """Plan what the core models' tables lack; raises Refused for a taken name, RequirementsMissing for a type."""
    models = core_models()
    schema = _schema(current, {model.table() for model in models})
    desired = completed(current, models, schema, Wording(compiler.connection, schema), role)
    changes = diff.compare(current, desired)
    _require_names(current, changes)
    try:
        made = plan_changes(changes, current, desired, Context(role, current))
    except RequirementsMissing as error:
        raise replace(error, advice="Create these first: a model names its types and doesn't define them.") from error
    statements = (_looking_in(schema), *made) if made.statements else ()
    return Work(
        schema=schema,
        current=current,
        desired=desired,
        changes=changes,
        plan=Plan(statements, current.hash),
        differences=compare(desired, models, compiler),
    )


def _looking_in(schema: str) -> Statement:
    """Give the statement that lets the models' expressions find what they name without saying where it is."""
    path = idents(dict.fromkeys((schema, "public")))
    return Statement(Verb.ALTER, Address("schema", (schema,)), f"SET LOCAL search_path = {path}")


def _schema(snapshot: Snapshot, names: set[str]) -> str:
    """Give the schema that holds most of the core tables; public where there are none."""
    held = Counter(table.schema for table in snapshot.of_kind(Table) if table.name in names)
    return max(held, key=lambda schema: (held[schema], schema == "public"), default="public")


def _require_names(current: Snapshot, changes: Iterable[Change]) -> None:
    """Raise Refused where something else bears a name that is needed."""
    taken = {name: obj for obj in current.objects.values() for name in obj.takes}
    for change in changes:
        for name in change.new.takes if change.new is not None else ():
            if name in taken:
                kind = taken[name].KIND
                there = f"a {kind} of that name" if name[-1] else f"another {name[0]}, {taken[name].address}"
                raise Refused(
                    f"the core {change.address.kind} {change.address} can't be created: there is {there}",
                    f"Rename the {kind}, or drop it if nothing needs it.",
                )


def _in_the_way(conn: Connection[Any], work: Work) -> tuple[Breaking, ...]:
    """Count the rows of tables that are there on which the plan would fail."""
    there = work.current.objects.keys()
    changes = [change for change in work.changes if not there.isdisjoint(tables_of(change, work.current))]
    queries = breaking_queries(changes, work.plan, work.current, work.desired)
    counts = counted(conn, list(queries.values()))
    pairs = zip(queries.items(), counts, strict=True)
    return tuple(Breaking(address, count, query) for (address, query), count in pairs if count)


def _require_room(breaking: tuple[Breaking, ...]) -> None:
    if breaking:
        shown = "; ".join(f"{each.rows} rows for {each.address.kind} {each.address}" for each in breaking)
        raise Refused(
            f"rows don't fit what their tables lack: {shown}",
            f"Mend the rows first; nothing was changed. They are counted by: {breaking[0].query}",
        )


def _create(conn: Connection[Any], run: Recorder, work: Work, compiler: Compiler) -> None:
    def before() -> None:
        claim(conn)
        if catalog.read(conn, within=True).hash != work.plan.current_hash:
            raise Refused("the schema has moved since the plan was made", "Run the command again.")

    def verify() -> None:
        _verify(catalog.read(conn, within=True), work, compiler)

    locked = set(touched(work.desired, (change.address for change in work.changes))) - set(work.missing)
    with changing(conn, sorted(locked)), run.step("create what is missing") as step:
        applying.apply(conn, work.plan.statements, limits=limits(), before=before, verify=verify)
        step.detail(statements=len(work.plan))
    run.applied()


def _verify(after: Snapshot, work: Work, compiler: Compiler) -> None:
    """Raise NotVerified unless all that was added is there, nothing else has changed, and the models fit."""
    # The server prints expressions in its own way; and what an event trigger does to a new table is its business.
    added = {change.address for change in work.changes}
    wrong = [
        f"{change.address.kind} {change.address}"
        for change in diff.compare(after, work.desired)
        if not (change.address in added and change.verdict is Verdict.CHANGED) and change.address.of not in added
    ]
    known = {(each.kind, each.address) for each in work.differences}
    left = compare(after, core_models(), compiler)
    wrong += [f"{each.kind} {each.address}" for each in left if (each.kind, each.address) not in known]
    if wrong:
        raise NotVerified(tuple(wrong))


def _summary(work: Work, *, applied: bool) -> str:
    if not work.plan.statements:
        return "no core table is missing"
    verb = "created" if applied else "missing"
    parts = sum(map(len, work.incomplete.values()))
    return f"{len(work.missing)} core tables {verb}" + (f", {parts} parts of others" if parts else "")
