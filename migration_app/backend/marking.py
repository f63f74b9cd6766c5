"""The mark in a database's comment that says: a test run of ours made this, and may drop it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Final

from migration_app.engine.sql import ident, literal

_LINE: Final = re.compile(r"^\[dbsep\] made by a test run.*?(\{.*\})\s*$", re.MULTILINE)
_PLACE: Final = "<identity>"

# The comment is written by the server itself, because only there the new database's oid is known: a comment that a
# dump carried to another database names the wrong one and doesn't count.
_COMMENT: Final = """
do $dbsep$
declare
  identity text := 'unknown';
begin
  if pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute') then
    select s.system_identifier::text into identity from pg_catalog.pg_control_system() as s;
  end if;
  select identity || '/' || d.oid into identity from pg_catalog.pg_database as d where d.datname = {name};
  execute pg_catalog.format('comment on database %s is %L', {quoted}, pg_catalog.replace({text}, {place}, identity));
end $dbsep$
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose a database is."""

    role: str
    """``template``, ``worker``, ``spare`` or ``kept``."""
    run: int
    """The run that made it; while that run lives it holds the advisory lock of this number."""
    pid: int
    created: str
    """ISO 8601, UTC."""
    source: str
    """The database that the schema came from."""
    template: str = ""
    schema: str = ""
    """A template's schema, as its hash."""
    sequences: str = ""
    """Where a template's sequences stand, as a digest."""
    lacks: tuple[str, ...] = ()
    """What a template does without because the role may not make it."""
    fingerprint: str = _PLACE
    """``<system identifier>/<oid>`` of the marked database, by the server; the services read it, too."""

    def written_on(self, database: str) -> str:
        """Give the statement that marks the database."""
        text = f"[dbsep] made by a test run: dbsep may drop it {json.dumps(asdict(self))}"
        return _COMMENT.format(
            name=literal(database), quoted=literal(ident(database)), text=literal(text), place=literal(_PLACE)
        )


def parse(comment: str | None, identity: str) -> Mark | None:
    """Give the mark in a comment; None unless it was written for the database of this identity."""
    match = _LINE.search(comment or "")
    if match is None:
        return None
    try:
        facts = json.loads(match[1])
        mark = Mark(**{**facts, "lacks": tuple(facts.get("lacks", ()))})
    except (ValueError, TypeError, AttributeError):
        return None
    return mark if mark.fingerprint == identity else None
