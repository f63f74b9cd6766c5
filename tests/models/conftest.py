"""The founding case behind Django's aliases."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from migration_app.embedded import Cluster
from tests.conftest import _aliases
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import run_sql


@pytest.fixture(scope="module")
def shop(prod_server: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """Django's connection `test` to a database of its own that holds the founding case."""
    name = f"shop_{secrets.token_hex(4)}"
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        run_sql(prod_server.url(name), LEGACY_PRODUCTION)
        with django_db_blocker.unblock(), _aliases(test=prod_server.url(name)):
            yield connections["test"]
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def rolled_back(shop: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """The same, with a transaction that is rolled back afterwards."""
    with transaction.atomic(using="test"):
        yield shop
        transaction.set_rollback(True, using="test")
