"""Materialized views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from migration_app.engine.model import Alter, Ddl, Hazard, Object
from migration_app.engine.sql import ident, qualified

from .options import change_options, with_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _set_options(old: MaterializedView, new: MaterializedView) -> Iterable[Ddl]:
    for action in change_options(old.options, new.written_options):
        yield Ddl(f"ALTER {new.reference} {action}")


@dataclass(frozen=True, slots=True)
class MaterializedView(Object):
    """A materialized view. It is created empty: filling it may run functions that expect a search path."""

    KIND: ClassVar[str] = "materialized_view"
    ALTERS: ClassVar[Mapping[str, Alter]] = {"options": Alter(_set_options)}
    OWNED: ClassVar[bool] = True
    GRANTS_ON: ClassVar[str] = "TABLE"

    schema: str
    name: str
    definition: str
    options: tuple[str, ...]
    access_method: str | None
    populated: bool = field(compare=False)
    written_options: tuple[str, ...] = field(compare=False)

    @property
    def reference(self) -> str:
        return f"MATERIALIZED VIEW {qualified(self.schema, self.name)}"

    @property
    def grant_reference(self) -> str:
        return f"TABLE {qualified(self.schema, self.name)}"

    @property
    def takes(self) -> tuple[tuple[str, ...], ...]:
        return (("relation", self.schema, self.name), ("type", self.schema, self.name))

    def refill(self, old: Object) -> Iterable[Ddl]:
        # A view that was filled must not be one that can't be queried.
        if isinstance(old, MaterializedView) and old.populated:
            yield Ddl(f"REFRESH {self.reference}", (Hazard.SCANS_TABLE,))

    def create(self, parts: Sequence[Object]) -> Iterable[Ddl]:
        del parts
        method = f" USING {ident(self.access_method)}" if self.access_method else ""
        options = with_options(self.written_options)
        yield Ddl(f"CREATE {self.reference}{method}{options} AS\n{self.definition}\nWITH NO DATA")
