"""Indexes and keys that are cheaper to build over all rows at once than to keep up row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from migration_app.engine import diff
from migration_app.engine.kinds.constraint import Constraint
from migration_app.engine.kinds.index import Index
from migration_app.engine.kinds.trigger import Trigger
from migration_app.engine.kinds.trigger_state import TriggerState
from migration_app.engine.model import Context, Snapshot, Statement
from migration_app.engine.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migration_app.engine.model import Address
    from migration_app.engine.rows.shape import Name

WORTH: Final = 20_000
"""Rows from which rebuilding pays."""
_BUILT: Final = "pux"
"""Constraints that are indexes (pg_constraint.contype)."""
_CHECKING: Final = "CREATE CONSTRAINT TRIGGER"


@dataclass(frozen=True)
class Rebuild:
    """What is taken off for the time of writing, and the statements for it."""

    removed: Snapshot
    """The objects as they stood before."""
    down: tuple[Statement, ...]
    up: tuple[Statement, ...]

    @property
    def both(self) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """The statements down and up."""
        return self.down, self.up

    def by_table(self) -> tuple[list[tuple[Statement, ...]], tuple[Statement, ...]]:
        """Give the statements that build indexes, table by table, and those that come after all of them."""
        tables: dict[tuple[str, ...], list[Statement]] = {}
        rest: list[Statement] = []
        for statement in self.up:
            obj = self.removed.objects.get(statement.address)
            if isinstance(obj, Index) or (isinstance(obj, Constraint) and obj.type in _BUILT):
                tables.setdefault((obj.schema, obj.table), []).append(statement)
            else:
                rest.append(statement)
        return [tuple(some) for some in tables.values()], tuple(rest)


def rebuild(current: Snapshot, sizes: Mapping[Name, int], role: str, still: Iterable[Name] = ()) -> Rebuild:
    """Give what drops the keys and indexes of big tables, and what builds them again exactly as they were.

    What something else needs (a view that groups by a primary key, a key of a table that gets no rows) stays.
    The triggers of the tables that are to be still are switched off and on again, but for those that check rows.
    """
    big = {tuple(name) for name, size in sizes.items() if size >= WORTH}
    gone = _removable(current, big)
    tables = {tuple(name) for name in still}
    stopped = {
        trigger.address: replace(trigger, enabled="D")
        for trigger in current.of_kind(Trigger)
        if trigger.address.path[:2] in tables and not trigger.definition.startswith(_CHECKING)
    }
    # A trigger's copies on partitions go off and on with it; what is said of a copy alone has to be said again.
    copies = {
        state.address
        for state in current.of_kind(TriggerState)
        if not stopped.keys().isdisjoint(current.requires.get(state.address, ()))
    }
    lean = current.only(lambda address: address not in gone and address.of not in gone and address not in copies)
    lean = replace(lean, objects={**lean.objects, **stopped})
    # With the partitions, so that a file says what the copies are copies on.
    off = {*gone, *stopped, *copies, *(address.of for address in copies)}
    removed = current.only(lambda address: address in off or address.of in gone)
    down = plan(diff.compare(current, lean), current, lean, Context(role=role, current=current))
    up = plan(diff.compare(lean, current), lean, current, Context(role=role, current=lean))
    return Rebuild(removed, down.statements, up.statements)


def _removable(current: Snapshot, big: set[tuple[str, ...]]) -> frozenset[Address]:
    found: set[Address] = set()
    for constraint in current.of_kind(Constraint):
        whole = not constraint.on_partitioned and not constraint.on_partition
        if (
            (constraint.schema, constraint.table) in big
            and constraint.type in "puxf"
            and whole
            and constraint.validated
        ):
            found.add(constraint.address)
    for index in current.of_kind(Index):
        if (index.schema, index.table) in big:
            found.add(index.address)
    shrunk = True
    while shrunk:
        held = {address for address in found if _held(current, address, found)}
        found -= held
        shrunk = bool(held)
    return frozenset(found)


def _held(current: Snapshot, address: Address, going: set[Address]) -> bool:
    others = (other for other in current.dependents.get(address, ()) if other in current.objects)
    return any(other not in going and other.of != address for other in others)
