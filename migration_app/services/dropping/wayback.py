"""The statements that bring dropped objects back as they were, to the order of the names in their grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migration_app.engine import diff
from migration_app.engine.kinds.default_privilege import DefaultPrivilege
from migration_app.engine.model import Context
from migration_app.engine.plan import plan
from migration_app.services.dropping.scripts import Restoring, split

if TYPE_CHECKING:
    from migration_app.engine.model import Address, Snapshot, Statement


def way_back(current: Snapshot, desired: Snapshot, role: str) -> Restoring:
    """Give the statements, for one transaction, that lead from what is there to what was.

    The role's default privileges are suspended meanwhile: what they grant by themselves would stand first in the
    new objects' access lists, where it may have been granted later than the rest.
    """
    bare = current.only(lambda address: not _suspended(current, address, role))
    first = _between(current, bare, role)
    back = split(_between(bare, desired, role), desired)
    return Restoring(first + back.before, back.after)


def _suspended(snapshot: Snapshot, address: Address, role: str) -> bool:
    obj = snapshot.objects[address]
    return isinstance(obj, DefaultPrivilege) and obj.role == role


def _between(old: Snapshot, new: Snapshot, role: str) -> tuple[Statement, ...]:
    return plan(diff.compare(old, new), old, new, Context(role, old)).statements
