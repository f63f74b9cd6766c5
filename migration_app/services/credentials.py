"""Which ways into production lie open to a process started from here, and how its environment is made harmless."""

from __future__ import annotations

import os
import re
from configparser import ConfigParser
from configparser import Error as UnreadableFile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from migration_app.engine.errors import UsageError
from migration_app.environment import ENV_FILES, read_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from migration_app.services.connecting import Fingerprint

NOWHERE: Final = "production-is-out-of-reach-under-test.invalid"
"""The host that stands in the environment instead of production's. No host is ever called so (RFC 2606)."""
PLACEHOLDER: Final = f"postgresql://refused@{NOWHERE}/refused"
"""What stands in a variable instead of production's URL: settings that need one still load."""
_SHORTEST: Final = 6
"""A shorter password is too common a word to look for."""
_URL: Final = re.compile(r"^(?:jdbc:)?[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})

Spot = tuple[str, str, str]
"""Host, port and database."""


@dataclass(frozen=True)
class Credential:
    """A place where a way into production can be read; never the credential itself."""

    place: str
    """`the environment`, `.env`, `~/.pgpass`."""
    name: str
    """The variable; empty for a password file."""

    def __str__(self) -> str:
        return f"{self.place}: {self.name}".removesuffix(": ")


@dataclass(frozen=True)
class Production:
    """What a variable is held against."""

    params: Mapping[str, Any]
    """psycopg's parameters for production."""
    found: Fingerprint
    spared: Collection[Spot] = ()
    """The other aliases' addresses: production's server may be theirs, too."""

    def opens(self, name: str, value: str) -> bool:
        """Tell whether a variable says where production is, or its password."""
        return self._tells(value) or self._leads(name, value)

    def who(self, value: str) -> tuple[str, str] | None:
        """Give the user and the password that a value opens production with; None where it says neither."""
        own = str(self.params.get("user") or ""), str(self.params.get("password") or "")
        parsed = _parts(value)
        if parsed.get("user") and parsed.get("password"):
            return str(parsed["user"]), str(parsed["password"])
        return own if self._tells(value) else None

    def _tells(self, value: str) -> bool:
        password = str(self.params.get("password") or "")
        telling = len(password) >= _SHORTEST and password not in (self.found.database, self.params.get("user"))
        return telling and any(form in value for form in (password, quote(password, safe=""), quote(password)))

    def _leads(self, name: str, value: str) -> bool:
        if name == "PGSERVICE":
            return self._is_here(service(value))
        if name in ("PGHOST", "PGHOSTADDR"):
            port, database = os.environ.get("PGPORT", "5432"), os.environ.get("PGDATABASE", self.found.database)
            return self._is_here({"host": value, "port": port, "dbname": database})
        if _URL.match(value) or ("=" in value and "host" in value):
            return self._is_here(_parts(value))
        return value.lower() not in _HERE and value.lower() == self.found.host.lower() and "/" not in value

    def _is_here(self, parsed: Mapping[str, Any]) -> bool:
        """Tell whether an address is on production's server, and no other alias's own."""
        host, port = str(parsed.get("host") or ""), str(parsed.get("port") or "5432")
        here = (host.lower() == self.found.host.lower() or {host, self.found.host} <= _HERE) and bool(host)
        return (
            here and port == str(self.found.port) and (host, port, str(parsed.get("dbname") or "")) not in self.spared
        )


def visible(production: Production, base: Path) -> tuple[Credential, ...]:
    """Look for production's credentials in the environment, the .env files and the password file."""
    seen = [credential for credential, _ in _variables(production, base)]
    if _in_password_file(production.found):
        seen.append(Credential("~/.pgpass", ""))
    return tuple(seen)


def usable(production: Production, base: Path) -> tuple[tuple[Credential, str, str], ...]:
    """Give each place where a user and a password for production stand, with both; for trying, never for showing."""
    found = [(credential, production.who(value)) for credential, value in _variables(production, base)]
    return tuple((credential, *who) for credential, who in found if who is not None)


def in_environment(production: Production) -> tuple[str, ...]:
    """Name the environment's variables that hold production's address or password."""
    return tuple(sorted(name for name, value in os.environ.items() if production.opens(name, value)))


def harmless(production: Production, base: Path) -> dict[str, str | None]:
    """Give what the environment's variables must be for a process that isn't to reach production; None removes one.

    A variable of a ``.env`` file is among them: the environment wins over the files.
    """
    found: dict[str, str | None] = {name: _harmless(os.environ[name]) for name in in_environment(production)}
    for credential, value in _variables(production, base):
        if credential.name not in os.environ:
            found[credential.name] = _harmless(value) or ""
    return found


def _harmless(value: str) -> str | None:
    if _URL.match(value):
        return PLACEHOLDER
    if "=" in value and "host" in value:
        return f"host={NOWHERE}"
    return NOWHERE if re.fullmatch(r"[\w.:-]+\.[\w.:-]+", value) else None


def service(name: str) -> dict[str, str]:
    """Give what libpq's service file says of a service; nothing where it says nothing."""
    places = (os.environ.get("PGSERVICEFILE"), Path.home() / ".pg_service.conf")
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    for place in places:
        try:
            if place and parser.read(place, encoding="utf-8") and parser.has_section(name):
                return dict(parser[name])
        except (UnreadableFile, UnicodeDecodeError):
            continue
    return {}


def _variables(production: Production, base: Path) -> Iterator[tuple[Credential, str]]:
    for name in in_environment(production):
        yield Credential("the environment", name), os.environ[name]
    for file in ENV_FILES:
        try:
            values = read_files(base, (file,))
        except UsageError:
            continue
        yield from ((Credential(file, name), value) for name, value in values.items() if production.opens(name, value))


def _plain(value: str) -> str:
    """Give a URL as libpq takes it, whatever driver it was written for."""
    return _URL.sub("postgresql://", value)


def _parts(value: str) -> dict[str, str]:
    """Give what a URL or a connection string says, by libpq's names; nothing for any other text."""
    if not _URL.match(value) and "=" not in value:
        return {}
    try:
        return {key: str(each) for key, each in conninfo_to_dict(_plain(value)).items()}
    except psycopg.ProgrammingError:  # another driver's parameter, or no connection string
        pass
    try:
        url = urlsplit(_plain(value))
        said = {
            "host": url.hostname,
            "port": url.port,
            "dbname": url.path.lstrip("/"),
            "user": url.username,
            "password": url.password,
        }
    except ValueError:
        return {}
    return {key: unquote(str(each)) for key, each in said.items() if each}


def without_production(production: Production) -> str | None:
    """Give libpq's password file without a password for production; None where there is none in it.

    A line for any host may open the other aliases' servers as well and stays; production's own comes before it, empty.
    """
    lines = _password_lines()
    found = production.found
    if not any(_matches(line, found) for line in lines):
        return None
    hosts = sorted(_HERE - {""}) if found.host in _HERE else [found.host]
    shared = any((host, str(found.port)) == spot[:2] for spot in production.spared for host in hosts)
    database = found.database if shared else "*"
    first = [":".join(_escaped(part) for part in (host, str(found.port), database, "*", "")) for host in hosts]
    kept = [line for line in lines if not _matches(line, found) or line.startswith("*:")]
    return "\n".join([*first, *kept, ""])


def _in_password_file(found: Fingerprint) -> bool:
    return any(_matches(line, found) for line in _password_lines())


def _password_lines() -> list[str]:
    path = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _matches(line: str, found: Fingerprint) -> bool:
    """Tell whether a line of the password file is for production (PostgreSQL documentation, "The Password File")."""
    fields = line.replace(r"\:", "\0").split(":")
    wanted = (found.host, str(found.port), found.database)
    return len(fields) == 5 and all(  # noqa: PLR2004 - host, port, database, user, password
        given.replace("\0", ":") in ("*", value) for given, value in zip(fields, wanted, strict=False)
    )


def _escaped(part: str) -> str:
    return part if part == "*" else part.replace("\\", r"\\").replace(":", r"\:")
