"""What goes with an extension without being its member: ``DEPENDS ON EXTENSION``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Address, Ddl, Fact, Severity
from migration_app.engine.sql import ident, qualified

from .constraint import Constraint
from .extension import Extension
from .routine import Routine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migration_app.engine.model import Object


@dataclass(frozen=True, slots=True)
class ExtensionDependency(Fact):
    """A routine, trigger, index or materialized view, or the index of a key, that DROP EXTENSION drops as well."""

    KIND: ClassVar[str] = "extension_dependency"
    KEY: ClassVar[tuple[str, ...]] = ("extension",)
    SEVERITY: ClassVar[Severity] = Severity.WARNING

    extension: str

    @classmethod
    def target_of(cls, obj: Object) -> str:
        return f"INDEX {qualified(obj.schema, obj.name)}" if isinstance(obj, Constraint) else obj.reference

    @property
    def lost_by(self) -> frozenset[tuple[str, str]]:
        # CREATE OR REPLACE keeps what an extension's member depends on, and nothing else.
        return frozenset({(Routine.KIND, "definition")})

    @property
    def carrier(self) -> Address:
        return Address(Extension.KIND, (self.extension,))

    @property
    def needs(self) -> tuple[Address, ...]:
        return (self.of, self.carrier)

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        yield Ddl(f"ALTER {self.target} DEPENDS ON EXTENSION {ident(self.extension)}")

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"ALTER {self.target} NO DEPENDS ON EXTENSION {ident(self.extension)}")
