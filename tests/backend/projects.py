"""The user's project and the shop's integration tests, run as their users run them: in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.servers import ROOT_VARIABLE

USER_PROJECT = Path(__file__).resolve().parents[1] / "user_project"
SCHEMA = USER_PROJECT / "schema.sql"


@dataclass(frozen=True)
class Project:
    """A project between its two databases."""

    directory: Path
    prod: str
    test: str

    def environment(self, **more: str) -> dict[str, str]:
        """Give what the project's processes see: nothing of this suite."""
        kept = {name: value for name, value in os.environ.items() if name not in (ROOT_VARIABLE, "PYTEST_CURRENT_TEST")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        kept.pop("PYTEST_XDIST_WORKER", None)
        return {**kept, "PROD_DATABASE_URL": self.prod, "TEST_DATABASE_URL": self.test, **more}

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start a command of the project: `-m pytest …`, `manage.py test …`."""
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self.directory,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        """Give a command's exit code and all that it says."""
        with self.start(*words, **more) as process:
            said, _ = process.communicate(timeout=300)
        return process.returncode, said

    @property
    def source(self) -> str:
        """The test database's name."""
        return str(conninfo_to_dict(self.test)["dbname"])

    def databases(self) -> dict[str, str]:
        """Give what runs have made of the test database: name → role."""
        with psycopg.connect(self.test, autocommit=True) as conn:
            found = conn.execute(
                "select datname, substring(shobj_description(oid, 'pg_database') from '\"role\": \"([a-z]+)\"')"
                " from pg_database where shobj_description(oid, 'pg_database') like %s",
                [f'%"source": "{self.source}"%'],
            ).fetchall()
        return dict(found)

    def clear(self) -> None:
        """Drop what runs have made."""
        with psycopg.connect(self.test, autocommit=True) as conn:
            for name, role in self.databases().items():
                if role == "template":
                    conn.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE false'.encode())
                conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """Ask a database."""
    with psycopg.connect(url) as conn:
        return list(conn.execute(query.encode()).fetchall())


@contextmanager
def untouched(url: str) -> Iterator[None]:
    """Hold a database's contents against what they were before the block."""
    query = "select 'author', id, name from authors union all select 'book', id, title from books order by 1, 2"
    # Other tests make databases of theirs on the same server; those that runners make begin like this.
    made = "select datname from pg_database where datname ~ '^(test_|tpl_|dbsep)' order by 1"
    before = rows(url, query), rows(url, made)
    yield
    assert (rows(url, query), rows(url, made)) == before
