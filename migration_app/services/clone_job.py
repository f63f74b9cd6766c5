"""Works out what a clone will do: which objects, by which statements, in a target that must be empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine import diff
from migration_app.engine.errors import Refused, Unmodelled, UsageError
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Context, Plan
from migration_app.engine.plan import plan
from migration_app.engine.wording import several
from migration_app.services.leaving_out import left_out_of, out_of_reach
from migration_app.services.scoping import beside, chosen_tables, core_tables, scope_of
from migration_app.services.sides import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from migration_app.engine.catalog import Answer
    from migration_app.engine.diff import Scope, Skipped
    from migration_app.engine.model import Address, Snapshot, Statement
    from migration_app.services.sides import FileSide


@dataclass(frozen=True)
class What:
    """Which part of the source is wanted."""

    schemas: tuple[str, ...] = ()
    exclude_schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    core: bool = False
    include_legacy: bool = False
    include_outbound: bool = False
    """Webhooks, functions that call production, foreign servers and user mappings, too."""
    skip: tuple[str, ...] = ()
    """Objects to leave out on purpose, carried or not: kind and address, as a refusal or an error names them."""


ALL: Final = What()
"""Everything, in the way that is usual."""


@dataclass(frozen=True)
class Job:
    """A clone, ready to be run."""

    whole: Snapshot
    """All of the source."""
    desired: Snapshot
    """What the target will hold."""
    plan: Plan
    clearing: tuple[Statement, ...]
    """The plan's first statements, which empty the target."""
    skipped: tuple[Skipped, ...]
    chosen: frozenset[Address]
    aim: Scope
    """What of the target takes part."""
    changed: frozenset[Address]
    """What of the part wanted the target lacks, or has otherwise."""
    absent: tuple[str, ...]
    """Core tables that the source lacks."""
    answer: Answer | None = None
    """What the source answered, where the target will hold all of it and nothing else."""

    def held_against(self, answer: Answer | None) -> Job:
        """Give the job that holds the result against the source's answer, where all of that is wanted."""
        return replace(self, answer=answer) if self.desired.objects.keys() == self.whole.objects.keys() else self

    @property
    def partial(self) -> bool:
        """Only a part of the source was asked for."""
        return bool(self.aim.chosen or self.aim.schemas)

    @property
    def created(self) -> Iterable[Address]:
        """The objects that will be made in the target."""
        return (address for address, obj in self.desired.objects.items() if not obj.SHARED)


def plan_job(
    whole: Snapshot,
    current: Snapshot,
    what: What,
    sides: tuple[FileSide | Connection[Any], FileSide | Connection[Any]],
    *,
    recreate: bool,
    all_kinds: bool = False,
) -> Job:
    """Give the clone's work.

    Args:
        whole: the source's schema.
        current: the target's.
        what: the part wanted.
        sides: where both come from.
        recreate: drop what the target holds first.
        all_kinds: objects of kinds that the engine doesn't carry are carried otherwise.

    Raises:
        Refused: the target holds objects already.
        Unmodelled: the source holds objects of kinds that aren't carried.
        RequirementsMissing: the target lacks what an object needs.
        UsageError: a table, a schema or an object to skip isn't there.

    """
    origin, copy = sides
    core, absent = _core(whole) if what.core else ((), ())
    chosen = chosen_tables(whole, (*what.tables, *core))
    left_out = left_out_of(
        whole, origin, legacy=not what.include_legacy, outbound=not what.include_outbound, skip=what.skip
    )
    left_out = {address: reason for address, reason in left_out.items() if address not in chosen}
    scope = scope_of(
        whole,
        schemas=what.schemas,
        exclude_schemas=what.exclude_schemas,
        chosen=chosen,
        left_out=left_out,
        kinds_left_out=out_of_reach(current, copy),
    )
    selection = diff.select(whole, scope)
    desired = selection.snapshot
    if not all_kinds:
        _require_modelled(desired, what.skip)
    aim = beside(scope, current)
    there = beside_desired(current, desired, aim)
    context = Context(role=role_of(copy), current=current)
    clearing: tuple[Statement, ...] = ()
    if recreate:
        clearing, there, context = _clear(there, context)
    _require_empty(there)
    changes = diff.compare(there, desired)
    made = plan(changes, there, desired, context)
    changed = frozenset(change.address for change in changes)
    whole_plan = Plan((*clearing, *made.statements), current.hash)
    return Job(whole, desired, whole_plan, clearing, selection.skipped, chosen, aim, changed, absent)


def _require_modelled(desired: Snapshot, skip: tuple[str, ...]) -> None:
    strange = tuple(str(sighting) for sighting in desired.unmodelled if str(sighting) not in skip)
    if strange:
        raise Unmodelled(strange)


def _core(whole: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the core tables that are there, and those that aren't."""
    there = {table.name for table in whole.of_kind(Table)}
    names = core_tables()
    found = tuple(name for name in names if name in there)
    if not found:
        raise UsageError("the source has none of the core tables", "manage.py analyze_tables says what is there.")
    return found, tuple(name for name in names if name not in there)


def beside_desired(other: Snapshot, desired: Snapshot, aim: Scope) -> Snapshot:
    """Give what of the target is held against the part wanted: all of it, unless only a part is wanted."""
    if aim.schemas or aim.chosen:
        return other.only(lambda address: address in desired.objects)
    return diff.select(other, aim).snapshot


def _in_schema(snapshot: Snapshot, address: Address) -> bool:
    """Whether the object is a user's: it lives in a schema, or is one that doesn't come with the database."""
    while address.of is not None:
        address = address.of
    obj = snapshot.objects[address]
    return obj.namespace is not None and not obj.LATE and not (obj.CONTAINS and obj.namespace == "public")


def _require_empty(there: Snapshot) -> None:
    held = [
        f"{address.kind} {address}"
        for address in there.objects
        if address.of is None and _in_schema(there, address) and not there.parents.get(address)
    ]
    if held:
        shown = ", ".join(sorted(held)[:3])
        raise Refused(
            f"the target already holds {several(len(held), 'object')}: {shown}",
            "Use sync_schema to bring it to the source's schema and keep its rows, or --recreate to start anew.",
        )


def _clear(there: Snapshot, context: Context) -> tuple[tuple[Statement, ...], Snapshot, Context]:
    """Give the statements that empty the target, and what is left then."""
    rest = there.only(lambda address: not _in_schema(there, address))
    statements = plan(diff.compare(there, rest), there, rest, context).statements
    gone = there.objects.keys() - rest.objects.keys()
    left = context.current.only(lambda address: address not in gone)
    return statements, rest, Context(role=context.role, current=left)
