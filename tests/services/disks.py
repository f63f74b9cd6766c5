"""A file system that is soon full, for the server to keep tables on."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from migration_app.embedded import Cluster
from migration_app.engine.sql import ident


@dataclass(frozen=True)
class SmallDisk:
    """A file system of some hundred kB."""

    place: Path

    @contextmanager
    def tablespace(self, connection: psycopg.Connection) -> Iterator[str]:
        """Have a tablespace on it; the tables in it go with it."""
        name = f"small_{self.place.name[-8:]}"
        space = ident(name)
        connection.execute(f"create tablespace {space} location '{self.place}'".encode())
        try:
            yield space
        finally:
            for (table,) in connection.execute(
                "select c.oid::regclass::text from pg_class as c join pg_tablespace as t on t.oid = c.reltablespace "
                f"where t.spcname = '{name}' and c.relkind = 'r'".encode()
            ).fetchall():
                connection.execute(f"drop table {table} cascade".encode())
            connection.execute("checkpoint")
            connection.execute(f"drop tablespace {space}".encode())

    def grow(self) -> None:
        """Give room."""
        subprocess.run(["mount", "-o", "remount,size=64m", self.place], check=True, capture_output=True)


@pytest.fixture
def small_disk(test_server: Cluster) -> Iterator[SmallDisk]:
    """One that the server's account may write to; only root can make it."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    owner = test_server.data.stat()
    place = Path(tempfile.mkdtemp(prefix="small-", dir=test_server.data.parent))
    options = f"size=128k,uid={owner.st_uid},gid={owner.st_gid},mode=700"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("no small file system can be mounted here")
    yield SmallDisk(place)
    subprocess.run(["umount", "-l", place], check=True)
