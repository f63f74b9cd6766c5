"""The catalog queries: one a kind, and those that span all kinds."""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from typing import Final

from migration_app.engine import kinds

_BEFORE: Final = re.compile(r"(?P<kind>\w+)\.before_(?P<major>\d+)\.sql\Z")


@functools.cache
def kind_query(kind: str, major: int) -> str:
    """Give the kind's query for a server's major version: the text of its ``.sql`` file."""
    versions = sorted(
        (int(found["major"]), entry.name)
        for entry in files(kinds).iterdir()
        if (found := _BEFORE.match(entry.name)) and found["kind"] == kind
    )
    name = next((name for before, name in versions if major < before), f"{kind}.sql")
    return (files(kinds) / name).read_text(encoding="utf-8")


@functools.cache
def absent_query() -> str:
    """Give the query that names kinds of which there is nothing to read."""
    return (files(kinds) / "spanning" / "absent.sql").read_text(encoding="utf-8")


@functools.cache
def query(name: str) -> str:
    """Give a query that spans all kinds: ``depend``, ``sweep`` or ``identify``."""
    return (files(__package__ or "") / f"{name}.sql").read_text(encoding="utf-8")
