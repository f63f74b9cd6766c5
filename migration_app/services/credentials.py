"""Which ways into production lie open to a process started from here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from migration_app.engine.errors import UsageError
from migration_app.environment import ENV_FILES, parse_database_url, read_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migration_app.services.connecting import Fingerprint

_SHORTEST: Final = 6
"""A shorter password is too common a word to look for."""


@dataclass(frozen=True)
class Credential:
    """A place where a way into production can be read; never the credential itself."""

    place: str
    """`the environment`, `.env`, `~/.pgpass`."""
    name: str
    """The variable; empty for a password file."""


def visible(production: Mapping[str, Any], found: Fingerprint, base: Path) -> tuple[Credential, ...]:
    """Look for production's credentials in the environment, the .env files and the password file.

    `production` holds psycopg's parameters for it.
    """
    seen = [Credential("the environment", name) for name in in_environment(production, found)]
    for file in ENV_FILES:
        try:
            values = read_files(base, (file,))
        except UsageError:
            continue
        seen += [Credential(file, name) for name, value in values.items() if _opens(value, production, found)]
    if _in_password_file(found):
        seen.append(Credential("~/.pgpass", ""))
    return tuple(seen)


def in_environment(production: Mapping[str, Any], found: Fingerprint) -> tuple[str, ...]:
    """Name the environment's variables that hold production's address or password."""
    return tuple(sorted(name for name, value in os.environ.items() if _opens(value, production, found)))


def _opens(value: str, production: Mapping[str, Any], found: Fingerprint) -> bool:
    password = str(production.get("password") or "")
    telling = len(password) >= _SHORTEST and password not in (found.database, production.get("user"))
    if telling and any(form in value for form in (password, quote(password, safe=""), quote(password))):
        return True
    scheme = urlsplit(value.partition("@")[0] if "://" in value else "").scheme
    if scheme not in ("postgres", "postgresql"):
        return False
    try:
        config = parse_database_url(value)
    except UsageError:
        return False
    port = str(config["PORT"] or "5432")
    return (config["HOST"], port, unquote(config["NAME"])) == (found.host, str(found.port), found.database)


def _in_password_file(found: Fingerprint) -> bool:
    """Look for production in libpq's password file (PostgreSQL documentation, "The Password File")."""
    path = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    wanted = (found.host, str(found.port), found.database)
    for line in lines:
        fields = line.replace(r"\:", "\0").split(":")
        if len(fields) == 5 and all(  # noqa: PLR2004 - host, port, database, user, password
            given.replace("\0", ":") in ("*", value) for given, value in zip(fields, wanted, strict=False)
        ):
            return True
    return False
