"""ALTER DEFAULT PRIVILEGES: what a role's future objects will grant."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar

from migration_app.engine.model import Address, Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident

from .role import PUBLIC, role_addresses, role_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Context

_TYPES = {
    "TABLE": "TABLES",
    "SEQUENCE": "SEQUENCES",
    "FUNCTION": "FUNCTIONS",
    "TYPE": "TYPES",
    "DOMAIN": "TYPES",
    "SCHEMA": "SCHEMAS",
}
_PUBLIC_HOLDS = {"FUNCTIONS": ("EXECUTE",), "TYPES": ("USAGE",)}


_T = TypeVar("_T", bound=Object)
_NEW: Final = {"MAINTAIN": 17}
"""Privilege → the major version of PostgreSQL that brought it."""


def left_on(grant: _T, major: int) -> _T | None:
    """Give a grant without the privileges that a server of that version lacks; None where it says nothing then."""
    if all(major >= since for since in _NEW.values()):
        return grant
    held = {
        name: tuple(each for each in getattr(grant, name) if _NEW.get(each, 0) <= major)
        for name in ("privileges", "grantable", "usual", "usual_grantable")
        if hasattr(grant, name)
    }
    if (held["privileges"], held["grantable"]) == (held["usual"], held.get("usual_grantable", ())):
        return None
    return dataclasses.replace(grant, **held)


def gains_only_newer(privileges: tuple[str, ...], usual: tuple[str, ...]) -> int:
    """Give the major version that a grant needs which an older server can't hold any part of; 0 where there is none."""
    gained = [_NEW.get(each, 0) for each in privileges if each not in usual]
    return min(gained, default=0)


def _change(old: DefaultPrivilege, new: DefaultPrivilege) -> Iterable[Ddl]:
    return new.lead(old.privileges, new.privileges, old.grantable, new.grantable)


@dataclass(frozen=True, slots=True)
class DefaultPrivilege(Object):
    """What one grantee will hold on new objects of one type; ``schema`` is empty where it holds everywhere."""

    KIND: ClassVar[str] = "default_privilege"
    KEY: ClassVar[tuple[str, ...]] = ("role", "schema", "type", "grantee")
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("privileges", "grantable"), Alter(_change))
    LATE: ClassVar[bool] = True

    role: str
    schema: str
    type: str
    grantee: str
    privileges: tuple[str, ...]
    grantable: tuple[str, ...]
    usual: tuple[str, ...] = field(compare=False)
    position: int = field(compare=False)

    @property
    def order(self) -> tuple[object, ...]:
        return (self.role, self.schema, self.type, self.position, self.grantee)

    @property
    def needs(self) -> tuple[Address, ...]:
        schema = (Address("schema", (self.schema,)),) if self.schema else ()
        return (*schema, *role_addresses(self.role, self.grantee))

    @property
    def since(self) -> int:
        return gains_only_newer(self.privileges, self.usual)

    def on(self, major: int) -> Self | None:
        return left_on(self, major)

    @property
    def reference(self) -> str:
        place = f" IN SCHEMA {ident(self.schema)}" if self.schema else ""
        return f"DEFAULT PRIVILEGES FOR ROLE {ident(self.role)}{place}"

    def lead(
        self,
        held: tuple[str, ...],
        wanted: tuple[str, ...],
        held_options: tuple[str, ...],
        options: tuple[str, ...],
    ) -> Iterable[Ddl]:
        """Give the REVOKEs and GRANTs that lead from what is held to what is wanted."""
        role = role_sql(self.grantee)
        lost = [p for p in held if p not in wanted or (p in held_options and p not in options)]
        gained = [p for p in wanted if (p not in held or p in lost) and p not in options]
        gained_options = [p for p in options if p not in held_options]
        if lost:
            yield Ddl(f"ALTER {self.reference} REVOKE {', '.join(lost)} ON {self.type} FROM {role}")
        if gained:
            yield Ddl(
                f"ALTER {self.reference} GRANT {', '.join(gained)} ON {self.type} TO {role}",
                (Hazard.WIDENS_PRIVILEGES,),
            )
        if gained_options:
            words = f"GRANT {', '.join(gained_options)} ON {self.type} TO {role} WITH GRANT OPTION"
            yield Ddl(f"ALTER {self.reference} {words}", (Hazard.WIDENS_PRIVILEGES,))

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return self.lead(self.usual, self.privileges, (), self.grantable)

    def drop(self) -> Iterable[Ddl]:
        return self.lead(self.privileges, self.usual, self.grantable, ())

    @classmethod
    def held_on(cls, created: Object, context: Context) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Give grantee → (privileges, grantable) on a new object of the context's role, in the ACL's order."""
        kind = _TYPES.get(created.GRANTS_ON)
        held: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        if kind in _PUBLIC_HOLDS:
            held[PUBLIC] = (_PUBLIC_HOLDS[kind], ())
        schema = "" if created.GRANTS_ON == "SCHEMA" else created.path[0]
        entries = [
            entry
            for entry in context.current.of_kind(cls)
            if entry.role == context.role and entry.type == kind and entry.schema in ("", schema)
        ]
        for entry in sorted(entries, key=lambda entry: entry.order):
            privileges, grantable = held.get(entry.grantee, ((), ())) if entry.schema else ((), ())
            held[entry.grantee] = (
                tuple(sorted({*privileges, *entry.privileges})),
                tuple(sorted({*grantable, *entry.grantable})),
            )
        return held
