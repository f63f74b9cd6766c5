"""Privileges on anything, as differences from what PostgreSQL grants by itself, REVOKEs included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from migration_app.engine.model import Address, Alter, Ddl, Fact, Hazard
from migration_app.engine.sql import RESET_ROLE, SET_ROLE, ident

from .default_privilege import DefaultPrivilege, gains_only_newer, left_on
from .owner import Owner
from .role import PUBLIC, role_addresses, role_sql
from .schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from migration_app.engine.model import Context, Object

# PostgreSQL 18, section 5.8, table 5.2: what PUBLIC holds by default.
_PUBLIC_HOLDS = {"FUNCTION": ("EXECUTE",), "TYPE": ("USAGE",), "DOMAIN": ("USAGE",), "LANGUAGE": ("USAGE",)}


Rights = tuple[tuple[str, ...], tuple[str, ...]]
"""The privileges that a grantee holds, and those of them that it may grant on."""


def privilege_changes(target: str, column: str | None, grantee: str, held: Rights, wanted: Rights) -> Iterable[Ddl]:
    """Give the REVOKEs and GRANTs on a target that lead from what is held to what is wanted."""
    role = role_sql(grantee)
    place = f" ({ident(column)})" if column else ""

    def words(privileges: Iterable[str]) -> str:
        return ", ".join(f"{privilege}{place}" for privilege in privileges) + f" ON {target}"

    lost = [privilege for privilege in held[0] if privilege not in wanted[0]]
    lost_options = [option for option in held[1] if option not in wanted[1] and option in wanted[0]]
    gained = [privilege for privilege in wanted[0] if privilege not in held[0] and privilege not in wanted[1]]
    gained_options = [option for option in wanted[1] if option not in held[1]]
    if lost:
        yield Ddl(f"REVOKE {words(lost)} FROM {role}")
    if lost_options:
        yield Ddl(f"REVOKE GRANT OPTION FOR {words(lost_options)} FROM {role}")
    if gained:
        yield Ddl(f"GRANT {words(gained)} TO {role}", (Hazard.WIDENS_PRIVILEGES,))
    if gained_options:
        yield Ddl(f"GRANT {words(gained_options)} TO {role} WITH GRANT OPTION", (Hazard.WIDENS_PRIVILEGES,))


def _change(old: Grant, new: Grant) -> Iterable[Ddl]:
    return new.lead((old.privileges, old.grantable), (new.privileges, new.grantable))


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
        return (self.of, Address(Owner.KIND, (), self.of), *roles, *self._grants_of_grantor())

    @property
    def since(self) -> int:
        return gains_only_newer(self.privileges, self.usual)

    def on(self, major: int) -> Self | None:
        return left_on(self, major)

    def _grants_of_grantor(self) -> Iterator[Address]:
        """Give what lets the grantor grant: the same with grant option, and the way into the schema."""
        if self.grantor is None:
            return
        yield Address(self.KIND, (self.grantor,), self.of)
        if self.column:
            yield Address(self.KIND, (self.column, self.grantor), self.of)
        if self.of.kind != Schema.KIND:
            for grantee in (self.grantor, PUBLIC):
                yield Address(self.KIND, (grantee,), Address(Schema.KIND, self.of.path[:1]))

    def lead(self, held: Rights, wanted: Rights) -> Iterable[Ddl]:
        """Give the REVOKEs and GRANTs that lead from what is held to what is wanted."""
        for ddl in privilege_changes(self.target, self.column, self.grantee, held, wanted):
            yield from self._as_grantor(ddl)

    def _as_grantor(self, ddl: Ddl) -> Iterable[Ddl]:
        # GRANTED BY takes no role but the current one (PostgreSQL 18, GRANT).
        if self.grantor is not None:
            yield Ddl(f"{SET_ROLE}{ident(self.grantor)}")
        yield ddl
        if self.grantor is not None:
            yield Ddl(RESET_ROLE)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return self.lead((self.usual, ()), (self.privileges, self.grantable))

    def drop(self) -> Iterable[Ddl]:
        return self.lead((self.privileges, self.grantable), (self.usual, ()))

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
