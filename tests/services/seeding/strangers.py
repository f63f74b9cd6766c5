"""Schemas of strangers, filled: every table gets rows or is named with what makes that impossible, and PostgreSQL
validates every rule over again.

    python -m tests.services.seeding.strangers [part of a name] …      tries them all and lists what became of each

On a server that has contrib, where there is one, or on that of DBSEP_TEST_POSTGRES.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg

from migration_app.embedded import Cluster
from migration_app.engine.errors import DbsepError
from migration_app.engine.sql import ident
from tests import corpora, servers
from tests.engine import pairs, trial

ROWS = 50
OUT_OF_REACH = {
    "pgquarrel/eventtrigger": "its own event trigger refuses every ALTER TABLE, and so the validation",
}
"""Schemas that can't be tried, and why."""

TABLES = """
    select c.oid::regclass::text, case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
      and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select from pg_depend as d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    order by 1
"""
_RULES = """
    select k.oid, k.conname,
           case when k.contypid = 0 then 'TABLE ' || k.conrelid::regclass else 'DOMAIN ' || k.contypid::regtype end
    from pg_constraint as k join pg_namespace as n on n.oid = k.connamespace
    where k.contype in ('c', 'f') and k.convalidated and k.conparentid = 0 and n.nspname !~ '^pg_'
      and n.nspname <> 'information_schema' and coalesce((to_jsonb(k) ->> 'conenforced')::bool, true)
      and not (k.contype = 'f' and exists (select from pg_class where oid = k.conrelid and relkind = 'p'))
    order by 3, 2
"""


@dataclass(frozen=True)
class Stranger:
    """A schema that isn't ours."""

    name: str
    files: tuple[Path, ...]


Judge = Callable[[Cluster, Stranger], dict[str, str]]
"""Tries a schema and gives what is to be said of it; raises trial.NotLoadable or trial.Wrong."""


def find(*parts: str) -> list[Stranger]:
    """Give the schemas whose names contain one of the parts, all without any."""
    whole = [Stranger(f"schemas/{path.stem}", (path,)) for path in corpora.schemas()]
    new = [Stranger(pair.name, (pair.directory / "setup.sql", pair.directory / "new.sql")) for pair in pairs.find()]
    return [each for each in (*whole, *new) if not parts or any(part in each.name for part in parts)]


def judge(server: Cluster, stranger: Stranger) -> dict[str, str]:
    """Fill it and give what could not be filled, with why; raises trial.NotLoadable or trial.Wrong."""
    before = set(pairs._roles(server))
    try:
        with trial.databases(server, 1) as (url,):
            trial.from_files(stranger.files)(url)
            with psycopg.connect(url, autocommit=True) as connection:
                return _filled(connection)
    finally:
        pairs._drop_roles(server, set(pairs._roles(server)) - before)


def _filled(connection: psycopg.Connection[Any]) -> dict[str, str]:
    from migration_app.services.connecting import write_mark
    from migration_app.services.seeding import seed_testdata

    write_mark(connection, "test")
    tables = connection.execute(TABLES.encode()).fetchall()
    try:
        seeded = seed_testdata(connection, rows=ROWS)
    except DbsepError as error:
        raise trial.Wrong(f"{type(error).__name__}: {error}") from error
    holding = {name for table, name in tables if _holds_rows(connection, table)}
    told = {note.split(" is another tool's own")[0] for note in seeded.notes}
    empty = [name for _, name in tables if name not in holding | seeded.unfilled.keys() | set(seeded.kept) | told]
    if empty:
        raise trial.Wrong(f"empty without a word: {', '.join(empty)}")
    broken = list(broken_rules(connection))
    if broken:
        raise trial.Wrong(f"PostgreSQL finds rows that break {', '.join(broken)}")
    return dict(seeded.unfilled)


def _holds_rows(connection: psycopg.Connection[Any], table: str) -> bool:
    return connection.execute(f"select from {table} limit 1".encode()).fetchone() is not None


def broken_rules(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Have every check and foreign key validated over again, and every index built over again."""
    connection.execute("set row_security = off")
    rules = connection.execute(_RULES.encode()).fetchall()
    connection.execute("update pg_constraint set convalidated = false where oid = any(%s)", ([r[0] for r in rules],))
    for _, name, of in rules:
        try:
            connection.execute(f"ALTER {of} VALIDATE CONSTRAINT {ident(name)}".encode())
        except psycopg.Error as error:
            yield f"{of} {name} ({error.diag.message_primary})"
    try:
        connection.execute(f"REINDEX DATABASE {ident(connection.info.dbname)}".encode())  # 15 demands the name
    except psycopg.Error as error:
        yield str(error.diag.message_primary)


def main(*parts: str) -> int:
    """Fill the schemas and list them; gives the number of those that went wrong."""
    return listed(judge, ("filled", "partly"), *parts)


def listed(judging: Judge, words: tuple[str, str], *parts: str) -> int:
    """Judge the schemas one by one and list them: ``words`` are for those without anything to say of them, and with."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    servers.open_root()
    try:
        chosen = None if "DBSEP_TEST_POSTGRES" in os.environ else servers.with_extension("pgcrypto")
        server = chosen or servers.server("prod")
        counts: Counter[str] = Counter()
        for stranger in find(*parts):
            started = monotonic()
            state, reasons = _outcome(server, stranger, judging, words)
            counts[state] += 1
            sys.stdout.write(f"{state:8} {stranger.name} ({monotonic() - started:.1f} s)\n")
            sys.stdout.writelines(f"         {reason}\n" for reason in reasons)
            sys.stdout.flush()
        sys.stdout.writelines(f"{state:8} {count}\n" for state, count in sorted(counts.items()))
    finally:
        servers.close_root()
    return counts["wrong"]


def _outcome(server: Cluster, stranger: Stranger, judging: Judge, words: tuple[str, str]) -> tuple[str, list[str]]:
    if stranger.name in OUT_OF_REACH:
        return "apart", [OUT_OF_REACH[stranger.name]]
    try:
        found = judging(server, stranger)
    except trial.NotLoadable as error:
        return "unloaded", [str(error)]
    except trial.Wrong as error:
        return "wrong", [str(error)]
    except Exception as error:  # noqa: BLE001 - a report names whatever went wrong
        return "wrong", [f"{type(error).__name__}: {error}"]
    return words[bool(found)], [f"{name}: {reason}" for name, reason in sorted(found.items())]


if __name__ == "__main__":
    sys.exit(min(1, main(*sys.argv[1:])))
