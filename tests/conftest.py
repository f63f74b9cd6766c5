"""Fixtures that every part of the suite uses: servers, fresh databases, Django's aliases for them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, cast

import psycopg
import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connections
from psycopg import sql as composing

from migration_app.conf import parse_database_url
from migration_app.embedded import Cluster
from tests import servers

collect_ignore = ["user_project"]  # a project of its own, run as a user would by tests/backend


class NewDatabase(Protocol):
    """The shape of the fixture `new_database`."""

    def __call__(self, server: Cluster | None = None, sql: str | Path = "", *, name: str | None = None) -> str: ...


class Aliases(Protocol):
    """The shape of the fixture `aliases`."""

    def __call__(
        self, prod: str | None = None, test: str | None = None, **others: str
    ) -> AbstractContextManager[None]: ...


def pytest_configure(config: pytest.Config) -> None:
    """Make the directory for the servers before any worker starts."""
    if not hasattr(config, "workerinput"):
        servers.open_root()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers after the last worker has ended."""
    if not hasattr(config, "workerinput"):
        servers.close_root()


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let output be as wide as where there is no terminal: pytest-xdist tells its workers the controller's width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session")
def prod_server(worker_id: str) -> Cluster:
    """The cluster that plays production, this worker's alone: tests count its sessions and make roles in it."""
    return servers.server(f"prod-{worker_id}")


@pytest.fixture(scope="session")
def test_server(worker_id: str) -> Cluster:
    """The cluster that plays the test environment, this worker's alone."""
    return servers.server(f"test-{worker_id}")


@pytest.fixture(scope="session")
def contrib_server() -> Cluster:
    """Give a cluster that has the contrib extensions: Debian's, or one that `make servers` fetched."""
    found = servers.with_extension("pgcrypto")
    if found is None:
        pytest.skip("no server here has contrib: run make servers, or install postgresql-contrib")
    return found


@pytest.fixture(scope="session")
def own_server(contrib_server: Cluster, worker_id: str) -> Cluster:
    """A server of this worker's alone: strangers' scripts make roles, which all databases of a server share."""
    return servers.server(f"pairs-{worker_id}", contrib_server.version)


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Make databases that are dropped after the test: `new_database(server, sql, name=…) -> url`."""
    made: list[tuple[Cluster, str]] = []

    def make(server: Cluster | None = None, sql: str | Path = "", *, name: str | None = None) -> str:
        chosen = server or request.getfixturevalue("prod_server")
        database = name or f"t_{secrets.token_hex(6)}"
        _on(chosen, "CREATE DATABASE {}", database)
        made.append((chosen, database))
        url = chosen.url(database)
        if sql:
            servers.run_sql(url, sql)
        return url

    yield make
    for server, database in made:
        _on(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


@pytest.fixture
def aliases() -> Aliases:
    """Put databases under Django's aliases for a while: `with aliases(prod_url, test_url, staging=…):`."""
    return _aliases


@contextmanager
def _aliases(prod: str | None = None, test: str | None = None, **others: str) -> Iterator[None]:
    wanted = {"prod": prod, "test": test, **others}
    urls = {alias: url for alias, url in wanted.items() if url is not None}
    databases = cast("dict[str, object]", settings.DATABASES)
    before = dict(databases)
    databases.update({alias: parse_database_url(url) for alias, url in urls.items()})
    _renew(*urls)
    try:
        yield
    finally:
        for alias in urls:
            connections[alias].close()
        databases.clear()
        databases.update(before)
        _renew(*urls)


def _renew(*aliases: str) -> None:
    for alias in aliases:
        if hasattr(connections._connections, alias):  # type: ignore[attr-defined]
            del connections[alias]
    vars(connections).pop("settings", None)
    # Not "DATABASES": Django warns of anybody who changes that one.
    setting_changed.send(sender=_aliases, setting="DBSEP", value=getattr(settings, "DBSEP", None), enter=True)


def _on(server: Cluster, statement: str, database: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(composing.SQL(statement).format(composing.Identifier(database)))
