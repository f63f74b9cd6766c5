"""Gives a schema's objects to the role that will create them, where it can't act for their owners."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.kinds.default_privilege import DefaultPrivilege
from migration_app.engine.kinds.grant import Grant
from migration_app.engine.kinds.owner import Owner

if TYPE_CHECKING:
    from collections.abc import Collection

    from psycopg import Connection

    from migration_app.engine.model import Address, Object, Snapshot

# Before PostgreSQL 16 whoever is a member may also SET ROLE.
_OTHERS: Final = """
select r.name
  from pg_catalog.unnest(%s::text[]) as r(name)
  left join pg_catalog.pg_roles as g on g.rolname = r.name
 where g.oid is null or not pg_catalog.pg_has_role(g.oid, {privilege})
"""
_SUPERUSER: Final = "select rolsuper from pg_catalog.pg_roles where rolname = current_user"


def is_superuser(conn: Connection[Any]) -> bool:
    """Whether the session's role is one."""
    return conn.execute(_SUPERUSER.encode()).fetchone() == (True,)


def strangers(conn: Connection[Any], snapshot: Snapshot) -> frozenset[str]:
    """Give the roles in the snapshot that own or grant and that the session's can't act for; none for a superuser."""
    if is_superuser(conn):
        return frozenset()
    privilege = "'SET'" if conn.info.server_version >= 160000 else "'MEMBER'"  # noqa: PLR2004 - a server's version
    names = {each.role for each in snapshot.of_kind(Owner)} | {each.role for each in snapshot.of_kind(DefaultPrivilege)}
    return frozenset(name for (name,) in conn.execute(_OTHERS.format(privilege=privilege).encode(), [sorted(names)]))


def owned_by(snapshot: Snapshot, role: str, instead_of: Collection[str]) -> Snapshot:
    """Give the snapshot with everything of those owners given to the role, which then grants what they granted."""
    objects, requires = dict(snapshot.objects), dict(snapshot.requires)
    given = {owner.of: owner.role for owner in snapshot.of_kind(Owner) if owner.role in instead_of}
    for owner in list(snapshot.of_kind(Owner)):
        if owner.of in given:
            _put(replace(owner, role=role), objects, requires)
    for grant in list(snapshot.of_kind(Grant)):
        if grant.of not in given:
            continue
        del objects[grant.address]
        if grant.grantee not in (role, given[grant.of]):
            _put(_merged(replace(grant, grantor=None), objects), objects, requires)
    return replace(snapshot, objects=objects, requires=requires)


def _put(obj: Owner | Grant, objects: dict[Address, Object], requires: dict[Address, frozenset[Address]]) -> None:
    objects[obj.address] = obj
    requires[obj.address] = frozenset(obj.needs)


def _merged(grant: Grant, objects: dict[Address, Object]) -> Grant:
    """Join what two grantors gave to one grantee: it comes from one hand now."""
    other = objects.get(grant.address)
    if not isinstance(other, Grant):
        return grant
    return replace(
        grant,
        privileges=tuple(sorted({*grant.privileges, *other.privileges})),
        grantable=tuple(sorted({*grant.grantable, *other.grantable})),
    )
