"""Sequences that a test table owns and that production draws from: handed over, so that they outlive the table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migration_app.engine.kinds.column import Column
from migration_app.engine.kinds.default import Default
from migration_app.engine.kinds.owner import Owner
from migration_app.engine.kinds.sequence_owner import SequenceOwner
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address
from migration_app.engine.sql import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from migration_app.engine.model import Snapshot


@dataclass(frozen=True, slots=True)
class HandOver:
    """A sequence that stays although the column that owns it goes."""

    sequence: Address
    old: SequenceOwner
    new: SequenceOwner | None
    """None: it belongs to nobody, because no single column could own it."""

    @property
    def text(self) -> str:
        """What happens, for a person."""
        old = qualified(self.old.schema, self.old.table, self.old.column)
        new = qualified(self.new.schema, self.new.table, self.new.column) if self.new else "no column"
        return f"sequence {self.sequence} passes from {old} to {new}, because production draws from it"


def hand_overs(snapshot: Snapshot, going: AbstractSet[Address]) -> tuple[HandOver, ...]:
    """Give the sequences that must be handed over before ``going`` goes."""
    found = (
        HandOver(fact.of, fact, _heir(snapshot, fact, going))
        for fact in snapshot.of_kind(SequenceOwner)
        if fact.address in going and fact.of not in going
    )
    return tuple(sorted(found, key=lambda each: str(each.sequence)))


def handed_over(snapshot: Snapshot, hand_overs: Iterable[HandOver]) -> Snapshot:
    """Give the snapshot in which the sequences have their new owners."""
    objects, requires, parents = dict(snapshot.objects), dict(snapshot.requires), dict(snapshot.parents)
    for each in hand_overs:
        if each.new is not None:
            address = each.new.address
            objects[address] = each.new
            column = Address(Column.KIND, (each.new.schema, each.new.table, each.new.column))
            requires[address] = frozenset(need for need in (*each.new.needs, column) if need in objects)
            parents[address] = frozenset({each.sequence})
    return dataclasses.replace(snapshot, objects=objects, requires=requires, parents=parents)


def _heir(snapshot: Snapshot, fact: SequenceOwner, going: AbstractSet[Address]) -> SequenceOwner | None:
    """Give the one column that draws from the sequence and may own it: same schema, same owner."""
    users = [
        obj
        for address in snapshot.dependents.get(fact.of, ())
        if address not in going and isinstance(obj := snapshot.objects[address], Default)
    ]
    if len(users) != 1:
        return None
    (user,) = users
    table = Address(Table.KIND, (user.schema, user.table))
    same_owner = _owner(snapshot, table) == _owner(snapshot, fact.of)
    if table not in snapshot.objects or user.schema != fact.of.path[0] or not same_owner:
        return None
    return dataclasses.replace(fact, schema=user.schema, table=user.table, column=user.column)


def _owner(snapshot: Snapshot, address: Address) -> str | None:
    owner = snapshot.objects.get(Address(Owner.KIND, (), address))
    return owner.role if isinstance(owner, Owner) else None
