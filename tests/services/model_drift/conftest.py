"""The founding case with its missing tables created, to be copied for each test that changes it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from migration_app.embedded import Cluster
from migration_app.engine import catalog
from migration_app.engine.apply import apply
from migration_app.services.creating.creation import planned
from migration_app.services.model_drift.compiling import Compiler
from tests.conftest import _aliases
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import run_sql


@pytest.fixture(scope="module")
def complete(prod_server: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A template: the founding case with all thirty core tables."""
    name = f"complete_{secrets.token_hex(4)}"
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        run_sql(prod_server.url(name), LEGACY_PRODUCTION)
        with django_db_blocker.unblock(), psycopg.connect(prod_server.url(name), autocommit=True) as conn:
            work = planned(catalog.read(conn), Compiler.on(conn, None), conn.info.user)
            apply(conn, work.plan.statements)
        yield name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def shop(prod_server: Cluster, complete: str) -> Iterator[str]:
    """The address of a copy, which is also `prod`."""
    name = f"shop_{secrets.token_hex(4)}"
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {complete}".encode())
        with _aliases(prod_server.url(name)):
            yield prod_server.url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
