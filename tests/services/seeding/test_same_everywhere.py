"""The same seed gives the same rows on every server, in any number of streams."""

from __future__ import annotations

import secrets

import psycopg
import pytest

from migration_app.embedded import Cluster, available
from migration_app.services.seeding import seed_testdata
from tests import servers

from .conftest import build, on
from .test_many import all_tables

pytestmark = pytest.mark.django_db

ROWS = 20
TABLES = ("order_items", "categories", "payments")


def hashes(connection: psycopg.Connection) -> dict[str, object]:
    """Give a hash of each table's rows."""
    found: dict[str, object] = {}
    for table in all_tables(connection):
        words = f"select md5(string_agg(t::text, E'\\n' order by t::text)) from {table} as t"
        found[table] = connection.execute(words.encode()).fetchall()[0][0]
    return found


def test_the_oldest_server_gets_the_same_rows_in_four_streams(
    shop: psycopg.Connection, test_server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migration_app.services.seeding.parts.PART", 12)
    oldest = min(available())
    server = test_server if oldest == test_server.version else servers.server(f"major-{oldest}", oldest)
    name = f"oldest_{secrets.token_hex(4)}"
    build(server, name)
    try:
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            connection.execute("set timezone = 'Asia/Kolkata'; set datestyle = 'German, DMY'")
            apart = seed_testdata(connection, rows=ROWS, tables=TABLES, streams=4)
            connection.execute("set timezone to default; set datestyle to default")
            there = hashes(connection)
    finally:
        on(server, f"drop database if exists {name} with (force)")
    together = seed_testdata("test", rows=ROWS, tables=TABLES)
    assert (dict(apart.unfilled), apart.notes) == ({}, ())
    assert apart.tables == together.tables
    assert there == hashes(shop)
