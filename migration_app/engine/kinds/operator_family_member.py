"""Operators and support functions that belong to an operator family but to none of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Ddl, Object
from migration_app.engine.sql import ident, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class OperatorFamilyMember(Object):
    """A loose member; ``slot`` and ``addition`` are what DROP and ADD name: ``FUNCTION 1 (integer, bigint)``."""

    KIND: ClassVar[str] = "operator_family_member"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "family", "method", "slot")

    schema: str
    family: str
    method: str
    slot: str
    addition: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.family, self.method, f"({self.slot})")

    @property
    def alter_family(self) -> str:
        """The words that every change of the family begins with."""
        return f"ALTER OPERATOR FAMILY {qualified(self.schema, self.family)} USING {ident(self.method)}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"{self.alter_family} ADD {self.addition}")

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"{self.alter_family} DROP {self.slot}")
