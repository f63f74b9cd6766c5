"""However many rows are written, they take no more memory: each is forgotten when it is sent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.services.connecting import write_mark
from tests.conftest import NewDatabase

ROOT = Path(__file__).resolve().parents[2]
FEW, MANY = 30_000, 240_000
MOST = 8 * 1024
"""KiB that the larger run may take above the smaller one: 210,000 rows of both tables, kept as they are sent, would be
some 25 MiB more, and as objects of Python several times as many."""
SCHEMA = """
    create table people (id int primary key, email text not null unique, born date);
    create table visits (id int primary key, person int not null references people, at timestamptz, note text);
"""
POLICY = """
[tables.people.columns]
id = "keep"
email = "email"
born = "date"

[tables.visits.columns]
id = "keep"
person = "keep"
at = "keep"
note = "text"
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a program's own peak")


def peak(what: str, rows: int, environment: dict[str, str]) -> int:
    program = [sys.executable, "-m", "tests.services.peak", what, str(rows)]
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dbsep_project.settings",
        "CONTROL_DATABASE_URL": f"sqlite:///{tmp_path / 'control.sqlite3'}",
    }


@pytest.fixture
def target(new_database: NewDatabase, test_server: Cluster) -> str:
    url = new_database(test_server, SCHEMA)
    with psycopg.connect(url, autocommit=True) as connection:
        write_mark(connection, "test")
    return url


def test_ten_times_the_rows_are_seeded_in_the_same_memory(target: str, environment: dict[str, str]) -> None:
    environment["TEST_DATABASE_URL"] = target
    found = []
    for rows in (FEW, MANY):
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute("truncate people, visits")
        found.append(peak("seed", rows, environment))
    assert found[1] - found[0] < MOST, found


def test_ten_times_the_rows_are_referred_to_in_the_same_memory(target: str, environment: dict[str, str]) -> None:
    environment["TEST_DATABASE_URL"] = target
    found = []
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute("create table stays (id uuid primary key, at timestamptz not null)")
        connection.execute("alter table visits add stay uuid not null references stays")
        for rows in (120_000, 1_200_000):
            connection.execute("truncate visits, people, stays")
            connection.execute(
                f"insert into stays select md5(n::text)::uuid, now() from generate_series(1, {rows}) as n".encode()
            )
            found.append(peak("seed", FEW, environment))
    # Of 1,200,000 keys, each 16 bytes long, 18 MiB.
    assert found[1] - found[0] < MOST, found


def test_ten_times_the_rows_are_copied_masked_in_the_same_memory(
    new_database: NewDatabase, prod_server: Cluster, target: str, environment: dict[str, str], tmp_path: Path
) -> None:
    production = new_database(prod_server, SCHEMA)
    policy = tmp_path / "masking.toml"
    policy.write_text(POLICY, encoding="utf-8")
    environment |= {
        "PROD_DATABASE_URL": production,
        "STAGING_DATABASE_URL": target,
        "POLICY": str(policy),
        "DBSEP_MASKING_KEY": "a key that is long enough to be one",
    }
    found = []
    for rows in (FEW, MANY):
        with psycopg.connect(production, autocommit=True) as connection:
            connection.execute(
                f"truncate people, visits; insert into people select n, 'p' || n || '@corp.example', '1990-01-01' "
                f"from generate_series(1, {rows}) n; insert into visits select n, n, now(), 'seen for the time ' || n "
                f"from generate_series(1, {rows}) n".encode()
            )
        found.append(peak("copy", rows, environment))
    assert found[1] - found[0] < MOST, found
