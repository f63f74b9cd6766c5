"""Comments on anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Fact, Severity
from migration_app.engine.sql import ident, literal, qualified

from .column import Column
from .domain import Domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migration_app.engine.model import Object


def _set(_old: object, new: Comment) -> Iterable[Ddl]:
    yield Ddl(f"COMMENT ON {new.commented} IS {literal(new.text)}")


@dataclass(frozen=True, slots=True)
class Comment(Fact):
    """The comment on an object.

    ``column`` names the column of a view or a composite type, ``index`` is a constraint's, ``not_null`` is that of a
    column or a domain.
    """

    KIND: ClassVar[str] = "comment"
    SEVERITY: ClassVar[Severity] = Severity.INFO
    ALTERS: ClassVar[Mapping[str, Alter]] = dict.fromkeys(("text", "not_null"), Alter(_set))

    column: str | None
    index: str | None
    not_null: str | None
    text: str

    @property
    def path(self) -> tuple[str, ...]:
        if self.index:
            return ("index",)
        if self.not_null:
            return ("not null",)
        return (self.column,) if self.column and self.of.kind != Column.KIND else ()

    @property
    def commented(self) -> str:
        """What COMMENT ON names."""
        if self.index:
            return f"INDEX {self.index}"
        if self.not_null:
            place = "DOMAIN " if self.of.kind == Domain.KIND else ""
            return f"CONSTRAINT {ident(self.not_null)} ON {place}{qualified(*self.of.path[:2])}"
        if self.path:
            return f"COLUMN {qualified(*self.of.path, *self.path)}"
        return self.target

    @property
    def lost_by(self) -> frozenset[tuple[str, str]]:
        # It goes with the constraint.
        return frozenset((kind, "not_null") for kind in (Column.KIND, Domain.KIND)) if self.not_null else frozenset()

    @property
    def since(self) -> int:
        if not self.not_null:
            return 0
        return 17 if self.of.kind == Domain.KIND else 18

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        return _set(None, self)

    def drop(self) -> Iterable[Ddl]:
        yield Ddl(f"COMMENT ON {self.commented} IS NULL")
