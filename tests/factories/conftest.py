"""The core tables and a zoo behind the alias `test`, and a second database like it, `other`, that must stay empty."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.apply import apply
from migration_app.services.creating.creation import planned
from migration_app.services.model_drift.compiling import Compiler
from tests.conftest import _aliases
from tests.factories.zoo import TABLES
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import run_sql
from tests.services.seeding.conftest import on


@pytest.fixture(scope="package")
def names(test_server: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, str]]:
    """Both databases, by name."""
    here = f"factories_{secrets.token_hex(4)}"
    there = f"{here}_other"
    on(test_server, f"CREATE DATABASE {here}")
    run_sql(test_server.url(here), LEGACY_PRODUCTION)
    with django_db_blocker.unblock(), psycopg.connect(test_server.url(here), autocommit=True) as connection:
        _complete(connection)
    run_sql(test_server.url(here), TABLES)
    on(test_server, f"CREATE DATABASE {there} TEMPLATE {here}")
    yield here, there
    for name in (here, there):
        on(test_server, f"DROP DATABASE {name} WITH (FORCE)")


def _complete(connection: psycopg.Connection) -> None:
    """Make the core tables that the founding case lacks, and empty all."""
    work = planned(catalog.read(connection), Compiler.on(connection, None), connection.info.user)
    apply(connection, work.plan.statements)
    connection.execute(f"TRUNCATE {', '.join(_tables(connection))} RESTART IDENTITY CASCADE".encode())


def _tables(connection: psycopg.Connection) -> list[str]:
    query = """select oid::regclass::text from pg_class where relkind in ('r', 'p') and not relispartition
               and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"""
    return [row[0] for row in connection.execute(query)]


@pytest.fixture
def zoo(
    test_server: Cluster, names: tuple[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """Django's connection `test`, rolled back after the test; `other` is held empty."""
    here, there = map(test_server.url, names)
    with (
        django_db_blocker.unblock(),
        _aliases(test=here, other=there),
        transaction.atomic(using="test"),
    ):
        with connections["test"].cursor() as cursor:
            # What the shop's stores and products refer to, and no model of the app is for.
            cursor.execute("insert into currencies (code, name) values ('EUR', 'Euro')")
        yield connections["test"]
        transaction.set_rollback(True, using="test")
    with psycopg.connect(there) as other:
        holding = [
            table for table in _tables(other) if other.execute(f"select from {table} limit 1".encode()).fetchone()
        ]
        assert holding == []
