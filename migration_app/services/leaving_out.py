"""What a copy of production does without: legacy test tables, what would reach out of the copy, what is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import Connection

from migration_app.engine.diff import family, needed_by_others
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.member_grant import MemberGrant
from migration_app.engine.kinds.role import Role
from migration_app.engine.model import Address
from migration_app.services.legacy import legacy_objects
from migration_app.services.outbound import outbound as outbound_objects
from migration_app.services.outbound import project_refs
from migration_app.services.sides import FileSide, holds_hidden, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migration_app.engine.model import Snapshot

LEGACY: Final = "legacy test object"
KEPT_OUT: Final = "its options may hold a password, which a snapshot file doesn't keep"
SKIPPED: Final = "skipped on purpose"
NOT_OURS: Final = "a privilege on an extension's member: the target's role is no superuser and cannot change it"


def left_out_of(
    snapshot: Snapshot,
    side: FileSide | Connection[Any],
    *,
    legacy: bool = True,
    outbound: bool = True,
    skip: Iterable[str] = (),
) -> dict[Address, str]:
    """Give each object of the source that the copy does without, with the reason.

    Raises:
        UsageError: nothing is called what ``skip`` says.

    """
    refs = project_refs(side) if isinstance(side, Connection) else ()
    found = outbound_objects(snapshot, refs) if outbound else {}
    found |= {address: KEPT_OUT for address, obj in snapshot.objects.items() if obj.SECRETS and holds_hidden(obj)}
    found |= dict.fromkeys(_named(snapshot, skip), SKIPPED)
    found = with_users(snapshot, found)
    if legacy:
        found |= dict.fromkeys(legacy_objects(snapshot), LEGACY)
    return found


def out_of_reach(target: Snapshot, side: FileSide | Connection[Any]) -> dict[str, str]:
    """Give each kind of which the target's role can't make, change or drop an object, with the reason.

    What a trusted extension brings belongs to the cluster's first superuser, whoever creates the extension.
    """
    role = target.objects.get(Address(Role.KIND, (role_of(side),)))
    # Of whoever will paste the statements of a file nothing is known.
    able = role.superuser if isinstance(role, Role) else isinstance(side, FileSide)
    return {} if able else {MemberGrant.KIND: NOT_OURS}


def within_reach(snapshot: Snapshot) -> Snapshot:
    """Give what every role can make: the same for the same source, whoever the target's role is."""
    if not any(snapshot.of_kind(MemberGrant)):
        return snapshot
    return snapshot.only(lambda address: address.kind != MemberGrant.KIND)


def _named(snapshot: Snapshot, names: Iterable[str]) -> frozenset[Address]:
    wanted = set(names) - {str(sighting) for sighting in snapshot.unmodelled}
    if not wanted:
        return frozenset()
    known = {f"{address.kind} {address}": address for address in snapshot.objects}
    for name in sorted(wanted - known.keys()):
        raise UsageError(
            f"there is no {name!r} in the source to skip",
            "Name the object as dbsep prints it: its kind, a space and its address, as in 'table public.orders'.",
        )
    return frozenset(known[name] for name in wanted)


def with_users(snapshot: Snapshot, found: Mapping[Address, str]) -> dict[Address, str]:
    """Add what needs one of the objects, and what needs that, and so on."""
    found = dict(found)
    while found:
        needed = needed_by_others(snapshot, family(snapshot, found))
        users = {
            user: f"needs {member.kind} {member}, which is left out"
            for member, others in sorted(needed.items(), key=lambda item: str(item[0]))
            for user in others
        }
        if not users:
            break
        found |= users
    return found
