"""Owners of anything that has one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Alter, Ddl, Fact
from migration_app.engine.sql import ident

from .identity import Identity
from .role import role_addresses
from .schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Context, Object


def _set(old: Owner, new: Owner) -> Iterable[Ddl]:
    # A sequence that belongs to a column has its table's owner and can't be given another, unless it is let go.
    if not (old.linked and new.linked):
        yield from new.create(())


@dataclass(frozen=True, slots=True)
class Owner(Fact):
    """The role that owns an object; ``linked`` where it follows another object's."""

    KIND: ClassVar[str] = "owner"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"role": Alter(_set)}

    role: str
    linked: bool = field(compare=False)

    @property
    def needs(self) -> tuple[Address, ...]:
        return (self.of, *role_addresses(self.role))

    @property
    def after_facts_of(self) -> Address | None:
        # The new owner must be allowed to create in the schema, unless a superuser says so (ALTER TABLE, OWNER TO).
        inside = len(self.of.path) > 1 and self.of.kind != Schema.KIND
        return Address(Schema.KIND, self.of.path[:1]) if inside else None

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        # The sequence of an identity is its table's owner's from the first, and can't be given another.
        if self.of.kind != Identity.KIND:
            yield Ddl(f"ALTER {self.target} OWNER TO {ident(self.role)}")

    def drop(self) -> Iterable[Ddl]:
        return ()

    @classmethod
    def implied_by(cls, created: Object, context: Context) -> Iterable[Object]:
        if created.OWNED:
            yield Owner(created.address, created.reference, context.role, linked=False)
