"""Production and a staging database with its schema, made once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.engine.sql import qualified
from migration_app.services.connecting import write_mark
from tests.conftest import NewDatabase, _aliases
from tests.services.disks import small_disk  # noqa: F401 - a fixture

KEY = "a key that is long enough to be one"


@dataclass(frozen=True)
class Sides:
    """Two databases: `prod`, and `staging` with its schema and no rows."""

    prod: psycopg.Connection
    staging: psycopg.Connection
    folder: Path

    def both(self, sql: str) -> None:
        """Change the schema of both."""
        self.prod.execute(sql.encode())
        self.staging.execute(sql.encode())

    def policy(self, masks: Mapping[str, str] = {}, *, none: tuple[str, ...] = ()) -> Path:
        """Write a policy: `table.column` → what TOML says of it, everything else kept."""
        lines: list[str] = []
        for table in tables_of(self.prod):
            lines.append(f"[tables.{quoted(table)}]")
            if table in none:
                lines.append('rows = "none"')
                continue
            lines.append(f"[tables.{quoted(table)}.columns]")
            lines += [
                f"{quoted(column)} = {masks.get(f'{table}.{column}', quoted('keep'))}"
                for column in columns_of(self.prod, table)
            ]
        path = self.folder / "masking.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path


def quoted(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


def named(table: str) -> str:
    """Give a table's name as SQL writes it."""
    schema, _, name = table.rpartition(".")
    return qualified(schema or "public", name)


def tables_of(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end "
        "from pg_class c join pg_namespace n on n.oid = relnamespace "
        "where relkind in ('r', 'p') and not relispartition and nspname !~ '^pg_' and nspname <> 'information_schema' "
        "order by 1"
    ).fetchall()
    return [row[0] for row in rows]


def columns_of(connection: psycopg.Connection, table: str) -> list[str]:
    schema, _, name = table.rpartition(".")
    rows = connection.execute(
        "select attname from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = "
        "relnamespace where nspname = %s and relname = %s and attnum > 0 and not attisdropped and attgenerated = ''",
        (schema or "public", name),
    ).fetchall()
    return [row[0] for row in rows]


def one(connection: psycopg.Connection, sql: str) -> object:
    row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def rows(connection: psycopg.Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sql.encode()).fetchall()]


class MakeSides(Protocol):
    """The shape of the fixture `sides`."""

    def __call__(self, schema: str | Path, data: str = "") -> Sides: ...


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBSEP_MASKING_KEY", KEY)


@pytest.fixture
def sides(
    prod_server: Cluster, test_server: Cluster, new_database: NewDatabase, tmp_path: Path, db: None
) -> Iterator[MakeSides]:
    """Make `prod` and an empty marked `staging` with one schema; further rows are for production alone."""
    del db
    with ExitStack() as stack:

        def make(schema: str | Path, data: str = "") -> Sides:
            urls = new_database(prod_server, schema), new_database(test_server, schema)
            prod, staging = (stack.enter_context(psycopg.connect(url, autocommit=True)) for url in urls)
            if data:
                prod.execute(data.encode())
            names = ", ".join(str(each) for (each,) in rows(staging, _TABLES))
            staging.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE".encode())
            write_mark(staging, "staging")
            stack.enter_context(_aliases(urls[0], staging=urls[1]))
            return Sides(prod, staging, tmp_path)

        yield make


_TABLES = (
    "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname !~ '^pg_' and "
    "schemaname <> 'information_schema'"
)
