"""A clone of the founding case, made once, and copied for each test that writes to it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.services.connecting import fingerprint, session, write_mark
from migration_app.services.creating import create_missing_tables
from tests import servers
from tests.conftest import _aliases
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.services.disks import small_disk  # noqa: F401 - a fixture


def on(server: Cluster, statement: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="package")
def template(test_server: Cluster) -> Iterator[str]:
    """The name of a database for `shop` to fill: the history needs a test's own leave to write."""
    name = f"seeding_{secrets.token_hex(4)}"
    yield name
    on(test_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def build(server: Cluster, name: str) -> None:
    """Make the founding schema with the missing core tables, without rows."""
    on(server, f"CREATE DATABASE {name}_new")
    servers.run_sql(server.url(f"{name}_new"), LEGACY_PRODUCTION)
    with psycopg.connect(server.url(f"{name}_new"), autocommit=True) as connection:
        write_mark(connection, "test")
        create_missing_tables(connection, apply=True, confirm=fingerprint(connection).confirmation)
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relkind in ('r', 'p') "
            "and relnamespace in ('public'::regnamespace, 'reporting'::regnamespace)"
        ).fetchall()
        connection.execute(f"TRUNCATE {', '.join(row[0] for row in tables)} RESTART IDENTITY CASCADE".encode())
    on(server, f"ALTER DATABASE {name}_new RENAME TO {name}")


def exists(server: Cluster, name: str) -> bool:
    return servers.ask(server.url("postgres"), f"select count(*) from pg_database where datname = '{name}'") == "1"


@pytest.fixture
def shop(test_server: Cluster, template: str, db: None) -> Iterator[psycopg.Connection]:
    """The alias `test` is an empty marked clone; gives a connection that looks at it."""
    del db
    if not exists(test_server, template):
        build(test_server, template)
    name = f"seeded_{secrets.token_hex(4)}"
    on(test_server, f"CREATE DATABASE {name} TEMPLATE {template}")
    with _aliases(test=test_server.url(name)):
        with session("test", writable=True) as connection:
            write_mark(connection, "test")
        with psycopg.connect(test_server.url(name), autocommit=True) as connection:
            yield connection
    on(test_server, f"DROP DATABASE {name} WITH (FORCE)")


def contents(connection: psycopg.Connection, tables: list[str]) -> dict[str, list[str]]:
    """Give every row as text, table by table."""
    found = {}
    for table in tables:
        rows = connection.execute(f"select t::text from {table} as t order by 1".encode()).fetchall()
        found[table] = [row[0] for row in rows]
    return found


def url_of(connection: psycopg.Connection) -> str:
    """Give the address that the connection looks at."""
    info = connection.info
    return f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"
