"""Production takes a change only after a test environment has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from migration_app import conf
from migration_app.engine.errors import Refused
from migration_app.models.history import Outcome, Run
from migration_app.services.connecting import fingerprint, read_mark
from migration_app.services.control import CONTROL
from migration_app.services.sides import FileSide

if TYPE_CHECKING:
    from psycopg import Connection

_BRINGING: Final = ("clone_schema", "sync_schema")


def require_tried(schema: str, origin: FileSide | Connection[Any]) -> None:
    """Raise Refused unless the schema with this hash is, or was brought to, a database that is no production.

    A source that bears our mark is such a database: what it has was tried there.
    """
    if not isinstance(origin, FileSide):
        mark = read_mark(origin)
        if mark is not None and mark.fingerprint == fingerprint(origin).identity:
            return
    settings = conf.get()
    runs = Run.objects.using(CONTROL).filter(command__in=_BRINGING, outcome=Outcome.DONE, source_hash=schema)
    for target, arguments in runs.values_list("target", "arguments"):
        done = arguments.get("apply", not arguments.get("dry_run", True))
        if done and not settings.is_production(target):
            return
    raise Refused(
        "no test environment has had this schema yet, as far as the history knows",
        "Bring it to one first, with the same source: manage.py sync_schema --target test --apply.",
    )
