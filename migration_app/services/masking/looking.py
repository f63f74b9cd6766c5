"""What there is to copy: the two shapes, the tables, what the policy says of them, and whether all agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import Refused, Undecided
from migration_app.engine.kinds.table import Table as TableObject
from migration_app.engine.rows.emptying import holding_rows
from migration_app.engine.rows.shape import filling_order, read_shape, referring_to
from migration_app.engine.wording import several
from migration_app.services.connecting import (
    fingerprint,
    read_mark,
    read_only_transaction,
    require_distinct,
    require_target,
)
from migration_app.services.legacy import legacy_objects
from migration_app.services.scoping import platform_schemas
from migration_app.services.sides import read_all

from .agreeing import disagreements
from .resolving import Resolved, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from migration_app.engine.model import Snapshot
    from migration_app.engine.rows.shape import Name, Shape
    from migration_app.services.history import Recorder

    from .policy import Policy

_SHOWN: Final = 5
"""Names that a message gives of many."""


@dataclass(frozen=True)
class Sight:
    """Both databases as they were found."""

    source: Shape
    target: Shape
    current: Snapshot
    """The target's schema, to which it must come back."""
    names: tuple[Name, ...]
    """The source's tables that a policy must decide on, in an order in which they can be filled."""


@dataclass(frozen=True)
class Work:
    """What is to be done."""

    sight: Sight
    resolved: Resolved
    names: tuple[Name, ...]
    """The tables whose rows are copied."""
    emptied: tuple[Name, ...]
    accepted: frozenset[str]
    """Columns in which the leak check lets values be."""


def guard(run: Recorder, source: Connection[Any], target: Connection[Any], alias: str) -> None:
    """Refuse a target that isn't ours to change, a source that is, and one database under two names."""
    run.databases(source=fingerprint(source), target=fingerprint(target))
    require_distinct(source, target)
    require_target(target, alias)
    mark = read_mark(source)
    if mark is not None and mark.fingerprint == fingerprint(source).identity:
        raise Refused(
            f"{fingerprint(source)} is marked as a {mark.role} database: its rows are no production's",
            "Name production as the source, or copy a test database with pg_dump.",
        )


def look(source: Connection[Any], target: Connection[Any]) -> Sight:
    """Read both databases."""
    origin, current = read_all([source, target])
    with read_only_transaction(source):
        ours = read_shape(source)
    # A writable session's transactions are begun read-only here: nothing is written yet.
    with read_only_transaction(target):
        theirs = read_shape(target)
    return Sight(ours, theirs, current, copied_tables(origin, ours))


def copied_tables(snapshot: Snapshot, shape: Shape) -> tuple[Name, ...]:
    """Give the tables that a policy must decide on: neither the platform's nor legacy test tables."""
    out, left = platform_schemas(snapshot), legacy_objects(snapshot)
    legacy = {(table.schema, table.name) for table in snapshot.of_kind(TableObject) if table.address in left}
    names = [
        name
        for name, table in shape.tables.items()
        if name.schema not in out and name not in legacy and table.partition_of is None and not table.foreign
    ]
    return filling_order(shape, names)


def plan_work(sight: Sight, policy: Policy, target: Connection[Any], *, reset: bool) -> Work:
    """Decide what to do.

    Raises:
        Undecided: the policy says nothing of some columns.
        Refused: the schemas differ, rows would be hidden, or the target's tables hold rows.

    """
    resolved = resolve(policy, sight.source, sight.names)
    if resolved.undecided:
        raise Undecided(
            f"{several(len(resolved.undecided), 'column')} without a decision: {_some(resolved.undecided)}",
            "Decide on each in the policy; --suggest writes proposals into it.",
            resolved.undecided,
        )
    names = tuple(name for name in sight.names if name not in resolved.left_out)
    differing = disagreements(sight.source, sight.target, names)
    if differing:
        raise Refused(
            f"the schemas differ in {several(len(differing), 'place')} of the tables to be copied: "
            f"{_some(differing, '; ')}",
            "Bring the target to the source's schema first: sync_schema.",
        )
    _require_all_rows(sight, names)
    return Work(sight, resolved, names, _emptied(sight, names, target, reset=reset), policy.accepted)


def _require_all_rows(sight: Sight, names: tuple[Name, ...]) -> None:
    for side, shape in (("source", sight.source), ("target", sight.target)):
        hidden = [name.short for name in names if shape.tables[name].row_security]
        if hidden:
            raise Refused(
                f"row security of the {side} hides rows of {', '.join(hidden)} from this role",
                "Connect as a role with BYPASSRLS, or as the tables' owner.",
            )


def _emptied(sight: Sight, names: tuple[Name, ...], target: Connection[Any], *, reset: bool) -> tuple[Name, ...]:
    if reset:
        found = referring_to(sight.target, sight.names)
        return tuple(sorted(name for name in found if not sight.target.tables[name].foreign))
    with read_only_transaction(target):
        held = holding_rows(target, names)
    if held:
        raise Refused(
            f"the target holds rows already: {_some(sorted(name.short for name in held))}",
            "Add --reset to empty the tables first.",
        )
    return ()


def _some(words: Sequence[str], between: str = ", ") -> str:
    return between.join([*words[:_SHOWN], *(["…"] if len(words) > _SHOWN else [])])
