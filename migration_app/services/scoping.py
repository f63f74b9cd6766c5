"""What of a database the services work on: the user's schemas, without the platform's part and the legacy tables."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.apps import apps

from migration_app import conf
from migration_app.engine.diff import Scope, closure
from migration_app.engine.errors import UsageError
from migration_app.engine.kinds.default_privilege import DefaultPrivilege
from migration_app.engine.kinds.extension import Extension
from migration_app.engine.kinds.owner import Owner
from migration_app.engine.kinds.role import Role
from migration_app.engine.kinds.schema import Schema
from migration_app.engine.kinds.table import Table
from migration_app.engine.model import Address
from migration_app.services.connecting.marks import PLATFORM_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migration_app.engine.model import Snapshot

_PLATFORM_SUPERUSER: Final = Address(Role.KIND, ("supabase_admin",))
_PLATFORM_ROLES: Final = re.compile(r"supabase_.*|pgsodium_key.*|pgtle_admin|dashboard_user|authenticator|pgbouncer")
_PLATFORM_EXTENSIONS: Final = ("pg_graphql", "pg_stat_statements", "pgsodium", "supabase_vault", "wrappers")
_PLATFORM_OBJECTS: Final = re.compile(r"supabase_realtime.*|realtime_messages.*")


def on_platform(snapshot: Snapshot) -> bool:
    """Whether the database is one of a hosting platform's: its superuser is there."""
    return _PLATFORM_SUPERUSER in snapshot.objects


def platform_schemas(snapshot: Snapshot) -> frozenset[str]:
    """Give the schemas that the platform keeps: by owner, by name, and by the team's word over both.

    A plain PostgreSQL may well have a user's schema called ``auth``; names count on the platform only.
    """
    overrides = conf.get().platform_schemas
    found = set(overrides.include)
    if on_platform(snapshot):
        for schema in snapshot.of_kind(Schema):
            owner = snapshot.objects.get(Address(Owner.KIND, (), schema.address))
            owned = isinstance(owner, Owner) and owner.role.startswith("supabase_")
            if owned or re.fullmatch(PLATFORM_NAMES, schema.name):
                found.add(schema.name)
    return frozenset(found - set(overrides.exclude))


def platform_objects(snapshot: Snapshot) -> frozenset[Address]:
    """Give the platform's objects that live in no schema."""
    if not on_platform(snapshot):
        return frozenset()
    extensions = {Address(Extension.KIND, (name,)) for name in _PLATFORM_EXTENSIONS}
    # On a platform no user's role is a superuser: what superusers' objects grant is its own affair.
    superusers = {role.name for role in snapshot.of_kind(Role) if role.superuser}
    privileges = {
        privilege.address
        for privilege in snapshot.of_kind(DefaultPrivilege)
        if privilege.role in superusers or _PLATFORM_ROLES.fullmatch(privilege.role)
    }
    others = {
        address
        for address, obj in snapshot.objects.items()
        if obj.namespace is None and address.of is None and _PLATFORM_OBJECTS.fullmatch(address.path[-1])
    }
    return frozenset((extensions | privileges | others) & snapshot.objects.keys())


def core_tables() -> tuple[str, ...]:
    """Give the names of the core tables, as the unmanaged models bear them."""
    models = apps.get_app_config("migration_app").get_models()
    return tuple(sorted(model._meta.db_table for model in models if not model._meta.managed))


def chosen_tables(snapshot: Snapshot, names: Iterable[str]) -> frozenset[Address]:
    """Give the addresses of the tables named ``table`` (in any user schema) or ``schema.table``.

    Raises:
        UsageError: a table isn't there.

    """
    found: set[Address] = set()
    for name in names:
        tables = {table.address for table in snapshot.of_kind(Table) if name in {table.name, str(table.address)}}
        if not tables:
            raise UsageError(f"there is no table {name!r} in the source", "Name it as table or schema.table.")
        found |= tables
    return frozenset(found)


def scope_of(
    snapshot: Snapshot,
    *,
    schemas: Iterable[str] = (),
    exclude_schemas: Iterable[str] = (),
    chosen: frozenset[Address] = frozenset(),
    left_out: Mapping[Address, str] = MappingProxyType({}),
    kinds_left_out: Mapping[str, str] = MappingProxyType({}),
) -> Scope:
    """Give the scope for a snapshot.

    Raises:
        UsageError: a schema named isn't there.

    """
    there = {schema.name for schema in snapshot.of_kind(Schema)}
    for name in (*schemas, *exclude_schemas):
        if name not in there:
            raise UsageError(f"there is no schema {name!r}", f"Schemas there: {', '.join(sorted(there))}.")
    return Scope(
        schemas=frozenset(schemas),
        exclude_schemas=frozenset(exclude_schemas),
        platform=platform_schemas(snapshot),
        chosen=chosen,
        platform_objects=platform_objects(snapshot),
        left_out=left_out,
        kinds_left_out=kinds_left_out,
    )


def beside(scope: Scope, other: Snapshot) -> Scope:
    """Give the scope for the other side of a comparison: the same words, and that side's own platform part."""
    return replace(
        scope,
        platform=scope.platform | platform_schemas(other),
        platform_objects=scope.platform_objects | platform_objects(other),
    )


def brought_along(snapshot: Snapshot, chosen: frozenset[Address]) -> tuple[Address, ...]:
    """Give what comes along with the chosen tables because they need it: other tables, types, functions, sequences."""
    wanted = closure(snapshot, chosen)
    return tuple(
        sorted(
            (
                address
                for address in wanted - chosen
                if address.of is None
                and not snapshot.objects[address].SHARED
                and not snapshot.objects[address].CONTAINS
                and not snapshot.parents.get(address)
            ),
            key=str,
        )
    )
