"""Databases from the environment: every `<NAME>_DATABASE_URL` becomes an alias.

django-environ reads the files, dj-database-url takes the URLs apart; what it gets wrong for libpq is put
right here, in one place. Importable from a settings module: nothing here looks at Django's settings.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
import environ

from migration_app.engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENV_FILES: Final = (".env", ".env.test")
LEGACY_PREFIX: Final = "DATABASE_TABLE_PREFIX"

POSTGRES_SCHEMES: Final = frozenset({"postgres", "postgresql", "pgsql"})
SUPABASE_HOSTS: Final = (".supabase.co", ".supabase.com")
_VARIABLE: Final = re.compile(r"([A-Z][A-Z0-9_]*)_DATABASE_URL\Z")
_LAST_PORT: Final = 65535
_ADDRESS: Final = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<host>[^:]*))(?::(?P<port>\d*))?")
# As django-environ has it: it skips what doesn't match.
_ASSIGNMENT: Final = re.compile(r"(?:export )?([A-Za-z_0-9]+)=(.*)")
_OURS: Final = frozenset({"PROD_DATABASE_URL", "PROD_OWNER_DATABASE_URL", "TEST_DATABASE_URL"})
_TAKEN_FROM_URL: Final = {
    "host": "HOST",
    "port": "PORT",
    "user": "USER",
    "password": "PASSWORD",
    "dbname": "NAME",
}

DatabaseConfig = dict[str, Any]
"""One entry of Django's DATABASES."""


@dataclass(frozen=True)
class LegacySetting:
    """Where the legacy prefix setting was found, and its value."""

    place: str
    """`.env.test:3`, or `the environment`."""
    value: str


def parse_database_url(url: str, *, variable: str = "the database URL", engine: str | None = None) -> DatabaseConfig:
    """Give the entry for DATABASES. Raises UsageError, which names the variable and never shows the URL."""
    url = url.strip()
    if "://" not in url or any(map(str.isspace, url)):
        raise UsageError(f"{variable} is not a database URL", _SHAPE)
    try:
        parsed = urlsplit(url)
        postgres = parsed.scheme in POSTGRES_SCHEMES
        plain = parsed._replace(netloc=parsed.netloc.rpartition("@")[0] + "@").geturl() if postgres else url
        config: DatabaseConfig = dict(dj_database_url.parse(plain, engine=engine))
        if postgres:
            _put_right(config, parsed.netloc, parsed.query)
    except dj_database_url.UnknownSchemeError:
        raise UsageError(f"{variable} doesn't begin with postgresql://", _SHAPE) from None
    except ValueError:
        # `from None`: the error's text may hold a piece of the password.
        raise UsageError(f"{variable} is not a database URL", _SHAPE) from None
    return config


_SHAPE: Final = (
    "It looks like postgresql://user:password@host:5432/database; percent-encode characters such as "
    "@ : / ? # % and blanks in the user, the password and the database's name."
)


def _put_right(config: DatabaseConfig, netloc: str, query: str) -> None:
    """Mend what dj-database-url makes of a libpq URL."""
    config["HOST"], config["PORT"] = _hosts_and_ports(netloc)
    # It turns "1" into a number, "true" into a boolean and repeated keys into lists; libpq takes text, the
    # last wins.
    options: DatabaseConfig = dict(parse_qsl(query, keep_blank_values=True))
    schema = options.pop("currentSchema", None)
    if schema:
        options["options"] = f"{options.get('options', '')} -c search_path={schema}".strip()
    # Host, port, user, password and dbname may stand in the query: that is how a socket is written.
    for key, place in _TAKEN_FROM_URL.items():
        value = options.pop(key, None)
        if value:
            config[place] = value
    if str(config["HOST"]).endswith(SUPABASE_HOSTS):
        options.setdefault("sslmode", "require")
    config.pop("OPTIONS", None)
    if options:
        config["OPTIONS"] = options


def _hosts_and_ports(netloc: str) -> tuple[str, str]:
    """Give host and port as libpq reads them.

    dj-database-url lower-cases the host, which breaks socket directories (%2FVar%2Frun), and knows one host
    only, where libpq takes a list: a:5432,b:5433.
    """
    hosts, ports = [], []
    for address in netloc.rpartition("@")[2].split(","):
        match = _ADDRESS.fullmatch(address)
        if match is None or int(match["port"] or 0) > _LAST_PORT:
            raise ValueError(address)
        hosts.append(unquote(match["v6"] or match["host"]))
        ports.append(match["port"] or "")
    return ",".join(hosts), ",".join(ports) if any(ports) else ""


def databases_from_environment(
    base: Path | None = None,
    *,
    control: str = "",
    files: Iterable[str] = ENV_FILES,
    variables: Mapping[str, str] | None = None,
) -> dict[str, DatabaseConfig]:
    """Give DATABASES from the environment and from `.env` and `.env.test` in `base`; the environment wins.

    `PROD_DATABASE_URL` becomes `prod`, `PROD_OWNER_DATABASE_URL` `prod_owner`, `CONTROL_DATABASE_URL`
    `default` (or the `control` URL where it isn't set), any other `<NAME>_DATABASE_URL` the alias `<name>`.
    What the files hold stays out of os.environ, so that child processes don't inherit it. Raises UsageError
    for a file or URL that won't parse.
    """
    values = {**read_files(base or Path.cwd(), files), **(os.environ if variables is None else variables)}
    databases: dict[str, DatabaseConfig] = {}
    control_url = values.get("CONTROL_DATABASE_URL") or control
    if control_url:
        databases["default"] = parse_database_url(control_url, variable="CONTROL_DATABASE_URL")
    for variable in sorted(values):
        match = _VARIABLE.fullmatch(variable)
        if match is None or variable == "CONTROL_DATABASE_URL" or not values[variable].strip():
            continue
        foreign = urlsplit(values[variable].partition(":")[0] + ":").scheme not in POSTGRES_SCHEMES
        if foreign and variable not in _OURS:
            continue  # another program's variable: a mysql:// or jdbc: address is none of our business
        databases[match[1].lower()] = parse_database_url(values[variable], variable=variable)
    return databases


def read_files(base: Path, files: Iterable[str] = ENV_FILES) -> dict[str, str]:
    """Give what the .env files say, the first file to name a variable winning; os.environ stays as it is."""

    class Reader(environ.Env):  # type: ignore[misc]  # django-environ has no types
        ENVIRON: ClassVar[dict[str, str]] = {}

    for path in (base / name for name in files):
        if path.exists():
            _lines(path)
            Reader.read_env(path)
    return Reader.ENVIRON


def legacy_prefix(base: Path, files: Iterable[str] = ENV_FILES) -> tuple[LegacySetting, ...]:
    """Find the legacy setting in the environment and in the files, each with its place."""
    found = []
    if os.environ.get(LEGACY_PREFIX):
        found.append(LegacySetting("the environment", os.environ[LEGACY_PREFIX]))
    for path in (base / name for name in files):
        if path.exists():
            for number, line in enumerate(_lines(path), start=1):
                match = _ASSIGNMENT.fullmatch(line)
                if match and match[1] == LEGACY_PREFIX:
                    found.append(LegacySetting(f"{path.name}:{number}", match[2].strip("'\"")))
    return tuple(found)


def _lines(path: Path) -> list[str]:
    """Give the file's lines; raises UsageError for one that django-environ would skip."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = "it isn't UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UsageError(f"{path.name} can't be read: {reason}", "Mend the file, or remove it.") from None
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#") and not _ASSIGNMENT.fullmatch(line):
            # The line itself stays out of the message: it may be a password that lost its variable's name.
            raise UsageError(
                f"{path.name}:{number} won't parse",
                "Each line is NAME=value, without blanks around the equals sign, or a comment after #.",
            )
    return lines
