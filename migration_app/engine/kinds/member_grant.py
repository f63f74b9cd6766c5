"""Privileges on members of extensions, as differences from what the extension grants by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Self

from migration_app.engine.model import Address, Alter, Ddl, Object

from .default_privilege import gains_only_newer, left_on
from .extension import Extension
from .grant import Rights, privilege_changes
from .role import role_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# pg_identify_object() → GRANT; what isn't listed is a function, a sequence or the like and has one word for both.
_WORDS: Final = {
    "view": "TABLE",
    "materialized view": "TABLE",
    "foreign table": "TABLE",
    "aggregate": "FUNCTION",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
}


def _change(old: MemberGrant, new: MemberGrant) -> Iterable[Ddl]:
    return new.lead((old.privileges, old.grantable), (new.privileges, new.grantable))


@dataclass(frozen=True, slots=True)
class MemberGrant(Object):
    """What one grantee, not the owner, holds on a member or its column, whoever granted it.

    ``name`` is the member as pg_identify_object() calls it; ``usual`` and ``usual_grantable`` are what CREATE EXTENSION
    gives.
    """

    KIND: ClassVar[str] = "member_grant"
    KEY: ClassVar[tuple[str, ...]] = ("extension", "schema", "type", "name", "column", "grantee")
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("privileges", "grantable"), Alter(_change))

    # What default privileges grant on the members shows when they are there.
    UNFORESEEN: ClassVar[bool] = True

    extension: str
    schema: str | None
    type: str
    name: str
    column: str | None
    grantee: str
    privileges: tuple[str, ...]
    grantable: tuple[str, ...]
    usual: tuple[str, ...] = field(compare=False)
    usual_grantable: tuple[str, ...] = field(compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(part for part in (self.extension, self.type, self.name, self.column, self.grantee) if part)

    @property
    def reference(self) -> str:
        return f"{_WORDS.get(self.type, self.type.upper())} {self.name}"

    @property
    def bare_name(self) -> str:
        """The member's name without its schema, its arguments and quotes."""
        name = self.name.partition("(")[0].replace('"', "")
        return name.removeprefix(f"{self.schema}.") if self.schema else name

    @property
    def needs(self) -> tuple[Address, ...]:
        return (Address(Extension.KIND, (self.extension,)), *role_addresses(self.grantee))

    @property
    def since(self) -> int:
        return gains_only_newer(self.privileges, self.usual)

    def on(self, major: int) -> Self | None:
        return left_on(self, major)

    def lead(self, held: Rights, wanted: Rights) -> Iterable[Ddl]:
        """Give the REVOKEs and GRANTs that lead from what is held to what is wanted."""
        return privilege_changes(self.reference, self.column, self.grantee, held, wanted)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return self.lead((self.usual, self.usual_grantable), (self.privileges, self.grantable))

    def drop(self) -> Iterable[Ddl]:
        return self.lead((self.privileges, self.grantable), (self.usual, self.usual_grantable))
