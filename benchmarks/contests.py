"""What is measured: a piece of work, done by us and by peers, each from a fresh start."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import psycopg
from django.conf import settings
from django.db import connections

from migration_app.conf import parse_database_url
from migration_app.services.cloning import clone_schema
from migration_app.services.drift import check_drift

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from migration_app.embedded import Cluster


@dataclass(frozen=True)
class Place:
    """Two databases on one server, as far away as ``port`` makes them."""

    cluster: Cluster
    port: int
    source: str
    target: str

    def url(self, database: str) -> str:
        """Give the database's URL over the line."""
        return self.cluster.url(database).replace(f":{self.cluster.port}/", f":{self.port}/")

    def empty_target(self) -> None:
        """Make the target anew, over the short way."""
        with psycopg.connect(self.cluster.url("postgres"), autocommit=True) as conn:
            conn.execute(f"drop database if exists {self.target} with (force)".encode())
            conn.execute(f"create database {self.target} template template0".encode())

    def environment(self) -> dict[str, str]:
        """Give the environment for PostgreSQL's own tools: no password on the command line."""
        return {
            **os.environ,
            "PGHOST": self.cluster.host,
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": self.cluster.password,
        }


@dataclass(frozen=True)
class Contest:
    """One piece of work and who does it; the first is ours."""

    name: str
    fresh: bool
    """The target is made anew before each round."""
    entrants: dict[str, Callable[[Place], int | None]]
    """Name → the work; it gives the round trips where they are known."""


def contests(scratch: Path) -> list[Contest]:
    """Give the contests with the peers that this machine has."""
    clone: dict[str, Callable[[Place], int | None]] = {"dbsep clone_schema": _clone}
    drift: dict[str, Callable[[Place], int | None]] = {"dbsep check_drift": _drift}
    clone["pg_dump | psql -1"] = _pipe
    drift["two pg_dumps and a diff"] = lambda place: _dumps(place, scratch)
    if shutil.which("migra"):
        drift["migra"] = _migra
    return [Contest("clone", fresh=True, entrants=clone), Contest("drift", fresh=False, entrants=drift)]


def _name(place: Place) -> None:
    """Put the two databases under Django's aliases, as a user has them."""
    databases = cast("dict[str, object]", settings.DATABASES)
    for alias, database in (("prod", place.source), ("test", place.target)):
        databases[alias] = parse_database_url(place.url(database))
    connections.configure_settings(databases)


def _clone(place: Place) -> int:
    _name(place)
    return clone_schema("prod", "test").round_trips


def _drift(place: Place) -> int:
    _name(place)
    drift = check_drift("prod", "test")
    if not drift.identical:
        raise SystemExit(f"the two differ: {drift.differences[0]}")
    return max(drift.round_trips.values())


def _pipe(place: Place) -> None:
    environment = place.environment()
    dump = subprocess.Popen(
        [place.cluster.bin("pg_dump"), "--schema-only", place.source], stdout=subprocess.PIPE, env=environment
    )
    subprocess.run(
        [place.cluster.bin("psql"), "-qX1", "-v", "ON_ERROR_STOP=1", place.target],
        stdin=dump.stdout,
        stdout=subprocess.DEVNULL,
        env=environment,
        check=True,
    )
    if dump.wait():
        raise SystemExit("pg_dump failed")


def _dumps(place: Place, scratch: Path) -> None:
    files = []
    for database in (place.source, place.target):
        files.append(scratch / f"{database}.sql")
        subprocess.run(
            [place.cluster.bin("pg_dump"), "--schema-only", "-f", files[-1], database],
            env=place.environment(),
            check=True,
        )
    subprocess.run(["diff", "-q", *files], stdout=subprocess.DEVNULL, check=False)


def _migra(place: Place) -> None:
    urls = [
        place.url(database).replace("postgresql://", "postgresql+psycopg2://")
        for database in (place.target, place.source)
    ]
    subprocess.run(["migra", "--unsafe", *urls], stdout=subprocess.DEVNULL, check=False)
