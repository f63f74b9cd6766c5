"""CHECK constraints of domains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .domain import Domain
from .nesting import held_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migration_app.engine.model import Snapshot


@dataclass(frozen=True, slots=True)
class DomainConstraint(Object):
    """A named CHECK of a domain; ``definition`` is what pg_get_constraintdef() prints, NOT VALID included."""

    KIND: ClassVar[str] = "domain_constraint"
    KEY: ClassVar[tuple[str, ...]] = ("schema", "domain", "name")

    schema: str
    domain: str
    name: str
    definition: str
    validated: bool = field(compare=False)

    @property
    def reference(self) -> str:
        return f"CONSTRAINT {ident(self.name)} ON DOMAIN {qualified(self.schema, self.domain)}"

    @property
    def folds_into(self) -> Address | None:
        return Address(Domain.KIND, (self.schema, self.domain)) if self.validated else None

    def replaced_for(self, old: Object | None, current: Snapshot, desired: Snapshot) -> Address | None:
        del old, desired
        domain = Address(Domain.KIND, (self.schema, self.domain))
        return domain if self.validated and held_inside(domain, current) else None

    def inline(self, parts: Sequence[Object]) -> str:
        del parts
        return f"CONSTRAINT {ident(self.name)} {self.definition}"

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        yield Ddl(
            f"ALTER DOMAIN {qualified(self.schema, self.domain)} ADD {self.inline(parts)}",
            (Hazard.MAY_FAIL, Hazard.SCANS_TABLE) if self.validated else (),
        )

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"ALTER DOMAIN {qualified(self.schema, self.domain)} DROP CONSTRAINT {ident(self.name)}")
