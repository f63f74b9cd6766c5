"""Real servers for the suite: started when first asked for, shared by all workers, stopped by the session.

`DBSEP_TEST_POSTGRES` chooses the major version (18 when unset). Servers that `make servers` fetched into
var/servers/<major> are found, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from migration_app.embedded import Cluster, available, remove
from migration_app.embedded.binaries import client

ROOT_VARIABLE = "DBSEP_TEST_ROOT"
MEMORY = Path("/dev/shm")
ROOM = 8 * 2**30
"""Bytes that there must be: a server takes some 100 MB, each worker has several."""
FETCHED = Path(__file__).resolve().parent.parent / "var" / "servers"


def version() -> int:
    """Give the major version that this run tests against."""
    return int(os.environ.get("DBSEP_TEST_POSTGRES", "18"))


def open_root() -> None:
    """Make the directory that holds this run's servers; workers inherit its name. Clears up
    after runs that were killed."""
    for directory in FETCHED.glob("[0-9]*"):
        os.environ.setdefault(f"DBSEP_POSTGRES_{directory.name}", str(directory))
    if ROOT_VARIABLE in os.environ:
        return
    top = _top()
    for left in top.glob(f"dbsep-tests-{os.geteuid()}-*"):
        with suppress(FileNotFoundError):  # another session that has just begun clears up as well
            if left.stat().st_uid == os.geteuid() and not _alive(int(left.name.split("-")[3])):
                _clear(left)
    root = Path(tempfile.mkdtemp(prefix=f"dbsep-tests-{os.geteuid()}-{os.getpid()}-", dir=top))
    root.chmod(0o711)
    os.environ[ROOT_VARIABLE] = str(root)


def _top() -> Path:
    """Give where servers go: into memory where there is room, since a disk pays for each of a database's many files.

    TMPDIR says otherwise.
    """
    with suppress(OSError):
        if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
            return MEMORY
    return Path(tempfile.gettempdir())


def close_root() -> None:
    """Stop and delete this run's servers; for the process that `open_root` made the directory in."""
    root = os.environ.pop(ROOT_VARIABLE, None)
    if root:
        _clear(Path(root))


@cache
def server(name: str, major: int | None = None) -> Cluster:
    """Give the running server of that name (`prod`, `test`, or any other), the same one to every worker."""
    base = Path(os.environ[ROOT_VARIABLE]) / name
    return Cluster.start(base, major or version(), settings={"max_connections": "200"})


@cache
def with_extension(extension: str) -> Cluster | None:
    """Give a server that offers an extension (the embedded ones lack contrib); None where there is none."""
    question = f"SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'"
    for major in dict.fromkeys((version(), *reversed(available()))):
        candidate = server("prod") if major == version() else server(f"major-{major}", major)
        if ask(candidate.url("postgres"), question) == "1":
            return candidate
    return None


def run_sql(url: str, sql: str | Path) -> None:
    """Run a script as psql would, `COPY … FROM stdin` blocks included; psql's own commands are left out."""
    text = sql.read_text(encoding="utf-8") if isinstance(sql, Path) else sql
    with psycopg.connect(url, autocommit=True) as connection:
        for statements, rows in _pieces(text):
            if not rows:
                connection.execute(statements.encode())
                continue
            with connection.cursor() as cursor, cursor.copy(statements.encode()) as copy:
                copy.write(rows.encode())


def pg_dump_schema(url: str, *arguments: str) -> str:
    """Give what `pg_dump --schema-only` says without its random \\restrict token. No secret in argv."""
    server_version = int(ask(url, "SHOW server_version_num")) // 10000
    return _pg_dump(url, client("pg_dump", server_version), ("--schema-only", *arguments))


def pg_dump_data(url: str, *arguments: str) -> str:
    """Give what `pg_dump --data-only` says, under the same terms."""
    server_version = int(ask(url, "SHOW server_version_num")) // 10000
    return _pg_dump(url, client("pg_dump", server_version), ("--data-only", *arguments))


def run_psql(url: str, script: str | Path) -> None:
    """Run a script with psql itself, a file in its own directory; the first error fails."""
    program, options = client("psql", version()), ["-X", "-q", "-v", "ON_ERROR_STOP=1"]
    named, text = (["-f", script.name], "") if isinstance(script, Path) else ([], script)
    done = subprocess.run(
        [program, *options, *named],
        check=False,
        capture_output=True,
        input=text.encode(),
        cwd=script.parent if isinstance(script, Path) else None,
        env=_environment(url),
    )
    assert done.returncode == 0, done.stderr.decode()


def _pg_dump(url: str, program: Path, arguments: tuple[str, ...]) -> str:
    done = subprocess.run([program, *arguments], check=False, capture_output=True, env=_environment(url))
    assert done.returncode == 0, done.stderr
    return re.sub(r"^\\(un)?restrict .*\n", "", done.stdout.decode(), flags=re.MULTILINE)


def _environment(url: str) -> dict[str, str]:
    place = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    given = {variable: str(place[key]) for key, variable in names.items() if key in place}
    return {**os.environ, **given}


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Cut a script into (statements, "") and (COPY statement, its rows)."""
    gathered: list[str] = []
    lines = iter(text.splitlines(keepends=True))
    for line in lines:
        if re.match(r"COPY .* FROM stdin;\s*$", line, re.IGNORECASE):
            yield "".join(gathered), ""
            gathered = []
            yield line, "".join(iter(lambda: next(lines), "\\.\n"))
        elif not line.startswith("\\"):
            gathered.append(line)
    yield "".join(gathered), ""


def ask(url: str, sql: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return str(row[0])


def await_alone(connection: psycopg.Connection[Any]) -> None:
    """Wait until nobody else is on the connection's database: the server learns late that a client was killed.

    Raises TimeoutError after half a minute.
    """
    others = b"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 30
    while connection.execute(others).fetchone() != (0,):
        if time.monotonic() > deadline:
            raise TimeoutError("there are still sessions on the database")
        time.sleep(0.05)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _clear(root: Path) -> None:
    for base in root.iterdir():
        remove(base)
    shutil.rmtree(root)
