"""The judge: takes a database from one schema to another and back with the engine, and asks pg_dump.

A trial needs two databases on one server. `before` goes into one, `after` into the other. The first is planned and
applied towards the second in one go, then back towards its own first state. After each step three witnesses are
heard: the engine (read again, nothing differs), pg_dump (both databases dump alike), and the rows (none were lost).
"""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql as composing
from psycopg.conninfo import conninfo_to_dict

from migration_app.embedded import Cluster
from migration_app.embedded.binaries import client
from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine import plan as planning
from migration_app.engine.errors import DbsepError, StatementFailed
from migration_app.engine.model import Context, Plan, Snapshot, Statement
from migration_app.engine.plan.gentling import gently
from tests import servers
from tests.engine import clearing, keeping
from tests.engine.dumps import differences

Connection = psycopg.Connection[tuple[Any, ...]]
Load = Callable[[str], None]


class NotLoadable(Exception):
    """A script isn't SQL that this server takes: nothing to judge."""


class Wrong(AssertionError):
    """The engine's result isn't the schema that was asked for."""


@dataclass
class Trial:
    """What happened, for a report."""

    statements: list[str] = field(default_factory=list)
    unmodelled: tuple[str, ...] = ()
    rows: int = 0
    """Rows that had to be there after a step, and were looked for."""
    in_the_way: int = 0
    """Rows that the new schema couldn't hold, as the engine said before the plan failed on them."""


def judge(
    server: Cluster,
    before: Load,
    after: Load,
    rows: Load | None = None,
    *,
    trial: Trial | None = None,
    back: bool = True,
) -> Trial:
    """Hold the engine to it; raises NotLoadable or Wrong."""
    trial = trial if trial is not None else Trial()
    with databases(server, 2) as (here, there):
        before(here)
        after(there)
        dumps = [servers.pg_dump_schema(url) for url in (here, there)]
        if rows is not None:
            rows(here)
        with open_session(here) as connection, open_session(there) as other:
            first, second = catalog.read(connection), catalog.read(other)
            trial.unmodelled = tuple(sorted({str(s) for s in (*first.unmodelled, *second.unmodelled)}))
            steps = [("there", second, dumps[1]), ("back", first, dumps[0])]
            current = first
            for name, wanted, dump in steps if back else steps[:1]:
                current = _step(connection, current, wanted, name, trial)
                said = differences(servers.pg_dump_schema(here), dump)
                if said:
                    raise Wrong(f"{name}: pg_dump differs (- is ours):\n" + "\n".join(said[:10]))
    return trial


def exchange(server: Cluster, one: Load, other: Load, rows: Load, trial: Trial) -> None:
    """Put rows into both and lead each to what the other was; raises NotLoadable or Wrong."""
    with databases(server, 2) as (here, there):
        one(here)
        other(there)
        dumps = [servers.pg_dump_schema(url) for url in (here, there)]
        rows(here)
        rows(there)
        with open_session(here) as connection, open_session(there) as second:
            snapshots = catalog.read(connection), catalog.read(second)
            _step(connection, snapshots[0], snapshots[1], "there", trial)
            _step(second, snapshots[1], snapshots[0], "back", trial)
        for name, url, dump in (("there", here, dumps[1]), ("back", there, dumps[0])):
            said = differences(servers.pg_dump_schema(url), dump)
            if said:
                raise Wrong(f"{name}: pg_dump differs (- is ours):\n" + "\n".join(said[:10]))


def _step(connection: Connection, current: Snapshot, wanted: Snapshot, name: str, trial: Trial) -> Snapshot:
    try:
        made = plan_of(connection, wanted, current)
        trial.statements += [f"-- {name}", *(statement.sql for statement in made)]
        current, made = _with_room(connection, current, wanted, made, trial)
        held = [(table, table.rows(connection, before=True)) for table in keeping.kept(current, wanted)]
        trial.rows += sum(rows.total() for _, rows in held)
        applying.apply(connection, made.statements)
    except DbsepError as error:
        raise Wrong(f"{name}: {error}\n{getattr(error, 'sql', '')}") from error
    reached = catalog.read(connection)
    left = diff.compare(reached, wanted)
    if left and all(change.unforeseen for change in left):
        applying.apply(connection, plan_of(connection, wanted, reached).statements)
        reached = catalog.read(connection)
        left = diff.compare(reached, wanted)
    if left:
        raise Wrong(f"{name}: still differs:\n" + "\n".join(describe(change) for change in left[:10]))
    gone = [text for text in (keeping.missing(connection, table, rows) for table, rows in held) if text]
    if gone:
        raise Wrong(f"{name}: rows are no longer what they were: {gone[0]}")
    return reached


def _with_room(
    connection: Connection, current: Snapshot, wanted: Snapshot, made: Plan, trial: Trial
) -> tuple[Snapshot, Plan]:
    """Take the rows away that the engine says are in the way, if the plan does fail on them."""
    found = clearing.in_the_way(connection, made, current, wanted)
    if not found:
        return current, made
    trial.in_the_way += sum(count for _, count in found.values())
    try:
        applying.apply(connection, made.statements)
    except StatementFailed as failed:
        if not (failed.sqlstate or "").startswith(("22", "23")):
            raise
    else:
        raise Wrong(f"these rows were said to be in the way, and weren't: {found}")
    current = catalog.read(connection)
    clearing.clear(connection, plan_of(connection, wanted, current), current, wanted)
    return current, plan_of(connection, wanted, current)


def plan_of(connection: Connection, wanted: Snapshot, current: Snapshot | None = None) -> Plan:
    """Plan from what is there to what is wanted, as a service does."""
    current = current or catalog.read(connection)
    row = connection.execute("select current_user").fetchone()
    assert row is not None
    context = Context(str(row[0]), current)
    return planning.plan(diff.compare(current, wanted), current, wanted, context)


def statements_without_rows(connection: Connection, wanted: Snapshot, current: Snapshot) -> list[Statement]:
    """Plan as a service does for tables of which none holds a row."""
    statements = plan_of(connection, wanted, current).statements
    return [each for each, _ in gently(statements, wanted, frozenset(), current.version)]


def describe(change: diff.Change) -> str:  # type: ignore[name-defined]
    values = [f"{name}: {getattr(change.old, name)!r} -> {getattr(change.new, name)!r}" for name in change.attributes]
    return f"{change.verdict} {change.address.kind} {change.address} {'; '.join(values)}"


@contextmanager
def databases(server: Cluster, count: int) -> Iterator[list[str]]:
    """Make empty databases, cheaply, and drop them."""
    names = [f"trial_{secrets.token_hex(5)}" for _ in range(count)]
    with open_session(server.url("postgres")) as connection:
        for name in names:
            connection.execute(_on("CREATE DATABASE {} TEMPLATE template0", name))
        try:
            yield [server.url(name) for name in names]
        finally:
            for name in names:
                unsubscribe(server.url(name))
                connection.execute(_on("DROP DATABASE {} WITH (FORCE)", name))


def unsubscribe(url: str) -> None:
    """Drop the subscriptions, without which no database can be dropped; none of them has a slot anywhere."""
    with open_session(url) as connection:
        mine = "SELECT subname FROM pg_subscription JOIN pg_database AS d ON d.oid = subdbid AND datname = %s"
        for (name,) in connection.execute(mine, (connection.info.dbname,)).fetchall():
            for words in ("ALTER SUBSCRIPTION {} DISABLE", "ALTER SUBSCRIPTION {} SET (slot_name = NONE)"):
                connection.execute(_on(words, name))
            connection.execute(_on("DROP SUBSCRIPTION {}", name))


def psql(url: str, *files: Path) -> None:
    """Load scripts as psql does, a statement at a time; raises NotLoadable with psql's first error."""
    place = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    given = {variable: str(place[key]) for key, variable in names.items() if key in place}
    program = client("psql", 18)
    arguments = [str(program), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    for file in files:
        arguments += ["-f", str(file)]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, env={**os.environ, **given})
    if done.returncode:
        raise NotLoadable(next((line for line in done.stderr.splitlines() if "ERROR" in line), done.stderr))


def from_files(files: Sequence[Path]) -> Load:
    """Give a loader that runs the scripts there are."""
    return lambda url: psql(url, *(file for file in files if file.is_file()))


def open_session(url: str) -> Connection:
    """Connect as the engine wants it."""
    return psycopg.connect(url, autocommit=True, prepare_threshold=None)


def _on(statement: str, name: str) -> composing.Composed:
    return composing.SQL(statement).format(composing.Identifier(name))
