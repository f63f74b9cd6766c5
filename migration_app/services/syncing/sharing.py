"""The parts of both sides that a sync compares: as in a drift check, and nothing of production's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migration_app.engine import diff
from migration_app.engine.errors import Unmodelled
from migration_app.services.leaving_out import left_out_of, out_of_reach
from migration_app.services.scoping import beside, scope_of

if TYPE_CHECKING:
    from psycopg import Connection

    from migration_app.engine.diff import Scope, Skipped
    from migration_app.engine.model import Sighting, Snapshot
    from migration_app.services.sides import FileSide
    from migration_app.services.syncing.options import Wanted


@dataclass(frozen=True)
class Shares:
    """What of both sides is compared."""

    desired: Snapshot
    current: Snapshot
    aim: Scope
    """What of the target takes part."""
    skipped: tuple[Skipped, ...]

    @property
    def unmodelled(self) -> tuple[Sighting, ...]:
        """What only the target has and no kind carries."""
        return tuple(sorted(set(self.current.unmodelled) - set(self.desired.unmodelled), key=str))

    def of(self, whole: Snapshot) -> Snapshot:
        """Give the part of the target, read again, that takes part."""
        return diff.select(whole, self.aim).snapshot


def shares(
    origin: Snapshot,
    whole: Snapshot,
    sides: tuple[FileSide | Connection[Any], FileSide | Connection[Any]],
    wanted: Wanted,
    *,
    production: bool,
) -> Shares:
    """Give both parts; raises Unmodelled where the source has what no kind carries and the target lacks it.

    Production keeps what a copy of it does without: webhooks and legacy tables are not the copy's to drop.
    """
    left_out = left_out_of(origin, sides[0], skip=_skipped_in(origin, whole, wanted.skip))
    if production:
        left_out |= left_out_of(whole, sides[1])
    left_out |= {a: "skipped on purpose" for a in whole.objects if f"{a.kind} {a}" in wanted.skip}
    scope = scope_of(
        origin,
        schemas=wanted.schemas,
        exclude_schemas=wanted.exclude_schemas,
        left_out=left_out,
        kinds_left_out=out_of_reach(whole, sides[1]),
    )
    selection = diff.select(origin, scope)
    aim = beside(scope, whole)
    found = Shares(selection.snapshot, diff.select(whole, aim).snapshot, aim, selection.skipped)
    missing = set(found.desired.unmodelled) - set(found.current.unmodelled)
    strange = tuple(sorted(str(each) for each in missing if str(each) not in wanted.skip))
    if strange:
        raise Unmodelled(strange)
    return found


def _skipped_in(origin: Snapshot, whole: Snapshot, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names to look for in the source: all but those that only the target has."""
    here = {f"{a.kind} {a}" for a in whole.objects} - {f"{a.kind} {a}" for a in origin.objects}
    return tuple(name for name in names if name not in here)
