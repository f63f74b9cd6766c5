"""Closes production for this process and its children: its aliases, the environment's variables, the driver."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connections

from migration_app import conf
from migration_app.engine.errors import DbsepError
from migration_app.services import credentials
from migration_app.services.connecting import Fingerprint

from . import dialing

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINE: Final = "migration_app.backend.refusing"
UNDER_TEST: Final = "DBSEP_UNDER_TEST"
"""Set for the children of a test run, so that they close production as well."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What was closed."""

    alias: str
    address: str
    """``database@host:port``."""
    variables: tuple[str, ...]
    """The environment's variables that said how to get there."""


_closed: list[Closed] = []


def closed() -> tuple[Closed, ...]:
    """Give what was closed in this process."""
    return tuple(_closed)


def close_if_under_test() -> None:
    """Close production where this process is ``manage.py test``, or a child of a test run."""
    if os.environ.get(UNDER_TEST) or sys.argv[1:2] == ["test"]:
        close_production()


def close_production() -> tuple[Closed, ...]:
    """Put the refusing ENGINE in the place of every alias that DBSEP calls production; gives all that is closed."""
    wanted = _wanted()
    databases: Mapping[str, dict[str, Any]] = settings.DATABASES
    for alias in list(connections):
        if wanted.is_production(alias) and databases[alias].get("ENGINE") != ENGINE:
            _close(alias, databases[alias])
    return closed()


def _wanted() -> conf.Settings:
    try:
        return conf.get()
    except DbsepError:  # a system check says what is wrong with the settings; the usual name is closed all the same
        return conf.Settings()


def _close(alias: str, entry: dict[str, Any]) -> None:
    params, address = _address(entry)
    variables: tuple[str, ...] = ()
    if address is not None:
        variables = _scrub(credentials.Production(params, address, _others()))
        dialing.refuse_to_dial(alias, params)
    if hasattr(connections._connections, alias):  # type: ignore[attr-defined]  # noqa: SLF001 - one made earlier
        connections[alias].close()
        del connections[alias]
    empty = {"NAME": "", "USER": "", "PASSWORD": "", "HOST": credentials.NOWHERE, "PORT": "", "OPTIONS": {}}
    # Without a host the driver would try the local socket. In place: whoever holds the entry holds an empty one.
    entry.update(empty, ENGINE=ENGINE)
    entry.pop("DBSEP", None)
    os.environ[UNDER_TEST] = "1"
    _closed.append(Closed(alias, str(address) if address is not None else "no address", variables))


def _address(entry: Mapping[str, Any]) -> tuple[dict[str, Any], Fingerprint | None]:
    """Give how the driver would have got there, and where that is; None where that is nowhere."""
    options = {key: value for key, value in entry.get("OPTIONS", {}).items() if isinstance(value, (str, int))}
    named = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    params = {**options, **{key: str(entry[place]) for key, place in named.items() if entry.get(place)}}
    if not params.get("host") and not params.get("dbname") and not params.get("service"):
        return params, None
    host, port = str(params.get("host", "")), str(params.get("port") or "5432").partition(",")[0]
    return params, Fingerprint("", str(params.get("dbname", "")), host, int(port), 0, 0)


def _others() -> frozenset[credentials.Spot]:
    """Give the addresses of the aliases that aren't production: its server may be theirs, too."""
    databases: Mapping[str, dict[str, Any]] = settings.DATABASES
    entries = [entry for alias, entry in databases.items() if not _wanted().is_production(alias)]
    return frozenset(
        (str(each.get("HOST") or ""), str(each.get("PORT") or "5432"), str(each.get("NAME") or "")) for each in entries
    )


def _scrub(production: credentials.Production) -> tuple[str, ...]:
    """Make the environment harmless for this process and its children; give the names of the variables it held."""
    held = credentials.in_environment(production)
    base = Path(getattr(settings, "BASE_DIR", None) or Path.cwd())
    for name, value in credentials.harmless(production, base).items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    passwords = credentials.without_production(production)
    if passwords is not None:
        os.environ["PGPASSFILE"] = _written(passwords)
    return held


def _written(passwords: str) -> str:
    """Write a password file that goes with this process; only its owner may read it, or libpq wouldn't."""
    descriptor, path = tempfile.mkstemp(prefix="dbsep-pgpass-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(passwords)
    atexit.register(Path(path).unlink, missing_ok=True)
    return path
