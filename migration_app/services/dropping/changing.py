"""Leave to change a production database, and clear words where another session's lock prevents it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors as pg

from migration_app import conf
from migration_app.engine import rows
from migration_app.engine.apply import Limits
from migration_app.engine.errors import DbsepError, StatementFailed
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address
from migration_app.services.connecting import require_confirmation, require_target, require_unclaimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from psycopg import Connection

    from migration_app.engine.model import Snapshot

_TIMED_OUT: Final = "55P03"
_SHOWN: Final = 5


@dataclass(eq=False)
class Locked(DbsepError):
    """A lock that is needed could not be had in time; nothing was changed."""

    seconds: float
    holders: tuple[str, ...]

    @property
    def message(self) -> str:
        """Who holds what."""
        shown = ", ".join(self.holders[:_SHOWN]) or "a session that has ended by now"
        return f"the tables could not be locked within {self.seconds:g} s; locks are held by {shown}"

    @property
    def hint(self) -> str:
        """What to do."""
        return "Nothing was changed. Try again when those sessions have ended, or raise DBSEP['LOCK_TIMEOUT']."


def limits() -> Limits:
    """Give the timeouts of the settings."""
    settings = conf.get()
    return Limits(round(settings.lock_timeout * 1000), round(settings.statement_timeout * 1000))


def require_leave(conn: Connection[Any], database: str | Connection[Any], confirm: str | None) -> None:
    """Guards 3 and 5: production needs the typed confirmation, any other database our mark; and one run at a time."""
    alias = database if isinstance(database, str) else ""
    if not alias or conf.get().is_production(alias) or confirm is not None:
        require_confirmation(conn, confirm)
    else:
        require_target(conn, alias)
    require_unclaimed(conn)


def touched(snapshot: Snapshot, addresses: Iterable[Address]) -> list[str]:
    """Give the tables of the snapshot that are locked to change the addresses: their own, those that they refer to."""
    found: set[Address] = set()
    for address in addresses:
        for each in (address, *snapshot.requires.get(address, ())):
            obj = snapshot.objects.get(each)
            schema, table = getattr(obj, "schema", None), getattr(obj, "table", None)
            found.add(Address(Table.KIND, (schema, table)) if schema and table else each)
    return sorted(str(each) for each in found if each.kind == Table.KIND and each in snapshot.objects)


@contextmanager
def changing(conn: Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """Turn a lock that timed out in the block into Locked, which names the holders of locks on the tables."""
    try:
        yield
    except (pg.LockNotAvailable, StatementFailed) as error:
        if error.sqlstate != _TIMED_OUT or conn.closed:
            raise
        found = tuple(map(str, rows.holders(conn, tables)))
        raise Locked(conf.get().lock_timeout, found) from error
