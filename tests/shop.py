"""The founding case on a server of the suite: one template a module, a fresh copy a test, known as `prod`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from migration_app.embedded import Cluster
from tests.conftest import _aliases
from tests.fixtures.expected import LEGACY_PRODUCTION
from tests.servers import run_sql


@pytest.fixture(scope="module")
def template(prod_server: Cluster) -> Iterator[str]:
    """The founding case, to be copied: a database's name."""
    name = f"template_{secrets.token_hex(4)}"
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        run_sql(prod_server.url(name), LEGACY_PRODUCTION)
        yield name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def legacy(prod_server: Cluster, template: str) -> Iterator[str]:
    """The address of a copy of the founding case, which is also `prod`."""
    name = f"shop_{secrets.token_hex(4)}"
    with psycopg.connect(prod_server.url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        with _aliases(prod_server.url(name)):
            yield prod_server.url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
