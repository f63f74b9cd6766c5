"""Two servers of our own with the founding case on the first: what ``separate --demo`` works on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connections

from migration_app.conf import parse_database_url
from migration_app.engine.apply.script import run_script
from migration_app.engine.errors import UsageError
from migration_app.services.connecting import session

if TYPE_CHECKING:
    from migration_app.embedded import Cluster

_FIXTURE: Final = Path("fixtures", "legacy_production.sql")
_SERVERS: Final = {"prod": "production", "test": "test"}


@dataclass(frozen=True)
class Demo:
    """The servers of the demonstration."""

    production: str
    """``database@host:port``, without the password."""
    test: str
    environment: Path
    """A file with the variables that open both, readable by its owner only."""


def prepare(base_dir: Path | None = None) -> Demo:
    """Start two fresh servers, load the founding case into the first, and point ``prod`` and ``test`` at them.

    Raises:
        UsageError: there is no checkout with the fixture here, or the embedded PostgreSQL isn't installed.

    """
    base = base_dir or Path(getattr(settings, "BASE_DIR", Path.cwd()))
    script = base / _FIXTURE
    if not script.is_file():
        raise UsageError(f"there is no {_FIXTURE} here", "Run the demonstration in a checkout of dbsep: make demo.")
    clusters = {alias: _fresh(base / "var" / "demo" / name) for alias, name in _SERVERS.items()}
    urls = {alias: cluster.url("postgres") for alias, cluster in clusters.items()}
    for alias, url in urls.items():
        _point(alias, url)
    with session("prod", writable=True) as conn:
        run_script(conn, script.read_text(encoding="utf-8"), str(_FIXTURE))
    environment = _write(base / "var" / "demo" / "env", urls)
    shown = {alias: f"postgres@{cluster.host}:{cluster.port}" for alias, cluster in clusters.items()}
    return Demo(shown["prod"], shown["test"], environment)


def _fresh(directory: Path) -> Cluster:
    """Give a new server, whatever an earlier demonstration left."""
    from migration_app.embedded import Cluster, remove

    remove(directory)
    return Cluster.start(directory, durable=True)


def _point(alias: str, url: str) -> None:
    """Let the alias, and whatever is started from here, mean the database at the URL."""
    os.environ[f"{alias.upper()}_DATABASE_URL"] = url
    if hasattr(connections._connections, alias):  # type: ignore[attr-defined]  # noqa: SLF001 - one made earlier
        connections[alias].close()
        del connections[alias]
    settings.DATABASES[alias] = parse_database_url(url)
    vars(connections).pop("settings", None)


def _write(file: Path, urls: dict[str, str]) -> Path:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"export {alias.upper()}_DATABASE_URL='{url}'\n" for alias, url in urls.items()))
    return file
