"""PostgreSQL's own programs: found in a version that will do, run without a secret among their arguments."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from migration_app.embedded.binaries import client
from migration_app.embedded.errors import ServerMissing
from migration_app.engine.errors import ToolFailed, ToolMissing
from migration_app.services.connecting import scrub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

_PLACES: Final = ("/usr/lib/postgresql", "/usr/pgsql-*", "/opt/homebrew/opt", "/usr/local/opt")
# libpq's parameters that have an environment variable (PostgreSQL documentation, "Environment Variables").
_VARIABLES: Final = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE",
    "krbsrvname": "PGKRBSRVNAME",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def find(name: str, major: int) -> Path:
    """Give the program in the server's major version, or else the next newer one there is.

    Raises:
        ToolMissing: there is none, or only older ones.

    """
    versions = {version: path for path in _candidates(name, major) if (version := version_of(path)) is not None}
    fitting = [version for version in versions if version >= major]
    if not fitting:
        raise ToolMissing(name, major, tuple(versions))
    return versions[min(fitting)]


def dump_schema(connection: Connection[Any], *arguments: str, major: int | None = None) -> str:
    """Give what `pg_dump --schema-only` says of the connection's database, without psql's own commands.

    ``major`` asks for a newer program than the server: two dumps to be compared must come from the same.

    Raises:
        ToolMissing: pg_dump isn't here, or is too old.
        ToolFailed: it ended with an error.

    """
    program = find("pg_dump", major or connection.info.server_version // 10000)
    done = subprocess.run(
        [program, "--schema-only", "--no-password", *arguments],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=_environment(connection),
    )
    if done.returncode:
        lines = [line.removeprefix("pg_dump: ") for line in done.stderr.strip().splitlines()]
        reason = scrub("; ".join(lines), {"password": connection.info.password})
        raise ToolFailed("pg_dump", connection.info.dbname, reason)
    # Since August 2025 pg_dump locks psql's own commands with a random word: \restrict, \unrestrict.
    return re.sub(r"^\\(un)?restrict .*\n", "", done.stdout, flags=re.MULTILINE)


def excluding(schemas: Iterable[str]) -> list[str]:
    """Give the arguments that leave out the schemas, their names taken as they are and not as patterns."""
    return [f"--exclude-schema={_pattern(schema)}" for schema in sorted(schemas)]


@cache
def version_of(program: Path) -> int | None:
    """Ask a program for its major version; None where it doesn't run."""
    try:
        told = subprocess.run([program, "--version"], cwd="/", check=False, capture_output=True, text=True)
    except OSError:
        return None
    found = re.search(r"\) (\d+)", told.stdout)
    return int(found[1]) if found and told.returncode == 0 else None


def _candidates(name: str, major: int) -> Iterator[Path]:
    # What comes later is preferred where two have the same version: the PATH may hold a wrapper.
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for place in _PLACES:
        top = Path(place)
        yield from sorted(top.parent.glob(f"{top.name}/*/bin/{name}" if "*" not in place else f"{top.name}/bin/{name}"))
    try:
        yield client(name, major)
    except ServerMissing:
        return


def _environment(connection: Connection[Any]) -> dict[str, str]:
    """Give the environment with the connection's parameters in place of any that are set for libpq."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given |= {
        _VARIABLES[name]: str(value)
        for name, value in connection.info.get_parameters().items()
        if name in _VARIABLES and value
    }
    if connection.info.password:
        given["PGPASSWORD"] = connection.info.password
    return given | {"PGCLIENTENCODING": "UTF8", "PGAPPNAME": "dbsep"}


def _pattern(name: str) -> str:
    """Give a name as a pattern of psql's that matches only it (PostgreSQL documentation, psql, "Patterns")."""
    return '"' + name.replace('"', '""') + '"'
