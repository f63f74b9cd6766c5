"""Privileges on anything, as differences from what PostgreSQL grants by itself, REVOKEs included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Fact, Hazard
from migration_app.engine.sql import ident

from .default_privilege import DefaultPrivilege
from .owner import Owner
from .role import PUBLIC, role_addresses, role_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Context, Object

# PostgreSQL 18, section 5.8, table 5.2: what PUBLIC holds by default.
_PUBLIC_HOLDS = {"FUNCTION": ("EXECUTE",), "TYPE": ("USAGE",), "DOMAIN": ("USAGE",), "LANGUAGE": ("USAGE",)}


def _change(old: Grant, new: Grant) -> Iterable[Ddl]:
    return new.lead(old.privileges, old.grantable, new.privileges, new.grantable)


@dataclass(frozen=True, slots=True)
class Grant(Fact):
    """What one grantee holds on one object or column; ``usual`` is what the type gives without any GRANT.

    ``grantor`` is None where it is the owner. ``privileges`` and ``grantable`` are sorted.
    """

    KIND: ClassVar[str] = "grant"
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("privileges", "grantable"), Alter(_change))

    column: str | None
    grantee: str
    grantor: str | None
    privileges: tuple[str, ...]
    grantable: tuple[str, ...]
    usual: tuple[str, ...] = field(compare=False)
    position: int = field(compare=False)

    @classmethod
    def target_of(cls, obj: Object) -> str:
        return obj.grant_reference

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(part for part in (self.column, self.grantee, self.grantor) if part)

    @property
    def order(self) -> tuple[object, ...]:
        # Later grantees stand behind earlier ones in the ACL, and pg_dump writes them in that order.
        return (self.of, self.column or "", self.position, self.grantee)

    @property
    def needs(self) -> tuple[Address, ...]:
        roles = role_addresses(self.grantee, *((self.grantor,) if self.grantor else ()))
        return (self.of, Address(Owner.KIND, (), self.of), *roles)

    def lead(
        self,
        held: tuple[str, ...],
        held_options: tuple[str, ...],
        wanted: tuple[str, ...],
        options: tuple[str, ...],
    ) -> Iterable[Ddl]:
        """Give the REVOKEs and GRANTs that lead from what is held to what is wanted."""
        lost = [privilege for privilege in held if privilege not in wanted]
        lost_options = [option for option in held_options if option not in options and option in wanted]
        gained = [privilege for privilege in wanted if privilege not in held and privilege not in options]
        gained_options = [option for option in options if option not in held_options]
        role = role_sql(self.grantee)
        if lost:
            yield self._as_grantor(f"REVOKE {self._list(lost)} ON {self.target} FROM {role}")
        if lost_options:
            yield self._as_grantor(f"REVOKE GRANT OPTION FOR {self._list(lost_options)} ON {self.target} FROM {role}")
        if gained:
            yield self._as_grantor(f"GRANT {self._list(gained)} ON {self.target} TO {role}", Hazard.WIDENS_PRIVILEGES)
        if gained_options:
            yield self._as_grantor(
                f"GRANT {self._list(gained_options)} ON {self.target} TO {role} WITH GRANT OPTION",
                Hazard.WIDENS_PRIVILEGES,
            )

    def _list(self, privileges: Iterable[str]) -> str:
        column = f" ({ident(self.column)})" if self.column else ""
        return ", ".join(f"{privilege}{column}" for privilege in privileges)

    def _as_grantor(self, sql: str, *hazards: Hazard) -> Ddl:
        if self.grantor is None:
            return Ddl(sql, hazards)
        return Ddl(f"{sql} GRANTED BY {ident(self.grantor)}", hazards)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return self.lead(self.usual, (), self.privileges, self.grantable)

    def drop(self) -> Iterable[Ddl]:
        return self.lead(self.privileges, self.grantable, self.usual, ())

    @classmethod
    def implied_by(cls, created: Object, context: Context) -> Iterable[Object]:
        if not created.GRANTS_ON:
            return
        public = _PUBLIC_HOLDS.get(created.GRANTS_ON, ())
        held = DefaultPrivilege.held_on(created, context)
        for position, (grantee, (privileges, grantable)) in enumerate(held.items()):
            usual = public if grantee == PUBLIC else ()
            if grantee != context.role and (privileges != usual or grantable):
                yield cls(
                    created.address,
                    cls.target_of(created),
                    None,
                    grantee,
                    None,
                    privileges,
                    grantable,
                    usual,
                    position,
                )
