"""What a test run says of its databases: at its head, and at its end."""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db import connections

from migration_app.engine.errors import DbsepError
from migration_app.services.connecting import fingerprint

from . import origins, templates
from .base import DatabaseWrapper
from .refusing.closing import closed
from .refusing.errors import refused
from .server import Server
from .testing import made

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORDS: Final = {
    "template": "template found or built",
    "copy": "copies made while waiting",
    "rename": "replaced by a spare",
    "wait": "waited for a spare in the making",
    "look": "looked for writes",
}
_SHOWN: Final = 12
"""How many objects are named one by one."""


def header() -> list[str]:
    """Give a line for each test alias and each closed one."""
    aliases = [alias for alias in connections if isinstance(connections[alias], DatabaseWrapper)]
    lines = [f"{alias}: {line}" for alias in aliases for line in _of(alias)]
    lines += [f"{each.alias}: {each.address}, out of reach{_scrubbed(each.variables)}" for each in closed()]
    return [f"dbsep: {line}" for line in lines]


def _scrubbed(variables: tuple[str, ...]) -> str:
    return f" ({', '.join(variables)} scrubbed)" if variables else ""


def _of(alias: str) -> list[str]:
    entry = connections[alias].settings_dict
    try:
        schema = entry["TEST"].get("SCHEMA")
        where = Server.of(alias, str(entry["NAME"]))
        there = templates.known(where, schema)
        if there is None:
            origin = origins.named(schema) if schema is not None else origins.own(where)
            found, lacks = origin.hash, origin.lacks
        else:
            found, lacks = there.schema_hash, there.lacks
        with where.session(where.source) as conn:
            lines = [f"copies of {schema or fingerprint(conn)}, schema {found[:16]}"]
    except DbsepError as error:
        return [error.message]
    return lines + _without(lacks)


def _without(lacks: tuple[str, ...]) -> list[str]:
    """Name what the copies do without."""
    if not lacks:
        return []
    more = f" and {len(lacks) - _SHOWN} more" if len(lacks) > _SHOWN else ""
    return [f"  without {', '.join(lacks[:_SHOWN])}{more}"]


def account() -> dict[str, Any]:
    """Give what this process did, as plain values."""
    return {
        "times": [list(each) for testing in made for each in testing.times],
        "kept": [list(each) for testing in made for each in testing.kept],
        "refused": list(refused),
        "closed": [each.alias for each in closed()],
        "lacks": [name for testing in made for name in testing.lacks],
    }


def summary(accounts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give the lines for the end of a run."""
    times: dict[str, list[float]] = defaultdict(list)
    kept, asked, lacks, aliases = [], [], [], set()
    for each in accounts:
        for name, seconds in each["times"]:
            times[name].append(seconds)
        kept += each["kept"]
        asked += each["refused"]
        aliases |= set(each["closed"])
        lacks += each["lacks"]
    lines = [_line(name, times[name]) for name in _WORDS if times[name]]
    lines += [f"copies are{line.removeprefix(' ')}" for line in _without(tuple(dict.fromkeys(lacks)))]
    lines += [f"kept for {test}: {database}" for test, database in kept]
    if aliases:
        attempts = f"{len(asked)} attempts refused" if asked else "nobody asked"
        lines.append(f"{', '.join(sorted(aliases))}: 0 connections, 0 writes from this run, {attempts}")
        lines += [f"  {who}" for who in dict.fromkeys(asked)]
    return lines


def _line(name: str, seconds: list[float]) -> str:
    middle = statistics.median(seconds) * 1000
    return f"{_WORDS[name]}: {len(seconds)}, median {middle:.0f} ms, longest {max(seconds) * 1000:.0f} ms"
