"""A scratch database that holds what a plan touches: what it changes, what depends on that, and what these need."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from migration_app.engine.apply.scratching import scratch
from migration_app.engine.errors import DbsepError, NoScratch
from migration_app.engine.kinds.subscription import Subscription
from migration_app.engine.model import Address, Context, Snapshot
from migration_app.engine.plan import plan
from migration_app.services.leaving_out import out_of_reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection


def neighbourhood(whole: Snapshot, touched: Iterable[Address]) -> frozenset[Address]:
    """Give the objects touched, all that depends on them, and all that these need."""
    found: set[Address] = set()
    waiting = [address for address in touched if address in whole.objects]
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting.extend(other for other in whole.dependents.get(address, ()) if other in whole.objects)
    return diff.closure(whole, found)


@contextmanager
def beside(conn: Connection[Any], whole: Snapshot, members: frozenset[Address]) -> Iterator[Connection[Any]]:
    """Give a connection to a scratch database that holds these objects, without rows.

    Raises:
        NoScratch: no database can be made, or it can't be filled.

    """
    with scratch(conn) as there:
        empty = catalog.read(there)
        # A subscription would begin to fetch from its publisher.
        without = {Subscription.KIND, *out_of_reach(empty, there)}
        wanted = whole.only(lambda a: a in empty.objects or (a in members and a.kind not in without))
        start = empty.only(lambda a: a in wanted.objects)
        try:
            made = plan(diff.compare(start, wanted), start, wanted, Context(conn.info.user, empty))
            applying.apply(there, made.statements)
        except DbsepError as error:
            raise NoScratch(f"the target's schema can't be made there ({error.message})") from error
        yield there
